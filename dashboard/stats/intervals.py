"""Which values are compatible with these counts: the 95 % intervals that the measures share. All work on numbers or arrays of numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from dashboard.errors import MeasureError

Z = 1.959963984540054  # the 97.5 % point of the standard normal
TAIL = 0.025
UNKNOWN = "unknown"
UNKNOWN_LIMIT = 0.10  # above this share of unknown group, every comparison is shown with caution


def checked_counts(**counts: float) -> None:
    """Are these counts? Raises MeasureError for a negative, infinite or missing number; names are those of the caller."""
    for name, count in counts.items():
        if count is None or not math.isfinite(count):
            raise MeasureError(f"The count '{name}' is missing.", hint="An unknown count is left out, never entered as 0 or blank.")
        if count < 0:
            raise MeasureError(f"The count '{name}' is negative ({count:g}).")


def checked_share(hits: float, trials: float, hits_name: str = "outcomes", trials_name: str = "trials") -> None:
    """Is k of n possible? Raises MeasureError with the number of rows in excess."""
    checked_counts(**{hits_name: hits, trials_name: trials})
    if hits > trials:
        raise MeasureError(
            f"{hits:g} {hits_name} in {trials:g} {trials_name}: {hits - trials:g} rows contradict their total.",
            hint="Events over residents or another exposure are a rate, not a share: use rates.rate.",
        )


def wilson(k: Any, n: Any, z: float = Z) -> tuple[Any, Any]:
    """Between which shares does the true one lie, given k of n > 0? Wilson's score interval (Newcombe 1998a, method 3)."""
    p = np.asarray(k) / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(p * (1 - p) / n + z * z / (4.0 * n * n)) / (1 + z * z / n)
    low = np.where(p == 0, 0.0, np.clip(centre - half, 0.0, 1.0))
    high = np.where(p == 1, 1.0, np.clip(centre + half, 0.0, 1.0))
    return low, high


def newcombe(k1: Any, n1: Any, k2: Any, n2: Any) -> tuple[Any, Any]:
    """Between which differences p1 - p2 does the true one lie? Square-and-add of the Wilson limits (Newcombe 1998b, method 10)."""
    p1, p2 = np.asarray(k1) / n1, np.asarray(k2) / n2
    (l1, u1), (l2, u2) = wilson(k1, n1), wilson(k2, n2)
    low = (p1 - p2) - np.sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2)
    high = (p1 - p2) + np.sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)
    return low, high


def garwood(events: float) -> tuple[float, float]:
    """Between which Poisson means does the true one lie? Exact limits from the chi-square distribution (Garwood 1936)."""
    from scipy.special import gammaincinv

    low = 0.0 if events == 0 else float(gammaincinv(events, TAIL))
    return low, float(gammaincinv(events + 1, 1 - TAIL))


def mid_p_ratio(a: float, exposure: float, b: float, reference_exposure: float) -> tuple[float, float]:
    """Between which ratios of two Poisson rates does the true one lie? Mid-P exact given a + b > 0 (Rothman, Modern Epidemiology).

    Given m = a + b the first count is binomial with pi = R E / (R E + F). Returns (0, x) when a = 0 and (x, inf) when b = 0.
    """
    from scipy.special import betainc

    m = a + b

    def upper(pi: float) -> float:
        at_least = 1.0 if a == 0 else float(betainc(a, m - a + 1, pi))
        more = 0.0 if b == 0 else float(betainc(a + 1, m - a, pi))
        return 0.5 * (at_least + more)

    def ratio(pi: float) -> float:
        return pi / (1 - pi) * reference_exposure / exposure

    low = 0.0 if a == 0 else ratio(_crossing(upper, TAIL))
    high = math.inf if b == 0 else ratio(_crossing(upper, 1 - TAIL))
    return low, high


def _crossing(rising: Callable[[float], float], level: float) -> float:
    """At which probability does a rising function reach the level?"""
    from scipy.optimize import brentq

    return float(brentq(lambda pi: rising(pi) - level, 1e-300, 1 - 1e-16, xtol=1e-14, rtol=1e-13))


def log_normal(value: float, variance: float) -> tuple[float, float]:
    """Between which ratios does the true one lie, given the variance of its logarithm?"""
    half = Z * math.sqrt(variance)
    return value * math.exp(-half), value * math.exp(half)


def normal_p(z: float) -> float:
    """How often would chance alone give a normal score at least this far from 0, either way?"""
    return math.erfc(abs(z) / math.sqrt(2.0))


def chi_square_p(statistic: float, df: int) -> float:
    """How often would chance alone give a chi-square at least this large?"""
    from scipy.special import gammaincc

    return float(gammaincc(df / 2.0, statistic / 2.0))
