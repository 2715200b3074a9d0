"""The audit log: who did what and when, in lines that only grow and are chained, so that a changed or missing line is noticed."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from dashboard.store.records import Records
from dashboard.store.tables import AuditRow

FIRST = "0" * 64  # what the first line is chained to
APPEND_LOCK = 7_269_002


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the audit log, as pages show it; `details` is what was written, as a dictionary."""

    number: int
    moment: dt.datetime
    who: str
    action: str
    subject: str
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Head:
    """The newest line's number and code: kept outside daily, it shows later whether lines were cut off the end."""

    number: int
    mac: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Is the log whole? `first_bad` is the number of the first line that is wrong, with the `reason` in words."""

    whole: bool
    lines: int
    first_bad: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Further limits of a search: first and last day (UTC), and ids of people whose names fit the words."""

    first: dt.date | None = None
    last: dt.date | None = None
    people: tuple[str, ...] = ()


ANY = Wanted()


class Audit:
    """The audit log of one home."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def append(self, who: str, action: str, subject: str = "", details: Mapping[str, object] | None = None) -> int:
        """Write one line and give its number."""
        with self.records.write() as session:
            return self.append_in(session, who, action, subject, details)

    def append_once(self, number: int, who: str, action: str, subject: str = "", details: Mapping[str, object] | None = None) -> int:
        """The number of a line that says just this: `number` when that very line does, else that of a new one. A view drawn again is one line."""
        with self.records.read() as session:
            row = session.get(AuditRow, number)
        same = row is not None and (row.who, row.action, row.subject, row.details) == (who[:200], action[:60], subject[:400], _written(details))
        return number if same else self.append(who, action, subject, details)

    def append_in(self, session: Session, who: str, action: str, subject: str = "", details: Mapping[str, object] | None = None) -> int:
        """Write one line inside a transaction of the caller: what it tells of and the line hold together or not at all."""
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("select pg_advisory_xact_lock(:number)"), {"number": APPEND_LOCK})
        last = session.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(1)).first()
        row = AuditRow(
            number=last.number + 1 if last else 1,
            moment=dt.datetime.now(dt.UTC).isoformat(timespec="microseconds"),
            who=who[:200],
            action=action[:60],
            subject=subject[:400],
            details=_written(details),
            previous=last.mac if last else FIRST,
            mac="",
        )
        row.mac = self._code(row)
        session.add(row)
        session.flush()
        return row.number

    def _code(self, row: AuditRow) -> str:
        """HMAC-SHA256, under the site's key, of the line before and everything in this one."""
        content = [row.number, row.moment, row.who, row.action, row.subject, row.details, row.previous]
        message = b"audit\0" + json.dumps(content, separators=(",", ":"), ensure_ascii=True).encode()
        return hmac.new(self.records.home.site_key, message, hashlib.sha256).hexdigest()

    def head(self) -> Head:
        """The newest line, to be kept elsewhere."""
        with self.records.read() as session:
            last = session.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(1)).first()
        return Head(last.number, last.mac) if last else Head(0, FIRST)

    def verify(self, anchor: Head | None = None) -> Verdict:
        """Has any line been changed, removed or put in between? With an `anchor` kept elsewhere, also: were lines cut off the end?"""
        previous, number = FIRST, 0
        with self.records.read() as session:
            for row in session.scalars(select(AuditRow).order_by(AuditRow.number).execution_options(yield_per=1000)):
                number += 1
                if row.number != number:
                    return Verdict(False, number - 1, number, f"Line {number} is missing.")
                if row.previous != previous:
                    return Verdict(False, number - 1, number, f"Line {number} does not follow from the line before it.")
                if not hmac.compare_digest(row.mac, self._code(row)):
                    return Verdict(False, number - 1, number, f"Line {number} was changed after it was written.")
                if anchor and anchor.number == number and anchor.mac != row.mac:
                    return Verdict(False, number - 1, number, f"Line {number} is not the one that was kept elsewhere.")
                previous = row.mac
        if anchor and anchor.number > number:
            return Verdict(False, number, number + 1, f"The log ends at line {number}, but line {anchor.number} was kept elsewhere.")
        return Verdict(True, number)

    def search(
        self, words: str = "", who: str = "", action: str = "", limit: int = 200, *, before: int | None = None, more: Wanted = ANY
    ) -> list[Line]:
        """The newest lines that fit, newest first; `before` continues under a number, `more` narrows by day and widens the words to people."""
        query = select(AuditRow).order_by(AuditRow.number.desc()).limit(limit)
        if who:
            query = query.where(AuditRow.who == who)
        if action:
            query = query.where(AuditRow.action == action)
        if before is not None:
            query = query.where(AuditRow.number < before)
        if more.first:
            query = query.where(AuditRow.moment >= more.first.isoformat())
        if more.last:
            query = query.where(AuditRow.moment < (more.last + dt.timedelta(days=1)).isoformat())
        if words:
            fields = (AuditRow.who, AuditRow.action, AuditRow.subject, AuditRow.details)
            fits = [func.lower(field).contains(words.lower(), autoescape=True) for field in fields]
            people = [column.in_(more.people) for column in (AuditRow.who, AuditRow.subject)] if more.people else []
            query = query.where(or_(*fits, *people))
        with self.records.read() as session:
            return [_line(row) for row in session.scalars(query)]

    def actions(self) -> list[str]:
        """Every kind of line there is."""
        with self.records.read() as session:
            return list(session.scalars(select(AuditRow.action).distinct().order_by(AuditRow.action)))

    def actors(self) -> list[str]:
        """Everybody who is named in a line."""
        with self.records.read() as session:
            return list(session.scalars(select(AuditRow.who).distinct().order_by(AuditRow.who)))


def _written(details: Mapping[str, object] | None) -> str:
    """The details as they stand in the log."""
    return json.dumps(details or {}, sort_keys=True, ensure_ascii=False, default=str)


def _line(row: AuditRow) -> Line:
    """The stored line as it is shown."""
    return Line(row.number, dt.datetime.fromisoformat(row.moment), row.who, row.action, row.subject, json.loads(row.details))
