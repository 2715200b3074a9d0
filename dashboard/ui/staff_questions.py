"""Write a staff survey before it opens: its questions in the editor of all surveys, and what the results can then no longer say."""

from __future__ import annotations

import streamlit as st

from dashboard.services.employee import writing
from dashboard.services.employee.desk import StaffDesk
from dashboard.services.employee.writing import Held
from dashboard.ui import survey_editor, survey_translate
from dashboard.ui.house import house
from dashboard.ui.plain import escaped


def panel(found: StaffDesk) -> None:
    """The whole step."""
    if found.survey.archived:
        st.markdown("This survey is put away.")
        return
    if found.open_wave is not None:
        st.info("The open survey asks what it was launched with. What you write here is for the next wave.")
    held = writing.held(house(), found.survey.id)
    told(held)
    survey_editor.questions(writing.desk(house(), found.survey.id))
    _figures(held)


def translate(found: StaffDesk) -> None:
    """Its texts in every language."""
    survey_translate.panel(writing.desk(house(), found.survey.id))


def told(held: list[Held]) -> None:
    """What the results will not hold any more, and which lines start anew; nothing where nothing changes."""
    lost = [one for one in held if one.lost]
    anew = [one for one in held if one.before and one.computed and one.why]
    if lost:
        st.warning("**Not computed with these questions:**\n\n" + "\n".join(f"- {escaped(one.name)}: {escaped(one.why)}" for one in lost))
    if anew:
        st.info("**Not comparable with before:**\n\n" + "\n".join(f"- {escaped(one.name)}: {escaped(one.why)}" for one in anew))


def _figures(held: list[Held]) -> None:
    """Every figure that the results would hold."""
    with st.expander("Which figures the results can hold"):
        st.table(
            {
                "Figure": [escaped(one.name) for one in held],
                "From these questions": ["computed" if one.computed else "not computed" for one in held],
                "What changes": [escaped(one.why) for one in held],
            },
            border="horizontal",
            hide_index=True,
        )
