"""May this table be published? The only way to make a `Released` value, the only thing that public pages, routes and files accept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from dashboard.errors import ReleaseRefused
from dashboard.privacy.cells import ALL, Dimension, Key, System, build
from dashboard.privacy.disclosure_audit import unsafe
from dashboard.privacy.suppression import MIN_PERSONS, protect
from dashboard.registry import measure

_SEAL = object()
MOST_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Released:
    """A protected set of counts: `cells` maps each published key to its count, or None where it is withheld ('not shown', which is not zero).

    Only `release` and `restore` can make one. `checksum` covers the name, the dimensions and every cell.
    """

    name: str
    title: str
    dimensions: tuple[Dimension, ...]
    cells: Mapping[Key, int | None]
    min_persons: int
    checksum: str
    seal: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise ReleaseRefused("A released table can only come out of the release step.")

    @property
    def withheld(self) -> int:
        """How many cells are not shown."""
        return sum(value is None for value in self.cells.values())

    def count(self, **levels: str) -> int | None:
        """The count of one cell; dimensions not named are totals. None where withheld; KeyError where the cell is not part of the release."""
        return self.cells[tuple(levels.get(d.name, ALL) for d in self.dimensions)]

    def has(self, **levels: str) -> bool:
        """Whether this cell is part of the release at all."""
        return tuple(levels.get(d.name, ALL) for d in self.dimensions) in self.cells

    def levels(self, dimension: str) -> tuple[str, ...]:
        """The base levels of one dimension."""
        return next(d.levels for d in self.dimensions if d.name == dimension)

    def rows(self) -> list[dict[str, object]]:
        """Every cell as a flat record: the dimensions, `count` (None where withheld) and `shown`."""
        names = [d.name for d in self.dimensions]
        return [{**dict(zip(names, key, strict=True)), "count": value, "shown": value is not None} for key, value in self.cells.items()]


def _checksum(name: str, dimensions: Sequence[Dimension], cells: Mapping[Key, int | None]) -> str:
    """SHA-256 over the sorted content."""
    content = [name, [[d.name, d.levels, d.sums] for d in dimensions], sorted([list(key), value] for key, value in cells.items())]
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


@measure(
    "release.suppression",
    title="Small counts and subtraction",
    question="May this table of stops, force or complaints be published without exposing a person?",
    formula="withhold counts of 1 to 4; least-cost linear program for complementary cells; audit by min/max of every withheld cell",
    minimum="5 persons per shown cell, 30 per shown denominator",
    assumptions=("The reader knows only what is published, and that counts are not negative.",),
    criticisms=("A reader who already knows some of the persons can learn more than the audit assumes.",),
    source="Fischetti and Salazar (2001), Management Science 47(7); Cox (1980), JASA 75(370)",
    page=(
        "Numbers under 5 people are withheld, with others that would reveal them; 'not shown' does not mean zero. "
        "Totals are exact unless marked rounded."
    ),
    settings=("release.min_persons", "release.min_denominator"),
)
def release(  # noqa: PLR0917
    name: str,
    title: str,
    dimensions: Sequence[Dimension],
    persons: Mapping[Key, int],
    cuts: Sequence[Sequence[str]],
    min_persons: int = MIN_PERSONS,
    *,
    previous: Released | Sequence[Released] | None = None,
) -> Released:
    """May this table be published, and with which cells withheld?

    All cuts are protected as one system, then audited by separate code. A cell that differs by 1 to min_persons - 1 from what any `previous` release
    showed is withheld too, or the two releases together would give away the few who were added: every release stays in public.
    Raises ReleaseRefused when a cell stays unsafe, or when
    `min_persons` is below the floor of 5.
    """
    if min_persons < MIN_PERSONS:
        raise ReleaseRefused(f"Counts below {MIN_PERSONS} are never published.", hint="release.min_persons has a floor that no role may lower.")
    system: System = build(dimensions, persons, cuts)
    withheld = protect(system, min_persons, already=_moved_a_little(system, previous, min_persons))
    for _ in range(MOST_ROUNDS):
        leaks = unsafe(system, withheld, min_persons)
        if not leaks:
            break
        withheld = protect(system, min_persons, already=withheld | np.isin(np.arange(len(withheld)), leaks))
    else:
        approve(system, withheld, min_persons)
    cells = {key: None if hidden else int(count) for key, hidden, count in zip(system.keys, withheld, system.counts, strict=True)}
    return Released(name, title, tuple(dimensions), cells, min_persons, _checksum(name, dimensions, cells), _SEAL)


def _moved_a_little(system: System, previous: Released | Sequence[Released] | None, min_persons: int) -> np.ndarray:
    """Which cells differ from the shown cell of a release before by too few persons to show both? A mask (n,)."""
    moved = np.zeros(len(system.keys), dtype=bool)
    for before in (previous,) if isinstance(previous, Released) else previous or ():
        old = [before.cells.get(key) for key in system.keys]
        moved |= np.array([value is not None and 0 < abs(int(count) - value) < min_persons for value, count in zip(old, system.counts, strict=True)])
    return moved


def approve(system: System, withheld: np.ndarray, min_persons: int = MIN_PERSONS) -> None:
    """Is this pattern of withheld cells safe to publish? ReleaseRefused names the first cell that could be worked out."""
    leaks = unsafe(system, withheld, min_persons)
    if leaks:
        named = ", ".join(level for level in system.keys[leaks[0]] if level != ALL) or "the total"
        raise ReleaseRefused(f"A count under {min_persons} in this table could be worked out ({named}).", hint="Publish a coarser cut.")


def as_payload(released: Released) -> dict[str, object]:
    """The release as JSON-ready data for the records store."""
    return {
        "name": released.name,
        "title": released.title,
        "dimensions": [[d.name, list(d.levels), [[n, list(p)] for n, p in d.sums]] for d in released.dimensions],
        "cells": [[list(key), value] for key, value in released.cells.items()],
        "min_persons": released.min_persons,
        "checksum": released.checksum,
    }


def restore(payload: Mapping[str, object]) -> Released:
    """A release read back from the records store; ReleaseRefused if a cell was changed since (the checksum no longer fits)."""
    dimensions = tuple(
        Dimension(str(n), tuple(levels), tuple((str(s), tuple(p)) for s, p in sums))
        for n, levels, sums in payload["dimensions"]  # type: ignore[attr-defined]
    )
    cells: dict[Key, int | None] = {tuple(key): value for key, value in payload["cells"]}  # type: ignore[attr-defined]
    name, stored = str(payload["name"]), str(payload["checksum"])
    if _checksum(name, dimensions, cells) != stored:
        raise ReleaseRefused(f"The stored release '{name}' was changed after it was made and is not shown.", hint="Make the release again.")
    return Released(name, str(payload["title"]), dimensions, cells, int(str(payload["min_persons"])), stored, _SEAL)
