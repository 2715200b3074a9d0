"""The Surveys page's benchmark lines: which published figure stands beside which measure of ours, and whether it was asked in the same words."""

from __future__ import annotations

import streamlit as st

from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError
from dashboard.services.surveys import trackers, trust
from dashboard.ui import visit
from dashboard.ui.ask import refusal
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

UNITS = {trackers.SHARE: "Percent of people who gave an upper answer", trackers.SCORE: "A score from 0 to 100"}
INDEX = "ti-1"  # has a score and no share of upper answers
OVERALL = "C1"  # what most trackers ask, too
FILES = (".csv", ".xlsx", ".xls", ".txt")


def editor() -> None:
    """The lines there are, and a new one."""
    st.markdown(
        "Published figures of others can stand beside ours on Community trust: dashed, named, and said to be another question where they are."
    )
    known = trackers.available(house())
    if not known:
        st.info("No published figures are stored. Bring a tracker in under 'From another tool' first.")
        return
    _listing()
    _new(known)


def _listing() -> None:
    """Every line, and its removal."""
    lines = {one.id: one for one in trackers.lines(house())}
    if not lines:
        st.markdown("No line is drawn yet.")
        return
    measures = trust.labels()
    st.table(
        {
            "Our measure": [escaped(measures.get(one.measure, one.measure)) for one in lines.values()],
            "Line": [escaped(one.label) for one in lines.values()],
            "Figures are": [UNITS[one.unit] for one in lines.values()],
        },
        border="horizontal",
        hide_index=True,
    )
    names = {name: f"{measures.get(one.measure, one.measure)}: {one.label} ({name})" for name, one in lines.items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox("Remove a line", list(names), index=None, placeholder="Choose a line", format_func=lambda name: names.get(name, name))
        if st.button("Remove it", disabled=chosen is None) and chosen is not None:
            visit.visitor().require(Permission.MANAGE_SURVEYS)
            trackers.detach(house(), chosen, visit.visitor().name)
            st.rerun()


def _new(known: dict[str, str]) -> None:
    """One more line. What can be chosen follows from the tracker, so it is no form."""
    st.subheader("Draw a line", anchor=False)
    measures = trust.labels()
    left, right = st.columns(2)
    tracker = left.selectbox("Published figures", list(known), format_func=lambda name: known.get(name, name), key="cg_line_tracker")
    asked, areas = trackers.choices(house(), tracker)
    question = left.selectbox("Its measure", asked, key=f"cg_line_asked_{tracker}")
    area = left.selectbox("Area", areas, key=f"cg_line_area_{tracker}")
    measure = right.selectbox(
        "Beside our measure",
        list(measures),
        list(measures).index(OVERALL),
        format_func=lambda name: measures.get(name, name),
        key="cg_line_measure",
    )
    units = [trackers.SCORE] if measure == INDEX else list(UNITS)
    unit = right.selectbox("The figures are", units, format_func=lambda name: UNITS.get(name, name), key=f"cg_line_unit_{len(units)}")
    publisher = right.text_input(
        "Published by",
        value="" if known[tracker].lower().endswith(FILES) else known[tracker],
        placeholder="Who published them, where and when",
        max_chars=200,
        key=f"cg_line_by_{tracker}",
        help="It stands beside the line. A benchmark needs a source.",
    )
    same = st.checkbox("Asked in the same words with the same answers as ours", key="cg_line_same", help="Else it is drawn as another question.")
    if not st.button("Save this line", type="primary"):
        return
    person = visit.visitor()
    made = {"measure": measure, "import_id": tracker, "area": area, "asked": question, "published_by": publisher, "same_wording": same, "unit": unit}
    try:
        person.require(Permission.MANAGE_SURVEYS)
        trackers.attach(house(), made, person.name)
    except CommonGroundError as error:
        refusal(error)
        return
    st.rerun()
