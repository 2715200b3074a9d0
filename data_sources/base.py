"""What a source is: a title, how it recognises its export, and which canonical columns its text columns become."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from dashboard.errors import SourceError
from dashboard.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from data_sources.joining import Joint


@dataclass(frozen=True, slots=True)
class Recognition:
    """How sure a source is (0 to 1) that an export is its own, and why, in words for the Data page."""

    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class Context:
    """What a source may know beside the rows: the settings, the file's name and title line, and the site's key for pseudonyms."""

    settings: Settings = DEFAULTS
    file_name: str = ""
    title: str = ""
    site_key: bytes = b""


@dataclass(frozen=True, slots=True)
class Check:
    """A condition on rows: those where it holds are noted or set aside under `code`, with the sentence for people."""

    code: str
    sentence: str
    condition: ir.BooleanValue
    column: str = ""


@dataclass(frozen=True, slots=True)
class Mapped:
    """The canonical columns of one export as Ibis expressions over its text columns.

    Canonical columns that are left out become empty. `key` in `columns` is the table's key column; a source whose rows carry no identifier leaves it
    out, and the row's identity is then the hash of its raw values with its occurrence number in the file (exact copies are kept and reported).
    `drop` lists headers that are never kept, not even raw: names, birth dates, addresses, plates, badge numbers.
    `questions` are asked of the person importing before the commit.
    """

    columns: Mapping[str, ir.Value]
    quarantine: tuple[Check, ...] = ()
    notes: tuple[Check, ...] = ()
    drop: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


Recogniser = Callable[[Sequence[str], pa.Table], Recognition]
Mapper = Callable[["ir.Table", Context], Mapped]


@dataclass(frozen=True, slots=True)
class Source:
    """One export format. `map` gets a table of text columns named by the file's own headers, plus `source_row`."""

    name: str
    title: str
    table: str
    publisher: str
    recognises: Recogniser
    map: Mapper
    headerless: bool = False
    evidence: Literal["file", "documentation"] = "documentation"
    shape: Callable[[pa.Table, Context], pa.Table] | None = None  # small tables that must be turned or unfolded before mapping
    joint: Joint | None = None  # several files that belong together and are mapped as one table
    traps: tuple[str, ...] = field(default=())


_SOURCES: dict[str, Source] = {}


def register(source: Source) -> Source:
    """Add a source to the register; the last line of every source file."""
    if source.name in _SOURCES:
        raise SourceError(f"Two sources are named {source.name}.")
    _SOURCES[source.name] = source
    return source


def registered() -> Mapping[str, Source]:
    """The sources registered so far, by name; `data_sources.recognise.sources()` loads them all first."""
    return MappingProxyType(_SOURCES)
