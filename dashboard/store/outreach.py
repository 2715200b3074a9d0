"""Where did the agency meet its community, and what was promised there? Each change is a line in the audit log, in the same transaction."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dashboard.errors import StoreError
from dashboard.schema.outreach import Event, Promise
from dashboard.store.audit import Audit
from dashboard.store.outreach_tables import OutreachEventRow, OutreachPromiseRow
from dashboard.store.records import Records

FIELDS = tuple(one.name for one in dataclasses.fields(Event) if one.name != "id")
ABOUT = tuple(one.name for one in dataclasses.fields(Promise) if one.name not in {"id", "event_id"})


class Outreach:
    """The events and promises of one home."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def events(self, *, removed: bool = False) -> list[Event]:
        """Every event, the newest day first; the removed ones instead where asked."""
        query = select(OutreachEventRow).where(OutreachEventRow.removed.is_(removed))
        with self.records.read() as session:
            return [_event(row) for row in session.scalars(query.order_by(OutreachEventRow.day.desc(), OutreachEventRow.starts, OutreachEventRow.id))]

    def event(self, event_id: str) -> Event | None:
        """The event of that id that was not removed."""
        with self.records.read() as session:
            row = session.get(OutreachEventRow, event_id)
            return _event(row) if row is not None and not row.removed else None

    def keep(self, event: Event, who: str) -> Event:
        """Add an event (an empty id), or change one; StoreError when it is gone."""
        return self.keep_all([event], who)[0]

    def keep_all(self, events: Sequence[Event], who: str) -> list[Event]:
        """Add or change events, all or none."""
        kept = [event if event.id else dataclasses.replace(event, id=secrets.token_hex(8)) for event in events]
        now = dt.datetime.now(dt.UTC)
        with self.records.write() as session:
            for given, event in zip(events, kept, strict=True):
                content = {name: getattr(event, name) for name in FIELDS} | {"groups": dict(event.groups), "who": who, "changed": now}
                if given.id:
                    row = _row(session, given.id)
                    for name, value in content.items():
                        setattr(row, name, value)
                else:
                    session.add(OutreachEventRow(id=event.id, removed=False, **content))
                Audit(self.records).append_in(session, who, "outreach event", event.id, {"title": event.title, "new": not given.id})
        return kept

    def remove(self, event_id: str, who: str, *, back: bool = False) -> None:
        """Take an event away with its promises, or bring it `back`."""
        with self.records.write() as session:
            row = _row(session, event_id)
            row.removed, row.who, row.changed = not back, who, dt.datetime.now(dt.UTC)
            Audit(self.records).append_in(session, who, "outreach event back" if back else "outreach event removed", event_id, {"title": row.title})

    def promises(self) -> list[Promise]:
        """Every promise of the events that are there, the earliest due first, those without a day last."""
        query = select(OutreachPromiseRow).join(OutreachEventRow, OutreachEventRow.id == OutreachPromiseRow.event_id)
        ordered = query.where(OutreachEventRow.removed.is_(False)).order_by(
            OutreachPromiseRow.due.is_(None), OutreachPromiseRow.due, OutreachPromiseRow.id
        )
        with self.records.read() as session:
            return [_promise(row) for row in session.scalars(ordered)]

    def promise(self, promise: Promise, who: str) -> Promise:
        """Add a promise (an empty id), or change one; StoreError when its event is gone."""
        kept = promise if promise.id else dataclasses.replace(promise, id=secrets.token_hex(8))
        content = {name: getattr(kept, name) for name in ABOUT} | {"who": who, "changed": dt.datetime.now(dt.UTC)}
        with self.records.write() as session:
            _row(session, kept.event_id)
            row = session.get(OutreachPromiseRow, kept.id)
            if row is None:
                session.add(OutreachPromiseRow(id=kept.id, event_id=kept.event_id, **content))
            else:
                for name, value in content.items():
                    setattr(row, name, value)
            Audit(self.records).append_in(session, who, "outreach promise", kept.event_id, {"state": kept.state, "new": row is None})
        return kept

    def version(self) -> str:
        """Which state of outreach is this? Changes with every change."""
        with self.records.read() as session:
            parts = [
                tuple(session.execute(select(func.count(), func.max(row.changed), func.sum(func.length(row.state)))).one())
                for row in (OutreachEventRow, OutreachPromiseRow)
            ]
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def _row(session: Session, event_id: str) -> OutreachEventRow:
    """The event's row, or StoreError."""
    row = session.get(OutreachEventRow, event_id)
    if row is None:
        raise StoreError("There is no such event any more.", hint="Reload the page.")
    return row


def _event(row: OutreachEventRow) -> Event:
    """A row as the rest of the program sees it."""
    return Event(row.id, **{name: getattr(row, name) for name in FIELDS})


def _promise(row: OutreachPromiseRow) -> Promise:
    """A row as the rest of the program sees it."""
    return Promise(row.id, row.event_id, **{name: getattr(row, name) for name in ABOUT})
