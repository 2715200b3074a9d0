"""Read frozen results: which surveys have some, for whom, and one number out of them. The only way to results, for every page and file."""

from __future__ import annotations

import datetime as dt
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
    agency: str = "the police"

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
        return str(known["text"]).replace("{agency}", self.agency) if known else name

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

    def wording(self, wave: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        """A question as one wave asked it: text, kind, options; empty when it did not."""
        version = self.release.content.get("versions", {}).get(str(wave["version"]), self.release.content["questions"])
        return dict(version.get(name, {}))

    def names(self) -> list[str]:
        """Every question in the order it was asked, the last wave first, then those that only earlier waves asked."""
        content = self.release.content
        return [str(name) for name in content.get("order", content["questions"])]

    def known(self, name: str) -> bool:
        """Whether any wave has numbers of this question."""
        return any(name in wave["shares"] or name in wave["cells"] or name in wave.get("numbers", {}) for wave in self.waves)

    def options(self, wave: Mapping[str, Any], name: str) -> dict[str, str]:
        """The answers a wave could choose from: code -> words, from low to high; the numbers themselves where there are no words."""
        asked = self.wording(wave, name)
        if asked.get("kind") == "ten":
            return {str(place + 1): str(place) for place in range(11)}
        if asked.get("kind") == "rating":
            return {str(place): str(place) for place in range(1, 6)}
        return {str(code): str(words) for code, words in asked.get("options", ())}

    def shares(self, wave: Mapping[str, Any], name: str) -> dict[str, Estimate]:
        """The share of each answer that may be shown: code -> share with interval."""
        return {code: Estimate(*one) for code, one in wave["shares"].get(name, {}).items()}

    def number(self, wave: Mapping[str, Any], name: str) -> Estimate:
        """The mean of a question that asks for a number."""
        found = wave.get("numbers", {}).get(name)
        return Estimate(*found["mean"]) if found else HIDDEN

    def people(self, wave: Mapping[str, Any], name: str) -> int | None:
        """How many gave an answer; None where too few did."""
        found = wave.get("answered", {}).get(name)
        return int(found) if found is not None else self.answered(wave, name)

    def asked_in(self, name: str) -> list[Mapping[str, Any]]:
        """The waves that asked a question, from the first to the last."""
        return [wave for wave in self.waves if self.wording(wave, name)]

    def period(self, wave: Mapping[str, Any]) -> str:
        """The place of a wave on the line over time."""
        return periods([(str(one["id"]), dt.date.fromisoformat(str(one["opens"]))) for one in self.waves])[str(wave["id"])]

    def provenance(self) -> Provenance:
        """Where a number comes from."""
        least = (("least answers", str(self.release.content["k"])),)
        return Provenance(f"survey:{self.release.id}", (), self.release.id, least, self.sample)


def periods(waves: Sequence[tuple[str, dt.date]]) -> dict[str, str]:
    """Where each wave (id, first day) stands in time: a quarter where waves follow quarter upon quarter, a year where year upon year, else its day.

    Between waves nobody was asked, so that nothing is missing there: only where they follow each other a gap means something.
    """
    quarters = [4 * day.year + (day.month - 1) // 3 for _, day in waves]
    years = [day.year for _, day in waves]
    if len(set(quarters)) == len(waves) and max(quarters, default=0) - min(quarters, default=0) < 2 * len(waves) - 1:
        return {wave: f"{day.year}-Q{(day.month + 2) // 3}" for wave, day in waves}
    if len(set(years)) == len(waves) and max(years) - min(years) == len(waves) - 1:
        return {wave: f"{day.year}" for wave, day in waves}
    return {wave: day.isoformat() for wave, day in waves}


def layer_for(house: House) -> str:
    """Which layer may this visitor read? Staff with a permission for survey results; the public one otherwise.

    A supervisor who is limited to districts reads what everybody may read: the staff layer holds other districts in finer detail.
    """
    visitor = house.visitor
    if house.limits:
        return "public"
    staff = visitor is None or visitor.may(Permission.SEE_WORKBENCH) or visitor.may(Permission.SEE_POST_CONTACT)
    return "staff" if staff else "public"


def in_force(house: House) -> str:
    """Which frozen results are in force: part of every cache key."""
    return SurveyReleases(house.records).versions()


def available(house: House, family: str, *, headline: bool = False) -> dict[str, str]:
    """Surveys of a family with results that this visitor may see: id -> title; those that hold the family's index first, then by their waves.

    With `headline` only those that hold the index or its overall question.
    """
    releases, layer = SurveyReleases(house.records), layer_for(house)
    found = []
    for name, title in Surveys(house.records).titles(family).items():
        one = releases.newest(name, layer)
        if one is not None and one.content["waves"] and (not headline or _headline(one.content)):
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
    return Results(found, layer == "public", house.home.sample, house.name)


def of_survey(house: House, survey_id: str) -> Results:
    """The results of one survey of any family as this visitor may see them. NotEnoughData when there are none."""
    layer = layer_for(house)
    found = SurveyReleases(house.records).newest(survey_id, layer)
    if found is None or not found.content["waves"]:
        raise NotEnoughData("There are no results of this survey.", hint="Results appear when a wave closes, or when answers are brought in.")
    return Results(found, layer == "public", house.home.sample, house.name)


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
            f"{told['n_eff']:.0f}.{joined}{' ' + told['joint'] if told.get('joint') else ''}"
        )
    if told["kind"] == "imported":
        return f"Weighted as the file said; design effect {told['deff']:.2f}."
    return f"Not weighted. {told.get('refused', '')}".strip()
