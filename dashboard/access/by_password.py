"""The first door: a name and a password. A wrong name, a wrong password and a closed account look alike and take alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.access import known_browsers, passwords
from dashboard.access.principal import Principal
from dashboard.access.sessions import Sessions
from dashboard.errors import AccessDenied, PasswordRefused, TooSoon
from dashboard.store.audit import Audit
from dashboard.store.passwords import Passwords
from dashboard.store.people import folded
from dashboard.store.tries import Key, Rule, Tries

ACCOUNT = Rule(free=5, longest=dt.timedelta(minutes=1), quiet=dt.timedelta(hours=24))
BROWSER = Rule(free=5, longest=dt.timedelta(minutes=15), quiet=dt.timedelta(hours=24))
SOURCE = Rule(free=20, longest=dt.timedelta(minutes=15), quiet=dt.timedelta(hours=2))
WRONG = "This name and password do not fit, or the account is closed."


@dataclass(frozen=True, slots=True)
class Visit:
    """From where somebody signs in: the network (only ever hashed), the kind of device, the mark of a known browser, and the session before."""

    source: str = ""
    device: str = ""
    known: str = ""
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What came of it: the session's token, the mark for the browser, and the step that is still missing (empty: none)."""

    token: str
    mark: str
    stage: str


@dataclass(frozen=True, slots=True)
class PasswordDoor:
    """Signing in by password over one home's sessions."""

    sessions: Sessions

    @property
    def _key(self) -> bytes:
        return self.sessions.records.home.site_key

    def enter(self, name: str, password: str, visit: Visit) -> Entry:
        """Open a session for who knows the password. AccessDenied in the same words for every other case; TooSoon while a wait lasts."""
        records, now = self.sessions.records, self.sessions.clock()
        found = Passwords(records).named(name)
        person_id, stored = found or ("", None)
        browser = known_browsers.known(visit.known, person_id, stored, self._key) if stored else ""
        account, others = self._keys(name, person_id, browser, visit.source)
        self._wait([*account, *others], now)
        if len(password) > passwords.LONGEST or not passwords.matches(password, stored, self._key) or stored is None:
            Audit(records).append(person_id, "sign_in_failed", "password")
            raise AccessDenied(WRONG, hint="Forgot it? Ask an administrator for a new link.")
        Tries(records).clear(account)
        Tries(records).forgive(others, now)
        token, stage = self.sessions.admit(person_id, "password", before=visit.before, device=visit.device)
        return Entry(token, known_browsers.mark(person_id, stored, self._key), stage)

    def _keys(self, name: str, person_id: str, browser: str, source: str) -> tuple[list[Key], list[Key]]:
        """What is counted: the account and the source, or for a browser that the person has used before, only itself."""
        if browser:
            return [Key("browser", f"{person_id} {browser}", BROWSER)], []
        return [Key("account", folded(name), ACCOUNT)], [Key("source", source, SOURCE)]

    def _wait(self, keys: Iterable[Key], now: dt.datetime) -> None:
        """TooSoon while one of these has to wait; else the try is counted."""
        wait = Tries(self.sessions.records).begin(list(keys), now)
        if wait is not None:
            raise TooSoon(wait)

    def change(self, person: Principal, token: str, current: str, new: str, about: Iterable[str] = ()) -> None:
        """Set one's own password: the current one is asked for unless there is none yet. Other sessions of the person end.

        AccessDenied when the current one is wrong, PasswordRefused when the new one breaks the rule, TooSoon while a wait lasts.
        """
        self.confirm(person, current)
        self.set(person.person_id, new, person.person_id, (person.name, *about), keep=token)

    def confirm(self, person: Principal, current: str) -> None:
        """Make sure that it is still this person who sits there. AccessDenied when the password is wrong; nothing is asked of who has none."""
        if not person.signed_in:
            raise AccessDenied("Sign in first.")
        records, now = self.sessions.records, self.sessions.clock()
        stored = Passwords(records).of(person.person_id)
        if stored is None:
            return
        keys = [Key("confirm", person.person_id, BROWSER)]
        self._wait(keys, now)
        if not passwords.matches(current[: passwords.LONGEST + 1], stored, self._key):
            Audit(records).append(person.person_id, "password_wrong", "own account")
            raise AccessDenied("The current password is not right.")
        Tries(records).clear(keys)

    def require_good(self, new: str, about: Iterable[str] = ()) -> None:
        """PasswordRefused when a new password breaks the rule."""
        wrong = passwords.problem(new, [*about, self.sessions.settings().text("agency.name")])
        if wrong:
            raise PasswordRefused(wrong)

    def set(self, person_id: str, new: str, by: str, about: Iterable[str] = (), keep: str | None = None) -> None:
        """Give a person this password; PasswordRefused when it breaks the rule."""
        self.require_good(new, about)
        Passwords(self.sessions.records).set(person_id, passwords.hashed(new, self._key), by, keep, self.sessions.clock())
