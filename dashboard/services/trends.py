"""How many stops, and which share of them was searched, month by month?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Point, Series, TrendPlot
from dashboard.schema.result import NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services.counts import UNRECORDED, known_groups, of_persons, tally, true_of
from dashboard.services.restricted import restricted
from dashboard.services.wording import contrast
from dashboard.stats import trend
from dashboard.stats.trend import PeriodCounts, Trend

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.services.house import House

MEASURE = "trend.periods"
LEAST = 30  # stops a group needs over the whole period to have a line


@restricted(Permission.SEE_WORKBENCH)
def answer(house: House, scope: Scope) -> Answer:
    """Search rates by quarter and group as an answer for staff."""
    frame = tally(house.facts, "stops", ("quarter", "race_group", "searched"), of_persons(scope).and_where("searched", "true", "false"))
    if frame.empty:
        raise NotEnoughData("There are no stops in this period and place.", hint="Choose a longer period, or import stops.")
    frame["k"] = frame["n"].where(true_of(frame, "searched"), 0)
    first, last = house.facts.span("stops")
    quarters = sorted(q for q in frame["quarter"].unique() if q != UNRECORDED)
    partial = {quarters[-1]} if last is not None and _open(last.month, last.day) else set()
    lines = {group: _line(frame, group, quarters, partial, house) for group in known_groups(frame["race_group"].unique())}
    lines = {group: line for group, line in lines.items() if sum(point.base for point in line.points) >= LEAST}
    picture = TrendPlot(
        "Share of stops with a search, by quarter",
        f"Bands are 95% intervals; {int(frame['n'].sum()):,} stops from {first} to {last}",
        tuple(Series(label(group), group, tuple(Point(p.period, p.estimate, p.partial) for p in line.points)) for group, line in lines.items()),
        "percent",
        "stops with a search",
    )
    rows = tuple((label(group), p.period, p.events, p.base, p.estimate) for group, line in lines.items() for p in line.points)
    return Answer(
        MEASURE,
        "How did the share of stops with a search move?",
        _sentence(lines),
        Status.OK,
        (picture,),
        (NumberTable("Searches by quarter", ("Group", "Quarter", "Searches", "Stops", "Share"), rows, kinds=("", "", "count", "count", "percent")),),
        (),
        tuple(dict.fromkeys(note for line in lines.values() for note in line.notes)),
        tuple(lines.items()),
        house.provenance("stops"),
    )


def _open(month: int, day: int) -> bool:
    """Whether the quarter that ends the data is not over."""
    return not (month % 3 == 0 and day >= 28)


def _line(frame: pd.DataFrame, group: str, quarters: list[str], partial: set[str], house: House) -> Trend:
    """One group's line."""
    own = frame[frame["race_group"] == group].groupby("quarter")[["k", "n"]].sum()
    counts = [
        PeriodCounts(q, float(own.loc[q, "k"]) if q in own.index else None, float(own.loc[q, "n"]) if q in own.index else None, q in partial)
        for q in quarters
    ]
    return trend.periods(counts, "share", settings=house.settings)


def _sentence(lines: dict[str, Trend]) -> str:
    """From the first to the last whole quarter, per group."""
    found, spans = [], []
    for group, line in lines.items():
        whole = [point for point in line.points if not point.partial and point.estimate.known]
        if len(whole) >= 2:
            found.append((label(group), line.change(whole[0].period, whole[-1].period)))
            spans += [whole[0].period, whole[-1].period]
    told = contrast(found, "points").replace("difference", "change")
    return f"From {min(spans)} to {max(spans)}: {told}." if told else "There are fewer than two whole quarters, so no change can be given."
