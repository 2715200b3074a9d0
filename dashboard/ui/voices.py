"""Parts of the Voices page: themes beside their words, what people wrote as far as it was released, and a search in it."""

from __future__ import annotations

import streamlit as st

from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.services.surveys import review, voices_words
from dashboard.services.surveys.voices_words import Quotes
from dashboard.ui import visit
from dashboard.ui.ask import refusal
from dashboard.ui.frame import answer, chart, method, numbers, take_away
from dashboard.ui.house import house
from dashboard.ui.plain import escaped


def side_by_side(found: Answer | None) -> None:
    """The grammar of a page with its two pictures beside each other: numbers left, words right; on a phone below each other."""
    if found is None:
        return
    answer(found)
    if len(found.pictures) > 1:
        for column, picture in zip(st.columns(2), found.pictures, strict=False):
            with column:
                chart(picture)
    with st.expander("The numbers behind it"):
        for table in found.tables:
            numbers(table)
    method(found)
    take_away(found)


def quotations(theme: str, label: str, survey: str = "") -> None:
    """What people wrote about a theme, drawn anew for every view: read at this moment, so that a release or its end acts at once."""
    st.markdown(f"**{escaped(label)}**")
    try:
        found = voices_words.quotes(house(), theme, survey)
    except CommonGroundError as error:
        refusal(error)
        return
    if found.total > len(found.shown):
        st.caption(f"{say.count(len(found.shown))} of {say.count(found.total)} released comments, in an order of chance.")
    _quoted(found, "theme")


def search(survey: str = "") -> None:
    """Search in released comments."""
    words = st.text_input("Search released comments", max_chars=voices_words.LONGEST_SEARCH, placeholder="A word, or part of one")
    if not words.strip():
        return
    try:
        found = voices_words.search(house(), words, survey)
    except CommonGroundError as error:
        refusal(error)
        return
    if found.shown:
        more = f"; {say.count(len(found.shown))} of them are shown" if found.total > len(found.shown) else ""
        st.caption(escaped(f"{say.count(found.total)} released {'comment contains' if found.total == 1 else 'comments contain'} it{more}."))
    _quoted(found, "search")


def _quoted(found: Quotes, where: str) -> None:
    """Quotations as plain text, or the sentence why there are none; whoever reviews may take one back."""
    if found.sentence:
        st.caption(escaped(found.sentence))
    reviewer = visit.visitor().may(Permission.MANAGE_SURVEYS)
    for one in found.shown:
        with st.container(border=True):
            st.text(one.text)
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption(escaped(one.wave))
                if reviewer and st.button("Take back", key=f"cg_back_{where}_{one.id}", type="tertiary"):
                    _take_back(one.id)


def _take_back(comment_id: str) -> None:
    """A quotation leaves the page and waits for review again."""
    person = visit.visitor()
    try:
        person.require(Permission.MANAGE_SURVEYS)
        review.take_back(house(), comment_id, person.name)
    except CommonGroundError as error:
        refusal(error)
        return
    st.rerun()
