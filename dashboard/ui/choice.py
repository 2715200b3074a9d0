"""A row of buttons of which one is chosen, with words that are legible on the chosen one in light and in dark."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

import streamlit as st

from dashboard.ui.plain import escaped

T = TypeVar("T")


def pick(label: str, options: Sequence[T], default: T, *, names: Callable[[T], str] = str, key: str | None = None, hidden: bool = False) -> T:
    """Which of these? One is always chosen, `default` at the start.

    The control itself writes its chosen option in the theme's primary colour. That has to carry white words elsewhere, so in the dark theme it is
    too dark for words (3.6 to 1). The colour of links is legible on both papers.
    """
    shown: Literal["visible", "collapsed"] = "collapsed" if hidden else "visible"
    chosen = st.segmented_control(
        label, options, default=default, required=True, format_func=lambda one: f":blue[{escaped(names(one))}]", key=key, label_visibility=shown
    )
    return default if chosen is None else chosen


def pick_in_address(label: str, options: Sequence[T], default: T, *, names: Callable[[T], str] = str, key: str) -> T:
    """The same, kept in the page's address under `key`, so that the choice can be linked to; an address that names none of them gives the default."""
    asked = st.query_params.get(key, "")
    start = next((one for one in options if names(one) == asked), default)
    chosen = pick(label, options, start, names=names, key=key, hidden=True)
    if chosen != default:
        st.query_params[key] = names(chosen)
    else:
        st.query_params.pop(key, None)
    return chosen
