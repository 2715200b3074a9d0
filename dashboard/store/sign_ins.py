"""Which browser is signed in as whom? Tokens are 256 random bits; only their SHA-256 is stored."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import select, update

from dashboard.store.records import Records
from dashboard.store.tables import Person, SignedIn, SignInLink

SEEN_EVERY = dt.timedelta(seconds=30)  # how often activity is written down


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SignIn:
    """One live session: whose, since when, until when at most, and the role looked as in the demonstration."""

    token_hash: str
    person_id: str
    created: dt.datetime
    last_seen: dt.datetime
    expires: dt.datetime
    looks_as: str | None


class SignIns:
    """Sessions and one-time links of one home. Every time is passed in or is now, in UTC."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def open(self, person_id: str, lasts: dt.timedelta, now: dt.datetime | None = None) -> str:
        """Begin a session that ends after `lasts` in any case; its token, for the cookie."""
        now = now or dt.datetime.now(dt.UTC)
        token = secrets.token_urlsafe(32)
        with self.records.write() as session:
            session.add(SignedIn(token_hash=token_hash(token), person_id=person_id, created=now, last_seen=now, expires=now + lasts))
        return token

    def find(self, token: str, idle: dt.timedelta, now: dt.datetime | None = None) -> SignIn | None:
        """The live session of this token, or None: unknown, revoked, too old, too long without activity, or its person disabled."""
        now = now or dt.datetime.now(dt.UTC)
        hashed = token_hash(token)
        query = select(SignedIn).join(Person, Person.id == SignedIn.person_id)
        query = query.where(SignedIn.token_hash == hashed, SignedIn.revoked.is_(None), Person.disabled.is_(False))
        with self.records.read() as session:
            row = session.scalars(query).first()
        if row is None or now >= row.expires or now - row.last_seen >= idle:
            return None
        if now - row.last_seen >= SEEN_EVERY:
            with self.records.write() as session:
                session.execute(update(SignedIn).where(SignedIn.token_hash == hashed, SignedIn.revoked.is_(None)).values(last_seen=now))
        return SignIn(row.token_hash, row.person_id, row.created, max(row.last_seen, now), row.expires, row.looks_as)

    def look_as(self, token: str, role: str | None) -> None:
        """Remember the role that a visitor of the demonstration looks as."""
        with self.records.write() as session:
            session.execute(update(SignedIn).where(SignedIn.token_hash == token_hash(token)).values(looks_as=role))

    def close(self, token: str, now: dt.datetime | None = None) -> None:
        """End this session."""
        now = now or dt.datetime.now(dt.UTC)
        with self.records.write() as session:
            open_one = update(SignedIn).where(SignedIn.token_hash == token_hash(token), SignedIn.revoked.is_(None))
            session.execute(open_one.values(revoked=now))

    def close_all(self, person_id: str, now: dt.datetime | None = None) -> int:
        """End every session of a person; how many there were."""
        now = now or dt.datetime.now(dt.UTC)
        with self.records.write() as session:
            open_ones = select(SignedIn).where(SignedIn.person_id == person_id, SignedIn.revoked.is_(None), SignedIn.expires > now)
            rows = list(session.scalars(open_ones))
            for row in rows:
                row.revoked = now
            return len(rows)

    def offer_link(self, person_id: str, lasts: dt.timedelta, now: dt.datetime | None = None) -> str:
        """A token for a link that signs this person in once, until it expires."""
        now = now or dt.datetime.now(dt.UTC)
        token = secrets.token_urlsafe(32)
        with self.records.write() as session:
            session.add(SignInLink(token_hash=token_hash(token), person_id=person_id, created=now, expires=now + lasts))
        return token

    def use_link(self, token: str, now: dt.datetime | None = None) -> str | None:
        """The person whom this link signs in; None when it is unknown, used, expired, or its person disabled. Of two at once, one wins."""
        now = now or dt.datetime.now(dt.UTC)
        hashed = token_hash(token)
        with self.records.write() as session:
            unused = update(SignInLink).where(SignInLink.token_hash == hashed, SignInLink.used.is_(None), SignInLink.expires > now)
            person_id = session.scalars(unused.values(used=now).returning(SignInLink.person_id)).first()
            person = session.get(Person, person_id) if person_id else None
            return person.id if person and not person.disabled else None
