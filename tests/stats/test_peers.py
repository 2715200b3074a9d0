"""Officers against peers: worked numbers, an independent implementation, simulated agencies with none, few and strong outliers."""

import numpy as np
import pytest
from scipy import stats

from dashboard.errors import MeasureError
from dashboard.schema.result import Status
from dashboard.stats import peers, peers_change, peers_expected, peers_model, peers_rules

ORDINARY = 1 / 0.09  # shape of officers who differ with a standard deviation of .3


def counts(rng, officers, expected, outliers, ratio=3.0):
    """Officers whose true ratios differ ordinarily, some of them outliers: (true ratios, what was found)."""
    theta = rng.gamma(ORDINARY, 1 / ORDINARY, officers)
    theta[:outliers] = ratio
    e = rng.gamma(6, expected / 6, officers).clip(0.2)
    found = peers_expected.Expected(
        rng.poisson(theta * e).astype(float), e, np.full(officers, 100.0), np.full(officers, 30), np.zeros(officers, int), peers_expected.NARROWING
    )
    return theta, found


def named(found):
    return [f"{place:05d}" for place in range(len(found.observed))]


def runs(outliers, expected, repeat=40, officers=1000):
    """Averages over simulated agencies: flagged, outliers among them, false flags stated and actual; and in how many runs nobody was flagged."""
    rng = np.random.default_rng([outliers, expected])
    rows = []
    for _ in range(repeat):
        theta, found = counts(rng, officers, expected, outliers)
        out = peers.review(named(found), found)
        flagged = [int(one.name) for one in out.for_review]
        rows.append((len(flagged), sum(i < outliers for i in flagged), out.false_flags, (theta[flagged] <= 1.5).sum(), out.found_of_20))
    return np.mean(rows, axis=0), np.mean([row[0] == 0 for row in rows])


def test_the_worked_officer():
    known = peers_model.fixed(4.0)
    nine, three = np.array([9.0]), np.array([3.0])
    mean, low, high = (float(one[0]) for one in peers_model.ratios(known, nine, three))
    assert (mean, low, high) == pytest.approx((1.857, 0.989, 2.995), abs=6e-4)
    assert peers_model.above(known, nine, three, 1.5)[0] == pytest.approx(0.742, abs=5e-4)
    ordinary, chance = peers_model.tails(known, nine, three)
    assert ordinary[0] == pytest.approx(0.0252, abs=5e-5)
    assert chance[0] == pytest.approx(0.0038, abs=5e-5)


def test_the_shape_is_the_one_that_statsmodels_finds():
    import statsmodels.api as sm

    rng = np.random.default_rng(5)
    _, found = counts(rng, 2000, 8, 0)
    fit = sm.NegativeBinomial(found.observed, np.ones(2000), exposure=found.expected).fit(disp=0)
    # statsmodels also fits the mean, which is 1 here up to its standard error
    assert peers_model.shape(found.observed, found.expected).value == pytest.approx(1 / fit.params[1], rel=0.05)


def test_the_likelihood_is_the_negative_binomial():
    o, e = np.array([0.0, 2, 9]), np.array([1.0, 2, 3])
    free = -stats.nbinom.logpmf(o, 4.0, 4 / (4 + e)).sum() + stats.nbinom.logpmf(o, 2.0, 2 / (2 + e)).sum()
    assert peers_model.likelihood(2.0, o, e) - peers_model.likelihood(4.0, o, e) == pytest.approx(free)


@pytest.mark.parametrize(("outliers", "expected"), [(20, 3), (20, 10), (5, 3)])
def test_stated_and_actual_false_flags_agree(outliers, expected):
    (flagged, hits, stated, actual, of_20), _ = runs(outliers, expected)
    assert abs(stated - actual) < 0.5
    assert flagged - actual > 0.7 * flagged
    assert hits / outliers == pytest.approx(of_20 / 20, abs=0.06), "the printed power is the share that is found"


def test_nobody_is_flagged_where_all_are_ordinary_or_equal():
    (flagged, _, stated, actual, _), _ = runs(0, 3)
    assert flagged <= 0.5
    assert abs(stated - actual) < 0.3
    rng = np.random.default_rng(2)
    empty = 0
    for _ in range(40):
        e = rng.gamma(6, 0.5, 1000).clip(1)
        found = peers_expected.Expected(rng.poisson(e).astype(float), e, e, e.astype(int), e.astype(int) * 0, peers_expected.NARROWING)
        empty += not peers.review(named(found), found).for_review
    assert empty >= 38


