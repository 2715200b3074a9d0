"""Translate a survey: every text in one list beside its original, what is missing first."""

from __future__ import annotations

import streamlit as st

from dashboard.schema import phrases, translating
from dashboard.schema.questions import EMPLOYEE, Definition
from dashboard.services.surveys import authoring
from dashboard.services.surveys.authoring import Desk
from dashboard.ui.choice import pick
from dashboard.ui.house import house
from dashboard.ui.plain import escaped
from dashboard.ui.survey_words import LANGUAGES, keep, key, language_name

AT_ONCE = 30
LONG = 70


def panel(found: Desk) -> None:
    """The whole step."""
    draft, name = found.survey.draft, found.survey.id
    if len(draft.languages) < 2:
        _first_language(draft, name)
        return
    language = pick("Into", draft.languages[1:], draft.languages[1], names=language_name, key=f"cg_into_{name}")
    language = language or draft.languages[1]
    missing = translating.missing(draft, language)
    every = st.toggle("Show what is translated already, too", key=f"cg_every_{name}")
    pieces = translating.pieces(draft, language) if every else missing
    if missing:
        many = f"{len(missing)} texts are" if len(missing) > 1 else "One text is"
        st.markdown(f"##### {escaped(f'{many} not in {language_name(language)} yet')}")
        if language not in phrases.SHIPPED:
            _take_over(draft, name, language)
    else:
        st.success(escaped(f"Everything is in {language_name(language)}."))
    if pieces:
        _list(draft, name, language, pieces)


def _first_language(draft: Definition, name: str) -> None:
    """A survey of one language gets its second."""
    st.info(escaped(f"The survey speaks {language_name(draft.languages[0])} only. Add the languages of the people you ask."))
    with st.form(key(name, "more_languages"), border=False):
        more = st.multiselect(
            "Also in",
            [one for one in LANGUAGES if one not in draft.languages],
            format_func=language_name,
            accept_new_options=True,
            help="Others by their code, such as 'km' for Khmer.",
            key=key(name, "also_in"),
        )
        if st.form_submit_button("Add", type="primary"):
            added = tuple(str(one).strip().lower()[:12] for one in more if str(one).strip())
            keep(name, draft, draft.model_copy(update={"languages": (*draft.languages, *added)}))


def _take_over(draft: Definition, name: str, language: str) -> None:
    """The form's own words, once written, are there for the next survey."""
    if draft.family == EMPLOYEE:
        return
    known = authoring.known_phrases(house(), language)
    gaps = [one for one in phrases.gaps(language, draft.phrases) if one in known]
    if gaps and st.button(f"Take {len(gaps)} of the form's own words over from another survey"):
        keep(name, draft, translating.translated(draft, language, {(translating.PHRASES, one): known[one] for one in gaps}))


def _list(draft: Definition, name: str, language: str, pieces: list[translating.Piece]) -> None:
    """The texts, some at a time."""
    source = draft.languages[0]
    turns = -(-len(pieces) // AT_ONCE)
    turn = st.pagination(turns, key=f"cg_turn_{name}_{language}") if turns > 1 else 1
    here = pieces[(int(turn) - 1) * AT_ONCE : int(turn) * AT_ONCE]
    typed = {}
    with st.form(key(name, "translate", language, turn), border=False):
        for one in here:
            original = one.words.get(source) or next((text for text in one.words.values() if text), "")
            st.caption(escaped(f"{one.where}: {original}"))
            field = st.text_area if len(original) > LONG else st.text_input
            place = "_".join(map(str, one.path))
            typed[one.path] = field(
                f"{one.where}: {original}", value=one.words.get(language, ""), key=key(name, language, place), label_visibility="collapsed"
            )
        if st.form_submit_button("Keep these translations", type="primary"):
            keep(name, draft, translating.translated(draft, language, typed))
