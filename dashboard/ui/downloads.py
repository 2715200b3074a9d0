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
    """Each table with its period, its size and its files."""
    if not found:
        return
    if any(one.sample for one in found):
        st.markdown(":orange-badge[Sample data] Every row says so in its last column.")
    st.table(
        {
            "Table": [f"{escaped(one.title)}: {_files(f'/data/{one.name}')}" for one in found],
            "Period": [_period(one) for one in found],
            "Rows": [say.count(one.count) for one in found],
            "Not shown": [say.count(one.withheld) for one in found],
        },
        border="horizontal",
        hide_index=True,
    )


def _files(base: str) -> str:
    """Links to the three files of a table."""
    return " ".join(f"[{NAMES[kind]}]({base}.{kind})" for kind in FORMATS)


def _period(one: OpenTable) -> str:
    """From when to when, in years."""
    first, last = one.period[0][:4], one.period[1][:4]
    if not first:
        return "every year together"
    return first if first == last else f"{first} to {last}"


def dictionary(found: list[OpenTable] | None) -> None:
    """What each table is: description, licence, method, release, columns and codes in words."""
    for one in found or []:
        with st.expander(escaped(one.title)):
            st.markdown(escaped(one.description))
            st.caption(_facts(one))
            entries = about(one)["dictionary"]
            assert isinstance(entries, dict)
            st.table({"Column": list(entries), "Meaning": [escaped(str(text)) for text in entries.values()]}, border="horizontal", hide_index=True)
            if one.words:
                codes, texts = [escaped(code) for code, _ in one.words], [escaped(text) for _, text in one.words]
                st.table({"Code": codes, "In words": texts}, border="horizontal", hide_index=True)


def _facts(one: OpenTable) -> str:
    """Licence, method, release and checksum in one line."""
    method = measures().get(one.method)
    title, address = LICENCES[one.licence]
    page = menu.BY_NAME["methods"].address
    parts = [f"Updated {escaped(one.made_on)}; licence: [{escaped(title)}]({address})"]
    if method:
        parts.append(f"method: [{escaped(method.title)}](/{page}#{one.method.replace('.', '-').replace('_', '-')})")
    parts.append(f"release {escaped(one.release)}, [permanent address](/data/releases/{one.release}/{one.name}.csv), checksum {one.checksum[:12]}")
    return "; ".join(parts) + "."


def past(found: list[PastRelease] | None) -> None:
    """Every release, with its files under addresses that never change."""
    if not found:
        return
    st.markdown("A release is never changed. Each keeps its address, so that a number you quoted can be checked later.")
    for one in found[:SHOWN]:
        what = escaped(one.tables[0][1]) if len(one.tables) == 1 else f"{say.count(len(one.tables))} tables of counts"
        with st.expander(f"{escaped(one.made_on)}, {one.state}: {what}"):
            st.caption(escaped(f"Release {one.id}" + (f", which replaced {one.replaces}" if one.replaces else "")))
            if not one.open:
                st.markdown("Its data were taken back, so its files can no more be had.")
                continue
            st.markdown("\n".join(f"- {escaped(title)}: {_files(f'/data/releases/{one.id}/{name}')}" for name, title in one.tables))
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
