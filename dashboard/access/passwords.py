"""Is this password good enough, and is it the right one? bcrypt by streamlit-authenticator's hasher; our own rule."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from base64 import b64encode
from collections.abc import Iterable

SHORTEST, LONGEST = 12, 256
# Guesses that a password must withstand, as zxcvbn estimates them (Wheeler 2016): lists of common passwords, words, names, dates, rows of keys,
# repeats and what is known of the person. A billion is far beyond what the waits between tries allow in a person's working life.
FEWEST_GUESSES = 10**9
JUDGED = 40  # characters that are judged: a longer password is at least as good as its beginning, and the judging stays quick
# A hash of nobody's password, at the hasher's cost: an unknown name takes the same time as a wrong password.
NOBODYS = "$2b$12$awiXHvN2AIF0//SPHysPzeDfsk0erdh7mUxd9V2fV0m9u8cES6XKW"


def problem(password: str, about: Iterable[str] = ()) -> str:
    """What is wrong with a new password, in one sentence; empty when nothing is. `about`: the person's and the agency's names.

    At least 12 characters, long pass-phrases welcome, no rule about kinds of characters (NIST SP 800-63B), nothing that is guessed early.
    """
    text = unicodedata.normalize("NFKC", password)
    if len(text) < SHORTEST:
        return f"Use at least {SHORTEST} characters; a sentence of your own is easy to remember."
    if len(text) > LONGEST:
        return f"Use at most {LONGEST} characters."
    from zxcvbn import zxcvbn

    known = [part for one in about for part in (one, *one.replace("@", " ").split()) if len(part) > 2]
    found = zxcvbn(text[:JUDGED], user_inputs=known)
    if found["guesses"] < FEWEST_GUESSES:
        return "This password is among the first that others would guess. Use several words that do not belong together."
    return ""


def warm_up() -> None:
    """Load what judging and checking need, so that the first sign-in after a start takes no longer than others."""
    import streamlit_authenticator.utilities.hasher  # noqa: F401
    import zxcvbn  # noqa: F401


def _prepared(password: str, key: bytes) -> str:
    """Any text as 44 characters, since bcrypt reads 72 bytes at most; under the site's key, so that stolen records alone are worth nothing."""
    text = unicodedata.normalize("NFKC", password).encode()
    return b64encode(hmac.new(key, b"password\0" + text, hashlib.sha256).digest()).decode()


def hashed(password: str, key: bytes) -> str:
    """What is stored of a password."""
    from streamlit_authenticator.utilities.hasher import Hasher

    return str(Hasher.hash(_prepared(password, key)))


def matches(password: str, stored: str | None, key: bytes) -> bool:
    """Whether this is the password behind the hash; without one it takes as long and is false."""
    from streamlit_authenticator.utilities.hasher import Hasher

    right = bool(Hasher.check_pw(_prepared(password, key), stored or NOBODYS))
    return right and stored is not None
