"""Computed columns as rows to be stored: which are accepted, with which notes, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from data_sources.batches import FILE
from data_sources.canonical import BOOKED, NOTES
from data_sources.coded import Coded, Column, Lexicon, Places, Truths, as_truths, combined
from data_sources.recipe import HASH, Flags, Recipe
from data_sources.tables import ROW

NOTHING: Mapping[str, Truths] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Kept:
    """The places of rows that are accepted and of those set aside; None stands for all rows."""

    accepted: Places | None
    refused: Places | None


@dataclass(frozen=True, slots=True)
class Marked:
    """A batch of `rows` as numbers of values, with the hash of every row; `moved` are rows with reasons of their own to be set aside."""

    recipe: Recipe
    text: Mapping[str, Column]
    hashes: Column
    moved: Mapping[str, Truths]
    rows: int


def finished(batch: Marked, import_id: str) -> tuple[dict[str, Column], Kept]:
    """Every canonical column and the raw ones, in their order, and which rows are kept."""
    recipe, text, rows = batch.recipe, batch.text, batch.rows
    found = recipe.columns(text, batch.hashes, rows)
    reasons, refused = _reasons(recipe.notes.reasons, found, rows, batch.moved)
    notes = _notes(recipe.notes.notes, found, rows)
    if refused is not None:
        words = Lexicon(pa.string())
        told = [words.numbers(one.lexicon.values)[one.codes] for one in (notes, reasons)]
        notes = Coded(np.where(refused, told[1], told[0]), words)
    lines = text[ROW]
    assert isinstance(lines, pa.Array)
    booked: dict[str, Column] = {
        "import_id": _constant(import_id, rows),
        FILE: text[FILE],
        ROW: lines.cast(pa.int32()),
        HASH: found[HASH],
        NOTES: notes,
    }
    columns = {name: found[name] for name in recipe.target.names if name not in BOOKED} | booked
    columns |= {recipe.raw[header]: text[header] for header in recipe.kept}
    if refused is None:
        return columns, Kept(None, np.zeros(0, np.int64))
    return columns, Kept(np.flatnonzero(~refused), np.flatnonzero(refused))


def _constant(value: str | None, rows: int) -> Coded:
    """The same value in every row."""
    lexicon = Lexicon(pa.string())
    return Coded(np.zeros(rows, np.int32) + lexicon.numbers(pa.array([value], pa.string()))[0], lexicon)


def _truths(column: Column) -> Truths | None:
    """Where a check holds; None when it holds nowhere."""
    if isinstance(column, Coded):
        yes = as_truths(column.lexicon.values)
        if not yes.any():
            return None
        found = yes[column.codes]
    else:
        found = as_truths(column)
    return found if found.any() else None


def _reasons(flags: Flags, found: Mapping[str, Column], rows: int, moved: Mapping[str, Truths]) -> tuple[Coded, Truths | None]:
    """The first reason to set each row aside, and which rows have one; None when no row has. Cells that have slid come before all others."""
    codes = np.zeros(rows, np.int32)
    for place in range(len(flags) - 1, -1, -1):
        where = _truths(found[flags[place][0]])
        if where is not None:
            codes[where] = place + 1
    for place, where in enumerate(moved.values(), len(flags) + 1):
        codes[where] = place
    lexicon = Lexicon(pa.string())
    lexicon.values = pa.array([None, *(check.code for _, check in flags), *moved], pa.string())
    refused = codes > 0
    return Coded(codes, lexicon), refused if refused.any() else None


def _notes(flags: Flags, found: Mapping[str, Column], rows: int) -> Coded:
    """The codes of the checks that hold in each row, joined by '|'; empty when none does."""
    holding = [(check.code, where) for name, check in flags if (where := _truths(found[name])) is not None]
    if not holding:
        return _constant(None, rows)
    yes_no = Lexicon(pa.bool_())
    yes_no.values = pa.array([False, True])
    which, first = combined([Coded(where.astype(np.int32), yes_no) for _, where in holding])
    texts = ["|".join(code for code, where in holding if where[row]) or None for row in first.tolist()]
    lexicon = Lexicon(pa.string())
    numbers = lexicon.numbers(pa.array(texts, pa.string()))
    return Coded(numbers[which], lexicon)
