"""What is the best guess for each small district, once it is moved toward the average by as much as chance can explain?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot
from dashboard.schema.result import Estimate, NumberTable
from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services.counts import known_groups
from dashboard.services.family import search_rates
from dashboard.services.restricted import restricted
from dashboard.stats import compare
from dashboard.stats.compare import Shrunk

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE = "compare.shrink"


@restricted(Permission.SEE_WORKBENCH)
def answer(house: House, scope: Scope) -> Answer:
    """Search-rate ratios against the reference, district by district, shrunk per group."""
    counts = search_rates(house, scope)
    reference = house.settings.text("groups.reference")
    found = []
    for group in known_groups({g for _, g in counts}):
        usable = [
            (d, counts[d, group], counts[d, reference])
            for d in sorted({d for d, g in counts if g == group})
            if group != reference and counts[d, group][0] > 0 and counts.get((d, reference), (0, 0))[0] > 0
        ]
        if usable:
            y = [math.log((k / n) / (b / m)) for _, (k, n), (b, m) in usable]
            se = [math.sqrt(1 / k - 1 / n + 1 / b - 1 / m) or 1e-9 for _, (k, n), (b, m) in usable]
            found.append((group, compare.shrink(y, se, [d for d, _, _ in usable])))
    if not found:
        raise NotEnoughData("There are no districts with searches of two groups.", hint="Choose a longer period.")
    dots = tuple(Dot(place.name, _ratio(place.shrunk), group, panel=label(group)) for group, one in found for place in one.ranked())
    picture = DotPlot(
        "Search-rate ratios by district, moved toward the average",
        f"Times the search rate of {label(reference)} in the same district; 95% intervals",
        dots,
        "log",
        1.0,
        f"same as {label(reference)}",
        "ratio",
    )
    rows = tuple((p.name, label(group), math.exp(p.raw), _ratio(p.shrunk)) for group, one in found for p in one.places)
    return Answer(
        MEASURE,
        "What is the best guess for each district?",
        _sentence(found, label(reference)),
        found[0][1].status,
        (picture,),
        (NumberTable("Ratios by district", ("District", "Group", "As counted", "Best guess"), rows, kinds=("", "", "times", "times")),),
        (),
        (),
        tuple(one for _, one in found),
        house.provenance("stops"),
    )


def _sentence(found: list[tuple[str, Shrunk]], reference: str) -> str:
    """Each group's lowest and highest district, and the groups whose districts do not differ beyond chance."""
    told, alike = [], []
    for group, one in found:
        ranked = [(place.name, _ratio(place.shrunk)) for place in one.ranked()]
        if one.tau2:
            (high, most), (low, least) = ranked[0], ranked[-1]
            told.append(f"{label(group)} from {say.value(least, 'times')} ({low}) to {say.value(most, 'times')} ({high})")
        else:
            alike.append(label(group))
    parts = [f"Best guess of the search rate against {reference} people in the same district: {'; '.join(told)}."] if told else []
    if alike:
        parts.append(f"Districts do not differ beyond chance for {say.listed(alike)}.")
    return " ".join(parts)


def _ratio(log: Estimate) -> Estimate:
    """A log ratio as a ratio."""
    if log.value is None or log.low is None or log.high is None:
        return log
    return Estimate(math.exp(log.value), math.exp(log.low), math.exp(log.high), log.n, log.status, log.reason)
