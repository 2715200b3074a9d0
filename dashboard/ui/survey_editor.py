"""Write a survey's questions: every text in every language, order, branching; what is missing is said before the survey can be opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import streamlit as st

from dashboard.errors import CommonGroundError
from dashboard.schema import bank
from dashboard.schema.questions import Condition, Definition, Kind, Option, Question, Row, Section
from dashboard.services.surveys import authoring
from dashboard.services.surveys.authoring import Desk
from dashboard.ui import state
from dashboard.ui.ask import refusal
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

KINDS = {
    "single": "One choice",
    "multi": "Several choices",
    "scale": "Likert scale",
    "grid": "Likert grid",
    "ten": "0 to 10",
    "rating": "Rating, 1 to 5",
    "number": "Number",
    "text": "Short text",
    "long_text": "Long text",
    "date": "Date",
    "note": "Text without an answer",
}
CHOICES = {"single", "multi", "scale", "grid"}
LANGUAGES = {
    "en": "English",
    "es": "Spanish",
    "zh": "Chinese",
    "vi": "Vietnamese",
    "tl": "Tagalog",
    "ar": "Arabic",
    "fr": "French",
    "ht": "Haitian Creole",
}
NOBODY = "everyone"


def questions(found: Desk) -> None:
    """The editor. What is typed counts once it is kept."""
    draft, name = found.survey.draft, found.survey.id
    if found.mistakes:
        with st.expander(f"{len(found.mistakes)} things to do before it can be opened", expanded=True):
            for sentence in found.mistakes:
                st.markdown(f"- {escaped(sentence)}")
    else:
        st.success("Complete: this survey can be opened.")
    _frame(draft, name)
    for number, section in enumerate(draft.sections):
        st.subheader(escaped(f"Page {number + 1}: {_first(section.title) or 'without a title'}"), anchor=False)
        for place, question in enumerate(section.questions):
            label = f"{question.id} · {KINDS[question.kind]} · {_first(question.wording)[:90]}"
            with st.expander(escaped(label)):
                _question(draft, name, number, place)
        _add(draft, name, number)
    if st.button("Add a page"):
        _keep(name, draft.model_copy(update={"sections": (*draft.sections, Section())}))


def _first(words: dict[str, str]) -> str:
    """A text in the first language it has."""
    return words.get("en") or next(iter(words.values()), "")


def _keep(name: str, definition: Definition) -> None:
    """Store the draft and show it anew."""
    try:
        authoring.keep(house(), name, definition)
    except CommonGroundError as error:
        refusal(error)
        return
    state.keep("cg_edit_round", int(str(state.value("cg_edit_round") or 0)) + 1)
    st.rerun()


def _key(*parts: object) -> str:
    """A widget's key: fresh after every keeping, so that fields show what is stored."""
    return "_".join(["cg_edit", str(state.value("cg_edit_round") or 0), *map(str, parts)])


def _texts(label: str, words: dict[str, str], languages: Sequence[str], key: str, *, tall: bool = False) -> dict[str, str]:
    """One text in each language."""
    made = {}
    for language in languages:
        field = st.text_area if tall else st.text_input
        made[language] = field(f"{label} ({LANGUAGES.get(language, language)})", value=words.get(language, ""), key=f"{key}_{language}").strip()
    return {language: text for language, text in {**words, **made}.items() if text}


