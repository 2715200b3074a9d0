"""The vectors of the confidentiality plan with their crossings, an attacker who adds and subtracts everything, and the audit by other means."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dashboard.privacy.staff_audit import verdict
from dashboard.privacy.staff_cells import Cut, K, crossed, protect
from dashboard.privacy.survey_cells import leverage


def cut(name, *sizes, rest=0):
    """One cut with so many people a level, and some in none."""
    codes = np.concatenate([np.full(size, place, dtype=np.int64) for place, size in enumerate(sizes)] + [np.full(rest, -1, dtype=np.int64)])
    return Cut(name, tuple(f"{name}{place}" for place in range(len(sizes))), codes)


def mixed(n, seed=0):
    """Answers over five boxes that are alike nowhere: one of each in turn."""
    return np.arange(n, dtype=np.int64) % 5


def marks(found, name):
    return [bool(one) for one in found.cells[name]]


@pytest.mark.parametrize(
    ("sizes", "k", "rest", "shown"),
    [
        ((4, 9), 5, 0, [False, False]),  # vector 1
        ((9, 6), 5, 0, [True, True]),  # 2
        ((3, 6), 5, 0, [False, False]),  # 3
        ((3, 6), 5, 4, [False, True]),  # 4: the direct members are a hidden child
        ((8, 7, 2, 5, 1), 3, 0, [True, True, False, True, False]),  # 5
        ((8, 7, 2, 5, 1), 5, 0, [True, True, False, False, False]),
        ((54, 1), 5, 0, [False, False]),  # 6
        ((0, 0, 20, 30), 5, 0, [False, False, False, True]),  # empty ones cannot be told
        ((20, 30), 5, 2, [False, True]),
    ],
)
def test_vectors_of_one_cut(sizes, k, rest, shown):
    one = cut("unit", *sizes, rest=rest)
    assert marks(protect([one], mixed(len(one.codes)), k), "unit") == shown


def test_vector_seven_a_crossing_with_all_margins_shown_hides_all_four():
    first = cut("unit", 10, 10)
    second = Cut("shift", ("day", "night"), np.array([0] * 3 + [1] * 7 + [0] * 7 + [1] * 3))
    found = protect([first, second, crossed(first, second)], mixed(20), 5)
    assert marks(found, "unit") == marks(found, "shift") == [True, True]
    assert marks(found, "unit*shift") == [False] * 4


def test_a_crossing_is_hidden_under_a_hidden_parent():
    first = cut("unit", 12, 14, 40, 4, 3)
    second = Cut("shift", ("day", "night"), np.arange(73) % 2)
    found = protect([first, second, crossed(first, second)], np.arange(73) // 2 % 5, 10)
    hidden = ~found.cells["unit"]
    assert hidden.any()
    grid = found.cells["unit*shift"].reshape(5, 2)
    assert not grid[hidden].any()


def test_one_hidden_cell_of_a_crossing_hides_another_in_its_row_and_in_its_column():
    sizes = np.array([[4, 20, 20], [20, 20, 20], [20, 20, 20]])
    first = Cut("a", ("0", "1", "2"), np.repeat(np.repeat(np.arange(3), 3), sizes.ravel()))
    second = Cut("b", ("0", "1", "2"), np.repeat(np.tile(np.arange(3), 3), sizes.ravel()))
    grid = protect([first, second, crossed(first, second)], mixed(164), 10).cells["a*b"].reshape(3, 3)
    for lines in (grid, grid.T):
        for line in lines:
            assert (~line).sum() != 1


def test_overlapping_cuts_of_31_and_29_are_not_both_visible():
    one = Cut("one", ("in", "out"), np.array([0] * 31 + [1] * 30))
    other = Cut("other", ("in", "out"), np.array([0] * 29 + [1] * 32))
    found = protect([one, other], mixed(61), 10)
    assert not (found.cells["one"][0] and found.cells["other"][0])


def test_two_cuts_that_differ_by_a_few_both_ways_are_not_both_visible():
    """Neither cell lies inside the other, so no nested pair tells; but their difference is the sum of three people less that of two."""
    sworn = np.array([0] * 50 + [1] * 40)
    rank = sworn.copy()
    rank[[0, 1, 2]] = 1
    rank[[60, 61]] = 0
    one, other = Cut("sworn", ("yes", "no"), sworn), Cut("rank", ("officer", "civilian"), rank)
    found = protect([one, other], np.arange(90) * 7 % 5, 10)
    assert found.cells["sworn"].all() != found.cells["rank"].all()


def test_a_wave_with_too_few_answers_shows_nothing_and_one_that_is_alike_only_says_so():
    one = cut("unit", 5, 4)
    assert not protect([one], mixed(9)).whole
    two = cut("unit", 20, 20)
    found = protect([two], np.full(40, 3))
    assert found.whole
    assert not found.cells["unit"].any()


def test_a_cell_that_is_alike_counts_as_hidden_so_it_cannot_be_worked_out():
    three = cut("unit", 20, 25, 30)
    boxes = np.concatenate([np.full(20, 4), mixed(25), mixed(30)])
    assert marks(protect([three], boxes), "unit") == [False, False, True]


def test_a_remainder_that_is_alike_is_not_left():
    """Twelve people without a unit all answered alike: the whole less the units would say so."""
    two = cut("unit", 30, 40, rest=12)
    boxes = np.concatenate([mixed(30), mixed(40), np.full(12, 4)])
    assert not protect([two], boxes).cells["unit"].all()
    assert protect([two], mixed(82)).cells["unit"].all()


def test_too_many_cuts_over_too_few_people_lose_the_finest():
    rng = np.random.default_rng(1)
    cuts = [Cut(f"c{number}", ("a", "b", "c", "d"), rng.integers(0, 4, 60)) for number in range(10)]
    found = protect(cuts, np.arange(60) % 5, 10)
    assert found.leverage <= 0.5
    lone = protect(cuts, np.arange(60) % 5, 2)
    assert lone.dropped
    assert lone.leverage <= 0.5


def people(seed, n):
    """Staff with correlated attributes, some unsaid."""
    rng = np.random.default_rng(seed)
    unit = rng.choice(6, n, p=[0.3, 0.25, 0.18, 0.12, 0.1, 0.05])
    sworn = (unit >= 4).astype(np.int64) ^ (rng.random(n) < 0.04)
    shift = np.where(unit < 2, rng.integers(0, 3, n), 0)
    cuts = []
    for name, codes, size in (("unit", unit, 6), ("sworn", sworn, 2), ("shift", shift, 3), ("tenure", rng.integers(0, 4, n), 4)):
        unsaid = rng.random(n) < 0.05
        cuts.append(Cut(name, tuple(map(str, range(size))), np.where(unsaid, -1, codes).astype(np.int64)))
    return [*cuts, crossed(cuts[0], cuts[2]), crossed(cuts[0], cuts[1])]


@pytest.mark.parametrize("seed", range(25))
def test_the_separate_audit_finds_nothing(seed):
    n = [60, 120, 225, 400][seed % 4]
    cuts = people(seed, n)
    boxes = np.random.default_rng(seed).choice(5, n, p=[0.08, 0.12, 0.2, 0.4, 0.2])
    found = protect(cuts, boxes)
    members = [np.ones(n, dtype=bool)] + [one.codes == place for one in cuts for place in np.flatnonzero(found.cells[one.name])]
    seen = verdict(members)
    assert seen.keeps(K)
    assert seen.leverage == pytest.approx(float(leverage(np.column_stack(members).astype(float)).max()), abs=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_no_sum_less_another_sum_leaves_a_few(seed):
    """An attacker adds up any shown cells of one cut and takes away any of another: what is left is nobody, or at least k people."""
    k, n = 4, 60
    rng = np.random.default_rng(100 + seed)
    one = Cut("a", tuple("012"), np.where(rng.random(n) < 0.06, -1, rng.choice(3, n, p=[0.5, 0.3, 0.2])))
    other = Cut("b", tuple("012"), np.where(rng.random(n) < 0.85, one.codes, rng.integers(0, 3, n)))
    boxes = rng.integers(0, 5, n)
    found = protect([one, other], boxes, k)
    sums = []
    for each in (one, other):
        parts = [each.codes == place for place in np.flatnonzero(found.cells[each.name])]
        rest = ~np.any(parts, axis=0) if parts else np.ones(n, dtype=bool)
        parts = [*parts, rest] if parts else []
        sums.append([np.any(some, axis=0) for size in range(1, len(parts) + 1) for some in itertools.combinations(parts, size)])
    for a, b in itertools.product(*sums):
        left = int((a ^ b).sum())
        assert left == 0 or left >= k


def test_what_was_released_before_stays_safe_beside_what_is_shown_now():
    n = 120
    unit = cut("unit", 60, 60)
    before = np.zeros(n, dtype=bool)
    before[:57] = True  # an earlier release showed 57 of the first unit's 60
    found = protect([unit], mixed(n), 10, [np.ones(n, dtype=bool), before])
    assert not found.cells["unit"][0]
    members = [np.ones(n, dtype=bool), before, *(unit.codes == place for place in np.flatnonzero(found.cells["unit"]))]
    assert verdict(members).keeps(10)


def test_the_audit_notices_what_is_broken():
    everyone = np.ones(30, dtype=bool)
    most, alone = everyone.copy(), np.zeros(30, dtype=bool)
    most[0] = False
    alone[0] = True
    assert not verdict([everyone, most]).keeps(10)
    assert verdict([everyone, most]).difference == 1
    assert not verdict([alone, everyone]).keeps(10)
    halves = [np.arange(30) < 15, np.arange(30) >= 15]
    assert verdict([everyone, *halves]).keeps(10)