def test_strong_outliers_are_nearly_all_found():
    rng = np.random.default_rng(9)
    theta, found = counts(rng, 400, 8, 6, ratio=6.0)
    out = peers.review(named(found), found)
    assert {int(one.name) for one in out.for_review if theta[int(one.name)] == 6} >= set(range(5))
    assert all(one.top > 0.8 for one in out.for_review if theta[int(one.name)] == 6)


def test_intervals_cover_the_true_ratios():
    rng = np.random.default_rng(4)
    inside = []
    for _ in range(30):
        theta, found = counts(rng, 300, 4, 3)
        out = {one.name: one.ratio for one in peers.review(named(found), found).officers}
        inside += [out[name].low <= true <= out[name].high for name, true in zip(named(found), theta, strict=True)]
    assert 0.935 <= np.mean(inside) <= 0.97


def test_fixed_thresholds_flag_many_more_and_more_falsely():
    rng = np.random.default_rng(3)
    theta, found = counts(rng, 1000, 3, 20)
    out = peers.review(named(found), found)
    fixed = peers_rules.rules(out, {"6 or more": {one.name for one in out.officers if one.observed >= 6}})
    by_name = {one.name: one for one in fixed.rules}
    actual = sum(theta[int(one.name)] <= 1.5 for one in out.officers if one.observed >= 6)
    assert by_name["6 or more"].flagged > 10 * by_name["Against peers"].flagged
    assert by_name["6 or more"].false_flags == pytest.approx(actual, rel=0.15)
    assert by_name["Against peers"].shared == len(out.for_review)
    funnel = by_name["Chance limits only (funnel, 97.5%)"]
    assert funnel.flagged > len(out.for_review)
    assert 0 < fixed.agreement < 1


def test_rank_correlation_is_scipys():
    rng = np.random.default_rng(1)
    x, y = rng.integers(0, 9, 60).astype(float), rng.random(60)
    assert peers_rules.spearman(list(x), list(y)) == pytest.approx(stats.spearmanr(x, y).statistic)
    assert peers_rules.spearman([1.0] * 5, [1.0, 2, 3, 4, 5]) is None


def test_the_funnel_holds_its_share_and_is_wider_with_ordinary_differences():
    rng = np.random.default_rng(8)
    _, found = counts(rng, 4000, 6, 0)
    out = peers.review(named(found), found)
    wide, thin = peers_rules.funnel(out)
    outside = []
    for limits in (wide, thin):
        x = np.array([one.expected for one in out.officers if one.compared])
        y = np.array([one.observed / one.expected for one in out.officers if one.compared])
        es, lows, highs = (np.array(one) for one in zip(*limits, strict=True))
        outside.append(np.mean((y < np.interp(x, es, lows)) | (y > np.interp(x, es, highs))))
    assert 0.03 < outside[0] < 0.075
    assert outside[1] > 1.5 * outside[0]


def work(officers=12, days=300.0, events=6, unit=None):
    """Officers in two districts with equal exposure and equal counts."""
    who = np.repeat(np.arange(officers), 2)
    place = np.tile([0, 1], officers)
    unit = np.zeros(len(who), int) if unit is None else unit[who]
    cells = {"unit": unit, "district": place, "shift": np.zeros(len(who), int), "month": np.zeros(len(who), int)}
    return peers_expected.Work(officers, who, cells, np.full(len(who), days), np.full(len(who), float(events)))


def test_expected_counts_by_hand_and_without_oneself():
    one = work()
    one.events[0] = 60.0  # officer 0 has ten times as many in district 0
    found = peers_expected.expected(one)
    assert found.expected[0] == pytest.approx(12.0), "an outlier does not raise the own expectation"
    rate = (60 + 10 * 6) / (11 * 300)
    assert found.expected[1] == pytest.approx(300 * rate + 6)
    assert found.peers[0] == 11
    assert set(found.level) == {0}


