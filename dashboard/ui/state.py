"""What does this browser tab remember between reruns? The only place that touches the session state. Identity is never kept here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

_COUNTER = "cg_counter"
_LOOKED_UP = "cg_looked_up"
_SAID = "cg_said"
R = TypeVar("R")


def begin_page() -> None:
    """A page begins: keys of its parts count from one again, so that the same part has the same key on every run; nothing is looked up yet."""
    st.session_state[_COUNTER] = 0
    st.session_state[_LOOKED_UP] = {}
    begin_section()


def begin_section() -> None:
    """A part of the page begins, in which nothing was said yet."""
    st.session_state[_SAID] = set()


def said_before(text: str) -> bool:
    """Was this very sentence said in this part of the page already? From now on it was."""
    said: set[str] = st.session_state.setdefault(_SAID, set())
    before = text in said
    said.add(text)
    return before


def next_key(kind: str) -> str:
    """A key for the next part of this page."""
    count = int(st.session_state.get(_COUNTER, 0)) + 1
    st.session_state[_COUNTER] = count
    return f"cg_{kind}_{count}"


def once_a_run(key: str, look: Callable[[], R]) -> R:
    """What `look` finds, looked up once in each run of a page; outside of a page every time."""
    kept: dict[str, R] | None = st.session_state.get(_LOOKED_UP)
    if kept is None:
        return look()
    if key not in kept:
        kept[key] = look()
    return kept[key]


def value(key: str) -> object:
    """The value of a widget or a kept choice, or None."""
    return st.session_state.get(key)


def keep(key: str, what: object) -> None:
    """Keep a choice for this tab."""
    st.session_state[key] = what


def forget(key: str) -> None:
    """Drop a kept choice."""
    st.session_state.pop(key, None)
