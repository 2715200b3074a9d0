"""The model of one place: likelihood against the binomials, derivatives against differences, arrow algebra against dense matrices, the integral."""

import numpy as np
import pytest
from scipy import integrate, stats

from dashboard.stats.threshold_laplace import Problem, Surface
from dashboard.stats.threshold_model import Arrow, Counts, Point, arrow, cells, rates
from dashboard.stats.threshold_planted import plant
from dashboard.stats.threshold_prior import Prior

DATA = np.array([[[900.0, 4000.0, 50.0]], [[60.0, 300.0, 0.0]], [[20.0, 45.0, 0.0]]])
A, C, T = np.array([[-2.1, -1.8, -2.4]]), np.array([[0.4, 0.2, 0.5]]), np.array([[-1.9, -2.2, -1.5]])


def point(*, published: bool, a: np.ndarray = A, c: np.ndarray = C, t: np.ndarray = T) -> Point:
    return Point(a, c, t + 3.5 if published else t, published)


@pytest.mark.parametrize("published", [False, True])
def test_likelihood_is_the_two_binomials_up_to_a_constant(published: bool):
    n, s, h = DATA

    def binomials(at: Point) -> np.ndarray:
        search, hit = rates(at)
        return stats.binom.logpmf(s, n, search) + stats.binom.logpmf(h, s, hit)

    one, other = point(published=published), point(published=published, a=A + 0.3, t=T - 0.2)
    assert cells(DATA, one).value - cells(DATA, other).value == pytest.approx(binomials(one) - binomials(other), rel=1e-10, abs=1e-10)


def test_threshold_is_the_chance_of_contraband_at_the_bar():
    at = point(published=True)
    phi, delta = 1 / (1 + np.exp(-A)), np.exp(C)
    x = at.t
    risk = phi * stats.norm.pdf(x - delta) / (phi * stats.norm.pdf(x - delta) + (1 - phi) * stats.norm.pdf(x))
    assert at.threshold() == pytest.approx(risk, rel=1e-12)
    back = Point(A, C, np.log(risk / (1 - risk)), False)
    assert back.signals()[1] == pytest.approx(x, rel=1e-10)


@pytest.mark.parametrize("published", [False, True])
def test_first_and_second_derivatives_agree_with_differences(published: bool):
    found = cells(DATA, point(published=published))
    step = 1e-5
    second = {"a": ("aa", "ac", "at"), "c": ("ac", "cc", "ct"), "t": ("at", "ct", "tt")}
    for name, base in (("a", A), ("c", C), ("t", T)):
        up, down = (cells(DATA, point(published=published, **{name: base + sign * step})) for sign in (1, -1))
        assert getattr(found, name) == pytest.approx((up.value - down.value) / (2 * step), rel=1e-5, abs=1e-6)
        for slope, key in zip("act", second[name], strict=True):
            differenced = (getattr(up, slope) - getattr(down, slope)) / (2 * step)
            assert getattr(found, key) == pytest.approx(differenced, rel=1e-5, abs=1e-5)


def test_far_tails_stay_finite():
    far = Point(np.array([[-8.0, 3.0]]), np.array([[-4.0, 2.0]]), np.array([[2.0, -9.0]]), False)
    found = cells(np.array([[[1e6, 1e6]], [[10.0, 5e5]], [[5.0, 10.0]]]), far)
    assert all(np.isfinite(getattr(found, name)).all() for name in ("value", "a", "c", "t", "aa", "ac", "cc", "at", "ct", "tt"))


def dense(one: Arrow) -> np.ndarray:
    """The full block from its arrow (first block only)."""
    side = np.stack([one.side_b[0], one.side_e[0]])
    corner = np.array([[one.bb[0], one.be[0]], [one.be[0], one.ee[0]]]) + side / one.tip[0] @ side.T
    return np.block([[corner, side], [side.T, np.diag(one.tip[0])]])


def test_arrow_algebra_agrees_with_dense_matrices():
    precision = np.array([[4.0, 25.0, 6.0, 6.0, 6.0]])
    at = point(published=False)
    search, hit = rates(at)
    one = arrow(cells(np.stack([DATA[0], DATA[0] * search, DATA[0] * search * hit]), at), precision)  # counts that this point expects
    full = dense(one)
    right = np.arange(1.0, 6.0)
    assert one.definite.all()
    assert one.solve(right[None])[0] == pytest.approx(np.linalg.solve(full, right), rel=1e-9)
    assert one.log_determinant()[0] == pytest.approx(np.linalg.slogdet(full)[1], rel=1e-12)
    noise = np.random.default_rng(0).standard_normal((40_000, 5))
    many = Arrow(*(np.repeat(getattr(one, name), 40_000, axis=0) for name in ("tip", "side_b", "side_e", "bb", "be", "ee", "definite")))
    assert np.cov(many.draw(noise).T) == pytest.approx(np.linalg.inv(full), abs=0.003)


