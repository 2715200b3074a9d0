"""A survey taken elsewhere as a file is the same survey there; what is no survey is refused in a sentence."""

from __future__ import annotations

import json

import pytest

from dashboard.errors import ScopeError
from dashboard.schema import bank, editing, exchange
from dashboard.schema.editing import Line
from dashboard.schema.questions import Definition


def other(survey: Definition) -> Definition:
    ask = editing.new_question("single", {"en": "How?", "es": "¿Cómo?"}, ())
    lines = [Line(1, "yes", {"en": "By bus", "es": "En bus"}), Line(2, "no", {"en": "Other", "es": "Otro"})]
    return editing.added(survey, 0, [editing.with_options(ask, lines, specify="no")])


@pytest.mark.parametrize("name", list(bank.templates()))
def test_every_template_comes_back_as_it_was(name: str) -> None:
    survey = other(bank.template(name, ("North", "South")))
    assert exchange.read(exchange.written(survey)) == survey
    assert "specify" in exchange.written(survey)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not a survey"),
        ("[1]", "not a survey"),
        ('{"format": "x"}', "not a survey"),
        (json.dumps({"format": exchange.FORMAT}), "cannot be read"),
        (
            json.dumps({"format": exchange.FORMAT, "survey": {"title": {"en": "T"}, "purpose": {}, "sections": [{"questions": [{"id": 1}]}]}}),
            "sections.0",
        ),
        (json.dumps({"format": exchange.FORMAT, "survey": {"title": {"en": "T"}, "purpose": {}, "evil": 1}}), "evil"),
        ("x" * (exchange.MOST + 1), "too large"),
    ],
)
def test_what_is_no_survey_is_refused(text: str, said: str) -> None:
    with pytest.raises(ScopeError, match=said):
        exchange.read(text)
