"""The Surveys page: which surveys there are, and one survey step by step: questions, preview, open, share, watch."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from dashboard.access.address import public_url
from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError
from dashboard.services import forms
from dashboard.services.surveys import authoring
from dashboard.services.surveys.authoring import Desk
from dashboard.ui import state, survey_editor, survey_watch, visit
from dashboard.ui.ask import refusal
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

CHOSEN = "cg_survey"
STEPS = ("Questions", "Preview", "Open and close", "Share", "Watch")
PHONE = (390, 760)


def desk() -> None:
    """The whole page."""
    found = authoring.listing(house())
    _begin(expanded=not found)
    shown = [one for one in found if not one.archived]
    away = [one for one in found if one.archived]
    if not found:
        st.info("There is no survey yet. Begin one above: a template is ready to be opened in two minutes.")
        return
    options = {one.id: one.title + (" (put away)" if one.archived else "") for one in [*shown, *away]}
    chosen = st.selectbox("Survey", list(options), key=CHOSEN, format_func=lambda name: options.get(name, ""))
    if chosen:
        _one(authoring.desk(house(), chosen))


def _begin(*, expanded: bool) -> None:
    """Begin a survey."""
    with st.expander("Begin a survey", expanded=expanded), st.form("cg_begin", border=False, clear_on_submit=True):
        names = authoring.templates()
        template = st.selectbox("Start from", list(names), format_func=lambda name: names[name])
        title = st.text_input("Title", placeholder="As residents will read it; empty takes the template's")
        if st.form_submit_button("Begin", type="primary"):
            person = visit.visitor()
            person.require(Permission.MANAGE_SURVEYS)
            made = authoring.begin(house(), template, title.strip(), person.name)
            state.keep(CHOSEN, made.id)
            st.rerun()


def _one(found: Desk) -> None:
    """One survey: where it stands, and its steps."""
    wave = found.open_wave
    until = f" until {wave.closes}" if wave and wave.closes else ""
    closed = [one for one in found.waves if one.state == "closed"]
    where = f"open since {wave.opens}{until} ({wave.name})" if wave else f"closed; {len(closed)} waves so far" if closed else "a draft"
    st.markdown(f"**{escaped(found.survey.title)}** is {escaped(where)}.")
    step = st.segmented_control("Step", STEPS, default=STEPS[0], key="cg_survey_step", label_visibility="collapsed") or STEPS[0]
    {"Questions": survey_editor.questions, "Preview": _preview, "Open and close": _life, "Share": _share, "Watch": survey_watch.panel}[step](found)


def _preview(found: Desk) -> None:
    """The draft as a respondent sees it, in a phone's frame."""
    if not list(found.survey.draft.questions()):
        st.info("There is nothing to show yet: add a question first.")
        return
    languages = found.survey.draft.languages
    language = st.segmented_control("Language", languages, default=languages[0]) or languages[0]
    with st.container(border=True, width=PHONE[0] + 36):
        st.iframe(f"/s/preview/{found.survey.id}?lang={language}", width=PHONE[0], height=PHONE[1])
    st.caption("Nothing that is sent here is stored.")


def _life(found: Desk) -> None:
    """Open, close, put away."""
    person = visit.visitor()
    wave = found.open_wave
    if wave is not None:
        st.markdown("While a survey is open its questions stand still: changes to the draft count from the next wave on.")
        if st.button("Close this survey", type="primary"):
            _confirm_close(wave.id, wave.name)
    else:
        _open(found)
    _waves(found)
    if wave is None and st.button("Bring back" if found.survey.archived else "Put this survey away"):
        authoring.archive(house(), found.survey.id, person.name, archived=not found.survey.archived)
        st.rerun()


def _open(found: Desk) -> None:
    """The next wave."""
    for sentence in found.mistakes[:5]:
        st.markdown(f"- :orange[{escaped(sentence)}]")
    for sentence in found.breaks:
        st.markdown(f"- {escaped(sentence)}")
    day = forms.today(house())
    with st.form("cg_open", border=True):
        name = st.text_input("Name of this wave", value=f"{day.year}-Q{(day.month + 2) // 3}")
        first, last = st.columns(2)
        opens = first.date_input("First day", value=day)
        closes = last.date_input("Last day (empty: until you close it)", value=None)
        sampling = st.selectbox("Who is asked", list(authoring.SAMPLING), format_func=lambda word: authoring.SAMPLING[word])
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
def _confirm_close(wave_id: str, name: str) -> None:
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
            "Until": [str(one.closes) if one.closes else "closed by hand" for one in rows],
            "State": [one.state for one in rows],
            "Version": [str(one.version) for one in rows],
        },
        border="horizontal",
        hide_index=True,
    )


def address() -> str:
    """Where the public reaches this server."""
    return public_url() or st.context.url.split("/surveys")[0].rstrip("/") if st.context.url else public_url()


def _share(found: Desk) -> None:
    """Links, codes, texts; invitations."""
    if not found.waves:
        st.info("Open the survey first; then it has a link.")
        return
    title = found.survey.draft.title.get("en") or found.survey.title
    for channel in found.channels:
        link = f"{address()}/s/{channel.code}"
        with st.container(border=True):
            st.markdown(f"**{escaped(channel.name)}**{' (closed)' if channel.off else ''}")
            st.code(link, language=None)
            with st.container(horizontal=True):
                st.link_button("QR code (SVG)", f"/s/{channel.code}/qr.svg")
                st.link_button("QR code (PNG)", f"/s/{channel.code}/qr.png")
                st.link_button("Sheet to print (PDF)", f"/s/{channel.code}/sheet.pdf")
                if st.button("Open this link" if channel.off else "Close this link", key=f"cg_off_{channel.code}"):
                    authoring.switch_channel(house(), channel.code, off=not channel.off)
                    st.rerun()
            with st.expander("Text to post"):
                st.code(authoring.share_text(channel.kind, title, house().name, link), language=None, wrap_lines=True)
    with st.form("cg_channel", border=True, clear_on_submit=True):
        st.markdown("**Another link, counted by itself**")
        kind = st.selectbox("Where", list(authoring.KINDS), format_func=lambda word: authoring.KINDS[word])
        name = st.text_input("Name", placeholder="Library poster, March newsletter ...")
        if st.form_submit_button("Make the link"):
            authoring.add_channel(house(), found.survey.id, kind, name.strip())
            st.rerun()
    st.link_button("Invitations: links that work once each", f"/api/surveys/{found.survey.id}/invitations")
