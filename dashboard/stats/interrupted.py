"""Did the count change when the policy did, beyond season and the trend before it?"""

from __future__ import annotations

import calendar
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.errors import MeasureError
from dashboard.registry import measure
from dashboard.schema.result import Estimate, Gate, Status
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats.intervals import checked_counts

AHEAD = 12  # months after the policy at which the effect is stated
MOST_RHO = 0.8
PLACEBO_ENOUGH = 20  # earlier dates from which a share of them is printed
TERMS = 8  # level, trend, two harmonics of two, step, change of trend


@dataclass(frozen=True, slots=True)
class Expected:
    """One month: what was counted (None: no data), what the fit says, and after the policy what the time before led us to expect."""

    month: str
    count: float | None
    fitted: float
    expected: Estimate | None


@dataclass(frozen=True, slots=True)
class Interrupted:
    """`effect` is the ratio of the level 12 months after the policy to the continuation of before; `months` the series with its counterfactual.

    `phi` is the dispersion, `rho` the correlation of neighbouring months that widens the interval, `placebo` how many of the `tried` earlier dates
    show a larger break, `placebo_p` their share where there are enough.
    """

    policy: str
    effect: Estimate
    months: tuple[Expected, ...]
    phi: float | None
    rho: float | None
    placebo: int
    tried: int
    placebo_p: float | None
    gates: tuple[Gate, ...]
    status: Status
    sentence: str


class _Fit:
    """Quasi-Poisson with log link: level, trend, season, a step and a change of trend at `t0`. `t` counts months from the first."""

    def __init__(self, t: np.ndarray, y: np.ndarray, season: np.ndarray, offset: np.ndarray, t0: float) -> None:
        after = (t >= t0).astype(float)
        self.X = np.column_stack([np.ones_like(t), t / 12, season, after, (t - t0) / 12 * after])
        self.y, self.offset = y, offset
        eta = np.log(np.maximum(y, 0.5))
        self.beta = np.zeros(self.X.shape[1])
        for _ in range(60):
            mu = np.exp(eta)
            work = (eta - offset + (y - mu) / mu) * np.sqrt(mu)
            new = np.linalg.lstsq(self.X * np.sqrt(mu)[:, None], work, rcond=None)[0]
            moved, self.beta = float(np.abs(new - self.beta).max()), new
            eta = np.clip(self.X @ self.beta + offset, -30, 30)
            if moved < 1e-10:
                break
        self.mu = np.exp(eta)
        size, terms = self.X.shape
        residual = (y - self.mu) / np.sqrt(self.mu)
        self.df = size - terms
        self.phi = max(1.0, float((residual**2).sum()) / self.df)
        lag = float((residual[1:] * residual[:-1]).sum() / max(float((residual**2).sum()), 1e-12))
        self.rho = min(MOST_RHO, max(0.0, lag + terms / size))
        self.cov: Any = np.linalg.pinv((self.X * self.mu[:, None]).T @ self.X)
        self.widening = math.sqrt(self.phi * (1 + self.rho) / (1 - self.rho))
        self.t_quantile = t_quantile(self.df)

    def contrast(self, c: np.ndarray) -> tuple[float, float]:
        """A linear combination of the coefficients and its standard error, widened for dispersion and correlation."""
        return float(c @ self.beta), math.sqrt(max(float(c @ self.cov @ c), 0.0)) * self.widening

    def effect(self) -> tuple[float, float]:
        """b2 + 12 b3 and its standard error: the break 12 months on."""
        c = np.zeros(TERMS)
        c[-2], c[-1] = 1.0, AHEAD / 12
        return self.contrast(c)


