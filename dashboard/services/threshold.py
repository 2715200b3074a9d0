"""Are some groups searched on less evidence? The threshold test on this slice, differences first, under three prior scales."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot, Mark, ScatterPlot
from dashboard.schema.result import NumberTable
from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services.counts import UNRECORDED, of_persons, tally, true_of
from dashboard.services.restricted import restricted
from dashboard.stats import threshold
from dashboard.stats.threshold import ThresholdCell, ThresholdResult

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE = "threshold.fit"
ENOUGH_PLACES = 15  # with fewer districts each district and year is a location of its own


def cells(house: House, scope: Scope) -> list[ThresholdCell]:
    """Stops, searches of the headline rule and hits by location and group. NotEnoughData without searches."""
    by = ("district", "year", "race_group", "searched", "search_class", "contraband_found")
    frame = tally(house.facts, "stops", by, of_persons(scope))
    every = house.settings.text("outcome.searches") == "all"
    searched = true_of(frame, "searched") & (every | (frame["search_class"] == "discretionary"))
    frame["searches"] = frame["n"].where(searched, 0)
    frame["hits"] = frame["n"].where(searched & true_of(frame, "contraband_found"), 0)
    if not frame["searches"].sum():
        raise NotEnoughData("No searches are recorded in this period and place.", hint="Choose a longer period.")
    frame = frame[(frame["race_group"] != UNRECORDED) & (frame["race_group"] != "unknown") & (frame["district"] != UNRECORDED)]
    place = frame["district"].astype(str)
    if place.nunique() < ENOUGH_PLACES:
        place = place + ", " + frame["year"].astype(str)
    totals = frame.groupby([place, frame["race_group"]], observed=True)[["n", "searches", "hits"]].sum()
    return [ThresholdCell(str(where), str(group), int(n), int(s), int(h)) for (where, group), (n, s, h) in totals.iterrows()]


@restricted(Permission.SEE_WORKBENCH)
def answer(house: House, scope: Scope) -> Answer:
    """The threshold test as an answer for staff. Reproducible: the random draws are seeded by the data version."""
    seed = zlib.crc32(house.version("stops").encode())
    result = threshold.fit(cells(house, scope), house.settings.text("groups.reference"), house.settings, seed)
    gates = (*result.gates, *(gate for fit in result.fits for gate in fit.gates))
    return Answer(
        MEASURE,
        "Are some groups searched on less evidence?",
        result.sentence,
        result.status,
        _pictures(result),
        _tables(result),
        gates,
        (*result.cautions, *result.left_out),
        result,
        house.provenance("stops"),
    )


def _pictures(result: ThresholdResult) -> tuple[DotPlot | ScatterPlot, ...]:
    """Differences under every prior scale, and how well the model describes the counts."""
    head = result.headline
    if head is None:
        return ()
    base = label(result.reference)
    dots = tuple(
        Dot(f"prior scales times {fit.scale:g}", row.estimate, row.group, panel=label(row.group)) for fit in result.fits for row in fit.differences
    )
    picture = DotPlot(
        "Difference in the chance of contraband at which people are searched",
        f"Points against {base}; below 0 the bar is lower; 95% intervals; {len(result.locations)} locations",
        dots,
        "points",
        0.0,
        f"same bar as {base}",
        "points",
    )
    if head.checks is None:
        return (picture,)
    marks = tuple(
        Mark(cell.found_predicted, cell.found, cell.searches, cell.location, cell.group) for cell in head.checks.cells if cell.found is not None
    )
    check = ScatterPlot(
        "Does the model describe the data? Hit rates, predicted and observed",
        f"One point per location and group, sized by searches; {len(marks)} points",
        marks,
        "predicted",
        "observed",
        "percent",
        diagonal=True,
    )
    return (picture, check)


def _tables(result: ThresholdResult) -> tuple[NumberTable, ...]:
    """Differences and levels under every prior scale."""
    differences = tuple((f"times {fit.scale:g}", label(row.group), row.estimate) for fit in result.fits for row in fit.differences)
    levels = tuple((f"times {fit.scale:g}", label(row.group), row.estimate) for fit in result.fits for row in fit.levels)
    if not result.fits:
        return ()
    return (
        NumberTable("Differences from the reference", ("Prior scales", "Group", "Difference in points"), differences, kinds=("", "", "points")),
        NumberTable("Levels, which depend on the priors", ("Prior scales", "Group", "Threshold"), levels, kinds=("", "", "percent")),
    )
