"""Which browser is signed in as whom? Tokens are 256 random bits; only their SHA-256 is stored."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import func, select, update

from dashboard.store.audit import Audit
from dashboard.store.records import Records
from dashboard.store.tables import Person, SignedIn, SignInLink

SIGN_IN, WELCOME = "sign_in", "welcome"  # what a link is for: to open a session, or to set a password and then open one
SEEN_EVERY = dt.timedelta(seconds=30)  # how often activity is written down


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SignIn:
    """One live session: whose, since when, until when at most, the role looked as in the demonstration, and how it was opened.

    `stage` names the step that is still missing before it counts (empty: none); `strong`: a second factor was shown, or a link used at the machine.
    """

    token_hash: str
    person_id: str
    created: dt.datetime
    last_seen: dt.datetime
    expires: dt.datetime
    looks_as: str | None
    how: str = "link"
    device: str = ""
    stage: str = ""
    strong: bool = True

    @property
    def mark(self) -> str:
        """What names this session in a list; it opens nothing."""
        return self.token_hash[:16]


@dataclass(frozen=True, slots=True)
class Opening:
    """How a session begins: by what (`how`), on which kind of device, which `stage` is still missing, and whether a second factor was shown."""

    how: str = "link"
    device: str = ""
    stage: str = ""
    strong: bool = True


LINK = Opening()


class SignIns:
    """Sessions and one-time links of one home. Every time is passed in or is now, in UTC."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def open(self, person_id: str, lasts: dt.timedelta, now: dt.datetime | None = None, opening: Opening = LINK) -> str:
        """Begin a session that ends after `lasts` in any case; its token, for the cookie."""
        now = now or dt.datetime.now(dt.UTC)
        token = secrets.token_urlsafe(32)
        with self.records.write() as session:
            row = SignedIn(token_hash=token_hash(token), person_id=person_id, created=now, last_seen=now, expires=now + lasts)
            row.how, row.device, row.stage, row.strong = opening.how, opening.device, opening.stage, opening.strong
            session.add(row)
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
        return _found(row, max(row.last_seen, now))

    def of(self, person_id: str, idle: dt.timedelta, now: dt.datetime | None = None) -> list[SignIn]:
        """The live sessions of a person, the one used last first."""
        now = now or dt.datetime.now(dt.UTC)
        query = select(SignedIn).where(SignedIn.person_id == person_id, SignedIn.revoked.is_(None), SignedIn.expires > now)
        with self.records.read() as session:
            rows = session.scalars(query.where(SignedIn.last_seen > now - idle).order_by(SignedIn.last_seen.desc())).all()
        return [_found(row, row.last_seen) for row in rows if not row.stage]

    def last_seen(self) -> dict[str, dt.datetime]:
        """Person id -> when they were here last."""
        with self.records.read() as session:
            return {row[0]: row[1] for row in session.execute(select(SignedIn.person_id, func.max(SignedIn.last_seen)).group_by(SignedIn.person_id))}

    def close_marked(self, person_id: str, mark: str, by: str, now: dt.datetime | None = None) -> bool:
        """End the session of this person that a list names `mark`; whether there was one. Written into the audit log with it."""
        now = now or dt.datetime.now(dt.UTC)
        open_ones = select(SignedIn).where(SignedIn.person_id == person_id, SignedIn.revoked.is_(None))
        with self.records.write() as session:
            rows = [row for row in session.scalars(open_ones) if row.token_hash[:16] == mark]
            for row in rows:
                row.revoked = now
                Audit(self.records).append_in(session, by, "session_ended", person_id, {"opened": row.created.isoformat(), "device": row.device})
            return bool(rows)

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

    def offer_link(self, person_id: str, lasts: dt.timedelta, now: dt.datetime | None = None, purpose: str = SIGN_IN) -> str:
        """A token for a link that this person can use once, until it expires: to sign in, or to set a password first."""
        now = now or dt.datetime.now(dt.UTC)
        token = secrets.token_urlsafe(32)
        with self.records.write() as session:
            session.add(SignInLink(token_hash=token_hash(token), person_id=person_id, created=now, expires=now + lasts, purpose=purpose))
        return token

    def look_at_link(self, token: str, now: dt.datetime | None = None) -> tuple[str, str] | None:
        """Whose link this is and what for, without using it; None as for `use_link`."""
        now = now or dt.datetime.now(dt.UTC)
        good = select(SignInLink).where(SignInLink.token_hash == token_hash(token), SignInLink.used.is_(None), SignInLink.expires > now)
        with self.records.read() as session:
            row = session.scalars(good).first()
            person = session.get(Person, row.person_id) if row else None
            return (person.id, row.purpose) if row and person and not person.disabled else None

    def use_link(self, token: str, now: dt.datetime | None = None, purpose: str = SIGN_IN) -> str | None:
        """The person whose link this is, which is spent now; None when it is unknown, for something else, used, expired, or its person disabled.

        Of two at once, one wins.
        """
        now = now or dt.datetime.now(dt.UTC)
        hashed = token_hash(token)
        with self.records.write() as session:
            unused = update(SignInLink).where(SignInLink.token_hash == hashed, SignInLink.used.is_(None), SignInLink.expires > now)
            unused = unused.where(SignInLink.purpose == purpose)
            person_id = session.scalars(unused.values(used=now).returning(SignInLink.person_id)).first()
            person = session.get(Person, person_id) if person_id else None
            return person.id if person and not person.disabled else None


def _found(row: SignedIn, seen: dt.datetime) -> SignIn:
    """A stored session as the rest of the program sees it."""
    opened = row.how, row.device, row.stage, row.strong
    return SignIn(row.token_hash, row.person_id, row.created, seen, row.expires, row.looks_as, *opened)
