"""Which cells of one staff question may be shown, over all declared cuts and crossings together, so that nobody's answer can be worked out?

Rules of the confidentiality plan, for those who answered the question (R2):
R4  a cell under k is hidden; under every shown parent the hidden children, with those in none, are nobody, or at least two parts of at least k
    people; a crossing stands under both its parents, and only where both are shown.
R4  whatever can be added up from one cut and taken from what is added up from another leaves nobody, or at least k people (differences, nested or
    not, of any two divisions).
R7  a cell, or such a remainder, of which nearly all answers fall into one box counts as hidden.
R4  with everything that is shown, the whole included, no answer is fixed to more than one half (leverage); else the finest cut that does it goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from dashboard.privacy.small_cut import small_cut
from dashboard.privacy.survey_cells import LEVERAGE, leverage

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
K = 10  # people: the floor that no role may lower
MOST = 0.9  # from this share in one box on, answers count as alike
WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Cut:
    """One declared way to divide people: `levels`, and `codes` (n,) into them with -1 for none. A crossing names its two `parents`."""

    name: str
    levels: tuple[str, ...]
    codes: Ints
    parents: tuple[str, ...] = ()

    def only(self, who: Bools) -> Cut:
        """The same cut over some of the people."""
        return Cut(self.name, self.levels, self.codes[who], self.parents)


def crossed(one: Cut, other: Cut) -> Cut:
    """The crossing of two cuts: every pair of levels, -1 for who is in none of either."""
    both = np.where((one.codes >= 0) & (other.codes >= 0), one.codes * len(other.levels) + other.codes, -1)
    levels = tuple(f"{a}|{b}" for a in one.levels for b in other.levels)
    return Cut(f"{one.name}*{other.name}", levels, both, (one.name, other.name))


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown of a question: the `whole` at all, cells by cut, cuts `dropped` for what they would fix, the largest leverage left."""

    whole: bool
    cells: Mapping[str, Bools]
    dropped: tuple[str, ...] = ()
    leverage: float = 0.0


@dataclass(slots=True)
class _Scope:
    """Children under one parent: which cells of the cut, and how many gave which answer in the parent (boxes,)."""

    cut: str
    cells: Ints
    parent: Ints
    above: tuple[str, int] | None = None


@dataclass(slots=True)
class _Work:
    """The state of protecting one question."""

    cuts: Mapping[str, Cut]
    boxes: Ints
    size: int
    k: int
    counts: dict[str, Ints] = field(default_factory=dict)
    shown: dict[str, Bools] = field(default_factory=dict)
    earlier: tuple[Bools, ...] = ()
    most: float = MOST

    def alike(self, spread: Ints) -> NDArray[np.bool_]:
        """Whether nearly all answers of each row (.., boxes) fall into one box."""
        total = spread.sum(axis=-1)
        return np.asarray((total > 0) & (spread.max(axis=-1) >= self.most * total))


def protect(cuts: Sequence[Cut], boxes: Ints, k: int = K, earlier: Sequence[Bools] = (), *, counted: bool = False) -> Shown:
    """Which cells may be shown of the question that these n people answered with `boxes` (n,) from 0 on?

    `earlier` holds the members (n,) of everything that was released on these answers before: shown cells must be safe beside it too. Where people
    are only `counted`, nobody's answer can be alike.
    """
    nothing = {one.name: np.zeros(len(one.levels), dtype=bool) for one in cuts}
    if len(boxes) < k:
        return Shown(False, nothing)
    work = _begun(cuts, boxes, k, tuple(earlier), 2.0 if counted else MOST)
    if bool(work.alike(np.bincount(boxes, minlength=work.size))):
        return Shown(True, nothing)
    dropped: list[str] = []
    while True:
        _settle(work)
        worst, cut = _worst(work)
        if cut is None:
            return Shown(True, work.shown, tuple(dropped), worst)
        dropped.append(cut)
        for one in work.cuts.values():
            if one.name == cut or cut in one.parents:
                work.shown[one.name][:] = False


