"""Who may sign in, and in which roles?"""

from __future__ import annotations

import datetime as dt
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashboard.errors import StoreError
from dashboard.store.account_tables import PersonScopeRow
from dashboard.store.audit import Audit
from dashboard.store.records import Records
from dashboard.store.tables import Person, PersonRole, SignedIn, SignInLink

BEFORE = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
ADMIN = "admin"
DISTRICT, UNIT = "district", "unit"  # the kinds of places that a supervisor can be limited to


@dataclass(frozen=True, slots=True)
class Member:
    """A person as the rest of the program sees them."""

    id: str
    name: str
    sign_in_name: str
    disabled: bool
    roles: frozenset[str]
    email: str = ""
    districts: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    created: dt.datetime = BEFORE


class People:
    """The people of one home and their roles. Each change is a line in the audit log, in the same transaction."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def add(self, name: str, sign_in_name: str, roles: Iterable[str] = (), by: str = "system", email: str = "") -> Member:
        """Add a person; StoreError when the sign-in name is taken."""
        now = dt.datetime.now(dt.UTC)
        short = folded(sign_in_name)
        person = Person(id=secrets.token_hex(16), name=name, sign_in_name=short, email=email.strip(), disabled=False, created=now)
        try:
            with self.records.write() as session:
                session.add(person)
                session.flush()
                session.add_all(PersonRole(person_id=person.id, role=role, given=now, given_by=by) for role in sorted(set(roles)))
                Audit(self.records).append_in(session, by, "person_added", person.id, {"roles": sorted(set(roles))})
        except IntegrityError as error:
            raise StoreError(f"The sign-in name {person.sign_in_name} is taken.", hint="Choose another.") from error
        return Member(person.id, person.name, person.sign_in_name, False, frozenset(roles), person.email, created=now)

    def get(self, person_id: str) -> Member | None:
        """The person with this id."""
        with self.records.read() as session:
            person = session.get(Person, person_id)
            return _member(session, person) if person else None

    def named(self, sign_in_name: str) -> Member | None:
        """The person with this sign-in name, whatever its case."""
        with self.records.read() as session:
            person = session.scalars(select(Person).where(Person.sign_in_name == folded(sign_in_name))).first()
            return _member(session, person) if person else None

    def all(self) -> list[Member]:
        """Everybody, by name."""
        with self.records.read() as session:
            roles: dict[str, set[str]] = {}
            for row in session.scalars(select(PersonRole)):
                roles.setdefault(row.person_id, set()).add(row.role)
            scopes: dict[tuple[str, str], set[str]] = {}
            for one in session.scalars(select(PersonScopeRow)):
                scopes.setdefault((one.person_id, one.kind), set()).add(one.value)
            return [
                _written(person, roles.get(person.id, ()), scopes.get((person.id, DISTRICT), ()), scopes.get((person.id, UNIT), ()))
                for person in session.scalars(select(Person).order_by(Person.name, Person.id))
            ]

    def set_details(self, person_id: str, name: str, sign_in_name: str, email: str, by: str) -> None:
        """Change what a person is called and where mail reaches them; StoreError when the sign-in name is taken. Links sent before are spent."""
        now, short = dt.datetime.now(dt.UTC), folded(sign_in_name)
        try:
            with self.records.write() as session:
                person = _known(session, person_id)
                after = {"name": name.strip(), "sign_in_name": short, "email": email.strip()}
                changed = sorted(field for field, value in after.items() if getattr(person, field) != value)
                if not changed:
                    return
                for field, value in after.items():
                    setattr(person, field, value)
                session.execute(update(SignInLink).where(SignInLink.person_id == person_id, SignInLink.used.is_(None)).values(used=now))
                Audit(self.records).append_in(session, by, "details_changed", person_id, {"changed": changed})
        except IntegrityError as error:
            raise StoreError(f"The sign-in name {short} is taken.", hint="Choose another.") from error

    def set_roles(self, person_id: str, roles: Iterable[str], by: str) -> None:
        """Give a person exactly these roles; it acts on the next run of any open tab. StoreError when nobody would be administrator any more."""
        now = dt.datetime.now(dt.UTC)
        with self.records.write() as session:
            _known(session, person_id)
            if ADMIN not in set(roles):
                _another_admin(session, person_id)
            before = _roles(session, person_id)
            session.execute(delete(PersonRole).where(PersonRole.person_id == person_id))
            session.add_all(PersonRole(person_id=person_id, role=role, given=now, given_by=by) for role in sorted(set(roles)))
            Audit(self.records).append_in(session, by, "roles_changed", person_id, {"from": sorted(before), "to": sorted(set(roles))})

    def set_places(self, person_id: str, districts: Iterable[str], units: Iterable[str], by: str) -> None:
        """Limit a person to these districts and units; empty ones limit nothing. It binds as far as they are a supervisor."""
        wanted = {(DISTRICT, one) for one in districts} | {(UNIT, one) for one in units}
        with self.records.write() as session:
            _known(session, person_id)
            mine = select(PersonScopeRow).where(PersonScopeRow.person_id == person_id)
            before = sorted(one.value for one in session.scalars(mine))
            session.execute(delete(PersonScopeRow).where(PersonScopeRow.person_id == person_id))
            session.add_all(PersonScopeRow(person_id=person_id, kind=kind, value=value) for kind, value in sorted(wanted))
            after = sorted(value for _, value in wanted)
            Audit(self.records).append_in(session, by, "places_changed", person_id, {"from": before, "to": after})

    def set_disabled(self, person_id: str, disabled: bool, by: str = "system") -> None:
        """Shut a person out, which ends their sessions and spends their unused links too, or let them in again. The last administrator stays."""
        now = dt.datetime.now(dt.UTC)
        with self.records.write() as session:
            person = _known(session, person_id)
            if disabled:
                _another_admin(session, person_id)
            person.disabled = disabled
            if disabled:
                session.execute(update(SignedIn).where(SignedIn.person_id == person_id, SignedIn.revoked.is_(None)).values(revoked=now))
                session.execute(update(SignInLink).where(SignInLink.person_id == person_id, SignInLink.used.is_(None)).values(used=now))
            Audit(self.records).append_in(session, by, "person_disabled" if disabled else "person_enabled", person_id)


def _another_admin(session: Session, person_id: str) -> None:
    """StoreError when this person is the last active administrator. The rows are locked, so that of two who leave at once one stays."""
    admins = select(PersonRole.person_id).join(Person, Person.id == PersonRole.person_id).where(PersonRole.role == ADMIN, Person.disabled.is_(False))
    ids = set(session.scalars(admins.order_by(PersonRole.person_id).with_for_update()))
    if ids == {person_id}:
        raise StoreError("This is the last administrator, and somebody must be.", hint="Make another person administrator first.")


def _known(session: Session, person_id: str) -> Person:
    """The person, or StoreError."""
    person = session.get(Person, person_id)
    if person is None:
        raise StoreError("There is no such person.")
    return person


def folded(sign_in_name: str) -> str:
    """A sign-in name as it is stored and compared: without regard to case and to how its letters are composed."""
    return unicodedata.normalize("NFKC", sign_in_name).strip().casefold()


def _member(session: Session, person: Person) -> Member:
    """The person with their roles and the places they are limited to."""
    scopes: dict[str, set[str]] = {}
    for one in session.scalars(select(PersonScopeRow).where(PersonScopeRow.person_id == person.id)):
        scopes.setdefault(one.kind, set()).add(one.value)
    return _written(person, _roles(session, person.id), scopes.get(DISTRICT, ()), scopes.get(UNIT, ()))


def _written(person: Person, roles: Iterable[str], districts: Iterable[str], units: Iterable[str]) -> Member:
    """A row as the rest of the program sees it."""
    places = frozenset(districts), frozenset(units)
    return Member(person.id, person.name, person.sign_in_name, person.disabled, frozenset(roles), person.email, *places, person.created)


def _roles(session: Session, person_id: str) -> frozenset[str]:
    """The person's roles."""
    return frozenset(session.scalars(select(PersonRole.role).where(PersonRole.person_id == person_id)))
