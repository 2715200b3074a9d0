"""Write a survey: its title and languages, its pages, its questions; what is missing is said before the survey can be opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

import streamlit as st

from dashboard.schema import bank, editing, own_questions, turns
from dashboard.schema.questions import EMPLOYEE, Definition, Kind, Question, Section
from dashboard.services.employee import writing
from dashboard.services.forms import named
from dashboard.services.surveys import authoring
from dashboard.services.surveys.authoring import Desk
from dashboard.ui import survey_question
from dashboard.ui.house import house
from dashboard.ui.plain import escaped
from dashboard.ui.survey_words import KINDS, LANGUAGES, first, keep, key, language_name, shortened, texts

SHOWN = 12  # things to do that are listed at once


def questions(found: Desk) -> None:
    """The editor. What is typed counts once it is kept."""
    _to_do(found)
    _frame(found)
    for number, section in enumerate(found.survey.draft.sections):
        _page(found, number, section)
    if st.button("Add a page"):
        draft = found.survey.draft
        keep(found.survey.id, draft, draft.model_copy(update={"sections": (*draft.sections, Section())}))
    _bank(bank.of("employee") if found.survey.family == EMPLOYEE else bank.questions())
    if found.survey.family != EMPLOYEE:
        st.link_button(
            "Take this survey elsewhere",
            f"/api/surveys/{found.survey.id}/survey.json",
            help="A file with its questions and translations, without any answer. Another home of Common Ground begins a survey from it.",
        )


def _to_do(found: Desk) -> None:
    """What keeps the survey from being opened."""
    if not found.mistakes:
        st.success("Complete: nothing is missing." if found.open_wave else "Complete: this survey can be opened.")
        return
    gaps = len([one for one in found.mistakes if one.startswith("A translation is missing")])
    many = f"{len(found.mistakes)} things to do" if len(found.mistakes) > 1 else "One thing to do"
    with st.expander(f"{many} before it can be opened", expanded=True):
        for sentence in found.mistakes[:SHOWN]:
            st.markdown(f"- {escaped(sentence)}")
        if len(found.mistakes) > SHOWN:
            st.markdown(f"- {escaped(f'and {len(found.mistakes) - SHOWN} more')}")
        if gaps:
            st.caption("Translations are written in one list under Translate.")


def _frame(found: Desk) -> None:
    """Title, purpose, languages, and who may answer."""
    draft, name = found.survey.draft, found.survey.id
    with st.expander("Title, purpose, languages, who may answer", key=f"cg_frame_{name}", on_change="rerun") as box:
        if not box.open:
            return
        with st.form(key(name, "frame"), border=False):
            options = list(dict.fromkeys([*draft.languages, *LANGUAGES]))
            languages = st.multiselect(
                "Languages, the first one is shown where none fits",
                options,
                list(draft.languages),
                format_func=language_name,
                accept_new_options=True,
                help="Others by their code, such as 'km' for Khmer.",
                key=key(name, "languages"),
            )
            title = texts("Title", draft.title, draft.languages, key(name, "title"))
            purpose = texts("Why you ask", draft.purpose, draft.languages, key(name, "purpose"), tall=True)
            thanks = texts("After the receipt", draft.thanks, draft.languages, key(name, "thanks"), tall=True)
            st.caption("{agency} stands for the agency's name. What is kept and what is not is said by the form itself, as the survey is set.")
            once, invited = (draft.once_per_device, draft.invited_only) if draft.family == EMPLOYEE else _who_answers(draft)
            if st.form_submit_button("Keep", type="primary"):
                changes = {
                    "title": title,
                    "purpose": purpose,
                    "thanks": thanks,
                    "languages": tuple(str(one).strip().lower()[:12] for one in languages if str(one).strip()) or draft.languages,
                    "once_per_device": once,
                    "invited_only": invited,
                }
                keep(name, draft, draft.model_copy(update=changes))


def _who_answers(draft: Definition) -> tuple[bool, bool]:
    """One answer a device; only by invitation."""
    once = st.checkbox("One answer a device (a mark in the browser; it does not stop a determined person)", value=draft.once_per_device)
    return once, st.checkbox("Only by invitation links that work once", value=draft.invited_only)


def _page(found: Desk, number: int, section: Section) -> None:
    """One page of the form: its heading, its questions, and what may be added."""
    draft, name = found.survey.draft, found.survey.id
    st.subheader(escaped(_heading(draft, number)), anchor=False)
    for place, question in enumerate(section.questions):
        behind = f", asked only after {question.show_if.question}" if question.show_if else ""
        label = f"{question.id} · {KINDS[question.kind]}{behind} · {shortened(named(first(question.wording), house().name))}"
        with st.expander(escaped(label), key=f"cg_q_{name}_{question.id}", on_change="rerun") as box:
            if box.open:
                survey_question.question(found, number, place)
    with st.container(horizontal=True):
        _add(found, number)
        with st.popover("This page"):
            _page_fields(draft, name, number)


def _heading(draft: Definition, number: int) -> str:
    """A page by its number and title; of a page that changes from wave to wave, which set it is."""
    section, place = draft.sections[number], turns.block_of(draft.sections, number)
    turn = turns.turn_of(section)
    sets = f", set {turn + 1} of {len(turns.blocks(draft.sections)[place])}, one set a wave" if turn is not None else ""
    return f"Page {place + 1}{sets}: {first(section.title) or 'without a title'}"


def _page_fields(draft: Definition, name: str, number: int) -> None:
    """A page's title and text, the order of its questions, its place."""
    section = draft.sections[number]
    if turns.turn_of(section):
        st.caption("The first set carries the title and the text of all sets.")
    else:
        _page_words(draft, name, number)
    with st.container(horizontal=True):
        if number and st.button("Move page up", key=key("page_up", number)):
            keep(name, draft, editing.page_moved(draft, number, down=False))
        if number < len(draft.sections) - 1 and st.button("Move page down", key=key("page_down", number)):
            keep(name, draft, editing.page_moved(draft, number, down=True))
        what = "Remove page" if turns.turn_of(section) is None else "Remove this set"
        if st.button(what, key=key("page_away", number), help="With its questions"):
            keep(name, draft, editing.without_page(draft, number))


