"""The front page of a dashboard that has just been set up: what comes next for whoever looks at it."""

from __future__ import annotations

import streamlit as st

from dashboard.access.roles import Permission
from dashboard.services import beginning
from dashboard.ui import menu, visit
from dashboard.ui.ask import ask
from dashboard.ui.parts import go

# page, what a person does there, by what permission
STEPS: tuple[tuple[str, str, Permission], ...] = (
    ("data_sources", "Bring in the agency's records: stops, force, complaints, arrests. Just drop the export.", Permission.IMPORT_DATA),
    ("surveys", "Ask residents, or bring in the answers of another survey tool.", Permission.MANAGE_SURVEYS),
    ("staff_surveys", "Ask the agency's own people.", Permission.MANAGE_EMPLOYEE_SURVEYS),
    ("outreach", "Write down where the agency shows up, and what it promises there.", Permission.MANAGE_OUTREACH),
    ("library_desk", "Put policies, reports and meetings into the library.", Permission.MANAGE_LIBRARY),
    ("people", "Invite the people who work with these numbers.", Permission.MANAGE_PEOPLE),
)


def steps_if_empty() -> None:
    """Where nothing can be shown yet: say so once, name the steps that this visitor may take, and stop the page."""
    if not ask(beginning.nothing_yet):
        return
    visitor = visit.visitor()
    mine = [(page, text) for page, text, permission in STEPS if visitor.may(permission)]
    with st.container(border=True):
        if mine:
            st.markdown("##### Nothing is here yet. What comes next")
            st.markdown("Each part of this page fills by itself once its data are there.")
            for page, text in mine:
                go(page, f"{menu.BY_NAME[page].title}: {text}")
        else:
            st.markdown("##### The agency has not published anything here yet")
            st.markdown("Its policies, reports and meetings will be in the library, and you may ask a question there already.")
            go("library", menu.BY_NAME["library"].title)
    st.stop()
