"""One case: its history, the step that comes next, and whether the pattern changed. A step can be taken back and stays in the history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import streamlit as st

from dashboard.errors import CommonGroundError
from dashboard.services.early import cases
from dashboard.services.early.cases import DECIDED, DECISIONS, FOLLOWED, STEP_NAMES, TALKED, Case, Step
from dashboard.ui.ask import ask, refusal
from dashboard.ui.house import house
from dashboard.ui.plain import escaped


def show(case: Case) -> None:
    """The case."""
    with st.container(border=True):
        st.markdown(f"**Taken up {escaped(f'{case.created:%Y-%m-%d}')}**; next: {escaped(cases.NEXT[case.next])}")
        st.caption(escaped(str(case.found.get("words", ""))))
        names = cases.people(house())
        for step in case.steps:
            _step(step, names)
        if case.decided is not None:
            _change(case)
        if case.next:
            _next(case)
        if case.live and st.button("Take the last step back", key=f"cg_undo_{case.id}"):
            _done(lambda: cases.undo(house(), case.id))


def _step(step: Step, names: dict[str, str]) -> None:
    """One line of the history."""
    what = STEP_NAMES[step.action] + (f": {DECISIONS[step.choice]}" if step.choice else "")
    due = f" Look again on {step.due}." if step.due else ""
    line = f"{step.moment:%Y-%m-%d %H:%M} UTC, {names.get(step.who, step.who)}: {what}. {step.text}{due}"
    if step.undone is None:
        st.markdown(f"- {escaped(line)}")
        return
    st.markdown(f"- {escaped(f'Taken back by {names.get(step.undone_by, step.undone_by)} on {step.undone:%Y-%m-%d}: {line}')}")


def _change(case: Case) -> None:
    """Did the pattern change, against what would be expected anyway?"""
    found = ask(cases.changed, case)
    if found is not None:
        st.markdown(f"**Did the pattern change?** {escaped(found.sentence)}")


def _next(case: Case) -> None:
    """The form of the step that comes next."""
    choice: str | None = None
    due = None
    with st.form(f"cg_step_{case.id}_{len(case.steps)}", border=False):
        if case.next == DECIDED:
            choice = st.selectbox("What was decided?", list(DECISIONS), format_func=lambda one: DECISIONS.get(one, ""), index=None)
            due = st.date_input("Look again on", value=cases.in_months(house()), help="Needed for everything but no action.")
        asked = {TALKED: "What was said, in a few words", DECIDED: "Why", FOLLOWED: "What was found"}[case.next]
        text = st.text_area(asked, max_chars=2000)
        sent = st.form_submit_button("Write it down", type="primary")
    if not sent:
        return
    day = due if isinstance(due, dt.date) else None
    if case.next == DECIDED:
        _done(lambda: cases.decided(house(), case.id, str(choice or ""), text, None if choice == "none" else day))
    else:
        _done(lambda: (cases.talked if case.next == TALKED else cases.followed)(house(), case.id, text))


def _done(step: Callable[[], None]) -> None:
    """Do it, or say why not."""
    try:
        step()
    except CommonGroundError as error:
        refusal(error)
        return
    st.rerun()
