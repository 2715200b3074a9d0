"""How are incidents, subjects and officers counted where a row is something smaller? One line per unit, from the rows that belong to it.

A row of the force table is one subject, officer and application of force. An incident is all rows of one `incident_id`: its level is its highest,
its injury its worst, and what any of its rows says happened, happened. Counts kept beside the rows are a shortcut only, named by their version.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from dashboard.errors import ScopeError
from dashboard.schema import words
from dashboard.schema.tables import ARROW, USE_OF_FORCE, Column, Kind, Table
from dashboard.store.delta import Snapshot
from dashboard.store.engine import Engine
from dashboard.store.rollups import row_count

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

HURT = tuple(word for word in words.INJURIES if word != "unknown")
PATTERN = "pattern"
STATUS = ("rejected", "pending", "unknown", "final")  # an incident with one final row is final


@dataclass(frozen=True, slots=True)
class Unit:
    """What is counted once: the rows with equal `keys`.

    Of a unit's rows `first` takes the smallest value that is not missing, `highest` the largest number, `ever` yes where any row says yes and no
    where none does but one says no, `worst` the last of the words in the order given; `only` are values that rows must have to belong to a unit.
    """

    name: str
    title: str
    keys: tuple[str, ...]
    first: tuple[str, ...]
    highest: tuple[str, ...] = ()
    ever: tuple[str, ...] = ()
    worst: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    only: Mapping[str, tuple[str | bool, ...]] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column a unit carries beside its day."""
        grouped = tuple(name for name in self.keys if name == "force_type")
        return (*grouped, *self.first, *self.highest, *self.ever, *self.worst)

    @property
    def table(self) -> Table:
        """The unit as a table that can be asked for counts."""
        columns = tuple(_column(name) for name in ("date", *self.columns))
        return Table(self.name, self.title, f"one row per {self.title.lower()}", self.keys[0], "date", columns)

    @property
    def mark(self) -> str:
        """A short fingerprint of the definition."""
        return hashlib.sha256(repr((self.keys, self.first, self.highest, self.ever, self.worst, self.only)).encode()).hexdigest()[:8]


def _column(name: str) -> Column:
    """A column of the force table, or a pattern of subjects."""
    return Column(name, Kind.TEXT, "Group and highest level of every subject.") if name.startswith(PATTERN) else USE_OF_FORCE.column(name)


_PLACE = ("agency_id", "district", "source_grain", "date_precision")
UNITS: Mapping[str, Unit] = {
    unit.name: unit
    for unit in (
        Unit(
            "incidents",
            "Incident",
            ("incident_id",),
            (*_PLACE, "force_reason"),
            ("force_level",),
            ("deescalation_tried", "arrest_made", "bwc_recorded"),
            {"subject_injury": HURT, "officer_injury": HURT, "record_status": STATUS},
        ),
        Unit(
            "subjects",
            "Subject",
            ("incident_id", "subject_key"),
            (*_PLACE, "race_group", "race_group_doj", "sex", "age_band"),
            ("force_level",),
            ("deescalation_tried", "arrest_made", "subject_hospitalised"),
            {"subject_injury": HURT, "record_status": STATUS},
            {"subject_kind": ("person",)},
        ),
        Unit("techniques", "Technique in an incident", ("incident_id", "force_type"), _PLACE, worst={"record_status": STATUS}),
        Unit(
            "involvements",
            "Officer in an incident",
            ("incident_id", "officer_key"),
            _PLACE,
            ("force_level",),
            worst={"record_status": STATUS},
        ),
        Unit(
            "patterns",
            "Incident by its subjects",
            ("incident_id",),
            ("agency_id", "district", PATTERN, f"{PATTERN}_doj"),
            worst={"record_status": STATUS},
            only={"subject_kind": ("person",)},
        ),
    )
}


def unit(name: str) -> Unit:
    """The unit of that name; ScopeError lists them."""
    if name not in UNITS:
        raise ScopeError(f"There is no unit '{name}'.", hint=f"The units are: {', '.join(UNITS)}.")
    return UNITS[name]


def expression(one: Unit, rows: ir.Table) -> ir.Table:
    """Day and columns of every unit, equal ones counted together as `n`."""
    if PATTERN in one.first:
        rows = _with_patterns(rows, one)
    if "subject_key" in one.keys:  # somebody was there, even where nobody knows who
        rows = rows.mutate(subject_key=rows["subject_key"].fill_null(""))
    kept = rows.filter(*(rows[name].notnull() for name in one.keys), *(rows[name].isin(values) for name, values in one.only.items()))
    coded = kept.mutate(**{f"rank_{name}": rank_of(kept[name], order) for name, order in one.worst.items()})
    found = coded.group_by(*one.keys).agg(
        date=coded["date"].min(),
        **{name: coded[name].min() for name in one.first},
        **{name: coded[name].max() for name in one.highest},
        **{name: coded[name].any() for name in one.ever},
        **{f"rank_{name}": coded[f"rank_{name}"].max() for name in one.worst},
    )
    columns = {name: word_at(found[f"rank_{name}"], one.worst[name]) if name in one.worst else found[name] for name in one.columns}
    flat = found.select(date=found["date"], **columns)
    return flat.group_by(*flat.columns).agg(n=flat.count())