def _begun(cuts: Sequence[Cut], boxes: Ints, k: int, earlier: tuple[Bools, ...], most: float) -> _Work:
    """Counts by cell and box; cells under k, and those whose answers are alike, are hidden from the start."""
    work = _Work({one.name: one for one in cuts}, boxes, int(boxes.max()) + 1, k, earlier=earlier, most=most)
    for one in cuts:
        there = one.codes >= 0
        flat = np.bincount(one.codes[there] * work.size + boxes[there], minlength=len(one.levels) * work.size)
        work.counts[one.name] = flat.reshape(len(one.levels), work.size)
        work.shown[one.name] = (work.counts[one.name].sum(axis=1) >= k) & ~work.alike(work.counts[one.name])
    return work


def _settle(work: _Work) -> None:
    """Hide until nothing breaks a rule of siblings or of differences."""

    def open_cells() -> int:
        return sum(int(marks.sum()) for marks in work.shown.values())

    while True:
        before = -1
        while open_cells() != before:
            before = open_cells()
            for scope in _scopes(work):
                _siblings(work, scope)
        _differences(work)
        if open_cells() == before:
            return


def _scopes(work: _Work) -> Iterator[_Scope]:
    """Every parent with its children: the whole over each cut, each level of both parents over a crossing."""
    whole = np.bincount(work.boxes, minlength=work.size)
    for name, one in work.cuts.items():
        places = np.arange(len(one.levels))
        if not one.parents:
            yield _Scope(name, places, whole)
            continue
        first, second = (work.cuts[parent] for parent in one.parents)
        grid = places.reshape(len(first.levels), len(second.levels))
        for parent, rows in ((first, grid), (second, grid.T)):
            for level, cells in enumerate(rows):
                yield _Scope(name, cells, work.counts[parent.name][level], (parent.name, level))


def _siblings(work: _Work, scope: _Scope) -> None:
    """Hide the smallest shown child until the hidden ones are nobody, or two parts of k people whose answers are not alike."""
    marks, counts = work.shown[scope.cut], work.counts[scope.cut]
    if scope.above is not None and not work.shown[scope.above[0]][scope.above[1]]:
        marks[scope.cells] = False
        return
    while marks[scope.cells].any():
        on = scope.cells[marks[scope.cells]]
        hidden = scope.parent - counts[on].sum(axis=0)
        people = int(hidden.sum())
        rest = int(scope.parent.sum() - counts[scope.cells].sum())
        off = len(scope.cells) - len(on)
        if off == 0 and people == 0:
            return
        if people >= work.k and (off == 0 or off + (rest > 0) >= 2) and not bool(work.alike(hidden)):
            return
        marks[on[counts[on].sum(axis=1).argmin()]] = False


@dataclass(frozen=True, slots=True)
class _Parts:
    """One way in which shown numbers divide everyone: `labels` (n,), and which cell of `cut` each label is (-1: what is left over). A crossing
    is divided `by` one of its parents: what is left over lies within its levels."""

    cut: str
    labels: Ints
    cell: Ints
    by: str = ""


def _partitions(work: _Work) -> list[_Parts]:
    """Everything that can be added up from shown cells: per cut its cells and the rest; of a crossing the rest row by row and column by column."""
    found = [_Parts("", *_packed(one.astype(np.int64) + 1, 0)) for one in work.earlier]
    for name, one in work.cuts.items():
        marks = work.shown[name]
        if not marks.any():
            continue
        inside = (one.codes >= 0) & marks[one.codes]
        if not one.parents:
            found.append(_Parts(name, *_packed(np.where(inside, one.codes, len(marks)), len(marks))))
            continue
        for parent in one.parents:
            above, open_ = work.cuts[parent].codes, work.shown[parent]
            left = np.where((above >= 0) & open_[above], above, len(open_))
            found.append(_Parts(name, *_packed(np.where(inside, one.codes, len(marks) + left), len(marks)), parent))
    return found


def _packed(labels: Ints, cells: int) -> tuple[Ints, Ints]:
    """Labels from 0 on without gaps, and the cell that each stands for (-1: none)."""
    there, packed = np.unique(labels, return_inverse=True)
    return packed.astype(np.int64), np.where(there < cells, there, -1)


