"""Which counts stand behind the tests: stops, searches, finds and arrests by group, district and year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Bar, BarPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services.counts import by_group, of_persons, tally, true_of
from dashboard.services.restricted import restricted

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE = "rates.proportion"


@restricted(Permission.SEE_WORKBENCH)
def answer(house: House, scope: Scope) -> Answer:
    """The counts of this slice for staff, with the share of stops whose group, time, district and search are recorded."""
    by = ("year", "district", "race_group", "searched", "contraband_found", "arrest_made")
    frame = tally(house.facts, "stops", by, of_persons(scope))
    if frame.empty:
        raise NotEnoughData("There are no stops in this period and place.", hint="Choose a longer period, or import stops.")
    searched = true_of(frame, "searched")
    frame["searches"] = frame["n"].where(searched, 0)
    frame["finds"] = frame["n"].where(searched & true_of(frame, "contraband_found"), 0)
    frame["arrests"] = frame["n"].where(true_of(frame, "arrest_made"), 0)
    totals = by_group(frame)
    rows = frame.groupby(["year", "district", "race_group"], observed=True)[["n", "searches", "finds", "arrests"]].sum()
    listed = tuple(
        (str(year), str(d), label(str(g)), *(int(v) for v in values)) for (year, d, g), values in zip(rows.index, rows.to_numpy(), strict=True)
    )
    known = sum(n for group, n in totals.items() if group not in {"unknown", "not recorded"})
    total = sum(totals.values())
    picture = BarPlot(
        "Stops by group",
        f"Number of stops; {total:,} in all",
        tuple(Bar(label(group), Estimate(float(n), None, None, n), group) for group, n in totals.items()),
        "number",
        "stops",
    )
    columns = ("Year", "District", "Group", "Stops", "Searches", "Finds", "Arrests")
    return Answer(
        MEASURE,
        "Which counts stand behind the tests?",
        f"{total:,} people were stopped; the group is recorded for {say.percent(known / total)}, and {int(frame['searches'].sum()):,} were searched.",
        Status.OK,
        (picture,),
        (NumberTable("Stops, searches, finds and arrests", columns, listed),),
        (),
        (),
        totals,
        house.provenance("stops"),
    )
