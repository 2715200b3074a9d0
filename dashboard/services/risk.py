"""At the same estimated chance of carrying contraband, is one group searched more often than another?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot, Mark, ScatterPlot
from dashboard.schema.result import NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import SEARCH_RULES, label
from dashboard.services.comparable import searched_cells
from dashboard.services.restricted import restricted
from dashboard.stats import risk
from dashboard.stats.risk import RiskResult

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE = "adjusted.risk"


@restricted(Permission.SEE_WORKBENCH)
def answer(house: House, scope: Scope) -> Answer:
    """Risk-adjusted search rates as an answer for staff, with the calibration of the risk by group."""
    reference = house.settings.text("groups.reference")
    searched = searched_cells(house, scope)
    result = risk.adjusted_for_risk(searched.cells, searched.hits, reference, house.settings)
    known = [(row.group, row.at_equal_risk.difference) for row in result.groups if row.at_equal_risk.difference.known]
    cautious = any(estimate.status is Status.CAUTION for _, estimate in known)
    base = label(reference)
    left = (f"{searched.no_result:,} searches without a recorded result are left out with their stops.",) if searched.no_result else ()
    return Answer(
        MEASURE,
        "At the same estimated chance of carrying contraband, is one group searched more often?",
        " ".join(
            f"At the same estimated risk, {label(group)} people were searched {say.with_interval(e, 'points')} against {base}." for group, e in known
        )
        or "No group can be compared at equal risk.",
        Status.UNAVAILABLE if not known else Status.CAUTION if cautious else Status.OK,
        _pictures(result),
        (_numbers(result), _calibration(result)),
        result.gates,
        (f"Searches counted: {SEARCH_RULES[house.settings.text('outcome.searches')]}.", *left, *result.notes),
        result,
        house.provenance("stops"),
    )


def _pictures(result: RiskResult) -> tuple[DotPlot, ScatterPlot]:
    """Differences before and after, and estimated risk against what searches found."""
    base = label(result.reference)
    dots = tuple(Dot(one.name, one.difference, row.group, panel=label(row.group)) for row in result.groups for one in (row.plain, row.at_equal_risk))
    picture = DotPlot(
        "Difference in the share searched, as counted and at the same estimated risk",
        f"Points against {base}; 95% intervals clustered by {result.clustered_by}",
        dots,
        "points",
        0.0,
        f"same as {base}",
        "points",
    )
    marks = tuple(
        Mark(one.estimated, one.observed.value, one.observed.n, f"{label(one.group)}, band {one.band}", one.group)
        for one in result.calibration
        if one.observed.value is not None
    )
    check = ScatterPlot(
        "Does the estimated risk fit every group?",
        f"One point per group and band of risk, sized by searches; {len(marks)} points",
        marks,
        "estimated risk",
        "share of searches that found something",
        "percent",
        diagonal=True,
    )
    return (picture, check)


def _numbers(result: RiskResult) -> NumberTable:
    """Differences, ratio, E-value and whether the risk fits."""
    rows = tuple(
        (
            label(row.group),
            row.plain.difference,
            row.at_equal_risk.difference,
            row.at_equal_risk.ratio,
            say.NOT_AVAILABLE if row.e_value.value is None else say.times(row.e_value.value),
            "fits" if row.calibrated else "does not fit",
        )
        for row in result.groups
    )
    columns = ("Group", "Difference", "At the same risk", "Ratio at the same risk", "E-value", "Estimated risk")
    return NumberTable("Searches at the same estimated risk", columns, rows, kinds=("", "points", "points", "times"))


def _calibration(result: RiskResult) -> NumberTable:
    """Estimated and observed hits in five bands."""
    rows = tuple((label(one.group), one.band, one.estimated, one.observed) for one in result.calibration)
    columns = ("Group", "Band", "Estimated risk", "Found something")
    return NumberTable("Calibration of the estimated risk", columns, rows, kinds=("", "count", "percent", "percent"))
