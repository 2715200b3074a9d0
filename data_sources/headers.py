"""Which row of a sheet or text file names the columns, and what are the columns called?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.schema.problems import Problem

LOOK_INTO = 30  # rows searched for the header
RESERVED = ("source_row", "source_file")  # the names of our own columns beside the text
_BROKEN_MARKS = ("\ufeff", "ï»¿", "ï..", "\ufffe")
_NUMBER = re.compile(r"^[\s$£€(+-]*\d[\d\s.,:%/)-]*$")
_DATE = re.compile(r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?$")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the header stands: `row` counts from 0 (-1 when there is none); `names` are unique; `title` is the text above."""

    row: int
    names: tuple[str, ...]
    title: str = ""
    notes: tuple[Problem, ...] = ()


def tidy(header: str) -> str:
    """How is this header written without byte-order marks, no-break spaces and runs of blanks?"""
    for mark in _BROKEN_MARKS:
        header = header.removeprefix(mark)
    return " ".join(header.replace("\xa0", " ").replace("\x00", "").split())


def fold(header: str) -> str:
    """Under which form are two headers the same? Case, punctuation and blanks do not count."""
    return re.sub(r"[^\w]+|_", "", tidy(header)).casefold()


def raw_name(header: str) -> str:
    """What is the column that keeps this header's own values called? `Subject Race (1)` becomes `raw_subject_race_1`."""
    return "raw_" + (re.sub(r"[^\w]+", "_", tidy(header)).strip("_").casefold()[:80] or "column")


def raw_names(headers: Sequence[str]) -> dict[str, str]:
    """Which raw column keeps each header? Unique, in the order of the headers."""
    taken: dict[str, str] = {}
    for header in headers:
        name, number = raw_name(header), 2
        while name in taken.values():
            name, number = f"{raw_name(header)}_{number}", number + 1
        taken[header] = name
    return taken


def is_text(cell: str) -> bool:
    """Is this cell words rather than a number or a date?"""
    cell = cell.strip()
    return bool(cell) and not _NUMBER.match(cell) and not _DATE.match(cell)


def _filled(row: Sequence[str]) -> list[str]:
    return [cell for cell in row if cell.strip()]


def _width(rows: Sequence[Sequence[str]]) -> int:
    """How many columns do most rows have? Longer rows win a tie."""
    counts: dict[int, int] = {}
    for row in rows:
        if _filled(row):
            counts[len(row)] = counts.get(len(row), 0) + 1
    return max(counts, key=lambda width: (counts[width], width), default=0)


def _header_row(rows: Sequence[Sequence[str]], width: int) -> int:
    """The first row with enough filled cells, all words and unique; failing that, all words; failing that, -1."""
    needed = min(3, width)
    fallback = -1
    for place, row in enumerate(rows[:LOOK_INTO]):
        cells = _filled(row)
        if len(cells) < needed or not all(is_text(cell) for cell in cells):
            continue
        if any(len(_filled(other)) > 2 * len(cells) and all(map(is_text, _filled(other))) for other in rows[place + 1 : place + 2]):
            continue  # a group row above the header: its cells span several columns
        if len({fold(cell) for cell in cells}) == len(cells):
            return place
        fallback = place if fallback < 0 else fallback
    if fallback < 0 and rows and len(_filled(rows[0])) >= needed:
        cells = _filled(rows[0])
        below = [cell for row in rows[1:11] for cell in _filled(row)]
        mostly_words = sum(map(is_text, cells)) >= 0.8 * len(cells)
        if mostly_words and below and sum(map(is_text, below)) < 0.8 * len(below):
            return 0
    return fallback


def _prefixed(header: Sequence[str], above: Sequence[str]) -> list[str]:
    """Headers that repeat take the name of their group, which stands once above its first column."""
    folded = [fold(cell) for cell in header]
    group, result = "", []
    for place, cell in enumerate(header):
        group = tidy(above[place]) if place < len(above) and above[place].strip() else group
        result.append(f"{group} {cell}" if group and cell.strip() and folded.count(folded[place]) > 1 else cell)
    return result


def unique(header: Sequence[str], width: int) -> tuple[str, ...]:
    """The headers made unique: blank ones become `column 3`, repeated ones get ` (2)`. Case counts as a repetition."""
    names: list[str] = []
    seen = set(RESERVED)
    for place in range(max(width, len(header))):
        base = tidy(header[place]) if place < len(header) else ""
        base = base or f"column {place + 1}"
        name, number = base, 2
        while name.casefold() in seen:
            name, number = f"{base} ({number})", number + 1
        seen.add(name.casefold())
        names.append(name)
    return tuple(names)


def numbered(rows: Sequence[Sequence[str]]) -> Layout:
    """No header is looked for: the columns are numbered and every row is data."""
    return Layout(-1, unique((), _width(rows[:50])))


def layout(rows: Sequence[Sequence[str]]) -> Layout:
    """Where is the header among these first rows, and what are the columns called?

    `rows` are the first records as text, the longer the better (50 are used). Titles above the header become `title`; a group row directly
    above is used where headers repeat. Without a header row, columns are called `column 1`, `column 2` and so on, with a note.
    """
    width = _width(rows[:50])
    row = _header_row(rows, width)
    if row < 0:
        note = Problem("no_header", "No header row was found; the columns are numbered.", 1, (1,))
        return Layout(-1, unique((), width), notes=(note,))
    notes: list[Problem] = []
    header = list(rows[row])
    if row and len({fold(cell) for cell in _filled(header)}) < len(_filled(header)) and len(_filled(rows[row - 1])) > 1:
        header = _prefixed(header, rows[row - 1])
    while len(header) > width and not header[-1].strip():
        header.pop()
    if row:
        notes.append(Problem("header_row", f"Header found on row {row + 1}.", 1, (row + 1,)))
    damaged = header[0] if header else ""
    if damaged.startswith(_BROKEN_MARKS[1:]):
        sentence = f"The first column name was damaged by a byte-order mark and read as {tidy(damaged)}."
        notes.append(Problem("damaged_header", sentence, 1, (row + 1,)))
    words = [fold(cell) for cell in _filled(header)]
    if len(set(words)) < len(words):
        notes.append(Problem("repeated_header_names", "Several columns have the same name; later ones are numbered.", len(words) - len(set(words))))
    title = " ".join(" ".join(map(tidy, _filled(above))) for above in rows[:row] if _filled(above))
    return Layout(row, unique(header, width), title[:500], tuple(notes))
