"""The key of one form load: a form sent twice is stored once, and a private link leads back to it. Signed, so that nobody makes one up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time

RANDOM, STAMP, MAC = 12, 4, 9  # bytes
LIFE = 30 * 24 * 3600  # seconds for which a page may stay open


def new(site_key: bytes, bound: str) -> str:
    """A key for a page that is shown now, good for one wave (`bound`): chance, time, and a signature."""
    body = secrets.token_bytes(RANDOM) + int(time.time()).to_bytes(STAMP)
    return base64.urlsafe_b64encode(body + _sign(site_key, bound, body)).rstrip(b"=").decode()


def age(site_key: bytes, bound: str, key: str) -> float | None:
    """How many seconds ago was this page shown? None for a key that is not ours, of another wave, or too old."""
    try:
        raw = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
    except ValueError:
        return None
    body, mac = raw[: RANDOM + STAMP], raw[RANDOM + STAMP :]
    if len(raw) != RANDOM + STAMP + MAC or not hmac.compare_digest(mac, _sign(site_key, bound, body)):
        return None
    passed = time.time() - int.from_bytes(body[RANDOM:])
    return passed if -60 <= passed <= LIFE else None


def _sign(site_key: bytes, bound: str, body: bytes) -> bytes:
    """The signature of a key's body."""
    return hmac.new(site_key, b"form\0" + bound.encode() + b"\0" + body, hashlib.sha256).digest()[:MAC]
