"""Bring answers from another tool: drop the file, see what it is and what was removed, say which column is which, store; the list, and undo."""

from __future__ import annotations

import streamlit as st

from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError
from dashboard.schema import say
from dashboard.services import arrivals
from dashboard.services.arrivals import Dropped
from dashboard.services.surveys import bringing
from dashboard.services.surveys.bringing import Look, SurveyColumn, SurveyExport, SurveyMapping, Tracker
from dashboard.ui import state, visit
from dashboard.ui.ask import refusal
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

KEY, TOLD = "cg_brought", "cg_brought_told"
ROLES = ("question", "comment", "area", "age", "race", "gender", "weight", "wave", "channel", "language", "drop")
TALL = 520


def panel() -> None:
    """The whole way."""
    told = state.value(TOLD)
    if isinstance(told, str):
        st.success(escaped(told))
    found = state.value(KEY)
    if isinstance(found, list):
        _decide(found)
    else:
        _receive()
    _imports()


def _receive() -> None:
    """Step one: the file."""
    with st.form("cg_bring", clear_on_submit=True, border=True):
        file = st.file_uploader(
            "An export of SurveyMonkey, Qualtrics, Google Forms, Microsoft Forms, LimeSurvey, Formbricks, a tracker, or any table of answers",
            help="Names, e-mails, addresses on the internet and ids are removed while it is read, before anything is kept.",
        )
        order = st.selectbox(
            "Order of day and month, where a date could be read both ways", ["", "mdy", "dmy"], format_func=lambda one: one or "as it comes"
        )
        sent = st.form_submit_button("Look at this file", type="primary")
    if not sent or file is None:
        return
    person = visit.visitor()
    try:
        person.require(Permission.IMPORT_DATA)
        dropped: Dropped = arrivals.keep(house(), [(file.name, file.getvalue())])
        try:
            with st.spinner("Reading, and removing who answered ..."):
                looks = bringing.look(house(), dropped.paths[0], order=order)  # type: ignore[arg-type]
        finally:
            arrivals.forget(dropped)
    except CommonGroundError as error:
        refusal(error)
        return
    state.keep(KEY, looks)
    state.forget(TOLD)
    st.rerun()


def _decide(found: list[Look]) -> None:
    """Step two: what it is, what was removed, which column is which."""
    for number, one in enumerate(found):
        if one.tracker is not None:
            _tracker(one.tracker, number)
        elif one.export is not None and one.mapping is not None:
            _export(one.export, one.mapping, number, saved=one.saved)
    if st.button("Put the file away"):
        _forget("")


def _forget(told: str) -> None:
    """The file is done with."""
    state.forget(KEY)
    if told:
        state.keep(TOLD, told)
    st.rerun()


def _tracker(one: Tracker, number: int) -> None:
    """Published figures by area and period."""
    st.subheader(escaped(f"{one.title}: {say.count(len(one.rows))} published figures"), anchor=False)
    days = [row.date for row in one.rows]
    st.markdown(escaped(f"{say.count(len(one.areas))} areas, {say.count(len(one.measures))} measures, from {min(days)} to {max(days)}"))
    name = st.text_input("Name of this tracker", value=one.title, key=f"cg_tracker_{number}")
    if st.button("Store as benchmark lines", type="primary", key=f"cg_tracker_store_{number}"):
        try:
            bringing.store_tracker(house(), one, name, visit.visitor().name)
        except CommonGroundError as error:
            refusal(error)
            return
        _forget(f"{say.count(len(one.rows))} figures of {name} are stored.")


def receipt(told: dict[str, object]) -> None:
    """What was read, kept and removed; it holds no removed value."""
    dropped = told.get("rows_dropped") or {}
    left = ", ".join(f"{say.count(n)} {reason}" for reason, n in dropped.items()) if isinstance(dropped, dict) else ""
    read, kept = (say.count(int(str(told[name]))) for name in ("rows_read", "rows_kept"))
    st.markdown(escaped(f"{read} rows read, {kept} kept{f'; left out: {left}' if left else ''}"))
    removed = told.get("dropped") or []
    if isinstance(removed, list) and removed:
        st.table(
            {
                "Removed column": [escaped(str(one[0])) for one in removed],
                "Why": [escaped(str(one[1])) for one in removed],
                "Cells": [say.count(int(one[2])) for one in removed],
            },
            border="horizontal",
            hide_index=True,
        )
    redacted = told.get("redactions") or []
    if isinstance(redacted, list) and redacted:
        st.markdown("Struck out of answers: " + escaped("; ".join(f"{one[0]} in {one[1]} ({one[2]})" for one in redacted)))


