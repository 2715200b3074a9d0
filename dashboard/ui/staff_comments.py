"""What staff wrote: HR looks through what the machine left, releases it or keeps it back, and reads what is released."""

from __future__ import annotations

import streamlit as st

from dashboard.errors import CommonGroundError
from dashboard.services.employee import comments
from dashboard.services.employee.comments import Waiting
from dashboard.ui import visit
from dashboard.ui.ask import refusal
from dashboard.ui.house import house
from dashboard.ui.plain import escaped


def panel(survey_id: str, wave_id: str) -> None:
    """Comments of a closed wave."""
    found, texts = comments.following(house(), survey_id), comments.released(house(), survey_id, wave_id)
    if found is None and not texts:
        return
    st.subheader("What staff wrote", anchor=False)
    if found is not None:
        _one(survey_id, found)
    if texts:
        with st.expander(f"Released comments ({len(texts):,}), in a new order each time"):
            for text in texts:
                with st.container(border=True):
                    st.text(text)


def _one(survey_id: str, found: Waiting) -> None:
    """The next that waits."""
    about = (
        f"{found.left:,} wait. Names, numbers and addresses were taken out by the machine; the original is shown to nobody. Take out whatever still "
        "tells who wrote it, or whom it is about."
    )
    st.caption(escaped(about))
    with st.form(f"cg_staff_comment_{found.id}", border=True):
        st.caption(escaped(f"{found.wave}. Asked was:"))
        st.text(found.question)
        text = st.text_area("As it would be read", found.text, height=150, max_chars=comments.LONGEST)
        with st.container(horizontal=True):
            release = st.form_submit_button("Release", type="primary")
            keep = st.form_submit_button("Keep back")
    if release or keep:
        try:
            comments.judge(house(), survey_id, found.id, str(text or ""), visit.visitor().name, release=release)
        except CommonGroundError as error:
            refusal(error)
            return
        st.rerun()
