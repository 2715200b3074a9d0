"""Small cuts between two divisions: against trying every subset, and against scipy's flows."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_flow

from dashboard.privacy.small_cut import minimum_cut, small_cut


def all_differences(shared):
    """Every weight that some rows less some columns leave over, by trying all."""
    rows, columns = shared.shape
    for some in itertools.product([False, True], repeat=rows):
        for others in itertools.product([False, True], repeat=columns):
            a, b = np.array(some), np.array(others)
            yield int(shared[a][:, ~b].sum() + shared[~a][:, b].sum())


@pytest.mark.parametrize("seed", range(40))
def test_a_small_cut_is_found_exactly_where_there_is_one(seed):
    rng = np.random.default_rng(seed)
    shared = rng.integers(0, 14, (4, 3)) * (rng.random((4, 3)) < 0.6)
    there = {value for value in all_differences(shared) if 0 < value < 10}
    found = small_cut(shared.astype(np.int64), 10)
    assert (found is not None) == bool(there)
    if found is not None:
        rows, columns = found
        assert 0 < shared[rows][:, ~columns].sum() + shared[~rows][:, columns].sum() < 10


@pytest.mark.parametrize("seed", range(20))
def test_the_minimum_cut_is_the_smallest_flow(seed):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(3, 9))
    weights = np.triu(rng.integers(1, 9, (size, size)), 1)
    weights = (weights + weights.T).astype(np.int32)
    value, side = minimum_cut(weights.astype(np.int64))
    flows = [maximum_flow(csr_matrix(weights), 0, other).flow_value for other in range(1, size)]
    assert value == min(flows)
    assert weights[side][:, ~side].sum() == value


def test_divisions_that_agree_or_share_much_have_none():
    assert small_cut(np.diag([30, 20, 12]).astype(np.int64), 10) is None
    assert small_cut(np.array([[30, 12], [15, 40]]), 10) is None
    assert small_cut(np.array([[30, 0], [2, 40]]), 10) is not None
