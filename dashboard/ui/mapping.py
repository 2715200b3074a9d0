"""A mapping for files that no source knows: proposed from names and values, corrected by the person, saved for the next time."""

from __future__ import annotations

import json
from pathlib import Path

import streamlit as st

from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError
from dashboard.schema.mapping import Mapping
from dashboard.schema.tables import TABLES
from dashboard.services import mappings
from dashboard.services.imports import FileLook
from dashboard.ui import visit
from dashboard.ui.ask import refusal
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

BOOKKEEPING = {"import_id", "source_file", "source_row", "row_hash", "quality_notes"}
NONE = "(not in the file)"
ORDERS = {"mdy": "month, day, year", "dmy": "day, month, year", "ymd": "year, month, day"}
TALL = 560  # points of the table of columns


def mapping_editor(unknown: list[FileLook]) -> tuple[str, list[Path], str] | None:
    """The editor over files of one unknown layout: (maker, files, mapping as JSON) once the person wants it checked, None until then."""
    st.subheader("Make a mapping", anchor=False)
    st.markdown("No source knows these headers. Say which column is which; the choice is saved and found again the next time.")
    one = st.selectbox("File", unknown, format_func=lambda look: look.file)
    try:
        likely = list(TABLES).index(mappings.likely_table(house(), one.path))
        target = st.selectbox(
            "What does a row describe?", list(TABLES), index=likely, format_func=lambda name: f"{TABLES[name].title}: {TABLES[name].row}"
        )
        first = mappings.proposed(house(), one.path, target)
    except CommonGroundError as error:
        refusal(error)
        return None
    ready = _brought(one, unknown)
    if ready is not None:
        return ready
    columns = _columns(one, first, target)
    first = mappings.proposed(house(), one.path, target, columns)
    values = _values(one, first)
    order = st.selectbox("Dates are written", list(ORDERS), index=list(ORDERS).index(first.dates.order), format_func=lambda key: ORDERS[key])
    for note in first.notes:
        st.caption(escaped(note))
    name = st.text_input("Name of the mapping", value=f"{one.file.split('.')[0]} to {target.replace('_', ' ')}", max_chars=120)
    try:
        made = mappings.corrected(first, columns, name=name, who=visit.visitor().name, values=values, order=order)
    except CommonGroundError as error:
        refusal(error)
        return None
    with st.container(horizontal=True):
        go = st.button("Save the mapping and check the file", type="primary")
        words = "Names of columns and the words used in them; no rows."
        st.download_button("Export as JSON", made.as_json(), "mapping.json", "application/json", on_click="ignore", help=words)
    return _kept(made, one, unknown) if go else None


def _brought(one: FileLook, unknown: list[FileLook]) -> tuple[str, list[Path], str] | None:
    """A mapping that somebody exported, brought in instead of a new one."""
    with st.expander("Bring a mapping that was exported as JSON"):
        file = st.file_uploader("Mapping", type=["json"], key=f"cg_brought_{one.file}")
        if file is None or not st.button("Save this mapping and check the file"):
            return None
        try:
            return _kept(mappings.brought(house(), file.getvalue(), one.tables[0].header), one, unknown)
        except CommonGroundError as error:
            refusal(error)
            return None


def _columns(one: FileLook, first: Mapping, target: str) -> dict[str, str]:
    """Canonical column -> header, as the person left it."""
    header = one.tables[0].header
    wanted = [column for column in TABLES[target].columns if column.name not in BOOKKEEPING and not column.derived]
    key, date = TABLES[target].key, TABLES[target].date
    wanted.sort(key=lambda column: (column.name != date, column.name not in first.columns))  # the date, what was found, the rest
    rows = [
        {
            "Column": column.name.replace("_", " "),
            "From the file": first.columns[column.name].from_[0] if column.name in first.columns else NONE,
            "Examples": _examples(one, first.columns[column.name].from_[0]) if column.name in first.columns else "",
            "Meaning": column.meaning
            + (" Needed." if column.name == date else " Made from the row where the file has none." if column.name == key else ""),
            "Why": first.columns[column.name].reason if column.name in first.columns else "",
        }
        for column in wanted
    ]
    options = st.column_config.SelectboxColumn("From the file", options=[NONE, *header], required=True)
    edited = st.data_editor(
        rows,
        column_config={"From the file": options},
        disabled=["Column", "Examples", "Why", "Meaning"],
        hide_index=True,
        height=TALL,
        key=f"cg_map_{one.file}_{target}",
    )
    return {row["Column"].replace(" ", "_"): row["From the file"] for row in edited if row["From the file"] != NONE}


def _examples(one: FileLook, header: str) -> str:
    """The first different values under a header."""
    values = [str(row.get(header) or "") for row in one.tables[0].examples]
    return ", ".join(dict.fromkeys(value for value in values if value))[:80]


def _values(one: FileLook, first: Mapping) -> dict[str, dict[str, str]]:
    """Raw words -> canonical words, as the person left them."""
    found: dict[str, dict[str, str]] = {}
    for canonical, words in first.values.items():
        allowed = TABLES[first.table].column(canonical).allowed
        with st.expander(f"What the words of {canonical} mean"):
            options = st.column_config.SelectboxColumn("Means", options=list(allowed) or ["true", "false", "unknown"])
            rows = [{"In the file": raw, "Means": word} for raw, word in words.items()]
            key = f"cg_words_{one.file}_{canonical}_{first.columns[canonical].from_[0]}"
            edited = st.data_editor(rows, column_config={"Means": options}, disabled=["In the file"], hide_index=True, key=key)
            found[canonical] = {row["In the file"]: row["Means"] for row in edited}
    return found


def _kept(made: Mapping, one: FileLook, unknown: list[FileLook]) -> tuple[str, list[Path], str] | None:
    """The mapping, saved, with every file of this drop that it can read; None with a sentence when it cannot be saved."""
    person = visit.visitor()
    try:
        person.require(Permission.IMPORT_DATA)
        mappings.keep(house(), made, person.name)
    except CommonGroundError as error:
        refusal(error)
        return None
    return (
        mappings.MAKER,
        [look.path for look in unknown if look is one or mappings.fits(made, look.tables[0].header)],
        json.dumps(json.loads(made.as_json())),
    )
