"""Write one question: its words, its answers, whom it is asked, and where it stands. What was asked already gets its next version."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.schema import bank, editing, employee, own_questions
from dashboard.schema.questions import EMPLOYEE, Condition, Definition, Question
from dashboard.services.surveys.authoring import Desk
from dashboard.ui.plain import escaped
from dashboard.ui.survey_words import KINDS, first, keep, key, lines, new_lines, texts

WITH_ANSWERS = {"single", "multi", "scale", "grid"}
REASONS = {"dont_know": "Offer 'don't know'", "prefer_not": "Offer 'prefer not to say'", "not_applicable": "Offer 'does not apply'"}
SHORT = 60
NOWHERE = ""


def question(found: Desk, page: int, place: int) -> None:
    """One question's fields, kept together; below them what is done with the whole question."""
    draft, one = found.survey.draft, found.survey.draft.sections[page].questions[place]
    name = key(found.survey.id, page, place)
    launched = found.launched.get(one.id)
    with st.form(f"{name}_form", border=False):
        made = one.model_copy(update=_words(one, draft, name) | _flags(one, name) | _limits(one, name))
        made = made if _fixed(draft, one) else _answers(made, one, draft, name)
        made = made.model_copy(update={"show_if": _condition(draft, one, name)})
        if launched is None:
            made = made.model_copy(update={"concept": _theme(one, name) if draft.family == EMPLOYEE else _concept(one, name)})
        else:
            st.caption(escaped(f"It was asked as version {launched.version}. Worded anew it becomes version {launched.version + 1}."))
            reason = st.text_input(
                "If you word it anew: why it still measures the same (empty: its line breaks)", value=one.comparable, key=f"{name}_c"
            )
            made = made.model_copy(update={"comparable": reason.strip()})
        if st.form_submit_button("Keep this question", type="primary"):
            keep(found.survey.id, draft, editing.replaced(draft, page, place, made))
    if draft.family == EMPLOYEE and (said := own_questions.hint(one)):
        st.caption(escaped(said))
    st.caption(escaped(_lineage(one, draft)))
    _whole(found, page, place)


def _fixed(draft: Definition, one: Question) -> bool:
    """Whether the answers of a question are not this editor's: the bank's figures rest on them, and groups are named where they are declared."""
    if draft.family != EMPLOYEE or one.id not in bank.questions() or one.kind == "long_text":
        return False
    of_people = one.concept.startswith(employee.CUT)
    where = "The names of its groups are written under Groups and launch." if of_people else "Its answers are the bank's; a copy can have others."
    st.caption(escaped(f"{where} {', '.join(first(option.label) for option in one.options)}"))
    return True


def _concept(one: Question, name: str) -> str:
    """What it measures, in the author's words."""
    label = "What it measures (questions of one concept belong on one line over time)"
    return st.text_input(label, value=one.concept, max_chars=40, key=f"{name}_concept").strip() or one.concept


def _theme(one: Question, name: str) -> str:
    """With which theme of staff results a scale of one's own counts; a question of the bank measures what it measures."""
    if one.id in bank.questions() or one.kind != "scale":
        return one.concept
    options = [one.id.lower(), *employee.THEMES]
    place = options.index(one.concept) if one.concept in options else 0
    label = "Counts with the theme (its line over time then starts anew)"
    return st.selectbox(label, options, place, format_func=lambda code: employee.THEMES.get(code, "none, it stands alone"), key=f"{name}_theme")


def _words(one: Question, draft: Definition, name: str) -> dict[str, object]:
    """The question and the note under it."""
    tall = one.kind == "note"
    wording = texts("Text" if tall else "Question", one.wording, draft.languages, f"{name}_w", tall=True)
    return {"wording": wording} if tall else {"wording": wording, "help": texts("Note under it", one.help, draft.languages, f"{name}_h")}


def _flags(one: Question, name: str) -> dict[str, object]:
    """Needed or not, kinds of no answer, order."""
    if one.kind == "note":
        return {}
    names = {"required": "An answer is needed"}
    if one.kind not in {"text", "long_text"}:
        names |= REASONS
    if one.kind in {"single", "multi"}:
        names["shuffled"] = "Answers in an order of chance"
    if one.kind == "grid":
        names["shuffled"] = "Rows in an order of chance"
    with st.container(horizontal=True):
        return {flag: st.checkbox(label, value=getattr(one, flag), key=f"{name}_{flag}") for flag, label in names.items()}


def _limits(one: Question, name: str) -> dict[str, object]:
    """How many choices, which numbers, what the ends mean."""
    if one.kind == "multi":
        most = st.number_input("At most so many choices (0: any number)", min_value=0, max_value=50, value=one.pick, key=f"{name}_pick")
        return {"pick": int(most)}
    if one.kind == "number":
        low, high = st.columns(2)
        lowest = low.number_input("Lowest number (empty: none)", value=one.low, key=f"{name}_low")
        return {"low": lowest, "high": high.number_input("Highest number (empty: none)", value=one.high, key=f"{name}_high")}
    return {}