def _frame(draft: Definition, name: str) -> None:
    """Title, purpose, languages, and who may answer."""
    with st.expander("Title, purpose and languages"), st.form(_key(name, "frame"), border=False):
        options = list(dict.fromkeys([*draft.languages, *LANGUAGES]))
        languages = st.multiselect("Languages", options, default=list(draft.languages), format_func=lambda code: LANGUAGES.get(code, code)) or ["en"]
        title = _texts("Title", draft.title, draft.languages, _key(name, "title"))
        purpose = _texts("Why you ask", draft.purpose, draft.languages, _key(name, "purpose"), tall=True)
        thanks = _texts("After the receipt", draft.thanks, draft.languages, _key(name, "thanks"), tall=True)
        once = st.checkbox("One answer a device (a mark in the browser; it does not stop a determined person)", value=draft.once_per_device)
        invited = st.checkbox("Only by invitation links that work once", value=draft.invited_only)
        st.caption("The form's own words are shipped in English and Spanish; in other languages they appear in English.")
        if st.form_submit_button("Keep"):
            changes = {
                "title": title,
                "purpose": purpose,
                "thanks": thanks,
                "languages": tuple(languages),
                "once_per_device": once,
                "invited_only": invited,
            }
            _keep(name, draft.model_copy(update=changes))


def _question(draft: Definition, name: str, section: int, place: int) -> None:
    """One question's fields."""
    question = draft.sections[section].questions[place]
    key = _key(name, section, place)
    with st.form(f"{key}_form", border=False):
        wording = _texts("Question", question.wording, draft.languages, f"{key}_w", tall=True)
        note = _texts("Note under it", question.help, draft.languages, f"{key}_h")
        options, rows = question.options, question.rows
        if question.kind in CHOICES:
            options = tuple(
                Option(code=code, label=label) for code, label in _lines("Answers", [(o.code, o.label) for o in options], draft, f"{key}_o")
            )
        if question.kind == "grid":
            rows = tuple(Row(id=code, label=label) for code, label in _lines("Rows", [(r.id, r.label) for r in rows], draft, f"{key}_r"))
        flags = _flags(question, key)
        condition = _condition(draft, question, key)
        comparable = st.text_input(
            "If the wording changed: why it is still comparable (empty: the trend line breaks)", value=question.comparable, key=f"{key}_c"
        )
        st.caption(escaped(f"Concept: {question.concept}; version {question.version}; source: {question.source}, {question.licence}"))
        if st.form_submit_button("Keep this question"):
            changes = {
                "wording": wording,
                "help": note,
                "options": options,
                "rows": rows,
                "show_if": condition,
                "comparable": comparable.strip(),
                **flags,
            }
            _replace(draft, name, section, place, question.model_copy(update=changes))
    _move(draft, name, section, place)


def _flags(question: Question, key: str) -> dict[str, object]:
    """Needed or not, kinds of no answer, limits."""
    names = {"required": "An answer is needed"}
    if question.kind not in {"note", "text", "long_text"}:
        names |= {"dont_know": "Offer 'don't know'", "prefer_not": "Offer 'prefer not to say'", "not_applicable": "Offer 'does not apply'"}
    if question.kind in CHOICES:
        names["shuffled"] = "Answers in an order of chance"
    with st.container(horizontal=True):
        made: dict[str, object] = {name: st.checkbox(label, value=getattr(question, name), key=f"{key}_{name}") for name, label in names.items()}
    if question.kind == "multi":
        made["pick"] = int(
            st.number_input("At most so many choices (0: any number)", min_value=0, max_value=50, value=question.pick, key=f"{key}_pick")
        )
    if question.kind == "number":
        made["low"] = st.number_input("Lowest number", value=question.low, key=f"{key}_low")
        made["high"] = st.number_input("Highest number", value=question.high, key=f"{key}_high")
    return made


def _lines(label: str, entries: list[tuple[str, dict[str, str]]], draft: Definition, key: str) -> list[tuple[str, dict[str, str]]]:
    """Answers or rows as a small table: a code, and its words in each language."""
    st.markdown(f"**{escaped(label)}**")
    columns = ["code", *draft.languages]
    rows = [{"code": code, **{language: words.get(language, "") for language in draft.languages}} for code, words in entries]
    edited = st.data_editor(rows or [dict.fromkeys(columns, "")], num_rows="dynamic", hide_index=True, key=key)
    made: list[tuple[str, dict[str, str]]] = []
    for row in edited:
        words = {language: str(row.get(language) or "").strip() for language in draft.languages}
        code = str(row.get("code") or "").strip()
        if code or any(words.values()):
            made.append((code or str(len(made) + 1), {language: text for language, text in words.items() if text}))
    return made