@measure(
    "trend.interrupted",
    title="Before and after a policy",
    question="Did things change when the policy did?",
    formula=(
        "ln mu = b0 + b1 t + two harmonics + b2 step + b3 (t - t0) step + ln days, quasi-Poisson; effect exp(b2 + 12 b3); interval "
        "t(T-p) se sqrt(phi) sqrt((1+rho)/(1-rho)), rho = lag-1 residual correlation + p/T within 0 to .8"
    ),
    minimum="24 months before and 12 after; two full years before",
    assumptions=("Without the policy the earlier trend and season would have gone on.", "The date was set before the numbers were seen."),
    criticisms=(
        "Anything else that changed at the time would look the same.",
        "A change in what is reported looks like a change in what is done.",
        "A drop that began before the date counts against the continuation, not for the policy.",
    ),
    source="Bernal, Cummins & Gasparrini 2017, Int. J. Epidemiol. 46, 348-355; correlation factor: OURS, checked by simulation",
    page=(
        "Compares what followed with a continuation of what came before. Anything else that changed at the time would look the same; "
        "this is association, not proof."
    ),
    tables=("use_of_force",),
    columns=("date", "force_type"),
    settings=("trend.before_after",),
)
def interrupted(monthly: Sequence[tuple[str, float | None]], policy: str, settings: Settings = DEFAULTS) -> Interrupted:
    """How many times the continuation of before is the level 12 months after the policy?

    `monthly` are (month '2024-05', count) in order, None a month without data; `policy` is the first month under the new rule. Raises MeasureError
    when months repeat or are out of order or a count is negative.
    """
    names = [month for month, _ in monthly]
    if names != sorted(set(names)):
        raise MeasureError("Months repeat or are out of order.", hint="Name them like 2024-05.")
    known = [(month, float(count)) for month, count in monthly if count is not None]
    checked_counts(**dict(known))
    gates = _gates(known, policy, settings)
    if not all(gate.passed for gate in gates):
        lacking = "; ".join(f"{gate.name}: {gate.found}, {gate.needed} needed" for gate in gates if not gate.passed)
        none = Estimate.unavailable(f"No comparison: {lacking}.", sum(count for _, count in known))
        return Interrupted(policy, none, (), None, None, 0, 0, None, gates, Status.UNAVAILABLE, none.reason)
    start = month_number(known[0][0])
    t = np.array([month_number(month) - start for month, _ in known], dtype=float)
    y = np.array([count for _, count in known])
    season, offset = season_of([month for month, _ in known]), np.log([_days(month) for month, _ in known])
    fit = _Fit(t, y, season, offset, month_number(policy) - start)
    value, error = fit.effect()
    half = fit.t_quantile * error
    effect = Estimate(math.exp(value), math.exp(value - half), math.exp(value + half), float(y.sum()))
    more, tried = _placebo(t, y, season, offset, month_number(policy) - start, abs(value) / error, settings)
    placebo_p = (more + 1) / (tried + 1) if tried >= PLACEBO_ENOUGH else None
    months = _continued(monthly, policy, start, fit)
    return Interrupted(policy, effect, months, fit.phi, fit.rho, more, tried, placebo_p, gates, Status.OK, _sentence(effect, policy))


def _gates(known: Sequence[tuple[str, float]], policy: str, settings: Settings) -> tuple[Gate, ...]:
    """Enough months on both sides, and something to count."""
    least_before, least_after = settings.numbers("trend.before_after")
    before = [count for month, count in known if month < policy]
    after = [count for month, count in known if month >= policy]
    return (
        Gate("months before the policy", f"{least_before:g}", f"{len(before)}", len(before) >= least_before),
        Gate("months after the policy", f"{least_after:g}", f"{len(after)}", len(after) >= least_after),
        Gate("events before and after", "10 on each side", f"{sum(before):g} and {sum(after):g}", min(sum(before), sum(after)) >= 10),
    )


def _placebo(  # noqa: PLR0917
    t: np.ndarray, y: np.ndarray, season: np.ndarray, offset: np.ndarray, t0: float, seen: float, settings: Settings
) -> tuple[int, int]:
    """At how many earlier dates does the series before the policy show a larger break, and how many dates could be tried?"""
    least_before, least_after = settings.numbers("trend.before_after")
    early = t < t0
    t, y, season, offset = t[early], y[early], season[early], offset[early]
    dates = [date for date in t if (t < date).sum() >= least_before and (t >= date).sum() >= least_after]
    more = 0
    for date in dates:
        value, error = _Fit(t, y, season, offset, float(date)).effect()
        more += abs(value) / error > seen
    return more, len(dates)


def _continued(monthly: Sequence[tuple[str, float | None]], policy: str, start: int, fit: _Fit) -> tuple[Expected, ...]:
    """Every month with its fit, and from the policy on the continuation of before with the band of its mean."""
    found = []
    t0 = month_number(policy) - start
    for month, count in monthly:
        t = float(month_number(month) - start)
        base = np.array([1.0, t / 12, *season_of([month])[0], 0.0, 0.0])
        whole = base.copy()
        if t >= t0:
            whole[-2:] = 1.0, (t - t0) / 12
        days = math.log(_days(month))
        value, error = fit.contrast(base)
        half = fit.t_quantile * error
        band = Estimate(math.exp(value + days), math.exp(value + days - half), math.exp(value + days + half), fit.X.shape[0]) if t >= t0 else None
        found.append(Expected(month, count, math.exp(float(whole @ fit.beta) + days), band))
    return tuple(found)


def _sentence(effect: Estimate, policy: str) -> str:
    """The effect in words."""
    value, low, high = effect.value or 0.0, effect.low or 0.0, effect.high or 0.0
    clear = high < 1 or low > 1
    side = "lower" if value < 1 else "higher"
    told = f"{abs(1 - value):.0%} {side} a year after {policy} than before would have led us to expect"
    inside = f"(95% interval: {low:.2f} to {high:.2f} times)"
    return (
        f"{told} {inside}."
        if clear
        else f"No clear change a year after {policy}: {value:.2f} times what before would have led us to expect {inside}."
    )


def t_quantile(df: int) -> float:
    """Student's t at 97.5 %."""
    from scipy.special import stdtrit

    return float(stdtrit(df, 0.975))


def season_of(months: Sequence[str]) -> np.ndarray:
    """Two harmonics of the year, shape (months, 4)."""
    angle = 2 * np.pi * np.array([int(month[5:7]) - 1 for month in months]) / 12
    return np.column_stack([np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)])


def month_number(month: str) -> int:
    """Months since year 0."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _days(month: str) -> int:
    """How many days has this month?"""
    return calendar.monthrange(int(month[:4]), int(month[5:7]))[1]
