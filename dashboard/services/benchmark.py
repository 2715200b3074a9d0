"""Compared with who could have been stopped, is a group stopped more often, and does it depend on whom we compare with?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.privacy.estimates import Finding, ReleasedEstimates, release_estimates
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot
from dashboard.schema.result import NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import UNIVERSES, label
from dashboard.services.counts import by_group, of_persons, staff, tally
from dashboard.services.restricted import restricted
from dashboard.stats import benchmark
from dashboard.stats.benchmark import Benchmark, BenchmarkResult, BenchmarkRow

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE = "benchmark.compare"
Z90 = 1.645  # the Census Bureau's margins are 90 % margins
FAULTS: Mapping[str, str] = {
    "residents": "Residents are not drivers and not visitors; the census undercounts some groups.",
    "age_16_plus": "Residents old enough to drive are not all drivers, and visitors are missing.",
    "drivers": "Resident drivers only; visitors are missing.",
    "commuting_drivers": "Ignores leisure and through traffic.",
    "not_at_fault_drivers": "Crash exposure is not stop exposure, and some crashes are not reported.",
    "arrests": "Arrests are made by police, so this comparison can hide unequal treatment.",
}
# Stops counted against each universe: rush hours on weekdays for commuters, residents' own stops for resident drivers.
COMMUTING_HOURS = ("6", "7", "8", "9", "15", "16", "17", "18")
WEEKDAYS = ("0", "1", "2", "3", "4")
WHOLE = ("residents", "age_16_plus")  # benchmarks that all stops are divided by; the others need a count of stops of their own


@dataclass(frozen=True, slots=True)
class Area:
    """The area of the population table that stands for the slice, and its latest year."""

    area_id: str
    name: str
    year: int


def area_of(house: House, scope: Scope, universe: str) -> Area | None:
    """Which area is the slice compared with: its one district, else the agency's own area; None when nothing fits."""
    frame = tally(house.facts, "population", ("area_id", "area_name", "area_level", "year"), staff(Scope()).and_where("universe", universe))
    if frame.empty:
        return None
    if scope.districts:
        wanted = frame[(frame["area_level"] == "district") & frame["area_id"].isin(scope.districts)] if len(scope.districts) == 1 else frame[:0]
    else:
        chosen = house.settings.text("agency.area")
        wanted = frame[frame["area_id"] == chosen] if chosen else frame[frame["area_level"] != "district"]
        if wanted["area_id"].nunique() > 1:
            return None
    if scope.end is not None and (wanted["year"] <= scope.end.year).any():
        wanted = wanted[wanted["year"] <= scope.end.year]
    if wanted.empty:
        return None
    row = wanted.sort_values("year").iloc[-1]
    return Area(str(row["area_id"]), str(row["area_name"]), int(row["year"]))


def _numerator(house: House, scope: Scope, universe: str) -> dict[str, int] | None:
    """Stops to be counted against this universe where it needs its own; None for all stops."""
    people = of_persons(scope)
    if universe == "commuting_drivers":
        people = people.and_where("stop_type", "vehicular").and_where("hour", *COMMUTING_HOURS).and_where("weekday", *WEEKDAYS)
    elif universe == "drivers":
        people = people.and_where("stop_type", "vehicular").and_where("resident", "resident")
    elif universe == "not_at_fault_drivers":
        people = people.and_where("stop_type", "vehicular")
    else:
        return None
    return by_group(tally(house.facts, "stops", ("race_group",), people))


def population_benchmark(house: House, scope: Scope, universe: str) -> Benchmark | None:
    """One benchmark from the population table, with standard errors from its published margins."""
    area = area_of(house, scope, universe)
    if area is None:
        return None
    here = staff(Scope()).and_where("universe", universe).and_where("area_id", area.area_id).and_where("year", str(area.year))
    frame = tally(house.facts, "population", ("group",), here, ("population", "margin_of_error"))
    counts = {str(g): float(p) for g, p in zip(frame["group"], frame["population"], strict=True)}
    margins = {str(g): float(m) / Z90 for g, m in zip(frame["group"], frame["margin_of_error"], strict=True) if m > 0}
    if universe == "not_at_fault_drivers":
        margins = _poisson(counts)
    title = f"{label(universe)[0].upper()}{label(universe)[1:]}, {area.name} {area.year}"
    return Benchmark(universe, title, universe, counts, margins, FAULTS[universe], _numerator(house, scope, universe))


def _poisson(counts: Mapping[str, float]) -> dict[str, float]:
    """Standard errors of plain counts of events: their square roots."""
    return {group: math.sqrt(count) for group, count in counts.items()}


def arrests_benchmark(house: House, scope: Scope) -> Benchmark | None:
    """Arrests of the same slice as a benchmark."""
    reach = Scope(start=scope.start, end=scope.end, districts=scope.districts)
    frame = tally(house.facts, "arrests", ("race_group",), staff(reach))
    if frame.empty:
        return None
    counts = by_group(frame)
    return Benchmark("arrests", "Arrests in the same place and period", "arrests", counts, _poisson(counts), FAULTS["arrests"])


