"""How would the answer change if the stops themselves were unequal, or something important was not recorded?

Stops that police chose to make are a selected record (Knox, Lowe & Mummolo 2020, APSR 114); factors that nobody wrote down may explain a difference
(VanderWeele & Ding 2017, Annals of Internal Medicine 167, the E-value).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dashboard.errors import MeasureError, NotEnoughData
from dashboard.registry import measure
from dashboard.schema.result import Estimate, Gate
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats.intervals import Z, wilson

__all__ = ["EValue", "SensitivityResult", "Unequal", "e_value", "effect", "panel"]

RHOS = (0.0, 0.1, 0.2, 0.3, 0.4)


@dataclass(frozen=True, slots=True)
class Unequal:
    """The difference if a share `rho` of the group's stops would not have happened to a person of the reference group."""

    rho: float
    difference: Estimate


@dataclass(frozen=True, slots=True)
class EValue:
    """How strong must an unrecorded factor be (its ratio with group and with outcome) to explain the ratio away, or its interval? 1 = nothing."""

    ratio: Estimate
    value: float | None
    limit: float | None


@dataclass(frozen=True, slots=True)
class SensitivityResult:
    """The group against the reference under unequal stops, and the strength an unrecorded factor would need."""

    group: str
    reference: str
    share: Estimate
    reference_share: Estimate
    unequal: tuple[Unequal, ...]
    vanishes_at: float | None
    e_value: EValue
    gates: tuple[Gate, ...]
    sentence: str


def effect(y_group: float, y_ref: float, rho: float) -> float:
    """What is the difference if a share `rho` of the group's stops would not have been made of a reference person? `y_group - (1 - rho) y_ref`."""
    if not 0 <= rho <= 1:
        raise MeasureError(f"rho = {rho:g} is not a share.", hint="It lies between 0 and 1; the panel uses 0 to .4.")
    return y_group - (1 - rho) * y_ref


def e_value(ratio: Estimate) -> EValue:
    """How strong must an unrecorded factor be to remove this ratio? `RR + sqrt(RR (RR - 1))`, with 1/RR below 1; and for its limit nearer 1."""
    if ratio.value is None or ratio.value <= 0:
        return EValue(ratio, None, None)
    near = ratio.low if ratio.value >= 1 else ratio.high
    if near is None:
        return EValue(ratio, _strength(ratio.value), None)
    crossed = near <= 1 if ratio.value >= 1 else near >= 1
    return EValue(ratio, _strength(ratio.value), 1.0 if crossed else _strength(near))


def _strength(ratio: float) -> float:
    """The E-value of one number."""
    up = max(ratio, 1 / ratio)
    return float(up + np.sqrt(up * (up - 1)))


def _share(k: float, n: float) -> Estimate:
    """A share with Wilson's interval."""
    low, high = wilson(k, n)
    return Estimate(k / n, float(low), float(high), n)


def _unequal(share: Estimate, reference: Estimate, rho: float) -> Unequal:
    """The difference at one rho; square-and-add of the Wilson limits, the reference's scaled by 1 - rho."""
    p, q = share.value or 0.0, reference.value or 0.0
    (l1, u1), (l2, u2) = (share.low or 0.0, share.high or 0.0), (reference.low or 0.0, reference.high or 0.0)
    value, scale = effect(p, q, rho), 1 - rho
    low = value - float(np.hypot(p - l1, scale * (u2 - q)))
    high = value + float(np.hypot(u1 - p, scale * (q - l2)))
    return Unequal(rho, Estimate(value, low, high, share.n + reference.n))


def _ratio(k: float, n: float, other_k: float, other_n: float) -> Estimate:
    """The plain ratio of shares, Katz's interval on the log scale."""
    if k <= 0 or other_k <= 0:
        return Estimate.unavailable("One side has no such outcome, so the ratio does not exist.", n + other_n)
    value = (k / n) / (other_k / other_n)
    half = Z * float(np.sqrt(max(1 / k - 1 / n + 1 / other_k - 1 / other_n, 0.0)))
    return Estimate(value, value * float(np.exp(-half)), value * float(np.exp(half)), n + other_n)


