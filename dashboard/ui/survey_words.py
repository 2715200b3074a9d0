"""Fields that an author writes in: one text in every language, answers and rows of a grid as lines that can be ordered."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.errors import CommonGroundError
from dashboard.schema.editing import Line
from dashboard.schema.questions import EMPLOYEE, Definition
from dashboard.services.employee import writing
from dashboard.services.surveys import authoring
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
LANGUAGES = {
    "en": "English",
    "es": "Spanish",
    "zh": "Chinese",
    "vi": "Vietnamese",
    "tl": "Tagalog",
    "ar": "Arabic",
    "fr": "French",
    "ht": "Haitian Creole",
    "ko": "Korean",
    "ru": "Russian",
    "pt": "Portuguese",
    "so": "Somali",
}
ROUND = "cg_edit_round"
MORE = 2  # empty lines below the answers there are


def language_name(code: str) -> str:
    """A language as people call it."""
    return LANGUAGES.get(code, code)


def first(words: dict[str, str]) -> str:
    """A text in the first language it has."""
    return words.get("en") or next((text for text in words.values() if text), "")


def shortened(text: str, letters: int = 90) -> str:
    """A text cut after a whole word."""
    return text if len(text) <= letters else f"{text[:letters].rsplit(' ', 1)[0]} ..."


def key(*parts: object) -> str:
    """A field's key: fresh after every keeping, so that fields show what is stored."""
    return "_".join(["cg_edit", str(state.value(ROUND) or 0), *map(str, parts)])


def keep(name: str, before: Definition, after: Definition) -> None:
    """Store the draft and show it anew; one sentence when that cannot be."""
    try:
        if before.family == EMPLOYEE:
            writing.keep(house(), name, after, before)
        else:
            authoring.keep(house(), name, after, before)
    except CommonGroundError as error:
        refusal(error)
        return
    state.keep(ROUND, int(str(state.value(ROUND) or 0)) + 1)
    st.rerun()


def texts(label: str, words: dict[str, str], languages: Sequence[str], name: str, *, tall: bool = False) -> dict[str, str]:
    """One text in each language."""
    made = {}
    for language in languages:
        field = st.text_area if tall else st.text_input
        heading = f"{label} ({language_name(language)})" if len(languages) > 1 else label
        made[language] = field(heading, value=words.get(language, ""), key=f"{name}_{language}").strip()
    return {language: text for language, text in {**words, **made}.items() if text}


def new_line(number: int) -> str:
    """The name of an empty line."""
    return f"line {number}"


def new_lines(there: int) -> dict[str, str]:
    """The empty lines below so many answers: name -> how a choice among answers calls it."""
    return {new_line(number): f"The new answer at place {number}" for number in range(there + 1, there + MORE + 1)}


def lines(label: str, entries: Sequence[tuple[str, dict[str, str]]], languages: Sequence[str], name: str) -> list[Line]:
    """Answers or rows: a place, and the words in each language; an empty line is gone, two wait to be filled."""
    st.markdown(f"**{escaped(label)}**")
    widths = [1, *([4] * len(languages))]
    for cell, heading in zip(st.columns(widths), ["Place", *map(language_name, languages)], strict=True):
        cell.caption(escaped(heading))
    made = []
    for number, (code, words) in enumerate([*entries, *([("", {})] * MORE)], 1):
        cells = st.columns(widths)
        what = f"{label} {number}"
        place = cells[0].number_input(f"{what}, place", value=number, step=1, key=f"{name}_{number}_place", label_visibility="collapsed")
        typed = {
            language: cell.text_input(
                f"{what} ({language_name(language)})",
                value=words.get(language, ""),
                placeholder=language_name(language),
                key=f"{name}_{number}_{language}",
                label_visibility="collapsed",
            ).strip()
            for language, cell in zip(languages, cells[1:], strict=True)
        }
        kept = {**words, **typed} if any(typed.values()) else {}
        made.append(Line(float(place), code, {language: text for language, text in kept.items() if text}, "" if code else new_line(number)))
    st.caption("Empty a line to take it out. Change the places to change the order.")
    return made
