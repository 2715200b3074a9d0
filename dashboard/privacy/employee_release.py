"""The gate for staff results: numbers of cells go in, the frozen table comes out, or nothing does. Only `seal` builds a release.

Every number is rounded and banded here, whatever it was before; every question is audited over all that was ever released on its answers (R4);
hidden and empty cells look the same (R8); a cell whose answers are alike is only said to be alike (R7).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import ReleaseRefused
from dashboard.privacy import banding
from dashboard.privacy.staff_audit import Verdict, verdict
from dashboard.privacy.staff_cells import K

Bools = NDArray[np.bool_]
_SEAL = object()
SHOWN, NOT_SHOWN, ALIKE = "shown", "not_shown", "alike"
HEADS = ("question", "version", "cut", "cell", "statistic", "value", "low", "high", "n", "weighted", "status")
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a cell before rounding, with its interval in the same unit. `kind`: 'share' (0 to 1), 'score' (0 to 100), 'points' (-100 to 100),
    'count' (people).

    The interval of a share, and that of a mean of few people beside a banded share, must rest on the rounded value and the rounded number of
    answers, or it would tell more than they do.
    """

    statistic: str
    kind: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that may be shown: its `members` (n,) who answered, and its numbers; or the `alike` box that nearly all of them chose.

    `said` stands for the number of answers where that itself would give an answer away: of a question that was asked only after certain answers.
    """

    cut: str
    level: str
    members: Bools
    numbers: tuple[Number, ...] = ()
    alike: str = ""
    said: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question or index over its declared cells: those that may be shown, and the `statistics` that every cell has.

    `rests_on`: an index out of shares of questions has no members of its own; it is shown only where all of those are.
    """

    name: str
    version: str
    statistics: tuple[str, ...]
    cells: tuple[Cell, ...]
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StaffRelease:
    """What may be seen of one wave, by anybody, ever: rows under `HEADS`, sorted; what the audit found; `about` and `extras` without persons.

    Only `seal`, `fewer` and `restore` make one.
    """

    about: Mapping[str, Any]
    rows: tuple[Row, ...]
    audit: Mapping[str, Any]
    extras: Mapping[str, Any] = field(default_factory=dict)
    sealed: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.sealed is not _SEAL:
            raise ReleaseRefused("Staff results can only come out of the release step.")

    @property
    def content(self) -> dict[str, Any]:
        """As it is stored."""
        return {"about": dict(self.about), "heads": list(HEADS), "rows": [list(row) for row in self.rows], "audit": dict(self.audit)} | dict(
            self.extras
        )

    @property
    def checksum(self) -> str:
        """SHA-256 over the whole content, rows in their order."""
        return checksum(self.content)


