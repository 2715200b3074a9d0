"""Beside which question, in which wave, was this written?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.errors import StoreError
from dashboard.services.forms import named
from dashboard.store.surveys import Surveys

if TYPE_CHECKING:
    from dashboard.services.house import House


def wording(house: House, survey_id: str, version: int, question: str) -> str:
    """The question as it was asked, in the survey's first language, with the option that the text stands beside; its code where nothing is known."""
    try:
        definition = Surveys(house.records).version(survey_id, version)
    except StoreError:
        return question
    for one in definition.questions():
        if question in one.written_ids():
            option = one.specified if question != one.id else None
            parts = [words.get(definition.languages[0], "") for words in (one.wording, option.label if option else {})]
            return named(": ".join(part for part in parts if part), house.name) or question
    return question
