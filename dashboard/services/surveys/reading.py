"""Read frozen results: which surveys have some, for whom, and one number out of them. The only way to results, for every page and file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.schema.result import Estimate, Provenance, Status
from dashboard.store.survey_releases import SurveyRelease, SurveyReleases
from dashboard.store.surveys import Surveys

if TYPE_CHECKING:
    from dashboard.services.house import House

HIDDEN = Estimate(None, status=Status.WITHHELD, reason="Withheld: too few answers, or it would reveal a withheld number.")
SAMPLES = {
    "opt_in": "an open link: the interval is what it would be if this were a random sample",
    "probability": "a random sample",
    "census": "everyone concerned was invited; the silent are taken to be like the others",
}
CUT_NAMES = {
    "whole": "Everyone",
    "area": "Area",
    "age": "Age",
    "race": "Race and ethnicity",
    "gender": "Gender",
    "channel": "Link",
    "contact": "Kind of contact",
}


@dataclass(frozen=True, slots=True)
class Results:
    """The results of one survey as one audience may see them."""

    release: SurveyRelease
    public: bool
    sample: bool

    @property
    def waves(self) -> Sequence[Mapping[str, Any]]:
        """The waves, from the first to the last."""
        return list(self.release.content["waves"])

    @property
    def latest(self) -> Mapping[str, Any]:
        """The last wave."""
        return self.waves[-1]

    def text(self, name: str) -> str:
        """A question as it was asked."""
        known = self.release.content["questions"].get(name)
        return str(known["text"]) if known else name

    def broken(self, measure: str) -> dict[str, str]:
        """Waves at which the line of a measure stops, with the sentence; an index stops where one of its items does."""
        parts = {"ti-1": ("C2", "C3", "C4", "C5", "C6"), "pj-1": ("P1", "P2", "P3", "P5", "P6"), "pj-short": ("P1", "P2", "P3")}.get(
            measure, (measure,)
        )
        mine = [one for one in self.release.content["breaks"] if one["question"] in parts or measure.startswith(f"{one['question']}_")]
        stops = [one for one in mine if len(parts) > 1 or one.get("kind") != "asked"]
        return {str(one["wave"]): str(one["sentence"]) for one in stops}

    def cell(self, wave: Mapping[str, Any], measure: str, cut: str = "whole", level: str = "", what: str = "mean") -> Estimate:
        """One number: not shown where the release holds none, said where all answers were alike."""
        found = wave["cells"].get(measure, {}).get(cut, {}).get(level)
        if found is None:
            return HIDDEN if measure in wave["cells"] else Estimate.unavailable("Not asked in this wave.")
        if found.get("alike"):
            return Estimate(None, n=found["n"], status=Status.WITHHELD, reason="Withheld: at least 90% gave the same answer.")
        if what not in found:
            return Estimate.unavailable("There is no such number.")
        value, low, high, n = found[what]
        return Estimate(value, low, high, n)

    def answered(self, wave: Mapping[str, Any], measure: str, cut: str = "whole", level: str = "") -> int | None:
        """How many people stand behind a number."""
        found = wave["cells"].get(measure, {}).get(cut, {}).get(level)
        return None if found is None else int(found["n"])

    def levels(self, measure: str, cut: str) -> list[str]:
        """The levels of a cut in any wave, in order."""
        return list(dict.fromkeys(level for wave in reversed(self.waves) for level in wave["cells"].get(measure, {}).get(cut, {})))

    def provenance(self) -> Provenance:
        """Where a number comes from."""
        least = (("least answers", str(self.release.content["k"])),)
        return Provenance(f"survey:{self.release.id}", (), self.release.id, least, self.sample)


def layer_for(house: House) -> str:
    """Which layer may this visitor read? Staff with a permission for survey results; the public one otherwise."""
    visitor = house.visitor
    staff = visitor is None or visitor.may(Permission.SEE_WORKBENCH) or visitor.may(Permission.SEE_POST_CONTACT)
    return "staff" if staff else "public"


def in_force(house: House) -> str:
    """Which frozen results are in force: part of every cache key."""
    return SurveyReleases(house.records).versions()


def available(house: House, family: str) -> dict[str, str]:
    """Surveys of a family with results that this visitor may see: id -> title; those that hold the family's index first, then by their waves."""
    releases, layer = SurveyReleases(house.records), layer_for(house)
    found = []
    for name, title in Surveys(house.records).titles(family).items():
        one = releases.newest(name, layer)
        if one is not None and one.content["waves"]:
            found.append((_headline(one.content), len(one.content["waves"]), name, title))
    return {name: title for _, _, name, title in sorted(found, reverse=True)}


def _headline(content: Mapping[str, Any]) -> int:
    """How much of what its page asks about does a survey hold? Its index, else its overall question, else nothing of it."""
    asked = {name for wave in content["waves"] for name in wave["cells"]}
    return 2 if asked & {"ti-1", "pj-1", "pj-short"} else 1 if asked & {"C1", "P4"} else 0


def results(house: House, family: str, survey_id: str = "") -> Results:
    """The results of a survey (the first of its family without a name) as this visitor may see them. NotEnoughData before the first wave closed."""
    known = available(house, family)
    name = survey_id if survey_id in known else next(iter(known), "")
    layer = layer_for(house)
    found = SurveyReleases(house.records).newest(name, layer) if name else None
    if found is None:
        raise NotEnoughData("No survey has been closed yet, so there is nothing to show.", hint="Results appear when the first wave closes.")
    return Results(found, layer == "public", house.home.sample)


def note_on_sampling(wave: Mapping[str, Any]) -> str:
    """How far may a wave speak for everyone?"""
    return f"{wave['name']}: {SAMPLES.get(str(wave['sampling']), '')}."


def note_on_weights(wave: Mapping[str, Any]) -> str:
    """What was done so that the answers stand for the residents."""
    told = wave["weighting"]
    if told["kind"] == "raked":
        joined = f" Joined because few answered: {'; '.join(told['joined'])}." if told["joined"] else ""
        return (
            f"Weighted by raking to {', '.join(told['margins'])} ({told['source']}); design effect {told['deff']:.2f}, effective answers "
            f"{told['n_eff']:.0f}.{joined}"
        )
    if told["kind"] == "imported":
        return f"Weighted as the file said; design effect {told['deff']:.2f}."
    return f"Not weighted. {told.get('refused', '')}".strip()
