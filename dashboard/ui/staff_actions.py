"""Action plans: a low result, who sees to it, until when, what was done; HR writes, command reads."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError
from dashboard.services import forms
from dashboard.services.employee import actions
from dashboard.services.employee.actions import STATES, Action
from dashboard.ui import state, visit
from dashboard.ui.ask import refusal
from dashboard.ui.frame import numbers
from dashboard.ui.house import house
from dashboard.ui.parts import go
from dashboard.ui.plain import escaped

CHOSEN, DONE, REMOVED = "cg_action", "cg_action_done", "cg_action_removed"
NEW = ""
MONTHS = dt.timedelta(days=90)


def panel() -> None:
    """All actions, and for HR the desk."""
    st.markdown(escaped(actions.sentence(house())))
    found = actions.tracked(house())
    if found:
        numbers(actions.table(house()))
    if not visit.visitor().may(Permission.MANAGE_EMPLOYEE_SURVEYS):
        return
    _told()
    surveys = actions.surveys(house())
    if not surveys:
        return
    names = {NEW: "A new action", **{one.action.id: one.action.promised for one in found}}
    if state.value(CHOSEN) not in names:
        state.forget(CHOSEN)
    with st.expander("Write actions down (HR)"):
        chosen = st.selectbox("Action", list(names), key=CHOSEN, format_func=lambda one: names.get(one, ""))
        one = next((each.action for each in found if each.action.id == chosen), None)
        _form(one, dict(surveys))
        if one is not None and st.button("Remove this action", key=f"cg_action_remove_{one.id}"):
            state.keep(REMOVED, actions.remove(house(), one.id, visit.visitor().name))
            _say("The action was removed.")
    go("our_people", "What everybody sees of it")


def _say(text: str) -> None:
    """Keep what to say for the next run, and run again."""
    state.keep(DONE, text)
    state.forget(CHOSEN)
    st.rerun()


def _told() -> None:
    """What was just done, with the way back."""
    told, removed = state.value(DONE), state.value(REMOVED)
    if told:
        st.success(escaped(str(told)))
    if isinstance(removed, Action) and st.button("Undo"):
        actions.put_back(house(), removed, visit.visitor().name)
        state.forget(REMOVED)
        _say("It is back.")


def _form(one: Action | None, surveys: dict[str, str]) -> None:
    """What is kept of an action."""
    survey = one.survey_id if one else st.selectbox("After which survey", list(surveys), format_func=lambda name: surveys[name]) or ""
    try:
        offered = {} if one else actions.offered(house(), survey)
    except CommonGroundError as error:
        refusal(error)
        return
    with st.form(f"cg_action_{one.id if one else survey}", border=False):
        question = one.question if one else st.selectbox("Which result it answers", list(offered), format_func=lambda name: offered[name]) or ""
        promised = st.text_area("What is promised", one.promised if one else "", max_chars=actions.LONGEST)
        owner = st.text_input("Who sees to it", one.owner if one else "", max_chars=200)
        due = st.date_input("Until", one.due if one else forms.today(house()) + MONTHS)
        stands = st.segmented_control("State", list(STATES), default=one.state if one else next(iter(STATES)), format_func=lambda word: STATES[word])
        done = st.text_area("What was done, or why it was dropped", one.done if one else "", max_chars=actions.LONGEST)
        shown = st.toggle("Show promise and outcome to everybody (You said, we did)", one.shown if one else False)
        st.caption("Shown are your words and the question, not who sees to it. Unreleased numbers and hidden groups are refused. Name no person.")
        sent = st.form_submit_button("Keep this action", type="primary")
    if sent and isinstance(due, dt.date):
        given = Action(one.id if one else NEW, survey, one.release_id if one else "", question, promised, owner, due, done, stands or "", shown)
        try:
            actions.keep(house(), given, visit.visitor().name)
        except CommonGroundError as error:
            refusal(error)
            return
        state.forget(REMOVED)
        _say("The action is kept.")
