"""The desk of the library: documents and their files, meetings, questions that wait."""

from __future__ import annotations

import dataclasses
import datetime as dt

import streamlit as st

from dashboard.errors import CommonGroundError
from dashboard.schema.library import (
    ANSWERED,
    DECLINED,
    DOCUMENT_STATES,
    DRAFT,
    KINDS,
    MEETING_STATES,
    PUBLISHED,
    QUESTION_STATES,
    WAITING,
    WITHDRAWN,
    Document,
    Meeting,
    Question,
)
from dashboard.services import forms
from dashboard.services.library import asking, desk
from dashboard.ui import state, visit
from dashboard.ui.ask import refusal
from dashboard.ui.choice import pick
from dashboard.ui.house import house
from dashboard.ui.library import when
from dashboard.ui.plain import escaped

CHOSEN, MEETING, DONE, UNDO = "cg_library_document", "cg_library_meeting", "cg_library_done", "cg_library_undo"
NEW = ""


def _who() -> str:
    """Who keeps the library now."""
    return visit.visitor().name


def _say(text: str, undo: tuple[str, str, str] | None = None) -> None:
    """Keep what to say for the next run, with the way back (what, which, state), and run again."""
    state.keep(DONE, text)
    state.keep(UNDO, undo)
    st.rerun()


def _told() -> None:
    """What was just done, with the way back."""
    told, undo = state.value(DONE), state.value(UNDO)
    if told:
        st.success(escaped(str(told)))
    if told and isinstance(undo, tuple) and st.button("Undo", key="cg_library_undo_button"):
        what, name, back = undo
        if what == "document":
            desk.set_state(house(), name, back, _who())
        else:
            desk.remove_meeting(house(), name, _who(), back=True)
        _say("It is as it was.")


def documents() -> None:
    """Every document, one of them open."""
    _told()
    found = desk.documents(house())
    names = {NEW: "A new document", **{one.id: f"{one.title} ({DOCUMENT_STATES[one.state].lower()})" for one in found}}
    if state.value(CHOSEN) not in names:
        state.forget(CHOSEN)
    chosen = st.selectbox("Document", list(names), key=CHOSEN, format_func=lambda name: names.get(name, ""))
    one = next((document for document in found if document.id == chosen), None)
    _about(one)
    if one is not None:
        _files(one)
        _states(one)


def _about(one: Document | None) -> None:
    """What is said about a document."""
    now = one or Document("", "policy", "")
    meetings = {NEW: "No meeting", **{each.id: f"{each.day} {each.title}" for each in desk.meetings(house())}}
    kinds = list(KINDS)
    with st.form(f"cg_document_{now.id or 'new'}", border=True):
        title = st.text_input("Title", now.title, max_chars=200)
        kind = st.selectbox("Kind", kinds, index=kinds.index(now.kind), format_func=lambda word: KINDS[word])
        summary = st.text_area("What it is (public)", now.summary, max_chars=2_000)
        place = list(meetings).index(now.meeting) if now.meeting in meetings else 0
        meeting = st.selectbox("Belongs to a meeting", list(meetings), index=place, format_func=lambda name: meetings[name])
        sent = st.form_submit_button("Keep this document", type="primary")
    if sent:
        try:
            kept = desk.keep(house(), dataclasses.replace(now, title=title, kind=kind, summary=summary, meeting=meeting), _who())
        except CommonGroundError as error:
            refusal(error)
            return
        _say(f"{kept.title} is kept. Choose it to add its file." if one is None else f"{kept.title} is kept.")


def _files(one: Document) -> None:
    """The versions of a document, and the way to add one."""
    files = desk.versions(house(), one.id)
    if files:
        st.table(
            {
                "Version": [f"[{file.number}](/api/library/{one.id}/{file.number})" for file in files],
                "In force from": [f"{file.effective}" for file in files],
                "What changed": [escaped(file.note) for file in files],
                "File": [escaped(file.name) for file in files],
                "State": ["public" if file.published and one.state == PUBLISHED else "not public" for file in files],
            },
            hide_index=True,
        )
    with st.expander("Add a version", expanded=not files), st.form(f"cg_file_{one.id}", border=False, clear_on_submit=True):
        file = st.file_uploader("PDF, or a web page as one HTML file", type=["pdf", "html", "htm"])
        effective = st.date_input("In force from", forms.today(house()))
        note = st.text_input("What changed (public)", max_chars=500)
        sent = st.form_submit_button("Add this version")
    if sent and file is not None and isinstance(effective, dt.date):
        try:
            with st.spinner("Looking at the file ..."):
                made = desk.add_file(house(), one.id, file.name, file.getvalue(), effective, note, _who())
        except CommonGroundError as error:
            refusal(error)
            return
        _say(f"Version {made.number} is kept. It is public once you publish the document.")


