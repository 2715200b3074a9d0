"""Which tables of force are published: persons, incidents and techniques, and what they are divided by, each protected as one system."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from dashboard.privacy.cells import ALL, Dimension, Key
from dashboard.schema.scope import Scope
from dashboard.schema.words import FORCE_TYPES, in_order
from dashboard.services.catalog import MOST_DISTRICTS, MOST_YEARS, Declared
from dashboard.services.counts import UNRECORDED, staff, tally
from dashboard.services.policies import listing

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.services.house import House

PEOPLE, INCIDENTS, TECHNIQUE, ARRESTS, CALLS = "force_people", "force_incidents", "force_technique_", "force_arrests", "force_calls"
COUNTED = ("final", "unknown")  # states of a record that enter the default counts
LEVELS = ("1", "2", "3", "4", UNRECORDED)
HIGHER = "2_or_higher"
HURT = ("complaint", "injured", "serious", "fatal")
INJURIES = ("none", *HURT, UNRECORDED)
TRIED, NOT_TRIED = "tried", "not_tried"
USED, NOT_USED = "used", "not_used"
MOST_REASONS, MOST_LETTERS = 8, 60
OTHER = "another reason"
LEAST = 5  # incidents with a technique before it has a table of its own


class Exact:
    """The counts of a declared table as they are, for staff: the same questions as a released table, nothing withheld."""

    def __init__(self, declared: Declared) -> None:
        self.name, self.dimensions = declared.name, declared.dimensions
        self._places = [_places(dimension) for dimension in declared.dimensions]
        self._cube = np.zeros([len(dimension.levels) for dimension in declared.dimensions], dtype=np.int64)
        for key, n in declared.persons.items():
            self._cube[tuple(place[level][0] for level, place in zip(key, self._places, strict=True))] += n

    def count(self, **levels: str) -> int | None:
        """The count of one cell; dimensions not named are totals."""
        part = self._cube
        for axis, (dimension, place) in enumerate(zip(self.dimensions, self._places, strict=True)):
            level = levels.get(dimension.name, ALL)
            part = part if level == ALL else np.take(part, place[level], axis=axis)
        return int(part.sum())

    def has(self, **levels: str) -> bool:
        """Whether this cell is there."""
        return all(levels.get(d.name, ALL) in {ALL, *place} for d, place in zip(self.dimensions, self._places, strict=True))

    def levels(self, dimension: str) -> tuple[str, ...]:
        """The base levels of one dimension."""
        return next(d.levels for d in self.dimensions if d.name == dimension)


def _places(dimension: Dimension) -> dict[str, list[int]]:
    """The places of every level, sums of several levels included."""
    places = {level: [place] for place, level in enumerate(dimension.levels)}
    return places | {name: [places[part][0] for part in parts] for name, parts in dimension.sums}


def units(house: House, name: str, by: tuple[str, ...], scope: Scope, *, status: bool = True) -> pd.DataFrame:
    """Counts of a unit with empty words written as 'not recorded'; only final records, unless all are asked for."""
    narrowed = staff(scope).and_where("record_status", *COUNTED) if status else staff(scope)
    frame = house.facts.units(name, by, narrowed)
    for column in by:
        frame[column] = frame[column].astype(object).where(frame[column].notna(), UNRECORDED)
    return frame


def of_people(scope: Scope) -> Scope:
    """The slice without groups: incidents have none."""
    return scope.narrowed(groups=())


def _counts(frame: pd.DataFrame, names: Sequence[str]) -> dict[Key, int]:
    """Persons or events per full combination."""
    found: dict[Key, int] = {}
    for *levels, n in frame[[*names, "n"]].itertuples(index=False, name=None):
        key = tuple(map(str, levels))
        found[key] = found.get(key, 0) + int(n)
    return found


def people(house: House, scope: Scope) -> Declared | None:
    """Subjects of force by year, district, group, highest level and worst injury."""
    frame = units(house, "subjects", ("year", "district", "race_group", "force_level", "subject_injury"), scope)
    if frame.empty:
        return None
    frame["year"] = frame["year"].astype(int).astype(str)
    years = sorted(frame["year"].unique())[-MOST_YEARS:]
    frame = frame[frame["year"].isin(years)]
    districts = sorted(map(str, frame["district"].unique()))
    if len(districts) > MOST_DISTRICTS:
        frame["district"], districts = "the whole agency", ["the whole agency"]
    frame["level"] = [UNRECORDED if level == UNRECORDED else str(int(level)) for level in frame["force_level"]]
    frame["injury"] = frame["subject_injury"].replace({"minor": "injured", "unknown": UNRECORDED})
    dimensions = (
        Dimension("year", tuple(years)),
        Dimension("district", tuple(districts)),
        Dimension("race_group", tuple(in_order(frame["race_group"].unique()))),
        Dimension("level", LEVELS, ((HIGHER, ("2", "3", "4")),)),
        Dimension("injury", INJURIES, (("hurt", HURT),)),
    )
    cuts = (("year", "race_group"), ("year", "level"), ("race_group", "level"), ("race_group", "injury"), ("year", "district"))
    title = "People on whom force was used, by year, group, level and injury"
    return Declared(PEOPLE, title, dimensions, _counts(frame, [d.name for d in dimensions]), cuts)


def _quarters(found: Iterable[str]) -> Dimension:
    """Every quarter from the first to the last, with sums for whole years."""
    names = sorted(found)
    first, last = ((int(name[:4]) * 4 + int(name[-1]) - 1) for name in (names[0], names[-1]))
    first = max(first, last - 4 * MOST_YEARS + 1)
    every = [f"{number // 4}-Q{number % 4 + 1}" for number in range(first, last + 1)]
    years = sorted({name[:4] for name in every})
    return Dimension("quarter", tuple(every), tuple((year, tuple(q for q in every if q[:4] == year)) for year in years))


def incidents(house: House, scope: Scope) -> Declared | None:
    """Incidents by quarter, highest level, whether de-escalation was tried, and reason."""
    frame = units(house, "incidents", ("quarter", "force_level", "deescalation_tried", "force_reason"), of_people(scope))
    if frame.empty:
        return None
    when = _quarters(frame["quarter"].unique())
    frame = frame[frame["quarter"].isin(when.levels)]
    frame["level"] = [UNRECORDED if level == UNRECORDED else str(int(level)) for level in frame["force_level"]]
    frame["deescalation"] = [{True: TRIED, False: NOT_TRIED}.get(one, UNRECORDED) for one in frame["deescalation_tried"]]
    frame["reason"] = [reason_of(text) for text in frame["force_reason"]]
    totals = frame.groupby("reason")["n"].sum().sort_values(ascending=False)
    named = [str(reason) for reason in totals.index if reason not in {UNRECORDED, OTHER}][:MOST_REASONS]
    frame["reason"] = frame["reason"].where(frame["reason"].isin([*named, UNRECORDED]), OTHER)
    dimensions = (
        when,
        Dimension("level", LEVELS),
        Dimension("deescalation", (TRIED, NOT_TRIED, UNRECORDED)),
        Dimension("reason", (*named, OTHER, UNRECORDED)),
    )
    cuts = (("quarter", "level"), ("quarter", "deescalation"), ("reason",))
    title = "Incidents with force by quarter, level, de-escalation and reason"
    return Declared(INCIDENTS, title, dimensions, _counts(frame, [d.name for d in dimensions]), cuts)


def reason_of(text: object) -> str:
    """A reason as written, its blanks and case put alike, so that 'Room CLearing' and 'room clearing' are one."""
    folded = re.sub(r"\s+", " ", str(text)).strip()
    return folded if folded == UNRECORDED else (folded[:1].upper() + folded[1:].lower())[:MOST_LETTERS]


def techniques(house: House, scope: Scope) -> list[Declared]:
    """For each technique: incidents by quarter, with and without it. Bars of techniques overlap, so each is a table of its own."""
    slice_ = of_people(scope)
    whole = units(house, "incidents", ("quarter",), slice_)
    if whole.empty:
        return []
    frame = units(house, "techniques", ("quarter", "force_type"), slice_)
    when = _quarters(whole["quarter"].unique())
    totals = {str(q): int(n) for q, n in zip(whole["quarter"], whole["n"], strict=True)}
    banned = _banned(house)
    kept = [name for name in FORCE_TYPES if int(frame.loc[frame["force_type"] == name, "n"].sum()) >= LEAST or name in banned]
    found = []
    for name in kept:
        own = frame[frame["force_type"] == name]
        with_it = {str(q): int(n) for q, n in zip(own["quarter"], own["n"], strict=True)}
        persons: dict[Key, int] = {}
        for quarter in when.levels:
            persons[quarter, USED] = with_it.get(quarter, 0)
            persons[quarter, NOT_USED] = max(0, totals.get(quarter, 0) - with_it.get(quarter, 0))
        title = f"Incidents with and without: {name.replace('_', ' ')}"
        found.append(Declared(TECHNIQUE + name, title, (when, Dimension("use", (USED, NOT_USED))), persons, (("quarter", "use"),)))
    return found


def _banned(house: House) -> set[str]:
    """Techniques that a policy bans: counted however rare."""
    return {one.force_type for one in listing(house) if one.bans}


def arrests(house: House, scope: Scope) -> Declared | None:
    """Arrests by year and group, to divide force by."""
    frame = tally(house.facts, "arrests", ("year", "race_group"), staff(scope))
    if frame.empty:
        return None
    frame["year"] = frame["year"].astype(int).astype(str)
    years = sorted(frame["year"].unique())[-MOST_YEARS:]
    frame = frame[frame["year"].isin(years)]
    dimensions = (Dimension("year", tuple(years)), Dimension("race_group", tuple(in_order(frame["race_group"].unique()))))
    return Declared(ARRESTS, "Arrests by year and group", dimensions, _counts(frame, ("year", "race_group")), (("year", "race_group"),))


def calls(house: House, scope: Scope) -> Declared | None:
    """Calls for service by year, to divide force by."""
    frame = tally(house.facts, "contacts", ("year",), staff(of_people(scope)).and_where("contact_kind", "call_for_service"))
    if frame.empty:
        return None
    frame["year"] = frame["year"].astype(int).astype(str)
    years = tuple(sorted(frame["year"].unique())[-MOST_YEARS:])
    frame = frame[frame["year"].isin(years)]
    return Declared(CALLS, "Calls for service by year", (Dimension("year", years),), _counts(frame, ("year",)), (("year",),))


def declared(house: House) -> list[Declared]:
    """Everything about force that is published."""
    everything = Scope()
    found = [people(house, everything), incidents(house, everything), *techniques(house, everything)]
    if found[0] is None:
        return []
    return [one for one in (*found, arrests(house, everything), calls(house, everything)) if one is not None]
