"""Raking against a reference implementation, the design effect by hand, refusals, and a bias that it must mend."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from dashboard.errors import NotEnoughData
from dashboard.stats.joint_margin import JointMargin, enough
from dashboard.stats.raking import Margin, kish, rake


def drawn(n: int, margins: int, seed: int) -> tuple[dict[str, np.ndarray], list[Margin]]:
    rng = np.random.default_rng(seed)
    made = [Margin(f"m{one}", tuple("abcde"), tuple(rng.dirichlet(np.full(5, 20)))) for one in range(margins)]
    return {one.name: rng.choice(5, n, p=rng.dirichlet(np.full(5, 20))) for one in made}, made


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_equal_to_ipfn(seed, capsys):
    from ipfn import ipfn

    codes, margins = drawn(4000, 4, seed)
    ours = rake(codes, margins, trim=1e9, tolerance=1e-11, join=False)
    frame = pd.DataFrame(codes).assign(w=1.0)
    totals = [pd.Series(np.array(one.shares) * 4000, index=pd.Index(range(5), name=one.name), name="w") for one in margins]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the reference still writes to chained slices
        theirs = ipfn.ipfn(frame, totals, [[one.name] for one in margins], weight_col="w", convergence_rate=1e-13, max_iteration=300).iteration()
    assert np.abs(theirs["w"].to_numpy() / theirs["w"].mean() - ours.weights).max() < 1e-6


def test_design_effect_by_hand():
    weights = np.r_[np.ones(50), np.full(50, 2.0)]
    assert kish(weights) == pytest.approx(1.1111, abs=1e-4)
    assert 100 / kish(weights) == pytest.approx(90.0)


def test_margins_are_met_and_the_mean_weight_is_one():
    codes, margins = drawn(3000, 5, 7)
    found = rake(codes, margins)
    assert found.weights.mean() == pytest.approx(1.0)
    assert found.largest_difference < 0.001
    assert found.n_eff == pytest.approx(3000 / found.deff)


def test_a_planted_bias_is_mended_and_the_plain_mean_is_not():
    rng = np.random.default_rng(11)
    off, on = [], []
    for _ in range(60):
        young = rng.random(6000) < 0.5
        answers = rng.random(6000) < np.where(young, 0.06, 0.2)
        trust = rng.normal(np.where(young, 50, 65), 15)[answers]
        code = np.where(young[answers], 0, 1)
        weights = rake({"age": code}, [Margin("age", ("young", "old"), (0.5, 0.5))]).weights
        off.append(trust.mean() - 57.5)
        on.append((trust * weights).sum() / weights.sum() - 57.5)
    assert abs(np.mean(on)) < 0.3
    assert np.mean(off) > 3


def test_unknown_categories_keep_their_people():
    code = np.array([0] * 40 + [1] * 40 + [-1] * 20)
    found = rake({"age": code}, [Margin("age", ("young", "old"), (0.3, 0.7))])
    assert len(found.weights) == 100
    assert (found.weights[80:] > 0).all()


def test_an_empty_category_is_refused_and_a_small_one_joins_its_neighbour():
    with pytest.raises(NotEnoughData, match="Nobody answered"):
        rake({"a": np.zeros(50, dtype=np.int64)}, [Margin("a", ("x", "y"), (0.5, 0.5))])
    code = np.array([0] * 60 + [1] * 3 + [2] * 60)
    found = rake({"a": code}, [Margin("a", ("x", "y", "z"), (0.45, 0.1, 0.45))])
    assert found.joined


def test_no_weight_is_left_far_above_the_mean():
    code = np.array([0] * 990 + [1] * 10)
    with pytest.raises(NotEnoughData, match="did not come to rest"):
        rake({"a": code}, [Margin("a", ("x", "y"), (0.2, 0.8))])


def joint_of(shares: np.ndarray) -> JointMargin:
    areas, races = ("north", "south", "west"), ("white", "black")
    cells = tuple((area, race) for area in areas for race in races)
    return JointMargin(("area", "race"), cells, tuple(float(one) for one in shares))


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_a_joint_margin_beside_single_ones_is_equal_to_ipfn(seed):
    from ipfn import ipfn

    rng, n = np.random.default_rng(seed), 4000
    area, race, age = rng.integers(0, 3, n), rng.integers(0, 2, n), rng.integers(0, 4, n)
    joint = joint_of(rng.dirichlet(np.full(6, 20)))
    ages = Margin("age", tuple("abcd"), tuple(rng.dirichlet(np.full(4, 20))))
    singles = joint.aligned([Margin("area", ("north", "south", "west"), (0.3, 0.3, 0.4)), ages])
    codes = {"area": area, "age": age, joint.name: area * 2 + race}
    ours = rake(codes, [*singles, joint.margin()], trim=1e9, tolerance=1e-11, join=False)
    frame = pd.DataFrame({"area": area, "race": race, "age": age, "w": 1.0})
    both = pd.MultiIndex.from_product([range(3), range(2)], names=["area", "race"])
    totals = [pd.Series(np.array(ages.shares) * n, index=pd.Index(range(4), name="age"), name="w")]
    totals.append(pd.Series(np.array(joint.shares) * n, index=both, name="w"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the reference still writes to chained slices
        theirs = ipfn.ipfn(frame, totals, [["age"], ["area", "race"]], weight_col="w", convergence_rate=1e-13, max_iteration=300).iteration()
    by = ["area", "race", "age"]  # the reference returns its rows in another order
    found = theirs.groupby(by)["w"].mean() / theirs["w"].mean()
    own = pd.DataFrame({"area": area, "race": race, "age": age, "w": ours.weights}).groupby(by)["w"].agg(["min", "max"])
    assert (own["max"] - own["min"]).max() < 1e-9
    assert (own["max"] - found).abs().max() < 1e-6


def test_a_bias_within_areas_is_mended_by_the_joint_margin_alone():
    """Race and area as the census has them one by one, but in the south only some Black residents answer: planted trust is 53.0."""
    rng = np.random.default_rng(12)
    joint = joint_of(np.array([0.25, 0.05, 0.05, 0.25, 0.2, 0.2]))
    trust_of = np.array([70.0, 60.0, 60.0, 30.0, 65.0, 55.0])
    truth = float(np.dot(joint.shares, trust_of))
    likely = np.array([0.1, 0.4, 0.4, 0.1, 0.2, 0.2])
    singles = joint.aligned([Margin("area", ("north", "south", "west"), (0, 0, 0)), Margin("race", ("white", "black"), (0, 0))])
    alone, both = [], []
    for _ in range(60):
        cell = rng.choice(6, 8000, p=joint.shares)
        cell = cell[rng.random(8000) < likely[cell]]
        trust = rng.normal(trust_of[cell], 15)
        codes = {"area": cell // 2, "race": cell % 2, joint.name: cell}
        enough(joint, cell)
        alone.append(float(np.average(trust, weights=rake(codes, singles).weights)) - truth)
        both.append(float(np.average(trust, weights=rake(codes, [*singles, joint.margin()]).weights)) - truth)
    assert abs(np.mean(both)) < 0.3
    assert abs(np.mean(alone)) > 1


def test_a_joint_margin_with_a_thin_cell_is_not_used():
    joint = joint_of(np.full(6, 1 / 6))
    enough(joint, np.repeat(np.arange(6), 5))
    with pytest.raises(NotEnoughData, match=r"1 of its 6 cells has fewer than 5 answers, such as west x black"):
        enough(joint, np.repeat(np.arange(6), 5)[:-1])
    empty = joint_of(np.array([0.2, 0.2, 0.2, 0.2, 0.2, 0.0]))
    enough(empty, np.repeat(np.arange(5), 5))
