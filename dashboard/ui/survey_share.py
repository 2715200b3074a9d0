"""Share a survey: a link, a code to print and a text to post for every way of asking, each counted by itself; links for invited people."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import streamlit as st

from dashboard.access.address import public_url
from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError
from dashboard.schema import say
from dashboard.schema.questions import EMPLOYEE
from dashboard.services.surveys import sharing, watching
from dashboard.services.surveys.authoring import Desk
from dashboard.services.surveys.sharing import Channel
from dashboard.ui import visit
from dashboard.ui.ask import refusal
from dashboard.ui.choice import pick
from dashboard.ui.house import house
from dashboard.ui.parts import go
from dashboard.ui.plain import escaped
from dashboard.ui.survey_words import language_name

BROWSERS = ""
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
HERE_ONLY = "These links and codes work on this machine only. Give the server its public address (COMMON_GROUND_URL) before you print or post them."
CODE = 168  # points of the code beside the link


def address() -> str:
    """Where the public reaches this server."""
    here = st.context.url or ""
    return public_url() or "/".join(here.split("/")[:3])


def panel(found: Desk) -> None:
    """The whole step."""
    if not found.waves:
        st.info("Open the survey first; then it has a link.")
        return
    if found.survey.family == EMPLOYEE:
        _of_staff()
        return
    if urlsplit(address()).hostname in THIS_MACHINE:
        st.warning(HERE_ONLY)
    language = _language(found)
    wave = found.open_wave or found.waves[-1]
    counts = watching.by_link(house(), wave)
    for channel in found.channels:
        with st.container(border=True):
            _channel(found, channel, language, counts.get(channel.code, ""))
    _another(found)
    _invitations(found)


def _of_staff() -> None:
    """Employees are reached by invitation alone, from a page of its own: no link, code or text, because several ways would divide them."""
    st.markdown("Staff are invited on the page Staff surveys, each with a link that counts once.")
    if visit.visitor().may(Permission.MANAGE_EMPLOYEE_SURVEYS):
        go("staff_surveys", "To Staff surveys")


def _language(found: Desk) -> str:
    """For whom: links and codes may hold a language, or leave it to the browser."""
    languages = found.survey.draft.languages
    if len(languages) < 2:
        return BROWSERS
    labels = {BROWSERS: "As the reader's phone is set", **{one: language_name(one) for one in languages}}
    chosen = pick("Language of links, codes and texts", list(labels), BROWSERS, names=lambda one: labels[one])
    return chosen or BROWSERS


def _channel(found: Desk, channel: Channel, language: str, count: str) -> None:
    """One way of asking."""
    query = f"?{urlencode({'lang': language})}" if language else ""
    link = f"{address()}/s/{channel.code}{query}"
    code, about = st.columns([1, 3], vertical_alignment="top")
    code.image(f"{address()}/s/{channel.code}/qr.svg{query}", width=CODE)
    with about:
        kind = sharing.KINDS.get(channel.kind, channel.kind)
        about_it = [part for part in ("" if kind == channel.name else kind, "closed" if channel.off else "") if part]
        st.markdown(f"**{escaped(channel.name)}** {escaped(f'· {say.listed(about_it)}' if about_it else '')}")
        st.caption(escaped(f"{count[:1].upper()}{count[1:]} answers in this wave" if count else "No count yet"))
        st.code(link, language=None, wrap_lines=True)
        with st.container(horizontal=True):
            st.link_button("Code (SVG)", f"/s/{channel.code}/qr.svg{query}")
            st.link_button("Code (PNG)", f"/s/{channel.code}/qr.png{query}")
            st.link_button("Poster (PDF)", f"/s/{channel.code}/sheet.pdf{query}")
            st.link_button("Cards (PDF)", f"/s/{channel.code}/cards.pdf{query}")
            if st.button("Open this link" if channel.off else "Close this link", key=f"cg_off_{channel.code}"):
                sharing.switch_channel(house(), channel.code, visit.visitor().name, off=not channel.off)
                st.rerun()
        if channel.kind == "kiosk":
            st.caption("Open this link on the shared tablet. It starts again after every answer, and when nobody touches it for a while.")
        else:
            with st.expander("Text to post"):
                words = sharing.share_text(channel.kind, found.survey.draft, house().name, link, language or found.survey.draft.languages[0])
                st.code(words, language=None, wrap_lines=True)


def _another(found: Desk) -> None:
    """A new link."""
    with st.form("cg_channel", border=True, clear_on_submit=True):
        st.markdown("**Another link, counted by itself**")
        kind = st.selectbox("Where", list(sharing.KINDS), format_func=lambda word: sharing.KINDS[word])
        name = st.text_input("Name", placeholder="Library poster, March newsletter ...", max_chars=120)
        if st.form_submit_button("Make the link"):
            try:
                sharing.add_channel(house(), found.survey.id, kind, name.strip(), visit.visitor().name)
            except CommonGroundError as error:
                refusal(error)
                return
            st.rerun()


def _invitations(found: Desk) -> None:
    """Links for people on a list."""
    made, used = sharing.invitations(house(), found.survey.id)
    with st.container(border=True):
        st.markdown("**Invitations: a link for each person on a list, that works once**")
        if made:
            st.caption(escaped(f"{say.count(made)} made, {watching.at_least(used)} used. The list itself was never kept."))
        if not found.survey.draft.invited_only:
            st.caption("The survey is open to everybody. To take answers by invitation only, set that under Questions: Title, purpose, languages.")
        st.link_button("Make invitations from a list", f"/api/surveys/{found.survey.id}/invitations")
