"""The Audit page: who did what, when; and whether the log is whole."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from dashboard.errors import CommonGroundError
from dashboard.schema import say
from dashboard.services import audit_log
from dashboard.services.audit_log import Found, Search
from dashboard.ui import state
from dashboard.ui.ask import refusal
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

BEFORE, ASKED = "cg_audit_before", "cg_audit_asked"


def desk() -> None:
    """The whole page."""
    wanted = _search()
    found = audit_log.search(house(), wanted)
    _lines(found)
    _turn(found, wanted)
    with st.expander("Is the log whole?"):
        _check()


def _search() -> Search:
    """What is looked for; a new search begins at the newest line."""
    people, actions = audit_log.choices(house())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input("Words", key="cg_audit_words", width=220, placeholder="a name, a page, an import")
        who = st.selectbox("Who", list(people), index=None, key="cg_audit_who", format_func=lambda one: people.get(one, one), width=200)
        action = st.selectbox("What", list(actions), index=None, key="cg_audit_what", format_func=lambda one: actions.get(one, one), width=200)
        first = st.date_input("From (UTC)", value=None, key="cg_audit_first", width=150)
        last = st.date_input("Until (UTC)", value=None, key="cg_audit_last", width=150)
    asked = (words, who, action, first, last)
    if state.value(ASKED) != asked:
        state.keep(ASKED, asked)
        state.forget(BEFORE)
    before = state.value(BEFORE)
    days = [one if isinstance(one, dt.date) else None for one in (first, last)]
    return Search(words.strip(), who or "", action or "", days[0], days[1], before if isinstance(before, int) else None)


def _lines(found: Found) -> None:
    """One page of lines."""
    if not found.lines:
        st.info("No line fits.")
        return
    st.table(
        {
            "Line": [say.count(one.number) for one in found.lines],
            "When (UTC)": [f"{one.moment:%Y-%m-%d %H:%M:%S}" for one in found.lines],
            "Who": [escaped(one.who) for one in found.lines],
            "What": [escaped(one.what) for one in found.lines],
            "Of whom or which": [escaped(one.subject) for one in found.lines],
            "Details": [escaped(one.details) for one in found.lines],
        },
        border="horizontal",
        hide_index=True,
    )


def _turn(found: Found, wanted: Search) -> None:
    """To older lines, and back to the newest."""
    with st.container(horizontal=True):
        if found.older is not None and st.button("Older lines"):
            state.keep(BEFORE, found.older)
            st.rerun()
        if wanted.before is not None and st.button("Newest lines"):
            state.forget(BEFORE)
            st.rerun()


def _check() -> None:
    """The head, and the check of every line."""
    head = audit_log.head(house())
    st.markdown("Each line carries a code made from the line before it, so that a changed or missing line is found. The newest line's code:")
    st.code(f"{head.number}:{head.mac}", language=None, wrap_lines=True)
    st.caption("Keep it elsewhere from time to time, such as in the minutes of a meeting: it later shows whether lines were cut off the end.")
    kept = st.text_input("A code that was kept elsewhere (may stay empty)", key="cg_audit_anchor")
    if not st.button("Check every line"):
        return
    try:
        with st.spinner("Checking ..."):
            verdict = audit_log.verify(house(), kept)
    except CommonGroundError as error:
        refusal(error)
        return
    if verdict.whole:
        st.success(f"All {say.count(verdict.lines)} lines are as they were written.")
    else:
        st.error(escaped(f"{verdict.reason} The {verdict.lines} lines before it are as they were written."))
