"""With this much data, which gap would probably have been noticed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData
from dashboard.schema.answer import Answer
from dashboard.schema.result import NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services.counts import known_groups, of_persons, tally, true_of
from dashboard.services.searches import searches, under_rule
from dashboard.stats import compare
from dashboard.stats.compare import Power

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE = "compare.power"


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
            rows.append((decision, label(group), counts[group][1], base[1], "not available" if one.gap is None else f"{100 * one.gap:.3g} points"))
    if not results:
        raise NotEnoughData(f"There are no stops of {label(reference)} people to compare with.", hint="Choose a longer period.")
    sentence = " ".join(f"{label(group)}, {decision}: {one.sentence}" for decision, group, one in results)
    table = NumberTable("Smallest gap that would probably have been noticed", ("Decision", "Group", "Own n", "Reference n", "Gap"), tuple(rows))
    return Answer(
        MEASURE,
        "Could we have seen a difference that matters?",
        sentence,
        Status.OK,
        (),
        (table,),
        (),
        (),
        tuple(results),
        house.provenance("stops"),
    )


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
