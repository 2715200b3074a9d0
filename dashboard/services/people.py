"""Who may sign in, in which roles and for which districts? What an administrator sees and does; each change is in the audit log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.account import good_details
from dashboard.access.roles import ROLES, TITLES, Permission, meaning
from dashboard.errors import AccessDenied, CommonGroundError, StoreError
from dashboard.schema import employee
from dashboard.schema.questions import EMPLOYEE
from dashboard.schema.result import NumberTable
from dashboard.services import mail
from dashboard.services.restricted import restricted
from dashboard.store.audit import Audit
from dashboard.store.factors import Factors
from dashboard.store.identities import Identities
from dashboard.store.passwords import Passwords
from dashboard.store.people import ADMIN, UNIT, Member, People
from dashboard.store.sign_ins import WELCOME, SignIn, SignIns
from dashboard.store.surveys import Surveys

if TYPE_CHECKING:
    from dashboard.access.sessions import Sessions
    from dashboard.services.house import House

__all__ = ["Member", "Row", "SignIn", "Way"]
LINK_DAYS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One person in the list: who, whether a password is set, when they were here last, and whether they have a second factor.

    `has_identity`: they sign in through the agency's single sign-on.
    """

    member: Member
    has_password: bool
    last_seen: dt.datetime | None
    has_factor: bool = False
    has_identity: bool = False

    @property
    def state(self) -> str:
        """In one word or two."""
        if self.member.disabled:
            return "closed"
        return "active" if self.has_password or self.has_identity or self.last_seen else "invited"


@dataclass(frozen=True, slots=True)
class Way:
    """A link that was just made: its address from the first slash on, shown once; and to where it was mailed, if it was."""

    person: Member
    path: str
    mailed_to: str = ""
    trouble: str = ""


def _sessions(house: House) -> Sessions:
    """The sessions of this home."""
    from dashboard.access.sessions import Sessions

    return Sessions(house.records, lambda: house.settings, house.home.sample)


def _who(house: House) -> str:
    """Who acts."""
    return house.visitor.person_id if house.visitor else "command line"


@restricted(Permission.MANAGE_PEOPLE)
def listing(house: House) -> list[Row]:
    """Everybody, by name."""
    with_password, with_factor = Passwords(house.records).who_has_one(), Factors(house.records).who_has_one()
    seen, linked = SignIns(house.records).last_seen(), Identities(house.records).who_has_one()
    return [Row(one, one.id in with_password, seen.get(one.id), one.id in with_factor, one.id in linked) for one in People(house.records).all()]


@restricted(Permission.MANAGE_PEOPLE)
def places(house: House) -> tuple[str, ...]:
    """The districts that a supervisor can be limited to: those in the data, and those that somebody is limited to already."""
    there = {str(one) for one in house.facts.values("stops", "district")} if house.live_imports("stops") else set()
    return tuple(sorted(there.union(*(one.districts for one in People(house.records).all()))))


@restricted(Permission.MANAGE_PEOPLE)
def invite(house: House, called: tuple[str, str, str], roles: Sequence[str], base: str = "") -> Way:
    """Add a person and make the link with which they set a password; mailed when a mail server and an address are there.

    `called`: name, name to sign in with, e-mail address. `base` is the address of this server as people reach it, for the mail.
    StoreError when a name is taken or will not do.
    """
    name, sign_in_name, email = good_details(*called)
    person = People(house.records).add(name, sign_in_name, _known_roles(roles), _who(house), email)
    return _link(house, person, base, "You are invited to Common Ground")


@restricted(Permission.MANAGE_PEOPLE)
def new_link(house: House, person_id: str, base: str = "") -> Way:
    """For who forgot the password: a link to set a new one. The old password holds until it is used."""
    person = _member(house, person_id)
    return _link(house, person, base, "A new password for Common Ground")


def _link(house: House, person: Member, base: str, subject: str) -> Way:
    """Make the link, write that down, mail it if that can be."""
    path = f"/welcome/{_sessions(house).make_link(person.id, dt.timedelta(days=LINK_DAYS), WELCOME)}"
    Audit(house.records).append(_who(house), "link_made", person.id)
    if not (mail.ready() and person.email and base):
        return Way(person, path)
    try:
        mail.send(person.email, subject, letter(house.name, person, f"{base}{path}", f"{LINK_DAYS} days"))
    except CommonGroundError as error:
        return Way(person, path, trouble=str(error))
    return Way(person, path, person.email)


def letter(agency: str, person: Member, link: str, within: str) -> str:
    """The mail's text."""
    return (
        f"Hello {person.name},\n\nhere is your personal link to the dashboard of {agency}:\n\n{link}\n\n"
        f"It works once, within {within}, and asks you for a password. You sign in as: {person.sign_in_name}\n\n"
        "If you did not expect this mail, ignore it: without the link nothing happens.\n"
    )


