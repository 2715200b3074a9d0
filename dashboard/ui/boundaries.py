"""The Data page's map of districts: bring a boundary file in, see which districts it fits, take it away."""

from __future__ import annotations

import streamlit as st

from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError
from dashboard.schema import say
from dashboard.services import arrivals, boundaries
from dashboard.ui import state, visit
from dashboard.ui.ask import refusal
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

TOLD = "cg_boundaries_told"


def editor() -> None:
    """What map there is, and the way to change it."""
    known = boundaries.districts(house())
    if known:
        st.markdown(f"A map of {say.count(len(known))} districts is kept and shown on the page Stops.")
    else:
        st.markdown("No map yet. A GeoJSON file of your districts puts the published numbers on a map.")
    told = state.value(TOLD)
    if isinstance(told, str):
        st.info(escaped(told))
    with st.expander("Replace or remove the map" if known else "Bring a boundary file in"):
        with st.form("cg_boundaries", clear_on_submit=True, border=False):
            file = st.file_uploader("District boundaries (GeoJSON)", help="Areas are matched to districts by name.")
            sent = st.form_submit_button("Use this file")
        if sent and file is not None:
            _take(file.name, file.getvalue())
        if known and st.button("Remove the map"):
            boundaries.forget(house(), visit.visitor().name)
            state.keep(TOLD, "The map was removed; the numbers stay.")
            st.rerun()


def _take(name: str, content: bytes) -> None:
    """Keep the shapes, or say in one sentence why not."""
    person = visit.visitor()
    try:
        person.require(Permission.IMPORT_DATA)
        dropped = arrivals.keep(house(), [(name, content)])
        try:
            found = boundaries.take(house(), dropped.paths[0], person.name)
        finally:
            arrivals.forget(dropped)
    except CommonGroundError as error:
        refusal(error)
        return
    missing = f" Without a shape: {say.listed(list(found.unmatched))}." if found.unmatched else ""
    state.keep(TOLD, f"{say.count(len(found.shapes))} districts were found in the file.{missing}")
    st.rerun()
