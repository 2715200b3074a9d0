"""Shares, differences, rates and ratios against the tables of the papers that they come from."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import MeasureError
from dashboard.schema.result import Status
from dashboard.settings import Settings
from dashboard.stats import rates
from dashboard.stats.intervals import mid_p_ratio, newcombe

REAL = Path(__file__).parents[3] / "shared" / "data" / "stops" / "uk_stop_and_search_calum.csv"
COUNTS = st.integers(0, 5000)
SOME = st.integers(1, 5000)


# Newcombe 1998, Stat. Med. 17, 857-872, table I; 3/40 recomputed with an independent program.
@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718), (3, 40, 0.0258, 0.1986)],
)
def test_wilson_equals_the_published_limits(k, n, low, high):
    result = rates.proportion(k, n)
    assert (round(result.low, 4), round(result.high, 4)) == (low, high)


# RIPA Board annual report 2020: stops in daylight among those in the inter-twilight window.
@pytest.mark.parametrize(
    ("percent", "n", "low", "high"),
    [
        (48.8, 25045, 48.2, 49.4),
        (50.5, 66682, 50.1, 50.9),
        (50.0, 54546, 49.6, 50.4),
        (49.7, 9428, 48.7, 50.7),
        (49.5, 8333, 48.4, 50.6),
        (53.5, 2170, 51.4, 55.6),
        (57.0, 931, 53.8, 60.2),
        (54.5, 389, 49.5, 59.4),
    ],
)
def test_wilson_equals_the_ripa_board_2020(percent, n, low, high):
    result = rates.proportion(round(percent / 100 * n), n)
    assert (round(100 * result.low, 1), round(100 * result.high, 1)) == (low, high)


def test_share_gates():
    assert rates.proportion(0, 0).status is Status.UNAVAILABLE
    assert rates.proportion(0, 0).value is None
    assert rates.proportion(5, 29).status is Status.CAUTION
    assert rates.proportion(5, 30).status is Status.OK
    assert rates.proportion(5, 30, Settings.of({"rates.min_n": 31})).status is Status.CAUTION
    with pytest.raises(MeasureError, match="3 rows contradict"):
        rates.proportion(13, 10)
    for k, n in ((-1, 10), (math.nan, 10), (1, math.inf)):
        with pytest.raises(MeasureError):
            rates.proportion(k, n)


@given(SOME, COUNTS)
def test_share_lies_in_its_interval_and_mirrors(n, k):
    k = min(k, n)
    share, rest = rates.proportion(k, n), rates.proportion(n - k, n)
    assert 0 <= share.low <= share.value <= share.high <= 1
    assert share.low == pytest.approx(1 - rest.high, abs=1e-12)


# Newcombe 1998, Stat. Med. 17, 873-890, table II, method 10.
@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)
def test_difference_equals_the_published_limits(counts, low, high):
    result = rates.difference(*counts)
    assert (round(result.low, 4), round(result.high, 4)) == (low, high)


@given(SOME, COUNTS, SOME, COUNTS)
def test_difference_contains_its_value_and_turns_over(n1, k1, n2, k2):
    k1, k2 = min(k1, n1), min(k2, n2)
    one, other = rates.difference(k1, n1, k2, n2), rates.difference(k2, n2, k1, n1)
    assert one.low - 1e-12 <= one.value <= one.high + 1e-12
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low), abs=1e-12)


def test_difference_gates():
    assert rates.difference(1, 0 + 1, 0, 0).status is Status.UNAVAILABLE
    assert rates.difference(10, 29, 10, 300).status is Status.CAUTION
    assert rates.difference(10, 30, 10, 30).status is Status.OK
    with pytest.raises(MeasureError, match="share 10 events"):
        rates.difference(5, 10, 30, 100, shared=10)


def _binomial(n, p):
    from scipy.stats import binom

    k = np.arange(n + 1)
    chance = binom.pmf(k, n, p)
    keep = chance > 1e-9
    return k[keep], chance[keep]


@pytest.mark.parametrize("p1", [0.02, 0.1, 0.5])
@pytest.mark.parametrize("p2", [0.02, 0.1, 0.5])
@pytest.mark.parametrize("n", [30, 100, 1000])
def test_difference_covers_exactly_enumerated(p1, p2, n):
    (k1, c1), (k2, c2) = _binomial(n, p1), _binomial(n, p2)
    low, high = newcombe(k1[:, None], n, k2[None, :], n)
    covered = (low <= p1 - p2 + 1e-12) & (p1 - p2 <= high + 1e-12)
    assert float(c1 @ covered @ c2) >= 0.944  # smallest seen .9440, at .5 and .5 with n = 100; largest .9997


def test_p_of_difference_is_the_pearson_test():
    from scipy.stats import chi2_contingency

    expected = chi2_contingency([[56, 14], [48, 32]], correction=False).pvalue
    assert rates.p_of_difference(56, 70, 48, 80) == pytest.approx(expected, rel=1e-9)
    assert rates.p_of_difference(0, 10, 0, 10) is None
    assert rates.p_of_difference(0, 0, 1, 10) is None


def test_garwood_and_zero_events():
    ten, none = rates.rate(10, 1), rates.rate(0, 1)
    assert (round(ten.estimate.low, 3), round(ten.estimate.high, 3)) == (4.795, 18.390)
    assert (none.estimate.value, none.estimate.low, round(none.estimate.high, 3)) == (0, 0, 3.689)


def test_a_missing_month_does_not_depress_the_rate():
    result = rates.rate(1100, 1000, 11, 12, [100] * 11 + [None])
    assert result.estimate.value == pytest.approx(1.2)  # more events than residents is legal
    assert rates.rate(1100, 1000, 11, 12, per=1000).estimate.value == pytest.approx(1200)


def test_phi_widens_on_the_log_scale():
    monthly = [40, 160] * 6
    plain, wide = rates.rate(1200, 1000), rates.rate(1200, 1000, monthly=monthly)
    assert wide.phi == pytest.approx(12 * 3600 / 100 / 11)
    ratio = math.log(wide.estimate.high / wide.estimate.value) / math.log(plain.estimate.high / plain.estimate.value)
    assert ratio == pytest.approx(math.sqrt(wide.phi))
    even = rates.rate(1200, 1000, monthly=[100] * 12)
    assert (even.phi, even.estimate) == (0, plain.estimate)
    assert rates.rate(1100, 1000, 11, 12, [100] * 11 + [None]).phi is None
    assert rates.rate(0, 1000, monthly=[0] * 12).phi is None


def test_rate_gates():
    for exposure in (None, 0, -5, math.nan):
        result = rates.rate(10, exposure)
        assert result.estimate.status is Status.UNAVAILABLE
        assert result.estimate.value is None
    assert rates.rate(10, 100, 0, 12).estimate.status is Status.UNAVAILABLE
    assert rates.rate(10, 100, 5, 12).estimate.status is Status.CAUTION
    assert rates.rate(10, 100, 6, 12).estimate.status is Status.OK
    with pytest.raises(MeasureError, match="add up"):
        rates.rate(10, 100, monthly=[1] * 12)
    with pytest.raises(MeasureError):
        rates.rate(10, 100, 13, 12)


def test_observed_months():
    months = [
        rates.MonthCoverage("2024-01", 100, 50),
        rates.MonthCoverage("2024-02", 100, 49),
        rates.MonthCoverage("2024-03", 49, 49),
        rates.MonthCoverage("2024-04", 0, 0),
        rates.MonthCoverage("2024-05", 3, 3, stops=False),
    ]
    result = rates.observed_months(months)
    assert result.used == ("2024-01", "2024-05")
    assert [month for month, _ in result.left_out] == ["2024-02", "2024-03", "2024-04"]
    assert not result.gate.passed
    assert rates.observed_months(months, settings=Settings.of({"rates.months_coverage": 0.4})).count == 3
    assert rates.common_months(result, rates.observed_months(months[:1])) == ("2024-01",)
    with pytest.raises(MeasureError, match="twice"):
        rates.observed_months([months[0], months[0]])
    with pytest.raises(MeasureError, match="complete rows"):
        rates.observed_months([rates.MonthCoverage("2024-01", 5, 6)])


def test_rate_ratio_equals_rothman():
    # Breast cancer after fluoroscopy: Rothman, Greenland & Lash 2008, ch. 14.
    result = rates.rate_ratio(41, 28010, 15, 19017)
    assert [round(x, 3) for x in (result.value, result.low, result.high)] == [1.856, 1.027, 3.353]
    exact = rates.rate_ratio(41, 28010, 15, 19017, settings=Settings.of({"rates.exact_below": 100}))
    assert [round(x, 3) for x in (exact.low, exact.high)] == [1.041, 3.449]
    assert rates.p_of_ratio(result) == pytest.approx(0.0404, abs=5e-4)


def test_rate_ratio_with_zeros():
    none = rates.rate_ratio(0, 1200, 9, 2400)
    assert (none.value, none.low, round(none.high, 3)) == (0, 0, 0.790)
    open_ended = rates.rate_ratio(9, 2400, 0, 1200)
    assert open_ended.value is None
    assert open_ended.low == pytest.approx(1 / none.high)
    assert "at least 1.27 times" in open_ended.reason
    assert rates.rate_ratio(0, 10, 0, 10).status is Status.UNAVAILABLE
    for exposure in (0, None, -1):
        assert rates.rate_ratio(5, exposure, 5, 10).value is None
    assert rates.rate_ratio(5, 100, 50, 100, phi_a=2).status is Status.CAUTION
    assert rates.p_of_ratio(none) is None


@given(SOME, SOME, st.floats(1, 1e6), st.floats(1, 1e6))
def test_rate_ratio_contains_its_value_and_inverts(a, b, E, F):
    one, other = rates.rate_ratio(a, E, b, F), rates.rate_ratio(b, F, a, E)
    assert one.low <= one.value <= one.high
    assert (one.value, one.low, one.high) == pytest.approx((1 / other.value, 1 / other.high, 1 / other.low), rel=1e-6)


def test_phi_widens_a_ratio():
    plain, wide = rates.rate_ratio(100, 10, 100, 10), rates.rate_ratio(100, 10, 100, 10, phi_a=4, phi_b=4)
    assert math.log(wide.high) == pytest.approx(2 * math.log(plain.high))


def test_mid_p_covers_exactly_enumerated():
    """Coverage over all pairs of expected counts, given that one event was seen at all: .951 to .997."""
    from scipy.stats import poisson

    top = 71
    table = [[(0.0, math.inf) if a + b == 0 else mid_p_ratio(a, 1, b, 1) for b in range(top)] for a in range(top)]
    low, high = np.array(table)[:, :, 0], np.array(table)[:, :, 1]
    for mean_a, mean_b in ((1, 1), (3, 3), (10, 10), (30, 30), (1, 10), (3, 30)):
        chance = np.outer(poisson.pmf(np.arange(top), mean_a), poisson.pmf(np.arange(top), mean_b))
        chance[0, 0] = 0.0
        covered = (low <= mean_a / mean_b) & (mean_a / mean_b <= high)
        assert 0.950 <= float((chance * covered).sum() / chance.sum()) <= 0.999


def test_risk_and_odds_ratio_vectors():
    # Recomputed with two independent programs.
    risk, odds = rates.risk_ratio(30, 100, 20, 150), rates.odds_ratio(30, 100, 20, 150)
    assert [round(x, 3) for x in (risk.estimate.value, risk.estimate.low, risk.estimate.high)] == [2.25, 1.356, 3.732]
    # The upper limit is 5.56446: 5.564.
    assert [round(x, 3) for x in (odds.estimate.value, odds.estimate.low, odds.estimate.high)] == [2.774, 1.408, 5.564]
    assert round(odds.sample, 3) == 2.786
    assert not risk.warning


@pytest.mark.parametrize("table", [(30, 100, 20, 150), (1, 5, 3, 9), (200, 1000, 150, 900), (7, 8, 2, 9)])
def test_odds_ratio_equals_scipy(table):
    from scipy.stats.contingency import odds_ratio

    a, n, b, m = table
    peer = odds_ratio([[a, n - a], [b, m - b]], kind="conditional")
    limits = peer.confidence_interval(0.95)
    mine = rates.odds_ratio(a, n, b, m).estimate
    assert (mine.value, mine.low, mine.high) == pytest.approx((peer.statistic, limits.low, limits.high), rel=1e-5)


def test_odds_ratio_with_zero_cells_keeps_one_side_open():
    none, all_of_them = rates.odds_ratio(0, 10, 5, 10).estimate, rates.odds_ratio(5, 10, 0, 10).estimate
    assert (none.value, none.low) == (0, 0)
    assert none.high < 1
    assert all_of_them.value is None
    assert all_of_them.high is None
    assert all_of_them.low == pytest.approx(1 / none.high, rel=1e-6)
    assert rates.odds_ratio(0, 10, 0, 10).estimate.status is Status.UNAVAILABLE


def test_risk_ratio_edges():
    assert rates.risk_ratio(0, 100, 20, 100).estimate.value == 0
    assert rates.risk_ratio(0, 100, 20, 100).estimate.low is None
    assert rates.risk_ratio(20, 100, 0, 100).estimate.value is None
    assert rates.risk_ratio(0, 0, 2, 10).estimate.value is None
    assert rates.risk_ratio(10, 10, 5, 5).estimate.high is None
    few = rates.risk_ratio(3, 10, 4, 12)
    assert few.warning
    assert few.smallest_expected == pytest.approx(10 * 7 / 22)
    assert few.estimate.status is Status.CAUTION
    for measure in (rates.risk_ratio, rates.odds_ratio):
        with pytest.raises(MeasureError, match="rate_ratio"):
            measure(11, 10, 1, 10)


@given(st.integers(1, 400), st.integers(1, 400), st.integers(1, 400), st.integers(1, 400))
def test_risk_ratio_inverts(a, more_a, b, more_b):
    one = rates.risk_ratio(a, a + more_a, b, b + more_b).estimate
    other = rates.risk_ratio(b, b + more_b, a, a + more_a).estimate
    assert one.low <= one.value <= one.high
    assert (one.value, one.low) == pytest.approx((1 / other.value, 1 / other.high), rel=1e-9)


def test_unknown_group_cautions_above_a_tenth():
    plain = rates.rate_ratio(50, 100, 50, 100)
    assert rates.with_unknown_caution(plain, 10, 100) == plain
    assert rates.with_unknown_caution(plain, 11, 100).status is Status.CAUTION


def _number(text):
    try:
        return float(text.strip().replace(",", ""))
    except ValueError:
        return None


@pytest.mark.real
@pytest.mark.skipif(not REAL.exists(), reason="the national stop and search file is not kept beside the project")
def test_every_rate_of_a_national_file_is_recomputed():
    # gov.uk, Ethnicity facts and figures: stop and search; the file holds count, population and rate per 1,000.
    with REAL.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    count, people, printed = (next(name for name in rows[0] if word in name) for word in ("Number of stop", "Population", "Rate per"))
    checked = off = 0
    for row in rows:
        a, P, r = (_number(row[name]) for name in (count, people, printed))
        if a is None or P is None or r is None or P <= 0:
            continue
        checked += 1
        off += abs(rates.rate(a, P, per=1000).estimate.value - r) > 0.00501
    assert checked > 5000
    assert off == 0, f"{off} of {checked}"
