"""How a wave goes, in counts alone: answers by link, channel, language and week; forms that were not sent by how far they got."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from dashboard.store.records import Records
from dashboard.store.survey_tables import CountRow, DraftRow, PendingRow, ResponseRow

LINK, LEFT = "link", "left"  # what is counted


class WaveCounts:
    """The counts of the waves of one home."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def received(self, wave_id: str) -> int:
        """How many answers of a wave are stored."""
        with self.records.read() as session:
            return sum(
                session.scalar(select(func.count()).select_from(table).where(table.wave_id == wave_id)) or 0 for table in (PendingRow, ResponseRow)
            )

    def languages(self, wave_id: str) -> dict[str, int]:
        """Stored answers of a wave by language, those that wait included."""
        found: Counter[str] = Counter()
        kept = select(ResponseRow.language, func.count()).where(ResponseRow.wave_id == wave_id).group_by(ResponseRow.language)
        with self.records.read() as session:
            for language, n in session.execute(kept):
                found[language] += n
            for payload in session.scalars(select(PendingRow.payload).where(PendingRow.wave_id == wave_id)):
                found[payload["language"]] += 1
        return dict(found)

    def links(self, wave_id: str) -> dict[str, int]:
        """Stored answers of a wave by the code of the link they came through."""
        return self._counts(wave_id, LINK)

    def weeks(self, wave_id: str) -> dict[tuple[str, dt.date], int]:
        """Answers of a wave that were moved on already, by channel and week."""
        query = select(ResponseRow.channel, ResponseRow.week, func.count()).where(ResponseRow.wave_id == wave_id, ResponseRow.week.is_not(None))
        with self.records.read() as session:
            rows = session.execute(query.group_by(ResponseRow.channel, ResponseRow.week))
            return {(channel, week): int(n) for channel, week, n in rows if week is not None}

    def left(self, wave_id: str) -> dict[int, int]:
        """How many forms were not sent, by the section they reached: those still half filled, and those forgotten since."""
        found = Counter({int(section): n for section, n in self._counts(wave_id, LEFT).items()})
        with self.records.read() as session:
            query = select(DraftRow.section, func.count()).where(DraftRow.wave_id == wave_id).group_by(DraftRow.section)
            for section, n in session.execute(query):
                found[int(section)] += n
        return dict(found)

    def _counts(self, wave_id: str, what: str) -> dict[str, int]:
        """The kept counts of one kind."""
        with self.records.read() as session:
            rows = session.execute(select(CountRow.name, CountRow.n).where(CountRow.wave_id == wave_id, CountRow.what == what))
            return {name: int(n) for name, n in rows}


def add_counts(session: Session, wave_id: str, what: str, more: Mapping[str, int]) -> None:
    """Add to kept counts."""
    for name, n in sorted(more.items()):
        here = (CountRow.wave_id == wave_id, CountRow.what == what, CountRow.name == name)
        if not getattr(session.execute(update(CountRow).where(*here).values(n=CountRow.n + n)), "rowcount", 0):
            session.execute(insert(CountRow).values(wave_id=wave_id, what=what, name=name, n=n))
