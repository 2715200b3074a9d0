"""What a canonical column and table are: type, allowed words, who may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from dashboard.errors import ScopeError


class Kind(StrEnum):
    """The type of a canonical column. SETs are stored as sorted words joined by '|', TIMEs as 'HH:MM'."""

    TEXT = "text"
    ENUM = "enum"
    SET = "set"
    DATE = "date"
    TIME = "time"
    BOOL = "bool"
    INT = "int"
    FLOAT = "float"


class Sensitivity(StrEnum):
    """Who may see a column: anyone in aggregates, signed-in staff, or named roles only and never in exports."""

    PUBLIC = "public"
    INTERNAL = "internal"
    RESTRICTED = "restricted"


ARROW: Mapping[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.ENUM: pa.string(),
    Kind.SET: pa.string(),
    Kind.DATE: pa.date32(),
    Kind.TIME: pa.string(),
    Kind.BOOL: pa.bool_(),
    Kind.INT: pa.int32(),
    Kind.FLOAT: pa.float64(),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One canonical column."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    derived: bool = False
    allowed: tuple[str, ...] = ()
    sensitivity: Sensitivity = Sensitivity.PUBLIC


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table: what a row is, its key column, the column that dates a row, and its columns."""

    name: str
    title: str
    row: str
    key: str
    date: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The column of that name; ScopeError names the ones there are."""
        for column in self.columns:
            if column.name == name:
                return column
        raise ScopeError(f"The table {self.name} has no column '{name}'.", hint=f"It has: {', '.join(c.name for c in self.columns)}.")

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the canonical columns; `raw_*` columns stand beside them as text."""
        return pa.schema([pa.field(column.name, ARROW[column.kind]) for column in self.columns])


def column(name: str, kind: Kind, meaning: str, flags: str = "", allowed: Iterable[str] = ()) -> Column:
    """Shorthand: flags are letters, R required, D derived, i internal, x restricted (public otherwise)."""
    sensitivity = Sensitivity.RESTRICTED if "x" in flags else Sensitivity.INTERNAL if "i" in flags else Sensitivity.PUBLIC
    return Column(name, kind, meaning, "R" in flags, "D" in flags, tuple(allowed), sensitivity)
