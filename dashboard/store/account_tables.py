"""What the records of accounts look like: passwords, second factors, identities elsewhere, districts, and tries that failed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.store.tables import Base, Moment


class PasswordRow(Base):
    """The hash of a person's password, never the password."""

    __tablename__ = "passwords"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    hash: Mapped[str] = mapped_column(String(100))
    changed: Mapped[dt.datetime] = mapped_column(Moment)


class SecondFactorRow(Base):
    """The secret behind a person's one-time codes, encrypted under the site's key; `last_step` is the newest code used, so that none works twice."""

    __tablename__ = "second_factors"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(300))
    confirmed: Mapped[dt.datetime | None] = mapped_column(Moment)
    last_step: Mapped[int] = mapped_column(Integer, default=0)


class RecoveryCodeRow(Base):
    """A code that stands in for a lost phone once: its keyed hash."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    used: Mapped[dt.datetime | None] = mapped_column(Moment)


class IdentityRow(Base):
    """Who a person is at a single sign-on provider: the provider's name for itself and its unchanging name for the person."""

    __tablename__ = "identities"

    issuer: Mapped[str] = mapped_column(String(300), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    linked: Mapped[dt.datetime] = mapped_column(Moment)


class PersonScopeRow(Base):
    """A district or unit that a supervisor is limited to."""

    __tablename__ = "person_scopes"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(200), primary_key=True)


class TryRow(Base):
    """How often something was tried in vain: `key` is a keyed hash of a name or a source, so that neither can be read here."""

    __tablename__ = "sign_in_tries"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    last: Mapped[dt.datetime] = mapped_column(Moment)
    until: Mapped[dt.datetime] = mapped_column(Moment)
