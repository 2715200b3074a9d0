"""What the public reads about being stopped at all: stops against who was there, and daylight against the dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot
from dashboard.schema.result import NumberTable, Provenance, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import UNIVERSES, label
from dashboard.services import darkness, releases
from dashboard.services.benchmark import FAULTS, population_benchmark
from dashboard.services.published import groups_of, slice_of
from dashboard.stats import benchmark
from dashboard.stats.benchmark import BenchmarkResult

if TYPE_CHECKING:
    from dashboard.services.house import House

# Benchmarks that the released stop counts can be divided by: those that need no narrower count of stops.
WHOLE = ("residents", "age_16_plus")


def stopped(house: House, scope: Scope) -> Answer:
    """Released stop counts against population benchmarks: who is stopped."""
    edition = releases.in_force(house)
    released = edition.table("stops")
    cut = slice_of(released, scope)
    counts = {g: released.count(race_group=g, year=cut.year, district=cut.district) for g in groups_of(released)}
    shown = {group: n for group, n in counts.items() if n is not None}
    found = [population_benchmark(house, scope, universe) for universe in UNIVERSES if universe in WHOLE]
    benchmarks = [one for one in found if one is not None]
    if not benchmarks:
        raise NotEnoughData("There is no published population to compare the stops with.", hint="The agency has not imported a population table.")
    result = benchmark.compare(shown, benchmarks, house.settings.text("groups.reference"), settings=house.settings)
    reference = label(result.reference)
    names = {one.name: one.label for one in benchmarks}
    picture = DotPlot(
        "Who is stopped, compared with who lives here",
        f"Times the rate of {reference}; 95% intervals; {sum(shown.values()):,} stops",
        tuple(Dot(label(row.group), row.ratio, row.group, panel=names[row.benchmark]) for row in result.rows if row.group != result.reference),
        "log",
        1.0,
        f"same as {reference}",
        f"times the rate of {reference}",
    )
    rows = tuple((names[r.benchmark], label(r.group), say.count(r.stops), say.count(r.counted), r.ratio, r.break_even) for r in result.rows)
    columns = ("Compared with", "Group", "Stops", "People", f"Times {reference}", "Break-even share")
    hidden = [label(group) for group, n in counts.items() if n is None]
    notes = [f"{one.label}: {FAULTS[one.name]}" for one in benchmarks] + list(result.notes)
    return Answer(
        "benchmark.compare",
        "Who is stopped, compared with who lives here?",
        _words(result),
        result.status,
        (picture,),
        (NumberTable("Stops against the population", columns, rows, kinds=("", "", "", "", "times", "percent")),),
        (),
        (*notes, *([f"Not shown: {say.listed(hidden)}."] if hidden else [])),
        result,
        Provenance(edition.data_version, (), edition.release_id, edition.settings, house.home.sample),
        public=True,
    )


def _words(result: BenchmarkResult) -> str:
    """Each group's range over the benchmarks, in one sentence."""
    told = []
    for one in result.answers:
        if one.available and one.smallest is not None and one.largest is not None:
            low, high = say.ratio(one.smallest), say.ratio(one.largest)
            told.append(f"{label(one.group)} people {low if low == high else f'{low} to {high}'}")
    if not told:
        return "No group has enough stops to compare."
    count = len(result.benchmarks)
    counted = "" if count == 1 else f", whichever of {count} population counts is used"
    return f"Stops per resident, as a multiple of those of {label(result.reference)} people: {say.listed(told)}{counted}."


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
        Provenance(edition.data_version, (), edition.release_id, edition.settings, house.home.sample),
        public=True,
    )
