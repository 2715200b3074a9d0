"""Read frozen staff results: which waves there are, for whom, and one number out of them. The only way to staff results there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.privacy import banding, employee_release
from dashboard.privacy.employee_release import ALIKE, SHOWN, StaffRelease
from dashboard.privacy.staff_cells import WHOLE
from dashboard.schema.questions import EMPLOYEE
from dashboard.schema.result import Estimate, Provenance, Status
from dashboard.services.restricted import restricted
from dashboard.store.staff_releases import Frozen, StaffReleases
from dashboard.store.surveys import Surveys

if TYPE_CHECKING:
    from dashboard.services.house import House

HIDDEN = Estimate(None, status=Status.WITHHELD, reason="Not shown: too few answers, or it would let a smaller group be worked out.")
AT_LEAST, AT_MOST = "At least {edge}, and not said more exactly.", "At most {edge}, and not said more exactly."
UNIT = "unit"
Key = tuple[str, str, str, str]  # question, cut, cell, statistic


@dataclass(frozen=True, slots=True)
class StaffWave:
    """One wave's release as a visitor may read it: numbers by (question, cut, cell, statistic)."""

    id: str
    release: StaffRelease
    numbers: Mapping[Key, tuple[Any, ...]]
    versions: Mapping[str, str]
    public: bool

    @property
    def about(self) -> Mapping[str, Any]:
        """When and how the wave was asked."""
        return self.release.about

    @property
    def name(self) -> str:
        """The wave's name."""
        return str(self.about["name"])

    def cell(self, question: str, statistic: str, cut: str = WHOLE, level: str = "") -> Estimate:
        """One number: not shown where nothing is released, a bound where only that is said, not available where it was not asked."""
        found = self.numbers.get((question, cut, level, statistic))
        if found is None:
            return HIDDEN if question in self.versions else Estimate.unavailable("Not asked in this wave.")
        value, low, high, n, _, status = found
        if status == SHOWN:
            return Estimate(float(value), low, high, float(n))
        if status == ALIKE:
            return Estimate(None, status=Status.WITHHELD, reason=f"At least 90% gave the same answer: {value}.")
        if status == banding.AT_LEAST:
            return Estimate(None, float(value), None, float(n), Status.OK, AT_LEAST.format(edge=_edge(value)))
        if status == banding.AT_MOST:
            return Estimate(None, None, float(value), float(n), Status.OK, AT_MOST.format(edge=_edge(value)))
        return HIDDEN

    def text(self, question: str) -> str:
        """A question as it was asked."""
        known = self.about["questions"].get(question)
        return str(known["text"]) if known else question

    def levels(self, cut: str) -> dict[str, str]:
        """The levels of a declared cut: code -> words."""
        return dict(self.about["cuts"].get(cut, {}).get("levels", {}))

    def cut_name(self, cut: str) -> str:
        """A cut as people call it."""
        return str(self.about["cuts"].get(cut, {}).get("text", cut))


def _edge(value: float) -> str:
    """The edge that a share (0 to 1) or a score in points lies beyond, in words."""
    return f"{100 * value:.0f}%" if abs(value) <= 1 else f"{value:.0f} points".replace("-", "−")


@dataclass(frozen=True, slots=True)
class Results:
    """All waves of one employee survey, from the first to the last."""

    survey: str
    title: str
    waves: tuple[StaffWave, ...]
    sample: bool

    @property
    def latest(self) -> StaffWave:
        """The last wave."""
        return self.waves[-1]

    def comparable(self, question: str) -> list[StaffWave]:
        """The waves that asked this question or index in the last one's version: a line never joins two versions."""
        asked = [wave for wave in self.waves if question in wave.versions]
        return [wave for wave in asked if wave.versions[question] == asked[-1].versions[question]]

    def same_cut(self, cut: str) -> list[StaffWave]:
        """The waves that divided people in the same way as the last one that did (R12: the cell's definition must be the same)."""
        if cut == WHOLE:
            return list(self.waves)
        there = [wave for wave in self.waves if cut in wave.about["cuts"]]
        return [wave for wave in there if wave.about["cuts"][cut]["scale"] == there[-1].about["cuts"][cut]["scale"]]

    def provenance(self) -> Provenance:
        """Where a number comes from."""
        about = self.latest.about
        return Provenance(f"staff:{self.latest.id}", (), self.latest.id, (("least answers", str(about["k"])),), self.sample)


