"""Smaller parts of a page: a section with its anchor, an answer in brief, a way to another page."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard.schema.answer import Answer
from dashboard.schema.result import Status
from dashboard.ui import menu, state, visit
from dashboard.ui.choice import pick_in_address
from dashboard.ui.frame import answer, chart
from dashboard.ui.plain import escaped


def section(title: str, anchor: str = "") -> None:
    """A heading that a link can point at."""
    state.begin_section()
    st.header(escaped(title), anchor=anchor or False)


def tabs(key: str, options: Mapping[str, str], needs: Mapping[str, str] | None = None) -> str:
    """Which part of a page is open? Held in the address; parts that this visitor may not use are left out, and the first is open at the start."""
    person = visit.visitor()
    there = [name for name in options if person.may((needs or {}).get(name, "see_public"))]
    return there[0] if len(there) < 2 else pick_in_address("Part of this page", there, there[0], names=lambda name: options[name], key=key)


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


def first_headline(found: list[Answer] | None, page: str, text: str) -> None:
    """The first of several answers as a headline; nothing where there is none."""
    headline(found[0] if found else None, page, text)
