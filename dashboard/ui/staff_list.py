"""A list of staff for as long as this tab needs it: sent, its columns named, kept in memory alone, let go."""

from __future__ import annotations

import streamlit as st

from dashboard.errors import CommonGroundError
from dashboard.services.employee import staff_list
from dashboard.services.employee.staff_list import StaffList
from dashboard.ui import state
from dashboard.ui.ask import refusal
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

LIST, ROUND = "cg_staff_list", "cg_staff_list_round"
NONE = ""


def panel() -> StaffList | None:
    """The list of this tab: asked for, or shown with its columns and a way to let it go."""
    given = state.value(LIST)
    if isinstance(given, StaffList):
        return _held(given)
    turn = int(str(state.value(ROUND) or 0))
    sent = st.file_uploader(
        "List of staff (CSV or XLSX): one row a person, with name or e-mail address, and unit, shift, rank group, start date, sworn or civilian",
        type=["csv", "tsv", "txt", "xlsx"],
        key=f"cg_staff_file_{turn}",
        max_upload_size=5,
    )
    if sent is None:
        st.caption("The list is read in memory and never stored. It goes when you let it go or close this tab.")
        return None
    try:
        with st.spinner("Reading the list ..."):
            made = staff_list.read(house(), sent.name, sent.getvalue())
    except CommonGroundError as error:
        refusal(error)
        return None
    state.keep(LIST, made)
    state.keep(ROUND, turn + 1)  # a new field: the file behind the old one is dropped
    st.rerun()


def let_go() -> None:
    """Forget the list, and how its columns were named."""
    state.forget(LIST)
    state.keep(ROUND, int(str(state.value(ROUND) or 0)) + 1)


def _held(given: StaffList) -> StaffList:
    """A list that was read: how many rows, which column is what."""
    many, button = st.columns([3, 1], vertical_alignment="center")
    many.markdown(f"A list of **{len(given.rows):,}** people is in this tab's memory.")
    if button.button("Let the list go"):
        let_go()
        st.rerun()
    turn = int(str(state.value(ROUND) or 0))
    with st.expander("Which column is what", expanded=not given.columns):
        chosen = {}
        for role, title in staff_list.TITLES.items():
            options = [NONE, *given.header]
            now = given.columns.get(role, NONE)
            picked = st.selectbox(
                title, options, index=options.index(now), format_func=lambda name: escaped(name) or "not on the list", key=f"cg_col_{turn}_{role}"
            )
            chosen[role] = str(picked or NONE)
        try:
            made = staff_list.with_columns(given, chosen)
        except CommonGroundError as error:
            refusal(error)
            return given
    if made.columns != given.columns:
        state.keep(LIST, made)
    return made
