"""One Delta table: which files hold it now, what each commit said, and how a new commit is made."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.errors import ImportConflict, StoreError
from dashboard.schema.tables import Table
from dashboard.store.lock import alone

if TYPE_CHECKING:
    from deltalake import DeltaTable

ENTRY = "common_ground"  # the key of our own account in a commit's metadata
FOREVER = "interval 36500 days"  # undo and the ledger need the whole log and every file it names
KEPT: Mapping[str, str | None] = {
    "delta.logRetentionDuration": FOREVER,
    "delta.deletedFileRetentionDuration": FOREVER,
    "delta.enableExpiredLogCleanup": "false",
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of a table: its identity, its version and the Parquet files that hold its rows."""

    identity: str
    version: int
    files: tuple[Path, ...]


class DeltaFolder:
    """A canonical table as a Delta table in its own folder. Made by the first commit."""

    def __init__(self, folder: Path, table: Table) -> None:
        self.folder = folder
        self.table = table

    def exists(self) -> bool:
        """Has anything ever been committed?"""
        return (self.folder / "_delta_log").is_dir()

    def open(self, version: int | None = None) -> DeltaTable:
        """The Delta table as it is now, or as it was."""
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError

        try:
            return DeltaTable(str(self.folder), version=version)
        except (DeltaError, OSError, ValueError) as error:
            raise StoreError(
                f"The stored table {self.table.name} cannot be opened.",
                hint="Its log may be damaged: restore the backup, then run: python -m dashboard doctor.",
            ) from error

    def create(self) -> None:
        """Make the empty table if there is none."""
        from deltalake import DeltaTable

        if not self.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            DeltaTable.create(str(self.folder), self.table.schema, mode="ignore", configuration=KEPT, name=self.table.name)

    def latest(self) -> int:
        """The newest version, read from the names in the log: cheap enough for every question. -1 when there is none."""
        log = self.folder / "_delta_log"
        try:
            names = [entry.name for entry in os.scandir(log)]
        except FileNotFoundError:
            return -1
        return max((int(name[:20]) for name in names if name.endswith(".json") and name[:20].isdigit()), default=-1)

    def snapshot(self, version: int | None = None) -> Snapshot:
        """Which files hold the table?"""
        if not self.exists():
            return Snapshot("", -1, ())
        opened = self.open(version)
        names = sorted(pa.table(opened.get_add_actions(flatten=True)).column("path").to_pylist())
        return Snapshot(str(opened.metadata().id), opened.version(), tuple(self.folder / name for name in names))

    def entries(self) -> list[dict[str, Any]]:
        """What our own commits said of themselves, oldest first, each with its `version`."""
        found = []
        for file in sorted((self.folder / "_delta_log").glob("*.json")) if self.exists() else []:
            if file.stem.isdigit():
                for action in _actions(file):
                    text = action.get("commitInfo", {}).get(ENTRY)
                    if text:
                        found.append({**json.loads(text), "version": int(file.stem)})
        return found

    def named_files(self) -> set[str]:
        """Every file that any version of the table names."""
        return {action["add"]["path"] for file in sorted((self.folder / "_delta_log").glob("*.json")) for action in _actions(file) if "add" in action}

    def widen(self, names: Sequence[str]) -> None:
        """Give the table these text columns, and canonical ones that are newer than the table, where it lacks them."""
        from deltalake.schema import Field, PrimitiveType, Schema

        opened = self.open()
        there = {field.name.lower() for field in opened.schema().fields}
        later = [field for field in Schema.from_arrow(self.table.schema).fields if field.name.lower() not in there]
        new = {name.lower(): name for name in names if name.lower() not in there}
        if new or later:
            opened.alter.add_columns([*later, *(Field(name, PrimitiveType("string")) for name in new.values())])

    def raw_columns(self) -> list[str]:
        """The columns beside the canonical ones that the table has."""
        return [field.name for field in self.open().schema().fields if field.name not in self.table.names]

    def commit(self, base: Snapshot, added: Sequence[Path], removed: Sequence[Path], entry: Mapping[str, object]) -> int:
        """Put files in and take files out in one step on top of `base`; the new version. ImportConflict when somebody was quicker."""
        from deltalake import CommitProperties, PostCommitHookProperties
        from deltalake.exceptions import CommitFailedError
        from deltalake.transaction import RemoveAction

        opened = self.open()
        if opened.version() != base.version:
            raise ImportConflict(f"Another import into {self.table.name} was quicker.", hint="Try again.")
        now = int(time.time() * 1000)
        actions: list[Any] = [self._add(file, now) for file in added] + [RemoveAction(file.name, True, now) for file in removed]
        about = CommitProperties(custom_metadata={ENTRY: json.dumps(entry, default=str)}, max_commit_retries=0)
        hooks = PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False)
        try:
            opened.create_write_transaction(actions, "append", opened.schema(), commit_properties=about, post_commithook_properties=hooks)
        except CommitFailedError as error:
            raise ImportConflict(f"Another import into {self.table.name} was quicker.", hint="Try again.") from error
        _settle(self.folder / "_delta_log" / f"{base.version + 1:020}.json")
        return base.version + 1

    def _add(self, file: Path, now: int) -> object:
        """The file as an action of a commit, with its row count and the range of its dates."""
        from deltalake.transaction import AddAction

        _settle(file)
        first, last = date_range(file, self.table.date)
        stats = {"numRecords": pq.read_metadata(file).num_rows, "minValues": {}, "maxValues": {}, "nullCount": {}}
        if first is not None:
            stats |= {"minValues": {self.table.date: _plain(first)}, "maxValues": {self.table.date: _plain(last)}}
        return AddAction(file.name, file.stat().st_size, {}, now, True, json.dumps(stats))

    def alone(self, wait_seconds: float) -> AbstractContextManager[None]:
        """Keep every other import into this table out, in this process and others."""
        return alone(self.folder.parent / f".{self.table.name}.lock", wait_seconds, f"Another import into {self.table.name} is running.")


def _actions(file: Path) -> Iterator[dict[str, Any]]:
    """The actions of one commit."""
    try:
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield json.loads(line)
    except ValueError as error:
        raise StoreError(f"The log entry {file.name} of the stored table is damaged.", hint="Restore it from the backup.") from error


def _settle(file: Path) -> None:
    """Wait until the file and its name are on the disk."""
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    if os.name != "nt":
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def date_range(file: Path, column: str) -> tuple[Any, Any]:
    """The least and greatest value of a column, from the file's own statistics; (None, None) when there are none."""
    about = pq.read_metadata(file)
    place = about.schema.to_arrow_schema().get_field_index(column)
    lows, highs = [], []
    for group in range(about.num_row_groups):
        stats = about.row_group(group).column(place).statistics
        if stats is not None and stats.has_min_max:
            lows.append(stats.min)
            highs.append(stats.max)
    return (min(lows), max(highs)) if lows else (None, None)


def _plain(value: object) -> object:
    """A date as ISO text, a number as it is."""
    return value if isinstance(value, int | float) else str(value)
