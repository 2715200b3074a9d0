"""Who is behind this run? Looked up from the cookie on every run, never remembered."""

from __future__ import annotations

import streamlit as st

from dashboard.access.address import session_cookie
from dashboard.access.door import sessions
from dashboard.access.principal import Principal


def token() -> str | None:
    """The session token that the browser sent when it opened this connection."""
    return st.context.cookies.get(session_cookie())


def visitor() -> Principal:
    """The visitor as the records know them now: sign-out, a changed role or a timeout act on the next rerun."""
    return sessions().principal(token())
