"""At which address do people reach this server, and which cookie carries their session?"""

from __future__ import annotations

import os
from urllib.parse import urlsplit

PLAIN_COOKIE = "cg_session"
TLS_COOKIE = "__Host-cg_session"  # the prefix makes browsers insist on Secure, no Domain, path /


def public_url() -> str:
    """The address people use, such as https://trust.example.gov, when a proxy stands before the server; else empty."""
    return os.environ.get("COMMON_GROUND_URL", "").rstrip("/")


def hosts() -> frozenset[str]:
    """The names under which this server answers: this machine's, and the one of the public address. Others are somebody else's site."""
    return frozenset({"localhost", "127.0.0.1", "::1"} | ({urlsplit(public_url()).hostname or ""} if public_url() else set()))


def is_ours(host: str) -> bool:
    """Whether a Host header, with or without a port, names this server. A page elsewhere whose name is pointed at this machine does not."""
    try:
        return (urlsplit(f"//{host}").hostname or "") in hosts()
    except ValueError:
        return False


def behind_tls() -> bool:
    """Whether visitors come over HTTPS. Decided by the configured address, never by a header that a visitor could send."""
    return public_url().startswith("https://")


def session_cookie() -> str:
    """The name of the session cookie."""
    return TLS_COOKIE if behind_tls() else PLAIN_COOKIE
