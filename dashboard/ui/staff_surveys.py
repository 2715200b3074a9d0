"""The Staff surveys page: begin one, look at its form, fix its groups and open it, invite and remind, close it and read what is withheld."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from dashboard.errors import CommonGroundError
from dashboard.schema import employee
from dashboard.services import forms
from dashboard.services.employee import desk as service
from dashboard.services.employee.desk import StaffDesk
from dashboard.services.surveys.authors import Listed
from dashboard.ui import staff_invite, staff_launch, staff_questions, staff_results, state, visit
from dashboard.ui.ask import refusal
from dashboard.ui.choice import pick
from dashboard.ui.house import house
from dashboard.ui.plain import escaped
from dashboard.ui.survey_words import language_name

CHOSEN, STEP = "cg_staff_survey", "cg_staff_step"
PHONE = 860  # points of the drawn phone


def desk() -> None:
    """The whole page."""
    found = service.listing(house())
    _begin(first=not found)
    if not found:
        st.info("No staff survey was begun yet. Begin one above: the pulse asks five questions and takes a minute to answer.")
        return
    _list(found)
    options = {one.survey.id: one.survey.title for one in found}
    if state.value(CHOSEN) not in options:
        state.forget(CHOSEN)
    chosen = st.selectbox("Work on", list(options), key=CHOSEN, format_func=lambda name: options.get(name, ""))
    if chosen:
        _one(service.desk(house(), chosen))


def _begin(*, first: bool) -> None:
    """Begin a survey."""
    names = service.templates(house())
    with st.expander("Begin a staff survey", expanded=first), st.form("cg_staff_begin", border=False, clear_on_submit=True):
        template = st.selectbox("Start from", list(names), index=list(names).index("employee_pulse"), format_func=lambda name: names.get(name, ""))
        title = st.text_input("Title", placeholder="As staff will read it; empty takes the template's", max_chars=200)
        if st.form_submit_button("Begin", type="primary"):
            made = service.begin(house(), str(template), title, visit.visitor().name)
            state.keep(CHOSEN, made.id)
            state.forget(STEP)
            st.rerun()


def _list(found: list[Listed]) -> None:
    """Where every staff survey stands."""
    shown = [one for one in found if not one.survey.archived]
    if shown:
        st.table(
            {
                "Survey": [escaped(one.survey.title) for one in shown],
                "State": [one.state for one in shown],
                "Wave": [escaped(one.wave.name) if one.wave else "" for one in shown],
                "From": [str(one.wave.opens) if one.wave else "" for one in shown],
                "Until": [(str(one.wave.closes) if one.wave.closes else "you close it") if one.wave else "" for one in shown],
            },
            border="horizontal",
            hide_index=True,
        )


def _form(found: StaffDesk) -> None:
    """The next wave's form on a phone, with the promise that goes with the groups as they are chosen."""
    division = staff_launch.division(found)
    languages = found.survey.draft.languages
    chosen = pick("Language", languages, languages[0], names=language_name, key=f"cg_staff_tongue_{found.survey.id}")
    words = {"divided": employee.written(division)} if division.cuts else {}
    query = urlencode(words | {"lang": chosen or languages[0]})
    st.caption("This is the form itself, with its promise and the lines to call at its end. Nothing that is sent here is stored.")
    st.iframe(f"/s/preview/{found.survey.id}/phone?{query}", width="stretch", height=PHONE, alt="The form on a phone")
    st.link_button("Open it in a tab of its own", f"/s/preview/{found.survey.id}?{query}")


STEPS = {
    "Questions": staff_questions.panel,
    "Translate": staff_questions.translate,
    "Groups and launch": staff_launch.panel,
    "Form and promise": _form,
    "Invite and remind": staff_invite.panel,
    "Close and results": staff_results.panel,
}


def _one(found: StaffDesk) -> None:
    """One survey: where it stands, and its steps."""
    wave = found.open_wave
    until = f"until {wave.closes}, that day included" if wave and wave.closes else "until you close it"
    begins = "opens on" if wave and forms.today(house()) < wave.opens else "is open since"
    where = f"{begins} {wave.opens}, {until} ({wave.name})." if wave else "is not open now."
    st.markdown(f"**{escaped(found.survey.title)}** {escaped(where)}")
    if wave is not None:
        st.markdown(f"##### {escaped(service.received(house(), wave.id))}")
        st.caption("That is all that anybody is told while it is open: how many answered, in tens. Nobody is told who.")
    names = list(STEPS)
    first = "Invite and remind" if wave else "Groups and launch"
    step = pick("Step", names, first, key=f"{STEP}_{found.survey.id}_{bool(wave)}", hidden=True)
    try:
        STEPS[step](found)
    except CommonGroundError as error:
        refusal(error)
