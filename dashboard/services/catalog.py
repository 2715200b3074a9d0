"""What is published: the declared set of cuts, fixed before anyone looks, protected as one system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.privacy.cells import Dimension, Key
from dashboard.schema.scope import Audience, Scope
from dashboard.schema.words import in_order
from dashboard.services.counts import UNRECORDED, false_of, of_persons, tally, true_of

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.services.house import House

MOST_DISTRICTS = 40
MOST_YEARS = 12
NO_SEARCH, OTHER_SEARCH, NOTHING, FOUND, NO_RESULT, NO_ANSWER = (
    "no_search",
    "search_outside_the_test",
    "nothing_found",
    "found",
    "result_not_recorded",
    "search_not_recorded",
)
SEARCHED, TESTED = "searched", "searches_in_the_test"
ARRESTED, NOT_ARRESTED = "arrested", "not_arrested"


@dataclass(frozen=True, slots=True)
class Declared:
    """One published system: its name, title, dimensions, person counts per full combination, and its cuts."""

    name: str
    title: str
    dimensions: tuple[Dimension, ...]
    persons: Mapping[Key, int]
    cuts: tuple[tuple[str, ...], ...]


def stops(house: House) -> Declared | None:
    """Stops, searches, finds and arrests by year, district and group; None when there are no stops."""
    by = ("year", "district", "race_group", "searched", "search_class", "contraband_found", "arrest_made")
    frame = tally(house.facts, "stops", by, of_persons(Scope(audience=Audience.STAFF)))
    if frame.empty:
        return None
    frame["year"] = frame["year"].astype(str)
    frame["step"] = _step(frame, every=house.settings.text("outcome.searches") == "all")
    frame["arrest"] = _arrest(frame)
    districts = sorted(frame["district"].unique())
    if len(districts) > MOST_DISTRICTS:
        frame["district"], districts = "the whole agency", ["the whole agency"]
    years = sorted(frame["year"].unique())[-MOST_YEARS:]
    frame = frame[frame["year"].isin(years)]
    dimensions = (
        Dimension("year", tuple(years)),
        Dimension("district", tuple(districts)),
        Dimension("race_group", tuple(in_order(frame["race_group"].unique()))),
        Dimension(
            "step",
            (NO_SEARCH, OTHER_SEARCH, NOTHING, FOUND, NO_RESULT, NO_ANSWER),
            ((TESTED, (NOTHING, FOUND)), (SEARCHED, (OTHER_SEARCH, NOTHING, FOUND, NO_RESULT))),
        ),
        Dimension("arrest", (ARRESTED, NOT_ARRESTED, UNRECORDED)),
    )
    grouped = frame.groupby([d.name for d in dimensions], observed=True)["n"].sum()
    persons = {tuple(str(part) for part in key): int(n) for key, n in grouped.items()}
    cuts = (
        ("year", "district", "race_group"),
        ("year", "district", "step"),
        ("year", "race_group", "step"),
        ("district", "race_group", "step"),
        ("year", "race_group", "arrest"),
        ("district", "race_group", "arrest"),
    )
    return Declared("stops", "Stops, searches and arrests by year, district and group", dimensions, persons, cuts)


def _step(frame: pd.DataFrame, *, every: bool) -> pd.Series:
    """How far each stop went: not searched, searched outside the outcome test, nothing found, found, or not recorded."""
    searched, known_no = true_of(frame, "searched"), false_of(frame, "searched")
    tested = searched & (every | (frame["search_class"] == "discretionary"))
    step = frame["n"].astype(str).where(frame["n"] < 0, NO_ANSWER)
    step = step.mask(known_no, NO_SEARCH).mask(searched, OTHER_SEARCH)
    step = step.mask(tested, NO_RESULT).mask(tested & false_of(frame, "contraband_found"), NOTHING)
    return step.mask(tested & true_of(frame, "contraband_found"), FOUND)


def _arrest(frame: pd.DataFrame) -> pd.Series:
    """Whether the stop ended in an arrest."""
    flag = frame["n"].astype(str).where(frame["n"] < 0, UNRECORDED)
    return flag.mask(true_of(frame, "arrest_made"), ARRESTED).mask(false_of(frame, "arrest_made"), NOT_ARRESTED)
