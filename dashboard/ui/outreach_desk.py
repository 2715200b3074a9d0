"""The desk of outreach: add, change, take back an event; what was promised there; feedback by QR code; a list brought in."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from dashboard.access.address import public_url
from dashboard.errors import CommonGroundError
from dashboard.schema import say
from dashboard.schema.outreach import KINDS, PROMISE_STATES, STATES, Event, Promise
from dashboard.schema.words import RACE_GROUPS
from dashboard.services import forms
from dashboard.services.outreach import calendar
from dashboard.services.outreach import desk as service
from dashboard.ui import state, visit
from dashboard.ui.ask import refusal
from dashboard.ui.choice import pick
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

CHOSEN, DONE, UNDO = "cg_outreach_event", "cg_outreach_done", "cg_outreach_undo"
NEW = ""
COUNTED = [group for group in RACE_GROUPS if group not in {"asian_pacific_islander", "middle_eastern_south_asian", "unknown"}]


def address() -> str:
    """Where the public reaches this server."""
    return public_url() or "/".join((st.context.url or "").split("/")[:3])


def desk() -> None:
    """The whole desk."""
    _told()
    events = service.events(house())
    names = {NEW: "A new event", **{one.id: f"{one.day:%Y-%m-%d} {one.title} ({STATES[one.state].lower()})" for one in events}}
    if state.value(CHOSEN) not in names:
        state.forget(CHOSEN)
    chosen = st.selectbox("Event", list(names), key=CHOSEN, format_func=lambda one: names.get(one, ""))
    event = next((one for one in events if one.id == chosen), None)
    _form(event)
    if event is not None:
        _promises(event)
        _feedback(event)
        if st.button("Remove this event", key=f"cg_outreach_remove_{event.id}"):
            service.remove(house(), event.id, visit.visitor().name)
            _say(f"{event.title} was removed.", undo=event.id)
    with st.expander("Bring a list of events in"):
        _list()
    _gone()


def _say(text: str, undo: str = "") -> None:
    """Keep what to say for the next run, and run again."""
    state.keep(DONE, text)
    state.keep(UNDO, undo)
    state.forget(CHOSEN)
    st.rerun()


def _told() -> None:
    """What was just done, with the way back."""
    told, undo = state.value(DONE), state.value(UNDO)
    if not told:
        return
    st.success(escaped(str(told)))
    if undo and st.button("Undo", key="cg_outreach_undo_button"):
        service.remove(house(), str(undo), visit.visitor().name, back=True)
        _say("It is back.")


def _form(event: Event | None) -> None:
    """What is kept of an event."""
    one = event or Event("", "", "coffee", forms.today(house()))
    places = ["", *service.districts(house())]
    places += [one.district] if one.district not in places else []
    with st.form(f"cg_outreach_form_{one.id or 'new'}", border=True):
        title = st.text_input("Title", one.title, max_chars=160)
        kind = st.selectbox("Kind", list(KINDS), index=list(KINDS).index(one.kind), format_func=lambda word: KINDS[word])
        left, middle, right = st.columns(3)
        day = left.date_input("Day", one.day)
        starts, ends = middle.text_input("Starts", one.starts, placeholder="18:00"), right.text_input("Ends", one.ends, placeholder="19:30")
        place = st.text_input("Place", one.place, max_chars=200)
        district = st.selectbox("District", places, index=places.index(one.district), format_func=lambda word: word or "The whole agency")
        languages = st.text_input("Languages", one.languages, placeholder="English, Spanish", max_chars=120)
        partners = st.text_input("Partners", one.partners, max_chars=300)
        summary = st.text_area("About it (public)", one.summary, max_chars=2_000)
        stands = pick("State", list(STATES), one.state, names=lambda word: STATES[word])
        st.markdown("**After it was held**")
        first, second, third = st.columns(3)
        attendance = first.number_input("Attendance", 0, value=one.attendance, step=1, placeholder="not counted")
        staff = second.number_input("Staff there", 0, value=one.staff, step=1, placeholder="not counted")
        cost = third.number_input("Cost", 0.0, value=one.cost, step=10.0, placeholder="not known")
        groups = _groups(one)
        sent = st.form_submit_button("Keep this event", type="primary")
    if sent and isinstance(day, dt.date):
        said = (title, kind, day, starts, ends, place, district, languages, partners, summary, stands)
        given = Event(one.id, *said, staff, attendance, cost, groups, one.feedback)
        try:
            service.keep(house(), given, visit.visitor().name)
        except CommonGroundError as error:
            refusal(error)
            return
        _say(f"{title.strip()} is kept.")


def _groups(one: Event) -> dict[str, int]:
    """Who came, as far as it was counted."""
    with st.expander("Who came, by group (optional)"):
        st.caption("As seen at the door; each person in one group. Published for the whole year only, never under 5 people.")
        columns = st.columns(2)
        found = {}
        for number, group in enumerate(COUNTED):
            found[group] = columns[number % 2].number_input(RACE_GROUPS[group], 0, value=one.groups.get(group), step=1, placeholder="not counted")
    return {group: int(n) for group, n in found.items() if n}


def _promises(event: Event) -> None:
    """What was promised there, and what became of it."""
    st.markdown("**Promised at this event**")
    for one in service.promises(house(), event.id):
        _promise(event, one)
    with st.expander("Write a promise down"):
        _promise_form(event, Promise("", event.id, ""))


def _promise(event: Event, one: Promise) -> None:
    """One promise."""
    until = f", until {one.due:%Y-%m-%d}" if one.due else ""
    with st.expander(escaped(f"{PROMISE_STATES[one.state]}: {one.words}{until}")):
        _promise_form(event, one)


def _promise_form(event: Event, one: Promise) -> None:
    """Words, day, state, what was done."""
    with st.form(f"cg_promise_{event.id}_{one.id or 'new'}", border=False):
        words = st.text_input("What was promised (public)", one.words, max_chars=600)
        due = st.date_input("Until", one.due)
        stands = pick("State", list(PROMISE_STATES), one.state, names=lambda word: PROMISE_STATES[word])
        done = st.text_area("What was done, or why it was not (public)", one.done, max_chars=600)
        sent = st.form_submit_button("Keep")
    if sent:
        until = due if isinstance(due, dt.date) else None
        made = Promise(one.id, event.id, words, until, stands, done, one.settled if stands == one.state else None)
        try:
            service.promise(house(), made, visit.visitor().name)
        except CommonGroundError as error:
            refusal(error)
            return
        st.rerun()


def _feedback(event: Event) -> None:
    """A survey link of the event's own, with its code to print."""
    with st.expander("Ask those who came (QR code)"):
        if event.feedback:
            st.image(f"{address()}/s/{event.feedback}/qr.svg", width=168)
            st.code(f"{address()}/s/{event.feedback}", language=None, wrap_lines=True)
            st.link_button("Poster (PDF)", f"/s/{event.feedback}/sheet.pdf")
            return
        open_ones = service.surveys(house())
        if not open_ones:
            st.info("No event survey is open. Write one from the template Event feedback on the page Surveys, and open it.")
            return
        survey = st.selectbox("Survey", list(open_ones), format_func=lambda one: open_ones[one], key=f"cg_feedback_{event.id}")
        if st.button("Make the link", key=f"cg_feedback_make_{event.id}"):
            try:
                service.ask_feedback(house(), event.id, survey, visit.visitor().name)
            except CommonGroundError as error:
                refusal(error)
                return
            st.rerun()


