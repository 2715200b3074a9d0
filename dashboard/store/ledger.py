"""The ledger: every import with its state, who and when; written again from the facts' own commits, so that a crash between the two loses nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from dashboard.schema.problems import Receipt
from dashboard.schema.tables import TABLES
from dashboard.store.facts import Facts
from dashboard.store.facts_commit import receipt_from
from dashboard.store.records import Records
from dashboard.store.tables import ImportRow


@dataclass(frozen=True, slots=True)
class Entry:
    """One import: its receipt, who committed it and when, and if it was undone by whom and when."""

    receipt: Receipt
    who: str
    moment: dt.datetime
    content_hash: str
    undone_by: str | None = None
    undone: dt.datetime | None = None


def entries_of(commits: list[dict[str, Any]]) -> list[tuple[Entry, int]]:
    """The imports that these commits tell of, with their versions, oldest first; an undo changes the state of its import."""
    found: dict[str, tuple[Entry, int]] = {}
    for commit in commits:
        moment = dt.datetime.fromisoformat(commit["when"])
        if commit["action"] == "import":
            said = receipt_from(commit["receipt"])
            found[commit["import_id"]] = (Entry(said, commit["who"], moment, commit["content_hash"]), commit["version"])
        elif commit["import_id"] in found:
            entry, version = found[commit["import_id"]]
            said = receipt_from(entry.receipt.as_json(), state="undone")
            found[commit["import_id"]] = (Entry(said, entry.who, entry.moment, entry.content_hash, commit["who"], moment), version)
    return list(found.values())


class Ledger:
    """The ledger of one home, kept in the records and checked against the facts whenever it is opened."""

    def __init__(self, records: Records, facts: Facts) -> None:
        self.records = records
        self.facts = facts

    def rebuild(self) -> int:
        """Write the whole ledger again from the facts; how many imports there are."""
        known = [pair for name in TABLES for pair in entries_of(self.facts.entries(name))]
        with self.records.write() as session:
            session.execute(delete(ImportRow))
            session.add_all(_row(entry, version) for entry, version in known)
        return len(known)

    def imports(self, table: str | None = None) -> list[Entry]:
        """Every import, newest first. The facts are asked first: what they committed is what happened."""
        known = [pair for name in TABLES for pair in entries_of(self.facts.entries(name))]
        with self.records.read() as session:
            kept = {row.import_id: (row.state, row.version) for row in session.scalars(select(ImportRow))}
        if kept != {entry.receipt.import_id: (entry.receipt.state, version) for entry, version in known}:
            self.rebuild()
        query = select(ImportRow).order_by(ImportRow.moment.desc(), ImportRow.version.desc())
        if table:
            query = query.where(ImportRow.table_name == table)
        with self.records.read() as session:
            return [_entry(row) for row in session.scalars(query)]


def _row(entry: Entry, version: int) -> ImportRow:
    """The entry as it is stored."""
    receipt: Mapping[str, Any] = entry.receipt.as_json()
    return ImportRow(
        import_id=entry.receipt.import_id,
        table_name=entry.receipt.table,
        source=entry.receipt.source,
        state=entry.receipt.state,
        who=entry.who,
        moment=entry.moment,
        version=version,
        content_hash=entry.content_hash,
        receipt=dict(receipt),
        undone_by=entry.undone_by,
        undone=entry.undone,
    )


def _entry(row: ImportRow) -> Entry:
    """The entry as it is shown."""
    return Entry(receipt_from(row.receipt), row.who, row.moment, row.content_hash, row.undone_by, row.undone)
