"""What is an export of a survey tool once it is read: its columns, its answers, and the receipt of what was dropped on the way?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import pyarrow as pa

from dashboard.errors import SourceError
from dashboard.schema.problems import Problem
from dashboard.settings import DEFAULTS, Settings
from data_sources.base import Recognition
from data_sources.surveys.grid import Grid

Kind = Literal["single", "multi", "grid", "number", "text", "date", "weight", "meta"]
Order = Literal["", "mdy", "dmy", "ymd"]
WEEK, LANGUAGE, CHANNEL, COMPLETE = "_week", "_language", "_channel", "_complete"
META = (WEEK, LANGUAGE, CHANNEL, COMPLETE)


@dataclass(frozen=True, slots=True)
class Column:
    """One question, or one row of a grid: its `key` (by position), heading and row as written, and the distinct answers, the most frequent first."""

    key: str
    heading: str
    option: str = ""
    kind: Kind = "single"
    labels: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class DropReceipt:
    """What was removed, without any removed value. rows_read = rows_kept + all rows dropped, always.

    `dropped`: heading, reason, filled cells removed. `redactions`: what was struck out of answers that stay, in which column, how often.
    `duplicates`: rows from an address or e-mail that had already answered; compared in memory only, counted, not removed.
    """

    dropped: tuple[tuple[str, str, int], ...]
    redactions: tuple[tuple[str, str, int], ...]
    rows_dropped: Mapping[str, int]
    rows_read: int
    rows_kept: int
    duplicates: int
    checksum: str

    def __post_init__(self) -> None:
        if self.rows_read != self.rows_kept + sum(self.rows_dropped.values()):
            raise ValueError(f"{self.rows_read} rows read but {self.rows_kept} kept and {dict(self.rows_dropped)} dropped")

    def as_json(self) -> dict[str, object]:
        """A JSON-ready dictionary."""
        return {
            "dropped": [list(one) for one in self.dropped],
            "redactions": [list(one) for one in self.redactions],
            "rows_dropped": dict(self.rows_dropped),
            "rows_read": self.rows_read,
            "rows_kept": self.rows_kept,
            "duplicates": self.duplicates,
            "checksum": self.checksum,
        }


@dataclass(frozen=True, slots=True)
class SurveyExport:
    """One table of answers. `answers` has a row per kept respondent and a column per key: text, or a list of texts where several could be chosen;

    beside them `_week` (the Monday as ISO date, or ''), `_language`, `_channel` and `_complete` (true or false).
    """

    tool: str
    title: str
    file_name: str
    columns: tuple[Column, ...]
    answers: pa.Table
    receipt: DropReceipt
    notes: tuple[Problem, ...] = ()
    checksum: str = ""

    def column(self, key: str) -> Column:
        """The column of that key."""
        return next(one for one in self.columns if one.key == key)

    def find(self, heading: str, option: str = "") -> Column:
        """The first column of that heading and row; SourceError when there is none."""
        for one in self.columns:
            if one.heading == heading and one.option == option:
                return one
        raise SourceError(f"The export has no column '{heading}'{f' ({option})' if option else ''}.", where=self.file_name)


@dataclass(frozen=True, slots=True)
class TrackerRow:
    """One published figure: where, for which day or period end, which measure, its value as given, and how many were asked if told."""

    area: str
    date: dt.date
    measure: str
    value: float
    base: float | None = None


@dataclass(frozen=True, slots=True)
class Tracker:
    """A table of totals: area x period x measure. `scale` is 1 when values are shares and 100 when they are per cent.

    `overall` names the area that stands for all others where the file carries such a figure beside each row.
    """

    title: str
    file_name: str
    rows: tuple[TrackerRow, ...]
    scale: int
    overall: str
    rows_read: int
    notes: tuple[Problem, ...] = ()
    checksum: str = ""

    @property
    def areas(self) -> tuple[str, ...]:
        """The areas in alphabetical order."""
        return tuple(sorted({row.area for row in self.rows}))

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures in alphabetical order."""
        return tuple(sorted({row.measure for row in self.rows}))


@dataclass(frozen=True, slots=True)
class Asked:
    """How an export is to be read: without identities (`anonymous`), with unfinished answers or not, and the order of day and month where unclear."""

    settings: Settings = DEFAULTS
    anonymous: bool = True
    incomplete: bool = False
    order: Order = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """One survey tool: how its export is known, and how it is read."""

    name: str
    title: str
    recognises: Callable[[Grid], Recognition]
    read: Callable[[Grid, Asked], SurveyExport | Tracker]


_READERS: dict[str, Reader] = {}
NO_CLAIM = Recognition(0.0, "")


def register(reader: Reader) -> Reader:
    """Add a reader to the register; the last line of every reader's file."""
    if reader.name in _READERS:
        raise SourceError(f"Two survey readers are named {reader.name}.")
    _READERS[reader.name] = reader
    return reader


def registered() -> Mapping[str, Reader]:
    """The readers registered so far, by name; `recognise.readers()` loads them all first."""
    return MappingProxyType(_READERS)