@measure(
    "adjusted.sensitivity",
    title="If the stops were unequal, or something was not recorded",
    question="How would the difference change if some of the group's stops had not happened to others, or an important factor was not recorded?",
    formula="effect(rho) = y_group - (1 - rho) y_ref for rho 0 to .4; E-value RR + sqrt(RR (RR - 1)) of the ratio and of its limit nearer 1.",
    columns=("race_group", "searched", "outcome"),
    minimum="30 stops of the group and of the reference.",
    reference="White by default",
    assumptions=("Stops that would not have been made of a reference person would have had no outcome among them.",),
    criticisms=(
        "rho is not known; the panel says what each value would mean, not which is right.",
        "The E-value says how strong a factor must be, not whether there is one.",
    ),
    source="Knox, Lowe & Mummolo (2020), APSR 114(3); VanderWeele & Ding (2017), Annals of Internal Medicine 167(4)",
    page=(
        "These panels show how the answer would change if the stops themselves were unequal or something important was not recorded. They do not say "
        "that either is so."
    ),
    settings=("groups.reference", "rates.min_n"),
)
def panel(
    group: tuple[float, float],
    reference: tuple[float, float],
    settings: Settings = DEFAULTS,
    *,
    ratio: Estimate | None = None,
    rhos: tuple[float, ...] = RHOS,
    names: tuple[str, str] = ("the group", "the reference"),
) -> SensitivityResult:
    """How does the difference (shares, 0 to 1) change with rho, and how strong must an unrecorded factor be?

    `group` and `reference` are (k outcomes, n stops). `ratio` is an adjusted ratio of shares for the E-value; without it the plain ratio is used.
    Raises MeasureError on contradictory counts, NotEnoughData where a side has no stops.
    """
    for (k, n), name in zip((group, reference), names, strict=True):
        if k < 0 or n < 0 or k > n:
            raise MeasureError(f"{k:g} outcomes of {n:g} stops for {name}: the counts contradict themselves.")
        if n == 0:
            raise NotEnoughData(f"There are no stops of {name}.", hint="At least 30 are needed.")
    least = settings.number("rates.min_n")
    pairs = zip((group, reference), names, strict=True)
    gates = tuple(Gate(f"Stops of {name}", f"at least {least:g}", f"{n:,.0f}", n >= least) for (_, n), name in pairs)
    own, other = _share(*group), _share(*reference)
    rows = tuple(_unequal(own, other, rho) for rho in rhos)
    strength = e_value(_ratio(*group, *reference) if ratio is None else ratio)
    for gate in gates:
        if not gate.passed:
            caution = f"Fewer than {least:g} {gate.name[0].lower()}{gate.name[1:]}."
            rows = tuple(replace(row, difference=row.difference.with_caution(caution)) for row in rows)
    p, q = group[0] / group[1], reference[0] / reference[1]
    vanishes = 1 - p / q if q > 0 and p < q else None
    return SensitivityResult(*names, own, other, rows, vanishes, strength, gates, _sentence(rows, vanishes, strength, names))


def _sentence(rows: tuple[Unequal, ...], vanishes: float | None, strength: EValue, names: tuple[str, str]) -> str:
    """The panel in words."""
    first, last = rows[0], rows[-1]
    told = (
        f"The difference is {100 * (first.difference.value or 0):+.1f} points at rho {first.rho:g} and "
        f"{100 * (last.difference.value or 0):+.1f} points if {last.rho:.0%} of the stops of {names[0]} would not have happened to {names[1]}."
    )
    if vanishes is not None:
        told += f" It would change its sign at {vanishes:.0%}."
    if strength.value is not None:
        told += f" An unrecorded factor would have to raise both by {strength.value:.2f} times to explain the ratio away."
    return told
