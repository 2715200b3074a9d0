"""The guard and the grammar of a page: question, answer, picture, numbers, how to read, take away."""

from __future__ import annotations

import streamlit as st

from dashboard.errors import AccessDenied, CommonGroundError
from dashboard.ui import menu, visit


def refusal(error: CommonGroundError) -> None:
    """One of our own errors as a sentence and how to mend it."""
    st.warning(f"{error.message} {error.hint}".strip())


def page(name: str) -> None:
    """The first line of every page: stop unless this visitor may see it, then print its question as the title."""
    row = menu.BY_NAME[name]
    try:
        visit.visitor().require(row.permission)
    except AccessDenied as denied:
        st.title("This page is not open to you")
        refusal(denied)
        st.stop()
    st.title(row.question)
