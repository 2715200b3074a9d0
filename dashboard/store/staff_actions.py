"""What was promised to staff after a low result, and what became of it. Each change is a line in the audit log, in the same transaction."""

from __future__ import annotations

import dataclasses
import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import select

from dashboard.errors import StoreError
from dashboard.store.audit import Audit
from dashboard.store.records import Records
from dashboard.store.staff_tables import StaffActionRow

PLANNED, DONE, DROPPED = "planned", "done", "dropped"


@dataclass(frozen=True, slots=True)
class Action:
    """One promise: the released question it answers, its owner and day, what was done, and whether staff are shown it."""

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


FIELDS = tuple(one.name for one in dataclasses.fields(Action))


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
        content = {name: getattr(kept, name) for name in FIELDS}
        with self.records.write() as session:
            row = session.get(StaffActionRow, kept.id)
            if row is None and action.id:
                raise StoreError("There is no such action any more.", hint="Reload the page.")
            if row is None:
                session.add(StaffActionRow(**content, cut="whole", cell="", who=who, created=dt.datetime.now(dt.UTC)))
            else:
                for name, value in {**content, "who": who}.items():
                    setattr(row, name, value)
            Audit(self.records).append_in(session, who, "staff action", kept.id, {"state": kept.state, "shown": kept.shown, "new": row is None})
        return kept

    def remove(self, action_id: str, who: str) -> Action:
        """Take an action away; what it held, so that it can be put back."""
        with self.records.write() as session:
            row = session.get(StaffActionRow, action_id)
            if row is None:
                raise StoreError("There is no such action any more.", hint="Reload the page.")
            found = _action(row)
            session.delete(row)
            Audit(self.records).append_in(session, who, "staff action removed", action_id)
        return found


def _action(row: StaffActionRow) -> Action:
    """A row as the rest of the program sees it."""
    return Action(**{name: getattr(row, name) for name in FIELDS})
