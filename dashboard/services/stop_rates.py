"""How many stops per 1,000 residents a year, by group?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Bar, BarPlot
from dashboard.schema.result import NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services.benchmark import population_benchmark
from dashboard.services.counts import known_groups, of_persons, tally
from dashboard.services.restricted import restricted
from dashboard.services.wording import side_by_side
from dashboard.stats import rates
from dashboard.stats.months import MonthCoverage, observed_months

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE = "rates.rate"
PER = 1000.0


@restricted(Permission.SEE_WORKBENCH)
def answer(house: House, scope: Scope) -> Answer:
    """Stops per 1,000 residents and year, with months that were not observed left out of the exposure."""
    residents = population_benchmark(house, scope, "residents")
    if residents is None:
        raise NotEnoughData("There is no population for this place.", hint="Import a population table (ACS B03002), or set agency.area.")
    frame = tally(house.facts, "stops", ("month", "race_group"), of_persons(scope))
    if frame.empty:
        raise NotEnoughData("There are no stops in this period and place.", hint="Choose a longer period, or import stops.")
    totals = frame.groupby("month")["n"].sum()
    months = observed_months([MonthCoverage(str(m), int(n), int(n)) for m, n in totals.items()], settings=house.settings)
    used = frame[frame["month"].isin(months.used)]
    found = []
    for group in known_groups(residents.counts):
        own = used[used["race_group"] == group].set_index("month")["n"].reindex(list(months.used), fill_value=0)
        one = rates.rate(float(own.sum()), residents.counts[group], months.count, len(totals), [float(n) for n in own], per=PER)
        found.append((group, one))
    known = [(group, one) for group, one in found if one.estimate.known]
    picture = BarPlot(
        "Stops per 1,000 residents a year",
        f"{residents.label}; {len(months.used)} months observed; 95% intervals",
        tuple(Bar(label(group), one.estimate, group) for group, one in found),
        axis="stops per 1,000 residents a year",
    )
    rows = tuple((label(group), one.events, residents.counts[group], one.estimate, one.phi) for group, one in found)
    return Answer(
        MEASURE,
        "How many stops per 1,000 residents, by group?",
        f"Stops per 1,000 residents a year, with 95% intervals: {side_by_side([(label(group), one.estimate) for group, one in known])}."
        if known
        else "No group has a usable population.",
        Status.OK if known else Status.UNAVAILABLE,
        (picture,),
        (NumberTable("Stops per 1,000 residents a year", ("Group", "Stops", "Residents", "Rate", "Dispersion"), rows, kinds=("", "count", "count")),),
        (months.gate,),
        (residents.fault, "A stop is not a person: one person may be stopped several times, and visitors are stopped too."),
        tuple(one for _, one in found),
        house.provenance("stops", "population"),
    )
