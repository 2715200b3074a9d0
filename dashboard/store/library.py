"""Which documents, meetings and answered questions are kept? Each change by staff is a line in the audit log, in the same transaction."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import secrets

from sqlalchemy import func, or_, select

from dashboard.errors import StoreError
from dashboard.schema.library import DRAFT, PUBLISHED, WAITING, WITHDRAWN, Document, Meeting, Question, Version
from dashboard.store.audit import Audit
from dashboard.store.library_tables import DocumentRow, DocumentVersionRow, MeetingRow, QuestionRow
from dashboard.store.records import Records

ABOUT = tuple(one.name for one in dataclasses.fields(Document))
FILE = tuple(one.name for one in dataclasses.fields(Version))
WHEN = tuple(one.name for one in dataclasses.fields(Meeting))
ASKED = tuple(one.name for one in dataclasses.fields(Question))
MOST_WAITING = 2_000


class Library:
    """The documents, meetings and questions of one home."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def documents(self, states: tuple[str, ...] = (PUBLISHED,), words: str = "") -> list[Document]:
        """Documents in these states by title; with `words` those whose title, summary or text of a published file holds them."""
        query = select(DocumentRow).where(DocumentRow.state.in_(states)).order_by(DocumentRow.title, DocumentRow.id)
        if words:
            held = select(DocumentVersionRow.document).where(
                DocumentVersionRow.published.is_(True), DocumentVersionRow.text.icontains(words, autoescape=True)
            )
            named = (DocumentRow.title.icontains(words, autoescape=True), DocumentRow.summary.icontains(words, autoescape=True))
            query = query.where(or_(*named, DocumentRow.id.in_(held)))
        with self.records.read() as session:
            return [_document(row) for row in session.scalars(query)]

    def document(self, name: str) -> Document | None:
        """The document of that id, in any state."""
        with self.records.read() as session:
            row = session.get(DocumentRow, name)
            return _document(row) if row is not None else None

    def versions(self, published: bool = True) -> dict[str, list[Version]]:
        """The files of every document without their content, the newest number first; drafts among them unless only `published` are asked for."""
        columns = [getattr(DocumentVersionRow, name) for name in FILE]
        query = select(*columns).order_by(DocumentVersionRow.document, DocumentVersionRow.number.desc())
        if published:
            query = query.where(DocumentVersionRow.published.is_(True))
        found: dict[str, list[Version]] = {}
        with self.records.read() as session:
            for row in session.execute(query):
                found.setdefault(row[0], []).append(Version(*row))
        return found

    def content(self, name: str, number: int) -> tuple[Version, bytes, str] | None:
        """One file with its content and its text. StoreError when it is not what was uploaded."""
        with self.records.read() as session:
            row = session.get(DocumentVersionRow, (name, number))
        if row is None:
            return None
        if hashlib.sha256(row.content).hexdigest() != row.sha256:
            raise StoreError("This document is not what was uploaded: its checksum differs.", hint="Restore it from the backup.")
        return Version(*(getattr(row, field) for field in FILE)), row.content, row.text

    def texts(self, names: list[str]) -> dict[str, str]:
        """The words of the newest published file of each of these documents."""
        query = select(DocumentVersionRow.document, DocumentVersionRow.text).where(
            DocumentVersionRow.document.in_(names), DocumentVersionRow.published.is_(True)
        )
        with self.records.read() as session:
            return {str(name): str(text) for name, text in session.execute(query.order_by(DocumentVersionRow.number))}

    def keep(self, one: Document, who: str) -> Document:
        """Add a document (an empty id), or change what is said about it."""
        kept = one if one.id else dataclasses.replace(one, id=secrets.token_hex(8))
        content = {name: getattr(kept, name) for name in ABOUT if name != "id"} | {"who": who, "changed": _now()}
        with self.records.write() as session:
            row = session.get(DocumentRow, kept.id)
            if row is None:
                session.add(DocumentRow(id=kept.id, **content))
            else:
                for name, value in content.items():
                    setattr(row, name, value)
            Audit(self.records).append_in(session, who, "document", kept.id, {"title": kept.title, "state": kept.state, "new": row is None})
        return kept

    def add_file(self, one: Version, content: bytes, text: str, who: str) -> Version:
        """Add a file to a document as its next version, not yet public."""
        with self.records.write() as session:
            if session.get(DocumentRow, one.document) is None:
                raise StoreError("There is no such document any more.", hint="Reload the page.")
            newest = session.scalar(select(func.max(DocumentVersionRow.number)).where(DocumentVersionRow.document == one.document)) or 0
            sha256 = hashlib.sha256(content).hexdigest()
            kept = dataclasses.replace(one, number=newest + 1, size=len(content), sha256=sha256, published=False)
            about = {name: getattr(kept, name) for name in FILE}
            session.add(DocumentVersionRow(**about, content=content, text=text, who=who, uploaded=_now()))
            Audit(self.records).append_in(session, who, "document file", f"{one.document}/{kept.number}", {"sha256": sha256, "name": one.name})
        return kept

    def drop_drafts(self, document: str, name: str, who: str) -> int:
        """Take away the files of this name that were never public; how many there were."""
        mine = (DocumentVersionRow.document == document, DocumentVersionRow.name == name, DocumentVersionRow.published.is_(False))
        with self.records.write() as session:
            files = list(session.scalars(select(DocumentVersionRow).where(*mine)))
            for file in files:
                session.delete(file)
                Audit(self.records).append_in(session, who, "document draft dropped", f"{document}/{file.number}", {"sha256": file.sha256})
        return len(files)

    def set_state(self, name: str, state: str, who: str) -> None:
        """Publish a document with all its files, withdraw it, or bring it back."""
        with self.records.write() as session:
            row = session.get(DocumentRow, name)
            if row is None:
                raise StoreError("There is no such document any more.", hint="Reload the page.")
            files = list(session.scalars(select(DocumentVersionRow).where(DocumentVersionRow.document == name)))
            if state == PUBLISHED and not files:
                raise StoreError("A document without a file cannot be published.", hint="Add a PDF or HTML file first.")
            for file in files if state == PUBLISHED else ():
                file.published = True
            row.state, row.who, row.changed = state, who, _now()
            Audit(self.records).append_in(session, who, f"document {state}", name, {"title": row.title})

    def meetings(self, *, removed: bool = False) -> list[Meeting]:
        """Every meeting, the newest day first; the removed ones instead where asked."""
        query = select(MeetingRow).where(MeetingRow.removed.is_(removed)).order_by(MeetingRow.day.desc(), MeetingRow.starts, MeetingRow.id)
        with self.records.read() as session:
            return [Meeting(*(getattr(row, name) for name in WHEN)) for row in session.scalars(query)]

    def keep_meeting(self, one: Meeting, who: str) -> Meeting:
        """Add a meeting (an empty id), or change one."""
        kept = one if one.id else dataclasses.replace(one, id=secrets.token_hex(8))
        content = {name: getattr(kept, name) for name in WHEN if name != "id"} | {"who": who, "changed": _now()}
        with self.records.write() as session:
            row = session.get(MeetingRow, kept.id)
            if row is None:
                session.add(MeetingRow(id=kept.id, removed=False, **content))
            else:
                for name, value in content.items():
                    setattr(row, name, value)
            Audit(self.records).append_in(session, who, "meeting", kept.id, {"title": kept.title, "new": row is None})
        return kept

    def remove_meeting(self, name: str, who: str, *, back: bool = False) -> None:
        """Take a meeting away, or bring it `back`."""
        with self.records.write() as session:
            row = session.get(MeetingRow, name)
            if row is None:
                raise StoreError("There is no such meeting any more.", hint="Reload the page.")
            row.removed, row.who, row.changed = not back, who, _now()
            Audit(self.records).append_in(session, who, "meeting back" if back else "meeting removed", name, {"title": row.title})

    def questions(self, states: tuple[str, ...]) -> list[Question]:
        """Questions in these states, the newest first."""
        query = select(QuestionRow).where(QuestionRow.state.in_(states)).order_by(QuestionRow.asked.desc(), QuestionRow.id)
        with self.records.read() as session:
            return [Question(*(getattr(row, name) for name in ASKED)) for row in session.scalars(query)]

    def ask(self, one: Question) -> bool:
        """Keep a new question once; False when too many wait already."""
        with self.records.write() as session:
            if session.get(QuestionRow, one.id) is not None:
                return True
            if (session.scalar(select(func.count()).where(QuestionRow.state == WAITING)) or 0) >= MOST_WAITING:
                return False
            session.add(QuestionRow(**{name: getattr(one, name) for name in ASKED}, who="", changed=_now()))
        return True

    def settle(self, one: Question, who: str) -> None:
        """Keep words, state and answer of a question."""
        with self.records.write() as session:
            row = session.get(QuestionRow, one.id)
            if row is None:
                raise StoreError("There is no such question any more.", hint="Reload the page.")
            row.words, row.state, row.answer, row.answered, row.who, row.changed = one.words, one.state, one.answer, one.answered, who, _now()
            Audit(self.records).append_in(session, who, f"question {one.state}", one.id, {})

    def version(self) -> str:
        """Which state of the library is this? Changes with every change."""
        with self.records.read() as session:
            parts = [tuple(session.execute(select(func.count(), func.max(row.changed))).one()) for row in (DocumentRow, MeetingRow, QuestionRow)]
            parts.append((session.scalar(select(func.count()).select_from(DocumentVersionRow)),))
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def undone(state: str) -> str:
    """The state that takes a withdrawal or a publication back."""
    return {PUBLISHED: DRAFT, WITHDRAWN: PUBLISHED, DRAFT: DRAFT}[state]


def _now() -> dt.datetime:
    """This moment."""
    return dt.datetime.now(dt.UTC)


def _document(row: DocumentRow) -> Document:
    """A row as the rest of the program sees it."""
    return Document(*(getattr(row, name) for name in ABOUT))
