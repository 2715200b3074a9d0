"""Did the count change more, when the policy did, than a comparison series that the policy does not touch?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.registry import measure
from dashboard.schema.result import Estimate, Gate, Status
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats.interrupted import AHEAD, MOST_RHO, Interrupted, interrupted, month_number, season_of, t_quantile

Series = Sequence[tuple[str, float | None]]
BROKE, DRIFTED = "change of the comparison with the policy", "drift apart before the policy, by year"
REASONS = {
    BROKE: "the comparison changed itself when the policy did, so it does not show what would have been",
    DRIFTED: "the two were drifting apart before the policy, so one does not show where the other would have gone",
}


@dataclass(frozen=True, slots=True)
class Controlled:
    """`effect` is how many times as much the count changed as the comparison did, 12 months after the policy.

    `plain` and `comparison` are the two series judged alone; `drift` is the yearly change of their ratio before the policy; `months` count for both.
    """

    policy: str
    effect: Estimate
    plain: Interrupted
    comparison: Interrupted
    drift: Estimate
    months: int
    phi: float | None
    rho: float | None
    gates: tuple[Gate, ...]
    status: Status
    sentence: str


class _Share:
    """Quasi-binomial share of the count in both counts together: what moves both series alike in a month cancels out."""

    def __init__(self, X: np.ndarray, own: np.ndarray, both: np.ndarray) -> None:
        self.X = X
        self.beta = np.zeros(X.shape[1])
        self.beta[0] = math.log((own.sum() + 0.5) / (both.sum() - own.sum() + 0.5))
        for _ in range(60):
            p = 1 / (1 + np.exp(-np.clip(X @ self.beta, -30, 30)))
            weight = np.maximum(both * p * (1 - p), 1e-12)
            work = (X @ self.beta + (own - both * p) / weight) * np.sqrt(weight)
            new = np.linalg.lstsq(X * np.sqrt(weight)[:, None], work, rcond=None)[0]
            moved, self.beta = float(np.abs(new - self.beta).max()), new
            if moved < 1e-10:
                break
        p = 1 / (1 + np.exp(-np.clip(X @ self.beta, -30, 30)))
        weight = np.maximum(both * p * (1 - p), 1e-12)
        size, terms = X.shape
        residual = (own - both * p) / np.sqrt(weight)
        self.df = size - terms
        self.phi = max(1.0, float((residual**2).sum()) / self.df)
        lag = float((residual[1:] * residual[:-1]).sum() / max(float((residual**2).sum()), 1e-12))
        self.rho = min(MOST_RHO, max(0.0, lag + terms / size))
        self.cov: Any = np.linalg.pinv((X * weight[:, None]).T @ X)

    def ratio(self, contrast: np.ndarray, n: float) -> Estimate:
        """The exponential of a combination of coefficients, its interval widened for dispersion and correlation."""
        value = float(contrast @ self.beta)
        error = math.sqrt(max(float(contrast @ self.cov @ contrast), 0.0) * self.phi * (1 + self.rho) / (1 - self.rho))
        half = t_quantile(self.df) * error
        return Estimate(math.exp(value), math.exp(value - half), math.exp(value + half), n)


@measure(
    "trend.controlled",
    title="Before and after a policy, beside a comparison",
    question="Did it change more than what the policy does not touch?",
    formula=(
        "share p of the count in both counts of a month: logit p = a0 + a1 t + two harmonics + b2 step + b3 (t - t0) step, quasi-binomial (the same "
        "as a Poisson model of both series with a level for each month); effect exp(b2 + 12 b3); interval t(T-p) se sqrt(phi) sqrt((1+rho)/(1-rho)) "
        "with rho as in trend.interrupted"
    ),
    minimum="24 months before and 12 after in which both series have data; 10 events on each side in both",
    assumptions=(
        "The policy does not touch the comparison, nor does force move from one to the other.",
        "Whatever else happened moved both series alike.",
        "The comparison was named before the numbers were seen.",
    ),
    criticisms=(
        "Officers may turn from one kind of force to the other: then the comparison rises and the difference is too large.",
        "A break of the comparison, or a drift before, that is too small to be seen stays in the estimate.",
        "Refusing where the comparison breaks or the trends differ also refuses about one sound comparison in ten.",
    ),
    source="Lopez Bernal, Cummins & Gasparrini 2018, Int. J. Epidemiol. 47, 2082-2093; share form and refusals: OURS, checked by simulation",
    page=(
        "Compares the change with that of another series over the same months, so that what moved both alike cancels out. It holds only if the "
        "policy does not touch the comparison; this is association, not proof."
    ),
    tables=("use_of_force",),
    columns=("date", "force_type"),
    settings=("trend.before_after",),
)
def controlled(monthly: Series, comparison: Series, policy: str, settings: Settings = DEFAULTS) -> Controlled:
    """How many times as much did the count change as the comparison, 12 months after the policy?

    Both are (month '2024-05', count) in order, None a month without data; `policy` is the first month under the new rule. Not available, with the
    reason, where either series is too short, the comparison itself changed with the policy, or the two drifted apart before it. Raises MeasureError
    as `interrupted` does.
    """
    plain, other = interrupted(monthly, policy, settings), interrupted(comparison, policy, settings)
    against = {month: count for month, count in comparison if count is not None}
    pairs = [(month, float(count), float(against[month])) for month, count in monthly if count is not None and month in against]
    pairs = [pair for pair in pairs if pair[1] + pair[2] > 0]
    gates = [*_enough(pairs, policy, settings)]
    unknown = Estimate.unavailable("No comparison was made.")
    if not all(gate.passed for gate in gates):
        return _refused(policy, plain, other, unknown, len(pairs), gates)
    fit, drift = _fits(pairs, policy)
    gates += [
        Gate(BROKE, "none that is clear", _times(other.effect), not _clear(other.effect)),
        Gate(DRIFTED, "none that is clear", _times(drift), not _clear(drift)),
    ]
    if not all(gate.passed for gate in gates):
        return _refused(policy, plain, other, drift, len(pairs), gates)
    contrast = np.zeros(fit.X.shape[1])
    contrast[-2:] = 1.0, AHEAD / 12
    effect = fit.ratio(contrast, sum(own + else_ for _, own, else_ in pairs))
    return Controlled(policy, effect, plain, other, drift, len(pairs), fit.phi, fit.rho, tuple(gates), Status.OK, _sentence(effect, policy))


def _fits(pairs: Sequence[tuple[str, float, float]], policy: str) -> tuple[_Share, Estimate]:
    """The fit over all months, and the yearly drift of the two series against each other before the policy."""
    start, t0 = month_number(pairs[0][0]), month_number(policy)
    t = np.array([month_number(month) - start for month, _, _ in pairs], dtype=float)
    own = np.array([one for _, one, _ in pairs])
    both = own + np.array([two for _, _, two in pairs])
    base = np.column_stack([np.ones_like(t), t / 12, season_of([month for month, _, _ in pairs])])
    after = (t >= t0 - start).astype(float)
    fit = _Share(np.column_stack([base, after, (t - (t0 - start)) / 12 * after]), own, both)
    early = after == 0
    before = _Share(base[early], own[early], both[early])
    slope = np.zeros(base.shape[1])
    slope[1] = 1.0
    return fit, before.ratio(slope, float(both[early].sum()))


def _enough(pairs: Sequence[tuple[str, float, float]], policy: str, settings: Settings) -> tuple[Gate, ...]:
    """Enough months in which both have data, and events on each side in both."""
    least_before, least_after = settings.numbers("trend.before_after")
    before, after = ([pair for pair in pairs if (pair[0] < policy) == early] for early in (True, False))
    fewest = min(sum(one) for side in (before, after) for one in ([own for _, own, _ in side], [other for _, _, other in side]))
    return (
        Gate("months before in both", f"{least_before:g}", f"{len(before)}", len(before) >= least_before),
        Gate("months after in both", f"{least_after:g}", f"{len(after)}", len(after) >= least_after),
        Gate("events before and after in both", "10 on each side", f"at least {fewest:g}", fewest >= 10),
    )


def _refused(  # noqa: PLR0917
    policy: str, plain: Interrupted, other: Interrupted, drift: Estimate, months: int, gates: Sequence[Gate]
) -> Controlled:
    """No number, and why."""
    lacking = [REASONS.get(gate.name, f"{gate.name}: {gate.found}, {gate.needed} needed") for gate in gates if not gate.passed]
    none = Estimate.unavailable(f"No comparison: {'; '.join(lacking)}.")
    return Controlled(policy, none, plain, other, drift, months, None, None, tuple(gates), Status.UNAVAILABLE, none.reason)


def _clear(one: Estimate) -> bool:
    """Does the interval leave out 1?"""
    return one.low is not None and one.high is not None and not one.low <= 1 <= one.high


def _times(one: Estimate) -> str:
    """A ratio with its interval."""
    return f"{one.value:.2f} times ({one.low:.2f} to {one.high:.2f})" if one.known and one.low is not None and one.high is not None else "unknown"


def _sentence(effect: Estimate, policy: str) -> str:
    """The effect in words."""
    value, low, high = effect.value or 0.0, effect.low or 0.0, effect.high or 0.0
    inside = f"(95% interval: {low:.2f} to {high:.2f} times)"
    if low <= 1 <= high:
        return f"No clear change a year after {policy} beside the comparison: {value:.2f} times {inside}."
    return f"{abs(1 - value):.0%} {'lower' if value < 1 else 'higher'} a year after {policy}, beside the comparison, than before {inside}."
