"""Does the comparison take out what moved both series, keep its interval's promise, refuse where it must, and agree with an independent program?"""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm

from dashboard.errors import MeasureError
from dashboard.schema.result import Status
from dashboard.stats.controlled import BROKE, DRIFTED, Controlled, controlled
from dashboard.stats.interrupted import interrupted

Series = list[tuple[str, float | None]]
RUNS, LENGTH, AT = 100, 60, 40


def months(counts: np.ndarray) -> Series:
    return [(f"{2015 + place // 12}-{place % 12 + 1:02d}", float(count)) for place, count in enumerate(counts)]


def simulated(rng: np.random.Generator, own: float = 1.0, other: float = 1.0, drift: float = 0.0, shared: float = 0.15) -> tuple[Series, Series]:
    """Two series that share season and a shock of each month; from month 40 they change by `own` and `other`; `drift` is by year."""
    t = np.arange(LENGTH)
    common, after = 0.15 * np.cos(2 * np.pi * t / 12) + rng.normal(0, shared, LENGTH), t >= AT
    first = rng.poisson(100 * np.exp(common + drift * t / 12) * np.where(after, own, 1.0))
    return months(first), months(rng.poisson(80 * np.exp(common) * np.where(after, other, 1.0)))


def judged(seed: int, **changes: float) -> list[Controlled]:
    rng = np.random.default_rng(seed)
    pairs = [simulated(rng, **changes) for _ in range(RUNS)]
    return [controlled(own, other, own[AT][0]) for own, other in pairs]


def test_the_fit_is_that_of_another_program_and_of_a_level_for_each_month() -> None:
    own, other = simulated(np.random.default_rng(1), own=0.8)
    found = controlled(own, other, own[AT][0])
    a, b = (np.array([count for _, count in one], dtype=float) for one in (own, other))
    t = np.arange(LENGTH)
    angle, after = 2 * np.pi * (t % 12) / 12, (t >= AT).astype(float)
    season = [np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)]
    X = np.column_stack([np.ones(LENGTH), t / 12, *season, after, (t - AT) / 12 * after])
    share = sm.GLM(np.column_stack([a, b]), X, family=sm.families.Binomial()).fit()
    assert found.effect.value == pytest.approx(math.exp(share.params[-2] + share.params[-1]), rel=1e-6)
    phi = max(1.0, share.pearson_chi2 / share.df_resid)
    assert found.phi == pytest.approx(phi, rel=1e-6)
    contrast = np.zeros(8)
    contrast[-2:] = 1
    error = math.sqrt(contrast @ share.cov_params() @ contrast / share.scale)
    assert found.rho is not None
    widened = 2.0066468 * error * math.sqrt(phi * (1 + found.rho) / (1 - found.rho))  # t at 97.5 % with 52 degrees of freedom
    assert found.effect.high == pytest.approx((found.effect.value or 0) * math.exp(widened), rel=1e-6)
    levels = np.vstack([np.eye(LENGTH), np.eye(LENGTH)])
    stacked = sm.GLM(np.concatenate([a, b]), np.hstack([np.vstack([X, np.zeros_like(X)]), levels]), family=sm.families.Poisson()).fit()
    assert found.effect.value == pytest.approx(math.exp(stacked.params[6] + stacked.params[7]), rel=1e-5)


def test_the_interval_holds_the_planted_change_as_often_as_it_says() -> None:
    found = [one.effect for one in judged(2, own=0.75) if one.status is Status.OK]
    assert len(found) >= 0.85 * RUNS, "a sound comparison is refused about once in ten"
    assert sum((one.low or 0) <= 0.75 <= (one.high or 0) for one in found) / len(found) >= 0.93
    assert sum((one.high or 1) < 1 for one in found) / len(found) >= 0.75, "and the change is found"


def test_where_nothing_changed_few_are_told_that_something_did() -> None:
    found = judged(3)
    assert sum(one.status is Status.OK and not (one.effect.low or 0) <= 1 <= (one.effect.high or 2) for one in found) / RUNS <= 0.06
    assert sum(one.status is Status.OK for one in found) / RUNS >= 0.85


def test_what_moves_both_series_is_not_put_down_to_the_policy() -> None:
    """Everything fell by a fifth when the policy came: the plain series blames the policy more often than the comparison does."""
    found = judged(4, own=0.8, other=0.8, shared=0.05)
    plain = sum((one.plain.effect.high or 2) < 1 for one in found)
    beside = sum(one.status is Status.OK and not (one.effect.low or 0) <= 1 <= (one.effect.high or 2) for one in found)
    assert plain / RUNS > 0.5
    assert beside / RUNS <= 0.05


def test_a_comparison_that_broke_itself_is_refused() -> None:
    found = judged(5, other=0.6)
    assert sum(one.status is Status.UNAVAILABLE for one in found) / RUNS >= 0.9
    one = next(one for one in found if one.status is Status.UNAVAILABLE)
    assert next(gate for gate in one.gates if gate.name == BROKE).passed is False
    assert "comparison changed itself" in one.sentence
    assert one.effect.value is None
    assert one.plain.effect.known, "the plain estimate stays"


def test_series_that_drifted_apart_before_are_refused() -> None:
    found = judged(6, drift=0.15)
    assert sum(not next(gate for gate in one.gates if gate.name == DRIFTED).passed for one in found) / RUNS >= 0.95
    assert all(one.effect.value is None for one in found if not all(gate.passed for gate in one.gates))


def test_only_months_with_data_in_both_count_and_too_few_give_a_reason() -> None:
    own, other = simulated(np.random.default_rng(7), own=0.8)
    gap = [(month, None if month == "2016-05" else count) for month, count in other]
    assert controlled(own, gap, own[AT][0]).months == LENGTH - 1
    short = controlled(own, other[24:], own[AT][0])
    assert short.status is Status.UNAVAILABLE
    assert "months before in both: 16, 24 needed" in short.sentence
    rare = controlled(own, [(month, 0.0) for month, _ in other], own[AT][0])
    assert rare.status is Status.UNAVAILABLE
    assert rare.plain == interrupted(own, own[AT][0])
    with pytest.raises(MeasureError):
        controlled(own, [("2015-01", 3.0), ("2015-01", 4.0)], own[AT][0])
