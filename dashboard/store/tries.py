"""How long must the next try wait? Failures are counted in the records, so that a restart forgets none; every wait ends by itself."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from dashboard.store.account_tables import TryRow
from dashboard.store.records import Records

KEPT = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """So many failures are `free`; each further one doubles the wait, from one second to at most `longest`; all is forgotten after `quiet`."""

    free: int
    longest: dt.timedelta
    quiet: dt.timedelta


@dataclass(frozen=True, slots=True)
class Key:
    """What is counted (`kind` and `name`, such as an account) and under which rule."""

    kind: str
    name: str
    rule: Rule


class Tries:
    """The failed tries of one home."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def _hash(self, key: Key) -> str:
        """What is stored of a key: nobody reads a name or an address from it."""
        return hmac.new(self.records.home.site_key, f"tries\0{key.kind}\0{key.name}".encode(), hashlib.sha256).hexdigest()

    def begin(self, keys: Sequence[Key], now: dt.datetime) -> dt.timedelta | None:
        """Count a try as failed before it is judged, so that many at once do not slip through; or the wait, in which case nothing is counted."""
        try:
            return self._begin(keys, now)
        except IntegrityError:  # two first tries at once on PostgreSQL: the second finds the row of the first
            return self._begin(keys, now)

    def _begin(self, keys: Sequence[Key], now: dt.datetime) -> dt.timedelta | None:
        """One attempt at that."""
        with self.records.write() as session:
            session.execute(delete(TryRow).where(TryRow.last < now - KEPT))
            rows = [(key, session.get(TryRow, self._hash(key), with_for_update=True)) for key in sorted(keys, key=self._hash)]
            waits = [row.until - now for key, row in rows if row and row.until > now and now - row.last < key.rule.quiet]
            if waits:
                return max(waits)
            for key, row in rows:
                failures = 1 if row is None or now - row.last >= key.rule.quiet else row.failures + 1
                until = now + _wait(failures, key.rule)
                if row is None:
                    session.add(TryRow(key=self._hash(key), failures=failures, last=now, until=until))
                else:
                    row.failures, row.last, row.until = failures, now, until
        return None

    def clear(self, keys: Sequence[Key]) -> None:
        """Forget the failures under these keys: the right person was there."""
        with self.records.write() as session:
            session.execute(delete(TryRow).where(TryRow.key.in_([self._hash(key) for key in keys])))

    def forgive(self, keys: Sequence[Key], now: dt.datetime) -> None:
        """Take back the one failure that `begin` counted ahead; those before it stay."""
        with self.records.write() as session:
            for key in sorted(keys, key=self._hash):
                row = session.get(TryRow, self._hash(key), with_for_update=True)
                if row:
                    row.failures = max(0, row.failures - 1)
                    row.until = min(row.until, now + _wait(row.failures, key.rule))


def _wait(failures: int, rule: Rule) -> dt.timedelta:
    """The wait after this many failures."""
    over = failures - rule.free
    return dt.timedelta(0) if over <= 0 else min(rule.longest, dt.timedelta(seconds=2.0 ** min(over - 1, 20)))
