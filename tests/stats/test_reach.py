"""Who comes to events, and trust before and after: coverage in simulation, a hand-worked example, and honest refusals."""

import math

import numpy as np
import pytest

from dashboard.schema.result import Estimate, Status
from dashboard.stats import reach


def around(value, se):
    return Estimate(value, value - 1.959964 * se, value + 1.959964 * se, 100)


def test_the_interval_of_a_share_counts_events_not_people():
    """Cochran's ratio estimator by hand: six events of 50, group counts 10 to 20."""
    of_group, of_all = [10, 12, 14, 16, 18, 20], [50] * 6
    found = reach.share(of_group, of_all, 0.25)
    p = 90 / 300
    variance = 6 / 5 * sum((a - p * 50) ** 2 for a in of_group) / 300**2
    half = 2.570582 * math.sqrt(variance) / p
    assert found.value == pytest.approx(1.2)
    assert (found.low, found.high) == (pytest.approx(1.2 * math.exp(-half), rel=1e-6), pytest.approx(1.2 * math.exp(half), rel=1e-6))


def test_the_interval_covers_where_events_differ():
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(600):
        people = rng.integers(10, 80, 14)
        mine = rng.binomial(people, rng.beta(4, 12, 14))
        found = reach.share(mine, people, 0.25)
        covered += found.low <= 1 <= found.high
    assert 0.91 <= covered / 600 <= 0.98


def test_too_few_events_or_nobody_give_no_share():
    assert reach.share([5] * 4, [20] * 4, 0.2).status is Status.UNAVAILABLE
    assert reach.share([1] * 6, [4] * 6, 0.2).status is Status.UNAVAILABLE
    assert reach.share([0] * 6, [20] * 6, 0.2).status is Status.UNAVAILABLE
    assert reach.share([0, *[5] * 6], [0, *[20] * 6], 0.25).value == pytest.approx(1.0), "events without counts are left out"


@pytest.mark.parametrize("tau", [0.0, 4.0])
def test_before_and_after_finds_a_planted_difference_and_covers_it(tau):
    rng = np.random.default_rng(int(tau) + 3)

    def side(effect):
        se = rng.uniform(2, 4, 5)
        return {str(n): around(effect + rng.normal(0, tau) + rng.normal(0, one), one) for n, one in enumerate(se)}

    found = [reach.before_after(side(6.0), side(0.0)).difference for _ in range(500)]
    covered = np.mean([one.low <= 6 <= one.high for one in found])
    assert 0.93 <= covered <= 1.0
    assert np.mean([one.value for one in found]) == pytest.approx(6.0, abs=0.5)


def test_without_an_effect_a_clear_difference_is_rare():
    rng = np.random.default_rng(9)
    alarms = 0
    for _ in range(500):
        sides = [{str(n): around(rng.normal(0, 2) + rng.normal(0, 2.5), 2.5) for n in range(4)} for _ in range(2)]
        gap = reach.before_after(*sides).difference
        alarms += gap.low > 0 or gap.high < 0
    assert alarms / 500 <= 0.06


def test_equal_districts_give_the_plain_weighted_mean():
    one = {"a": around(2.0, 1.0), "b": around(2.0, 1.0)}
    found = reach.before_after(one, {"c": around(-1.0, 1.0), "d": around(-1.0, 1.0)})
    assert found.tau == 0
    assert found.difference.value == pytest.approx(3.0)
    assert found.reached.high - found.reached.value == pytest.approx(1.959964 / math.sqrt(2), rel=1e-5)
    assert found.difference.high - 3.0 == pytest.approx(4.302653, rel=1e-5), "t on two degrees of freedom times one"


def test_one_district_on_a_side_is_refused():
    known = {"a": around(1, 1), "b": around(2, 1)}
    found = reach.before_after(known, {"c": around(1, 1), "d": Estimate.unavailable("not asked")})
    assert found.difference.status is Status.UNAVAILABLE
    assert "2 districts on each side" in found.difference.reason
