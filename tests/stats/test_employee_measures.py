"""The staff indices against published numbers, the vectors of the plan, a reference implementation and planted truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm

from dashboard.errors import NotEnoughData
from dashboard.stats import burnout, drivers, engagement, finite, promoters
from dashboard.stats.intervals import wilson

PARTS = engagement.VERSIONS["eei-2019-q60"]
VECTOR = dict(
    zip(
        [item for part in PARTS.values() for item in part],
        [60, 70, 80, 50, 90, 80, 80, 90, 70, 80, 40, 50, 60, 50, 50],
        strict=True,
    )
)


@pytest.mark.parametrize(
    ("population", "n", "plain", "with_fpc"), [(30, 20, 21.9, 12.9), (60, 50, 13.9, 5.7), (150, 100, 9.8, 5.7), (400, 200, 6.9, 4.9)]
)
def test_margins_of_the_printed_table(population, n, plain, with_fpc):
    assert round(100 * finite.margin(0.5, n), 1) == plain
    assert round(100 * finite.margin(0.5, n, population), 1) == with_fpc


def test_a_large_staff_needs_no_correction():
    assert round(100 * finite.margin(0.5, 385), 1) == round(100 * finite.margin(0.5, 385, 10_000_000), 1) == 5.0
    with pytest.raises(ValueError, match="answers"):
        finite.margin(0.5, 0)


def test_wilson_of_the_plan_and_its_finite_form():
    low, high = wilson(18, 20)
    assert (round(100 * float(low), 1), round(100 * float(high), 1)) == (69.9, 97.2)
    assert finite.favourable(0.9, 20).low == pytest.approx(float(low))
    narrow = finite.favourable(0.9, 20, 30)
    assert low < narrow.low < 0.9 < narrow.high < high
    everyone = finite.favourable(0.9, 20, 20)
    assert (everyone.low, everyone.high) == (0.9, 0.9)
    assert not finite.favourable(0.0, 0).known


def test_the_finite_interval_covers_a_finite_truth():
    """300 staff, 60 % agree, 200 answer by chance: the interval must hold the truth about 95 times in 100, the plain one always nearly."""
    rng = np.random.default_rng(4)
    staff = np.r_[np.ones(180), np.zeros(120)]
    inside = 0
    for _ in range(2000):
        got = rng.choice(staff, 200, replace=False)
        one = finite.favourable(float(got.mean()), 200, 300)
        inside += one.low <= 0.6 <= one.high
    assert 0.93 <= inside / 2000 <= 0.975


def test_engagement_index_of_the_plan():
    found = engagement.engagement(VECTOR)
    assert [round(found.parts[name].value, 2) for name in engagement.PARTS] == [70, 80, 50]
    assert round(found.index.value, 2) == 66.67
    without = engagement.engagement({**VECTOR, "FEVS-Q53": None})
    assert round(without.parts["leaders_lead"].value, 2) == 52.5
    assert round(without.index.value, 2) == 67.50  # the naive mean of 14 would be 68.57
    assert without.items["leaders_lead"] == 4
    assert found.version == "eei-2019-q60"


def test_the_other_version_takes_another_question():
    other = engagement.engagement({**VECTOR, "FEVS-Q60": 0, "FEVS-Q64": 50}, "eei-va-q64")
    assert round(other.index.value, 2) == 66.67


def test_an_index_without_a_whole_part_is_not_known():
    found = engagement.engagement({item: VECTOR[item] for item in (*PARTS["intrinsic_work"], *PARTS["supervisors"])})
    assert not found.index.known
    assert found.index.reason


def test_global_satisfaction_needs_all_four():
    four = dict(zip(engagement.SATISFACTION, (60, 40, 55, 65), strict=True))
    assert engagement.satisfaction(four).value == 55
    assert not engagement.satisfaction({**four, "FEVS-Q70": None}).known


def _answers(rng, n=240, items=15):
    trait = rng.normal(0, 1, n)
    made = (trait[None, :] + rng.normal(0, 1, (items, n)) > rng.normal(0, 0.4, (items, 1))).astype(float)
    made[rng.random((items, n)) < 0.08] = np.nan
    return made


def test_the_error_of_an_index_is_that_of_the_bootstrap():
    rng = np.random.default_rng(8)
    columns = _answers(rng)
    names = [item for part in PARTS.values() for item in part]
    weights = engagement.index_weights(names)
    assert math.isclose(sum(weights), 1.0)
    ours = engagement.error_of_mean(list(columns), None, weights)
    draws = []
    for _ in range(3000):
        take = rng.integers(0, columns.shape[1], columns.shape[1])
        shares = 100 * np.nanmean(columns[:, take], axis=1)
        draws.append(engagement.engagement(dict(zip(names, shares, strict=True))).index.value)
    assert ours == pytest.approx(np.std(draws), rel=0.06)
    assert engagement.error_of_mean(list(columns), 300, weights) < ours


def test_promoter_score_of_the_plan():
    scores = np.r_[np.full(25, 9.0), np.full(55, 8.0), np.full(20, 3.0)]
    found = promoters.promoters(scores)
    assert found.value == pytest.approx(5.0)
    assert promoters.error(0.25, 0.20, 100) == pytest.approx(6.69, abs=0.005)
    assert (found.high - found.low) / 2 == pytest.approx(13.1, abs=0.02)
    assert promoters.promoters(np.r_[scores, np.nan]) == found
    assert not promoters.promoters(np.array([np.nan])).known


def test_burnout_scale_turns_the_fourth_and_needs_four_of_seven():
    worst = {name: np.array([5.0]) for name in burnout.ITEMS}
    assert burnout.work_scores({**worst, "CBI-W4": np.array([1.0])})[0] == 100
    assert burnout.work_scores(worst)[0] == pytest.approx(600 / 7)
    some = {name: np.array([3.0, 3.0]) for name in burnout.ITEMS}
    for name in burnout.ITEMS[:3]:
        some[name] = np.array([np.nan, np.nan])
    some["CBI-W4"] = np.array([3.0, np.nan])
    scores = burnout.work_scores(some)
    assert scores[0] == 50
    assert math.isnan(scores[1])
    assert burnout.work(np.array([50.0, np.nan, 70.0, 60.0])).value == 60


def test_single_item_and_turnover():
    assert burnout.single(np.array([1, 2, 3, 4, 5, np.nan])).value == pytest.approx(0.6)
    assert burnout.turnover(np.array([0, 0, 0, 1, np.nan])).value == pytest.approx(0.25)
    assert not burnout.single(np.array([np.nan])).known


def test_drivers_agree_with_a_reference_and_tell_cause_from_company():
    rng = np.random.default_rng(3)
    n = 400
    matters = rng.normal(60, 18, n)
    company = 0.75 * matters + rng.normal(0, 12, n)  # goes along with the one that matters, and has no part of its own
    other = rng.normal(50, 20, n)
    outcome = 0.6 * matters + 0.25 * other + rng.normal(0, 12, n)
    parts = {"matters": matters, "company": company, "other": other}
    found = drivers.drivers(parts, outcome)
    scaled = [(one - one.mean()) / one.std() for one in (matters, company, other, outcome)]
    reference = sm.OLS(scaled[3], np.column_stack(scaled[:3])).fit()
    assert [found.own[name].value for name in parts] == pytest.approx(list(reference.params), abs=1e-9)
    assert found.explained == pytest.approx(reference.rsquared, abs=1e-9)
    assert next(one.importance for one in found.together.drivers if one.name == "company") > 0.4
    assert found.matters("matters")
    assert found.matters("other")
    assert not found.matters("company")


def test_drivers_refuse_what_cannot_be_told_apart():
    with pytest.raises(NotEnoughData):
        drivers.drivers({"a": np.ones(20), "b": np.ones(20)}, np.arange(20.0))