def _condition(draft: Definition, question: Question, key: str) -> Condition | None:
    """Whom the question is asked: everyone, or who gave certain answers before."""
    earlier: dict[str, Question] = {}
    for one in draft.questions():
        if one is question:
            break
        if one.options and one.kind != "grid":
            earlier[one.id] = one
    if not earlier:
        return None
    old = question.show_if
    asked = st.selectbox(
        "Asked of", [NOBODY, *earlier], index=([NOBODY, *earlier].index(old.question) if old and old.question in earlier else 0), key=f"{key}_if"
    )
    codes = sorted({option.code for one in earlier.values() for option in one.options})
    chosen = st.multiselect("who answered there", codes, default=[code for code in (old.any_of if old else ()) if code in codes], key=f"{key}_any")
    return None if asked == NOBODY else Condition(question=asked, any_of=tuple(chosen))


def _replace(draft: Definition, name: str, section: int, place: int, *new: Question) -> None:
    """Put questions in the place of one."""
    asked = draft.sections[section].questions
    _sections(draft, name, section, (*asked[:place], *new, *asked[place + 1 :]))


def _sections(draft: Definition, name: str, section: int, asked: tuple[Question, ...]) -> None:
    """Keep the draft with these questions in a section; an emptied page goes, unless it is the last."""
    sections = list(draft.sections)
    sections[section] = sections[section].model_copy(update={"questions": asked})
    kept = tuple(one for one in sections if one.questions) or (Section(),)
    _keep(name, draft.model_copy(update={"sections": kept}))


def _move(draft: Definition, name: str, section: int, place: int) -> None:
    """Up, down, away."""
    asked = draft.sections[section].questions
    with st.container(horizontal=True):
        if place > 0 and st.button("Move up", key=_key("up", section, place)):
            _sections(draft, name, section, (*asked[: place - 1], asked[place], asked[place - 1], *asked[place + 1 :]))
        if place + 1 < len(asked) and st.button("Move down", key=_key("down", section, place)):
            _sections(draft, name, section, (*asked[:place], asked[place + 1], asked[place], *asked[place + 2 :]))
        if st.button("Remove", key=_key("remove", section, place)):
            _replace(draft, name, section, place)


def _add(draft: Definition, name: str, section: int) -> None:
    """A question from the bank, or one's own."""
    taken = {one.id for one in draft.questions()}
    with st.popover("Add a question"):
        known = {one: question for one, question in bank.questions().items() if one not in taken and one != bank.AREA}
        chosen = st.multiselect(
            "From the question bank", list(known), format_func=lambda one: f"{one}: {_first(known[one].wording)}", key=_key("bank", section)
        )
        kind = st.selectbox("Or your own", ["", *get_args(Kind)], format_func=lambda one: KINDS.get(one, "choose a kind"), key=_key("kind", section))
        wording = st.text_input("Your question", key=_key("own", section))
        if st.button("Add", key=_key("add", section), type="primary"):
            new = [known[one] for one in chosen]
            if kind and wording.strip():
                new.append(_own(kind, wording.strip(), taken))
            _sections(draft, name, section, (*draft.sections[section].questions, *new))


def _own(kind: Kind, wording: str, taken: set[str]) -> Question:
    """A new question of one's own, with a scale to start from."""
    name = next(f"Q{number}" for number in range(1, 1000) if f"Q{number}" not in taken)
    options = bank.scales()["A5"] if kind in {"scale", "grid"} else bank.scales()["YN"] if kind in {"single", "multi"} else ()
    rows = (Row(id=f"{name}_1", label={"en": "First row"}),) if kind == "grid" else ()
    return Question(
        id=name,
        kind=kind,
        concept=name.lower(),
        wording={"en": wording},
        options=options,
        rows=rows,
        source="this agency",
        licence="the agency's own",
    )
