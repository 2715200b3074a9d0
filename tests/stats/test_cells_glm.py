"""Cells against row-level models of an independent program: coefficients, deviances, clustered errors, splines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import patsy
import pytest
import statsmodels.api as sm
from scipy.sparse import csr_array

from dashboard.errors import MeasureError, NotEnoughData
from dashboard.stats.cells_design import Design, by_level, factor, natural_spline, plain, spline_knots
from dashboard.stats.cells_glm import Scores, clustered, dispersion, fit, independent
from dashboard.stats.cells_levels import LevelDesign, Levels

ROWS, OFFICERS = 6000, 70


def _columns(group: np.ndarray, place: np.ndarray, hour: np.ndarray) -> Design:
    return Design((plain(np.ones((len(group), 1))), factor(place, 5), factor(hour, 6), plain(group[:, None].astype(float))))


@pytest.fixture(scope="module")
def rows() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(4)
    place, hour, group = rng.integers(0, 5, ROWS), rng.integers(0, 6, ROWS), rng.integers(0, 2, ROWS)
    officer = rng.integers(0, OFFICERS, ROWS)
    chance = 1 / (1 + np.exp(1 - 0.3 * group - 0.1 * place - rng.normal(0, 0.3, OFFICERS)[officer]))
    return {"place": place, "hour": hour, "group": group, "officer": officer, "y": (rng.random(ROWS) < chance).astype(float)}


@pytest.fixture(scope="module")
def cells(rows: dict[str, np.ndarray]) -> tuple[Design, np.ndarray, np.ndarray, Scores]:
    key, index = np.unique((rows["place"] * 6 + rows["hour"]) * 2 + rows["group"], return_inverse=True)
    pairs, which = np.unique(index * OFFICERS + rows["officer"], return_inverse=True)
    scores = Scores(pairs // OFFICERS, pairs % OFFICERS, np.bincount(which, rows["y"]), np.bincount(which).astype(float))
    return _columns(key % 2, key // 12, key // 2 % 6), np.bincount(index, rows["y"]), np.bincount(index).astype(float), scores


def test_cells_equal_a_row_level_model(rows: dict[str, np.ndarray], cells: tuple[Design, np.ndarray, np.ndarray, Scores]) -> None:
    X, k, n, scores = cells
    dense = _columns(rows["group"], rows["place"], rows["hour"]).dense()
    peer = sm.GLM(rows["y"], dense, family=sm.families.Binomial()).fit(cov_type="cluster", cov_kwds={"groups": rows["officer"]}, tol=1e-12)
    model = fit(X, k, n)
    covariance, clusters = clustered(model, X, np.eye(X.width), scores)
    assert model.converged
    assert clusters == OFFICERS
    assert np.abs(model.coefficients - peer.params).max() < 1e-6
    assert np.abs(np.sqrt(np.diag(covariance)) - peer.bse).max() < 1e-4
    one = np.zeros((1, X.width))
    one[0, -1] = 1
    assert clustered(model, X, one, scores)[0][0, 0] == pytest.approx(covariance[-1, -1], rel=1e-12)


def test_rows_without_an_officer_are_clusters_of_their_own(cells: tuple[Design, np.ndarray, np.ndarray, Scores], rows: dict[str, np.ndarray]) -> None:
    X, k, n, _ = cells
    dense = _columns(rows["group"], rows["place"], rows["hour"]).dense()
    peer = sm.GLM(rows["y"], dense, family=sm.families.Binomial()).fit(cov_type="cluster", cov_kwds={"groups": np.arange(ROWS)}, tol=1e-12)
    alone = Scores(np.arange(len(k)), np.full(len(k), -1), k, n)
    covariance, clusters = clustered(fit(X, k, n), X, np.eye(X.width), alone)
    assert clusters == ROWS
    assert np.abs(np.sqrt(np.diag(covariance)) - peer.bse).max() < 1e-9


def test_independent_errors_dispersion_and_poisson(cells: tuple[Design, np.ndarray, np.ndarray, Scores]) -> None:
    X, k, n, _ = cells
    model = fit(X, k, n)
    peer = sm.GLM(np.column_stack([k, n - k]), X.dense(), family=sm.families.Binomial()).fit(tol=1e-12)
    assert np.allclose(np.sqrt(np.diag(independent(model, np.eye(X.width)))), peer.bse, rtol=1e-8)
    assert dispersion(model, k, n) == pytest.approx(max(1.0, peer.pearson_chi2 / peer.df_resid))
    counts = fit(X, k, n, family="poisson")
    other = sm.GLM(k, X.dense(), family=sm.families.Poisson(), offset=np.log(n)).fit(tol=1e-12)
    assert np.abs(counts.coefficients - other.params).max() < 1e-6


def test_a_redundant_last_column_is_dropped_and_changes_nothing(cells: tuple[Design, np.ndarray, np.ndarray, Scores]) -> None:
    X, k, n, _ = cells
    dense = X.dense()
    more = Design((*X.terms, plain(dense[:, 1:2] + dense[:, 3:4])))
    model = fit(more, k, n)
    assert list(np.flatnonzero(~model.kept)) == [X.width]
    assert np.allclose(model.coefficients[:-1], fit(X, k, n).coefficients, atol=1e-9)


def test_cells_without_trials_say_nothing(cells: tuple[Design, np.ndarray, np.ndarray, Scores]) -> None:
    X, k, n, _ = cells
    gone = np.arange(len(k)) < 4
    model = fit(X, np.where(gone, 0.0, k), np.where(gone, 0.0, n))
    part = fit(Design((plain(X.dense()[~gone]),)), k[~gone], n[~gone])
    assert model.coefficients == pytest.approx(part.coefficients, abs=1e-9)
    assert model.bread == pytest.approx(part.bread, rel=1e-6)
    with pytest.raises(MeasureError, match="without a trial"):
        fit(X, k, np.where(gone, 0.0, n))


def test_levels_are_the_same_columns_as_a_plain_design(cells: tuple[Design, np.ndarray, np.ndarray, Scores], monkeypatch: pytest.MonkeyPatch) -> None:
    X, k, n, _ = cells
    place, hour = X.terms[1].codes, X.terms[2].codes
    group = X.terms[3].values[:, 0].astype(np.int64)
    rest = np.column_stack([np.ones(2), [0.0, 1.0]])
    levels = LevelDesign(
        (
            Levels("hour", hour, np.eye(6)[:, 1:]),
            Levels("none", hour, np.zeros((6, 0))),
            Levels("place", place, np.eye(5)[:, 1:]),
            Levels("group", group, rest),
        )
    )
    dense, weights = levels.dense(), n * 0.3
    thin = LevelDesign(tuple(replace(one, thin=csr_array(one.basis)) for one in levels.factors))
    for largest in (2**20, 0):
        monkeypatch.setattr("dashboard.stats.cells_levels.LARGEST_TABLE", largest)
        for design in (levels, thin):
            assert design.gram(weights) == pytest.approx((dense * weights[:, None]).T @ dense)
    assert levels.transposed(k) == pytest.approx(dense.T @ k)
    assert levels.times(np.arange(levels.width)) == pytest.approx(dense @ np.arange(levels.width))
    monkeypatch.setattr("dashboard.stats.cells_glm.SMALL_DESIGN", 0)
    assert fit(levels, k, n).coefficients[-1] == pytest.approx(fit(X, k, n).coefficients[-1], abs=1e-9)


def test_terms_multiply_like_written_out_columns() -> None:
    rng = np.random.default_rng(1)
    codes, values, weights = rng.integers(0, 4, 60), rng.normal(size=(60, 3)), rng.random(60)
    X = Design((plain(np.ones((60, 1))), plain(values), factor(codes, 4), by_level(values, codes, 4)))
    dense = X.dense()
    assert dense.shape == (60, 1 + 3 + 3 + 9)
    assert np.allclose(X.gram(weights), (dense * weights[:, None]).T @ dense)
    assert np.allclose(X.transposed(weights), dense.T @ weights)
    assert np.allclose(dense[:, 7], values[:, 0] * (codes == 1))


@pytest.mark.parametrize("df", [3, 6, 8])
def test_natural_spline_equals_patsy(df: int) -> None:
    x = np.linspace(1020, 1270, 83)
    knots = spline_knots(x, np.ones(83), df, 1000, 1280)
    theirs = patsy.dmatrix("cr(x, knots=inner, lower_bound=1000, upper_bound=1280) - 1", {"x": x, "inner": knots[1:-1]})
    ours = natural_spline(x, knots)
    assert ours.shape == (83, df)
    assert np.abs(np.asarray(theirs)[:, 1:] - ours).max() < 1e-12


def test_refusals() -> None:
    X = Design((plain(np.ones((2, 1))),))
    with pytest.raises(MeasureError, match="more events than trials"):
        fit(X, np.array([3.0, 1.0]), np.array([2.0, 2.0]))
    with pytest.raises(NotEnoughData, match="ended alike"):
        fit(X, np.array([2.0, 2.0]), np.array([2.0, 2.0]))
    with pytest.raises(NotEnoughData, match="two clusters"):
        clustered(fit(X, np.ones(2), np.full(2, 2.0)), X, np.ones((1, 1)), Scores(np.array([0]), np.array([0]), np.ones(1), np.ones(1)))
