"""The Surveys page: which surveys there are, and one survey step by step: questions, translation, preview, open, share, watch."""

from __future__ import annotations

import streamlit as st

from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError
from dashboard.schema.questions import EMPLOYEE
from dashboard.services.employee import writing
from dashboard.services.surveys import authoring
from dashboard.services.surveys.authoring import Desk
from dashboard.services.surveys.authors import Listed
from dashboard.ui import state, survey_editor, survey_life, survey_share, survey_translate, survey_watch, visit
from dashboard.ui.ask import refusal
from dashboard.ui.choice import pick
from dashboard.ui.house import house
from dashboard.ui.plain import escaped
from dashboard.ui.survey_words import language_name

CHOSEN = "cg_survey"
PHONE = (440, 860)  # of the drawn phone
COPY = "copy "


def desk() -> None:
    """The whole page."""
    found = authoring.listing(house())
    _begin(found)
    if not found:
        st.info("There is no survey yet. Begin one above: a template is ready to be opened in two minutes.")
        return
    _list(found)
    options = _names(found)
    if state.value(CHOSEN) not in options:
        state.forget(CHOSEN)
    chosen = st.selectbox("Work on", list(options), key=CHOSEN, format_func=lambda name: options.get(name, ""))
    if chosen:
        staff = next(one.survey.family for one in found if one.survey.id == chosen) == EMPLOYEE
        _one(writing.desk(house(), chosen) if staff else authoring.desk(house(), chosen))


def _names(found: list[Listed]) -> dict[str, str]:
    """The surveys to choose from, by words that stay: a browser knows its choice by them, so a state that changes is not among them."""
    titles = [one.survey.title for one in found]
    return {one.survey.id: one.survey.title if titles.count(one.survey.title) == 1 else f"{one.survey.title} · {one.survey.id[:4]}" for one in found}


def _list(found: list[Listed]) -> None:
    """Where every survey stands; those put away only in the choice below."""
    shown = [one for one in found if not one.survey.archived]
    if not shown:
        return
    st.table(
        {
            "Survey": [escaped(one.survey.title) for one in shown],
            "State": [one.state for one in shown],
            "Wave": [escaped(one.wave.name) if one.wave else "" for one in shown],
            "Asked": [_days(one) for one in shown],
        },
        border="horizontal",
        hide_index=True,
    )


def _days(one: Listed) -> str:
    """From when to when; a day is not broken over two lines."""
    if one.wave is None:
        return ""
    until = f"to {one.wave.closes}" if one.wave.closes else "until you close it"
    return f"{one.wave.opens} {until}".replace("-", "\u2011")


def _begin(found: list[Listed]) -> None:
    """Begin a survey."""
    names = authoring.templates(house())
    names |= {f"{COPY}{one.survey.id}": f"A copy of: {one.survey.title}" for one in found}
    with st.expander("Begin a survey", expanded=not found), st.form("cg_begin", border=False, clear_on_submit=True):
        template = st.selectbox("Start from", list(names), format_func=lambda name: names.get(name, ""))
        title = st.text_input(
            "Title",
            placeholder="As residents will read it; empty takes the template's",
            max_chars=200,
            help="In the survey's first language. In the others the template's title stands until you write yours under Questions.",
        )
        file = st.file_uploader("Or from a file that was taken out of another survey", type=["json"], max_upload_size=4)
        if st.form_submit_button("Begin", type="primary"):
            person = visit.visitor()
            person.require(Permission.MANAGE_SURVEYS)
            source = str(template)
            copied = source.removeprefix(COPY) if source.startswith(COPY) else ""
            brought = file.getvalue().decode("utf-8", "replace") if file else ""
            try:
                made = authoring.begin(house(), source, title.strip(), person.name, copy_of=copied, file=brought)
            except CommonGroundError as error:
                refusal(error)
                return
            state.keep(CHOSEN, made.id)
            st.rerun()


def _preview(found: Desk) -> None:
    """The draft as a respondent sees it, on a phone."""
    if not list(found.survey.draft.questions()):
        st.info("There is nothing to show yet: add a question first.")
        return
    languages = found.survey.draft.languages
    chosen = pick("Language", languages, languages[0], names=language_name, key=f"cg_preview_{found.survey.id}")
    language = chosen or languages[0]
    st.iframe(f"/s/preview/{found.survey.id}/phone?lang={language}", width="stretch", height=PHONE[1], alt="The form on a phone")
    st.caption("This is the form itself. Nothing that is sent here is stored.")
    st.link_button("Open it in a tab of its own", f"/s/preview/{found.survey.id}?lang={language}")


STEPS = {
    "Questions": survey_editor.questions,
    "Translate": survey_translate.panel,
    "Preview": _preview,
    "Open and close": survey_life.panel,
    "Share": survey_share.panel,
    "Watch": survey_watch.panel,
}


def _one(found: Desk) -> None:
    """One survey: where it stands, and its steps."""
    st.markdown(f"**{escaped(found.survey.title)}** {escaped(survey_life.where(found))}")
    names = list(STEPS)
    step = pick("Step", names, names[0], key="cg_survey_step", hidden=True)
    STEPS[step](found)
