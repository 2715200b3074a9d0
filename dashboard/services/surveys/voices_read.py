"""Read frozen counts of comments: which surveys have some, for whom, and one number out of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dashboard.errors import NotEnoughData
from dashboard.schema.result import Estimate, Provenance, Status
from dashboard.services.surveys import standing
from dashboard.services.surveys.reading import layer_for
from dashboard.services.surveys.voices_release import FAMILIES, LAYERS
from dashboard.store.survey_releases import SurveyRelease, SurveyReleases
from dashboard.store.surveys import Surveys

if TYPE_CHECKING:
    from dashboard.services.house import House

HIDDEN = Estimate(None, status=Status.WITHHELD, reason="Withheld: too few comments, or it would reveal a withheld number.")
PUBLIC_FAMILIES = ("community", "event")
BEING_READ = "Comments are being read again by new rules or names; until that is done, single words and quotations are not shown."
OPEN_LINK = "an open link, so the intervals are what they would be if these were random samples"


@dataclass(frozen=True, slots=True)
class Voices:
    """The counts of one survey's comments as one audience may see them."""

    release: SurveyRelease
    public: bool
    sample: bool
    being_read: bool = False

    @property
    def content(self) -> Mapping[str, Any]:
        """What was frozen."""
        return self.release.content

    @property
    def waves(self) -> Sequence[Mapping[str, Any]]:
        """The waves, from the first to the last."""
        return list(self.content["waves"])

    @property
    def latest(self) -> Mapping[str, Any]:
        """The last wave."""
        return self.waves[-1]

    @property
    def periods(self) -> Sequence[Mapping[str, Any]]:
        """The periods that areas were counted over, those only that may be shown."""
        return [one for one in self.content["periods"] if one["n"] is not None]

    def label(self, theme: str) -> str:
        """A theme as people read it."""
        return str(self.content["labels"].get(theme, theme))

    def themes(self, part: Mapping[str, Any]) -> list[str]:
        """The themes shown of a wave or period, the most raised first."""
        return sorted(part["themes"], key=lambda theme: (-part["themes"][theme][1], theme))

    def share(self, part: Mapping[str, Any], theme: str) -> Estimate:
        """Which share of a wave's or period's comments raises a theme; n is all of them."""
        return _share(part["themes"].get(theme), part["n"])

    def in_area(self, period: Mapping[str, Any], theme: str, area: str) -> Estimate:
        """Which share of an area's comments raises a theme."""
        known = period["areas"].get(area)
        return _share(period["cells"].get(theme, {}).get(area), known["n"] if known else None)

    def tone(self, part: Mapping[str, Any] | None) -> Estimate:
        """The mean tone of a wave or area, from -1 to 1; n are the scored comments."""
        return tone_of(None if part is None else part.get("tone"))

    def shown_in(self) -> dict[str, set[str]]:
        """Wave id -> the themes shown of it: from these alone comes a quotation."""
        return {str(wave["id"]): set(wave["themes"]) for wave in self.waves}

    def all_areas(self) -> list[str]:
        """Every area of any period, in order."""
        return sorted({name for one in self.periods for name in one["areas"]})

    @property
    def hidden(self) -> str:
        """Why no word is shown; '' when words may be."""
        return BEING_READ if self.being_read else ""

    def notes(self) -> tuple[str, ...]:
        """What must be known to read the numbers."""
        k, last = self.content["k"], self.latest
        found = [
            f"A theme is shown from {k['theme']} comments on, and a wave or area from {k['cell']}; 'not shown' does not mean nobody raised it.",
            "Themes are found by the words of a codebook, and a comment can carry several. Who comments is not who lives here.",
        ]
        if self.being_read:
            found.append(BEING_READ)
        if last.get("sampling") == "opt_in":
            found.append(f"People came by {OPEN_LINK}.")
        if last.get("unread"):
            found.append(f"{last['name']}: {last['unread']} comments are in a language that the codebook does not hold, and are not counted.")
        return tuple(found)

    def provenance(self) -> Provenance:
        """Where a number comes from."""
        k = self.content["k"]
        settings = (("least comments", f"{k['cell']} of a wave or area, {k['theme']} of a theme"), ("codebook", str(self.content["codebook"])))
        return Provenance(f"survey:{self.release.id}", (), self.release.id, settings, self.sample)


def _share(cell: Sequence[float] | None, n: int | None) -> Estimate:
    """A frozen share."""
    return HIDDEN if cell is None or n is None else Estimate(cell[1], cell[2], cell[3], n)


def tone_of(found: Sequence[float] | None) -> Estimate:
    """A frozen tone."""
    if found is None:
        return Estimate.unavailable("Fewer than 30 comments were scored.")
    value, low, high = (round(one, 2) for one in found[:3])
    return Estimate(value, low, high, found[3])


def gap_of(found: Sequence[Any] | None) -> Estimate:
    """A frozen difference of shares."""
    return HIDDEN if found is None else Estimate(found[0], found[1], found[2])


def loud(found: Sequence[Any] | None) -> bool:
    """Whether a frozen difference remained after allowing for how many were looked at."""
    return bool(found is not None and found[4])


def available(house: House) -> dict[str, str]:
    """Surveys whose comments were counted: id -> title, the one with the most waves first. The public sees those of community surveys and events."""
    layer = layer_for(house)
    releases, found = SurveyReleases(house.records), []
    families = FAMILIES if layer == "staff" else PUBLIC_FAMILIES
    for survey in Surveys(house.records).all():
        if survey.family in families and not survey.archived and (one := releases.newest(survey.id, LAYERS[layer])) and one.content["waves"]:
            found.append((FAMILIES.index(survey.family), -len(one.content["waves"]), survey.id, survey.title))
    return {name: title for _, _, name, title in sorted(found)}


def voices(house: House, survey_id: str = "") -> Voices:
    """The counts of a survey's comments (the first without a name) as this visitor may see them. NotEnoughData before the first wave closed."""
    known = available(house)
    name = survey_id if survey_id in known else next(iter(known), "")
    layer = layer_for(house)
    found = SurveyReleases(house.records).newest(name, LAYERS[layer]) if name else None
    if found is None or not found.content["waves"]:
        raise NotEnoughData(
            "No comments have been counted yet, so there is nothing to show.", hint="Comments are read when the first survey closes or is brought in."
        )
    if standing.words_hold(house):
        return Voices(found, layer == "public", house.home.sample)
    return Voices(replace(found, content=standing.without_words(found.content)), layer == "public", house.home.sample, being_read=True)
