"""Counts kept beside the rows: which columns are counted in advance, how an import brings them up to date, when a question fits.

A rollup is only ever a shortcut. It is named by the version of the rows that it counts: where it is missing or stale the rows are read instead.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.schema.tables import Table
from dashboard.store import evenings
from dashboard.store.delta import Snapshot
from dashboard.store.engine import Engine
from dashboard.store.evenings_count import Counting, counting
from dashboard.store.rollup_count import Counter, schema_of
from dashboard.store.tally import DERIVED, MISSING, RANGE, Question, whole_months, whole_years

if TYPE_CHECKING:
    import ibis.expr.types as ir

FEWEST_ROWS = 250_000  # below this the rows themselves are quick enough
WORTH = 3  # a rollup is kept when it has at most one cell for this many rows


@dataclass(frozen=True, slots=True)
class Rollup:
    """One set of columns counted together. `grain` is what remains of the date; `within` limits the rows to a range of one column."""

    name: str
    grain: str
    columns: tuple[str, ...]
    within: tuple[str, int, int] | None = None

    @property
    def mark(self) -> str:
        """A short fingerprint of the definition: counts made under another one are not used."""
        return hashlib.sha256(json.dumps([self.grain, self.columns, self.within]).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class _Evenings:
    """The counts of evenings, as something that is kept like a rollup."""

    name: str = "evenings"
    mark: str = evenings.mark()


EVENINGS = _Evenings()
_PLACE = ("agency_id", "district")
_GROUP = ("race_group", "race_group_doj")
_CLASSES = ("search_class_opp", "search_class_ripa", "search_class_sdut")

ROLLUPS: Mapping[str, tuple[Rollup, ...]] = {
    "stops": (
        Rollup("months", "month", (*_PLACE, "stop_type", *_GROUP, "searched", "frisked", *_CLASSES, "contraband_found", "arrest_made")),
        Rollup("days", "day", (*_PLACE, "stop_type", *_GROUP, "searched", *_CLASSES, "contraband_found")),
        Rollup(
            "decisions",
            "month",
            (
                *_PLACE,
                "stop_type",
                *_GROUP,
                "stop_reason_group",
                "searched",
                "frisked",
                *_CLASSES,
                "contraband_found",
                "arrest_made",
                "outcome",
            ),
        ),
        Rollup("people", "month", (*_PLACE, "stop_type", *_GROUP, "sex", "age_band", "searched", "arrest_made")),
        Rollup("clock", "month", (*_PLACE, "stop_type", "minute", "time_known")),
        Rollup("residents", "month", (*_PLACE, "stop_type", *_GROUP, "resident")),
        Rollup("hours", "month", (*_PLACE, "stop_type", *_GROUP, "weekday", "hour", "time_known")),
        Rollup(
            "officers",
            "year",
            ("agency_id", "district", "stop_type", *_GROUP, "time_band", "stop_reason_group", "searched", "arrest_made", "officer_key"),
        ),
    ),
    "arrests": (Rollup("months", "month", (*_PLACE, *_GROUP, "sex", "age_band", "offence_group", "on_warrant", "strip_searched", "items_found")),),
    "use_of_force": (
        Rollup("months", "month", (*_PLACE, "subject_kind", *_GROUP, "force_type", "force_level", "counts_as_force", "subject_injury")),
    ),
    "complaints": (Rollup("months", "month", (*_PLACE, "status", "complainant_race_group", "allegation_group", "finding", "finding_stage")),),
    "contacts": (
        Rollup("months", "month", (*_PLACE, "contact_kind", "call_group", "priority", "time_known")),
        Rollup("hours", "month", (*_PLACE, "contact_kind", "call_group", "weekday", "hour")),
    ),
}

_KEPT_OF_DATE: Mapping[str, frozenset[str]] = {
    "day": frozenset({"month", "quarter", "year", "weekday"}),
    "month": frozenset({"month", "quarter", "year"}),
    "year": frozenset({"year"}),
}


def fits(rollup: Rollup, asked: Question) -> bool:
    """Can the question be answered from these counts alone?"""
    if not all(_known(rollup, name, asked.table.date) for name in asked.needs):
        return False
    whole = {"day": lambda *_: True, "month": whole_months, "year": whole_years}[rollup.grain]
    return whole(asked.start, asked.end) and (rollup.within is None or _inside(rollup.within, asked))


def _known(rollup: Rollup, name: str, date: str) -> bool:
    """Is the column counted, or can it be computed from one that is?"""
    if name == date:
        return rollup.grain == "day"
    if name in rollup.columns or name in _KEPT_OF_DATE[rollup.grain]:
        return True
    return name in DERIVED and DERIVED[name][0] in rollup.columns


def _inside(within: tuple[str, int, int], asked: Question) -> bool:
    """Does a filter of the question keep it inside the limits of the rollup?"""
    name, low, high = within
    for named, values in asked.filters:
        if named.stored == name:
            return all(_between(text, low, high) for text in values)
    return False


def _between(text: str, low: int, high: int) -> bool:
    """Is this value, or range of values, inside the limits?"""
    if text == MISSING:
        return False
    first, _, last = text.partition(RANGE)
    return low <= int(first) and int(last or first) <= high


class Shelf:
    """The rollups of one table in one home: made from `fewest_rows` on; with 0 all are made, worth it or not."""

    def __init__(self, engine: Engine, folder: Path, table: Table, fewest_rows: int = FEWEST_ROWS) -> None:
        self.engine = engine
        self.folder = folder / table.name
        self.table = table
        self.fewest_rows = fewest_rows

    def file(self, rollup: Rollup | _Evenings, state: Snapshot) -> Path:
        """Where the counts of this state are kept, if they are."""
        return self.folder / f"{rollup.name}-{rollup.mark}-{state.identity[:8]}-{state.version}.parquet"

    def usable(self, asked: Question, state: Snapshot) -> tuple[Rollup, Path] | None:
        """The smallest kept rollup of this state that answers the question."""
        found = [(rollup, self.file(rollup, state)) for rollup in ROLLUPS.get(self.table.name, ()) if fits(rollup, asked)]
        kept = [(rollup, file) for rollup, file in found if file.exists()]
        return min(kept, key=lambda pair: pair[1].stat().st_size, default=None)

    def rows(self, rollup: Rollup, file: Path) -> ir.Table:
        """The kept counts as an expression."""
        return self.engine.rows([file], schema_of(rollup, self.table))

    def advance(self, old: Snapshot, new: Snapshot) -> None:
        """Bring every rollup from one state to a later one: add the counts of files that came, take away those of files that went."""
        enough = row_count(new) >= self.fewest_rows
        rollups: Sequence[Rollup | _Evenings] = self._all() if enough else ()
        kept = [rollup for rollup in rollups if self.file(rollup, old).exists()]
        fresh = [rollup for rollup in rollups if rollup not in kept and not self._declined(rollup, new)]
        came = [file for file in new.files if file not in set(old.files)]
        went = [file for file in old.files if file not in set(new.files)]
        self._count(kept, new, came, went, old)
        self._count(fresh, new, new.files)
        self.tidy(new)

    def _all(self) -> Sequence[Rollup | _Evenings]:
        """Everything that is counted beside the rows of this table."""
        return (*ROLLUPS.get(self.table.name, ()), *((EVENINGS,) if self.table.name == "stops" else ()))

    def evenings(self, asked: Question, state: Snapshot) -> evenings.Kept | None:
        """The kept evenings of this state, if they answer the question."""
        file = self.file(EVENINGS, state)
        return evenings.read(file, asked) if evenings.answers(asked) and file.exists() else None

    def rebuild(self, state: Snapshot) -> None:
        """Count everything again, and forget what was not worth it before."""
        for note in self.folder.glob("*.declined"):
            note.unlink(missing_ok=True)
        self._count(self._all(), state, state.files)
        self.tidy(state)

    def _count(
        self,
        asked: Sequence[Rollup | _Evenings],
        state: Snapshot,
        came: Sequence[Path],
        went: Sequence[Path] = (),
        old: Snapshot | None = None,
    ) -> None:
        """Count the files that came and went, and keep the sums, on top of the counts of an older state if there is one."""
        wanted = [rollup for rollup in asked if isinstance(rollup, Rollup)]
        beside = counting(self.file(EVENINGS, old) if old else None) if EVENINGS in asked else None
        only_new = self.fewest_rows and not went and not old
        counter = Counter(self.table, wanted, beside, judged_at=row_count(state) / WORTH if only_new else 0)
        if old:
            for rollup in wanted:
                counter.put(rollup, pq.read_table(self.file(rollup, old)))
        counter.count(came, 1)
        counter.count(went, -1)
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".count-", dir=self.folder) as passing:
            if beside:
                self._keep_evenings(beside, state, Path(passing) / "evenings.parquet")
            for rollup in wanted:
                self._keep(rollup, state, counter.table_of(rollup), Path(passing) / f"{rollup.name}.parquet")

    def _keep_evenings(self, found: Counting, state: Snapshot, passing: Path) -> None:
        """Keep the evenings for this state, unless they do not hold or are too many for the rows there are."""
        many = self.fewest_rows and len(found.evenings.keys) * evenings.WORTH > row_count(state)
        if many or not found.evenings.whole():
            self._decline(EVENINGS, state)
        else:
            found.write(passing)
            passing.replace(self.file(EVENINGS, state))

    def _keep(self, rollup: Rollup, state: Snapshot, counts: pa.Table | None, passing: Path) -> None:
        """Keep the counts for this state, unless they are hardly fewer than the rows."""
        if counts is None or (self.fewest_rows and len(counts) * WORTH > row_count(state)):
            self._decline(rollup, state)
        else:
            pq.write_table(counts, passing, compression="zstd", store_schema=False)
            passing.replace(self.file(rollup, state))

    def _note(self, rollup: Rollup | _Evenings) -> Path:
        """Where it is written that a rollup is not worth its room."""
        return self.folder / f"{rollup.name}-{rollup.mark}.declined"

    def _decline(self, rollup: Rollup | _Evenings, state: Snapshot) -> None:
        """Remember at how many rows the rollup was not worth it."""
        self._note(rollup).write_text(str(row_count(state)))

    def _declined(self, rollup: Rollup | _Evenings, state: Snapshot) -> bool:
        """Was it not worth it when there were more than half as many rows?"""
        try:
            return row_count(state) < 2 * int(self._note(rollup).read_text())
        except (FileNotFoundError, ValueError):
            return False

    def tidy(self, state: Snapshot) -> None:
        """Remove counts of older states; a reader who still holds an older state reads the rows instead."""
        current = {self.file(rollup, state).name for rollup in self._all()}
        for file in self.folder.glob("*.parquet") if self.folder.exists() else ():
            if file.name not in current:
                file.unlink(missing_ok=True)
        for lost in self.folder.glob(".count-*"):
            shutil.rmtree(lost, ignore_errors=True)


def row_count(state: Snapshot) -> int:
    """How many rows a state has, from the files' own footers."""
    return sum(pq.read_metadata(file).num_rows for file in state.files)