def compared(house: House, scope: Scope) -> BenchmarkResult:
    """The benchmark test on this slice over every benchmark there is. NotEnoughData without stops or without any benchmark."""
    found = [population_benchmark(house, scope, universe) for universe in UNIVERSES] + [arrests_benchmark(house, scope)]
    benchmarks = [one for one in found if one is not None]
    if not benchmarks:
        raise NotEnoughData(
            "There is nothing to compare the stops with: no population and no arrests for this place.",
            hint="Import a population table (ACS B03002), and set agency.area when it holds several areas.",
        )
    return against(house, scope, benchmarks)


def against(house: House, scope: Scope, benchmarks: Sequence[Benchmark]) -> BenchmarkResult:
    """The stops of this slice against these benchmarks. NotEnoughData without stops."""
    stops = by_group(tally(house.facts, "stops", ("race_group",), of_persons(scope)))
    if not stops:
        raise NotEnoughData("There are no stops in this period and place.", hint="Choose a longer period, or import stops.")
    return benchmark.compare(stops, benchmarks, house.settings.text("groups.reference"), settings=house.settings)


def published(house: House) -> ReleasedEstimates:
    """The benchmark test of the whole agency and all years as the public may see it, on benchmarks that need a count of stops of their own.

    Rows are named 'group|benchmark'. Benchmarks that all stops are divided by are computed from the released counts instead.
    """
    title = "Stops compared with drivers, crashes and arrests"
    found = [population_benchmark(house, Scope(), universe) for universe in UNIVERSES if universe not in WHOLE]
    benchmarks = [one for one in [*found, arrests_benchmark(house, Scope())] if one is not None]
    if not benchmarks:
        return release_estimates(MEASURE, title, ())
    try:
        result = against(house, Scope(), benchmarks)
    except NotEnoughData as refusal:
        return release_estimates(MEASURE, title, (), str(refusal))
    base = {row.benchmark: _behind(row) for row in result.rows if row.group == result.reference}
    rows = [row for row in result.rows if row.group != result.reference and row.benchmark in base]
    findings = [Finding(f"{row.group}|{row.benchmark}", row.ratio, min(_behind(row), base[row.benchmark])) for row in rows]
    return release_estimates(MEASURE, title, findings)


def _behind(row: BenchmarkRow) -> float:
    """The smallest count that a ratio rests on."""
    return min(row.stops or 0.0, row.counted or 0.0)


@restricted(Permission.SEE_WORKBENCH)
def answer(house: House, scope: Scope) -> Answer:
    """The benchmark test as an answer for staff: every benchmark side by side on one log axis."""
    result = compared(house, scope)
    reference = label(result.reference)
    labels = {one.name: one.label for one in result.benchmarks}
    dots = tuple(Dot(label(row.group), row.ratio, row.group, panel=labels[row.benchmark]) for row in result.rows if row.group != result.reference)
    picture = DotPlot(
        f"Stops compared with {len(labels)} estimates of who could have been stopped",
        f"Times the rate of {reference}; 95% intervals; {round(result.all_stops):,} stops",
        dots,
        scale="log",
        reference=1.0,
        reference_label=f"same as {reference}",
        axis=f"times the rate of {reference}",
    )
    sentence = _sentence(result, reference)
    return Answer(
        MEASURE,
        "Compared with who could have been stopped, is a group stopped more often?",
        sentence or "No group can be compared.",
        result.status if sentence else Status.UNAVAILABLE,
        (picture,),
        (_numbers(result, labels),),
        result.gates,
        (*result.notes, *(f"{one.label}: {one.fault}" for one in result.benchmarks)),
        result,
        house.provenance("stops", "population", "arrests"),
    )


def _sentence(result: BenchmarkResult, reference: str) -> str:
    """Each group's range over the benchmarks, and whether they agree on the direction; '' when no group can be compared."""
    known = [one for one in result.answers if one.available and one.smallest is not None and one.largest is not None]
    if not known:
        return ""
    ranges = [f"{label(one.group)} {say.ratio(one.smallest or 0.0)} to {say.ratio(one.largest or 0.0)}" for one in known]
    torn = [label(one.group) for one in known if one.clearly_higher and one.clearly_lower]
    told = f"Times the rate of {reference} people, over {len(result.benchmarks)} estimates of who was there: {say.listed(ranges)}."
    return told + (f" The estimates disagree on the direction for {say.listed(torn)}." if torn else "")


def _numbers(result: BenchmarkResult, labels: Mapping[str, str]) -> NumberTable:
    """Stops, people at risk, ratio, index and break-even share of every group on every benchmark."""
    columns = ("Compared with", "Group", "Stops", "People at risk", f"Times {label(result.reference)}", "Index", "Break-even share")
    rows = tuple((labels[r.benchmark], label(r.group), r.stops, r.counted, r.ratio, r.index, r.break_even) for r in result.rows)
    return NumberTable("Stops against each benchmark", columns, rows, kinds=("", "", "count", "count", "times", "", "percent"))
