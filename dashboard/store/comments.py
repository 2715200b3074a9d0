"""Comments on their way from respondents to readers: unread, read, waiting for a person, released or kept back. The original is for the reviewer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update

from dashboard.errors import StoreError
from dashboard.store.audit import Audit
from dashboard.store.originals import Originals
from dashboard.store.records import Records
from dashboard.store.survey_tables import CommentRow, SurveyRow, WaveRow
from dashboard.store.surveys import CLOSED

WAITING, RELEASED, KEPT_BACK = "waiting", "released", "kept back"
BATCH = 2000


@dataclass(frozen=True, slots=True)
class ToRead:
    """A comment that the machine has to read: `redacted` is None the first time; `original` is empty where it was deleted or is `lost`: sealed
    under a key that is not here; `under` what it was read under before.
    """

    id: str
    original: str
    redacted: str | None
    state: str
    under: str = ""
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """A comment as results are computed from it: redacted, with wave and area and nothing else about its writer."""

    wave_id: str
    area: str
    text: str
    language: str
    tone: float | None
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InReview:
    """A comment before its reviewer: the only place where the original is handed out."""

    id: str
    survey: str
    question: str
    original: str
    redacted: str
    language: str
    themes: tuple[str, ...]
    marks: tuple[str, ...]
    survey_id: str = ""
    version: int = 0
    wave: str = ""
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Quotation:
    """A comment that a person has released."""

    id: str
    wave_id: str
    text: str
    language: str
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many comments of closed waves are in which state; `again` were read under other rules or names and are shown to
    nobody until they are read again; `coming` are those of waves that are still open and that nobody reads yet.
    """

    unread: int = 0
    waiting: int = 0
    released: int = 0
    kept_back: int = 0
    coming: int = 0
    again: int = 0

    @property
    def to_read(self) -> int:
        """How many the machine still has to read."""
        return self.unread + self.again

    @property
    def closed(self) -> int:
        """All comments of closed waves."""
        return self.to_read + self.waiting + self.released + self.kept_back