def _list() -> None:
    """A CSV or workbook, looked at before anything is kept."""
    st.caption("One row an event; the first line holds headings. Events that are known already (same day and title) are left as they are.")
    st.download_button("An example to fill in (CSV)", service.EXAMPLE, "outreach-example.csv", "text/csv", on_click="ignore")
    file = st.file_uploader("List of events", type=["csv", "xlsx"], key="cg_outreach_list")
    if file is None:
        return
    try:
        found = service.look(house(), file.name, file.getvalue())
    except CommonGroundError as error:
        refusal(error)
        return
    st.markdown(f"{say.count(len(found.new))} new events, {say.count(found.known)} known already, {say.count(len(found.faults))} lines to mend.")
    for line, reason in found.faults[:20]:
        st.markdown(escaped(f"Line {line}: {reason}"))
    if found.new:
        st.table({"When": [calendar.when(one) for one in found.new[:10]], "What": [escaped(one.title) for one in found.new[:10]]}, hide_index=True)
        if st.button(f"Keep {say.count(len(found.new))} events", type="primary"):
            service.bring(house(), found, visit.visitor().name)
            _say(f"{say.count(len(found.new))} events are kept.")


def _gone() -> None:
    """Removed events, to bring back."""
    gone = service.removed(house())
    if gone:
        with st.expander(f"Removed events ({len(gone)})"):
            names = {one.id: f"{one.day:%Y-%m-%d} {one.title}" for one in gone}
            chosen = st.selectbox("Event to bring back", list(names), format_func=lambda one: names[one])
            if st.button("Bring it back"):
                service.remove(house(), chosen, visit.visitor().name, back=True)
                _say("It is back.")