@restricted(Permission.MANAGE_PEOPLE)
def set_roles(house: House, person_id: str, roles: Sequence[str], *, confirmed: bool = False) -> None:
    """Give a person exactly these roles. AccessDenied when an administrator would lose the own role without having confirmed it."""
    wanted = _known_roles(roles)
    if house.visitor and person_id == house.visitor.person_id and ADMIN not in wanted and not confirmed:
        raise AccessDenied("You would no longer be administrator.", hint="Confirm it, or keep the role.")
    People(house.records).set_roles(person_id, wanted, _who(house))


@restricted(Permission.MANAGE_PEOPLE)
def set_districts(house: House, person_id: str, districts: Sequence[str]) -> None:
    """Limit a supervisor to these districts; none limits nothing."""
    if unknown := [one for one in districts if one not in places(house)]:
        raise StoreError(f"There is no district {unknown[0]}.")
    People(house.records).set_places(person_id, districts, _member(house, person_id).units, _who(house))


@restricted(Permission.MANAGE_PEOPLE)
def units(house: House) -> dict[str, str]:
    """The units that a supervisor can be limited to: code -> words, as staff surveys name them, and those that somebody is limited to already."""
    asked = [employee.cuts(one.draft).get(UNIT) for one in Surveys(house.records).all() if one.family == EMPLOYEE]
    named = {option.code: option.label.get("en", option.code) for question in asked if question for option in question.options}
    given = {unit: unit for one in People(house.records).all() for unit in one.units}
    return dict(sorted({**given, **named}.items(), key=lambda pair: pair[1].casefold()))


@restricted(Permission.MANAGE_PEOPLE)
def set_units(house: House, person_id: str, chosen: Sequence[str]) -> None:
    """Limit a supervisor to these units; none limits nothing. StoreError for a unit that nobody knows."""
    if unknown := [one for one in chosen if one not in units(house)]:
        raise StoreError(f"There is no unit {unknown[0]}.", hint="Units are named by the staff surveys, on the page Staff surveys.")
    People(house.records).set_places(person_id, _member(house, person_id).districts, chosen, _who(house))


@restricted(Permission.MANAGE_PEOPLE)
def unlink(house: House, person_id: str) -> None:
    """Single sign-on no longer opens this account, and what it opened ends. A new invitation links it again. StoreError where nothing is linked."""
    if not Identities(house.records).unlink(_member(house, person_id).id, _who(house)):
        raise StoreError("This person is not linked to single sign-on.")
    SignIns(house.records).close_all(person_id)


@restricted(Permission.MANAGE_PEOPLE)
def set_details(house: House, person_id: str, name: str, sign_in_name: str, email: str) -> None:
    """Change what a person is called and where mail reaches them."""
    People(house.records).set_details(person_id, *good_details(name, sign_in_name, email), _who(house))


@restricted(Permission.MANAGE_PEOPLE)
def set_closed(house: House, person_id: str, closed: bool, *, confirmed: bool = False) -> None:
    """Close an account, which ends its sessions and links, or open it again. One's own is closed only after confirming."""
    if house.visitor and person_id == house.visitor.person_id and closed and not confirmed:
        raise AccessDenied("You would shut yourself out.", hint="Confirm it, or let another administrator do it.")
    People(house.records).set_disabled(person_id, closed, _who(house))


@restricted(Permission.MANAGE_PEOPLE)
def open_sessions(house: House, person_id: str) -> list[SignIn]:
    """Where a person is signed in."""
    return _sessions(house).of(person_id)


@restricted(Permission.MANAGE_PEOPLE)
def end_session(house: House, person_id: str, mark: str) -> None:
    """End one session of a person."""
    _sessions(house).close_marked(person_id, mark, _who(house))


@restricted(Permission.MANAGE_PEOPLE)
def reset_second_factor(house: House, person_id: str) -> None:
    """For who lost phone and recovery codes: the second factor goes, and their sessions end. Where a role asks for one, they turn it on anew."""
    if Factors(house.records).remove(_member(house, person_id).id, _who(house)):
        SignIns(house.records).close_all(person_id)


def _known_roles(roles: Iterable[str]) -> list[str]:
    """The roles, each once, in the table's order; `public` is nobody's in particular."""
    wanted = set(roles)
    if unknown := sorted(wanted - set(ROLES)):
        raise StoreError(f"There is no role named '{unknown[0]}'.")
    return [role for role in ROLES if role in wanted and role != "public"]


def _member(house: House, person_id: str) -> Member:
    """The person, or StoreError."""
    found = People(house.records).get(person_id)
    if found is None:
        raise StoreError("There is no such person.")
    return found


def role_table() -> NumberTable:
    """Which role may do what? One row a permission."""
    roles = [role for role in ROLES if role != "public"]
    rows = tuple((meaning(one), *("yes" if one in ROLES[role] else "" for role in roles)) for one in Permission)
    return NumberTable("Roles and what they may do", ("May", *(TITLES[role] for role in roles)), rows)
