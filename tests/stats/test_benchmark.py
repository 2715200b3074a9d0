"""The benchmark test: ratios by hand, planted truth, and a sentence that reports benchmarks which disagree."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import MeasureError
from dashboard.schema.result import Status
from dashboard.settings import Settings
from dashboard.stats.benchmark import Benchmark, compare, driving_population, harmonised

STOPS = {"white": 400, "black": 300, "hispanic": 200}


def bench(name="residents", cv=0.0, **counts):
    counts = counts or {"white": 6000, "black": 2000, "hispanic": 2000}
    return Benchmark(name, name.title(), "residents", counts, {group: cv * count for group, count in counts.items()}, "not drivers")


def test_ratio_index_and_interval_by_hand():
    row = compare(STOPS, [bench(cv=0.05)]).row("residents", "black")
    assert row.ratio.value == pytest.approx((300 / 2000) / (400 / 6000))
    assert row.index.value == pytest.approx((300 / 900) / (2000 / 10000))
    half = 1.959964 * math.sqrt(1 / 300 + 1 / 400 + 2 * 0.05**2)
    assert row.ratio.high == pytest.approx(row.ratio.value * math.exp(half), rel=1e-6)
    assert row.against_others.value == pytest.approx((300 / 2000) / (600 / 8000))
    wide = compare(STOPS, [bench(cv=0.05)], phi=4).row("residents", "black")
    assert wide.ratio.low == pytest.approx(row.ratio.value * math.exp(-1.959964 * math.sqrt(4 / 300 + 4 / 400 + 2 * 0.05**2)), rel=1e-6)
    assert wide.break_even.high > row.break_even.high


@given(st.integers(30, 900), st.integers(30, 900), st.integers(30, 900))
def test_break_even_equals_the_share_of_stops_and_makes_the_ratio_one(white, black, hispanic):
    stops = {"white": white, "black": black, "hispanic": hispanic}
    share = compare(stops, [bench()]).row("residents", "black").break_even
    assert share.value == pytest.approx(black / (white + black + hispanic))
    at_break_even = compare(stops, [bench(**{group: count * 7.0 for group, count in stops.items()})])
    assert at_break_even.row("residents", "black").ratio.value == pytest.approx(1)
    assert at_break_even.row("residents", "black").index.value == pytest.approx(1)


@given(st.integers(10, 900), st.integers(10, 900), st.integers(50, 9000), st.integers(50, 9000))
def test_exchanging_the_reference_inverts_the_ratio(white, black, people, others):
    stops, one = {"white": white, "black": black}, bench(cv=0.1, white=people, black=others)
    forward, back = compare(stops, [one]).row("residents", "black").ratio, compare(stops, [one], "black").row("residents", "white").ratio
    assert (forward.value, forward.low, forward.high) == pytest.approx((1 / back.value, 1 / back.high, 1 / back.low))
    assert forward.low < forward.value < forward.high


def test_planted_ratio_is_covered():
    """Planted ratio 1.5, benchmarks known with a coefficient of variation of .10: coverage 93 to 97 %."""
    rng, covered, runs = np.random.default_rng(20260101), 0, 3000
    for _ in range(runs):
        black, white = rng.poisson(300), rng.poisson(600)
        people = {"black": 2000 * math.exp(rng.normal(0, 0.1)), "white": 6000 * math.exp(rng.normal(0, 0.1))}
        # true stops per person: .15 and .10
        ratio = compare({"black": int(black), "white": int(white)}, [bench(cv=0.1, **people)]).row("residents", "black").ratio
        covered += ratio.low <= 1.5 <= ratio.high
    assert 0.93 <= covered / runs <= 0.97


def test_benchmarks_that_disagree_are_both_reported():
    result = compare(STOPS, [bench(), bench("crashes", 0.01, white=2000, black=3000, hispanic=900)])
    black = next(answer for answer in result.answers if answer.group == "black")
    assert (black.available, black.higher, black.lower, black.clearly_higher, black.clearly_lower) == (2, 1, 1, 1, 1)
    assert black.sentence == (
        "Black: higher than White on 1 of 2 benchmarks (interval above 1 on 1), "
        "lower on 1 of 2 benchmarks (interval below 1 on 1); from 0.5 to 2.2 times."
    )


def test_one_benchmark_is_one_comparison_only():
    result = compare(STOPS, [bench()])
    assert "One comparison only" in result.answers[0].sentence
    assert result.notes
    assert result.status is Status.CAUTION


def test_a_missing_group_is_a_row_not_a_gap():
    result = compare({**STOPS, "middle_eastern_south_asian": 40}, [bench(), bench("second")])
    row = result.row("residents", "middle_eastern_south_asian")
    assert row.status is Status.UNAVAILABLE
    assert row.ratio.value is None
    assert row.counted is None
    assert row.stops == 40
    answer = next(answer for answer in result.answers if answer.group == "middle_eastern_south_asian")
    assert answer.available == 0
    # Its stops are not in the other groups' shares, because this benchmark cannot place it.
    assert result.row("residents", "black").break_even.value == pytest.approx(300 / 900)


def test_a_missing_or_empty_reference_makes_no_ratio():
    row = compare(STOPS, [bench(black=2000, hispanic=2000)]).row("residents", "black")
    assert row.ratio.value is None
    assert row.against_others.known
    assert compare(STOPS, [bench(white=0, black=2000, hispanic=9)]).row("residents", "black").ratio.value is None


def test_small_counts_and_uncertain_benchmarks_are_gated():
    assert compare({"white": 400, "black": 9}, [bench()]).row("residents", "black").ratio.value is None
    assert compare({"white": 9, "black": 90}, [bench()]).row("residents", "black").ratio.value is None
    assert compare({"white": 400, "black": 10}, [bench()]).row("residents", "black").ratio.known
    assert compare(STOPS, [bench(cv=0.30)]).row("residents", "black").status is Status.OK
    assert compare(STOPS, [bench(cv=0.31)]).row("residents", "black").status is Status.CAUTION
    assert compare(STOPS, [bench(cv=0.51)]).row("residents", "black").status is Status.UNAVAILABLE
    strict = Settings.of({"benchmark.max_cv": (0.01, 0.02)})
    assert compare(STOPS, [bench(cv=0.03)], settings=strict).status is Status.UNAVAILABLE


def test_an_unknown_error_is_not_zero():
    without = Benchmark("calls", "Calls", "calls", {"white": 600, "black": 200, "hispanic": 200})
    row = compare(STOPS, [without]).row("calls", "black")
    assert row.status is Status.CAUTION
    assert "not known" in row.ratio.reason


def test_unknown_group_is_counted_and_cautions():
    result = compare({**STOPS, "unknown": 101}, [bench(), bench("second")])
    assert (result.unknown_stops, result.all_stops) == (101, 1001)
    assert all(row.status is Status.CAUTION for row in result.rows if row.group == "black")
    assert "unknown" not in {row.group for row in result.rows}
    assert compare({**STOPS, "unknown": 99}, [bench(), bench("second")]).status is Status.OK


def test_a_benchmark_may_bring_its_own_numerator():
    commuting = Benchmark("commuting", "c", "drivers", {"white": 600, "black": 200}, {"white": 6, "black": 2}, "", {"white": 40, "black": 30})
    row = compare(STOPS, [commuting]).row("commuting", "black")
    assert row.stops == 30
    assert row.ratio.value == pytest.approx((30 / 200) / (40 / 600))
    assert compare(STOPS, [commuting]).row("commuting", "hispanic").ratio.value is None


def test_driving_population_and_harmonising():
    counts, errors = driving_population({"white": (1000, 30), "black": (10, 1)}, {"white": (300, 40)}, {"white": (500, 0)})
    assert counts == {"white": 1200}
    assert errors == {"white": 50}
    with pytest.raises(MeasureError, match="leave than live"):
        driving_population({"white": (10, 1)}, {"white": (30, 4)}, {"white": (5, 0)})
    table = {"asian": "asian_pacific_islander", "pacific_islander": "asian_pacific_islander"}
    assert harmonised({"asian": 3, "pacific_islander": 4}, table) == {"asian_pacific_islander": 7}
    with pytest.raises(MeasureError, match="not in the table"):
        harmonised({"white": 3}, table)


def test_contradictory_counts_are_refused():
    with pytest.raises(MeasureError, match="negative"):
        compare({"white": -1}, [bench()])
    with pytest.raises(MeasureError, match="same name"):
        compare(STOPS, [bench(), bench()])


def test_no_data_is_not_available():
    assert compare({}, []).status is Status.UNAVAILABLE
    assert compare({}, [bench()]).rows == ()
    zero = compare({"white": 0, "black": 0}, [bench()]).row("residents", "black")
    assert zero.ratio.value is None
    assert zero.break_even.value is None
