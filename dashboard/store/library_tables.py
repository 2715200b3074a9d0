"""What the records of the library look like: documents and their files, meetings, questions of residents in redacted words."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Boolean, Date, ForeignKey, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.store.tables import Base, Moment


class DocumentRow(Base):
    """One document; a withdrawn one stays, so that it can be brought back."""

    __tablename__ = "library_documents"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    meeting: Mapped[str] = mapped_column(String(32), default="", index=True)
    state: Mapped[str] = mapped_column(String(12))
    who: Mapped[str] = mapped_column(String(200))
    changed: Mapped[dt.datetime] = mapped_column(Moment)


class DocumentVersionRow(Base):
    """One file of a document, kept for ever."""

    __tablename__ = "library_versions"

    document: Mapped[str] = mapped_column(ForeignKey("library_documents.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    effective: Mapped[dt.date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text, default="")
    name: Mapped[str] = mapped_column(String(200))
    media: Mapped[str] = mapped_column(String(40))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    text: Mapped[str] = mapped_column(Text, default="")
    published: Mapped[bool] = mapped_column(Boolean, default=False)
    who: Mapped[str] = mapped_column(String(200))
    uploaded: Mapped[dt.datetime] = mapped_column(Moment)


class MeetingRow(Base):
    """One meeting; a `removed` one stays, so that the removal can be taken back."""

    __tablename__ = "library_meetings"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    day: Mapped[dt.date] = mapped_column(Date, index=True)
    starts: Mapped[str] = mapped_column(String(5), default="")
    ends: Mapped[str] = mapped_column(String(5), default="")
    place: Mapped[str] = mapped_column(String(300), default="")
    join: Mapped[str] = mapped_column(Text, default="")
    agenda: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(12))
    removed: Mapped[bool] = mapped_column(Boolean, default=False)
    who: Mapped[str] = mapped_column(String(200))
    changed: Mapped[dt.datetime] = mapped_column(Moment)


class QuestionRow(Base):
    """A question in redacted words: the original is never stored, nor who asked, nor from where."""

    __tablename__ = "library_questions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    words: Mapped[str] = mapped_column(Text)
    asked: Mapped[dt.date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(12), index=True)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered: Mapped[dt.date | None] = mapped_column(Date)
    who: Mapped[str] = mapped_column(String(200), default="")
    changed: Mapped[dt.datetime] = mapped_column(Moment)
