"""Linear algebra over everything released of one question: whose answer, or the sum of which few people, lies in the span of what is shown?

All attacks take the `cells` (members (n,) of everything shown) and suppose that every sum is known exactly: rounding is no part of the defence.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
EXACT = 1e-7


def alike_people(cells: Sequence[Bools]) -> tuple[Floats, NDArray[np.int64]]:
    """People that no shown cell tells apart count as one: (kinds, cells) who is in what, and how many each kind has."""
    kinds, sizes = np.unique(np.column_stack(cells), axis=0, return_counts=True)
    return kinds.astype(float), sizes


def _span(kinds: Floats) -> Floats:
    """An orthonormal basis (rank, kinds) of all that can be computed from the cells."""
    _, strength, rows = np.linalg.svd(kinds.T, full_matrices=False)
    return np.asarray(rows[strength > 1e-9 * strength[0]])


def _within(span: Floats, wanted: Floats) -> bool:
    """Whether a combination of kinds can be computed exactly."""
    return bool(np.abs(span.T @ (span @ wanted) - wanted).max() < EXACT)


def leverage(cells: Sequence[Bools]) -> float:
    """How far the person it fixes most is fixed, by least squares over people one by one (apart from the engine's own audit)."""
    members = np.column_stack(cells).astype(float)
    q, r = np.linalg.qr(members)
    keep = np.abs(np.diag(r)) > EXACT
    if not keep.all():
        left, strength, _ = np.linalg.svd(members, full_matrices=False)
        q = left[:, strength > 1e-9 * strength[0]]
    return float((q**2).sum(axis=1).max())


def small_groups(cells: Sequence[Bools], k: int, tries: int = 2_000, seed: int = 7) -> tuple[int, int]:
    """(tried, found): can the sum over fewer than k people, or of a few less a few others, be computed from all cells together, in any way?

    Each kind of people alone, then pairs and threes of kinds under k people, with either sign.
    """
    kinds, sizes = alike_people(cells)
    span, rng = _span(kinds), np.random.default_rng(seed)
    small = [int(one) for one in np.flatnonzero(sizes < k)]
    groups = [(one,) for one in small]
    for many in (2, 3):
        some = [one for one in combinations(small, many) if sizes[list(one)].sum() < k]
        groups += [some[at] for at in rng.choice(len(some), min(tries, len(some)), replace=False)] if some else []
    tried = found = 0
    for group in groups:
        for signs in product((1.0, -1.0), repeat=len(group) - 1):
            wanted = np.zeros(len(sizes))
            wanted[list(group)] = (1.0, *signs)
            tried += 1
            found += _within(span, wanted)
    return tried, found


def pairs(cells: Sequence[Bools], k: int, tries: int, seed: int = 7) -> tuple[int, int]:
    """(tried, found): random pairs of cells, or of sums of cells that do not overlap, of which one less the other leaves 1 to k - 1 people."""
    rng = np.random.default_rng(seed)
    stack = np.vstack(cells).astype(np.int64)
    found = 0
    for _ in range(tries):
        left = _some(stack, rng) - _some(stack, rng)
        people = int(np.abs(left).sum())
        found += 0 < people < k
    return tries, found


def _some(stack: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """One cell, or cells added up for as long as they do not overlap."""
    total = np.zeros(stack.shape[1], dtype=np.int64)
    for at in rng.permutation(len(stack))[: int(rng.integers(1, 6))]:
        if not (total & stack[at]).any():
            total = total + stack[at]
    return total
