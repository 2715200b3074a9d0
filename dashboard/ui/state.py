"""What does this browser tab remember between reruns? The only place that touches the session state."""

from __future__ import annotations

import streamlit as st

from dashboard.access.principal import ANYONE, Principal

_VISITOR = "cg_visitor"  # set anew by the shell on every run; never trusted across runs
_TOKEN = "cg_run_token"  # noqa: S105  (a key, not a secret)


def set_visitor(visitor: Principal) -> None:
    """Keep who the shell found behind this run."""
    st.session_state[_VISITOR] = visitor


def visitor() -> Principal:
    """Who is asking in this run? The public until the shell has looked."""
    found = st.session_state.get(_VISITOR, ANYONE)
    return found if isinstance(found, Principal) else ANYONE


def value(key: str) -> object:
    """The value of a widget or a kept choice, or None."""
    return st.session_state.get(key)


def keep(key: str, what: object) -> None:
    """Keep a choice for this tab."""
    st.session_state[key] = what


def forget(key: str) -> None:
    """Drop a kept choice."""
    st.session_state.pop(key, None)
