"""The page Our people: what HR shows to everybody of the staff surveys, and what was done after them."""

from __future__ import annotations

import streamlit as st

from dashboard.services.employee import actions, showing
from dashboard.services.employee.actions import Told
from dashboard.ui.ask import ask
from dashboard.ui.frame import show
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

DROPPED = "Dropped"


def results() -> None:
    """Each survey that is shown."""
    found = ask(showing.answers)
    for one in found or []:
        if len(found or []) > 1:
            st.subheader(escaped(one.question), anchor=False)
        show(one, "staff")


def told() -> None:
    """What was promised and done, as HR tells it: texts without numbers."""
    found = actions.told(house())
    if not found:
        st.info("Nothing is shown here yet. After a survey HR can show what was promised and what was done.")
    for one in found:
        with st.container(border=True):
            promise(one)


def promise(one: Told) -> None:
    """One promise: after what, what was promised, first and now, and what was done."""
    st.markdown(f"**You said** something about: {escaped(one.question)}")
    st.markdown(f"**We promised** {escaped(one.promised)} (until {escaped(one.until)})")
    if one.first:
        st.markdown(f"**First we promised** {escaped(one.first)}")
    what = "We did" if one.done and one.state != DROPPED else "Dropped, because" if one.done else "So far"
    st.markdown(f"**{escaped(what)}** {escaped(one.done or one.state.lower())}")