def _export(one: SurveyExport, mapping: SurveyMapping, number: int, *, saved: bool) -> None:
    """An export of answers: receipt, mapping, store."""
    st.subheader(escaped(f"{one.title}: {say.count(one.receipt.rows_kept)} answers to {say.count(len(one.columns))} columns"), anchor=False)
    with st.expander("What was removed while reading", expanded=True):
        receipt(one.receipt.as_json())
    st.caption("A saved mapping fits this file." if saved else "Proposed from headings and answers: look through it, above all at the scales.")
    made = _mapping(one, mapping, number)
    title = st.text_input("Title of this survey", value=one.title, key=f"cg_title_{number}")
    aside = st.checkbox(
        "Leave out answers that no scale knows (they are counted and listed)", value=mapping.unknown == "set_aside", key=f"cg_aside_{number}"
    )
    if st.button("Store these answers", type="primary", key=f"cg_store_{number}"):
        chosen = made.model_copy(update={"unknown": "set_aside" if aside else "stop"})
        try:
            with st.spinner("Storing, and computing the results ..."):
                done = bringing.store(house(), one, chosen, title, visit.visitor().name)
        except CommonGroundError as error:
            refusal(error)
            return
        waves = ", ".join(f"{name} ({say.count(n)})" for name, n in done.waves)
        left = f" Set aside: {'; '.join(done.set_aside[:5])}." if done.set_aside else ""
        _forget(f"Stored as '{title}': {waves}.{left}")


def _mapping(one: SurveyExport, mapping: SurveyMapping, number: int) -> SurveyMapping:
    """Which column is what: a table to correct."""
    labels = {(column.heading, column.option): ", ".join(column.labels[:6]) for column in one.columns}
    rows = [
        {
            "Column": f"{column.heading[:140]}{f' / {column.option}' if column.option else ''}",
            "Is": column.role,
            "Question": column.question,
            "Scale": column.scale,
            "No answer": ", ".join(f"{raw}={code}" for raw, code in column.values.items()),
            "Answers": labels.get((column.heading, column.option), ""),
        }
        for column in mapping.columns
    ]
    config = {
        "Is": st.column_config.SelectboxColumn("Is", options=list(ROLES), required=True),
        "Scale": st.column_config.SelectboxColumn("Scale", options=["", *bringing.scale_names()]),
        "No answer": st.column_config.TextColumn("Own codes", help="For example: 9=dont_know, 99=not_applicable"),
    }
    edited = st.data_editor(rows, column_config=config, disabled=["Column", "Answers"], hide_index=True, height=TALL, key=f"cg_columns_{number}")
    columns = [_changed(column, row) for column, row in zip(mapping.columns, edited, strict=True)]
    return mapping.model_copy(update={"columns": tuple(columns)})


def _changed(column: SurveyColumn, row: dict[str, str]) -> SurveyColumn:
    """One column as the person left it."""
    pairs = (part.partition("=") for part in str(row["No answer"] or "").split(",") if "=" in part)
    values = {raw.strip(): code.strip() for raw, _, code in pairs}
    question = str(row["Question"] or "").strip() or (column.question if row["Is"] == "question" else "")
    return column.model_copy(update={"role": row["Is"], "question": question, "scale": row["Scale"] or "", "values": values})


def _imports() -> None:
    """Every file that came in, and undo."""
    entries = bringing.listing(house())
    if not entries:
        return
    st.table(
        {
            "When": [f"{one['when']:%Y-%m-%d %H:%M}" for one in entries],
            "File": [escaped(str(one["file"])) for one in entries],
            "Tool": [escaped(str(one["tool"])) for one in entries],
            "State": [str(one["state"]) for one in entries],
            "Kept": [say.count(int(one["receipt"].get("rows_kept", 0))) for one in entries],
            "By": [escaped(str(one["who"])) for one in entries],
        },
        border="horizontal",
        hide_index=True,
    )
    stored = {one["id"]: f"{one['file']} ({one['when']:%Y-%m-%d %H:%M}, {one['id'][:6]})" for one in entries if one["state"] == "stored"}
    chosen = st.selectbox("Look at one file", list(stored), format_func=lambda name: stored.get(name, ""), index=None, placeholder="Choose a file")
    if chosen in stored:
        receipt(next(one["receipt"] for one in entries if one["id"] == chosen))
        if st.button("Undo this import"):
            _confirm(str(chosen))


@st.dialog("Undo this import?")
def _confirm(import_id: str) -> None:
    """Asked twice."""
    st.markdown("Its answers and comments leave every number, and the survey they made is put away. Bringing the file in again restores them.")
    if st.button("Undo it", type="primary"):
        try:
            bringing.undo(house(), import_id, visit.visitor().name)
        except CommonGroundError as error:
            refusal(error)
            return
        st.rerun()
