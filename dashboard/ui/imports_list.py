"""Every import with its state, who and when; its rows set aside as a file; and undo."""

from __future__ import annotations

import streamlit as st

from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError
from dashboard.schema import say
from dashboard.schema.tables import TABLES
from dashboard.services import imports
from dashboard.services.imports import Entry
from dashboard.ui import visit
from dashboard.ui.ask import refusal
from dashboard.ui.house import house
from dashboard.ui.importing import problems, source_title
from dashboard.ui.plain import escaped


def listing() -> None:
    """All imports, the newest first; an empty home explains the next step."""
    entries = imports.listing(house())
    if not entries:
        st.info("Nothing has been imported yet. Drop an export above; what it is will be recognised by its header.")
        return
    st.table({heading: cells for heading, cells in _columns(entries).items() if set(cells) != {"0"}}, border="horizontal", hide_index=True)
    known = {one.receipt.import_id: one for one in entries}
    chosen = st.selectbox(
        "Look at one import",
        list(known),
        format_func=lambda name: _named(known[name]) if name in known else name,
        index=None,
        placeholder="Choose an import",
    )
    if chosen in known:
        _detail(known[chosen])


def _columns(entries: list[Entry]) -> dict[str, list[str]]:
    """The columns of the list; a column of noughts is left out by the caller."""
    return {
        "When": [f"{one.moment:%Y-%m-%d %H:%M}" for one in entries],
        "What": [escaped(f"{source_title(one.receipt.source)}: {_table_title(one.receipt.table)}") for one in entries],
        "State": ["stored" if one.receipt.state == "committed" else f":orange[{one.receipt.state}]" for one in entries],
        "Accepted": [say.count(one.receipt.accepted) for one in entries],
        "Replaced": [say.count(one.receipt.replaced) for one in entries],
        "Taken out": [say.count(one.receipt.withdrawn) for one in entries],
        "Set aside": [say.count(one.receipt.quarantined) for one in entries],
        "Duplicates": [say.count(one.receipt.duplicates) for one in entries],
        "By": [escaped(one.who) for one in entries],
    }


def _table_title(name: str) -> str:
    """A canonical table as people call it."""
    return TABLES[name].title.lower() if name in TABLES else name


def _named(one: Entry) -> str:
    """An import in one line that no other import has: two lines alike would be one choice, and the wrong import be undone."""
    files = ", ".join(one.receipt.files[:2]) + (f" and {len(one.receipt.files) - 2} more" if len(one.receipt.files) > 2 else "")
    what = f"{source_title(one.receipt.source)}, {one.receipt.table.replace('_', ' ')}{f', {files}' if files else ''}"
    return f"{one.moment:%Y-%m-%d %H:%M}, {what} ({one.receipt.import_id})"


def _detail(one: Entry) -> None:
    """Notes, problems, files, the quarantine as a file, undo."""
    receipt = one.receipt
    st.markdown(
        f"{say.count(receipt.rows_read)} rows read = {say.count(receipt.accepted)} accepted + {say.count(receipt.quarantined)} set aside "
        f"+ {say.count(receipt.duplicates)} duplicates"
    )
    if receipt.first_date is not None:
        st.caption(f"Dates from {receipt.first_date} to {receipt.last_date}; import {receipt.import_id}")
    problems("Set aside", receipt.problems)
    problems("Noted", receipt.notes)
    with st.container(horizontal=True):
        if receipt.quarantined:
            st.link_button("Rows set aside (CSV)", f"/api/imports/{receipt.import_id}/quarantine.csv")
        if receipt.state == "committed" and st.button("Undo this import"):
            _confirm(one)


@st.dialog("Undo this import?")
def _confirm(one: Entry) -> None:
    """Undo takes rows out of every number, so it is asked twice."""
    st.markdown(
        f"{say.count(one.receipt.accepted)} rows of {escaped(source_title(one.receipt.source))} leave every number, "
        "and rows that they replaced or took out return. "
        "Importing the files again brings them back."
    )
    if st.button("Undo it", type="primary"):
        person = visit.visitor()
        try:
            house().require(Permission.IMPORT_DATA, "undo")
            with st.spinner("Undoing, and renewing the published tables ..."):
                imports.undo(house(), one.receipt.import_id, person.name)
        except CommonGroundError as error:
            refusal(error)
            return
        st.rerun()
