"""Every file of another survey tool with its state, who and when; its receipt, what was set aside as a file, and undo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError
from dashboard.schema import say
from dashboard.services.surveys import bringing
from dashboard.services.surveys.bringing import SurveyImport
from dashboard.ui import visit
from dashboard.ui.ask import refusal
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

STATES = {"stored": "stored", "storing": ":orange[broken off]", "undone": ":orange[undone]"}
MOST = 40


def receipt(told: Mapping[str, Any]) -> None:
    """What was removed while reading; no removed value is shown, because none was kept."""
    dropped = told.get("rows_dropped") or {}
    why = "".join(f" + {say.count(int(count))} left out ({reason})" for reason, count in dropped.items())
    st.markdown(escaped(f"{say.count(int(told['rows_read']))} rows read = {say.count(int(told['rows_kept']))} kept{why}"))
    if told.get("duplicates"):
        words = "answers came from an address or e-mail that had answered before. They were compared in memory, and are kept."
        st.markdown(f"{say.count(int(told['duplicates']))} {escaped(words)}")
    removed = told.get("dropped") or []
    if removed:
        st.table(
            {
                "Removed column": [escaped(str(one[0])) for one in removed],
                "Why": [escaped(str(one[1])) for one in removed],
                "Cells": [say.count(int(one[2])) for one in removed],
            },
            border="horizontal",
            hide_index=True,
        )
    else:
        st.markdown("No column says who answered.")
    redacted = told.get("redactions") or []
    if redacted:
        st.table(
            {
                "Struck out of answers": [escaped(str(one[0])) for one in redacted],
                "In column": [escaped(str(one[1])[:100]) for one in redacted],
                "Times": [say.count(int(one[2])) for one in redacted],
            },
            border="horizontal",
            hide_index=True,
        )
    if told.get("checksum"):
        st.caption(f"Checksum of the file: {escaped(str(told['checksum'])[:16])}")


def listing() -> None:
    """All imports, the newest first."""
    entries = bringing.listing(house())
    if not entries:
        return
    st.markdown("#### What came in")
    titles = bringing.targets(house())
    st.table(
        {
            "When": [f"{one.moment:%Y-%m-%d %H:%M}" for one in entries],
            "File": [escaped(one.file_name) for one in entries],
            "Survey": [escaped(titles.get(one.survey_id, "published figures" if one.tool == "tracker" else "")) for one in entries],
            "State": [STATES.get(one.state, one.state) for one in entries],
            "Rows kept": [say.count(int(one.receipt.get("rows_kept", 0))) for one in entries],
            "Rows left out": [say.count(sum((one.receipt.get("rows_dropped") or {}).values())) for one in entries],
            "Answers set aside": [say.count(sum(int(row[4]) for row in one.aside)) for one in entries],
            "Duplicates": [say.count(int(one.receipt.get("duplicates", 0))) for one in entries],
            "By": [escaped(one.who) for one in entries],
        },
        border="horizontal",
        hide_index=True,
    )
    known = {one.id: one for one in entries}
    chosen = st.selectbox(
        "Look at one file",
        list(known),
        format_func=lambda name: _named(known[name]) if name in known else name,
        index=None,
        placeholder="Choose a file",
    )
    if chosen in known:
        _detail(known[chosen])


def _named(one: SurveyImport) -> str:
    """An import in one line that no other has."""
    return f"{one.moment:%Y-%m-%d %H:%M}, {one.file_name} ({one.id})"


def _detail(one: SurveyImport) -> None:
    """The receipt, what was set aside, the mapping, undo."""
    receipt(one.receipt)
    for sentence, count in one.receipt.get("notes") or []:
        st.caption(escaped(f"{sentence} ({say.count(int(count))})"))
    if one.state == "undone":
        st.caption(
            escaped(
                f"Undone by {one.details.get('undone_by', 'the import itself, because it could not be finished')}, {one.details.get('undone', '')}."
            )
        )
    if one.aside:
        rows = one.aside[:MOST]
        st.table(
            {
                "Set aside": [escaped(str(row[2])[:80]) for row in rows],
                "Column": [escaped(str(row[1])[:80]) for row in rows],
                "Wave": [escaped(str(row[0])) for row in rows],
                "Times": [say.count(int(row[4])) for row in rows],
                "Why": [escaped(str(row[3])) for row in rows],
            },
            border="horizontal",
            hide_index=True,
        )
        if len(one.aside) > MOST:
            st.caption(f"{say.count(MOST)} of {say.count(len(one.aside))} are shown; all are in the file.")
    with st.container(horizontal=True):
        if one.aside or one.receipt.get("rows_dropped"):
            st.link_button("What was set aside (CSV)", f"/api/imports/{one.id}/quarantine.csv")
        if one.details.get("json"):
            st.download_button(
                "Its mapping (JSON)", str(one.details["json"]), "survey-mapping.json", "application/json", on_click="ignore", key="cg_its_mapping"
            )
        if one.state in {"stored", "storing"} and st.button("Undo this import"):
            _confirm(one)


@st.dialog("Undo this import?")
def _confirm(one: SurveyImport) -> None:
    """Asked twice, because numbers change."""
    if one.tool == "tracker":
        st.markdown("Its figures, and the benchmark lines made of them, leave every page. Importing the file again brings the figures back.")
    else:
        st.markdown(
            f"{say.count(int(one.receipt.get('rows_kept', 0)))} answers, their comments and their waves leave every number, and the results are "
            "frozen anew without them. Importing the file again brings them back."
        )
    if st.button("Undo it", type="primary"):
        person = visit.visitor()
        try:
            house().require(Permission.IMPORT_DATA, "undo")
            with st.spinner("Undoing, and freezing the results anew ..."):
                bringing.undo(house(), one.id, person.name)
        except CommonGroundError as error:
            refusal(error)
            return
        st.rerun()