def _states(one: Document) -> None:
    """Publish, withdraw, bring back."""
    steps = {DRAFT: (("Publish", PUBLISHED),), PUBLISHED: (("Publish new versions", PUBLISHED), ("Withdraw", WITHDRAWN))}
    with st.container(horizontal=True):
        for title, to in steps.get(one.state, (("Publish again", PUBLISHED),)):
            if st.button(title, key=f"cg_document_{to}_{one.id}"):
                try:
                    desk.set_state(house(), one.id, to, _who())
                except CommonGroundError as error:
                    refusal(error)
                    return
                _say(f"{one.title}: {DOCUMENT_STATES[to].lower()}.", ("document", one.id, one.state))


def meetings() -> None:
    """Every meeting, one of them open."""
    _told()
    found = desk.meetings(house())
    names = {NEW: "A new meeting", **{one.id: f"{one.day} {one.title}" for one in found}}
    if state.value(MEETING) not in names:
        state.forget(MEETING)
    chosen = st.selectbox("Meeting", list(names), key=MEETING, format_func=lambda name: names.get(name, ""))
    one = next((meeting for meeting in found if meeting.id == chosen), None)
    _meeting(one or Meeting("", "", forms.today(house())))
    if one is not None and st.button("Remove this meeting", key=f"cg_meeting_remove_{one.id}"):
        desk.remove_meeting(house(), one.id, _who())
        _say(f"{one.title} was removed.", ("meeting", one.id, ""))


def _meeting(one: Meeting) -> None:
    """What is kept of a meeting."""
    with st.form(f"cg_meeting_{one.id or 'new'}", border=True):
        title = st.text_input("Title", one.title, max_chars=200)
        left, middle, right = st.columns(3)
        day = left.date_input("Day", one.day)
        starts, ends = middle.text_input("Starts", one.starts, placeholder="18:00"), right.text_input("Ends", one.ends, placeholder="19:30")
        place = st.text_input("Place", one.place, max_chars=300)
        join = st.text_area("How to join (public)", one.join, max_chars=2_000)
        agenda, minutes = (
            st.text_area("Agenda (public)", one.agenda, max_chars=10_000),
            st.text_area("Minutes (public)", one.minutes, max_chars=20_000),
        )
        stands = pick("State", list(MEETING_STATES), one.state, names=lambda word: MEETING_STATES[word])
        sent = st.form_submit_button("Keep this meeting", type="primary")
    if sent and isinstance(day, dt.date):
        try:
            kept = desk.keep_meeting(house(), Meeting(one.id, title, day, starts, ends, place, join, agenda, minutes, stands), _who())
        except CommonGroundError as error:
            refusal(error)
            return
        _say(f"{kept.title}, {when(kept)}, is kept.")


def questions() -> None:
    """Questions that wait, then those that were settled."""
    _told()
    st.caption(
        "Names and numbers were taken out before the question was stored. Read it again before you publish: about one name in nine slips through."
    )
    waiting = asking.queue(house())
    if not waiting:
        st.info("No question waits.")
    for one in waiting:
        with st.container(border=True):
            _question(one)
    settled = asking.settled(house())
    if settled:
        with st.expander(f"Settled ({len(settled)})"):
            for one in settled:
                _question(one)


def _question(one: Question) -> None:
    """One question with its answer."""
    with st.form(f"cg_question_{one.id}", border=False):
        st.caption(f"{QUESTION_STATES[one.state]}, asked {one.asked}")
        words = st.text_area("Question as it will be shown", one.words, max_chars=1_000)
        answer = st.text_area("Answer (public)", one.answer, max_chars=5_000)
        with st.container(horizontal=True):
            publish = st.form_submit_button("Publish the answer", type="primary")
            decline = st.form_submit_button("Do not publish") if one.state != DECLINED else False
            again = st.form_submit_button("Let it wait again") if one.state != WAITING else False
    to = ANSWERED if publish else DECLINED if decline else WAITING if again else ""
    if to:
        try:
            asking.settle(house(), dataclasses.replace(one, words=words, answer=answer, state=to), _who())
        except CommonGroundError as error:
            refusal(error)
            return
        _say(f"The question is {QUESTION_STATES[to].lower()}.")
