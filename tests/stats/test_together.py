"""The rank correlation over few places: against scipy, against planted truth, and its refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import spearmanr

from dashboard.schema.result import Status
from dashboard.stats.together import rank_correlation


def test_the_value_is_scipys_also_with_ties():
    first, second = [3, 1, 4, 1, 5, 9, 2, 6], [2, 7, 1, 8, 2, 8, 1, 8]
    assert rank_correlation(first, second).value == pytest.approx(spearmanr(first, second).statistic)


@pytest.mark.parametrize("rho", [0.0, 0.6])
@pytest.mark.parametrize("places", [8, 20])
def test_the_interval_holds_the_truth(rho, places):
    rng = np.random.default_rng(7)
    truth = 6 / math.pi * math.asin(rho / 2)  # Spearman's correlation of a normal pair (Kruskal 1958)
    held = 0
    for _ in range(1500):
        x = rng.normal(size=places)
        y = rho * x + math.sqrt(1 - rho**2) * rng.normal(size=places)
        found = rank_correlation(x, y)
        held += found.low <= truth <= found.high
    assert 0.92 <= held / 1500 <= 0.99


def test_few_places_and_flat_numbers_give_no_number():
    assert rank_correlation([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]).status is Status.UNAVAILABLE
    assert rank_correlation([1] * 8, range(8)).status is Status.UNAVAILABLE


def test_a_perfect_pattern_over_few_places_is_not_certain():
    found = rank_correlation(range(6), range(6))
    assert found.value == pytest.approx(1)
    assert found.low is not None
    assert found.low < 1


def test_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match="same places"):
        rank_correlation([1, 2], [1])
