"""Links to a staff survey on their way from the program to the browser that asked for them: sealed, for some minutes, fetched once.

The key is made of the session's token, which is stored nowhere on the server (of sessions it keeps fingerprints), and of the home's own key. So a
database, a copy of it, or the address in a log opens nothing, and any process that serves the same home can hand the file out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
import zlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, func, select

from dashboard.store.records import Records
from dashboard.store.sealing import NONCE
from dashboard.store.staff_tables import StaffLinksRow

MOST = 20  # files that wait at once


class StaffLinks:
    """The sealed files of one home."""

    def __init__(self, records: Records, site_key: bytes) -> None:
        self.records, self.site_key = records, site_key

    def lay(self, content: bytes, session: str, until: dt.datetime) -> str:
        """Seal a file for this session; the name by which it is fetched. What is over goes, and the oldest beyond a few."""
        name, nonce = secrets.token_urlsafe(24), secrets.token_bytes(NONCE)
        sealed = nonce + AESGCM(self._key(session, name)).encrypt(nonce, zlib.compress(content), name.encode())
        with self.records.write() as writing:
            writing.execute(delete(StaffLinksRow).where(StaffLinksRow.until < dt.datetime.now(dt.UTC)))
            kept = writing.scalar(select(func.count()).select_from(StaffLinksRow)) or 0
            oldest = select(StaffLinksRow.id).order_by(StaffLinksRow.until).limit(max(0, kept - MOST + 1))
            writing.execute(delete(StaffLinksRow).where(StaffLinksRow.id.in_(list(writing.scalars(oldest)))))
            writing.add(StaffLinksRow(id=_stored(name), until=until, sealed=sealed))
        return name

    def take(self, name: str, session: str) -> bytes | None:
        """The file, which is gone with that; None for another session, after its time, or when it was taken."""
        with self.records.write() as writing:
            row = writing.scalars(select(StaffLinksRow).where(StaffLinksRow.id == _stored(name)).with_for_update()).one_or_none()
            if row is None or row.until < dt.datetime.now(dt.UTC):
                return None
            try:
                packed = AESGCM(self._key(session, name)).decrypt(row.sealed[:NONCE], row.sealed[NONCE:], name.encode())
            except InvalidTag:
                return None
            writing.delete(row)
        return zlib.decompress(packed)

    def tidy(self) -> None:
        """Remove what nobody fetched in time."""
        with self.records.write() as writing:
            writing.execute(delete(StaffLinksRow).where(StaffLinksRow.until < dt.datetime.now(dt.UTC)))

    def _key(self, session: str, name: str) -> bytes:
        """What only this session and this home can make together."""
        return hmac.new(self.site_key, f"staff links\0{session}\0{name}".encode(), hashlib.sha256).digest()


def _stored(name: str) -> str:
    """What is kept of a name."""
    return hashlib.sha256(name.encode()).hexdigest()
