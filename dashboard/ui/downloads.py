"""The published tables as files, what their columns mean, and every past release."""

from __future__ import annotations

import streamlit as st

from dashboard.registry import measures
from dashboard.schema import say
from dashboard.services.open_data import FORMATS, OpenTable, PastRelease, about
from dashboard.services.open_packages import LICENCES
from dashboard.ui import menu
from dashboard.ui.plain import escaped

NAMES = {"csv": "CSV", "json": "JSON", "parquet": "Parquet"}
SHOWN = 40


def tables(found: list[OpenTable] | None) -> None:
    """Each table with what it is, where it comes from, and its files."""
    for one in found or []:
        with st.container(border=True):
            st.markdown(f"**{escaped(one.title)}**{' :orange-badge[Sample data]' if one.sample else ''}")
            st.markdown(escaped(one.description))
            method = measures().get(one.method)
            title, address = LICENCES[one.licence]
            facts = [
                f"Period {escaped(one.period[0])} to {escaped(one.period[1])}" if one.period[0] else "",
                f"updated {escaped(one.made_on)}",
                f"{say.count(one.count)} rows, {say.count(one.withheld)} not shown",
                f"licence [{escaped(title)}]({address})",
                f"method [{escaped(method.title)}](/{menu.BY_NAME['methods'].address}#{one.method.replace('.', '-')})" if method else "",
                f"release {escaped(one.release)}, checksum {one.checksum[:12]}",
            ]
            st.caption("; ".join(part for part in facts if part) + ".")
            with st.container(horizontal=True):
                for kind in FORMATS:
                    st.link_button(f"Download {NAMES[kind]}", f"/data/{one.name}.{kind}")


def dictionary(found: list[OpenTable] | None) -> None:
    """The columns of each table in words."""
    for one in found or []:
        entries = about(one)["dictionary"]
        assert isinstance(entries, dict)
        with st.expander(f"Columns of {escaped(one.title)}"):
            st.table({"Column": list(entries), "Meaning": [escaped(str(text)) for text in entries.values()]}, border="horizontal", hide_index=True)
            if one.words:
                st.table(
                    {"Code": [escaped(code) for code, _ in one.words], "Words": [escaped(text) for _, text in one.words]},
                    border="horizontal",
                    hide_index=True,
                )


def past(found: list[PastRelease] | None) -> None:
    """Every release, with its files under addresses that never change."""
    if not found:
        return
    st.markdown("A release is never changed. Each keeps its address, so that a number you quoted can be checked later.")
    lines = {"Release": [], "Made on": [], "Table": [], "State": [], "Files": []}  # type: dict[str, list[str]]
    for one in found[:SHOWN]:
        for name, title in one.tables:
            lines["Release"].append(escaped(one.id))
            lines["Made on"].append(escaped(one.made_on))
            lines["Table"].append(escaped(title))
            lines["State"].append(one.state)
            files = [f"[{NAMES[kind]}](/data/releases/{one.id}/{name}.{kind})" for kind in FORMATS] if one.open else ["not available"]
            lines["Files"].append(" ".join(files))
    st.table(lines, border="horizontal", hide_index=True)
    if len(found) > SHOWN:
        st.markdown("Older releases: [all releases as JSON](/data/releases).")


def for_programs() -> None:
    """Where programs and harvesters read."""
    st.markdown(
        "- [All tables with their dictionary](/data) as JSON\n"
        "- [Frictionless data package](/data/datapackage.json)\n"
        "- Catalogues for harvesters: [DCAT 3](/data/catalog.jsonld) and [DCAT-US](/data/data.json)\n"
        "- Some rows: `/data/stops/rows?year=2024&district=all&limit=100`; filters are the columns that `/data` lists, "
        "at most 1,000 rows at a time, `next` names the next page\n"
        "- At most 240 requests a minute; answers carry an ETag, and scripts of other sites may read them"
    )
