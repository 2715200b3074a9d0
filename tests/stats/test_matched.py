"""The weighted look-alike: exact balance, effective samples, confounding removed, overlap and refusals."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.errors import MeasureError, NotEnoughData
from dashboard.schema.result import Status
from dashboard.stats import matched
from dashboard.stats.adjusted_cells import AdjustedCells, Covariate
from dashboard.stats.matched_weights import matched_cells, rake, trim

LEVELS = np.array([0.05, 0.10, 0.20, 0.35])  # outcome share by district
TARGET_MIX = np.array([0.10, 0.20, 0.30, 0.40])
OTHER_MIX = np.array([0.29, 0.36, 0.22, 0.13])


def _confounded(seed: int, officers: int = 80, stops: int = 40) -> AdjustedCells:
    """The same outcome share in every district, but the group is stopped where everybody's is higher: crude ratio about 1.6, truth 1."""
    rng = np.random.default_rng(seed)
    level = rng.normal(0, 0.3, officers)
    n = np.stack([rng.multinomial(stops, OTHER_MIX, officers), rng.multinomial(stops // 2, TARGET_MIX, officers)], axis=2)
    hour = rng.integers(0, 3, n.shape)
    logit = np.log(LEVELS / (1 - LEVELS))[None, :, None] + level[:, None, None]
    k = rng.binomial(n, 1 / (1 + np.exp(-logit)) * np.ones_like(n))
    who, where, which = np.indices(n.shape).reshape(3, -1)
    covariates = {"district": Covariate(where, ("a", "b", "c", "d")), "shift": Covariate(hour.ravel(), ("day", "evening", "night"))}
    cells = AdjustedCells(which, ("white", "black"), covariates, n.ravel().astype(float), k.ravel().astype(float), who, None, ("district",))
    return cells.rows(cells.n > 0)


def test_effective_sample_of_fifty_ones_and_fifty_twos() -> None:
    assert matched.effective_sample(np.r_[np.ones(50), np.full(50, 2.0)]) == pytest.approx(90.0)
    assert matched.effective_sample(np.array([1.0, 2.0]), np.array([50.0, 50.0])) == pytest.approx(90.0)
    assert matched.effective_sample(np.array([])) == 0.0


def test_raking_gives_the_targets_margins_exactly() -> None:
    cells = _confounded(1)
    mine = cells.group == 1
    match, _ = matched_cells(cells, mine)
    weights = rake(match, match.n1[:, None], match.n0[:, None])[:, 0]
    for codes, size in zip(match.codes, match.sizes, strict=True):
        assert np.allclose(np.bincount(codes, weights * match.n0, size), np.bincount(codes, match.n1, size), rtol=1e-8)


def test_confounding_by_place_is_removed() -> None:
    found = matched.compare(_confounded(1), "black", "white", draws=200)
    assert found.crude_ratio == pytest.approx(1.6, abs=0.25)
    assert found.ratio.low < 1.0 < found.ratio.high
    assert found.difference.low < 0.0 < found.difference.high
    assert found.regression.value == pytest.approx(found.difference.value, abs=0.01)
    assert found.target_share.value - found.matched_share.value == pytest.approx(found.difference.value)
    assert [row.covariate for row in found.balance] == ["district", "shift"]
    assert found.balance[0].before > 0.5
    assert all(row.after < 1e-6 and row.ks < 1e-6 for row in found.balance)
    assert all(gate.passed for gate in found.gates)
    assert found.resampled == "officers"
    assert found.left_out == 0


def test_propensity_weights_agree_with_raking() -> None:
    raked = matched.compare(_confounded(1), "black", "white", draws=60)
    odds = matched.compare(_confounded(1), "black", "white", weighting="propensity", draws=60)
    assert odds.difference.value == pytest.approx(raked.difference.value, abs=0.005)
    assert odds.difference.high - odds.difference.low == pytest.approx(raked.difference.high - raked.difference.low, rel=0.35)
    assert max(row.after for row in odds.balance) < 0.10


def test_same_seed_same_answer() -> None:
    cells = _confounded(2)
    first, again = (matched.compare(cells, "black", seed=5, draws=40) for _ in range(2))
    assert first == again
    assert matched.compare(cells, "black", seed=6, draws=40).difference != first.difference


def test_a_district_against_the_others() -> None:
    found = matched.compare(_confounded(3), "d", by="district", draws=60)
    assert [row.covariate for row in found.balance] == ["shift", "group"]
    assert found.difference.low > 0.1  # a planted difference: .35 against at most .20


def test_stops_without_a_counterpart_are_left_out_and_described() -> None:
    rows = [("white", "a", 400, 80), ("white", "b", 400, 40), ("black", "a", 300, 60), ("black", "b", 300, 30), ("black", "airport", 100, 90)]
    group, place, n, k = zip(*rows, strict=True)
    found = matched.compare(AdjustedCells.of(group, {"place": place}, n, k), "black", "white", draws=50)
    assert (found.left_out, round(found.left_out_share, 3)) == (100, 0.143)
    assert found.left_out_where == ("place airport: 100",)
    assert found.difference.value == pytest.approx(0.0, abs=1e-9)
    assert found.difference.status is Status.CAUTION
    assert "have a counterpart" in found.difference.reason
    assert found.resampled == "single stops"


def test_too_small_an_effective_sample_is_refused_with_the_list() -> None:
    rows = [("white", "a", 900, 90), ("white", "b", 6, 2), ("black", "a", 50, 5), ("black", "b", 500, 100)]
    group, place, n, k = zip(*rows, strict=True)
    found = matched.compare(AdjustedCells.of(group, {"place": place}, n, k), "black", "white", draws=20)
    assert found.ess < 100
    assert found.trimmed == 6
    assert found.difference.status is Status.UNAVAILABLE
    assert found.difference.value is None
    assert "effective sample" in found.difference.reason
    assert "balance of place" in found.difference.reason


def test_trimmed_weights_stay_under_five_percent() -> None:
    weights, cut = trim(np.array([100.0, 1.0, 1.0]), np.array([1.0, 500.0, 500.0]))
    assert cut == 1
    assert weights[0] <= 0.05 * np.sum(weights * np.array([1, 500, 500])) * (1 + 1e-6)


def test_single_stop_bootstrap_matches_the_textbook_interval() -> None:
    cells = AdjustedCells.of(["white", "black"], {}, [2000, 1000], [400, 300])
    found = matched.compare(cells, "black", "white", draws=1500)
    se = np.sqrt(0.2 * 0.8 / 2000 + 0.3 * 0.7 / 1000)
    assert found.difference.value == pytest.approx(0.1)
    assert (found.difference.high - found.difference.low) / 2 == pytest.approx(1.96 * se, rel=0.08)


def test_refusals() -> None:
    cells = _confounded(4)
    with pytest.raises(NotEnoughData, match="no stops of 'martian'"):
        matched.compare(cells, "martian")
    with pytest.raises(MeasureError, match="no covariate 'town'"):
        matched.compare(cells, "a", by="town")
    with pytest.raises(MeasureError, match="more outcomes than stops"):
        matched.compare(AdjustedCells.of(["white", "black"], {}, [2, 2], [3, 1]), "black")
    apart = AdjustedCells.of(["white", "black"], {"place": ["a", "b"]}, [200, 200], [30, 20])
    with pytest.raises(NotEnoughData, match="has a counterpart"):
        matched.compare(apart, "black")


@pytest.mark.slow
def test_interval_covers_the_truth_under_confounding() -> None:
    runs, inside, crude = 100, 0, 0.0
    for seed in range(runs):
        found = matched.compare(_confounded(500 + seed), "black", "white", draws=100, seed=seed)
        inside += found.ratio.low <= 1.0 <= found.ratio.high
        crude += found.crude_ratio / runs
    assert crude == pytest.approx(1.6, abs=0.06)
    assert abs(inside / runs - 0.95) <= 3 * np.sqrt(0.95 * 0.05 / runs)
