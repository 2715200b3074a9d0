"""Which survey, which question, which published figures are looked at: choices that the data offer, held in the address."""

from __future__ import annotations

import streamlit as st

from dashboard.services.surveys import benchmarks, each_question, trackers, trust
from dashboard.ui import filters
from dashboard.ui.ask import ask
from dashboard.ui.frame import show

PUBLISHED = "tracker:"


def survey() -> str:
    """Which community survey the page is about; asked only where there are several. '' stands for the one with the most waves."""
    options = ask(trust.surveys) or {}
    return filters.wide_choice("Survey", "of", apart(options)) if len(options) > 1 else ""


def apart(options: dict[str, str]) -> dict[str, str]:
    """Options no two of which read alike, because the address names them by their words."""
    seen: dict[str, int] = {}
    found = {}
    for name, words in options.items():
        seen[words] = seen.get(words, 0) + 1
        found[name] = words if seen[words] == 1 else f"{words} ({seen[words]})"
    return found


def each_question_asked() -> None:
    """Every question of a survey, or one of them wave by wave; or a tracker's figures."""
    asked = ask(each_question.surveys) or {}
    published = ask(trackers.available) or {}
    options = apart({**asked, **{f"{PUBLISHED}{name}": f"{title} (published figures)" for name, title in published.items()}})
    if not options:
        st.info("No survey has results yet. They appear when a wave closes, or when answers are brought in from another tool.")
        return
    chosen = filters.wide_choice("Survey or published figures", "survey", options)
    if chosen.startswith(PUBLISHED):
        _published(chosen.removeprefix(PUBLISHED))
        return
    questions = ask(each_question.questions, chosen)
    if not questions:
        return
    name = filters.wide_choice("Question", "question", apart(questions))
    cut = filters.wide_choice("Compare groups by", "among", each_question.cuts()) if name else "area"
    show(ask(each_question.answer, chosen, name, cut))


def _published(import_id: str) -> None:
    """A tracker's figures: which measure, and which area beside all."""
    found = ask(trackers.choices, import_id)
    if found is None:
        return
    measures, areas = found
    asked = filters.wide_choice("What was asked", "asked", {name: name for name in measures})
    area = filters.wide_choice("Area beside all", "area", {benchmarks.ALL_AREAS: "None", **{name: name for name in areas[1:]}})
    show(ask(benchmarks.tracker, import_id, asked, area))
