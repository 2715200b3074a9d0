"""Are the latest months unusual for the season?"""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Point, Series, TrendPlot
from dashboard.schema.result import Estimate, NumberTable
from dashboard.schema.scope import Scope
from dashboard.services.counts import UNRECORDED, of_persons, tally
from dashboard.services.restricted import restricted
from dashboard.stats import trend
from dashboard.stats.trend import Season, SeasonMonth

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE = "trend.season"
LATEST = 3  # months under review
QUIET = 2  # days at the ends of a month on which a small agency may have no stop


def monthly(house: House, scope: Scope) -> tuple[list[tuple[str, float | None]], list[str]]:
    """Stops of people by whole month, None where a month is empty; and the first or last month where it is left out because it is not whole."""
    frame = tally(house.facts, "stops", ("month",), of_persons(scope))
    counts = {str(month): float(n) for month, n in zip(frame["month"], frame["n"], strict=True) if month != UNRECORDED}
    if not counts:
        raise NotEnoughData("There are no stops in this period and place.", hint="Choose a longer period, or import stops.")
    names = _between(min(counts), max(counts))
    first, last = house.facts.span("stops")
    begins = max(day for day in (first, scope.start) if day is not None)
    ends = min(day for day in (last, scope.end) if day is not None)
    broken = {f"{begins:%Y-%m}"} if begins.day > QUIET + 1 else set()
    broken |= {f"{ends:%Y-%m}"} if ends.day < calendar.monthrange(ends.year, ends.month)[1] - QUIET else set()
    return [(name, counts.get(name)) for name in names if name not in broken], [name for name in names if name in broken]


def _between(first: str, last: str) -> list[str]:
    """Every month from the first to the last."""
    start, end = (int(text[:4]) * 12 + int(text[5:7]) - 1 for text in (first, last))
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(start, end + 1)]


@restricted(Permission.SEE_WORKBENCH)
def answer(house: House, scope: Scope) -> Answer:
    """The latest months against the same months a year before and against the seasonal band, as an answer for staff."""
    months, broken = monthly(house, scope)
    if not months:
        raise NotEnoughData("There is no whole month of stops in this period and place.", hint="Choose a longer period.")
    result = trend.season(months, LATEST, house.settings)
    ratio = (
        f" Against the same months a year before: {say.with_interval(result.ratio, 'times')}." if result.ratio.known else f" {result.ratio.reason}"
    )
    notes = tuple(f"{name} is not whole and is left out." for name in broken)
    rows = tuple((month.month, month.count, _band(month), _judged(month)) for month in result.months)
    return Answer(
        MEASURE,
        "Are the latest months unusual for the season?",
        f"{result.sentence}{ratio}".strip(),
        result.status,
        (_picture(months, result),),
        (NumberTable("The latest months", ("Month", "Stops", "Expected", ""), rows, kinds=("", "count", "count")),),
        result.gates,
        notes,
        result,
        house.provenance("stops"),
    )


def _band(month: SeasonMonth) -> Estimate:
    """What the season would lead us to expect, with its band."""
    if month.expected is None:
        return Estimate.unavailable("Too few earlier months for a band.")
    return Estimate(month.expected, month.low, month.high, month.count)


def _judged(month: SeasonMonth) -> str:
    """The verdict on one month."""
    return "" if month.unusual is None else "outside the band" if month.unusual else "inside the band"


def _picture(months: list[tuple[str, float | None]], result: Season) -> TrendPlot:
    """All months as counted, and the band of the latest."""
    gap = Estimate.unavailable("No stops are recorded in this month.")
    counted = tuple(Point(name, gap if n is None else Estimate(n, None, None, n)) for name, n in months)
    band = tuple(Point(month.month, _band(month)) for month in result.months if month.expected is not None)
    series = (Series("As counted", "", counted), *((Series("Expected for the season", "", band),) if band else ()))
    total = sum(n for _, n in months if n is not None)
    return TrendPlot("Stops by month", f"Number of stops, {months[0][0]} to {months[-1][0]}; {total:,.0f} stops", series, "number", "stops")
