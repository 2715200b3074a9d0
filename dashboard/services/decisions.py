"""Once stopped, which share of each group meets a decision, and how does it compare with the reference group?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.registry import measures
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot, Scale
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services.benchmark import population_benchmark
from dashboard.services.comparable import OUTCOMES
from dashboard.services.counts import by_group, known_groups, of_persons, tally, true_of
from dashboard.services.restricted import restricted
from dashboard.stats import rates, ratios

if TYPE_CHECKING:
    from dashboard.services.house import House

Counts = dict[str, tuple[int, int]]
Compare = Callable[[int, int, int, int], Estimate]


@restricted(Permission.SEE_WORKBENCH)
def decided(house: House, scope: Scope) -> tuple[str, Counts]:
    """The decision that the setting names, and group -> (stops that met it, stops where it is recorded)."""
    outcome = house.settings.text("adjusted.outcome")
    frame = tally(house.facts, "stops", ("race_group", outcome), of_persons(scope).and_where(outcome, "true", "false"))
    if frame.empty:
        raise NotEnoughData(f"No stop here says whether people were {OUTCOMES[outcome]}.", hint="Choose a longer period, or another decision.")
    frame["k"] = frame["n"].where(true_of(frame, outcome), 0)
    hits, stops = by_group(frame, "k"), by_group(frame)
    return OUTCOMES[outcome], {group: (hits[group], stops[group]) for group in known_groups(stops)}


@restricted(Permission.SEE_WORKBENCH)
def proportion(house: House, scope: Scope) -> Answer:
    """The share of each group that met the decision."""
    verb, counts = decided(house, scope)
    found = {group: rates.proportion(k, n, house.settings) for group, (k, n) in counts.items()}
    return _answer(house, "rates.proportion", verb, found, counts, question=f"Which share of stopped people was {verb}?", kind="percent")


@restricted(Permission.SEE_WORKBENCH)
def difference(house: House, scope: Scope) -> Answer:
    """Points between each group's share and the reference's."""
    return _against(house, scope, "rates.difference", "points", lambda a, n, b, m: rates.difference(a, n, b, m, settings=house.settings))


@restricted(Permission.SEE_WORKBENCH)
def risk_ratio(house: House, scope: Scope) -> Answer:
    """How many times the reference's share is each group's?"""
    return _against(house, scope, "rates.risk_ratio", "times", lambda a, n, b, m: ratios.risk_ratio(a, n, b, m).estimate)


@restricted(Permission.SEE_WORKBENCH)
def odds_ratio(house: House, scope: Scope) -> Answer:
    """How many times the reference's odds are each group's?"""
    return _against(house, scope, "rates.odds_ratio", "times", lambda a, n, b, m: ratios.odds_ratio(a, n, b, m).estimate)


@restricted(Permission.SEE_WORKBENCH)
def rate_ratio(house: House, scope: Scope) -> Answer:
    """How many times the reference's stops per resident are each group's?"""
    residents = population_benchmark(house, scope, "residents")
    if residents is None:
        raise NotEnoughData("There is no population for this place.", hint="Import a population table (ACS B03002), or set agency.area.")
    stops = by_group(tally(house.facts, "stops", ("race_group",), of_persons(scope)))
    people = {group: round(number) for group, number in residents.counts.items()}
    counts = {group: (stops.get(group, 0), people[group]) for group in known_groups(people)}
    found = _compared(house, counts, lambda a, n, b, m: rates.rate_ratio(a, n, b, m, settings=house.settings))
    question = f"How many times the stops per resident of {label(house.settings.text('groups.reference'))} people are those of each group?"
    words, tables = ("Stops", "Residents"), ("stops", "population")
    return _answer(house, "rates.rate_ratio", "stopped", found, counts, question=question, kind="times", words=words, tables=tables)


def _against(house: House, scope: Scope, measure: str, kind: str, compare: Compare) -> Answer:
    """Every group against the reference on the decision that the setting names."""
    verb, counts = decided(house, scope)
    question = f"How does each group compare with {label(house.settings.text('groups.reference'))} in being {verb}?"
    return _answer(house, measure, verb, _compared(house, counts, compare), counts, question=question, kind=kind)


def _compared(house: House, counts: Counts, compare: Compare) -> dict[str, Estimate]:
    """group -> its comparison with the reference. NotEnoughData without a reference or without a second group."""
    reference = house.settings.text("groups.reference")
    if not counts.get(reference, (0, 0))[1]:
        raise NotEnoughData(f"There are no stops of {label(reference)} people to compare with.", hint="Choose a longer period.")
    found = {group: compare(*own, *counts[reference]) for group, own in counts.items() if group != reference}
    if not found:
        raise NotEnoughData("There is no second group to compare with.", hint="Choose a longer period.")
    return found


def _answer(
    house: House,
    measure: str,
    verb: str,
    found: dict[str, Estimate],
    counts: Counts,
    *,
    question: str,
    kind: str,
    words: tuple[str, str] = ("Yes", "Stops"),
    tables: tuple[str, ...] = ("stops",),
) -> Answer:
    """The numbers of all groups as one answer."""
    base = label(house.settings.text("groups.reference"))
    one = measures()[measure]
    alone = kind == "percent"
    scale: Scale = "percent" if alone else "points" if kind == "points" else "log"
    dots = tuple(Dot(label(group), estimate, group) for group, estimate in found.items())
    total = sum(n for _, n in counts.values())
    subtitle = f"{'Share of stops' if alone else f'Against {base}'}; 95% intervals; {total:,} {words[1].lower()}"
    line = None if alone else 0.0 if kind == "points" else 1.0
    picture = DotPlot(f"{one.title}: {verb}", subtitle, dots, scale, line, "" if alone else f"same as {base}", kind)
    known = {group: estimate for group, estimate in found.items() if estimate.known}
    parts = [f"{label(group)} {say.with_interval(estimate, kind)}" for group, estimate in known.items()]
    start = f"Share {verb}" if alone else f"{one.title} against {base}, {verb}"
    cautious = any(estimate.status is Status.CAUTION for estimate in known.values())
    rows = tuple((label(group), *own, found.get(group)) for group, own in counts.items())
    return Answer(
        measure,
        question,
        f"{start}: {say.listed(parts)}." if parts else "No group has enough to give a number.",
        Status.UNAVAILABLE if not known else Status.CAUTION if cautious else Status.OK,
        (picture,),
        (NumberTable(f"{one.title}: {verb}", ("Group", *words, one.title), rows, kinds=("", "count", "count", kind)),),
        (),
        tuple(dict.fromkeys(f"{label(group)}: {estimate.reason}" for group, estimate in found.items() if estimate.reason)),
        tuple(found.items()),
        house.provenance(*tables),
    )
