"""The library as everybody reads it: documents with their versions and a search, meetings, answered questions."""

from __future__ import annotations

import streamlit as st

from dashboard.schema.library import CANCELLED, HTML, KINDS, Meeting, Version
from dashboard.services import forms
from dashboard.services.library import shelf
from dashboard.services.library.shelf import Shelved
from dashboard.ui.ask import ask
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

FORMAT = {HTML: "web page"}


def documents() -> None:
    """Published documents, newest version first, with a search over titles and text."""
    words = st.text_input("Search in titles and text", key="words", max_chars=100, bind="query-params", placeholder="for example: foot pursuit")
    found = ask(shelf.documents, words)
    if not found:
        st.info("No published document holds these words." if words else "Nothing is published here yet.")
        return
    for kind, title in KINDS.items():
        mine = [one for one in found if one.document.kind == kind]
        if mine:
            st.subheader({"policy": "Policies", "report": "Reports", "agenda": "Agendas"}.get(kind, title), anchor=kind)
            for one in mine:
                _document(one)


def _document(one: Shelved) -> None:
    """One document: what it is, the version in force, the others."""
    with st.container(border=True):
        st.markdown(f"**[{escaped(one.document.title)}](/documents/{one.document.id})**")
        if one.document.summary:
            st.text(one.document.summary)
        st.caption(escaped(_about(one.current)))
        if one.found:
            st.text(f"“{one.found}”")
        if one.others:
            with st.expander(f"Other versions ({len(one.others)})"):
                for other in one.others:
                    st.markdown(f"[Version {other.number}](/documents/{one.document.id}/{other.number}): {escaped(_about(other))}")


def _about(one: Version) -> str:
    """A version in one line."""
    size = f"{one.size / 1024:,.0f} kB" if one.size < 1_000_000 else f"{one.size / 1_048_576:.1f} MB"
    when = f"in force from {one.effective}" if one.effective <= forms.today(house()) else f"comes into force on {one.effective}"
    return f"{FORMAT.get(one.media, 'PDF')}, {size}; version {one.number}, {when}{f'; {one.note}' if one.note else ''}"


def meetings() -> None:
    """Coming meetings first, then those held, with how to join and their papers."""
    found, papers, day = ask(shelf.meetings), ask(shelf.papers) or {}, forms.today(house())
    st.markdown("[Subscribe to the calendar of meetings](/calendar/meetings.ics)")
    if not found:
        st.info("No meeting is listed yet.")
        return
    coming, held = [one for one in reversed(found) if one.day >= day], [one for one in found if one.day < day]
    for title, some in (("Coming", coming), ("Held", held)):
        if some:
            st.subheader(title, anchor=title.lower())
            for one in some:
                _meeting(one, papers.get(one.id, []))


def when(one: Meeting) -> str:
    """'Thu 3 Dec 2026, 18:00 to 19:30'."""
    hours = f", {one.starts}" + (f" to {one.ends}" if one.ends else "") if one.starts else ""
    return f"{one.day:%a} {one.day.day} {one.day:%b %Y}{hours}"


def _meeting(one: Meeting, papers: list[Shelved]) -> None:
    """One meeting."""
    with st.container(border=True):
        mark = " :orange-badge[Cancelled]" if one.state == CANCELLED else ""
        st.markdown(f"**{escaped(one.title)}**{mark}  \n{escaped(when(one))}{f', {escaped(one.place)}' if one.place else ''}")
        for head, text in (("How to join", one.join), ("Agenda", one.agenda), ("Minutes", one.minutes)):
            if text:
                st.caption(head)
                st.text(text)
        for paper in papers:
            st.markdown(f"[{KINDS[paper.document.kind]}: {escaped(paper.document.title)}](/documents/{paper.document.id})")


def questions() -> None:
    """The way to ask, and what was answered."""
    st.link_button("Ask a question", "/ask", type="primary")
    found = ask(shelf.answered)
    if not found:
        st.info("No question has been answered yet.")
        return
    for one in found:
        with st.container(border=True):
            st.markdown("**Question**")
            st.text(one.words)
            st.markdown("**Answer**")
            st.text(one.answer)
            st.caption(f"Asked {one.asked}, answered {one.answered}")
