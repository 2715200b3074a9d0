"""With this much data, which gap would probably have been noticed?"""

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
from dashboard.services.counts import known_groups, of_persons, tally, true_of
from dashboard.services.restricted import restricted
from dashboard.services.searches import searches, under_rule
from dashboard.stats import compare
from dashboard.stats.compare import Power

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE = "compare.power"


@restricted(Permission.SEE_WORKBENCH)
def answer(house: House, scope: Scope) -> Answer:
    """The smallest noticeable gap in search and hit rates, per group, from the sizes and the reference's share alone."""
    reference = house.settings.text("groups.reference")
    rows: list[tuple[object, ...]] = []
    results: list[tuple[str, str, Power]] = []
    for decision, counts in (("searched", _search_counts(house, scope)), ("found something", _hit_counts(house, scope))):
        base = counts.get(reference)
        if base is None or not base[1]:
            continue
        for group in known_groups(counts):
            if group == reference or not counts[group][1]:
                continue
            one = compare.power(base[0] / base[1], base[1], counts[group][1], settings=house.settings)
            results.append((decision, group, one))
            rows.append(
                (decision, label(group), counts[group][1], base[1], "not available" if one.gap is None else f"{say.distance(one.gap)} points")
            )
    if not results:
        raise NotEnoughData(f"There are no stops of {label(reference)} people to compare with.", hint="Choose a longer period.")
    title = "Smallest gap that would probably have been noticed"
    table = NumberTable(title, ("Decision", "Group", "Own n", "Reference n", "Gap"), tuple(rows))
    return Answer(
        MEASURE,
        "Could we have seen a difference that matters?",
        _sentence(results),
        Status.OK,
        (_picture(results, title, label(reference)),),
        (table,),
        (),
        (),
        tuple(results),
        house.provenance("stops"),
    )


def _sentence(results: list[tuple[str, str, Power]]) -> str:
    """'Searched: gaps from 0.8 points (Black) would probably have been noticed, for Native American only from 4.8 points on.'"""
    told = []
    for decision in dict.fromkeys(decision for decision, _, _ in results):
        gaps = sorted((one.gap, label(group)) for own, group, one in results if own == decision and one.gap is not None)
        if gaps:
            (least, first), (most, last) = gaps[0], gaps[-1]
            rest = f", for {last} only from {say.distance(most)} points" if len(gaps) > 1 else ""
            told.append(f"{decision}, from {say.distance(least)} points for {first}{rest}")
    if not told:
        return "No gap would have been noticed with numbers as small as these."
    return f"Gaps that would probably have been noticed: {'; '.join(told)}. Smaller gaps could be there: a null is not exoneration."


def _picture(results: list[tuple[str, str, Power]], title: str, reference: str) -> DotPlot:
    """The noticeable gap of each group, decision by decision."""
    dots = tuple(
        Dot(
            label(group),
            Estimate.unavailable(one.sentence) if one.gap is None else Estimate(round(100 * one.gap, 1)),
            group,
            panel=decision.capitalize(),
        )
        for decision, group, one in results
    )
    target = f"Points against {reference}; noticed in {results[0][2].target:.0%} of repetitions"
    return DotPlot(title, target, dots, "number", axis="points, either way")


def _search_counts(house: House, scope: Scope) -> dict[str, tuple[int, int]]:
    """group -> (searches, stops)."""
    frame = tally(house.facts, "stops", ("race_group", "searched"), of_persons(scope).and_where("searched", "true", "false"))
    frame["k"] = frame["n"].where(true_of(frame, "searched"), 0)
    totals = frame.groupby("race_group", observed=True)[["k", "n"]].sum()
    return {str(group): (int(k), int(n)) for group, (k, n) in totals.iterrows()}


def _hit_counts(house: House, scope: Scope) -> dict[str, tuple[int, int]]:
    """group -> (hits, searches) under the headline rule."""
    found = searches(house, scope)
    counts: dict[str, tuple[int, int]] = {}
    if found.frame.empty:
        return counts
    for cell in under_rule(found, house.settings.text("outcome.searches")).cells:
        hits, n = counts.get(cell.group, (0, 0))
        counts[cell.group] = (hits + cell.hits, n + cell.searches)
    return counts
