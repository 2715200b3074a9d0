"""Does the interrupted series find a planted change, keep its promise about false ones, and agree with an independent program?"""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm

from dashboard.errors import MeasureError
from dashboard.schema.result import Status
from dashboard.settings import Settings
from dashboard.stats.interrupted import interrupted

# Admissions for acute coronary events in Sicily, January 2002 to November 2006; smoking was banned in January 2005
# (Lopez Bernal, Cummins & Gasparrini 2017, Int. J. Epidemiol. 46, 348-355, the tutorial's own example).
SICILY = (
    *(728, 659, 791, 734, 757, 726, 760, 740, 720, 814, 795, 858, 887, 766, 851, 769, 781, 756, 766, 752, 765, 831, 879, 928),
    *(914, 808, 937, 840, 916, 828, 845, 818, 860, 839, 887, 886, 831, 796, 833, 820, 877, 758, 767, 738, 781, 843, 850, 908),
    *(1021, 859, 976, 888, 962, 838, 810, 876, 843, 936, 912),
)


def months(counts: list[float] | tuple[float, ...], first: int = 2002) -> list[tuple[str, float | None]]:
    return [(f"{first + place // 12}-{place % 12 + 1:02d}", None if count is None else float(count)) for place, count in enumerate(counts)]


def test_the_published_ban_lowered_admissions_and_the_fit_is_that_of_another_program() -> None:
    found = interrupted(months(SICILY), "2005-01")
    series = months(SICILY)
    t = np.arange(len(series))
    angle = 2 * np.pi * np.array([int(month[5:]) - 1 for month, _ in series]) / 12
    after = (t >= 36).astype(float)
    X = np.column_stack([np.ones(len(t)), t / 12, np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle), after, (t - 36) / 12 * after])
    days = np.log([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] * 5)[: len(t)]
    days[[25]] = math.log(29)
    other = sm.GLM(np.array(SICILY), X, family=sm.families.Poisson(), offset=days).fit()
    assert found.effect.value == pytest.approx(math.exp(other.params[-2] + other.params[-1]), rel=1e-6)
    assert found.phi == pytest.approx(max(1.0, other.pearson_chi2 / other.df_resid), rel=1e-6)
    assert found.effect.high is not None
    assert found.effect.high < 1  # the tutorial's conclusion: fewer admissions after the ban
    assert [month.fitted for month in found.months] == pytest.approx(list(other.mu), rel=1e-6)


def simulated(rng: np.random.Generator, length: int, step: float, correlation: float = 0.0, mean: float = 100.0) -> list[tuple[str, float | None]]:
    t = np.arange(length)
    noise = np.zeros(length)
    if correlation:
        spread = math.log(1 + 1 / mean)
        noise[0] = rng.normal(0, math.sqrt(spread))
        for place in range(1, length):
            noise[place] = correlation * noise[place - 1] + rng.normal(0, math.sqrt(spread * (1 - correlation**2)))
    mu = mean * np.exp(0.15 * np.cos(2 * np.pi * t / 12) + noise) * np.where(t >= 2 * length // 3, step, 1.0)
    return months(tuple(rng.poisson(mu)), 2015)


@pytest.mark.parametrize(("correlation", "least"), [(0.0, 0.93), (0.4, 0.87)])
def test_the_interval_holds_the_planted_step_as_often_as_it_says(correlation: float, least: float) -> None:
    rng, runs, held = np.random.default_rng(5), 200, 0
    for _ in range(runs):
        series = simulated(rng, 60, 0.75, correlation)
        effect = interrupted(series, series[40][0]).effect
        assert effect.low is not None
        assert effect.high is not None
        held += effect.low <= 0.75 <= effect.high
    assert held / runs >= least


def test_where_nothing_changed_few_are_told_that_something_did() -> None:
    rng, wrong = np.random.default_rng(6), 0
    for _ in range(200):
        series = simulated(rng, 60, 1.0)
        effect = interrupted(series, series[40][0]).effect
        wrong += not (effect.low or 0) <= 1 <= (effect.high or 2)
    assert wrong / 200 <= 0.08


def test_placebo_dates_are_tried_before_the_policy_and_a_share_is_given_from_twenty_on() -> None:
    rng = np.random.default_rng(7)
    series = simulated(rng, 96, 0.6)
    found = interrupted(series, series[64][0])
    assert found.tried == 64 - 24 - 12 + 1
    assert found.placebo_p is not None
    assert found.placebo_p <= 0.2
    few = interrupted(simulated(rng, 60, 0.6), "2018-05")
    assert few.tried == 5
    assert few.placebo_p is None


def test_the_continuation_has_a_band_that_widens() -> None:
    found = interrupted(simulated(np.random.default_rng(8), 72, 0.7), "2019-01")
    bands = [month.expected for month in found.months if month.expected is not None]
    assert len(bands) == 24
    widths = [(one.high or 0) / (one.low or 1) for one in bands]
    assert widths[-1] > widths[0]
    assert all(month.expected is None for month in found.months[:48])


def test_too_few_months_or_events_give_no_number_but_a_reason() -> None:
    rng = np.random.default_rng(9)
    series = simulated(rng, 30, 1.0)
    short = interrupted(series, series[20][0])
    assert short.status is Status.UNAVAILABLE
    assert short.effect.value is None
    assert "24" in short.sentence
    assert interrupted(months((0,) * 60), "2005-01").status is Status.UNAVAILABLE
    assert interrupted([], "2005-01").status is Status.UNAVAILABLE
    longer = Settings.of({"trend.before_after": (36.0, 12.0)})
    assert interrupted(months(SICILY[:52]), "2004-06", longer).status is Status.UNAVAILABLE


def test_a_month_without_data_is_left_out() -> None:
    gap = [(month, None if month == "2003-05" else count) for month, count in months(SICILY)]
    found = interrupted(gap, "2005-01")
    assert found.effect.known
    assert next(one for one in found.months if one.month == "2003-05").count is None


@pytest.mark.parametrize("bad", [[("2024-02", 3.0), ("2024-01", 3.0)], [("2024-01", 3.0), ("2024-01", 3.0)], [("2024-01", -1.0)]])
def test_bad_series_are_refused(bad: list[tuple[str, float | None]]) -> None:
    with pytest.raises(MeasureError):
        interrupted(bad, "2024-01")
