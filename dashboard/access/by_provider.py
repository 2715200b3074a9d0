"""The second door: a single sign-on provider says who somebody is. Whether they come in, and in which roles, is decided here."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.access.account import Welcome
from dashboard.access.by_password import Visit
from dashboard.access.sessions import Sessions
from dashboard.errors import AccessDenied
from dashboard.store.audit import Audit
from dashboard.store.identities import Identities
from dashboard.store.sign_ins import WELCOME

SEVERAL_FACTORS = "mfa"  # RFC 8176: the provider asked for more than one factor


@dataclass(frozen=True, slots=True)
class Told:
    """What the provider told and signed: its own name, its unchanging name for the person, and how it made sure."""

    issuer: str
    subject: str
    methods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProviderDoor:
    """Signing in by what a provider told, over one home's sessions."""

    sessions: Sessions

    def enter(self, told: Told, visit: Visit, invitation: str = "") -> tuple[str, str]:
        """Open a session for the person who is linked, or whom this invitation links now: its token, and the step that is missing.

        AccessDenied when nobody is linked, the invitation is spent, or the account is closed.
        """
        identities = Identities(self.sessions.records)
        if invitation:
            person = Welcome(self.sessions, invitation).person()
            if identities.person(told.issuer, told.subject) != person.id:
                identities.link(told.issuer, told.subject, person.id, self.sessions.clock())
            self.sessions.spend(invitation, WELCOME)
        person_id = identities.person(told.issuer, told.subject)
        if person_id is None:
            Audit(self.sessions.records).append("", "sign_in_failed", "single sign-on")
            raise AccessDenied("Nobody here is linked with this account.", hint="Ask an administrator for an invitation, and open its link first.")
        strong = SEVERAL_FACTORS in told.methods
        return self.sessions.admit(person_id, "provider", before=visit.before, device=visit.device, strong=strong)