def _page_words(draft: Definition, name: str, number: int) -> None:
    """A page's title and text, and the order of its questions."""
    section = draft.sections[number]
    with st.form(key(name, "page", number), border=False):
        title = texts("Title of the page", section.title, draft.languages, key(name, "page_title", number))
        text = texts("Text below it", section.text, draft.languages, key(name, "page_text", number), tall=True)
        shuffled = st.checkbox("Questions in an order of chance", value=section.shuffled, key=key(name, "page_order", number))
        if st.form_submit_button("Keep this page", type="primary"):
            keep(name, draft, editing.with_page(draft, number, section.model_copy(update={"title": title, "text": text, "shuffled": shuffled})))


def _add(found: Desk, number: int) -> None:
    """A question from the bank, or one's own."""
    draft, name = found.survey.draft, found.survey.id
    staff = draft.family == EMPLOYEE
    with st.popover("Add a question"):
        known = dict(writing.offered(house(), name)) if staff else _of_residents(draft)
        chosen = st.multiselect(
            "From the question bank", list(known), format_func=lambda one: f"{one}: {first(known[one].wording)}", key=key("bank", number)
        )
        for owned in (known[one] for one in chosen if known[one].credit):
            st.caption(escaped(f"{owned.id} belongs to others ({owned.licence}). The form and its results say so: {owned.credit}"))
        kinds = own_questions.KINDS if staff else get_args(Kind)
        kind = st.selectbox("Or your own", ["", *kinds], format_func=lambda one: KINDS.get(one, "choose a kind"), key=key("kind", number))
        wording = st.text_input(f"Your question ({language_name(draft.languages[0])})", key=key("own", number))
        if st.button("Add", key=key("add", number), type="primary"):
            new = [known[one] for one in chosen]
            if kind and wording.strip():
                new.append(editing.new_question(kind, {draft.languages[0]: wording.strip()}, found.taken))
            if new:
                keep(name, draft, editing.added(draft, number, new))
            st.caption("Choose questions of the bank, or a kind and your question.")
        if staff:
            st.caption("Never ask who somebody is or where somebody belongs: rank, unit and the like are asked by the bank's questions alone.")


def _of_residents(draft: Definition) -> dict[str, Question]:
    """The questions of the bank that are not asked yet; where people live only with the agency's districts."""
    here = {one.id for one in draft.questions()}
    known = {one: question for one, question in bank.questions().items() if one not in here}
    districts = authoring.areas(house())
    if bank.AREA in known:
        known[bank.AREA] = bank.with_areas(known[bank.AREA], districts)
        if not districts:
            del known[bank.AREA]
            st.caption("Where people live can be asked once stops with districts were imported: its answers are the districts.")
    return known


def _bank(found: Mapping[str, Question]) -> None:
    """Every question of the bank with its source."""
    with st.expander("The question bank: what it holds, and whose questions they are", key="cg_bank", on_change="rerun") as box:
        if not box.open:
            return
        st.table(
            {
                "Id": list(found),
                "Question": [escaped(first(one.wording)) for one in found.values()],
                "Kind": [KINDS[one.kind] for one in found.values()],
                "Measures": [escaped(one.concept.replace("_", " ")) for one in found.values()],
                "Source and licence": [escaped(f"{one.source}, {one.licence}") for one in found.values()],
            },
            border="horizontal",
            hide_index=True,
        )
