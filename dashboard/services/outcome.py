"""When officers search, do they find contraband less often in one group? Aggregate, within places, and under every search rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot, Mark, ScatterPlot
from dashboard.schema.result import NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import SEARCH_RULES, label
from dashboard.services.restricted import restricted
from dashboard.services.searches import ASK, NEVER, RULES, never_found, searches, under_rule
from dashboard.services.wording import clear, contrast
from dashboard.stats import compare, outcome
from dashboard.stats.outcome import GroupOutcome, OutcomeStrip, RuleCounts

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE = "outcome.hit_rates"
QUESTION = "When officers search, do they find contraband less often in one group?"
LEAST_BOTH = 10  # searches on either side below which a place is not drawn: its rate could be anything
RULE_LABELS = {**SEARCH_RULES, "ripa_low": "RIPA Board: arrest, warrant and inventory searches only"}


def tested(house: House, scope: Scope) -> tuple[OutcomeStrip, dict[str, RuleCounts], tuple[str, ...]]:
    """The test under every rule, the counts it used, and what was left out. NotEnoughData without a search that has a result."""
    found = searches(house, scope)
    if found.before_gate == 0:
        raise NotEnoughData("No searches are recorded in this period and place.", hint="Choose a longer period or more districts.")
    if found.frame.empty:
        raise NotEnoughData(
            "What searches found is not recorded, so hit rates are not available.",
            hint=f"{found.no_result:,} searches have no result, or fall in months that fail the coverage gate.",
        )
    searched, hits = int(found.frame["n"].sum()), int(found.frame["hits"].sum())
    if never_found(hits, searched):
        raise NotEnoughData(NEVER.format(n=f"{searched:,}"), hint=ASK)
    counts = {rule: under_rule(found, rule) for rule in RULES}
    notes = [f"{found.no_result:,} searches have no recorded result and are left out."] if found.no_result else []
    if found.months.left_out:
        notes.append(f"{len(found.months.left_out)} months are left out: " + "; ".join(f"{m}: {why}" for m, why in found.months.left_out[:6]) + ".")
    return outcome.strip(tuple(counts.values()), settings=house.settings), counts, tuple(notes)


@restricted(Permission.SEE_WORKBENCH)
def answer(house: House, scope: Scope) -> Answer:
    """The outcome test as an answer for staff."""
    strip, counts, notes = tested(house, scope)
    head = strip.headline
    compared = [group for group in head.groups if group.difference is not None]
    reference = label(head.reference)
    return Answer(
        MEASURE,
        QUESTION,
        sentence(compared, reference, head.status) + _noticed(strip, compared, house),
        head.status,
        (_rates(strip), *_places(counts[head.rule], compared, head.reference), _across_rules(strip)),
        (_numbers(strip), _rules_table(strip)),
        head.gates,
        (f"Searches counted: {RULE_LABELS[head.rule]}.", *head.notes, *strip.notes, *notes, *(g.words for g in compared if g.words)),
        strip,
        house.provenance("stops"),
    )


def sentence(compared: list[GroupOutcome], reference: str, status: Status) -> str:
    """Each group's hit rate against the reference's: within places where places can be compared, in the aggregate elsewhere."""
    usable = [one for one in compared if one.difference is not None and one.difference.known]
    if not usable or status is Status.UNAVAILABLE:
        return "There are too few searches to compare groups: each needs 30."
    inside = [one for one in usable if one.mh_difference is not None and one.mh_difference.known]
    pairs = [(label(one.group), one.mh_difference if one in inside else one.difference) for one in usable]
    told = contrast([(name, found) for name, found in pairs if found is not None], "points")
    where = (
        ", compared within the same places" if len(inside) == len(usable) else ", within the same places where they can be compared" if inside else ""
    )
    return f"Share of searches that found something, against searches of {reference} people{where}: {told}."


def _noticed(strip: OutcomeStrip, compared: list[GroupOutcome], house: House) -> str:
    """Where no group differs clearly: the gap that would probably have been noticed for the smallest."""
    head = strip.headline
    base = next((group.hit_rate for group in head.groups if group.group == head.reference), None)
    usable = [one for one in compared if one.difference is not None and one.difference.known]
    if base is None or base.value is None or not usable or any(one.difference is not None and clear(one.difference, 0.0) for one in usable):
        return ""
    smallest = min(usable, key=lambda one: one.searches)
    seen = compare.power(base.value, base.n, smallest.searches, settings=house.settings)
    if seen.gap is None:
        return ""
    return f" A gap of {say.distance(seen.gap)} points for {label(smallest.group)} would probably have been noticed; a null is not exoneration."


def _rates(strip: OutcomeStrip) -> DotPlot:
    """Hit rates of all groups under the headline rule."""
    head = strip.headline
    total = sum(group.searches for group in head.groups)
    return DotPlot(
        "Share of searches that found something",
        f"{RULE_LABELS[head.rule]}; 95% intervals; {total:,} searches",
        tuple(Dot(label(group.group), group.hit_rate, group.group) for group in head.groups),
        scale="percent",
        axis="searches with a find",
    )


def _places(counts: RuleCounts, compared: list[GroupOutcome], reference: str) -> tuple[ScatterPlot, ...]:
    """Each group's hit rate against the reference, place by place, where there are places."""
    cells = {(cell.place, cell.group): cell for cell in counts.cells if cell.place and cell.searches > 0}
    marks = []
    for group in compared:
        for (place, own), cell in cells.items():
            base = cells.get((place, reference))
            if own == group.group and base is not None and min(cell.searches, base.searches) >= LEAST_BOTH:
                marks.append(Mark(base.hits / base.searches, cell.hits / cell.searches, cell.searches + base.searches, place, own))
    if len({mark.label for mark in marks}) < 2:
        return ()
    title = "Place by place: below the line, searches of the group find less"
    subtitle = f"Share of searches that found something; size is the number of searches; {len(marks)} places with {LEAST_BOTH} or more of both"
    return (ScatterPlot(title, subtitle, tuple(marks), f"{label(reference)} hit rate", "hit rate of the group", "percent", diagonal=True),)


