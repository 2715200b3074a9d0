"""What difference between groups remains among stops that are alike in place, time and reason?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot
from dashboard.schema.result import NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services.comparable import OUTCOMES, cells
from dashboard.services.restricted import restricted
from dashboard.services.wording import contrast
from dashboard.stats import adjusted
from dashboard.stats.adjusted import AdjustedResult

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE = "adjusted.model"


@restricted(Permission.SEE_WORKBENCH)
def answer(house: House, scope: Scope) -> Answer:
    """The adjusted disparity of the decision that the setting names, as an answer for staff."""
    outcome = house.settings.text("adjusted.outcome")
    result = adjusted.model(cells(house, scope, outcome), house.settings.text("groups.reference"), house.settings)
    reference, verb = label(result.reference), OUTCOMES[outcome]
    known = [c.difference for g in result.groups for c in g.controls if c.difference.known]
    status = Status.UNAVAILABLE if not known else Status.CAUTION if any(e.status is Status.CAUTION for e in known) else Status.OK
    picture = DotPlot(
        f"Difference in the share {verb}, before and after comparing like with like",
        f"Points against {reference}; 95% intervals clustered by {result.clustered_by}",
        tuple(Dot(control.name, control.difference, g.group, panel=label(g.group)) for g in result.groups for control in g.controls),
        scale="points",
        reference=0.0,
        reference_label=f"same as {reference}",
        axis="points",
    )
    return Answer(
        MEASURE,
        f"What difference in being {verb} remains among stops that are alike?",
        _sentence(result, reference, verb),
        status,
        (picture,),
        (_numbers(result),),
        result.gates,
        (*result.notes, *result.collapsed, *(g.sentence for g in result.groups if g.sentence)),
        result,
        house.provenance("stops"),
    )


def _sentence(result: AdjustedResult, reference: str, verb: str) -> str:
    """Each group's difference with nothing held fixed and with everything."""
    told = contrast([(label(group.group), group.controls[-1].difference) for group in result.groups], "points")
    if not told:
        return "No group has enough stops for a model of comparable stops; the gates below say what is missing."
    alike = say.listed(list(dict.fromkeys(name for group in result.groups for name in group.controls[-1].covariates)))
    return f"Being {verb}, among stops alike in {alike}, against {reference} people: {told}."


def _numbers(result: AdjustedResult) -> NumberTable:
    """Difference, ratio and odds ratio under the three control sets."""
    rows = tuple((label(g.group), c.name, g.n, g.k, c.difference, c.ratio, c.odds_ratio) for g in result.groups for c in g.controls)
    columns = ("Group", "Held fixed", "Stops", "Outcomes", "Difference", "Ratio of averages", "Odds ratio")
    return NumberTable("Comparable stops", columns, rows, kinds=("", "", "count", "count", "points", "times", "times"))
