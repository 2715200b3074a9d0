"""Which hash belongs to a sign-in name, and what goes with a new password?"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update

from dashboard.errors import StoreError
from dashboard.store.account_tables import PasswordRow
from dashboard.store.audit import Audit
from dashboard.store.people import folded
from dashboard.store.records import Records
from dashboard.store.sign_ins import token_hash
from dashboard.store.tables import Person, SignedIn, SignInLink


class Passwords:
    """The hashes of one home's passwords."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def named(self, sign_in_name: str) -> tuple[str, str] | None:
        """Person and hash behind a sign-in name; None when there is no such person, they are disabled, or they have no password."""
        query = select(Person.id, PasswordRow.hash).join(PasswordRow, PasswordRow.person_id == Person.id)
        with self.records.read() as session:
            row = session.execute(query.where(Person.sign_in_name == folded(sign_in_name), Person.disabled.is_(False))).first()
        return (row[0], row[1]) if row else None

    def of(self, person_id: str) -> str | None:
        """The hash of this person's password."""
        with self.records.read() as session:
            row = session.get(PasswordRow, person_id)
            return row.hash if row else None

    def who_has_one(self) -> frozenset[str]:
        """Ids of everybody who has a password."""
        with self.records.read() as session:
            return frozenset(session.scalars(select(PasswordRow.person_id)))

    def set(self, person_id: str, hashed: str, by: str, keep: str | None = None, now: dt.datetime | None = None) -> None:
        """Give a person a new password: their other sessions end (all but the token `keep`) and links offered before are spent."""
        now = now or dt.datetime.now(dt.UTC)
        with self.records.write() as session:
            if session.get(Person, person_id) is None:
                raise StoreError("There is no such person.")
            row = session.get(PasswordRow, person_id)
            if row is None:
                session.add(PasswordRow(person_id=person_id, hash=hashed, changed=now))
            else:
                row.hash, row.changed = hashed, now
            others = update(SignedIn).where(SignedIn.person_id == person_id, SignedIn.revoked.is_(None))
            if keep:
                others = others.where(SignedIn.token_hash != token_hash(keep))
            session.execute(others.values(revoked=now))
            session.execute(update(SignInLink).where(SignInLink.person_id == person_id, SignInLink.used.is_(None)).values(used=now))
            Audit(self.records).append_in(session, by, "password_changed", person_id)
