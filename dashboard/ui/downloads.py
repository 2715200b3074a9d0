"""The published tables as files, and what their columns mean."""

from __future__ import annotations

import streamlit as st

from dashboard.schema import say
from dashboard.services.open_data import FORMATS, LICENCE, OpenTable, about
from dashboard.ui.plain import escaped

NAMES = {"csv": "CSV", "json": "JSON", "parquet": "Parquet"}


def tables(found: list[OpenTable] | None) -> None:
    """Each table with its size, its release and its files."""
    for one in found or []:
        with st.container(border=True):
            st.markdown(f"**{escaped(one.title)}**{' :orange-badge[Sample data]' if one.sample else ''}")
            st.caption(
                escaped(
                    f"{say.count(len(one.rows))} counts, {say.count(one.withheld)} of them withheld; release {one.release} of {one.made_on}; "
                    f"licence {LICENCE}; checksum {one.checksum[:12]}"
                )
            )
            with st.container(horizontal=True):
                for kind in FORMATS:
                    st.link_button(f"Download {NAMES[kind]}", f"/data/{one.name}.{kind}")
    if found:
        st.markdown("For programs: [/data](/data) lists the tables as JSON, with their dictionary.")


def dictionary(found: list[OpenTable] | None) -> None:
    """The columns of each table in words."""
    for one in found or []:
        entries = about(one)["dictionary"]
        assert isinstance(entries, dict)
        st.table({"Column": list(entries), "Meaning": [escaped(str(text)) for text in entries.values()]}, border="horizontal", hide_index=True)
