"""Is this visitor signed in, and as whom? One-time links open server-side sessions; identity is looked up anew on every run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from dashboard.access.principal import ANYONE, Principal
from dashboard.access.roles import ROLES
from dashboard.access.second_factor import SETTING, SecondFactor, required_of
from dashboard.errors import AccessDenied
from dashboard.settings import DEFAULTS, Settings
from dashboard.store.audit import Audit
from dashboard.store.people import People
from dashboard.store.records import Records
from dashboard.store.sign_ins import SIGN_IN, Opening, SignIn, SignIns, token_hash

LINK_LIFE = dt.timedelta(hours=24)
STEP = dt.timedelta(minutes=10)  # for the step between a password and the session
CODE, ENROL = "code", "enrol"  # what may be missing: a code, or turning the second factor on
HOW = {"link": "one-time link", "password": "password", "welcome": "link to set a password", "provider": "single sign-on"}


def utc_now() -> dt.datetime:
    """The present, in UTC."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions of one home. `sample` allows a signed-in visitor to look as any role."""

    records: Records
    settings: Callable[[], Settings] = lambda: DEFAULTS
    sample: bool = False
    clock: Callable[[], dt.datetime] = utc_now

    def make_link(self, person_id: str, life: dt.timedelta = LINK_LIFE, purpose: str = SIGN_IN) -> str:
        """A token for a link that this person uses once. AccessDenied when the person is unknown or disabled."""
        person = People(self.records).get(person_id)
        if person is None or person.disabled:
            raise AccessDenied("There is no active person with this name.")
        return SignIns(self.records).offer_link(person_id, life, self.clock(), purpose)

    def open(self, link_token: str, before: str | None = None, device: str = "") -> str:
        """Use a one-time link: the token of the new session, always a new one; the session `before` of the same browser ends.

        AccessDenied when the link is unknown, used or expired, or its person disabled.
        """
        person_id = self.spend(link_token, SIGN_IN)
        return self._begin(person_id, Opening("link", device), before)

    def spend(self, link_token: str, purpose: str) -> str:
        """Use a link up: whose it was. AccessDenied when it is unknown, used, expired, for something else, or its person disabled."""
        person_id = SignIns(self.records).use_link(link_token, self.clock(), purpose)
        if person_id is None:
            Audit(self.records).append("", "sign_in_failed", "one-time link")
            raise AccessDenied("This link has been used or has expired.", hint="Ask for a new one.")
        return person_id

    def admit(self, person_id: str, how: str, *, before: str | None = None, device: str = "", strong: bool = False) -> tuple[str, str]:
        """Begin a session for somebody who proved who they are: its token, and the step that is still missing (empty: none)."""
        stage = "" if strong else self._missing(person_id)
        return self._begin(person_id, Opening(how, device, stage, strong), before), stage

    def _missing(self, person_id: str) -> str:
        """Which step is missing after the first proof: a code, turning the second factor on where a role asks for it, or none."""
        factor, person = SecondFactor(self, person_id), People(self.records).get(person_id)
        if factor.on:
            return CODE
        if person is None or not required_of(person, self.settings().text(SETTING)):
            return ""
        factor.begin()
        return ENROL

    def waiting(self, token: str | None) -> SignIn | None:
        """The session of this token that still waits for its second step."""
        found = SignIns(self.records).find(token, STEP, self.clock()) if token else None
        return found if found and found.stage else None

    def finish(self, token: str) -> str:
        """The second step is done: a new session in place of the one that waited."""
        found = self.waiting(token)
        if found is None:
            raise AccessDenied("This took too long.", hint="Sign in again.")
        SignIns(self.records).close(token, self.clock())
        return self._begin(found.person_id, Opening(found.how, found.device, "", strong=True), None)

    def _begin(self, person_id: str, opening: Opening, before: str | None) -> str:
        """The session row and its line in the audit log; the session `before` ends."""
        longest = STEP if opening.stage else dt.timedelta(hours=self.settings().number("session.absolute_hours"))
        self.close(before)
        token = SignIns(self.records).open(person_id, longest, self.clock(), opening)
        if not opening.stage:
            Audit(self.records).append(person_id, "sign_in", HOW[opening.how])
        return token

    def strengthened(self, token: str) -> str:
        """A second factor was shown in an open session: a new session in its place that counts as strong."""
        person = self.principal(token)
        found = next((one for one in self.of(person.person_id) if one.token_hash == token_hash(token)), None)
        if found is None:
            raise AccessDenied("Sign in first.")
        SignIns(self.records).close(token, self.clock())
        return self._begin(found.person_id, Opening(found.how, found.device, "", strong=True), None)

    def principal(self, token: str | None) -> Principal:
        """Who holds this session token now? ANYONE when there is none, it timed out or was closed, or the person was disabled.

        Roles that ask for a second factor do not count in a session that was opened without one.
        """
        if not token:
            return ANYONE
        idle = dt.timedelta(minutes=self.settings().number("session.idle_minutes"))
        found = SignIns(self.records).find(token, idle, self.clock())
        person = People(self.records).get(found.person_id) if found else None
        if found is None or person is None or person.disabled or found.stage:
            return ANYONE
        asked = set() if found.strong else set(self.settings().text(SETTING).split(","))
        roles = tuple(role for role in ROLES if role in person.roles and role not in asked)
        looks_as = (found.looks_as or "") if self.sample else ""
        return Principal(person.id, person.name, roles, looks_as, tuple(sorted(person.districts)), tuple(sorted(person.units)))

    def look_as(self, token: str, role: str) -> None:
        """See the pages as this role would; empty for one's own roles. Only over sample data."""
        if not self.sample:
            raise AccessDenied("Looking as another role works only over sample data.")
        if role and role not in ROLES:
            raise AccessDenied(f"There is no role named '{role}'.")
        person = self.principal(token)
        if not person.signed_in:
            raise AccessDenied("Sign in first.")
        SignIns(self.records).look_as(token, role or None)
        Audit(self.records).append(person.person_id, "look_as", role or "own roles")

    def of(self, person_id: str) -> list[SignIn]:
        """The live sessions of a person."""
        idle = dt.timedelta(minutes=self.settings().number("session.idle_minutes"))
        return SignIns(self.records).of(person_id, idle, self.clock())

    def close_marked(self, person_id: str, mark: str, by: str) -> None:
        """End one session of a person, as their list names it."""
        SignIns(self.records).close_marked(person_id, mark, by, self.clock())

    def close(self, token: str | None) -> None:
        """Sign out: the session ends on the server, whatever the browser keeps."""
        person = self.principal(token)
        if token and person.signed_in:
            SignIns(self.records).close(token, self.clock())
            Audit(self.records).append(person.person_id, "sign_out")

    def denied(self, visitor: Principal, what: str) -> None:
        """Audit that a signed-in person asked for what is not open to them. The public's tries are not kept: anyone could fill the log."""
        if visitor.signed_in:
            Audit(self.records).append(visitor.person_id, "denied", what)
