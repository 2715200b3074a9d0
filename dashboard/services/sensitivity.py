"""How would the difference change if the stops themselves were unequal, or something important was not recorded?"""

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
from dashboard.services.comparable import OUTCOMES, cells
from dashboard.services.counts import known_groups
from dashboard.services.restricted import restricted
from dashboard.stats import adjusted, sensitivity
from dashboard.stats.adjusted_cells import AdjustedCells
from dashboard.stats.sensitivity import SensitivityResult

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE = "adjusted.sensitivity"
NOT_SO = "The panels say what each value would mean, not that the stops were unequal or that something was not recorded."


def panels(house: House, stops: AdjustedCells, reference: str) -> dict[str, SensitivityResult]:
    """group -> its panel: unequal stops from the plain counts, the E-value from the ratio among comparable stops where there is one."""
    totals = {name: _counts(stops, code) for code, name in enumerate(stops.groups)}
    if not totals.get(reference, (0.0, 0.0))[1]:
        raise NotEnoughData(f"There are no stops of {label(reference)} people to compare with.", hint="Choose a longer period.")
    ratios = _ratios(house, stops, reference)
    return {
        group: sensitivity.panel(
            totals[group], totals[reference], house.settings, ratio=ratios.get(group), names=(f"{label(group)} people", f"{label(reference)} people")
        )
        for group in known_groups(stops.groups)
        if group != reference and totals[group][1]
    }


def _counts(stops: AdjustedCells, code: int) -> tuple[float, float]:
    """Outcomes and stops of one group."""
    own = stops.group == code
    return float(stops.k[own].sum()), float(stops.n[own].sum())


def _ratios(house: House, stops: AdjustedCells, reference: str) -> dict[str, Estimate]:
    """The ratio among comparable stops of each group that a model can carry."""
    try:
        result = adjusted.model(stops, reference, house.settings)
    except NotEnoughData:
        return {}
    return {row.group: row.controls[-1].ratio for row in result.groups if row.controls[-1].ratio.known}


@restricted(Permission.SEE_WORKBENCH)
def answer(house: House, scope: Scope) -> Answer:
    """Both panels for every group as an answer for staff."""
    outcome, reference = house.settings.text("adjusted.outcome"), house.settings.text("groups.reference")
    found = panels(house, cells(house, scope, outcome), reference)
    if not found:
        raise NotEnoughData("There is no second group to compare with.", hint="Choose a longer period.")
    verb = OUTCOMES[outcome]
    known = [row.difference for one in found.values() for row in one.unequal]
    picture = DotPlot(
        f"Difference in the share {verb}, if some stops would not have happened to {label(reference)} people",
        f"Points against {label(reference)}; 95% intervals; the share of such stops is assumed, not known",
        tuple(Dot(f"{row.rho:.0%} of the stops", row.difference, group, panel=label(group)) for group, one in found.items() for row in one.unequal),
        "points",
        0.0,
        f"same as {label(reference)}",
        "points",
    )
    return Answer(
        MEASURE,
        f"How would the difference in being {verb} change if the stops were unequal, or something was not recorded?",
        _sentence(found, label(reference), verb),
        Status.CAUTION if any(one.status is Status.CAUTION for one in known) else Status.OK,
        (picture,),
        (_unequal(found), _strengths(found)),
        tuple(dict.fromkeys(gate for one in found.values() for gate in one.gates)),
        (NOT_SO,),
        tuple(found.items()),
        house.provenance("stops"),
    )


def _sentence(found: dict[str, SensitivityResult], reference: str, verb: str) -> str:
    """For whom the difference would change its sign, and at which share of stops that would not have happened."""
    turns = [f"{label(group)} at {say.percent(one.vanishes_at)}" for group, one in found.items() if one.vanishes_at is not None]
    keeps = [label(group) for group, one in found.items() if one.vanishes_at is None]
    start = f"If a share of a group's stops would not have happened to {reference} people, its difference in being {verb}"
    parts = [f"would change sign for {say.listed(turns)} of the stops"] if turns else []
    if keeps:
        parts.append(f"keeps its sign at any share for {say.listed(keeps)}")
    return f"{start} {'; it '.join(parts)}."


def _unequal(found: dict[str, SensitivityResult]) -> NumberTable:
    """The difference at every assumed share."""
    rows = tuple((label(group), row.rho, row.difference) for group, one in found.items() for row in one.unequal)
    return NumberTable("If stops were unequal", ("Group", "Share of its stops", "Difference"), rows, kinds=("", "percent", "points"))


def _strengths(found: dict[str, SensitivityResult]) -> NumberTable:
    """The E-value of every ratio and of its limit."""
    rows = tuple((label(group), one.e_value.ratio, _times(one.e_value.value), _times(one.e_value.limit)) for group, one in found.items())
    columns = ("Group", "Ratio", "To explain it away", "To move its interval to 1")
    return NumberTable("How strong an unrecorded factor would have to be", columns, rows, kinds=("", "times"))


def _times(strength: float | None) -> str:
    """An E-value for people."""
    return say.NOT_AVAILABLE if strength is None else say.times(strength)
