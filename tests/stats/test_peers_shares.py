"""Are officers' shares shrunk and flagged as the beta-binomial says, and do few ordinary ones stand out?"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta, betabinom

from dashboard.errors import MeasureError
from dashboard.schema.result import Status
from dashboard.stats.peers_expected import Expected
from dashboard.stats.peers_shares import Shares, likelihood, shares


def crew(k: np.ndarray, n: np.ndarray, e: np.ndarray) -> Expected:
    places = np.zeros(len(k), dtype=np.int64)
    return Expected(k.astype(float), n * e, n.astype(float), places + 9, places, ((),))


def simulated(rng: np.random.Generator, outliers: int = 0, size: float = 100.0, officers: int = 500) -> tuple[Shares, np.ndarray]:
    """Officers with about 60 trials around a share of .3; `size` 0: no ordinary differences; outliers have four times the odds."""
    n, e = rng.poisson(40, officers) + 20, np.clip(rng.normal(0.3, 0.05, officers), 0.05, 0.9)
    p = rng.beta(size * e, size * (1 - e)) if size else e.copy()
    odds = 4 * e / (1 - e)
    p[:outliers] = (odds / (1 + odds))[:outliers]
    return shares([f"o{i:04d}" for i in range(officers)], crew(rng.binomial(n, p), n, e)), (p / (1 - p)) / (e / (1 - e))


def test_the_likelihood_is_that_of_an_independent_program() -> None:
    k, n, e = np.array([3.0, 9.0, 0.0]), np.array([10.0, 20.0, 5.0]), np.array([0.2, 0.3, 0.25])
    other = [float(betabinom.logpmf(k, n, m * e, m * (1 - e)).sum()) for m in (10.0, 50.0)]
    assert likelihood(10.0, k, n, e) - likelihood(50.0, k, n, e) == pytest.approx(other[0] - other[1])


def test_shrunk_share_and_certainty_follow_the_posterior() -> None:
    rng = np.random.default_rng(1)
    n, e = np.full(60, 50), np.full(60, 0.3)
    k = rng.binomial(n, rng.beta(30 * e, 30 * (1 - e)))
    found = shares([f"o{i:02d}" for i in range(60)], crew(k, n, e))
    one, size = found.officers[0], found.size
    assert size is not None
    posterior = beta(size * 0.3 + one.hits, size * 0.7 + 50 - one.hits)
    assert one.share.value == pytest.approx(posterior.mean())
    assert one.share.low == pytest.approx(posterior.ppf(0.025), rel=1e-4)
    cut = 1.5 * 0.3 / 0.7 / (1 + 1.5 * 0.3 / 0.7)
    assert one.sure == pytest.approx(posterior.sf(cut), abs=0.08)  # averaged over sizes
    raw = one.hits / 50
    assert 0.3 < (one.share.value or 0) < raw, "pulled toward the peers"


def test_without_outliers_few_stand_out_and_none_where_officers_do_not_differ() -> None:
    rng = np.random.default_rng(2)
    alike = [simulated(rng, size=0)[0] for _ in range(12)]
    assert sum(not one.for_review for one in alike) >= 11
    ordinary = [simulated(rng)[0] for _ in range(12)]
    assert sum(len(one.for_review) for one in ordinary) / 12 <= 2


def test_outliers_are_found_and_the_stated_number_of_false_flags_is_about_the_actual_one() -> None:
    rng, found, stated, actual = np.random.default_rng(3), 0, 0.0, 0
    for _ in range(12):
        one, odds = simulated(rng, outliers=10)
        ids = [int(officer.name[1:]) for officer in one.for_review]
        found += sum(i < 10 for i in ids)
        stated += one.false_flags
        actual += sum(odds[i] <= 1.5 for i in ids)
    assert found / 120 >= 0.8
    assert abs(stated - actual) / 12 <= 1.0


def test_too_few_officers_or_trials_give_a_reason_and_bad_counts_are_refused() -> None:
    n, e = np.full(19, 50), np.full(19, 0.3)
    few = shares([f"o{i}" for i in range(19)], crew(n // 3, n, e))
    assert few.status is Status.UNAVAILABLE
    assert few.sentence.startswith("Only 19 officers")
    assert not few.for_review
    busy = np.full(30, 50)
    busy[0] = 10
    found = shares([f"o{i:02d}" for i in range(30)], crew(busy // 3, busy, np.full(30, 0.3)))
    left_out = next(one for one in found.officers if one.name == "o00")
    assert not left_out.compared
    assert left_out.share.value is None
    with pytest.raises(MeasureError):
        shares(["a"], crew(np.array([5]), np.array([4]), np.array([0.5])))
    with pytest.raises(MeasureError):
        shares([], crew(np.array([1]), np.array([4]), np.array([0.5])))
