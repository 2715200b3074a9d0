"""Open, close and put away a survey: from which day until which, what changes in its trend lines, and all its waves."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError
from dashboard.services import forms
from dashboard.services.surveys import authoring
from dashboard.services.surveys.authoring import Desk
from dashboard.settings import DEFAULTS
from dashboard.ui import visit
from dashboard.ui.ask import refusal
from dashboard.ui.house import house
from dashboard.ui.parts import go
from dashboard.ui.plain import escaped

SHOWN = 6


def where(found: Desk) -> str:
    """Where a survey stands, to follow its name."""
    wave, closed = found.open_wave, [one for one in found.waves if one.state == "closed"]
    if found.survey.archived:
        return "is put away."
    if wave is None:
        many = "one wave" if len(closed) == 1 else f"{len(closed)} waves"
        return f"is closed; {many} so far." if closed else "is a draft."
    day = forms.today(house())
    until = f" until {wave.closes}, that day included" if wave.closes else ", until you close it"
    if day < wave.opens:
        return f"opens on {wave.opens}{until} ({wave.name})."
    if not wave.open_on(day):
        return f"took answers until {wave.closes} and is being closed ({wave.name})."
    return f"is open since {wave.opens}{until} ({wave.name})."


def panel(found: Desk) -> None:
    """The whole step."""
    person, wave = visit.visitor(), found.open_wave
    if wave is not None:
        st.markdown("Its links, codes and posters are under Share. While it is open its questions stand still: changes count from the next wave on.")
        if st.button("Close this survey", type="primary"):
            _confirm(wave.id, wave.name)
    elif not found.survey.archived:
        _open(found)
    _waves(found)
    if wave is None and st.button("Bring back" if found.survey.archived else "Put this survey away"):
        authoring.archive(house(), found.survey.id, person.name, archived=not found.survey.archived)
        st.rerun()


def _open(found: Desk) -> None:
    """The next wave."""
    for sentence in found.mistakes[:SHOWN]:
        st.markdown(f"- :orange[{escaped(sentence)}]")
    if len(found.mistakes) > SHOWN:
        st.markdown(f"- :orange[{escaped(f'and {len(found.mistakes) - SHOWN} more, listed under Questions')}]")
    if found.breaks:
        st.markdown("**What this wave cannot be compared in**")
        for sentence in found.breaks:
            st.markdown(f"- {escaped(sentence)}")
    if house().name == DEFAULTS["agency.name"]:
        st.warning(escaped(f"The form will say that '{house().name}' asks. Give your agency its name first."))
        if visit.visitor().may(Permission.MANAGE_SETTINGS):
            go("settings", "To the settings")
    day = forms.today(house())
    with st.form("cg_open", border=True):
        name = st.text_input("Name of this wave", value=f"{day.year}-Q{(day.month + 2) // 3}", max_chars=120)
        first, last = st.columns(2)
        opens = first.date_input("First day", value=day)
        closes = last.date_input("Last day (empty: until you close it)", value=None)
        sampling = st.selectbox("Who is asked", list(authoring.SAMPLING), format_func=lambda word: authoring.SAMPLING[word])
        st.caption("After its last day a survey closes by itself, and its results are computed and frozen.")
        sent = st.form_submit_button("Open this survey", type="primary", disabled=bool(found.mistakes))
    if sent and isinstance(opens, dt.date):
        last_day = closes if isinstance(closes, dt.date) else None
        try:
            authoring.launch(house(), found.survey.id, name, visit.visitor().name, opens=opens, closes=last_day, sampling=sampling)
        except CommonGroundError as error:
            refusal(error)
            return
        st.rerun()


@st.dialog("Close this survey?")
def _confirm(wave_id: str, name: str) -> None:
    """Closing computes and freezes the results, so it is asked twice."""
    st.markdown(f"No more answers are taken for {escaped(name)}, and its results are computed and frozen. A new wave can be opened afterwards.")
    if st.button("Close it", type="primary"):
        try:
            with st.spinner("Closing, and computing the results ..."):
                authoring.close(house(), wave_id, visit.visitor().name)
        except CommonGroundError as error:
            refusal(error)
            return
        st.rerun()


def _waves(found: Desk) -> None:
    """All waves so far."""
    if not found.waves:
        return
    rows = list(reversed(found.waves))
    st.table(
        {
            "Wave": [escaped(one.name) for one in rows],
            "From": [str(one.opens) for one in rows],
            "Until": [str(one.closes) if one.closes else "you close it" for one in rows],
            "State": [one.state for one in rows],
            "Version": [str(one.version) for one in rows],
        },
        border="horizontal",
        hide_index=True,
    )
