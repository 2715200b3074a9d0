"""What the records look like: people and roles, sessions, the ledger of imports, saved mappings, settings, releases and the audit log."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Boolean, DateTime, Dialect, ForeignKey, Index, Integer, LargeBinary, String, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Moment(TypeDecorator[dt.datetime]):
    """A moment in UTC: stored as such by PostgreSQL, without its zone by SQLite, always read back with it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """To UTC; a moment without a zone is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        moment = value.astimezone(dt.UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """With its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Base(DeclarativeBase):
    """All tables of the records."""


class Person(Base):
    """Somebody who may sign in. `sign_in_name` is compared without regard to case: stored casefolded."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    sign_in_name: Mapped[str] = mapped_column(String(200), unique=True)
    email: Mapped[str] = mapped_column(String(254), default="")
    disabled: Mapped[bool] = mapped_column(Boolean, default=False)
    created: Mapped[dt.datetime] = mapped_column(Moment)


class PersonRole(Base):
    """One role of one person."""

    __tablename__ = "person_roles"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(40), primary_key=True)
    given: Mapped[dt.datetime] = mapped_column(Moment)
    given_by: Mapped[str] = mapped_column(String(200))


class SignedIn(Base):
    """One browser that is signed in: the SHA-256 of its 256-bit token, never the token.

    `how` it was opened and on which kind of `device`; `stage` names the step that is still missing (empty: none), `strong` whether a second
    factor was shown.
    """

    __tablename__ = "sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    created: Mapped[dt.datetime] = mapped_column(Moment)
    last_seen: Mapped[dt.datetime] = mapped_column(Moment)
    expires: Mapped[dt.datetime] = mapped_column(Moment)
    revoked: Mapped[dt.datetime | None] = mapped_column(Moment)
    looks_as: Mapped[str | None] = mapped_column(String(40))
    how: Mapped[str] = mapped_column(String(20), default="link")
    device: Mapped[str] = mapped_column(String(80), default="")
    stage: Mapped[str] = mapped_column(String(20), default="")
    strong: Mapped[bool] = mapped_column(Boolean, default=True)


class SignInLink(Base):
    """A link that a person uses once, to sign in or to set a password first (`purpose`): the SHA-256 of its token."""

    __tablename__ = "sign_in_links"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    created: Mapped[dt.datetime] = mapped_column(Moment)
    expires: Mapped[dt.datetime] = mapped_column(Moment)
    used: Mapped[dt.datetime | None] = mapped_column(Moment)
    purpose: Mapped[str] = mapped_column(String(20), default="sign_in")


class ImportRow(Base):
    """One import as the ledger shows it; written again from the facts whenever they know more."""

    __tablename__ = "imports"

    import_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    table_name: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(20))
    who: Mapped[str] = mapped_column(String(200))
    moment: Mapped[dt.datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)
    content_hash: Mapped[str] = mapped_column(String(128))
    receipt: Mapped[dict[str, Any]] = mapped_column(JSON)
    undone_by: Mapped[str | None] = mapped_column(String(200))
    undone: Mapped[dt.datetime | None] = mapped_column(Moment)

    __table_args__ = (Index("ix_imports_table_moment", "table_name", "moment"),)


class SavedMapping(Base):
    """A mapping that a person made for an export, as JSON, to be used again."""

    __tablename__ = "mappings"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    table_name: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    who: Mapped[str] = mapped_column(String(200))
    moment: Mapped[dt.datetime] = mapped_column(Moment)


class SettingRow(Base):
    """A setting that was changed from its default."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    who: Mapped[str] = mapped_column(String(200))
    moment: Mapped[dt.datetime] = mapped_column(Moment)


class ReleaseRow(Base):
    """A published set of tables. Never changed; a correction is a new release that says what it replaces."""

    __tablename__ = "releases"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    created: Mapped[dt.datetime] = mapped_column(Moment, index=True)
    who: Mapped[str] = mapped_column(String(200))
    catalog: Mapped[dict[str, Any]] = mapped_column(JSON)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    replaces: Mapped[str | None] = mapped_column(ForeignKey("releases.id"))


class AuditRow(Base):
    """One line of the audit log, chained to the line before it."""

    __tablename__ = "audit_log"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    moment: Mapped[str] = mapped_column(String(40))
    who: Mapped[str] = mapped_column(String(200), index=True)
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(String(400))
    details: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))