class Comments:
    """The comments of one home. `standing` names the rules and the roster now in force: what was read under another is not handed out."""

    def __init__(self, records: Records, standing: str = "") -> None:
        self.records = records
        self.standing = standing
        self.originals = Originals(records.home)

    def to_read(self) -> Iterator[list[ToRead]]:
        """Comments of closed waves that were never read or under another standing, in batches; each must be kept before the next is asked for."""
        query, last = _closed(select(CommentRow)).where(self._due()), ""
        while batch := self._batch(query.where(CommentRow.id > last)):
            yield batch
            last = batch[-1].id

    def _batch(self, query: Any) -> list[ToRead]:
        """One batch in the order of the random ids."""
        with self.records.read() as session:
            rows = session.scalars(query.order_by(CommentRow.id).limit(BATCH))
            return [self._to_read(row) for row in rows]

    def _to_read(self, row: CommentRow) -> ToRead:
        """A comment with its original opened."""
        text = self.originals.opened(row)
        return ToRead(row.id, text or "", row.redacted, row.state, row.read_under, lost=text is None)

    def left(self, wave_ids: Sequence[str] | None = None) -> bool:
        """Whether a comment of a closed wave (of these) still has to be read."""
        query = _closed(select(CommentRow.id)).where(self._due())
        if wave_ids is not None:
            query = query.where(CommentRow.wave_id.in_(wave_ids))
        with self.records.read() as session:
            return session.scalar(query.limit(1)) is not None

    def keep_read(self, rows: Sequence[Mapping[str, Any]], *, anew: bool = False) -> None:
        """Keep what reading found: id with redacted text, language, tone, themes, marks (and `original` where it is deleted), under this standing.

        What another process has read under it meanwhile stays, as a person may have judged it since; unless it is to be read `anew`.
        """
        if not rows:
            return
        due = [] if anew else [self._due()]
        with self.records.write() as session:
            for names in {tuple(sorted(row)) for row in rows}:
                values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names if name != "id"}
                mine = [{f"new_{name}": value for name, value in row.items()} for row in rows if tuple(sorted(row)) == names]
                wanted = update(CommentRow).where(CommentRow.id == bindparam("new_id"), *due).values(values | {"read_under": self.standing})
                session.connection().execute(wanted, mine)

    def _due(self) -> ColumnElement[bool]:
        """The condition of what still has to be read: never read, or under another standing."""
        return or_(CommentRow.redacted.is_(None), CommentRow.read_under != self.standing)

    def _in_force(self) -> list[Any]:
        """The conditions of what may be handed out: read, and under the standing now in force."""
        return [CommentRow.redacted.is_not(None), CommentRow.read_under == self.standing]

    def of_waves(self, wave_ids: Sequence[str]) -> list[Read]:
        """The read comments of these waves, without their originals."""
        columns = (CommentRow.wave_id, CommentRow.area, CommentRow.redacted, CommentRow.language, CommentRow.tone, CommentRow.themes)
        query = select(*columns).where(CommentRow.wave_id.in_(wave_ids), *self._in_force())
        with self.records.read() as session:
            return [Read(wave, area, str(text), language, tone, parts(themes)) for wave, area, text, language, tone, themes in session.execute(query)]

    def locked(self) -> int:
        """How many comments nobody has read and nobody can: sealed under a key that is not here."""
        here = self.originals.keys.names() | {""}
        query = select(func.count()).where(CommentRow.redacted.is_(None), CommentRow.original != "", CommentRow.original_key.not_in(here))
        with self.records.read() as session:
            return session.scalar(query) or 0

    def counts(self) -> Counts:
        """How many comments are in which state."""
        unread, other = CommentRow.redacted.is_(None), CommentRow.read_under != self.standing
        query = select(WaveRow.state, unread, other, CommentRow.state, func.count()).join(WaveRow, WaveRow.id == CommentRow.wave_id)
        found = {"unread": 0, WAITING: 0, RELEASED: 0, KEPT_BACK: 0, "coming": 0, "again": 0}
        with self.records.read() as session:
            for wave, fresh, old, state, n in session.execute(query.group_by(WaveRow.state, unread, other, CommentRow.state)):
                found["coming" if wave != CLOSED else "unread" if fresh else "again" if old else state] += int(n)
        return Counts(found["unread"], found[WAITING], found[RELEASED], found[KEPT_BACK], found["coming"], found["again"])

    def marks(self) -> tuple[int, Counter[str]]:
        """How many comments were read, and how often each kind was taken out of them."""
        found: Counter[str] = Counter()
        query = select(CommentRow.marks, func.count()).where(*self._in_force()).group_by(CommentRow.marks)
        read = 0
        with self.records.read() as session:
            for marks, n in session.execute(query):
                read += int(n)
                for mark in parts(marks):
                    found[mark] += int(n)
        return read, found

    def waiting(
        self, theme: str = "", passed: Sequence[str] = (), most: int = 1, wave_ids: Sequence[str] = (), *, but: Sequence[str] = ()
    ) -> list[InReview]:
        """The next comments that wait for a person, in an order of chance; `passed` are those that the reviewer set aside for now, `but` families of
        surveys that are not theirs to read."""
        query = _closed(select(CommentRow, SurveyRow.title, WaveRow)).join(SurveyRow, SurveyRow.id == WaveRow.survey_id)
        query = query.where(*self._in_force(), *_waits(theme))
        query = query.where(SurveyRow.family.not_in(but))
        if passed:
            query = query.where(CommentRow.id.not_in(passed))
        if wave_ids:
            query = query.where(CommentRow.wave_id.in_(wave_ids))
        with self.records.read() as session:
            return [
                _in_review(row, self.originals.opened(row), title, wave)
                for row, title, wave in session.execute(query.order_by(CommentRow.id).limit(most))
            ]

    def waiting_by_theme(self, *, but: Sequence[str] = ()) -> dict[str, int]:
        """How many comments of each theme wait for a person ('' without one); `but` families of surveys."""
        found: dict[str, int] = {}
        query = _closed(select(CommentRow.themes, func.count())).join(SurveyRow, SurveyRow.id == WaveRow.survey_id)
        with self.records.read() as session:
            for themes, n in session.execute(query.where(*self._in_force(), *_waits(""), SurveyRow.family.not_in(but)).group_by(CommentRow.themes)):
                for theme in parts(themes) or ("",):
                    found[theme] = found.get(theme, 0) + int(n)
        return found

    def judge(self, comment_ids: Sequence[str], state: str, who: str, *, corrected: str | None = None, purge: bool) -> None:
        """A person releases comments that wait, or keeps them back; `corrected` is what the redaction was mended to (one comment).

        With `purge` the originals of all others that were judged before are deleted: the newest decision can still be taken back over its original.
        """
        with self.records.write() as session:
            for name in comment_ids:
                row = session.get(CommentRow, name)
                if row is None:
                    raise StoreError("This comment is no longer there.", hint="Its import was undone.")
                if row.redacted is not None and row.read_under != self.standing:
                    raise StoreError("This comment is being read again, with another list of names.", hint="It comes back in a moment.")
                if row.state != WAITING or row.redacted is None:
                    raise StoreError("Somebody else has judged this comment already.", hint="Go on with the next one.")
                row.state, row.reviewed_by = state, who
                if corrected is not None:
                    row.redacted = corrected
                Audit(self.records).append_in(session, who, f"comment {state}", name, {"corrected": True} if corrected is not None else {})
            if purge:
                others = (CommentRow.state != WAITING, CommentRow.original != "", CommentRow.id.not_in(list(comment_ids)))
                session.execute(update(CommentRow).where(*others).values(original=""))

    def take_back(self, comment_id: str, who: str) -> ToRead:
        """A judged comment waits again, whoever judged it; what it holds, so that its redaction can be made anew."""
        with self.records.write() as session:
            row = session.get(CommentRow, comment_id)
            if row is None:
                raise StoreError("This comment is no longer there.", hint="Its import was undone.")
            if row.state == WAITING:
                raise StoreError("This comment waits already.")
            Audit(self.records).append_in(session, who, "comment taken back", comment_id, {"was": row.state})
            row.state, row.reviewed_by = WAITING, ""
            return self._to_read(row)

    def purge(self, *, waiting: bool = False) -> None:
        """Delete the originals of judged comments; with `waiting` those of all that were read."""
        which = CommentRow.redacted.is_not(None) if waiting else CommentRow.state != WAITING
        with self.records.write() as session:
            session.execute(update(CommentRow).where(which, CommentRow.original != "").values(original=""))

    def released(self, wave_ids: Sequence[str]) -> list[Quotation]:
        """What a person has released of these waves, as of now."""
        columns = (CommentRow.id, CommentRow.wave_id, CommentRow.redacted, CommentRow.language, CommentRow.themes)
        query = select(*columns).where(CommentRow.wave_id.in_(wave_ids), CommentRow.state == RELEASED, *self._in_force())
        with self.records.read() as session:
            return [Quotation(name, wave, str(text), language, parts(themes)) for name, wave, text, language, themes in session.execute(query)]


def parts(text: str) -> tuple[str, ...]:
    """Words that were joined by commas."""
    return tuple(one for one in text.split(",") if one)


def _closed(query: Any) -> Any:
    """Only comments of closed waves: while a survey is open nobody reads its words."""
    return query.join(WaveRow, WaveRow.id == CommentRow.wave_id).where(WaveRow.state == CLOSED)


def _waits(theme: str) -> list[Any]:
    """The conditions of waiting for a person, for one theme or for all."""
    found: list[Any] = [CommentRow.state == WAITING]
    if theme:
        found.append(("," + CommentRow.themes + ",").contains(f",{theme},", autoescape=True))
    return found


def _in_review(row: CommentRow, original: str | None, title: str, wave: WaveRow) -> InReview:
    """A comment as its reviewer gets it."""
    about = (row.language, parts(row.themes), parts(row.marks), wave.survey_id, wave.version, wave.name)
    return InReview(row.id, title, row.question, original or "", row.redacted or "", *about, lost=original is None)