def test_a_block_that_curves_the_wrong_way_is_marked_and_still_solvable():
    found = cells(DATA, point(published=False, t=T + 6))
    bent = type(found)(*(getattr(found, name) for name in ("value", "a", "c", "t", "aa", "ac", "cc", "at", "ct")), np.full((1, 3), 50.0))
    one = arrow(bent, np.full((1, 5), 2.0))
    assert not one.definite.any()
    assert (np.linalg.eigvalsh(dense(one)) > 0).all()


def small_problem(*, published: bool) -> tuple[Problem, np.ndarray]:
    counts = plant((0.2, 0.1, 0.1), (0.08, 0.1, 0.14), (1.8, 1.8, 1.8), locations=8, stops=30_000, seed=3).counts
    prior = Prior(published, 1.0, 3, 8)
    return Problem(counts, prior), prior.start(counts)


@pytest.mark.parametrize("published", [False, True])
def test_start_reproduces_each_groups_search_and_hit_rate(published: bool):
    problem, g = small_problem(published=published)
    search, hit = rates(Point(g[None, 3:6], g[None, 6:9], g[None, :3], published))
    n, s, h = (part.sum(axis=0) for part in (problem.counts.stops, problem.counts.searches, problem.counts.hits))
    assert search[0] == pytest.approx(s / n, rel=0.01)
    assert hit[0] == pytest.approx(h / s, rel=0.01)


@pytest.mark.parametrize("published", [False, True])
def test_block_gradient_and_prior_slope_agree_with_differences(published: bool):
    problem, g = small_problem(published=published)
    data, globals_, precision, _ = problem.inputs(g[None], np.arange(8))
    if published:
        precision[0, :2] = 100.0  # the pinned place has a wall, not a slope
    effects = np.random.default_rng(1).normal(0, 0.1, (8, 5))
    _, slope, _ = problem.evaluate(data, globals_, precision, effects)
    for j in range(5):
        step = np.zeros(5)
        step[j] = 1e-5
        up, down = (problem.evaluate(data, globals_, precision, effects + sign * step)[0] for sign in (1, -1))
        assert slope[:, j] == pytest.approx((up - down) / 2e-5, rel=1e-5, abs=1e-4)
    unit = np.eye(len(g)) * 1e-5
    differenced = (problem.prior.log_density(g + unit) - problem.prior.log_density(g - unit)) / 2e-5
    assert problem.prior.slope(g) == pytest.approx(differenced, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("published", [False, True])
def test_modes_are_flat_and_their_tilt_predicts_how_they_move(published: bool):
    problem, g = small_problem(published=published)
    here = Surface(problem, g, np.zeros((8, 5)))
    data, globals_, precision, _ = problem.inputs(g[None], np.arange(8))
    assert here.sound
    assert np.abs(problem.evaluate(data, globals_, precision, here.effects)[1]).max() < 5e-4
    for j in range(len(g)):
        step = np.zeros(len(g))
        step[j] = 1e-3
        up, down = (problem.modes((g + sign * step)[None], here.effects[None]).effects[0] for sign in (1, -1))
        assert here.tilt[j] == pytest.approx((up - down) / 2e-3, rel=2e-3, abs=3e-4)


def test_marginal_agrees_with_numerical_integration():
    # One place whose b alone is free: the others are held by tiny scales, so a one-dimensional integral is the exact answer.
    counts = Counts(*(np.array(part) for part in ([[4000.0, 3000.0, 2000.0]], [[200.0, 220.0, 180.0]], [[60.0, 50.0, 45.0]])))
    problem = Problem(counts, Prior(False, 1.0, 3, 1))
    g = np.array([-1.3, -1.6, -1.5, -2.0, -2.1, -1.9, 0.4, 0.4, 0.4, np.log(0.4), np.log(1e-5), np.log(1e-5)])
    data, globals_, _, _ = problem.inputs(g[None], np.arange(1))
    peak = problem.modes(g[None], np.zeros((1, 1, 5)))

    def density(b: float) -> float:
        value = problem.at(data, globals_, np.array([[b, 0, 0, 0, 0]])).value.sum()
        return float(np.exp(value - 0.5 * (b / 0.4) ** 2 - np.log(0.4) - 0.5 * np.log(2 * np.pi) - peak.marginal[0, 0]))

    centre = float(peak.effects[0, 0, 0])
    total, _ = integrate.quad(density, centre - 1, centre + 1, points=[centre])
    assert total == pytest.approx(1.0, abs=0.02)


def test_marginal_curvature_agrees_along_any_basis():
    problem, g = small_problem(published=False)
    here = Surface(problem, g, np.zeros((8, 5)))
    basis = np.eye(len(g)) * 1e-2
    slope, second = here.curvature(basis)
    assert slope / 1e-2 == pytest.approx(here.gradients().sum(axis=0) + problem.prior.slope(g), rel=1e-3, abs=0.05)
    turned = basis[:, ::-1]
    assert here.curvature(turned)[1] == pytest.approx(second[::-1, ::-1], rel=1e-6, abs=1e-9)
