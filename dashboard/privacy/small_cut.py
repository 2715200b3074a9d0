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
    weights = np.zeros((rows + columns, rows + columns), dtype=np.int64)
    weights[:rows, rows:] = shared
    weights[rows:, :rows] = shared.T
    groups = _merged(weights, k)
    if groups.max() == 0:
        return None
    join = np.zeros((len(weights), groups.max() + 1), dtype=np.int64)
    join[np.arange(len(weights)), groups] = 1
    small = join.T @ weights @ join
    np.fill_diagonal(small, 0)
    for part in _components(small):
        if len(part) < 2:
            continue
        value, side = minimum_cut(small[np.ix_(part, part)])
        if value < k:
            here = np.isin(groups, part[side])
            return here[:rows], here[rows:]
    return None


def _merged(weights: Ints, k: int) -> Ints:
    """Groups (nodes,) of nodes that no cut under k can part: joined by k people or more, again and again."""
    groups = np.arange(len(weights))
    while True:
        join = np.zeros((len(weights), groups.max() + 1), dtype=np.int64)
        join[np.arange(len(weights)), groups] = 1
        between = join.T @ weights @ join
        np.fill_diagonal(between, 0)
        if not (between >= k).any():
            return groups
        groups = _labels(between >= k)[groups]


def _labels(linked: Bools) -> Ints:
    """Numbers of the connected parts of a graph (nodes,)."""
    found = np.full(len(linked), -1, dtype=np.int64)
    number = 0
    for start in range(len(linked)):
        if found[start] >= 0:
            continue
        front = np.zeros(len(linked), dtype=bool)
        front[start] = True
        while True:
            wider = front | linked[front].any(axis=0)
            if (wider == front).all():
                break
            front = wider
        found[front] = number
        number += 1
    return found


def _components(weights: Ints) -> list[Ints]:
    """The connected parts of a graph, as node numbers."""
    labels = _labels(weights > 0)
    return [np.flatnonzero(labels == number) for number in range(labels.max() + 1)]


def minimum_cut(weights: Ints) -> tuple[int, Bools]:
    """The smallest weight that parts a connected graph of two nodes or more, and one side of that cut (nodes,)."""
    work = weights.copy()
    members = [[node] for node in range(len(work))]
    alive = list(range(len(work)))
    best, side = np.iinfo(np.int64).max, np.zeros(len(work), dtype=bool)
    while len(alive) > 1:
        order, pull = [alive[0]], work[alive[0]].copy()
        waiting = set(alive[1:])
        while waiting:
            nearest = max(waiting, key=lambda node: (pull[node], -node))
            waiting.remove(nearest)
            order.append(nearest)
            if waiting:
                pull = pull + work[nearest]
        last, before = order[-1], order[-2]
        if pull[last] < best:
            best = int(pull[last])
            side = np.isin(np.arange(len(work)), members[last])
        work[before] += work[last]
        work[:, before] += work[:, last]
        work[before, before] = 0
        members[before] += members[last]
        alive.remove(last)
    return int(best), side
