"""Has this person signed in with this browser before? A mark in a cookie that only this site can make.

It opens nothing. It only spares the browser the waits that somebody else's failed tries put on the account, so that nobody can shut a person out
by guessing (OWASP, "device cookies"). A new password makes all older marks worthless.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets


def _seal(nonce: str, person_id: str, password_hash: str, key: bytes) -> str:
    """What only this site can write for this person, browser and password."""
    message = "\0".join(("known browser", nonce, person_id, password_hash))
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


def mark(person_id: str, password_hash: str, key: bytes) -> str:
    """A new mark for the cookie."""
    nonce = secrets.token_urlsafe(16)
    return f"{nonce}.{_seal(nonce, person_id, password_hash, key)}"


def known(cookie: str, person_id: str, password_hash: str, key: bytes) -> str:
    """The browser's own name if the mark is ours and fits, else empty."""
    nonce, _, seal = cookie.partition(".")
    fits = hmac.compare_digest(seal.encode(errors="replace"), _seal(nonce, person_id, password_hash, key).encode())
    return nonce if fits else ""
