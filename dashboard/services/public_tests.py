"""What the public reads about being stopped at all: stops against who was there, and daylight against the dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services import darkness, releases
from dashboard.services.benchmark import FAULTS, WHOLE, population_benchmark
from dashboard.services.published import Slice, groups_of, slice_of
from dashboard.stats import benchmark
from dashboard.stats.benchmark import Benchmark, BenchmarkResult

if TYPE_CHECKING:
    from dashboard.services.house import House

Ratio = tuple[str, str, Estimate]  # compared with, group, times the reference
EVERYTHING = Slice()


def stopped(house: House, scope: Scope) -> Answer:
    """Who is stopped: released counts against residents, and, for the whole agency, the released comparisons with drivers, crashes and arrests."""
    edition = releases.in_force(house)
    released = edition.table("stops")
    cut = slice_of(released, scope)
    counts = {g: released.count(race_group=g, year=cut.year, district=cut.district) for g in groups_of(released)}
    shown = {group: n for group, n in counts.items() if n is not None}
    found = [population_benchmark(house, scope, universe) for universe in WHOLE]
    benchmarks = [one for one in found if one is not None]
    more = _released(edition) if cut == EVERYTHING else []
    if not benchmarks and not more:
        raise NotEnoughData("There is no published population to compare the stops with.", hint="The agency has not imported a population table.")
    result = benchmark.compare(shown, benchmarks, house.settings.text("groups.reference"), settings=house.settings)
    reference = label(result.reference)
    names = {one.name: one.label for one in benchmarks}
    ratios = [(names[row.benchmark], row.group, row.ratio) for row in result.rows if row.group != result.reference] + more
    picture = DotPlot(
        "Who is stopped, compared with who was there",
        f"Times the rate of {reference}; 95% intervals; {sum(shown.values()):,} stops",
        tuple(Dot(label(group), ratio, group, panel=panel) for panel, group, ratio in ratios),
        "log",
        1.0,
        f"same as {reference}",
        f"times the rate of {reference}",
    )
    return Answer(
        "benchmark.compare",
        "Who is stopped, compared with who was there to be stopped?",
        _words(ratios, reference),
        result.status if benchmarks else Status.OK,
        (picture,),
        _tables(result, names, more),
        (),
        _notes(benchmarks, result, counts, more, whole=cut == EVERYTHING),
        result,
        edition.provenance(house),
        public=True,
    )


def _released(edition: releases.Edition) -> list[Ratio]:
    """The released ratios on benchmarks that count stops of their own: none in an edition made before they were published."""
    try:
        rows = edition.test("benchmark.compare").rows
    except NotEnoughData:
        return []
    found: list[Ratio] = []
    for name, estimate in rows:
        group, _, universe = name.partition("|")
        found.append((_capital(universe), group, estimate))
    return found


def _capital(universe: str) -> str:
    """A benchmark's name as a heading."""
    return f"{label(universe)[0].upper()}{label(universe)[1:]}"


def _tables(result: BenchmarkResult, names: Mapping[str, str], more: Sequence[Ratio]) -> tuple[NumberTable, ...]:
    """The counts against residents, and the other comparisons."""
    reference = f"Times {label(result.reference)}"
    rows = tuple((names[r.benchmark], label(r.group), say.count(r.stops), say.count(r.counted), r.ratio, r.break_even) for r in result.rows)
    columns = ("Compared with", "Group", "Stops", "People", reference, "Break-even share")
    first = NumberTable("Stops against residents", columns, rows, kinds=("", "", "", "", "times", "percent"))
    others = tuple((panel, label(group), ratio) for panel, group, ratio in more)
    second = NumberTable("Stops against drivers, crashes and arrests", ("Compared with", "Group", reference), others, kinds=("", "", "times"))
    return tuple(table for table in (first, second) if table.rows)


def _notes(
    benchmarks: Sequence[Benchmark], result: BenchmarkResult, counts: Mapping[str, int | None], more: Sequence[Ratio], *, whole: bool
) -> tuple[str, ...]:
    """What is wrong with each comparison, and what is not shown."""
    faults = [f"{one.label}: {FAULTS[one.name]}" for one in benchmarks]
    if whole:
        there = {panel for panel, _, _ in more}
        faults += [f"{_capital(name)}: {fault}" for name, fault in FAULTS.items() if _capital(name) in there]
    else:
        faults.append("Comparisons with drivers, crashes and arrests are published for the whole agency and all years only.")
    hidden = [label(group) for group, n in counts.items() if n is None]
    return (*faults, *result.notes, *([f"Not shown: {say.listed(hidden)}."] if hidden else []))


def _words(ratios: Sequence[Ratio], reference: str) -> str:
    """Each group's range over the benchmarks, and for whom they disagree on the direction."""
    known: dict[str, list[Estimate]] = {}
    for _, group, ratio in ratios:
        if ratio.value is not None:
            known.setdefault(group, []).append(ratio)
    if not known:
        return "No group has enough stops to compare."
    told, torn = [], []
    for group, found in known.items():
        low, high = (say.ratio(pick(one.value or 0.0 for one in found)) for pick in (min, max))
        told.append(f"{label(group)} {low if low == high else f'{low} to {high}'}")
        if any((one.low or 0.0) > 1 for one in found) and any((one.high or 2.0) < 1 for one in found):
            torn.append(label(group))
    count = len({panel for panel, _, ratio in ratios if ratio.value is not None})
    over = "one estimate" if count == 1 else f"{count} estimates"
    said = f"Times the rate of {reference} people, over {over} of who was there to be stopped: {say.listed(told)}."
    return said + (f" The estimates disagree on the direction for {say.listed(torn)}." if torn else "")


def at_night(house: House, scope: Scope) -> Answer:
    """The veil of darkness as it was released, for the whole agency and all years."""
    edition = releases.in_force(house)
    one = edition.test(darkness.MEASURE)
    known = [(group, estimate) for group, estimate in one.rows if estimate.known]
    picture = DotPlot(
        one.title,
        "Odds ratio against the reference group, at the same clock time; 95% intervals; whole agency, all years",
        tuple(Dot(label(group), estimate, group) for group, estimate in one.rows),
        "log",
        1.0,
        "no change with darkness",
        "odds ratio, daylight against dark",
    )
    return Answer(
        darkness.MEASURE,
        "Does who is stopped change when it is too dark to see who is driving?",
        one.sentence or "There are too few stops around dusk to say.",
        Status.OK if known else Status.UNAVAILABLE,
        (picture,) if one.rows else (),
        (NumberTable(one.title, ("Group", "Odds ratio"), tuple((label(group), estimate) for group, estimate in one.rows), kinds=("", "times")),),
        (),
        ("Computed for the whole agency and all years; the filters above do not narrow it.",),
        one,
        edition.provenance(house),
        public=True,
    )
