"""Families, shrinkage and power against the papers' own numbers, and the promises kept under simulation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import MeasureError
from dashboard.schema.result import Status
from dashboard.settings import Settings
from dashboard.stats.compare import family, power, power_ratio, shrink

# Benjamini & Hochberg 1995, J. R. Stat. Soc. B 57, section 3.
P_1995 = (0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0)
NAMED = {f"c{place:02d}": p for place, p in enumerate(P_1995)}


def test_benjamini_hochberg_1995_example():
    result = family(NAMED)
    assert result.m == 15
    assert result.standing_out == ("c00", "c01", "c02", "c03")
    assert sum(p <= 0.05 / 15 for p in P_1995) == 3  # Bonferroni, as in the paper
    assert result.sentence == "We looked at 15 comparisons; after allowing for that, 4 stand out."


@pytest.mark.parametrize(("method", "peer"), [("bh", "fdr_bh"), ("by", "fdr_by")])
def test_adjusted_values_equal_statsmodels(method, peer):
    from statsmodels.stats.multitest import multipletests

    expected = multipletests(P_1995, 0.05, peer)[1]
    assert [member.q for member in family(NAMED, method=method).members] == pytest.approx(list(expected))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_q_is_never_below_p_and_rises_with_it(values):
    members = family({f"{place:03d}": p for place, p in enumerate(values)}).members
    assert all(member.p <= member.q <= 1 for member in members)
    assert [member.q for member in members] == sorted(member.q for member in members)


def test_refused_hidden_ties_and_one():
    result = family({"b": 0.01, "a": 0.01, "refused": None, "hidden": 0.04}, hidden=("hidden",), name="page")
    assert (result.m, result.refused) == (3, ("refused",))
    assert [member.name for member in result.members] == ["a", "b"]
    assert result.members[0].q == pytest.approx(0.015)
    alone = family({"a": 0.04})
    assert alone.members[0].q == 0.04
    assert "nothing was adjusted" in alone.sentence
    assert family({}).sentence == "No comparison could be made."
    assert family(NAMED, q=0.001).standing_out == ()
    assert family(NAMED, settings=Settings.of({"family.q": 0.001})).standing_out == ()
    for bad in ({"a": 1.2}, {"a": math.nan}, {"a": -0.1}):
        with pytest.raises(MeasureError):
            family(bad)
    with pytest.raises(MeasureError, match="no method"):
        family(NAMED, method="holm")


def test_under_the_null_any_mark_is_rare():
    rng, runs = np.random.default_rng(3), 4000
    marked = sum(bool(family({str(i): p for i, p in enumerate(rng.random(20))}).standing_out) for _ in range(runs))
    # The rate is exactly .05 for independent p-values: .05 plus three standard errors of 4,000 runs.
    assert marked / runs <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)


def test_eight_schools_pool_completely():
    # Rubin 1981, J. Educ. Stat. 6; Gelman et al., Bayesian Data Analysis, section 5.5: 7.7 with standard error 4.1.
    result = shrink((28, 8, -3, 7, -1, 1, 18, 12), (15, 10, 16, 11, 9, 11, 10, 18), "ABCDEFGH")
    assert result.tau2 == 0
    assert round(result.centre.value, 2) == 7.69
    assert round((result.centre.high - result.centre.value) / 1.959964, 2) == 4.07
    assert all(place.shrunk.value == pytest.approx(result.centre.value) for place in result.places)
    assert result.sentence == "No difference between places beyond chance was found."


def test_shrinkage_vector():
    y = [math.log(ratio) for ratio in (1.2, 1.5, 0.9, 2.2, 1.1, 1.8)]
    result = shrink(y, (0.10, 0.12, 0.15, 0.20, 0.08, 0.25), "abcdef")
    assert round(result.tau2, 4) == 0.0481
    assert round(math.exp(result.centre.value), 3) == 1.324
    assert [round(math.exp(place.shrunk.value), 3) for place in result.places] == [1.220, 1.457, 1.018, 1.747, 1.124, 1.513]
    assert [place.name for place in result.ranked()] == ["d", "f", "b", "a", "e", "c"]


def test_shrinkage_gates():
    assert shrink([0.1] * 4, [0.1] * 4, "abcd").status is Status.UNAVAILABLE
    assert shrink([0.1] * 4, [0.1] * 4, "abcd").places[0].shrunk.value is None
    assert shrink([0.1] * 5, [0.1] * 5, "abcde").status is Status.OK
    for y, se in (([-math.inf] + [0.1] * 4, [0.1] * 5), ([0.1] * 5, [0.0] + [0.1] * 4), ([0.1] * 4, [0.1] * 5)):
        with pytest.raises(MeasureError):
            shrink(y, se, "abcde")


@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(0.05, 2)), min_size=5, max_size=30))
def test_shrunk_lies_between_raw_and_centre(places):
    result = shrink([y for y, _ in places], [se for _, se in places], [str(i) for i in range(len(places))])
    for place in result.places:
        low, high = sorted((place.raw, result.centre.value))
        assert low - 1e-9 <= place.shrunk.value <= high + 1e-9
        assert place.shrunk.low < place.shrunk.value < place.shrunk.high


def test_shrunk_intervals_cover_planted_places():
    rng, covered, runs = np.random.default_rng(5), 0, 400
    for _ in range(runs):
        truth, se = rng.normal(0.3, 0.25, 40), rng.uniform(0.05, 0.4, 40)
        result = shrink(list(truth + rng.normal(0, se)), list(se), [str(i) for i in range(40)])
        covered += sum(place.shrunk.low <= true <= place.shrunk.high for place, true in zip(result.places, truth, strict=True))
    assert 0.93 <= covered / (runs * 40) <= 0.96


@pytest.mark.parametrize(("n1", "n2", "points"), [(400, 400, 9.0), (2000, 200, 9.3), (50, 50, 26.9)])
def test_smallest_gap_vector(n1, n2, points):
    result = power(0.25, n1, n2)
    assert round(100 * result.gap, 1) == points
    assert f"a gap of {points:.1f} points or more" in result.sentence


@pytest.mark.parametrize(("a", "b", "ratio"), [(100, 100, 1.486), (30, 300, 1.710)])
def test_smallest_ratio_vector(a, b, ratio):
    assert round(power_ratio(a, b), 3) == ratio


@pytest.mark.parametrize(("n1", "n2"), [(400, 400), (2000, 200)])
def test_the_stated_gap_is_detected(n1, n2):
    """Exact power of the pooled two-sided test at the stated gap: 80 %, up to the steps of the counts."""
    from scipy.stats import binom

    q = 0.25 + power(0.25, n1, n2).up
    k1, k2 = np.arange(n1 + 1)[:, None], np.arange(n2 + 1)[None, :]
    pooled = (k1 + k2) / (n1 + n2)
    error = np.sqrt(np.maximum(pooled * (1 - pooled), 1e-12) * (1 / n1 + 1 / n2))
    detected = np.abs(k1 / n1 - k2 / n2) > 1.959964 * error
    chance = float(binom.pmf(k1[:, 0], n1, 0.25) @ detected @ binom.pmf(k2[0], n2, q))
    assert 0.79 <= chance <= 0.81


def test_power_edges():
    assert power(0.25, 0, 50).gap is None
    assert power(0.25, 3, 3).gap is None or power(0.25, 3, 3).down is None
    assert power(0.5, 1, 1).gap is None
    assert "no gap" in power(0.5, 1, 1).sentence
    rare = power(0.02, 200, 200)
    assert rare.down is None
    assert "none downward" in rare.sentence
    assert power(0.25, 400, 400, deff=2).up == pytest.approx(power(0.25, 200, 200).up)
    assert power(0.25, 400, 400, settings=Settings.of({"power.target": 0.9})).up > power(0.25, 400, 400).up
    assert power(0.75, 400, 400).down == pytest.approx(power(0.25, 400, 400).up)
    assert power_ratio(0, 10) is None
    assert power_ratio(100, 100, phi=4) == pytest.approx(power_ratio(25, 25))
    for p, deff in ((1.2, 1), (0.2, 0.5)):
        with pytest.raises(MeasureError):
            power(p, 10, 10, deff=deff)


def test_power_takes_no_observed_difference():
    with pytest.raises(TypeError):
        power(0.25, 400, 400, observed=0.1)