def _across_rules(strip: OutcomeStrip) -> DotPlot:
    """The difference under every search rule, because the choice can change the sign."""
    dots = tuple(
        Dot(label(group.group), group.difference, group.group, panel=RULE_LABELS[result.rule])
        for result in strip.results
        for group in result.groups
        if group.difference is not None
    )
    base = label(strip.headline.reference)
    return DotPlot(
        "Does the answer depend on which searches are counted?",
        f"Hit rate minus that of {base}, in points; 95% intervals",
        dots,
        scale="points",
        reference=0.0,
        reference_label=f"same as {base}",
        axis="points",
    )


def _numbers(strip: OutcomeStrip) -> NumberTable:
    """Searches, hits, rates and comparisons of the headline rule."""
    columns = ("Group", "Searches", "Finds", "Hit rate", "Difference", "Within places", "Ratio within places", "Places lower", "Places compared")
    rows = tuple(
        (label(g.group), g.searches, g.hits, g.hit_rate, g.difference, g.mh_difference, g.mh_ratio, g.places_lower, g.places_compared)
        for g in strip.headline.groups
    )
    return NumberTable(f"Hit rates: {RULE_LABELS[strip.headline.rule]}", columns, rows, kinds=("", "", "", "percent", "points", "points", "times"))


def _rules_table(strip: OutcomeStrip) -> NumberTable:
    """The same under every rule."""
    rows = tuple((RULE_LABELS[r.rule], label(g.group), g.searches, g.hits, g.hit_rate, g.difference) for r in strip.results for g in r.groups)
    return NumberTable(
        "Under every search rule", ("Rule", "Group", "Searches", "Finds", "Hit rate", "Difference"), rows, kinds=("", "", "", "", "percent", "points")
    )
