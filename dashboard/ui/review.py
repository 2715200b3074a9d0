"""The review queue: one comment after the other, what was written beside what would be quoted; release, keep back, later, undo; by keyboard too."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError
from dashboard.schema import say
from dashboard.services.surveys import comments, review, roster
from dashboard.services.surveys.comments import Counts
from dashboard.services.surveys.review import InReview
from dashboard.ui import state, visit
from dashboard.ui.ask import refusal
from dashboard.ui.choice import pick
from dashboard.ui.house import house
from dashboard.ui.plain import escaped
from dashboard.ui.survey_words import LANGUAGES

PASSED, DONE, LAST, TOLD = "cg_review_passed", "cg_review_done", "cg_review_last", "cg_review_told"
READING_SECONDS = 2.0
SITTINGS = (10, 20, 50)
ALL = ""
MARKS = {
    "NAME": "name",
    "PHONE": "phone number",
    "EMAIL": "e-mail address",
    "PLATE": "plate",
    "BADGE": "badge number",
    "ADDRESS": "address",
    "SSN": "social security number",
    "BIRTH": "date of birth",
    "CASE": "case number",
    "LINK": "link",
}


def queue() -> None:
    """The whole section."""
    counts = comments.counts(house())
    if locked := comments.locked(house()):
        st.warning(escaped(locked))
    elif counts.to_read:
        _reading()
    _stand(counts)
    if told := state.value(TOLD):
        st.info(escaped(str(told)))
        state.forget(TOLD)
    if counts.waiting:
        _sitting()
    _undo()
    _roster()
    _discover()


def _stand(counts: Counts) -> None:
    """How many are left."""
    if not counts.closed:
        st.info("No comment waits for review. Comments come here when a survey closes or answers are brought in.")
        return
    st.markdown(
        f"##### {say.count(counts.waiting)} wait for review\n\n{say.count(counts.released)} are released, {say.count(counts.kept_back)} kept back. "
        "Only a released comment can be quoted, and only where enough others raise the same theme."
    )


@st.fragment(run_every=READING_SECONDS)
def _reading() -> None:
    """How far the machine has come; the page follows when it is done."""
    now = comments.counts(house())
    if not now.to_read:
        st.rerun()
    why = "again, with the new list of names" if now.again else "for the first time"
    share = (now.closed - now.to_read) / now.closed
    st.progress(share, text=f"{say.count(now.to_read)} of {say.count(now.closed)} comments are being read {why}")
    st.caption("Until a comment is read it is shown to nobody. This goes on by itself, also after a restart.")


def _sitting() -> None:
    """One sitting: so many comments, of one theme or of all."""
    left = review.waiting(house())
    names = {ALL: "All themes"} | {name: f"{label} ({say.count(n)})" for name, (label, n) in left.items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        theme = st.selectbox("Theme", list(names), format_func=lambda name: names.get(name, name), key="cg_review_theme", width=280) or ALL
        size = pick("In one sitting", SITTINGS, SITTINGS[1], key="cg_review_size")
    done = _number(DONE)
    if done >= size:
        st.success(f"{say.count(done)} are done in this sitting.")
        if st.button("Go on", type="primary"):
            state.keep(DONE, 0)
            st.rerun()
        return
    found = review.following(house(), theme, _passed())
    if found is None:
        st.caption("Nothing more waits here.")
        if _passed() and st.button("Look at those that were set aside"):
            state.forget(PASSED)
            st.rerun()
        return
    st.progress(done / size, text=f"{say.count(done)} of {say.count(size)} in this sitting")
    _one(found)


def _one(found: InReview) -> None:
    """One comment: the original, what would be quoted, and the decision."""
    with st.form(f"cg_review_{found.id}", border=True):
        st.caption(escaped(f"{found.survey}, {found.wave}. Asked was:"))
        st.text(found.question)
        left, right = st.columns(2)
        with left:
            st.markdown("**As it was written** (only you see this)")
            if found.original:
                st.text(found.original)
            elif found.lost:
                st.caption(escaped(f"{review.LOST} {review.BACK}"))
            else:
                st.caption("It is no longer kept; only the redacted text is.")
        text = right.text_area("**As it would be quoted** (change it here first if something is left in it)", found.redacted, height=150)
        st.caption(escaped(_about(found)))
        with st.container(horizontal=True):
            released = st.form_submit_button("Release", type="primary", shortcut="alt+1")
            kept = st.form_submit_button("Keep back", shortcut="alt+2")
            later = st.form_submit_button("Later", shortcut="alt+3")
    if released or kept:
        _judge(found, review.RELEASED if released else review.KEPT_BACK, text)
    elif later:
        state.keep(PASSED, [*_passed(), found.id])
        st.rerun()


def _about(found: InReview) -> str:
    """What was taken out, in which language it is, which themes it raises."""
    taken = Counter(MARKS.get(mark, mark.lower()) for mark in found.marks)
    out = say.listed([f"{n} {name}{'s' if n > 1 and not name.endswith('s') else ''}" for name, n in taken.items()]) or "nothing"
    themes = say.listed([review.theme_label(one).lower() for one in found.themes]) or "none, so it is not quoted even when it is released"
    language = LANGUAGES.get(found.language, found.language or "too short to tell")
    return f"Taken out: {out}. Language: {language}. Themes: {themes}."


def _judge(found: InReview, judgement: str, text: str) -> None:
    """Carry the decision out, and go on to the next."""
    person = visit.visitor()
    try:
        person.require(Permission.MANAGE_SURVEYS)
        corrected = text if judgement == review.RELEASED and text != found.redacted else None
        review.judge(house(), found.id, judgement, person.name, corrected)
    except CommonGroundError as error:
        refusal(error)
        return
    state.keep(DONE, _number(DONE) + 1)
    state.keep(LAST, found.id)
    st.rerun()


def _undo() -> None:
    """Take the last decision of this tab back."""
    last = state.value(LAST)
    if not isinstance(last, str) or not st.button("Undo the last decision", shortcut="alt+0"):
        return
    person = visit.visitor()
    state.forget(LAST)
    try:
        person.require(Permission.MANAGE_SURVEYS)
        review.take_back(house(), last, person.name)
    except CommonGroundError as error:
        refusal(error)
        return
    state.keep(DONE, max(0, _number(DONE) - 1))
    state.keep(TOLD, "The last decision was taken back; the comment waits again.")
    st.rerun()


def _roster() -> None:
    """Whose names are taken out beside those that the rules know."""
    people = roster.size(house())
    with st.expander(f"Names of your own people ({say.count(people)} kept)" if people else "Names of your own people (none yet)"):
        st.markdown(
            "With a list of your officers' names, redaction finds more of them. It stays on this machine, is used for nothing else and is never "
            "shown."
        )
        with st.form("cg_roster", clear_on_submit=True, border=False):
            file = st.file_uploader("One name a line (text or CSV)", type=["txt", "csv"])
            sent = st.form_submit_button("Use this list")
        if sent and file is not None:
            _take_roster(file.getvalue())
        if people and st.button("Delete the list"):
            _drop_roster()


def _take_roster(content: bytes) -> None:
    """Keep the names and read all comments again with them."""
    person = visit.visitor()
    try:
        person.require(Permission.MANAGE_SURVEYS)
        with st.spinner("Reading all comments again ..."):
            people = roster.take(house(), content, person.name)
    except CommonGroundError as error:
        refusal(error)
        return
    state.keep(TOLD, f"The names of {say.count(people)} people are taken out of comments from now on.")
    st.rerun()


def _drop_roster() -> None:
    """Delete the names."""
    person = visit.visitor()
    person.require(Permission.MANAGE_SURVEYS)
    with st.spinner("Reading all comments again ..."):
        roster.forget(house(), person.name)
    state.keep(TOLD, "The list of names was deleted.")
    st.rerun()


def _discover() -> None:
    """Groups of words, for whoever keeps the codebook."""
    with st.expander("Look for themes that the codebook may lack"):
        st.markdown("Words that occur together in the English comments of the last waves. They have no names, and no trend rests on them.")
        if not st.button("Look"):
            return
        with st.spinner("Looking for groups of words ..."):
            found = review.discovered(house())
        st.markdown(escaped(found.sentence))
        if found.themes:
            words = [escaped(", ".join(one.words)) for one in found.themes]
            st.table({"Words": words, "Comments": [say.count(one.comments) for one in found.themes]}, border="horizontal", hide_index=True)


def _passed() -> list[str]:
    """Comments that were set aside in this tab."""
    found = state.value(PASSED)
    return [str(one) for one in found] if isinstance(found, list) else []


def _number(key: str) -> int:
    """A count kept in this tab."""
    found = state.value(key)
    return found if isinstance(found, int) else 0
