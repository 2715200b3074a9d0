"""Where do two ways of dividing the same people almost agree? Parts of one, less parts of the other, that leave only a few of them.

Adding up some parts of one division and taking away some of the other leaves a sum over those in which they differ. In the graph whose nodes are all
parts and whose edges weigh the people two parts share, that is the weight of a cut; a cut of 1 to k - 1 people tells too much. Heavy edges cannot lie
in such a cut, so their ends are merged first; what is left is small. Minimum cut after Stoer and Wagner (1997).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def small_cut(shared: Ints, k: int) -> tuple[Bools, Bools] | None:
    """The rows and columns on one side of a cut of 1 to k - 1 people, if there is one. `shared` (rows, columns) counts people."""
    rows, columns = shared.shape
    down, across = _joined(shared >= k, np.arange(rows), np.arange(rows, rows + columns))
    while True:
        _, groups = np.unique(np.concatenate([down, across]), return_inverse=True)
        between = _between(shared, groups[:rows], groups[rows:])
        if not between.any():
            return None
        if not (between >= k).any():
            break
        joined = _labels(between >= k)[groups]
        down, across = joined[:rows], joined[rows:]
    for part in _components(between):
        if len(part) < 2:
            continue
        value, side = minimum_cut(between[np.ix_(part, part)], k)
        if value < k:
            here = np.isin(groups, part[side])
            return here[:rows], here[rows:]
    return None


def _joined(heavy: Bools, down: Ints, across: Ints) -> tuple[Ints, Ints]:
    """Labels of rows and columns, equal where pairs that no small cut can part lead from one to the other."""
    far = len(down) + len(across)
    while True:
        lower = np.minimum(across, np.where(heavy, down[:, None], far).min(axis=0))
        left = np.minimum(down, np.where(heavy, lower[None, :], far).min(axis=1))
        if (lower == across).all() and (left == down).all():
            return down, across
        down, across = left, lower


def _between(shared: Ints, down: Ints, across: Ints) -> Ints:
    """How many people two groups of rows and columns share (groups, groups)."""
    size = int(max(down.max(), across.max())) + 1
    flat = np.bincount((down[:, None] * size + across[None, :]).ravel(), weights=shared.ravel(), minlength=size * size)
    found = np.rint(flat).astype(np.int64).reshape(size, size)
    found += found.T
    np.fill_diagonal(found, 0)
    return found


def _labels(linked: Bools) -> Ints:
    """Numbers of the connected parts of a graph (nodes,), from 0 on."""
    found = np.arange(len(linked))
    while True:
        lower = np.minimum(found, np.where(linked, found[None, :], len(linked)).min(axis=1))
        if (lower == found).all():
            return np.asarray(np.unique(found, return_inverse=True)[1])
        found = lower


def _components(weights: Ints) -> list[Ints]:
    """The connected parts of a graph, as node numbers."""
    labels = _labels(weights > 0)
    return [np.flatnonzero(labels == number) for number in range(labels.max() + 1)]


def minimum_cut(weights: Ints, enough: int = 0) -> tuple[int, Bools]:
    """The smallest weight that parts a connected graph of two nodes or more, and one side of that cut (nodes,); the first one under `enough`."""
    work = weights.copy()
    groups = np.arange(len(work))
    alive = np.ones(len(work), dtype=bool)
    best, side = np.iinfo(np.int64).max, np.zeros(len(work), dtype=bool)
    for _ in range(len(work) - 1):
        before, last, value = _phase(work, alive)
        if value < best:
            best, side = value, groups == last
            if best < enough:
                break
        work[before] += work[last]
        work[:, before] += work[:, last]
        work[before, before] = 0
        alive[last] = False
        groups[groups == last] = before
    return int(best), side


def _phase(weights: Ints, alive: Bools) -> tuple[int, int, int]:
    """One maximum-adjacency order: its last two nodes, and the weight that parts the last from all others."""
    first = int(np.flatnonzero(alive)[0])
    waiting = alive.copy()
    waiting[first] = False
    pull, before, last = weights[first].copy(), first, first
    for _ in range(int(waiting.sum())):
        before, last = last, int(np.where(waiting, pull, -1).argmax())
        waiting[last] = False
        value = int(pull[last])
        pull += weights[last]
    return before, last, value
