"""The staff surveys of other tools that came in: their receipts, counted in fives, and undo; and what a check says before anything is frozen."""

from __future__ import annotations

import streamlit as st

from dashboard.errors import CommonGroundError
from dashboard.services.employee import bringing, promise
from dashboard.services.employee.bringing import Seen, SurveyImport
from dashboard.ui import visit
from dashboard.ui.ask import refusal
from dashboard.ui.house import house
from dashboard.ui.plain import escaped
from dashboard.ui.survey_columns import STAFF_ROLES

STATES = {"stored": "frozen", "storing": ":orange[broken off]", "undone": ":orange[taken back]"}


def seen(found: Seen) -> None:
    """What would have a name, what stays out, what is too near to another survey."""
    for cut, groups in found.groups.items():
        st.markdown(escaped(f"By {promise.name_of(cut)}: {', '.join(groups)}."))
    if found.groups:
        st.caption(
            "Groups of too few people are not named: they are joined as other groups, or left out. Which cells are shown is decided at the end."
        )
    if found.closed:
        st.warning(
            "Staff were asked some of this too shortly before or after. Beside each other the results could single people out; these stay out:"
        )
        st.text("\n".join(found.closed))
    if found.left:
        with st.expander(f"{len(found.left)} columns stay out of the results"):
            _pairs("Column", [list(pair) for pair in found.left])


def _pairs(first: str, rows: list[list[str]]) -> None:
    """A table of things and reasons."""
    st.table({first: [escaped(one[0]) for one in rows], "Why": [escaped(one[1]) for one in rows]}, border="horizontal", hide_index=True)


def listing() -> None:
    """All of them, the newest first."""
    entries = bringing.listing(house())
    if not entries:
        return
    st.subheader("What came in", anchor=False)
    titles = bringing.targets(house())
    st.table(
        {
            "When": [f"{one.moment:%Y-%m-%d %H:%M}" for one in entries],
            "File": [escaped(one.file_name) for one in entries],
            "Survey": [escaped(titles.get(one.survey_id, "")) for one in entries],
            "State": [STATES.get(one.state, one.state) for one in entries],
            "Rows": [escaped(str(one.receipt.get("rows_kept", ""))) for one in entries],
            "By": [escaped(one.who) for one in entries],
        },
        border="horizontal",
        hide_index=True,
    )
    known = {one.id: one for one in entries}
    names = {name: f"{one.moment:%Y-%m-%d %H:%M}, {one.file_name} ({name})" for name, one in known.items()}
    chosen = st.selectbox("Its receipt", list(names), format_func=lambda name: names.get(name, name), index=None, placeholder="Choose a file")
    if chosen in known:
        _receipt(known[chosen])


def _receipt(one: SurveyImport) -> None:
    """What was read, removed and left out; undo."""
    told = one.receipt
    dropped = "".join(f", {n} left out ({reason})" for reason, n in (told.get("rows_dropped") or {}).items())
    st.markdown(escaped(f"Rows read: {told.get('rows_read', '')}; taken: {told.get('rows_kept', '')}{dropped}. Numbers are kept in fives."))
    if removed := told.get("dropped"):
        _pairs("Removed while reading", [[str(head), f"{why} ({n})"] for head, why, n in removed])
    if struck := told.get("redactions"):
        _pairs("Struck out of answers", [[str(kind), f"in {column} ({n})"] for kind, column, n in struck])
    if left := one.details.get("left"):
        _pairs("Stayed out of the results", [[str(column), str(why)] for column, why in left])
    if aside := one.details.get("no_meaning"):
        _pairs("Answers without a meaning", [[str(column), f"{why} ({n})"] for column, why, n in aside])
    with st.expander("How each column was read"):
        rows = one.details.get("columns", [])
        st.table(
            {
                "Column": [escaped(f"{row[0]}{f' / {row[1]}' if row[1] else ''}"[:140]) for row in rows],
                "Is": [STAFF_ROLES.get(str(row[2]), str(row[2])) for row in rows],
                "Scale": [escaped(str(row[4])) for row in rows],
            },
            border="horizontal",
            hide_index=True,
        )
    for sha in one.details.get("released", []):
        st.caption(f"Hash (SHA-256) of what was frozen: {escaped(str(sha))}")
    if one.state == "undone":
        st.caption(escaped(f"Taken back by {one.details.get('undone_by', '')}, {one.details.get('undone', '')}."))
    if one.state in {"stored", "storing"} and st.button("Take this file back"):
        _confirm(one)


@st.dialog("Take this file back?")
def _confirm(one: SurveyImport) -> None:
    """Asked twice, because numbers leave every page."""
    st.markdown(
        f"The results of {escaped(one.file_name)} leave every page. The very same file can come in again. One with other answers or other groups is "
        "then too near to what was seen: its questions stay out of the results."
    )
    if st.button("Take it back", type="primary"):
        try:
            with st.spinner("Taking it back ..."):
                bringing.undo(house(), one.id, visit.visitor().name)
        except CommonGroundError as error:
            refusal(error)
            return
        st.rerun()