def in_force(house: House) -> str:
    """Which frozen staff results are in force: part of every cache key."""
    return StaffReleases(house.records).versions()


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def results(house: House, survey_id: str = "", needs: Sequence[str] = ()) -> Results:
    """The results of a survey in every declared group: the first survey that asked one of `needs`, without a name.

    NotEnoughData before the first wave closed.
    """
    return _found(house, survey_id, needs, everything=True)


def shown_to_all(house: House) -> list[Results]:
    """The whole staff's numbers of the releases that HR shows to everybody, survey by survey, and nothing else, whoever asks."""
    return [_found(house, name, (), everything=False) for name in _known(house, everything=False)]


def of_unit(house: House, unit: str) -> list[Results]:
    """One unit's numbers of every survey that divides by unit, and no number of anybody else. For services that know whose unit it is."""
    found = []
    for name in _known(house, everything=True):
        whole = _found(house, name, (), everything=True)
        waves = [one for one in whole.waves if unit in one.levels(UNIT)]
        mine = tuple(replace(one, numbers={key: value for key, value in one.numbers.items() if key[1:3] == (UNIT, unit)}) for one in waves)
        if mine and mine[-1].id == whole.latest.id:
            found.append(replace(whole, waves=mine))
    return found


def wording(house: House, release_id: str, question: str) -> str:
    """A question as a release asked it: words without any number. Its name where the release is gone."""
    found = StaffReleases(house.records).named(release_id)
    known = restored(found).about["questions"].get(question) if found is not None else None
    return str(known["text"]) if known else question


def restored(one: Frozen) -> StaffRelease:
    """A release whose checksum fits."""
    return _checked(_Kept(one))[0]


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def available(house: House) -> dict[str, str]:
    """Employee surveys with results: id -> title, those with the most waves first."""
    return _known(house, everything=True)


def _known(house: House, *, everything: bool) -> dict[str, str]:
    """Surveys with releases that may be read."""
    found = []
    for name, title in Surveys(house.records).titles(EMPLOYEE).items():
        if waves := _readable(house, name, everything=everything):
            found.append((-len(waves), title, name))
    return {name: title for _, title, name in sorted(found)}


def _readable(house: House, survey_id: str, *, everything: bool) -> list[Frozen]:
    """The releases in force: all, or those that HR shows to everybody."""
    return [one for one in StaffReleases(house.records).of_survey(survey_id) if everything or one.public]


def _found(house: House, survey_id: str, needs: Sequence[str], *, everything: bool) -> Results:
    """The results of one survey, wave by wave."""
    known = _known(house, everything=everything)
    for name in [survey_id] if survey_id in known else list(known):
        opened = (_opened(one, everything=everything) for one in _readable(house, name, everything=everything))
        waves = sorted(opened, key=lambda wave: (wave.about["opens"], wave.name))
        if waves and (not needs or any(one in waves[-1].versions for one in needs)):
            return Results(name, known[name], tuple(waves), house.home.sample)
    raise NotEnoughData("No employee survey with this question has been closed yet.", hint="Results appear when its first wave closes.")


class _Kept:
    """A stored release as the key of a cache: equal to itself alone, so a changed one is checked anew."""

    def __init__(self, one: Frozen) -> None:
        self.id, self.content, self.sha256 = one.id, one.content, one.sha256

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and other.content is self.content and other.sha256 == self.sha256

    def __hash__(self) -> int:
        return hash(self.sha256)


@lru_cache(maxsize=64)
def _checked(one: _Kept) -> tuple[StaffRelease, dict[Key, tuple[Any, ...]], dict[str, str]]:
    """A release whose checksum has been compared, its rows by key, and the version of each question."""
    release = employee_release.restore(one.content, one.sha256)
    return release, {(row[0], row[2], row[3], row[4]): row[5:] for row in release.rows}, {row[0]: row[1] for row in release.rows}


def whole_only(one: Frozen) -> StaffWave:
    """A release as everybody would read it: the whole staff's numbers and nothing else."""
    return _opened(one, everything=False)


def opened(one: Frozen) -> StaffWave:
    """A release with every group that it shows. For services that know who asks."""
    return _opened(one, everything=True)


def _opened(one: Frozen, *, everything: bool) -> StaffWave:
    """One release as it is read."""
    release, numbers, versions = _checked(_Kept(one))
    shown = numbers if everything else {key: value for key, value in numbers.items() if key[1] == WHOLE}
    return StaffWave(one.id, release, shown, versions, one.public)
