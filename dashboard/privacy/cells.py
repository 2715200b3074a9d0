"""Which published counts add up to which: the cells of a declared set of cuts and every additive relation between them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from dashboard.errors import MeasureError

ALL = "all"
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way of dividing the persons: its base `levels`, and named `sums` of some of them (searched = found + not found)."""

    name: str
    levels: tuple[str, ...]
    sums: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        """Every level that a published cell may carry: base levels, sums and the total."""
        return (*self.levels, *(name for name, _ in self.sums), ALL)

    def parts(self) -> list[tuple[str, tuple[str, ...]]]:
        """(total, parts) pairs that hold along this dimension."""
        return [*self.sums, (ALL, self.levels)]


@dataclass(frozen=True, slots=True)
class System:
    """All cells of the declared cuts, with their counts (n,) and the additive relations A x = 0 as a sparse (m, n) matrix."""

    dimensions: tuple[Dimension, ...]
    keys: tuple[Key, ...]
    counts: np.ndarray
    relations: sparse.csr_matrix
    index: Mapping[Key, int] = field(default_factory=dict)


def _cut_keys(dimensions: Sequence[Dimension], cut: frozenset[str]) -> itertools.product[Key]:
    """Every cell of one cut: shown levels of its dimensions, the total of all others."""
    return itertools.product(*[d.shown if d.name in cut else (ALL,) for d in dimensions])


def build(dimensions: Sequence[Dimension], persons: Mapping[Key, int], cuts: Sequence[Sequence[str]]) -> System:
    """Which cells do these cuts publish, and how do they add up?

    `persons` counts distinct persons (or events) per full combination of base levels. Each cut names the dimensions it crosses; its margins are
    published with it, and cuts that share margins are linked. Raises MeasureError on a level that is not declared or a negative count.
    """
    names = [d.name for d in dimensions]
    unknown = {name for cut in cuts for name in cut} - set(names)
    if unknown:
        raise MeasureError(f"A cut names unknown dimensions: {', '.join(sorted(unknown))}.")
    cube = np.zeros([len(d.levels) for d in dimensions], dtype=np.int64)
    places = [{level: i for i, level in enumerate(d.levels)} for d in dimensions]
    for key, count in persons.items():
        if count < 0 or any(level not in place for level, place in zip(key, places, strict=True)):
            raise MeasureError(f"The cell {key} is not of the declared dimensions, or its count is negative.")
        cube[tuple(place[level] for level, place in zip(key, places, strict=True))] += count
    full = _extended(dimensions, cube)
    keys = tuple(dict.fromkeys(key for cut in cuts for key in _cut_keys(dimensions, frozenset(cut))))
    shown = [{level: i for i, level in enumerate(d.shown)} for d in dimensions]
    counts = np.array([full[tuple(s[level] for s, level in zip(shown, key, strict=True))] for key in keys], dtype=np.int64)
    index = {key: i for i, key in enumerate(keys)}
    return System(tuple(dimensions), keys, counts, _relations(dimensions, keys, index), index)


def _extended(dimensions: Sequence[Dimension], cube: np.ndarray) -> np.ndarray:
    """The cube with sums and totals appended along every axis."""
    for axis, dimension in enumerate(dimensions):
        place = {level: i for i, level in enumerate(dimension.levels)}
        blocks = [cube]
        for _, parts in dimension.parts():
            blocks.append(np.take(cube, [place[p] for p in parts], axis=axis).sum(axis=axis, keepdims=True))
        cube = np.concatenate(blocks, axis=axis)
    return cube


def _relations(dimensions: Sequence[Dimension], keys: Sequence[Key], index: Mapping[Key, int]) -> sparse.csr_matrix:
    """One row per total whose parts are all published: +1 for the parts, -1 for the total."""
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    row = 0
    for key in keys:
        for axis, dimension in enumerate(dimensions):
            for total, parts in dimension.parts():
                members = [(*key[:axis], part, *key[axis + 1 :]) for part in parts]
                if key[axis] != total or any(member not in index for member in members):
                    continue
                columns += [index[key], *(index[member] for member in members)]
                values += [-1.0] + [1.0] * len(members)
                rows += [row] * (1 + len(members))
                row += 1
    return sparse.csr_matrix((values, (rows, columns)), shape=(row, len(keys)))
