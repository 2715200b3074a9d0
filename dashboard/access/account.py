"""A person's own account: what they are called, their password, and where they are signed in. Everybody changes their own and nobody else's here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dashboard.access.by_password import PasswordDoor
from dashboard.access.principal import Principal
from dashboard.access.second_factor import SETTING, SecondFactor, required_of
from dashboard.access.sessions import Sessions
from dashboard.errors import AccessDenied, StoreError
from dashboard.store.passwords import Passwords
from dashboard.store.people import Member, People
from dashboard.store.sign_ins import WELCOME, SignIn, SignIns, token_hash

EMAIL = re.compile(r"[^@\s,;<>\"']{1,64}@[^@\s,;<>\"']{1,180}\.[^@\s,;<>\"'.]{2,63}")
SIGN_IN_NAME = re.compile(r"[^\s\x00-\x1f]{2,200}")
OWNER = "local"  # the sign-in name of the person at the machine until they choose their own


def good_details(name: str, sign_in_name: str, email: str) -> tuple[str, str, str]:
    """The three as they are kept; StoreError says which one will not do."""
    name, sign_in_name, email = (" ".join(name.split()), sign_in_name.strip(), email.strip())
    if not 1 <= len(name) <= 200 or not name.isprintable():
        raise StoreError("Please give a name.")
    if not SIGN_IN_NAME.fullmatch(sign_in_name) or not sign_in_name.isprintable():
        raise StoreError("A sign-in name has at least two signs and no spaces.")
    if email and not EMAIL.fullmatch(email):
        raise StoreError("This does not look like an e-mail address.", hint="Leave it empty if there is none.")
    return name, sign_in_name, email


@dataclass(frozen=True, slots=True)
class Account:
    """The account of the person who holds this session now."""

    sessions: Sessions
    token: str
    person: Principal

    @classmethod
    def of(cls, sessions: Sessions, token: str | None) -> Account:
        """AccessDenied unless somebody is signed in."""
        person = sessions.principal(token)
        if not token or not person.signed_in:
            raise AccessDenied("Sign in first.")
        return cls(sessions, token, person)

    @property
    def member(self) -> Member:
        """The person's row."""
        found = People(self.sessions.records).get(self.person.person_id)
        if found is None:
            raise AccessDenied("Sign in first.")
        return found

    @property
    def has_password(self) -> bool:
        """Whether a password is set."""
        return Passwords(self.sessions.records).of(self.person.person_id) is not None

    def open_sessions(self) -> list[tuple[SignIn, bool]]:
        """Where this person is signed in, each with whether it is the one in use."""
        return [(one, one.token_hash == token_hash(self.token)) for one in self.sessions.of(self.person.person_id)]

    def change_details(self, name: str, email: str, current: str) -> None:
        """Change name and e-mail address. A new address can receive links, so the password is asked for."""
        member = self.member
        name, sign_in_name, email = good_details(name, member.sign_in_name, email)
        if email != member.email:
            PasswordDoor(self.sessions).confirm(self.person, current)
        People(self.sessions.records).set_details(member.id, name, sign_in_name, email, member.id)

    def change_password(self, current: str, new: str, again: str) -> None:
        """Set a new password. The other sessions of this person end."""
        _alike(new, again)
        member = self.member
        PasswordDoor(self.sessions).change(self.person, self.token, current, new, (member.sign_in_name, member.email))

    @property
    def factor(self) -> SecondFactor:
        """The second factor."""
        return SecondFactor(self.sessions, self.person.person_id)

    @property
    def factor_asked(self) -> bool:
        """Whether a role of this person asks for a second factor."""
        return required_of(self.member, self.sessions.settings().text(SETTING))

    def renew_codes(self, current: str) -> list[str]:
        """New recovery codes, after the password."""
        PasswordDoor(self.sessions).confirm(self.person, current)
        return self.factor.renew_codes()

    def turn_second_factor_off(self, current: str) -> None:
        """After the password, and unless a role asks for it."""
        if self.factor_asked:
            raise AccessDenied("Your role asks for a second factor, so it stays on.")
        PasswordDoor(self.sessions).confirm(self.person, current)
        self.factor.turn_off(self.person.person_id)

    def end_session(self, mark: str) -> None:
        """End one of one's own sessions."""
        self.sessions.close_marked(self.person.person_id, mark, self.person.person_id)


@dataclass(frozen=True, slots=True)
class Welcome:
    """A link that lets a person set a password: for an invitation, the first person of a home, or a forgotten password."""

    sessions: Sessions
    link: str

    def person(self) -> Member:
        """Whose link it is, without using it; AccessDenied when it is spent."""
        found = SignIns(self.sessions.records).look_at_link(self.link, self.sessions.clock())
        member = People(self.sessions.records).get(found[0]) if found and found[1] == WELCOME else None
        if member is None:
            raise AccessDenied("This link has been used or has expired.", hint="Ask for a new one.")
        return member

    def set_password(self, new: str, again: str, names: tuple[str, str, str] | None = None) -> Member:
        """Use the link: set the password, and for the first person also name, sign-in name and address. It stays good when one will not do."""
        _alike(new, again)
        member = self.person()
        door = PasswordDoor(self.sessions)
        first = member.sign_in_name == OWNER
        called = good_details(*names) if names and first else (member.name, member.sign_in_name, member.email)
        taken = People(self.sessions.records).named(called[1])
        if taken and taken.id != member.id:
            raise StoreError(f"The sign-in name {called[1]} is taken.", hint="Choose another.")
        door.require_good(new, called)
        self.sessions.spend(self.link, WELCOME)
        People(self.sessions.records).set_details(member.id, *called, member.id)
        door.set(member.id, new, member.id, called)
        return member


def _alike(new: str, again: str) -> None:
    """Both fields hold the same."""
    if new != again:
        raise StoreError("The two passwords are not alike.")
