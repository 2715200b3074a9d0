"""Who is a person at a single sign-on provider? Linked once, by an invitation; the provider's own unchanging name counts, never an e-mail address."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from dashboard.errors import StoreError
from dashboard.store.account_tables import IdentityRow
from dashboard.store.audit import Audit
from dashboard.store.records import Records
from dashboard.store.tables import Person


class Identities:
    """The identities of one home's people elsewhere."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def person(self, issuer: str, subject: str) -> str | None:
        """The active person who goes by this at that provider."""
        query = select(IdentityRow.person_id).join(Person, Person.id == IdentityRow.person_id)
        with self.records.read() as session:
            return session.scalars(query.where(IdentityRow.issuer == issuer, IdentityRow.subject == subject, Person.disabled.is_(False))).first()

    def link(self, issuer: str, subject: str, person_id: str, now: dt.datetime) -> None:
        """From now on they are the same; StoreError when the identity is somebody's already."""
        try:
            with self.records.write() as session:
                session.add(IdentityRow(issuer=issuer, subject=subject, person_id=person_id, linked=now))
                session.flush()
                Audit(self.records).append_in(session, person_id, "identity_linked", person_id, {"issuer": issuer})
        except IntegrityError as error:
            raise StoreError("This single sign-on account belongs to somebody here already.", hint="Sign in with it.") from error

    def who_has_one(self) -> frozenset[str]:
        """Ids of everybody who is linked."""
        with self.records.read() as session:
            return frozenset(session.scalars(select(IdentityRow.person_id)))

    def unlink(self, person_id: str, by: str) -> int:
        """Forget all identities of a person; how many there were."""
        with self.records.write() as session:
            rows = list(session.scalars(select(IdentityRow).where(IdentityRow.person_id == person_id)))
            session.execute(delete(IdentityRow).where(IdentityRow.person_id == person_id))
            if rows:
                Audit(self.records).append_in(session, by, "identity_unlinked", person_id, {"issuers": sorted({row.issuer for row in rows})})
            return len(rows)
