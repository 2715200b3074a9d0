"""Read stored answers for the one job that computes results, and keep imported ones; wishes to be called for those who work on them."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from dashboard.errors import StoreError
from dashboard.store.audit import Audit
from dashboard.store.originals import Originals
from dashboard.store.quiet import no_collection
from dashboard.store.records import Records
from dashboard.store.survey_tables import CommentRow, FollowUpRow, ResponseRow

EMPTY = {"channel": "", "language": "", "week": None, "flags": "", "weight": None}
AT_ONCE = 20_000  # rows handed to the database together
FOLLOW_UP_STATES = ("new", "called", "no answer", "closed")


@dataclass(frozen=True, slots=True)
class Stored:
    """One respondent as the results job reads it."""

    channel: str
    language: str
    flags: str
    weight: float | None
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Somebody who asked to be called."""

    id: str
    survey_id: str
    name: str
    phone: str
    about: str
    week: dt.date
    state: str
    note: str
    who: str


class Answers:
    """The answers of one home."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def of_wave(self, wave_id: str) -> list[Stored]:
        """Every stored answer of a wave."""
        columns = (ResponseRow.channel, ResponseRow.language, ResponseRow.flags, ResponseRow.weight, ResponseRow.answers)
        with self.records.read() as session, no_collection():
            return [Stored(*row) for row in session.execute(select(*columns).where(ResponseRow.wave_id == wave_id))]

    def add(self, wave_id: str, import_id: str | None, rows: Iterable[Mapping[str, Any]]) -> int:
        """Store answers that were given elsewhere: each row has answers, channel, language, week, flags, weight. How many. All of them, or none."""
        count, about = 0, {"wave_id": wave_id, "import_id": import_id}
        with self.records.write() as session:
            waiting = iter(rows)
            while made := [about | EMPTY | {"id": secrets.token_hex(16)} | dict(row) for row in islice(waiting, AT_ONCE)]:
                _insert(session, ResponseRow.__table__, made)
                count += len(made)
        return count

    def add_comments(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Store comments, all of them or none; in the order of their random ids."""
        if rows:
            originals = Originals(self.records.home)
            with self.records.write() as session:
                for start in range(0, len(rows), AT_ONCE * 5):
                    _insert(session, CommentRow.__table__, originals.rows(rows[start : start + AT_ONCE * 5]))

    def follow_ups(self) -> list[FollowUp]:
        """Everyone who asked to be called, the newest week first."""
        with self.records.read() as session:
            rows = session.scalars(select(FollowUpRow).order_by(FollowUpRow.week.desc(), FollowUpRow.id))
            return [FollowUp(r.id, r.survey_id, r.name, r.phone, r.about, r.week, r.state, r.note, r.who) for r in rows]

    def add_follow_ups(self, survey_id: str, rows: Iterable[tuple[str, str, str, dt.date]]) -> None:
        """Wishes to be called: name, phone, about, week."""
        made = [
            {"id": secrets.token_hex(16), "survey_id": survey_id, "name": name, "phone": phone, "about": about, "week": week}
            | {"state": FOLLOW_UP_STATES[0], "note": "", "who": ""}
            for name, phone, about, week in rows
        ]
        if made:
            with self.records.write() as session:
                session.execute(insert(FollowUpRow), made)

    def note_follow_up(self, name: str, state: str, note: str, who: str) -> None:
        """What was done for somebody who asked to be called. A closed wish loses its name and number."""
        if state not in FOLLOW_UP_STATES:
            raise StoreError(f"There is no state '{state}'.", hint=f"There are: {', '.join(FOLLOW_UP_STATES)}.")
        with self.records.write() as session:
            row = session.get(FollowUpRow, name)
            if row is None:
                raise StoreError("This wish is no longer there.")
            row.state, row.note, row.who = state, note[:2000], who
            if state == "closed":
                row.name, row.phone = "", ""
            Audit(self.records).append_in(session, who, f"follow-up {state}", name)


def _insert(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    """Rows in the order of their random ids: an order of chance, and the one that the tables are kept in, so that pages fill in turn."""
    rows.sort(key=lambda row: str(row["id"]))
    session.connection().execute(insert(table), rows)
