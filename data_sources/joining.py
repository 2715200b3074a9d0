"""Several files that belong together: which file is which, what is missing, and one table of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from dashboard.errors import SourceError
from dashboard.schema.problems import Problem
from data_sources.base import Recogniser, Recognition
from data_sources.excel import in_memory
from data_sources.headers import fold
from data_sources.tables import ROW, TextTable

if TYPE_CHECKING:
    from data_sources.base import Context

CLEAR = 0.5
Rows = list[dict[str, str | None]]


@dataclass(frozen=True, slots=True)
class Part:
    """One of several files that belong together: its name in words, how it is told, whether the rest can do without it.

    `called` is a word in the file's name that decides where two files have the same header; without such files it does not count.
    """

    name: str
    recognises: Recogniser
    required: bool = True
    called: str = ""


@dataclass(frozen=True, slots=True)
class Joint:
    """How the files of one export are put together. `rows` gets the text table of every part that is there, by name, and gives the one table
    (text columns, `source_row` last) with what is to be noted. The first part is the one whose rows the table follows.
    """

    parts: tuple[Part, ...]
    rows: Callable[[Mapping[str, pa.Table], Context], tuple[pa.Table, tuple[Problem, ...]]]

    def recognises(self, header: Sequence[str], sample: pa.Table) -> Recognition:
        """The surest of the parts, told as a part."""
        found = [(part.recognises(header, sample), part) for part in self.parts]
        seen, part = max(found, key=lambda pair: pair[0].confidence)
        if seen.confidence < CLEAR:
            return Recognition(0.0, "")
        return Recognition(seen.confidence, f"{seen.why} It is one of {len(self.parts)} files that belong together: {part.name}.")

    def sorted(self, tables: Sequence[TextTable]) -> dict[str, list[TextTable]]:
        """Which files are which part?"""
        found: dict[str, list[TextTable]] = {}
        for one in tables:
            seen = [(part.recognises(one.header, one.sample).confidence, part) for part in self.parts]
            best = max(confidence for confidence, _ in seen)
            fitting = [part for confidence, part in seen if confidence == best and best >= CLEAR]
            named = [part for part in fitting if part.called and part.called in one.name.lower()]
            part = next(iter(named or [one for one in fitting if not one.called] or fitting), None)
            if part is not None:
                found.setdefault(part.name, []).append(one)
        return found

    def missing(self, tables: Sequence[TextTable]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The parts that are not among these files: those that are needed, and those that the rest can do without."""
        there = self.sorted(tables)
        gone = [part for part in self.parts if part.name not in there]
        return tuple(part.name for part in gone if part.required), tuple(part.name for part in gone if not part.required)


def rows_of(table: pa.Table) -> tuple[list[str], list[dict[str, str]]]:
    """Folded headers and the rows as plain text; blank is ''."""
    names = [fold(name) if name != ROW else ROW for name in table.column_names]
    columns = [["" if value is None else str(value).strip() for value in column.to_pylist()] for column in table.columns]
    return names, [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def joined(joint: Joint, tables: Sequence[TextTable], context: Context) -> TextTable:
    """The files of one export as one table. SourceError names what is missing, or what is there twice."""
    there = joint.sorted(tables)
    needed, _ = joint.missing(tables)
    every = ", ".join(part.name for part in joint.parts)
    if needed:
        raise SourceError(
            f"These files belong together, and {' and '.join(needed)} {'is' if len(needed) == 1 else 'are'} missing.",
            hint=f"Drop all of them at once: {every}.",
            where=", ".join(one.name for one in tables),
        )
    twice = next((name for name, found in there.items() if len(found) > 1), None)
    if twice:
        names = " and ".join(one.name for one in there[twice])
        raise SourceError(f"{names} are both {twice}.", hint="Releases overlap: import one release at a time.", where=names)
    read = {name: found[0].batches().read_all() for name, found in there.items()}
    table, notes = joint.rows(read, context)
    ragged = tuple(
        Problem("ragged_part", f"Rows of {name} with too many or too few fields were left out.", len(found[0].ragged))
        for name, found in there.items()
        if found[0].ragged
    )
    main = there[joint.parts[0].name][0]
    said = Problem("joined", f"{len(there)} files were joined into one table: {', '.join(there)}.", table.num_rows)
    return in_memory(main.name, table, main.title, (said, *notes, *ragged, *(note for found in there.values() for note in found[0].notes)))
