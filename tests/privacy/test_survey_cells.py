"""The test vectors of the confidentiality plan, an attacker with subtraction, and the audit by linear algebra."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dashboard.privacy.survey_cells import LEVERAGE, homogeneous, leverage, membership, protect, within_cut


@pytest.mark.parametrize(
    ("counts", "k", "rest", "shown"),
    [
        ([4, 9], 5, 0, [False, False]),  # Culture Amp: the remainder would be four
        ([9, 6], 5, 0, [True, True]),
        ([3, 6], 5, 0, [False, False]),  # dialog.nl
        ([3, 6], 5, 4, [False, True]),  # four direct members of the parent are a hidden child
        ([8, 7, 2, 5, 1], 3, 0, [True, True, False, True, False]),  # PeopleCues
        ([8, 7, 2, 5, 1], 5, 0, [True, True, False, False, False]),
        ([54, 1], 5, 0, [False, False]),
        ([0, 0, 20, 30], 5, 0, [False, False, False, True]),
        ([20, 30], 5, 2, [False, True]),
        ([20, 30], 5, 9, [True, True]),
    ],
)
def test_vectors(counts, k, rest, shown):
    assert within_cut(counts, k, rest) == shown


def test_no_difference_of_shown_counts_is_small():
    rng = np.random.default_rng(5)
    for _ in range(300):
        counts = [int(one) for one in rng.integers(0, 25, rng.integers(2, 7))]
        rest, k = int(rng.integers(0, 8)), 5
        shown = within_cut(counts, k, rest)
        total = sum(counts) + rest
        visible = [count for count, on in zip(counts, shown, strict=True) if on]
        for size in range(1, len(visible) + 1):
            for some in itertools.combinations(visible, size):
                assert not 0 < total - sum(some) < k


def people(seed: int, n: int = 180) -> tuple[dict[str, np.ndarray], dict[str, int]]:
    rng = np.random.default_rng(seed)
    sizes = {"area": 8, "age": 6, "race": 5, "gender": 2}
    return {name: rng.choice(size + 1, n, p=np.r_[0.04, rng.dirichlet(np.ones(size)) * 0.96]) - 1 for name, size in sizes.items()}, sizes


@pytest.mark.parametrize("seed", range(12))
def test_nobodys_answer_is_all_but_fixed_by_everything_shown(seed):
    codes, sizes = people(seed)
    shown = protect(codes, sizes, 5)
    assert leverage(membership(codes, sizes, shown)).max() <= LEVERAGE + 1e-6


def test_leverage_is_the_projection():
    codes, sizes = people(3, 60)
    members = membership(codes, sizes, {name: [True] * size for name, size in sizes.items()})
    exact = np.diag(members @ np.linalg.pinv(members))
    assert np.allclose(leverage(members), exact, atol=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_the_public_sees_a_subset_of_what_staff_see(seed):
    codes, sizes = people(seed, 400)
    staff = protect(codes, sizes, 5)
    public = protect(codes, sizes, 10, staff)
    for cut in sizes:
        assert all(not open_ or inner for open_, inner in zip(public[cut], staff[cut], strict=True))
        counts = np.bincount(codes[cut][codes[cut] >= 0], minlength=sizes[cut])
        assert all(counts[place] >= 10 for place, on in enumerate(public[cut]) if on)


def test_a_cell_just_inside_another_is_not_shown_beside_it():
    outer = np.array([0] * 31 + [1] * 30)
    inner = np.array([0] * 29 + [1] * 32)
    shown = protect({"one": outer, "other": inner}, {"one": 2, "other": 2}, 5)
    assert not (shown["one"][0] and shown["other"][0])


def test_a_wave_with_too_few_answers_shows_nothing():
    assert protect({"a": np.array([0, 1, 0, 1])}, {"a": 2}, 5) == {"a": [False, False]}


def test_answers_all_alike_are_noticed():
    assert homogeneous([0, 12, 0])
    assert not homogeneous([1, 12, 0])
