"""The work list of people who asked to be called: one after the other, what was done, apart from complaints."""

from __future__ import annotations

import streamlit as st

from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError
from dashboard.schema import say
from dashboard.services.surveys import contact
from dashboard.services.surveys.contact import FOLLOW_UP_STATES, FollowUp
from dashboard.ui import visit
from dashboard.ui.ask import refusal
from dashboard.ui.choice import pick
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

SHOWN = 12
WAITING = ("new", "no answer")


def work_list() -> None:
    """Everyone still waiting, and a look at the others."""
    people = contact.follow_ups(house())
    waiting = [one for one in people if one.state in WAITING]
    if not people:
        st.info("Nobody has asked to be called.")
        return
    st.markdown(f"##### {say.count(len(waiting))} people wait for a call")
    st.caption("They asked for it. This list is apart from complaints; a closed wish loses its name and number.")
    state = pick("Show", FOLLOW_UP_STATES, FOLLOW_UP_STATES[0])
    shown = [one for one in people if one.state == state]
    if not shown:
        st.caption("None.")
    for one in shown[:SHOWN]:
        _one(one)
    if len(shown) > SHOWN:
        st.caption(f"{say.count(len(shown) - SHOWN)} more follow when these are done.")


def _one(one: FollowUp) -> None:
    """One person: who, since when, what was done."""
    with st.expander(escaped(f"{one.name or 'closed'} {one.phone}, week of {one.week} ({contact.waiting_weeks(house(), one)} weeks)")):
        with st.form(f"cg_follow_{one.id}", border=False):
            done = st.selectbox("State", FOLLOW_UP_STATES, index=FOLLOW_UP_STATES.index(one.state))
            text = st.text_area("What was done", value=one.note)
            sent = st.form_submit_button("Keep")
        if sent:
            person = visit.visitor()
            try:
                person.require(Permission.SEE_POST_CONTACT)
                contact.note(house(), one.id, done, text, person.name)
            except CommonGroundError as error:
                refusal(error)
                return
            st.rerun()
        if one.who:
            st.caption(escaped(f"Last changed by {one.who}"))
