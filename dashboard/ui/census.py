"""The Surveys page's census margins: what surveys are weighted to, a file or the population table to replace it, preview, keep, remove."""

from __future__ import annotations

import streamlit as st

from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError
from dashboard.schema import say
from dashboard.schema.words import label
from dashboard.services.surveys import census
from dashboard.services.surveys.census import CROSSED, Proposal
from dashboard.ui import state, visit
from dashboard.ui.ask import refusal
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

KEY, TOLD = "cg_census", "cg_census_told"
EXAMPLE = "margin,category,count\narea,Northgate,21400\nage,18-24,9100\ngender,woman,40250\narea x race,Northgate x white,9800\n"


def panel() -> None:
    """The whole way."""
    told = state.value(TOLD)
    if isinstance(told, str):
        st.success(escaped(told))
    found = state.value(KEY)
    if isinstance(found, Proposal):
        _preview(found)
    else:
        _in_force()
        _receive()


def _in_force() -> None:
    """What is used now, and from where."""
    now, brought = census.in_force(house())
    if now is None:
        st.markdown("No margins are known, so community surveys are not weighted. Bring in how many people live here by area, age, race or gender.")
        return
    st.markdown(f"Community surveys are weighted to: **{escaped(now.source)}**{'' if brought else ', because nobody brought other margins in'}.")
    _table(now)
    if brought:
        with st.expander("Remove these margins"):
            sure = _sure("cg_census_removed")
            if st.button("Remove them", disabled=not sure):
                _change(None, "")


def _receive() -> None:
    """A file, or the population table."""
    with st.form("cg_census_file", clear_on_submit=True, border=True):
        file = st.file_uploader(
            "Census margins (CSV)",
            type=["csv"],
            max_upload_size=1,
            help="Columns margin, category and count (or share). Margins are area, age, race and gender; categories are the survey's own answers. "
            "One table of two margins together may stand beside them: margin 'area x race', category 'Northgate x white'.",
        )
        sent = st.form_submit_button("Look at this file", type="primary")
    st.download_button("A file to begin with (CSV)", EXAMPLE, "census-margins.csv", "text/csv", on_click="ignore", key="cg_census_example")
    with st.form("cg_census_table", border=True):
        universe = st.selectbox("Or take race and area from the imported population table", census.UNIVERSES, format_func=label)
        taken = st.form_submit_button("Look at these margins")
    if sent and file is None:
        st.info("Choose a file first.")
    if not taken and (not sent or file is None):
        return
    try:
        made = census.from_population(house(), universe) if taken or file is None else census.read(house(), file.getvalue())
    except CommonGroundError as error:
        refusal(error)
        return
    state.forget(TOLD)
    state.keep(KEY, made)
    st.rerun()


def _preview(found: Proposal) -> None:
    """What would be kept, what must be known, and the decision."""
    st.subheader("These margins would be used", anchor=False)
    for one in found.warnings:
        st.warning(escaped(one))
    _table(found)
    source = st.text_input(
        "Where they come from",
        value=found.source,
        max_chars=200,
        key="cg_census_source",
        help="Publisher, table and year: it stands under every result.",
    )
    sure = _sure("cg_census_kept")
    with st.container(horizontal=True):
        if st.button("Keep these margins", type="primary", disabled=not sure):
            _change(found, source)
        if st.button("Put them away", help="Nothing of them is kept."):
            state.forget(KEY)
            st.rerun()


def _table(found: Proposal) -> None:
    """Every category with its people and its share."""
    rows = found.rows()
    counted = all(value >= 1 or not value for _, _, value, _ in rows) and any(value > 100 for _, _, value, _ in rows)
    people = {"People": [say.count(value) for _, _, value, _ in rows]} if counted else {}
    st.table(
        {
            "Margin": [name.capitalize() for name, _, _, _ in rows],
            "Category": [escaped(_category(name, category)) for name, category, _, _ in rows],
            **people,
            "Share": [say.percent(share) for _, _, _, share in rows],
        },
        border="horizontal",
        hide_index=True,
    )


def _category(name: str, category: str) -> str:
    """A category as people read it; race codes in words, also beside another answer."""
    parts = zip(name.split(CROSSED), category.split(CROSSED), strict=False)
    return CROSSED.join(label(text) if what in {"race", "gender"} else text for what, text in parts)


def _sure(key: str) -> bool:
    """Said beforehand, because published numbers change. True where no survey has closed, or the person ticked it."""
    titles = census.affected(house())
    if not titles:
        st.markdown("No community survey has closed yet, so no number changes.")
        return True
    words = f"Weight anew: the results of {say.listed(titles)} are computed and frozen again, and numbers that people have seen change"
    return st.checkbox(escaped(words), key=key)


def _change(found: Proposal | None, source: str) -> None:
    """Keep these margins, or remove those there are."""
    person = visit.visitor()
    try:
        person.require(Permission.MANAGE_SURVEYS)
        with st.spinner("Freezing the results anew ..."):
            count = census.keep(house(), found, source, person.name) if found is not None else census.remove(house(), person.name)
    except CommonGroundError as error:
        refusal(error)
        return
    state.forget(KEY)
    surveys = f"{say.count(count)} {'survey was' if count == 1 else 'surveys were'} weighted anew"
    state.keep(TOLD, f"The margins were {'kept' if found is not None else 'removed'}; {surveys}.")
    st.rerun()
