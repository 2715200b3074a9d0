"""Which policies changed, and when: a short list that people keep, each line written into the audit log."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Boolean, Date, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.errors import StoreError
from dashboard.store.audit import Audit
from dashboard.store.records import Records
from dashboard.store.tables import Base, Moment


class PolicyRow(Base):
    """One change of policy: the first day under the new rule, the force type it is about (empty: all force), and whether it bans that type, and
    the force type that it does not touch (empty: none is named)."""

    __tablename__ = "policy_changes"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    date: Mapped[dt.date] = mapped_column(Date)
    title: Mapped[str] = mapped_column(String(200))
    changed: Mapped[str] = mapped_column(Text, default="")
    force_type: Mapped[str] = mapped_column(String(40), default="")
    bans: Mapped[bool] = mapped_column(Boolean, default=False)
    link: Mapped[str] = mapped_column(String(500), default="")
    comparison: Mapped[str] = mapped_column(String(40), default="", server_default="")
    entered: Mapped[dt.datetime] = mapped_column(Moment)
    entered_by: Mapped[str] = mapped_column(String(200))


@dataclass(frozen=True, slots=True)
class Policy:
    """One change of policy as it is kept. `entered` says when the date was written down: before or after the numbers were there to be seen."""

    id: str
    date: dt.date
    title: str
    changed: str
    force_type: str
    bans: bool
    link: str
    entered: dt.datetime
    entered_by: str
    comparison: str = ""


class Policies:
    """The changes of policy of one home."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def all(self) -> list[Policy]:
        """Every change, by date."""
        with self.records.read() as session:
            return [_policy(row) for row in session.scalars(select(PolicyRow).order_by(PolicyRow.date, PolicyRow.title, PolicyRow.id))]

    def add(self, new: Sequence[tuple[dt.date, str, str, str, bool, str, str]], who: str) -> int:
        """Keep these (date, title, what changed, force type, bans it, link, compared with); a kept one with the same date,
        title and type takes the new words.

        Returns how many are new.
        """
        now, fresh = dt.datetime.now(dt.UTC), 0
        with self.records.write() as session:
            known = {(row.date, row.title.casefold(), row.force_type): row for row in session.scalars(select(PolicyRow))}
            for date, title, changed, force_type, bans, link, comparison in new:
                row = known.get((date, title.casefold(), force_type))
                if row is None:
                    row = PolicyRow(id=secrets.token_hex(8), date=date, title=title, force_type=force_type, entered=now, entered_by=who)
                    known[date, title.casefold(), force_type] = row
                    session.add(row)
                    fresh += 1
                row.changed, row.bans, row.link, row.comparison = changed, bans, link, comparison
                details = {"date": date.isoformat(), "title": title, "force_type": force_type, "bans": bans, "comparison": comparison}
                Audit(self.records).append_in(session, who, "policy", row.id, details)
        return fresh

    def remove(self, name: str, who: str) -> None:
        """Take one off the list; StoreError when there is none of that id."""
        with self.records.write() as session:
            row = session.get(PolicyRow, name)
            if row is None:
                raise StoreError("There is no such change of policy.")
            Audit(self.records).append_in(session, who, "policy removed", name, {"date": row.date.isoformat(), "title": row.title})
            session.delete(row)


def _policy(row: PolicyRow) -> Policy:
    return Policy(row.id, row.date, row.title, row.changed, row.force_type, row.bans, row.link, row.entered, row.entered_by, row.comparison)
