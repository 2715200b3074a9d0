"""How far long work is, as a bar on the page."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st


def progress() -> Callable[[float, str], None]:
    """A bar that moves as it is told: share (0 to 1) and words."""
    bar = st.progress(0.0, "Working ...")

    def move(share: float, words: str) -> None:
        bar.progress(min(1.0, max(0.0, share)), words)

    return move
