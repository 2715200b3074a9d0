"""One officer's record after a typed reason: pattern, events, what was good, and the case step by step. Nothing follows by itself."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from dashboard.errors import CommonGroundError
from dashboard.services.early import cases, good, record
from dashboard.services.early.model import Model
from dashboard.services.early.record import Record
from dashboard.ui import officer_case, state
from dashboard.ui.ask import refusal
from dashboard.ui.frame import numbers
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

OPEN = "cg_early_open"


def due_list() -> None:
    """What is under way and due; the cases themselves open with the record."""
    try:
        lines = cases.waiting(house())
    except CommonGroundError as error:
        refusal(error)
        return
    if not lines:
        return
    st.markdown(f"##### {len(lines)} {'case' if len(lines) == 1 else 'cases'} under way")
    st.table(
        {
            "Officer": [escaped(one.name) for one in lines],
            "Pattern": [escaped(one.kind) for one in lines],
            "Next": [escaped(one.next) for one in lines],
            "Look again on": [f"{one.due}{' (due)' if one.overdue else ''}" if one.due else "" for one in lines],
        },
        border="horizontal",
        hide_index=True,
    )


def panel(found: Model) -> None:
    """Choose an officer and say why; then the record."""
    options = record.choices(found)
    with st.form("cg_early_record", border=True):
        st.markdown("Every view of a record is written to the audit log with your name and your reason.")
        key = st.selectbox("Officer", list(options), format_func=lambda one: options.get(one, ""), index=None, placeholder="Choose an officer")
        badge = st.text_input("Or a badge number", max_chars=40, help="It is turned into the pseudonym and not kept.")
        reason = st.text_input("Why do you open this record?", max_chars=300)
        sent = st.form_submit_button("Open the record")
    if sent and badge.strip():
        key = good.key_of(house(), badge)
    if sent and not key:
        st.warning("Choose an officer first.")
        return
    held = state.value(OPEN)
    wanted = (str(key), reason) if sent else held if isinstance(held, tuple) else None
    if wanted is None:
        return
    try:
        shown = record.opened(house(), found, *wanted)
    except CommonGroundError as error:
        state.forget(OPEN)
        refusal(error)
        return
    state.keep(OPEN, (*wanted[:2], shown.line))
    _record(found, shown)


def _record(found: Model, shown: Record) -> None:
    """Everything of one officer."""
    st.subheader(escaped(shown.name), anchor=False)
    if st.button("Close this record"):
        state.forget(OPEN)
        st.rerun()
    st.markdown(escaped(shown.words))
    st.caption(escaped(shown.against))
    _good(shown)
    for table in shown.tables:
        with st.expander(f"{escaped(table.title)} ({len(table.rows)})"):
            numbers(table)
    st.markdown("**Review**")
    under_way = [one for one in shown.cases if one.next and one.kind == found.kind.name]
    for case in shown.cases:
        officer_case.show(case)
    if not under_way:
        _take_up(found, shown)


def _good(shown: Record) -> None:
    """What was good, and a line to add to it."""
    kinds = record.good_kinds()
    count = len(shown.good)
    with st.expander(f"What was good ({count})", expanded=bool(count)):
        for one in shown.good:
            st.markdown(f"{escaped(str(one.day))}: {escaped(kinds[one.kind])}. {escaped(one.text)}")
        if not count:
            st.caption("Nothing is written down yet. That says nothing about the officer.")
        with st.form("cg_early_good", border=False, clear_on_submit=True):
            kind = st.selectbox("Kind", list(kinds), format_func=lambda one: kinds.get(one, ""))
            day = st.date_input("Day", value="today", max_value="today")
            text = st.text_input("In a few words", max_chars=500)
            sent = st.form_submit_button("Write it down")
        if sent and isinstance(day, dt.date):
            try:
                record.commend(house(), shown.key, (day.isoformat(), str(kind), text))
            except CommonGroundError as error:
                refusal(error)
                return
            st.rerun()


def _take_up(found: Model, shown: Record) -> None:
    """Begin a review of this pattern."""
    if shown.figures.expected is None:
        return
    if not shown.figures.for_review:
        st.caption("This pattern does not differ clearly from peers. It can be taken up all the same.")
    with st.form("cg_early_take_up", border=False):
        text = st.text_input("Why is this taken up?", max_chars=500)
        sent = st.form_submit_button("Take this pattern up", type="primary")
    if sent:
        try:
            cases.take_up(house(), found, shown.key, text)
        except CommonGroundError as error:
            refusal(error)
            return
        st.rerun()
