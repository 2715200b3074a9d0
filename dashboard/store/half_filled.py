"""Forms on their way: kept under the hash of a private link until they are sent, given up, too old, or closed; how far they got is counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashboard.store.records import Records
from dashboard.store.survey_counts import LEFT, add_counts
from dashboard.store.survey_tables import DraftRow
from dashboard.store.surveys import hashed


class HalfFilled:
    """The half-filled forms of one home."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def keep(self, key: str, wave_id: str, section: int, answers: Mapping[str, Any], day: dt.date) -> None:
        """Keep a form under its private link."""
        try:
            self._keep(key, wave_id, section, answers, day)
        except IntegrityError:  # the same form twice at once: the other one was first
            self._keep(key, wave_id, section, answers, day)

    def _keep(self, key: str, wave_id: str, section: int, answers: Mapping[str, Any], day: dt.date) -> None:
        """Write it once."""
        with self.records.write() as session:
            session.merge(DraftRow(key_hash=hashed(key), wave_id=wave_id, section=section, answers=dict(answers), day=day))

    def find(self, key: str) -> tuple[str, int, dict[str, Any]] | None:
        """The form behind a private link: wave, section reached, answers; None when there is none, or it was sent."""
        with self.records.read() as session:
            row = session.get(DraftRow, hashed(key))
        return (row.wave_id, row.section, dict(row.answers)) if row else None

    def give_up(self, key: str) -> None:
        """Drop a form because its respondent wants that."""
        with self.records.write() as session:
            session.execute(delete(DraftRow).where(DraftRow.key_hash == hashed(key)))

    def forget(self, before: dt.date) -> int:
        """Drop forms that nobody came back to since that day; how far they had got stays as a count. How many."""
        return self._forget(DraftRow.day < before)

    def end(self, wave_id: str) -> int:
        """Drop the forms of a wave that takes no more answers. How many."""
        return self._forget(DraftRow.wave_id == wave_id)

    def _forget(self, which: ColumnElement[bool]) -> int:
        """Drop these half-filled forms and count them."""
        with self.records.write() as session:
            for wave_id, sections in halves(session, which).items():
                add_counts(session, wave_id, LEFT, {str(section): n for section, n in sections.items()})
            return int(getattr(session.execute(delete(DraftRow).where(which)), "rowcount", 0))


def halves(session: Session, which: ColumnElement[bool]) -> dict[str, dict[int, int]]:
    """Half-filled forms by wave and by the section they reached."""
    found: dict[str, dict[int, int]] = {}
    query = select(DraftRow.wave_id, DraftRow.section, func.count()).where(which).group_by(DraftRow.wave_id, DraftRow.section)
    for wave_id, section, n in session.execute(query):
        found.setdefault(wave_id, {})[int(section)] = int(n)
    return found
