"""The review board's desk: cases that wait, a sample by lot, agreement with the agency, recommendations and what became of them."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable

import streamlit as st

from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError
from dashboard.schema import say
from dashboard.schema.oversight import BOARD_STATES, JUDGEMENTS, MOST_DRAWN, STATES, Recommendation, Sample
from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services.accountability import oversight as service
from dashboard.services.accountability.oversight import Case
from dashboard.ui import frame, state, visit
from dashboard.ui.ask import ask, refusal
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

DONE = "cg_board_done"


def _in_words(part: Callable[[], None]) -> Callable[[], None]:
    """The part of the page, whose refusals are said in one sentence."""

    @functools.wraps(part)
    def said() -> None:
        try:
            part()
        except CommonGroundError as error:
            refusal(error)

    return said


def _say(text: str) -> None:
    """Keep what to say for the next run, and run again."""
    state.keep(DONE, text)
    st.rerun()


def told() -> None:
    """What was just done."""
    found = state.value(DONE)
    if found:
        st.success(escaped(str(found)))
        state.forget(DONE)


def _may_review() -> bool:
    """Whether this visitor sits on the board."""
    return visit.visitor().may(Permission.REVIEW_COMPLAINTS)


@_in_words
def waiting() -> None:
    """The cases that were drawn and not judged, and the next one to judge."""
    found = service.waiting(house())
    if not found:
        st.info("No case waits for the board. Draw a sample below.")
        return
    st.markdown(f"##### {say.count(len(found))} {'case waits' if len(found) == 1 else 'cases wait'} for a finding of the board")
    names = {f"{one.sample.id} {one.number}": one for one in found}
    chosen = st.selectbox("Case", list(names), format_func=lambda key: names[key].number if key in names else "", key="cg_board_case")
    if chosen not in names:
        return
    one = names[chosen]
    _case(service.case(house(), one.number))
    if _may_review():
        _finding(one.sample.id, one.number)


def _case(one: Case) -> None:
    """A case as the board sees it."""
    rows = {
        "Received": f"{one.received:%d %B %Y}" if one.received else say.NOT_AVAILABLE,
        "District": one.district,
        "Investigated by": one.body,
        "Days to the decision": say.NOT_AVAILABLE if one.days is None else say.count(one.days),
        "Finding of the agency": label(one.finding),
        "Discipline": one.discipline,
        "Footage exists": one.footage,
    }
    st.table({"": [escaped(name) for name in rows], f"Case {escaped(one.number)}": [escaped(v) for v in rows.values()]}, hide_index=True)
    st.table(
        {
            "Allegation": [escaped(a) for a, _, _ in one.allegations],
            "Finding of the agency": [escaped(f) for _, f, _ in one.allegations],
            "Number": [say.count(n) for _, _, n in one.allegations],
        },
        hide_index=True,
    )
    st.caption("Officers and complainants are not named here, and the text of a case is not imported. Ask the agency for the file of this number.")


def _finding(sample_id: str, number: str) -> None:
    """The board's finding on this case."""
    with st.form(f"cg_board_{sample_id}_{number}", border=True):
        board = st.radio("Finding of the board", list(JUDGEMENTS), format_func=lambda word: JUDGEMENTS[word], index=None, horizontal=True)
        note = st.text_area("Why (kept in the board's records)", max_chars=4000, height=90)
        sent = st.form_submit_button("Keep this finding", type="primary")
    if not sent:
        return
    if board is None:
        st.warning("Choose a finding first.")
        return
    service.judge(house(), sample_id, number, board, note=note, who=visit.visitor().name)
    _say(f"The board's finding on case {number} is kept.")


@_in_words
def samples() -> None:
    """Drawings so far, and a new one."""
    found = service.samples(house())
    if found:
        st.table(
            {
                "Drawn": [f"{one.drawn:%Y-%m-%d}" for one, _ in found],
                "Cases": [say.count(one.size) for one, _ in found],
                "Of": [say.count(one.of_cases) for one, _ in found],
                "Seed": [str(one.seed) for one, _ in found],
                "Judged": [say.count(done) for _, done in found],
                "Drawn again": [_again(one) for one, _ in found],
                "By": [escaped(one.who) for one, _ in found],
            },
            border="horizontal",
            hide_index=True,
        )
        st.caption("Whoever draws from the same cases with the same seed gets the same sample.")
    if _may_review():
        _draw()


def _again(one: Sample) -> str:
    """Does the seed still draw these cases?"""
    same = ask(service.repeats, one)
    return {True: "the same cases", False: "other cases", None: "the data have changed since"}[same]


def _draw() -> None:
    """A new drawing."""
    with st.form("cg_board_draw", border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            size = st.number_input("How many cases", 1, MOST_DRAWN, 30, width=160)
            seed = st.text_input("Seed (empty: a new one)", width=200, help="Throw dice in the open and write the digits here.")
            first = st.date_input("Received from", None, width=180)
            last = st.date_input("to", None, width=180)
        st.caption(f"Drawn by lot from {say.count(ask(service.to_draw_from))} decided cases, or those of the period.")
        sent = st.form_submit_button("Draw the sample", type="primary")
    if not sent:
        return
    if seed.strip() and not seed.strip().isdecimal():
        st.warning("A seed is a whole number, such as 4711.")
        return
    days = [day if isinstance(day, dt.date) else None for day in (first, last)]
    number = int(seed) if seed.strip() else None
    drawn = service.draw(house(), int(size), visit.visitor().name, seed=number, first=days[0], last=days[1])
    _say(f"{say.count(drawn.size)} of {say.count(drawn.of_cases)} cases were drawn with the seed {drawn.seed}.")


@_in_words
def agreement() -> None:
    """How far board and agency agree."""
    frame.show(service.agreed(house(), Scope()))


@_in_words
def recommendations() -> None:
    """What the board recommends, where each stands, and its history."""
    found = service.recommendations(house())
    if not found:
        st.info("No recommendation has been made yet.")
    for one in found:
        with st.expander(escaped(f"{one.title}: {STATES[one.state].lower()}")):
            st.text(one.words)
            for step in one.steps:
                st.caption(escaped(f"{step.moment:%d %B %Y}, {STATES[step.state].lower()}, {step.who}"))
                if step.words:
                    st.text(step.words)
            _move(one)
    if _may_review():
        _recommend()


def _move(one: Recommendation) -> None:
    """The next step of a recommendation."""
    agency = [word for word in STATES if word not in BOARD_STATES] if visit.visitor().may(Permission.ANSWER_BOARD) else []
    open_to = [word for word in (*agency, *(["withdrawn"] if _may_review() else [])) if word != one.state]
    if not open_to:
        return
    with st.form(f"cg_board_move_{one.id}", border=False, clear_on_submit=True):
        word = st.selectbox("Next state", open_to, format_func=lambda name: STATES[name])
        words = st.text_input("Why, or what was done", max_chars=4000)
        sent = st.form_submit_button("Keep this step")
    if not sent or word is None:
        return
    service.move(house(), one.id, word, words, visit.visitor().name)
    _say(f"'{one.title}' is now: {STATES[word].lower()}.")


def _recommend() -> None:
    """A new recommendation."""
    with st.form("cg_board_recommend", border=True):
        title = st.text_input("A new recommendation", max_chars=200)
        words = st.text_area("What the board recommends, and why", max_chars=4000, height=110)
        sent = st.form_submit_button("Recommend")
    if not sent:
        return
    service.recommend(house(), title, words, visit.visitor().name)
    _say("The recommendation is kept.")
