"""What a page may use: the guard, the filters, asking, and the parts of the page grammar."""

from dashboard.ui import (
    audit,
    boundaries,
    bringing,
    census,
    downloads,
    filters,
    follow_ups,
    importing,
    imports_list,
    knobs,
    methods,
    people,
    review,
    state,
    survey_results,
    surveys,
    voices,
)
from dashboard.ui.ask import ask, refusal
from dashboard.ui.frame import answer, chart, method, notes, numbers, page, show, take_away
from dashboard.ui.house import house
from dashboard.ui.parts import brief, go, headline, section, tabs
from dashboard.ui.visit import visitor

__all__ = [
    "answer",
    "ask",
    "audit",
    "boundaries",
    "brief",
    "bringing",
    "census",
    "chart",
    "downloads",
    "filters",
    "follow_ups",
    "go",
    "headline",
    "house",
    "importing",
    "imports_list",
    "knobs",
    "method",
    "methods",
    "notes",
    "numbers",
    "page",
    "people",
    "refusal",
    "review",
    "section",
    "show",
    "state",
    "survey_results",
    "surveys",
    "tabs",
    "take_away",
    "visitor",
    "voices",
]
