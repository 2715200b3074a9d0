"""What was promised to staff after a low result, and what became of it.

Each change is kept as a state of its own and is a line in the audit log, in the same transaction.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.errors import StoreError
from dashboard.store.audit import Audit
from dashboard.store.records import Records
from dashboard.store.staff_tables import StaffActionChangeRow, StaffActionRow

PLANNED, DONE, DROPPED = "planned", "done", "dropped"


@dataclass(frozen=True, slots=True)
class Action:
    """One promise: the released question it answers, of everybody or of one `unit`, its owner and day, what was done, whether staff are shown it."""

    id: str
    survey_id: str
    release_id: str
    question: str
    promised: str
    owner: str
    due: dt.date
    done: str = ""
    state: str = PLANNED
    shown: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """One state of an action, as somebody kept it; None: it was taken away."""

    action_id: str
    when: dt.datetime
    who: str
    action: Action | None


FIELDS = tuple(one.name for one in dataclasses.fields(Action) if one.name != "unit")
UNIT, EVERYBODY = "unit", "whole"


class StaffActions:
    """The actions of one home."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def all(self, *, shown: bool = False) -> list[Action]:
        """Every action, those due first at the top; only those that staff are shown where asked."""
        query = select(StaffActionRow).order_by(StaffActionRow.due, StaffActionRow.id)
        with self.records.read() as session:
            return [_action(row) for row in session.scalars(query.where(StaffActionRow.shown.is_(True)) if shown else query)]

    def keep(self, action: Action, who: str) -> Action:
        """Add an action (an empty id), or change one; StoreError when it is gone."""
        kept = action if action.id else dataclasses.replace(action, id=secrets.token_hex(8))
        content = {name: getattr(kept, name) for name in FIELDS} | {"cut": UNIT if kept.unit else EVERYBODY, "cell": kept.unit}
        with self.records.write() as session:
            row = session.get(StaffActionRow, kept.id)
            if row is None and action.id:
                raise StoreError("There is no such action any more.", hint="Reload the page.")
            if row is None:
                session.add(StaffActionRow(**content, who=who, created=dt.datetime.now(dt.UTC)))
            else:
                _begin(session, row)
                for name, value in {**content, "who": who}.items():
                    setattr(row, name, value)
            _note(session, who, kept.id, kept)
            Audit(self.records).append_in(session, who, "staff action", kept.id, {"state": kept.state, "shown": kept.shown, "new": row is None})
        return kept

    def remove(self, action_id: str, who: str) -> Action:
        """Take an action away; what it held, so that it can be put back."""
        with self.records.write() as session:
            row = session.get(StaffActionRow, action_id)
            if row is None:
                raise StoreError("There is no such action any more.", hint="Reload the page.")
            found = _action(row)
            _begin(session, row)
            session.delete(row)
            _note(session, who, action_id, None)
            Audit(self.records).append_in(session, who, "staff action removed", action_id)
        return found

    def history(self, action_id: str = "") -> list[Kept]:
        """Every state of an action, or of all, those taken away too, from the first to the last.

        An action that was kept before states were kept begins with the state it had then.
        """
        query = select(StaffActionChangeRow).order_by(StaffActionChangeRow.number)
        with self.records.read() as session:
            found = [_kept(row) for row in session.scalars(query.where(StaffActionChangeRow.action_id == action_id) if action_id else query)]
            there = {one.action_id for one in found}
            rows = session.scalars(select(StaffActionRow).order_by(StaffActionRow.created))
            old = [Kept(row.id, row.created, row.who, _action(row)) for row in rows if row.id not in there and action_id in {"", row.id}]
        return [*old, *found]


def _begin(session: Session, row: StaffActionRow) -> None:
    """Keep the state that an action had before states were kept, once."""
    if session.scalar(select(StaffActionChangeRow.number).where(StaffActionChangeRow.action_id == row.id).limit(1)) is None:
        session.add(StaffActionChangeRow(action_id=row.id, changed=row.created, who=row.who, content=_content(_action(row))))
        session.flush()


def _note(session: Session, who: str, action_id: str, action: Action | None) -> None:
    """Write a state down."""
    content = _content(action) if action else {}
    session.add(StaffActionChangeRow(action_id=action_id, changed=dt.datetime.now(dt.UTC), who=who, content=content))


def _content(action: Action) -> dict[str, Any]:
    """An action as it is written down."""
    return dataclasses.asdict(action) | {"due": action.due.isoformat()}


def _kept(row: StaffActionChangeRow) -> Kept:
    """A state as the rest of the program sees it."""
    made = Action(**{**row.content, "due": dt.date.fromisoformat(row.content["due"])}) if row.content else None
    return Kept(row.action_id, row.changed, row.who, made)


def _action(row: StaffActionRow) -> Action:
    """A row as the rest of the program sees it."""
    return Action(**{name: getattr(row, name) for name in FIELDS}, unit=row.cell if row.cut == UNIT else "")
