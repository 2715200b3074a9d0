"""The page My unit: what a supervisor may read of the staff surveys. Never kept for others: it is asked anew for each person."""

from __future__ import annotations

import streamlit as st

from dashboard.errors import CommonGroundError
from dashboard.services.employee import actions, own_unit
from dashboard.ui.ask import refusal
from dashboard.ui.frame import show
from dashboard.ui.house import house
from dashboard.ui.our_people import promise
from dashboard.ui.parts import section
from dashboard.ui.plain import escaped


def results() -> None:
    """Each own unit, survey by survey."""
    try:
        found = own_unit.answers(house())
    except CommonGroundError as error:
        refusal(error)
        return
    for number, one in enumerate(found):
        section(one.question, f"unit-{number + 1}")
        show(one)
    plans()


def plans() -> None:
    """What was promised for the own units."""
    found = actions.of_own_units(house())
    if found:
        section("What was promised for your units", "plans")
    for one in found:
        with st.container(border=True):
            st.markdown(f"##### {escaped(one.unit)}")
            promise(one)
