"""The page Outreach: what is coming up, and for staff the desk at which events and promises are written down."""

from __future__ import annotations

import streamlit as st

from dashboard.access.roles import Permission
from dashboard.services import forms
from dashboard.services.outreach import calendar
from dashboard.ui import outreach_desk, visit
from dashboard.ui.house import house
from dashboard.ui.outreach_desk import address
from dashboard.ui.plain import escaped

SHOWN = 12


def coming() -> None:
    """Events from today on, and the address that calendars subscribe to."""
    found = calendar.coming(house(), forms.today(house()))
    if not found:
        st.info("No event is planned at the moment.")
    else:
        for one in found[:SHOWN]:
            with st.container(border=True):
                st.markdown(f"**{escaped(calendar.titled(one))}**")
                st.text("\n".join(calendar.lines(one)))
        if len(found) > SHOWN:
            st.caption(escaped(f"{len(found) - SHOWN} later ones are in the calendar."))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.link_button("Calendar (iCalendar file)", "/calendar/outreach.ics", icon=":material/event:")
    st.caption("To have new events arrive by themselves, subscribe your calendar to this address:")
    st.code(f"{address()}/calendar/outreach.ics", language=None, wrap_lines=True)


def desk() -> None:
    """Only for those who write events down."""
    if visit.visitor().may(Permission.MANAGE_OUTREACH):
        st.header("Write events down (staff)", anchor="desk")
        outreach_desk.desk()