def checksum(content: Mapping[str, Any]) -> str:
    """SHA-256 of a release's content in one fixed way of writing."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def seal(
    about: Mapping[str, Any],
    cuts: Mapping[str, Sequence[str]],
    questions: Sequence[Question],
    *,
    earlier: Mapping[str, Sequence[Bools]] | None = None,
    extras: Mapping[str, Any] | None = None,
    k: int = K,
) -> StaffRelease:
    """Build the release of one wave. `cuts` names all declared cells, `earlier` (question -> members) what was released on these answers before.

    ReleaseRefused when a cell is too small, lies too close inside another, or what is shown would all but fix one person's answer.
    """
    if k < K:
        raise ReleaseRefused(f"Staff results need groups of at least {K}.", hint="No role can lower it.")
    declared = [("whole", ""), *((cut, level) for cut, levels in cuts.items() for level in levels)]
    rows: list[Row] = []
    found: dict[str, Verdict] = {}
    open_cells = {one.name: {(cell.cut, cell.level) for cell in one.cells if not cell.alike} for one in questions}
    for one in questions:
        if one.rests_on:
            _resting(one, open_cells)
        else:
            found[one.name] = _audited(one, (earlier or {}).get(one.name, ()), k)
        rows += _rows(one, declared)
    seen = [verdict for verdict in found.values() if verdict.cells]
    audit = {
        "k": k,
        "questions": len(seen),
        "cells": sum(one.cells for one in seen),
        "leverage": round(max((one.leverage for one in seen), default=0.0), 3),
        "nested": sum(one.difference is not None for one in seen),
    }
    more = {"rests": {one.name: list(one.rests_on) for one in questions if one.rests_on}} | dict(extras or {})
    return StaffRelease(dict(about), tuple(sorted(rows, key=lambda row: tuple(map(str, row[:5])))), audit, more, _SEAL)


def restore(content: Mapping[str, Any], expected: str) -> StaffRelease:
    """A stored release as it was frozen; ReleaseRefused when a single sign of it differs."""
    if checksum(content) != expected:
        raise ReleaseRefused("These staff results are not what was frozen: their checksum differs.", hint="Restore them from the backup.")
    more = {name: value for name, value in content.items() if name not in {"about", "heads", "rows", "audit"}}
    return StaffRelease(content["about"], tuple(map(tuple, content["rows"])), content["audit"], more, _SEAL)


def fewer(release: StaffRelease, about: Mapping[str, Any], keep: Callable[[Row], bool]) -> StaffRelease:
    """A correction that only withholds: rows not kept become 'not shown'. What stays is a part of what was released, so it tells nothing new.

    An index goes with its questions; the whole staff's single answers, drivers and reliability go where the whole of a question goes.
    """
    hidden = {row[:5] for row in release.rows if not keep(row) and row[-1] != NOT_SHOWN}
    rests = release.extras.get("rests", {})
    lost = {(row[0], row[2], row[3]) for row in hidden}
    hidden |= {row[:5] for row in release.rows if any((item, row[2], row[3]) in lost for item in rests.get(row[0], ()))}
    rows = tuple((*row[:5], None, None, None, None, False, NOT_SHOWN) if row[:5] in hidden else row for row in release.rows)
    whole = {name for name, cut, _ in lost if cut == "whole"}
    extras = {name: ({} if whole and name in {"drivers", "alpha"} else value) for name, value in release.extras.items()}
    for name in ("boxes", "choices"):
        extras[name] = {question: value for question, value in extras.get(name, {}).items() if question not in whole}
    return StaffRelease(dict(about), rows, release.audit, extras, _SEAL)


def _audited(one: Question, earlier: Sequence[Bools], k: int) -> Verdict:
    """The audit of one question; ReleaseRefused where it fails."""
    if any(int(cell.members.sum()) < k for cell in one.cells):
        raise ReleaseRefused(f"A group of {one.name} is too small to be shown.")
    members = [*earlier, *(cell.members for cell in one.cells if not cell.alike)]
    if not members:
        return Verdict(0, k, None, 0.0)
    found = verdict(members)
    if not found.keeps(k):
        raise ReleaseRefused(f"What would be shown of {one.name} could give an answer away.", hint="Nothing was released.")
    return found


def _resting(one: Question, open_cells: Mapping[str, set[tuple[str, str]]]) -> None:
    """An index may be shown only where each of its questions is: then it tells nothing that they do not."""
    for cell in one.cells:
        if any((cell.cut, cell.level) not in open_cells.get(item, set()) for item in one.rests_on):
            raise ReleaseRefused(f"The index {one.name} would be shown where one of its questions is not.")


def _rows(one: Question, declared: Sequence[tuple[str, str]]) -> list[Row]:
    """Every declared cell with every statistic: shown, alike, or not shown without a word why."""
    there = {(cell.cut, cell.level): cell for cell in one.cells}
    if any(place not in declared for place in there):
        raise ReleaseRefused(f"{one.name} is divided in a way that was not declared before the survey opened.")
    found: list[Row] = []
    for place in declared:
        cell = there.get(place)
        for statistic in one.statistics:
            found.append((one.name, one.version, *place, *_written(cell, statistic)))
    return found


def _written(cell: Cell | None, statistic: str) -> Row:
    """statistic, value, low, high, n, weighted, status of one cell."""
    if cell is None:
        return (statistic, None, None, None, None, False, NOT_SHOWN)
    if cell.alike:
        return (statistic, cell.alike, None, None, None, False, ALIKE)
    number = next((one for one in cell.numbers if one.statistic == statistic), None)
    if number is None:
        return (statistic, None, None, None, None, False, NOT_SHOWN)
    n = int(cell.members.sum()) if cell.said is None else cell.said
    if number.kind == "count":
        return (statistic, banding.people(number.value), None, None, banding.people(n), False, SHOWN)
    if number.kind == "score":
        return _of_score(cell, number, n)
    if number.kind == "points":
        said = banding.points(number.value, n)
        ends = banding.around(said.value, number.low, number.high, 1 if n >= banding.MANY else banding.PEOPLE, (-100.0, 100.0))
    else:
        said = banding.share(number.value, n)
        ends = banding.outward(number.low, number.high, 0.01)
    known = said.status == banding.SAID
    return (statistic, said.value, *(ends if known else (None, None)), banding.people(n), False, SHOWN if known else said.status)


def _of_score(cell: Cell, number: Number, n: int) -> Row:
    """A mean; in fives beside a banded share, or it would tell how far beyond its edge that lies."""
    banded = any(one.kind == "share" and banding.share(one.value, n).status != banding.SAID for one in cell.numbers)
    value = banding.score(number.value, banded=banded)
    ends = banding.around(value, number.low, number.high, banding.PEOPLE if banded else 1)
    return (number.statistic, value, *ends, banding.people(n), False, SHOWN)