def _with_patterns(rows: ir.Table, one: Unit) -> ir.Table:
    """One row per incident, with the group and highest level of every subject, sorted and joined."""
    kept = rows.filter(*(rows[name].isin(values) for name, values in one.only.items()))
    coded = kept.mutate(rank=rank_of(kept["record_status"], STATUS))
    subjects = coded.group_by("incident_id", "subject_key").agg(
        **{name: coded[name].min() for name in ("date", "agency_id", "district", "race_group", "race_group_doj", "subject_kind")},
        level=coded["force_level"].max(),
        rank=coded["rank"].max(),
    )
    level = subjects["level"].cast("string").fill_null("0")
    both = {
        name: subjects[group].fill_null("unknown") + ":" + level for name, group in ((PATTERN, "race_group"), (f"{PATTERN}_doj", "race_group_doj"))
    }
    named = subjects.mutate(**both)
    found = named.group_by("incident_id").agg(
        **{name: named[name].min() for name in ("date", "agency_id", "district", "subject_kind")},
        **{name: named[name].collect().sort().join("|") for name in both},
        rank=named["rank"].max(),
    )
    return found.mutate(record_status=word_at(found["rank"], STATUS))


def read_patterns(frame: pd.DataFrame, column: str) -> tuple[dict[tuple[tuple[str, int], ...], int], int]:
    """Patterns as (group, level) pairs, and how many subjects have no level."""
    found: dict[tuple[tuple[str, int], ...], int] = {}
    unlevelled = 0
    for text, n in zip(frame[column], frame["n"], strict=True):
        pairs = [(part.rpartition(":")[0], int(part.rpartition(":")[2])) for part in str(text).split("|")]
        unlevelled += int(n) * sum(level == 0 for _, level in pairs)
        key = tuple(pair for pair in pairs if pair[1])
        if key:
            found[key] = found.get(key, 0) + int(n)
    return found, unlevelled


def read_together(frame: pd.DataFrame) -> list[dict[str, int]]:
    """Incidents with two officers or more at different levels, as officer -> highest level."""
    known = frame.dropna(subset=["officer_key", "force_level"])
    highest = known.groupby(["incident_id", "officer_key"], sort=True)["force_level"].max()
    found: dict[str, dict[str, int]] = {}
    for (incident, officer), level in highest.items():
        found.setdefault(str(incident), {})[str(officer)] = int(level)
    return [one for one in found.values() if len(set(one.values())) > 1]


def rank_of(column: ir.Value, order: Sequence[str]) -> ir.IntegerValue:
    """The place of a word in its order; missing where it is not in it."""
    import ibis

    return ibis.cases(*((column == word, ibis.literal(place, "int32")) for place, word in enumerate(order)), else_=ibis.null("int32"))


def word_at(rank: ir.IntegerValue, order: Sequence[str]) -> ir.StringValue:
    """The word at that place."""
    import ibis

    return ibis.cases(*((rank == place, ibis.literal(word)) for place, word in enumerate(order)), else_=ibis.null("string"))


def schema_of(one: Unit) -> pa.Schema:
    """The columns of kept counts."""
    fields = [pa.field("date", ARROW[Kind.DATE]), *(pa.field(name, ARROW[_column(name).kind]) for name in one.columns)]
    return pa.schema([*fields, pa.field("n", pa.int64())])


class UnitShelf:
    """The counts of units kept beside the force table of one home, from `fewest_rows` on."""

    def __init__(self, engine: Engine, folder: Path, fewest_rows: int) -> None:
        self.engine, self.folder, self.fewest_rows = engine, folder / "units", fewest_rows

    def file(self, one: Unit, state: Snapshot) -> Path:
        """Where the counts of this state are kept, if they are."""
        return self.folder / f"{one.name}-{one.mark}-{state.identity[:8]}-{state.version}.parquet"

    def rows(self, one: Unit, state: Snapshot, rows: ir.Table) -> ir.Table:
        """The counts of a unit: the kept ones, else an expression over the rows."""
        kept = self.file(one, state)
        return self.engine.rows([kept], schema_of(one)) if kept.exists() else expression(one, rows)

    def keep(self, state: Snapshot, rows: ir.Table) -> None:
        """Count every unit of this state and keep the counts; those of other states go. Always counted whole: imports may share incidents."""
        wanted = list(UNITS.values()) if row_count(state) >= self.fewest_rows else []
        self.folder.mkdir(parents=True, exist_ok=True)
        current = {self.file(one, state).name for one in wanted}
        with tempfile.TemporaryDirectory(prefix=".count-", dir=self.folder) as passing:
            for one in wanted:
                if not self.file(one, state).exists():
                    target = Path(passing) / f"{one.name}.parquet"
                    self.engine.write(expression(one, rows), target)
                    target.replace(self.file(one, state))
        for old in self.folder.glob("*.parquet"):
            if old.name not in current:
                old.unlink(missing_ok=True)
