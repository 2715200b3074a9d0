"""Which files of other survey tools came in, what became of them, and how are they taken back? Figures of published trackers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.orm import Session

from dashboard.errors import StoreError
from dashboard.store.audit import Audit
from dashboard.store.records import Records
from dashboard.store.survey_tables import CommentRow, ResponseRow, SurveyImportRow, TrackerRow, WaveRow

STORING, STORED, UNDONE = "storing", "stored", "undone"
TRACKER = "tracker"


@dataclass(frozen=True, slots=True)
class SurveyImport:
    """One file: what it was, who brought it when, its receipt, and its state (`storing` is one that broke off half way).

    `details`: the mapping as JSON, the waves its answers are in, what was set aside (wave, column, answer, reason, count), who undid it and when.
    """

    id: str
    survey_id: str
    tool: str
    file_name: str
    checksum: str
    receipt: Mapping[str, Any]
    details: Mapping[str, Any]
    state: str
    who: str
    moment: dt.datetime

    @property
    def waves(self) -> tuple[str, ...]:
        """The waves that came with it."""
        return tuple(self.details.get("waves", ()))

    @property
    def of_staff(self) -> bool:
        """Whether it came in as a survey of employees, which HR alone knows of."""
        return bool(self.details.get("staff"))

    @property
    def aside(self) -> list[list[Any]]:
        """What was set aside: wave, column, answer, reason, how often."""
        return list(self.details.get("aside", []))


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure of a tracker, as a percentage."""

    import_id: str
    tracker: str
    area: str
    period: dt.date
    measure: str
    value: float | None


class SurveyImports:
    """The imports of one home."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def begin(self, row: Mapping[str, Any]) -> None:
        """Write an import into the list; its mapping column holds the details."""
        with self.records.write() as session:
            session.add(SurveyImportRow(**{**row, "file_name": str(row["file_name"])[:300]}))
            details = {"file": row["file_name"], "tool": row["tool"]}
            Audit(self.records).append_in(session, str(row["who"]), "survey import", str(row["id"]), details)

    def end(self, import_id: str, details: Mapping[str, Any]) -> None:
        """An import is stored whole; with what is known of it only now."""
        with self.records.write() as session:
            row = _row(session, import_id)
            row.state, row.mapping = STORED, {**row.mapping, **details}

    def all(self) -> list[SurveyImport]:
        """Every import but those of staff surveys, the newest first."""
        return [one for one in self._every() if not one.of_staff]

    def staff(self, state: str = "") -> list[SurveyImport]:
        """Imports of staff surveys, the newest first; of one state where one is named."""
        return [one for one in self._every(*([SurveyImportRow.state == state] if state else [])) if one.of_staff]

    def of_file(self, checksum: str) -> list[SurveyImport]:
        """The imports of both kinds that this very file is stored by, the newest first."""
        return self._every(SurveyImportRow.checksum == checksum, SurveyImportRow.state == STORED)

    def _every(self, *limits: ColumnElement[bool]) -> list[SurveyImport]:
        """Both kinds, within these limits."""
        query = select(SurveyImportRow).where(*limits).order_by(SurveyImportRow.moment.desc(), SurveyImportRow.id)
        with self.records.read() as session:
            return [_plain(row) for row in session.scalars(query)]

    def get(self, import_id: str) -> SurveyImport:
        """One import; StoreError when there is none of that id."""
        with self.records.read() as session:
            return _plain(_row(session, import_id))

    def undo(self, import_id: str, who: str) -> SurveyImport:
        """Take an import back: its answers, comments, waves and figures go. StoreError when it is not stored."""
        with self.records.write() as session:
            row = _row(session, import_id)
            if row.state not in {STORED, STORING}:
                raise StoreError("This import is not stored, so it cannot be undone.")
            waves = row.mapping.get("waves") or _waves_in(session, import_id)
            for table in (ResponseRow, CommentRow, TrackerRow):
                session.execute(delete(table).where(table.import_id == import_id))
            session.execute(delete(WaveRow).where(WaveRow.id.in_(waves)))
            row.state = UNDONE
            row.mapping = {**row.mapping, "undone_by": who, "undone": dt.datetime.now(dt.UTC).isoformat(timespec="seconds")}
            Audit(self.records).append_in(session, who, "survey undo", import_id)
            return _plain(row)

    def unseen(self, import_id: str) -> None:
        """An import of staff answers that was never finished: nobody saw its results, so nothing must keep its distance from them."""
        with self.records.write() as session:
            row = _row(session, import_id)
            row.mapping = {**row.mapping, "asked": []}

    def add_figures(self, import_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Figures of a tracker."""
        if rows:
            with self.records.write() as session:
                session.execute(insert(TrackerRow), [{"import_id": import_id, "number": number, **row} for number, row in enumerate(rows)])

    def trackers(self) -> dict[str, str]:
        """Every tracker that is stored: import id -> its name, the newest first."""
        with self.records.read() as session:
            rows = session.execute(
                select(SurveyImportRow.id, TrackerRow.tracker)
                .join(TrackerRow, TrackerRow.import_id == SurveyImportRow.id)
                .where(SurveyImportRow.state == STORED, TrackerRow.number == 0)
                .order_by(SurveyImportRow.moment.desc(), SurveyImportRow.id)
            )
            return {str(name): str(title) for name, title in rows}

    def choices(self, import_id: str) -> tuple[list[str], list[str]]:
        """The measures and the areas of a tracker, each in order."""
        with self.records.read() as session:
            both = [
                list(session.scalars(select(column).where(TrackerRow.import_id == import_id).distinct().order_by(column)))
                for column in (TrackerRow.measure, TrackerRow.area)
            ]
        return both[0], both[1]

    def figures(self, import_id: str, measure: str, areas: Sequence[str] = ()) -> list[Figure]:
        """The figures of one measure, in the order of area and period; of these areas only, where some are named."""
        query = (
            select(TrackerRow).where(TrackerRow.import_id == import_id, TrackerRow.measure == measure).order_by(TrackerRow.area, TrackerRow.period)
        )
        if areas:
            query = query.where(TrackerRow.area.in_(areas))
        with self.records.read() as session:
            return [Figure(row.import_id, row.tracker, row.area, row.period, row.measure, row.value) for row in session.scalars(query)]


def _row(session: Session, import_id: str) -> SurveyImportRow:
    """The row of an import."""
    row = session.get(SurveyImportRow, import_id)
    if row is None:
        raise StoreError("There is no such import.", hint="`survey-imports` lists them.")
    return row


def _waves_in(session: Session, import_id: str) -> list[str]:
    """The waves that hold nothing but answers and comments of this import: of one that broke off before its waves were noted."""
    found: set[str] = set()
    for table in (ResponseRow, CommentRow):
        found |= set(session.scalars(select(table.wave_id).where(table.import_id == import_id).distinct()))
    others = select(ResponseRow.wave_id).where(ResponseRow.wave_id.in_(found), (ResponseRow.import_id != import_id) | ResponseRow.import_id.is_(None))
    return sorted(found - set(session.scalars(others.distinct())))


def _plain(row: SurveyImportRow) -> SurveyImport:
    """An import as it is handed on."""
    moment = row.moment if row.moment.tzinfo else row.moment.replace(tzinfo=dt.UTC)
    return SurveyImport(
        row.id, row.survey_id, row.tool, row.file_name, row.checksum, dict(row.receipt), dict(row.mapping), row.state, row.who, moment
    )