def test_doubling_exposure_and_events_changes_no_ratio():
    one = work()
    one.events[3] = 20.0
    twice = peers_expected.Work(one.officers, one.officer, one.cells, one.exposure * 2, one.events * 2)
    a, b = peers_expected.expected(one), peers_expected.expected(twice)
    assert b.observed / b.expected == pytest.approx(a.observed / a.expected)
    split = peers_expected.Work(
        one.officers,
        np.tile(one.officer, 2),
        {name: np.tile(codes, 2) for name, codes in one.cells.items()},
        np.tile(one.exposure / 2, 2),
        np.tile(one.events / 2, 2),
    )
    assert peers_expected.expected(split).expected == pytest.approx(a.expected), "rows of one cell are added up"


def test_a_small_cell_is_compared_more_widely_and_a_lonely_officer_not_at_all():
    few = work(officers=12, events=1)  # 11 events of others in each district: below 20
    found = peers_expected.expected(few)
    assert set(found.level) == {2}, "districts are joined, the unit is kept"
    unit = np.array([0] * 12 + [1] * 2)
    mixed = peers_expected.expected(work(officers=14, unit=unit))
    assert mixed.level[0] == 0
    assert mixed.level[13] == 4
    alone = peers_expected.expected(work(officers=4))
    assert np.isnan(alone.expected).all()
    out = peers.review([f"{i}" for i in range(4)], alone)
    assert out.status is Status.UNAVAILABLE
    assert not any(one.ratio.known for one in out.officers)
    assert all(one.reason for one in out.officers)


def test_too_little_work_is_not_called_no_concern():
    rng = np.random.default_rng(6)
    _, found = counts(rng, 60, 4, 0)
    found.expected[0], found.observed[0] = 0.4, 9.0
    out = {one.name: one for one in peers.review(named(found), found, enough=[i != 1 for i in range(60)]).officers}
    assert "Not enough work" in out["00000"].reason
    assert not out["00000"].for_review
    assert "six months" in out["00001"].reason


def test_the_drawn_and_the_solved_top_share_agree():
    rng = np.random.default_rng(7)
    _, found = counts(rng, 1500, 4, 15)
    known = peers_model.shape(found.observed, found.expected)
    drawn = peers_model.top(known, found.observed, found.expected, 1)
    solved = peers_model._above_cut(known, found.observed, found.expected, 75)
    assert np.abs(drawn - solved).max() < 0.04
    assert drawn.sum() == pytest.approx(75, abs=0.5)


def test_a_high_count_falls_by_itself():
    out = peers_change.change(9, 3, 4, 4, 3)
    assert out.predicted.value == pytest.approx(3 * 13 / 7)
    assert out.naive == 9
    assert out.verdict == "within"
    law = stats.nbinom(13, 7 / 10)
    assert (out.predicted.low, out.predicted.high) == (law.ppf(0.025), law.ppf(0.975))
    assert peers_change.change(9, 3, 4, 0, 3).verdict == "fell"
    assert peers_change.change(9, 3, 4, 14, 3).verdict == "rose"
    assert peers_change.change(9, 3, 4, 0, 0.5).verdict == "too early"
    with pytest.raises(MeasureError):
        peers_change.change(9, 0, 4, 1, 3)


def test_regression_to_the_mean_is_predicted_in_simulation():
    rng = np.random.default_rng(12)
    first, later, raw, inside = [], [], [], []
    for _ in range(8):
        theta, found = counts(rng, 1000, 4, 10)
        known = peers_model.shape(found.observed, found.expected)
        again = rng.poisson(theta * found.expected)
        for i in np.flatnonzero((found.observed >= 8) & (found.expected < 6)):
            out = peers_change.change(found.observed[i], found.expected[i], known.value, again[i], found.expected[i])
            first.append(out.predicted.value)
            raw.append(out.naive)
            later.append(again[i])
            inside.append(out.predicted.low <= again[i] <= out.predicted.high)
    assert np.mean(later) == pytest.approx(np.mean(first), rel=0.08)
    assert np.mean(raw) > 1.3 * np.mean(later), "the raw count carried on promises far too many"
    assert np.mean(inside) > 0.93


def test_bad_numbers_are_refused():
    with pytest.raises(MeasureError):
        peers_model.shape(np.array([1.0]), np.array([0.0]))
    bad = work()
    with pytest.raises(MeasureError):
        peers_expected.expected(peers_expected.Work(bad.officers, bad.officer, bad.cells, bad.exposure * -1, bad.events))
