"""How often is force used on each group, per arrest, per call and per resident, side by side?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services import force_catalog as catalog
from dashboard.services.benchmark import population_benchmark
from dashboard.services.counts import known_groups, staff
from dashboard.services.force_counts import Numbers, added, common_years, estimate, numbers, slice_words
from dashboard.services.restricted import restricted
from dashboard.stats import force
from dashboard.stats.force import EVERYONE, Exposure, ForceRates

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE = "force.rates"
ARRESTS, CALLS, RESIDENTS = "arrests", "calls", "residents"
PANELS = {ARRESTS: "per 1,000 arrests", CALLS: "per 10,000 calls", RESIDENTS: "per 10,000 residents a year"}


def side_by_side(house: House, scope: Scope) -> Answer:
    """Rates and ratios of every group on every denominator there is, from released counts for the public and exact ones for staff."""
    found = numbers(house, scope.narrowed(groups=()), catalog.PEOPLE, catalog.ARRESTS, catalog.CALLS)
    results = [one for one in (_arrests(house, found), _calls(house, found), _residents(house, found)) if one is not None]
    if not results:
        raise NotEnoughData(
            "There is nothing to divide the force by for the same place and period.",
            hint="Import arrests, calls for service or a population table that cover the whole of a year.",
        )
    reference = house.settings.text("groups.reference")
    return Answer(
        MEASURE,
        "How often is force used, and against whose number?",
        _sentence(results, reference),
        Status.OK,
        _pictures(results, reference, found),
        _tables(results, reference),
        tuple(gate for one in results for gate in one.gates),
        _notes(results, found),
        tuple(results),
        found.provenance,
        public=found.public,
    )


@restricted(Permission.SEE_WORKBENCH)
def answer(house: House, scope: Scope) -> Answer:
    """The same for the command line, over the exact counts."""
    if house.facts.span("use_of_force")[0] is None:
        raise NotEnoughData("There is no use of force in this place and period.", hint="Import use-of-force reports.")
    return side_by_side(house, staff(scope))


def _subjects(found: Numbers, years: tuple[str, ...]) -> dict[str, int]:
    """Subjects by group over these years; groups with a withheld year are left out, because half a count is no count."""
    people = found.table(catalog.PEOPLE)
    counts = {group: added(people, years, race_group=group) for group in people.levels("race_group")}
    return {group: n for group, n in counts.items() if n is not None}


def _whole(found: Numbers, years: tuple[str, ...]) -> int | None:
    """All subjects of these years."""
    return added(found.table(catalog.PEOPLE), years)


def _arrests(house: House, found: Numbers) -> ForceRates | None:
    """Per arrest, over the years that force and arrests have in common."""
    years = common_years(house, found, (catalog.PEOPLE, "use_of_force"), (catalog.ARRESTS, "arrests"))
    table = found.get(catalog.ARRESTS)
    if table is None or not years:
        return None
    counts = {group: added(table, years, race_group=group) for group in table.levels("race_group")}
    least = house.settings.number("release.min_denominator") if found.public else 1
    shown = {group: float(n) for group, n in counts.items() if n is not None and n >= least}
    return _judged(house, found, years, Exposure(ARRESTS, PANELS[ARRESTS], 1000.0, shown, _period(years)))


def _calls(house: House, found: Numbers) -> ForceRates | None:
    """Per call for service: calls have no group, so for everyone alone."""
    years = common_years(house, found, (catalog.PEOPLE, "use_of_force"), (catalog.CALLS, "contacts"))
    table = found.get(catalog.CALLS)
    total, subjects = (added(table, years) if table is not None and years else None), _whole(found, years) if years else None
    if not total or subjects is None:
        return None
    exposure = Exposure(CALLS, PANELS[CALLS], 10_000.0, {EVERYONE: float(total)}, _period(years))
    return force.force_rates({EVERYONE: subjects}, [exposure], period=_period(years), settings=house.settings)


def _residents(house: House, found: Numbers) -> ForceRates | None:
    """Per resident and year."""
    years = common_years(house, found, (catalog.PEOPLE, "use_of_force"))
    people = population_benchmark(house, found.scope, "residents")
    if people is None or not years:
        return None
    span = found.scope
    length = (span.end - span.start).days / 365.25 if span.start and span.end and not found.public else float(len(years))
    exposure = Exposure(RESIDENTS, PANELS[RESIDENTS], 10_000.0, {group: n * length for group, n in people.counts.items() if n}, _period(years))
    return _judged(house, found, years, exposure)


def _period(years: tuple[str, ...]) -> str:
    """The years as one name."""
    return years[0] if len(years) == 1 else f"{years[0]}-{years[-1]}"


def _judged(house: House, found: Numbers, years: tuple[str, ...], exposure: Exposure) -> ForceRates:
    """The measure on one denominator. Groups whose force is withheld are left out of both sides."""
    subjects = _subjects(found, years)
    shown = {group: n for group, n in exposure.counts.items() if group in subjects or group not in found.table(catalog.PEOPLE).levels("race_group")}
    kept = Exposure(exposure.name, exposure.label, exposure.per, shown, exposure.period)
    return force.force_rates(subjects, [kept], house.settings.text("groups.reference"), period=exposure.period, settings=house.settings)


def _panel(result: ForceRates) -> str:
    """The denominator's name."""
    return PANELS[result.rows[0].exposure]