def _answers(made: Question, one: Question, draft: Definition, name: str) -> Question:
    """Answers, rows, and the words at the ends of a line of numbers."""
    if one.kind in {"ten", "rating"}:
        low = texts("What the lowest number means", one.low_label, draft.languages, f"{name}_lowest")
        return made.model_copy(
            update={"low_label": low, "high_label": texts("What the highest means", one.high_label, draft.languages, f"{name}_highest")}
        )
    if one.kind == "grid":
        made = editing.with_rows(made, lines("Rows", [(row.id, row.label) for row in one.rows], draft.languages, f"{name}_r"))
    if one.kind not in WITH_ANSWERS:
        return made
    typed = lines(
        "Answers, from low to high" if one.kind in editing.NUMBERED else "Answers",
        [(o.code, o.label) for o in one.options],
        draft.languages,
        f"{name}_o",
    )
    return editing.with_options(made, typed, **(_marks(one, name) if one.kind in {"single", "multi"} else {}))


def _marks(one: Question, name: str) -> dict[str, Any]:
    """Which answers stay at the end, stand alone, or come with a line to write on."""
    labels = {option.code: first(option.label) for option in one.options} | new_lines(len(one.options))
    marks: dict[str, Any] = {}
    marks["last"] = st.multiselect(
        "Stays at the end", list(labels), [o.code for o in one.options if o.last], format_func=lambda code: labels[code], key=f"{name}_last"
    )
    if one.kind == "multi":
        marks["alone"] = st.multiselect(
            "Cannot be chosen with others",
            list(labels),
            [o.code for o in one.options if o.alone],
            format_func=lambda code: labels[code],
            key=f"{name}_alone",
        )
    codes = [NOWHERE, *labels]
    marks["specify"] = st.selectbox(
        "People may write beside",
        codes,
        codes.index(one.specified.code) if one.specified else 0,
        format_func=lambda code: labels.get(code, "no answer"),
        key=f"{name}_specify",
        help="For 'Other, please say what'. The answer is counted; what is written beside it is a comment: names are taken out, a person reads it "
        "before it is quoted, and no table shows it.",
    )
    return marks


def _condition(draft: Definition, one: Question, name: str) -> Condition | None:
    """Whom the question is asked: everyone, or who gave certain answers to one question before it."""
    offered = _earlier(draft, one)
    if not offered:
        return None
    old = one.show_if
    before = [(old.question, code) for code in old.any_of if (old.question, code) in offered] if old else []
    chosen = st.multiselect(
        "Asked only of those who answered (empty: everyone)",
        list(offered),
        before,
        format_func=lambda pair: offered[pair],
        key=f"{name}_if",
        help="Choose answers of one earlier question. The form then asks this on a page of its own, so that it works without a script.",
    )
    if not chosen:
        return None
    source = chosen[-1][0]
    return Condition(question=source, any_of=tuple(code for name, code in chosen if name == source))


def _earlier(draft: Definition, one: Question) -> dict[tuple[str, str], str]:
    """Every answer that can be given before this question, in words."""
    found: dict[tuple[str, str], str] = {}
    for before in draft.questions():
        if before.id == one.id:
            break
        if draft.family == EMPLOYEE and before.concept.startswith(employee.CUT):
            continue
        labels = {option.code: first(option.label) for option in before.options}
        rows = {row.id: f"{first(row.label)}" for row in before.rows} or {before.id: first(before.wording)}
        if before.kind in KINDS and before.codes():
            for source, text in rows.items():
                short = text if len(text) <= SHORT else f"{text[:SHORT].rstrip()} ..."
                found |= {(source, code): f"{short} → {labels.get(code) or code.replace('_', ' ')}" for code in before.codes()}
    return found


def _lineage(one: Question, draft: Definition) -> str:
    """What makes waves comparable, as it is stored."""
    hashes = ", ".join(f"{language} {one.wording_hash(language)[:8]}" for language in draft.languages if one.wording_hash(language))
    parts = [f"Stored as {one.id}", f"concept {one.concept}", f"version {one.version}"]
    parts += [f"wording {hashes}"] if hashes else []
    parts += [f"scale {one.scale_hash()[:8]}"] if one.kind != "note" else []
    return "; ".join([*parts, f"source: {one.source}, {one.licence}"])


def _whole(found: Desk, page: int, place: int) -> None:
    """Up, down, twice, away."""
    draft, name = found.survey.draft, found.survey.id
    one = draft.sections[page].questions[place]
    with st.container(horizontal=True):
        if (page or place) and st.button("Move up", key=key("up", page, place)):
            keep(name, draft, editing.moved(draft, page, place, down=False))
        last = page == len(draft.sections) - 1 and place == len(draft.sections[page].questions) - 1
        if not last and st.button("Move down", key=key("down", page, place)):
            keep(name, draft, editing.moved(draft, page, place, down=True))
        if st.button("Copy", key=key("copy", page, place), help="As a new question of your own"):
            keep(name, draft, editing.replaced(draft, page, place, one, editing.copied(one, found.taken)))
        if st.button("Remove", key=key("remove", page, place)):
            keep(name, draft, editing.replaced(draft, page, place))
