"""Smaller parts of a page: a section with its anchor, an answer in brief, a way to another page."""

from __future__ import annotations

import streamlit as st

from dashboard.schema.answer import Answer
from dashboard.schema.result import Status
from dashboard.ui import menu
from dashboard.ui.frame import answer, chart
from dashboard.ui.plain import escaped


def section(title: str, anchor: str = "") -> None:
    """A heading that a link can point at."""
    st.header(escaped(title), anchor=anchor or False)


def brief(found: Answer | None) -> None:
    """An answer as its question, its sentence and its first picture; the page that it comes from carries the rest."""
    if found is None:
        return
    st.markdown(f"### {escaped(found.question)}")
    answer(found)
    if found.pictures and found.status is not Status.UNAVAILABLE:
        chart(found.pictures[0])


def headline(found: Answer | None, page: str, text: str) -> None:
    """An answer as its question and its sentence only, with the way to the page that carries the rest."""
    if found is None:
        return
    with st.container(border=True):
        st.markdown(f"**{escaped(found.question)}**")
        st.markdown(escaped(found.sentence))
        go(page, text)


def go(page: str, text: str) -> None:
    """A link to another page of ours, in words."""
    st.page_link(menu.page_for(page), label=text, icon=":material/arrow_forward:")
