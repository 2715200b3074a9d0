"""At which address do people reach this server, and which cookie carries their session?"""

from __future__ import annotations

import os

PLAIN_COOKIE = "cg_session"
TLS_COOKIE = "__Host-cg_session"  # the prefix makes browsers insist on Secure, no Domain, path /


def public_url() -> str:
    """The address people use, such as https://trust.example.gov, when a proxy stands before the server; else empty."""
    return os.environ.get("COMMON_GROUND_URL", "").rstrip("/")


def behind_tls() -> bool:
    """Whether visitors come over HTTPS. Decided by the configured address, never by a header that a visitor could send."""
    return public_url().startswith("https://")


def session_cookie() -> str:
    """The name of the session cookie."""
    return TLS_COOKIE if behind_tls() else PLAIN_COOKIE
