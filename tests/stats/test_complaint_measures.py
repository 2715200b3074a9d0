"""Both denominators, the activation of cameras, and agreement beyond chance, against hand counts and a reference implementation."""

import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from dashboard.errors import MeasureError
from dashboard.schema.result import Status
from dashboard.stats import agreement, complaints
from dashboard.stats.rates import proportion

FINDINGS = {"sustained": 30, "not_sustained": 40, "unfounded": 20, "exonerated": 10, "no_affidavit": 50, "administratively_closed": 40, "pending": 25}


def test_both_denominators():
    found = complaints.outcomes(FINDINGS)
    assert (found.cases, found.open, found.closed, found.investigated, found.sustained) == (215, 25, 190, 100, 30)
    assert found.of_closed == proportion(30, 190)
    assert found.of_investigated == proportion(30, 100)


def test_too_few_closed_cases():
    found = complaints.outcomes({"sustained": 3, "pending": 100})
    assert found.of_closed.status is found.of_investigated.status is Status.UNAVAILABLE
    assert found.of_closed.value is None


def test_activation():
    assert complaints.activation(90, 100).share.value == 0.9
    assert complaints.activation(3, 5).share.status is Status.UNAVAILABLE
    with pytest.raises(MeasureError):
        complaints.activation(6, 5)


def test_kappa_of_fleiss_cohen_and_everitt_1969():
    """Their table 1 of two judges and three categories: kappa .429, standard error .054 (n = 200)."""
    counts = [[0.53, 0.05, 0.02], [0.11, 0.14, 0.05], [0.01, 0.06, 0.03]]
    words = "abc"
    table = {(words[i], words[j]): round(200 * counts[i][j]) for i in range(3) for j in range(3)}
    found = agreement.agreement(table)
    assert found.kappa.value == pytest.approx(0.429, abs=0.0005)
    assert (found.kappa.high - found.kappa.low) / 2 / 1.959964 == pytest.approx(0.0538, abs=0.0005)
    assert found.share.value == pytest.approx(0.70)


def test_kappa_as_statsmodels():
    rng = np.random.default_rng(2)
    square = rng.integers(1, 40, (4, 4)) + 40 * np.eye(4, dtype=int)
    theirs = cohens_kappa(square)
    ours = agreement.agreement({(str(i), str(j)): int(square[i, j]) for i in range(4) for j in range(4)})
    assert ours.kappa.value == pytest.approx(theirs.kappa)
    assert (ours.kappa.low, ours.kappa.high) == pytest.approx((theirs.kappa_low, theirs.kappa_upp))


def test_one_word_only_is_no_kappa_and_few_cases_are_none():
    assert agreement.agreement({("a", "a"): 40}).kappa.status is Status.UNAVAILABLE
    assert agreement.agreement({("a", "a"): 40}).share.value == 1.0
    assert agreement.agreement({("a", "b"): 4}).share.status is Status.UNAVAILABLE


def test_kappa_interval_covers():
    rng, hits, runs = np.random.default_rng(8), 0, 400
    chance = np.array([[0.5, 0.1], [0.1, 0.3]])
    expected = chance.sum(1) @ chance.sum(0)
    truth = (0.8 - expected) / (1 - expected)
    for _ in range(runs):
        drawn = rng.multinomial(120, chance.ravel()).reshape(2, 2)
        found = agreement.agreement({(str(i), str(j)): int(drawn[i, j]) for i in range(2) for j in range(2)}).kappa
        hits += found.low <= truth <= found.high
    assert 0.92 <= hits / runs <= 0.98
