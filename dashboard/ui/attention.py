"""The front page's first word: the one thing that needs attention, then the others."""

from __future__ import annotations

import streamlit as st

from dashboard.services import attention, forms
from dashboard.ui import filters, menu
from dashboard.ui.ask import ask
from dashboard.ui.house import house
from dashboard.ui.parts import go
from dashboard.ui.plain import escaped


def first() -> None:
    """One thing, its page, and the others below it."""
    found = ask(attention.concerns, forms.today(house()), filters.everything())
    if found is None:
        return
    if not found:
        st.caption("Nothing stands out: no clear fall, and no deadline that has passed, in what is shown here.")
        return
    one, *others = found
    with st.container(border=True):
        st.markdown("**Needs attention first**")
        st.markdown(escaped(one.sentence))
        go(one.page, menu.BY_NAME[one.page].title)
    if others:
        with st.expander(f"{len(others)} more that {'needs' if len(others) == 1 else 'need'} attention"):
            for other in others:
                st.markdown(escaped(other.sentence))
                go(other.page, menu.BY_NAME[other.page].title)
