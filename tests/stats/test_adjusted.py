"""Adjusted disparities: equal to a row-level model, covering what was planted, and refusing what the counts cannot carry."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from dashboard.errors import MeasureError, NotEnoughData
from dashboard.schema.result import Status
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats import adjusted
from dashboard.stats.adjusted import AdjustedCells
from dashboard.stats.adjusted_cells import COLLAPSED, Covariate, collapse
from dashboard.stats.adjusted_fit import control, settled

PLACE_EFFECTS = np.array([-0.4, 0.0, 0.3, 0.6])


def _expit(x: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-x)))


def _officers(seed: int, *, officers: int = 500, stops: int = 120, sd: float = 0.3, effect: float = 0.25) -> tuple[AdjustedCells, float]:
    """Officers with their own level (sd on the log-odds scale) and their own mix of drivers; and the true average difference for the group."""
    rng = np.random.default_rng(seed)
    mix, level = rng.beta(2, 2, officers), rng.normal(0, sd, officers)
    places = rng.multinomial(stops, np.full(4, 0.25), officers)
    group = rng.binomial(places, mix[:, None])
    n = np.stack([places - group, group], axis=2)  # officers x places x groups
    base = -1.5 + PLACE_EFFECTS[None, :, None] + level[:, None, None] + effect * np.array([0, 1])[None, None, :]
    k = rng.binomial(n, _expit(base))
    nodes, weights = np.polynomial.hermite_e.hermegauss(31)
    averaged = (_expit(-1.5 + PLACE_EFFECTS[:, None, None] + sd * nodes[None, :, None] + effect * np.array([0, 1])) * weights[None, :, None]).sum(
        axis=1
    )
    averaged /= weights.sum()
    own = n[:, :, 1].sum(axis=0)
    truth = float(((averaged[:, 1] - averaged[:, 0]) * own).sum() / own.sum())
    who, where, which = np.indices(n.shape).reshape(3, -1)
    districts = {"district": Covariate(where, ("a", "b", "c", "d"))}
    cells = AdjustedCells(which, ("white", "black"), districts, n.ravel().astype(float), k.ravel().astype(float), who, None, ("district",))
    kept = cells.n > 0
    cells = cells.rows(kept)
    return cells, truth


@pytest.fixture(scope="module")
def planted() -> tuple[AdjustedCells, float]:
    return _officers(3)


def test_equal_to_a_row_level_model_with_its_delta_method(planted: tuple[AdjustedCells, float]) -> None:
    cells, _ = planted
    full = adjusted.model(cells, "white").groups[0].controls[2]
    repeat = cells.n.astype(int)
    place, black = np.repeat(cells.covariates["district"].codes, repeat), np.repeat(cells.group == cells.groups.index("black"), repeat)
    officer = np.repeat(cells.officer, repeat)
    outcome = np.concatenate([np.r_[np.ones(int(k)), np.zeros(int(n - k))] for k, n in zip(cells.k, cells.n, strict=True)])
    X = np.column_stack([np.ones(len(place)), *(place == code for code in (1, 2, 3)), black]).astype(float)
    peer = sm.GLM(outcome, X, family=sm.families.Binomial()).fit(cov_type="cluster", cov_kwds={"groups": officer}, tol=1e-12)
    assert full.coefficient == pytest.approx(peer.params[-1], abs=1e-6)
    assert full.se == pytest.approx(peer.bse[-1], abs=1e-4)
    own = X[black]
    bare = own.copy()
    bare[:, -1] = 0
    p1, p0 = _expit(own @ peer.params), _expit(bare @ peer.params)
    slope = ((p1 * (1 - p1))[:, None] * own - (p0 * (1 - p0))[:, None] * bare).mean(axis=0)
    half = 1.959964 * np.sqrt(slope @ peer.cov_params() @ slope)
    assert full.difference.value == pytest.approx((p1 - p0).mean(), abs=1e-6)
    assert full.difference.high - full.difference.value == pytest.approx(half, abs=1e-6)
    assert full.ratio.value == pytest.approx(p1.mean() / p0.mean(), abs=1e-6)
    assert full.odds_ratio.value == pytest.approx(np.exp(peer.params[-1]), abs=1e-6)


def test_three_control_sets_side_by_side(planted: tuple[AdjustedCells, float]) -> None:
    cells, truth = planted
    found = adjusted.model(cells, "white")
    row = found.groups[0]
    assert [each.name for each in row.controls] == ["unadjusted", "place and time", "full"]
    assert [each.covariates for each in row.controls] == [(), ("district",), ("district",)]
    black = cells.group == cells.groups.index("black")
    plain = cells.k[black].sum() / cells.n[black].sum() - cells.k[~black].sum() / cells.n[~black].sum()
    assert row.controls[0].difference.value == pytest.approx(plain, abs=1e-9)
    assert row.controls[2].difference.low < truth < row.controls[2].difference.high
    assert (found.clustered_by, found.clusters, found.missing_officer_share) == ("officer", 500, 0.0)


def test_a_sign_that_flips_is_said() -> None:
    # within each district the group is searched less; it lives where everybody is searched more
    rows = [("white", "a", 900, 90), ("black", "a", 100, 8), ("white", "b", 100, 50), ("black", "b", 900, 420)]
    group, district, n, k = zip(*rows, strict=True)
    row = adjusted.model(AdjustedCells.of(group, {"district": district}, n, k), "white").groups[0]
    assert row.flips
    assert row.controls[0].difference.value > 0 > row.controls[2].difference.value
    assert "sign depends" in row.sentence
    assert "unadjusted +28.8 points" in row.sentence


def test_officers_then_dates_then_dispersion(planted: tuple[AdjustedCells, float]) -> None:
    cells, _ = planted
    few = AdjustedCells(
        cells.group, cells.groups, cells.covariates, cells.n, cells.k, cells.officer % 39, np.arange(len(cells.n)) % 90, cells.place_time
    )
    by_date = adjusted.model(few, "white")
    assert (by_date.clustered_by, by_date.clusters) == ("date", 90)
    assert not by_date.gates[0].passed
    assert "39; clustered by 90 dates" in by_date.gates[0].found
    bare = AdjustedCells(cells.group, cells.groups, cells.covariates, cells.n, cells.k, cells.officer % 39, None, cells.place_time)
    found = adjusted.model(bare, "white")
    assert found.clustered_by == "phi"
    assert found.phi >= 1
    assert "phi =" in found.notes[0]


def test_stops_without_an_officer_are_clusters_of_their_own(planted: tuple[AdjustedCells, float]) -> None:
    cells, _ = planted
    part = AdjustedCells(
        cells.group, cells.groups, cells.covariates, cells.n, cells.k, np.where(cells.officer < 100, -1, cells.officer), None, cells.place_time
    )
    found = adjusted.model(part, "white")
    assert found.missing_officer_share == pytest.approx(0.2, abs=0.01)
    assert "cluster of its own" in found.notes[1]
    assert found.groups[0].controls[2].difference.status is Status.CAUTION
    whole = adjusted.model(cells, "white")
    assert found.groups[0].controls[2].difference.value == pytest.approx(whole.groups[0].controls[2].difference.value, abs=1e-12)
    assert found.groups[0].controls[2].se < whole.groups[0].controls[2].se


def test_too_few_events_for_the_covariates() -> None:
    rng = np.random.default_rng(1)
    district, group = rng.integers(0, 12, 3000).astype(str), rng.choice(["white", "black"], 3000)
    k = (rng.random(3000) < 0.03).astype(float)
    found = adjusted.model(AdjustedCells.of(group, {"district": district}, np.ones(3000), k), "white")
    unadjusted, _, full = found.groups[0].controls
    assert unadjusted.difference.value is not None
    assert full.difference.value is None
    assert full.difference.status is Status.UNAVAILABLE
    assert "Too few events" in full.difference.reason
    loose = Settings.of({"adjusted.events_per_term": 1})
    assert adjusted.model(AdjustedCells.of(group, {"district": district}, np.ones(3000), k), "white", loose).groups[0].controls[2].difference.known


def test_rare_and_unvarying_categories_are_joined_and_told() -> None:
    rng = np.random.default_rng(2)
    n = 6000
    reason = rng.choice(["speed", "light", "belt", "odd"], n, p=[0.5, 0.3, 0.199, 0.001])
    group = rng.choice(["white", "black"], n)
    k = np.where(reason == "belt", 0.0, rng.random(n) < 0.2)
    found = adjusted.model(AdjustedCells.of(group, {"reason": reason}, np.ones(n), k), "white")
    assert found.collapsed == ("reason: belt, odd together", "reason: other (collapsed), light together")
    assert found.groups[0].controls[2].difference.known


def test_ordered_categories_join_their_neighbours() -> None:
    codes, names = np.array([0, 1, 2, 3, 4]), ("05", "06", "07", "08", "09")
    column, told = collapse(Covariate(codes, names, ordered=True), np.array([5.0, 30, 40, 10, 3]))
    assert list(column.codes) == [0, 0, 2, 2, 2]
    assert told == ("05, 06 together", "07, 08, 09 together")
    pooled, told = collapse(Covariate(codes, names), np.array([5.0, 30, 40, 10, 3]))
    assert list(pooled.codes) == [0, 0, 2, 0, 0]
    assert pooled.names[0] == COLLAPSED
    assert collapse(Covariate(codes, names), np.full(5, 50.0))[1] == ()


def test_a_group_whose_stops_all_ended_alike_is_refused_alone() -> None:
    rows = [("white", 200, 60), ("black", 200, 80), ("asian", 40, 0), ("unknown", 10, 4)]
    group, n, k = zip(*rows, strict=True)
    found = adjusted.model(AdjustedCells.of(group, {}, n, k), "white")
    assert [row.group for row in found.groups] == ["black", "asian"]
    asian = found.groups[1].controls[0]
    assert (asian.difference.value, asian.difference.status) == (None, Status.UNAVAILABLE)
    assert "0 of 40" in asian.difference.reason
    assert (found.groups[1].n, found.groups[1].k) == (40, 0)
    with pytest.raises(NotEnoughData, match="reference group 'asian'"):
        adjusted.model(AdjustedCells.of(group, {}, n, k), "asian")


def test_small_groups_and_unknown_shares_are_cautions() -> None:
    rows = [("white", 200, 60), ("black", 20, 8), ("unknown", 60, 20)]
    group, n, k = zip(*rows, strict=True)
    difference = adjusted.model(AdjustedCells.of(group, {}, n, k), "white").groups[0].controls[0].difference
    assert difference.status is Status.CAUTION
    assert "Fewer than 30" in difference.reason
    assert "unknown for 21%" in difference.reason


def test_each_group_against_all_others() -> None:
    rows = [("white", 200, 60), ("black", 200, 80), ("hispanic", 100, 30)]
    group, n, k = zip(*rows, strict=True)
    found = adjusted.model(AdjustedCells.of(group, {}, n, k), "all_others")
    assert [row.group for row in found.groups] == ["white", "black", "hispanic"]
    assert found.groups[1].controls[0].difference.value == pytest.approx(80 / 200 - 90 / 300)


def test_counts_against_exposure_use_the_poisson_model() -> None:
    rows = [("white", "a", 1000, 120), ("black", "a", 500, 90), ("white", "b", 2000, 150), ("black", "b", 800, 95)]
    group, district, people, k = zip(*rows, strict=True)
    found = adjusted.model(AdjustedCells.of(group, {"district": district}, people, k), "white", family="poisson").groups[0].controls[2]
    X = np.array([[1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]], dtype=float)
    peer = sm.GLM(np.array(k), X, family=sm.families.Poisson(), offset=np.log(np.array(people, dtype=float))).fit(tol=1e-12)
    assert found.odds_ratio.value == pytest.approx(np.exp(peer.params[-1]), rel=1e-8)
    assert found.ratio.value == pytest.approx(found.odds_ratio.value, rel=1e-8)


def test_refusals() -> None:
    with pytest.raises(MeasureError, match="more outcomes than stops"):
        adjusted.model(AdjustedCells.of(["white", "black"], {}, [2, 2], [3, 1]), "white")
    with pytest.raises(MeasureError, match="empty values"):
        AdjustedCells.of(["white", None], {}, [2, 2], [1, 1])
    with pytest.raises(MeasureError, match="declared order"):
        AdjustedCells.of(["white"], {"hour": ["25"]}, [2], [1], orders={"hour": ["01", "02"]})
    with pytest.raises(NotEnoughData, match="second group"):
        adjusted.model(AdjustedCells.of(["white"], {}, [20], [3]), "white")


@pytest.mark.slow
def test_clustered_intervals_cover_and_unclustered_ones_do_not() -> None:
    runs, inside = 150, np.zeros(2)
    for seed in range(runs):
        cells, truth = _officers(9000 + seed)
        clustered = adjusted.model(cells, "white").groups[0].controls[2].difference
        alone = replace(settled(cells, ("district",), None, "binomial", DEFAULTS)[0], phi=1.0)
        independent = control(alone, 1, "full", ("district",), "binomial").difference
        assert independent.value == pytest.approx(clustered.value, abs=1e-12)
        inside += [each.low <= truth <= each.high for each in (clustered, independent)]
    share = inside / runs
    assert abs(share[0] - 0.95) <= 3 * np.sqrt(0.95 * 0.05 / runs)
    assert share[1] < 0.93
