"""Which second factor does a person have? Each one-time code and each recovery code counts once, also when two arrive at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from dashboard.store.account_tables import RecoveryCodeRow, SecondFactorRow
from dashboard.store.audit import Audit
from dashboard.store.records import Records


@dataclass(frozen=True, slots=True)
class Factor:
    """The encrypted secret, since when it counts (None: it was only begun), and how many recovery codes are left."""

    secret: str
    confirmed: dt.datetime | None
    codes_left: int


class Factors:
    """The second factors of one home."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def of(self, person_id: str) -> Factor | None:
        """This person's factor, begun or confirmed."""
        with self.records.read() as session:
            row = session.get(SecondFactorRow, person_id)
            mine = select(func.count()).where(RecoveryCodeRow.person_id == person_id, RecoveryCodeRow.used.is_(None))
            return Factor(row.secret, row.confirmed, session.scalar(mine) or 0) if row else None

    def who_has_one(self) -> frozenset[str]:
        """Ids of everybody whose factor counts."""
        with self.records.read() as session:
            return frozenset(session.scalars(select(SecondFactorRow.person_id).where(SecondFactorRow.confirmed.is_not(None))))

    def begin(self, person_id: str, secret: str) -> None:
        """Keep a secret that does not count yet; one that counts is not replaced."""
        with self.records.write() as session:
            row = session.get(SecondFactorRow, person_id)
            if row is None:
                session.add(SecondFactorRow(person_id=person_id, secret=secret, confirmed=None, last_step=0))
            elif row.confirmed is None:
                row.secret = secret

    def confirm(self, person_id: str, step: int, codes: Iterable[str], now: dt.datetime) -> bool:
        """From now on it counts, with these recovery codes (as hashes); False when there is none that was begun."""
        with self.records.write() as session:
            begun = update(SecondFactorRow).where(SecondFactorRow.person_id == person_id, SecondFactorRow.confirmed.is_(None))
            if not session.execute(begun.values(confirmed=now, last_step=step)).rowcount:  # type: ignore[attr-defined]
                return False
            _put_codes(session, person_id, codes)
            Audit(self.records).append_in(session, person_id, "second_factor_on", person_id)
            return True

    def use_step(self, person_id: str, step: int) -> bool:
        """Use the code of this time step up; False when it, or a later one, was used before."""
        fresh = update(SecondFactorRow).where(SecondFactorRow.person_id == person_id, SecondFactorRow.last_step < step)
        with self.records.write() as session:
            return bool(session.execute(fresh.values(last_step=step)).rowcount)  # type: ignore[attr-defined]

    def use_code(self, person_id: str, code_hash: str, now: dt.datetime) -> bool:
        """Use a recovery code up; False when it is not one of this person's, or was used before."""
        mine = update(RecoveryCodeRow).where(RecoveryCodeRow.code_hash == code_hash, RecoveryCodeRow.person_id == person_id)
        with self.records.write() as session:
            used = session.execute(mine.where(RecoveryCodeRow.used.is_(None)).values(used=now))
            if not used.rowcount:  # type: ignore[attr-defined]
                return False
            Audit(self.records).append_in(session, person_id, "recovery_code_used", person_id)
            return True

    def new_codes(self, person_id: str, codes: Iterable[str]) -> None:
        """Replace the recovery codes; those from before are worth nothing."""
        with self.records.write() as session:
            _put_codes(session, person_id, codes)
            Audit(self.records).append_in(session, person_id, "recovery_codes_new", person_id)

    def remove(self, person_id: str, by: str) -> bool:
        """Take the factor away, with its codes; whether there was one that counted."""
        with self.records.write() as session:
            row = session.get(SecondFactorRow, person_id)
            counted = row is not None and row.confirmed is not None
            session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person_id == person_id))
            session.execute(delete(SecondFactorRow).where(SecondFactorRow.person_id == person_id))
            if counted:
                Audit(self.records).append_in(session, by, "second_factor_off", person_id)
            return counted


def _put_codes(session: Session, person_id: str, codes: Iterable[str]) -> None:
    """These codes instead of those before."""
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person_id == person_id))
    session.add_all(RecoveryCodeRow(code_hash=one, person_id=person_id, used=None) for one in codes)
