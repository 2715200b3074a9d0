"""Action plans: a low result, who sees to it, until when, what was done; HR writes, command reads."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError
from dashboard.services import forms
from dashboard.services.employee import action_history, actions
from dashboard.services.employee.actions import STATES, Action
from dashboard.ui import state, visit
from dashboard.ui.ask import refusal
from dashboard.ui.choice import pick
from dashboard.ui.frame import numbers
from dashboard.ui.house import house
from dashboard.ui.parts import go
from dashboard.ui.plain import escaped

CHOSEN, DONE, REMOVED = "cg_action", "cg_action_done", "cg_action_removed"
NEW = EVERYBODY = ""
MONTHS = dt.timedelta(days=90)


def panel() -> None:
    """All actions, and for HR the desk."""
    st.markdown(escaped(actions.sentence(house())))
    found = actions.tracked(house())
    if found:
        numbers(actions.table(house()))
    _history()
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
            _remove(one)
    go("our_people", "What everybody sees of it")


def _remove(one: Action) -> None:
    """Take it away; one that everybody was shown stays."""
    try:
        state.keep(REMOVED, actions.remove(house(), one.id, visit.visitor().name))
    except CommonGroundError as error:
        refusal(error)
        return
    _say("The action was removed.")


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
        unit = one.unit if one else _unit(survey)
        offered = {} if one else actions.offered(house(), survey, unit)
    except CommonGroundError as error:
        refusal(error)
        return
    with st.form(f"cg_action_{one.id if one else f'{survey}_{unit}'}", border=False):
        question = one.question if one else st.selectbox("Which result it answers", list(offered), format_func=lambda name: offered[name]) or ""
        promised = st.text_area("What is promised", one.promised if one else "", max_chars=actions.LONGEST)
        owner = st.text_input("Who sees to it", one.owner if one else "", max_chars=200)
        due = st.date_input("Until", one.due if one else forms.today(house()) + MONTHS)
        stands = pick("State", list(STATES), one.state if one else next(iter(STATES)), names=lambda word: STATES[word])
        done = st.text_area("What was done, or why it was dropped", one.done if one else "", max_chars=actions.LONGEST)
        shown = _shown(one, unit)
        sent = st.form_submit_button("Keep this action", type="primary")
    if sent and isinstance(due, dt.date):
        given = Action(one.id if one else NEW, survey, one.release_id if one else "", question, promised, owner, due, done, stands or "", shown, unit)
        try:
            actions.keep(house(), given, visit.visitor().name)
        except CommonGroundError as error:
            refusal(error)
            return
        state.forget(REMOVED)
        _say("The action is kept.")


def _unit(survey: str) -> str:
    """For whom: everybody, or a unit of which results are shown."""
    units = {EVERYBODY: "Everybody", **actions.units(house(), survey)}
    help_ = "A unit is offered where its results are shown: a plan must not tell of a hidden one."
    return (
        st.selectbox("For whom", list(units), format_func=lambda code: units.get(code, code), key=f"cg_action_unit_{survey}", help=help_) or EVERYBODY
    )


def _shown(one: Action | None, unit: str) -> bool:
    """Whether everybody is shown it, and what its words may hold."""
    if unit:
        st.caption("Read by HR, command, and on My unit by those of this unit. Unreleased numbers and hidden groups are refused. Name no person.")
        return False
    shown = st.toggle("Show promise and outcome to everybody (You said, we did)", one.shown if one else False)
    st.caption("Shown are your words and the question, not who sees to it. Unreleased numbers and hidden groups are refused. Name no person.")
    return shown


def _history() -> None:
    """Who changed a plan, what and when."""
    known = action_history.plans(house())
    if not known:
        return
    with st.expander("History of a plan", key="cg_plan_history", on_change="rerun") as box:
        if box.open:
            chosen = st.selectbox("Plan", list(known), format_func=lambda name: known.get(name, ""), key="cg_plan_chosen")
            if chosen:
                numbers(action_history.table(house(), chosen))
            st.caption("Nothing of a plan is overwritten. A promise that everybody was shown cannot be taken away; changed, its first words stay.")