def _pictures(results: list[ForceRates], reference: str, found: Numbers) -> tuple[DotPlot, ...]:
    """Ratios beside each other, then the rates."""
    ratios = tuple(
        Dot(label(row.group), row.ratio, row.group, panel=_panel(one).capitalize())
        for one in results
        for row in one.rows
        if row.ratio is not None and row.group != EVERYONE and row.ratio.known
    )
    where = slice_words(found)
    first = DotPlot(
        "Force on each group, by what it is divided by",
        f"Times the rate of {label(reference)} people; 95% intervals; {where}",
        ratios,
        "log",
        1.0,
        f"same as {label(reference)}",
        f"times the rate of {label(reference)} people",
    )
    plots = [first] if ratios else []
    for one in results:
        dots = tuple(
            Dot("Everyone" if row.group == EVERYONE else label(row.group), row.rate, "" if row.group == EVERYONE else row.group, stands_out=False)
            for row in one.rows
            if row.rate.known
        )
        if dots:
            plots.append(DotPlot(f"People subjected to force {_panel(one)}", f"95% intervals; {where}", dots, "number", None, "", _panel(one)))
    return tuple(plots)


def _tables(results: list[ForceRates], reference: str) -> tuple[NumberTable, ...]:
    """Subjects, denominator, rate and ratio of every group on every denominator."""
    columns = ("Group", "People subjected to force", "Divided by", "Rate", f"Times {label(reference)}")
    tables = []
    for one in results:
        rows = tuple(
            (
                "Everyone" if row.group == EVERYONE else label(row.group),
                estimate(int(row.subjects)),
                say.count(row.exposed),
                row.rate,
                row.ratio or "",
            )
            for row in one.rows
        )
        tables.append(NumberTable(f"Force {_panel(one)}", columns, rows, kinds=("", "count", "", "number", "times")))
    return tuple(tables)


def _sentence(results: list[ForceRates], reference: str) -> str:
    """For each denominator the largest clear difference; where there is none, that."""
    parts = []
    for one in results:
        clear = [row for row in one.rows if row.ratio is not None and row.ratio.known and _clear(row.ratio)]
        if clear:
            row = max(clear, key=lambda row: abs((row.ratio.value if row.ratio else 1.0) or 1.0))
            ratio = row.ratio or Estimate(None)
            parts.append(
                f"{_panel(one)}, {label(row.group)} people {say.ratio(ratio.value or 0)} times as often as {label(reference)} people "
                f"(95% interval {say.ratio(ratio.low or 0)} to {say.ratio(ratio.high or 0)})"
            )
        elif any(row.ratio is not None and row.ratio.known for row in one.rows):
            parts.append(f"{_panel(one)}, no group differs clearly from {label(reference)} people")
    everyone = next((row.rate for one in results for row in one.rows if row.group == EVERYONE and row.rate.known), None)
    if not parts:
        return f"Force was used on {say.with_interval(everyone)} people {_panel(results[0])}." if everyone else "No rate can be shown."
    return f"Force was used: {'; '.join(parts)}."


def _clear(ratio: Estimate) -> bool:
    """Does the interval leave 1 out?"""
    return (ratio.low or 0.0) > 1 or (ratio.high is not None and ratio.high < 1)


def _notes(results: list[ForceRates], found: Numbers) -> tuple[str, ...]:
    """What is divided by what, and what is not shown."""
    people = found.table(catalog.PEOPLE)
    hidden = [label(g) for g in known_groups(people.levels("race_group")) if all(one.row(one.rows[0].exposure, g) is None for one in results)]
    notes = [
        "A person counts once for each incident. The group is mostly what the officer saw; the census asks people themselves.",
        "If arrests are themselves unequal, the rate per arrest understates the difference; residents are not the people whom police meet.",
    ]
    missing = {PANELS[name] for name in PANELS} - {_panel(one) for one in results}
    if missing:
        notes.append(f"Not available, because the same whole years are not there: {say.listed(sorted(missing))}.")
    return (*notes, *([f"Not shown: {say.listed(hidden)}."] if hidden else []))