def _differences(work: _Work) -> None:
    """Hide a cell wherever two divisions differ by too few people, or one less parts of the other leaves people whose answers are alike."""
    parts = _partitions(work)
    for one in parts:
        for lone in _lone(work, one):
            _hide(work, one, lone, one, lone)
    for one, other in combinations(parts, 2):
        if other.by and other.by == one.cut:
            continue  # a crossing under its own parent: siblings have seen to it
        rows, columns = len(one.cell), len(other.cell)
        flat = np.bincount((one.labels * columns + other.labels) * work.size + work.boxes, minlength=rows * columns * work.size)
        table = flat.reshape(rows, columns, work.size)
        sizes = table.sum(axis=2)
        apart = small_cut(sizes, work.k)
        if apart is not None:
            _hide(work, one, apart[0], other, apart[1])
            continue
        for first, second, spread, people in ((one, other, table, sizes), (other, one, table.transpose(1, 0, 2), sizes.T)):
            for place, against in _telling(work, spread, people):
                _hide(work, first, np.arange(len(first.cell)) == place, second, against)


def _lone(work: _Work, one: _Parts) -> Iterator[Bools]:
    """Parts whose remainder, everybody else, is alike."""
    spread = np.bincount(one.labels * work.size + work.boxes, minlength=len(one.cell) * work.size).reshape(-1, work.size)
    for place in np.flatnonzero(work.alike(spread.sum(axis=0) - spread)):
        yield np.arange(len(one.cell)) == place


def _telling(work: _Work, spread: Ints, sizes: Ints) -> Iterator[tuple[int, Bools]]:
    """Parts (rows) that differ from a sum of parts of the other division (columns) by people whose answers are alike, and those columns."""
    columns = spread.sum(axis=0)
    touching = sizes > 0
    within = touching & (sizes == sizes.sum(axis=0))
    for place in np.flatnonzero(within.any(axis=1) & (touching & ~within).any(axis=1)):
        if bool(work.alike(spread[place][~within[place]].sum(axis=0))):
            yield int(place), within[place]
    for place in np.flatnonzero(~touching.all(axis=1) & (touching & ~within).any(axis=1)):
        used = touching[place]
        if bool(work.alike((columns[used] - spread[place][used]).sum(axis=0))):
            yield int(place), used


def _hide(work: _Work, one: _Parts, used: Bools, other: _Parts, against: Bools) -> None:
    """Hide one cell of the finer of two divisions whose difference tells too much; of the coarser only where the finer shows none."""
    sides = [(one, one.cell[used]), (other, other.cell[against])]
    sides.sort(key=lambda side: _fineness(work, side[0].cut))
    for parts, cells in sides:
        marks = work.shown.get(parts.cut)
        if marks is None or not marks.any():
            continue
        taking_part = cells[cells >= 0][marks[cells[cells >= 0]]]
        there = taking_part if len(taking_part) else np.flatnonzero(marks)
        marks[there[work.counts[parts.cut][there].sum(axis=1).argmin()]] = False
        return


def _fineness(work: _Work, cut: str) -> int:
    """Finer cuts come first; what cannot be hidden comes last."""
    return -len(work.cuts[cut].levels) * (1000 if work.cuts[cut].parents else 1) if cut else 1


def _worst(work: _Work) -> tuple[float, str | None]:
    """The largest leverage of what is shown; if it is too much, the finest cut with a cell that holds such a person."""
    columns = [np.ones(len(work.boxes), dtype=bool), *work.earlier]
    owners = [""] * len(columns)
    for name, one in work.cuts.items():
        for cell in np.flatnonzero(work.shown[name]):
            columns.append(one.codes == cell)
            owners.append(name)
    members = np.column_stack(columns).astype(float)
    found = leverage(members)
    most = float(found.max())
    if most <= LEVERAGE:
        return most, None
    risky = members[found > LEVERAGE].max(axis=0) > 0
    names = {owner for owner, on in zip(owners, risky, strict=True) if on and owner}
    return most, min(names, key=lambda name: _fineness(work, name)) if names else None
