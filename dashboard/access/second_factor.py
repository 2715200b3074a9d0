"""The second factor: six digits from an app that change every half minute (TOTP, RFC 6238), and recovery codes for a lost phone."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.sealed import Sealed
from dashboard.errors import AccessDenied, StoreError, TooSoon
from dashboard.store.audit import Audit
from dashboard.store.factors import Factor, Factors
from dashboard.store.people import Member, People
from dashboard.store.tries import Key, Rule, Tries

if TYPE_CHECKING:
    from dashboard.access.sessions import Sessions

STEP = 30  # seconds
AROUND = (0, -1, 1)  # steps that are taken: clocks differ, and people type slowly
CODES = 10
RULE = Rule(free=5, longest=dt.timedelta(minutes=15), quiet=dt.timedelta(hours=24))
SEALED_FOR = "second factor"
SETTING = "sign_in.second_factor"


def new_secret() -> str:
    """A new secret for an app: 160 random bits in base 32."""
    import pyotp

    return pyotp.random_base32()


def step_of(secret: str, typed: str, moment: dt.datetime) -> int | None:
    """The time step whose code this is, now or one step around; None when it is none of them."""
    import pyotp

    now, digits = int(moment.timestamp()) // STEP, "".join(typed.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return None
    app = pyotp.TOTP(secret, interval=STEP)
    fits = [now + around for around in AROUND if hmac.compare_digest(app.at((now + around) * STEP), digits)]
    return fits[0] if fits else None


def new_codes() -> list[str]:
    """Ten recovery codes of 50 random bits each."""
    letters = [base64.b32encode(secrets.token_bytes(7)).decode()[:10] for _ in range(CODES)]
    return [f"{one[:5]}-{one[5:]}" for one in letters]


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """The second factor of one person."""

    sessions: Sessions
    person_id: str

    @property
    def _factors(self) -> Factors:
        return Factors(self.sessions.records)

    def _hash(self, code: str) -> str:
        """What is stored of a recovery code, whatever case and dashes it was typed with."""
        plain = "".join(sign for sign in code.upper() if sign.isalnum())
        return hmac.new(self.sessions.records.home.site_key, f"recovery\0{self.person_id}\0{plain}".encode(), hashlib.sha256).hexdigest()

    @property
    def name(self) -> str:
        """The person's sign-in name, for the app."""
        person = People(self.sessions.records).get(self.person_id)
        return person.sign_in_name if person else ""

    @property
    def kept(self) -> Factor | None:
        """What is stored."""
        return self._factors.of(self.person_id)

    @property
    def on(self) -> bool:
        """Whether it counts."""
        found = self.kept
        return found is not None and found.confirmed is not None

    def secret(self) -> str:
        """The secret that was begun or counts. StoreError when there is none."""
        found = self.kept
        if found is None:
            raise StoreError("There is no second factor here.", hint="Turn it on again.")
        return Sealed(self.sessions.records, SEALED_FOR).open(found.secret)

    def begin(self) -> None:
        """Draw a secret, which counts once a code from it was typed."""
        self._factors.begin(self.person_id, Sealed(self.sessions.records, SEALED_FOR).close(new_secret()))

    def address(self, name: str, agency: str) -> str:
        """What the QR code holds: the secret under the agency's and the person's name."""
        import pyotp

        return pyotp.TOTP(self.secret(), interval=STEP).provisioning_uri(name=name, issuer_name=agency)

    def confirm(self, typed: str) -> list[str]:
        """From now on it counts: the recovery codes, shown once. AccessDenied when the code is not the app's."""
        if self.on:
            raise StoreError("The second factor is on already.")
        self._wait()
        step = step_of(self.secret(), typed, self.sessions.clock())
        codes = new_codes()
        if step is None or not self._factors.confirm(self.person_id, step, map(self._hash, codes), self.sessions.clock()):
            raise AccessDenied("This code does not fit.", hint="Type the six digits that the app shows now; its clock must be right.")
        Tries(self.sessions.records).clear([self._count])
        return codes

    def check(self, typed: str) -> None:
        """AccessDenied unless this is the app's code of now, not used before, or an unused recovery code. TooSoon while a wait lasts."""
        self._wait()
        step = step_of(self.secret(), typed, self.sessions.clock()) if self.on else None
        fits = self._factors.use_step(self.person_id, step) if step is not None else False
        if not fits and not (self.on and self._factors.use_code(self.person_id, self._hash(typed[:40]), self.sessions.clock())):
            Audit(self.sessions.records).append(self.person_id, "sign_in_failed", "second factor")
            raise AccessDenied("This code does not fit, or was used before.", hint="Wait for the next one, or use a recovery code.")
        Tries(self.sessions.records).clear([self._count])

    @property
    def _count(self) -> Key:
        return Key("code", self.person_id, RULE)

    def _wait(self) -> None:
        """TooSoon while too many codes were wrong; else this try is counted."""
        wait = Tries(self.sessions.records).begin([self._count], self.sessions.clock())
        if wait is not None:
            raise TooSoon(wait)

    def renew_codes(self) -> list[str]:
        """New recovery codes instead of those before, shown once."""
        if not self.on:
            raise StoreError("The second factor is off.")
        codes = new_codes()
        self._factors.new_codes(self.person_id, map(self._hash, codes))
        return codes

    def turn_off(self, by: str) -> bool:
        """Take it away; whether there was one."""
        return self._factors.remove(self.person_id, by)


def required_of(member: Member, asked: str) -> bool:
    """Whether one of the person's roles asks for a second factor; `asked` is the setting."""
    return bool(member.roles & set(asked.split(",")))
