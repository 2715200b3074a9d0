"""Which district and group differences in hit and search rates stand out, after allowing for how many were looked at?"""

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
from dashboard.services.counts import UNRECORDED, known_groups, of_persons, tally, true_of
from dashboard.services.restricted import restricted
from dashboard.stats import compare, rates

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE = "compare.family"
MIN_STOPS = 30
FAMILY = "search rates: groups x districts"


def search_rates(house: House, scope: Scope) -> dict[tuple[str, str], tuple[int, int]]:
    """(district, group) -> (searches, stops) of persons whose search is recorded."""
    by = ("district", "race_group", "searched")
    frame = tally(house.facts, "stops", by, of_persons(scope).and_where("searched", "true", "false"))
    frame["k"] = frame["n"].where(true_of(frame, "searched"), 0)
    totals = frame.groupby(["district", "race_group"], observed=True)[["k", "n"]].sum()
    return {(str(d), str(g)): (int(k), int(n)) for (d, g), (k, n) in totals.iterrows() if UNRECORDED not in {d, g}}


def search_gaps(house: House, scope: Scope) -> dict[str, Estimate]:
    """group -> difference of its search rate from the reference's, over the whole slice."""
    totals: dict[str, tuple[int, int]] = {}
    for (_, group), (k, n) in search_rates(house, scope).items():
        totals[group] = totals.get(group, (0, 0))[0] + k, totals.get(group, (0, 0))[1] + n
    base = totals.get(house.settings.text("groups.reference"))
    if base is None:
        raise NotEnoughData("There are no stops of the reference group here.", hint="Choose a longer period or another reference group.")
    return {group: rates.difference(*own, *base, settings=house.settings) for group, own in totals.items()}


@restricted(Permission.SEE_WORKBENCH)
def answer(house: House, scope: Scope) -> Answer:
    """The declared family of search-rate differences, one per group and district, with the false discovery rate held."""
    counts = search_rates(house, scope)
    reference = house.settings.text("groups.reference")
    groups = [group for group in known_groups({g for _, g in counts}) if group != reference]
    gaps: dict[str, Estimate] = {}
    keys: dict[str, tuple[str, str]] = {}
    p_values: dict[str, float | None] = {}
    for district in sorted({d for d, _ in counts}):
        base = counts.get((district, reference))
        for group in groups:
            own = counts.get((district, group))
            if base is None or own is None:
                continue
            name = f"{district}, {label(group)}"
            enough = min(own[1], base[1]) >= MIN_STOPS
            keys[name] = (district, group)
            gaps[name] = rates.difference(*own, *base, settings=house.settings)
            p_values[name] = rates.p_of_difference(*own, *base) if enough else None
    if not gaps:
        raise NotEnoughData("There are no districts and groups to compare here.", hint="Choose a longer period or more districts.")
    result = compare.family(p_values, name=FAMILY, settings=house.settings)
    marked = set(result.standing_out)
    picture = DotPlot(
        f"Search rates that stand out: {len(marked)} of {result.m}",
        f"Points against {label(reference)} in the same district; 95% intervals; false discovery rate {result.level:.0%}",
        tuple(Dot(keys[n][0], e, keys[n][1], panel=label(keys[n][1]), stands_out=n in marked) for n, e in gaps.items() if p_values[n] is not None),
        "points",
        0.0,
        f"same as {label(reference)}",
        "points",
    )
    by_name = {member.name: member for member in result.members}
    rows = tuple(
        (*_named(keys[n]), *counts[keys[n]], gap, by_name[n].q if n in by_name else None, "stands out" if n in marked else "")
        for n, gap in gaps.items()
    )
    columns = ("District", "Group", "Searches", "Stops", "Difference", "q", "")
    return Answer(
        MEASURE,
        "Which differences in search rates stand out?",
        f"{result.sentence}{_largest(marked, gaps, keys)}",
        Status.OK if result.m else Status.UNAVAILABLE,
        (picture,),
        (NumberTable("Search rates by district and group", columns, rows, kinds=("", "", "", "", "points")),),
        (),
        tuple(f"{name} has fewer than {MIN_STOPS} stops and is not compared." for name in result.refused),
        result,
        house.provenance("stops"),
    )


def _largest(marked: set[str], gaps: dict[str, Estimate], keys: dict[str, tuple[str, str]]) -> str:
    """The comparison that stands out most, named."""
    if not marked:
        return ""
    name = max(marked, key=lambda one: abs(gaps[one].value or 0.0))
    return f" The largest: {label(keys[name][1])} in {keys[name][0]}, {say.with_interval(gaps[name], 'points')}."


def _named(key: tuple[str, str]) -> tuple[str, str]:
    """District and group for people."""
    return key[0], label(key[1])
