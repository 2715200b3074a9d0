"""What did a respondent answer on one page of a form? Fields of a sent form in, answers and mistakes out; nothing typed is ever lost."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from dashboard.schema.questions import LIMITS, LONGEST, Definition, Option, Question, Row, Section

Fields = Mapping[str, Sequence[str]]
Page = tuple[Question, ...]
COMMENTS = ("long_text", "text")


@dataclass(frozen=True, slots=True)
class Parsed:
    """One page as it was sent: stored `answers`, written `comments`, and `mistakes` by answer id as the key of a sentence."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    mistakes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormPage:
    """One page of the form: its questions and the section they belong to."""

    section: Section
    questions: Page


def pages(survey: Definition, seed: str = "") -> list[FormPage]:
    """The pages of a form: one a section, and a new one before a question that depends on an answer of the same page.

    `seed` belongs to one respondent: a section in an order of chance stands in the same order whenever that person sees it.
    """
    found: list[FormPage] = []
    for section in survey.sections:
        page: list[Question] = []
        for question in _questions_in_order(section, seed):
            if question.show_if is not None and any(question.show_if.question in one.answer_ids() for one in page):
                found.append(FormPage(section, tuple(page)))
                page = []
            page.append(question)
        found.append(FormPage(section, tuple(page)))
    return found


def _questions_in_order(section: Section, seed: str) -> Page:
    """The questions of a section; in an order of chance texts without an answer keep their places."""
    if not section.shuffled or not seed or section.depends_on_itself():
        return section.questions
    moved = [one for one in section.questions if one.kind != "note"]
    drawn = iter(_by_chance(moved, seed, moved[0].id) if moved else ())
    return tuple(one if one.kind == "note" else next(drawn) for one in section.questions)


def visible(question: Question, answers: Mapping[str, Any]) -> bool:
    """Whether a question is asked, given the answers so far."""
    if question.show_if is None:
        return True
    given = answers.get(question.show_if.question)
    chosen = given if isinstance(given, list) else [given]
    return any(str(one) in question.show_if.any_of for one in chosen if one is not None)


def counted(survey: Definition, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that count: those to questions that are asked. Who goes back and answers otherwise leaves answers behind that nobody asks for."""
    found: dict[str, Any] = {}
    for question in survey.questions():
        if visible(question, found):
            found.update({name: answers[name] for name in question.stored_ids() if name in answers})
    return found


def asked(page: FormPage, answers: Mapping[str, Any]) -> Page:
    """The questions of a page that are asked, given the answers that count."""
    return tuple(one for one in page.questions if visible(one, answers))


def following(survey: Definition, answers: Mapping[str, Any], after: int) -> int | None:
    """The next page with something to ask after page number `after` (from 0; -1 is the start); None at the end."""
    every, given = pages(survey), counted(survey, answers)
    return next((number for number in range(after + 1, len(every)) if asked(every[number], given)), None)


def preceding(survey: Definition, answers: Mapping[str, Any], before: int) -> int | None:
    """The page before, with something to ask."""
    every, given = pages(survey), counted(survey, answers)
    return next((number for number in range(before - 1, -1, -1) if asked(every[number], given)), None)


def fields_of(questions: Sequence[Question], answers: Mapping[str, Any]) -> dict[str, list[str]]:
    """What the fields of these questions show for stored answers."""
    found = {name: answers[name] for one in questions for name in one.stored_ids() if name in answers}
    return {name: [str(one) for one in value] if isinstance(value, list) else [str(value)] for name, value in found.items()}


def first_gap(survey: Definition, answers: Mapping[str, Any]) -> tuple[int, Mapping[str, str]] | None:
    """The first page whose stored answers cannot be sent as they are, with its mistakes; None when the form is complete."""
    given = counted(survey, answers)
    for number, page in enumerate(pages(survey)):
        questions = asked(page, given)
        mistakes = parse(questions, fields_of(questions, given)).mistakes
        if mistakes:
            return number, mistakes
    return None


def options_in_order(question: Question, seed: str) -> tuple[Option, ...]:
    """Its answers: in an order of chance if the author wants that, the same whenever this respondent sees them. A scale keeps its order."""
    if not question.shuffled or question.kind not in {"single", "multi"}:
        return question.options
    moved = [one for one in question.options if not (one.last or one.alone or one.specify)]
    return (*_by_chance(moved, seed, question.id), *(one for one in question.options if one not in moved))


def rows_in_order(question: Question, seed: str) -> tuple[Row, ...]:
    """The rows of a grid in the same way."""
    return _by_chance(question.rows, seed, question.id) if question.shuffled else question.rows


T = TypeVar("T")


def _by_chance(things: Sequence[T], seed: str, name: str) -> tuple[T, ...]:
    """In an order that follows from the respondent's seed and a name."""
    return tuple(random.Random(f"{seed}{name}").sample(things, len(things)))  # noqa: S311  an order, not a secret


def parse(questions: Page, fields: Fields) -> Parsed:
    """Read one page. An option that is not offered, a text too long or a number out of range is a mistake at its field."""
    answers: dict[str, Any] = {}
    comments: dict[str, str] = {}
    mistakes: dict[str, str] = {}
    for question in questions:
        own = _beside(question, fields, comments, mistakes) if question.specified else []
        for name in question.answer_ids():
            given = [value.strip() for value in fields.get(name, ()) if value.strip()] + own
            if not given:
                if question.required:
                    mistakes[name] = "required"
                continue
            value, mistake = _value(question, given)
            if mistake:
                mistakes[name] = mistake
            elif question.kind in COMMENTS:
                comments[name] = str(value)
            else:
                answers[name] = value
    return Parsed(answers, comments, mistakes)


def _beside(question: Question, fields: Fields, comments: dict[str, str], mistakes: dict[str, str]) -> list[str]:
    """Read what was written beside an answer. Who writes there and chooses nothing else has chosen that answer: its code, to be added to what was."""
    name, code = question.specified_id(), question.specified.code if question.specified else ""
    text = next((value.strip() for value in fields.get(name, ()) if value.strip()), "")
    chosen = {value.strip() for value in fields.get(question.id, ()) if value.strip()}
    if not text:
        return []
    if (chosen - {code} if question.kind == "single" else chosen & set(question.missing_codes())) and code not in chosen:
        mistakes[name] = "specify"
    elif len(text) > LONGEST["text"]:
        mistakes[name] = "too_long"
    else:
        comments[name] = " ".join(text.split())
    return [] if code in chosen or mistakes.get(name) == "specify" else [code]


def _value(question: Question, given: list[str]) -> tuple[Any, str]:
    """The stored value of what was given, or the key of a sentence."""
    if len(given) == 1 and given[0] in question.missing_codes():
        return given[0], ""
    if question.kind == "multi":
        return _several(question, given)
    if len(given) > 1:
        return None, "tampered"
    readers: dict[str, Callable[[Question, str], tuple[Any, str]]] = {"number": _number, "date": _date, "text": _text, "long_text": _text}
    return readers.get(question.kind, _one)(question, given[0])


def _text(question: Question, text: str) -> tuple[Any, str]:
    """Words, up to a length."""
    return (None, "too_long") if len(text) > LONGEST[question.kind] else (text.replace("\r\n", "\n"), "")


def _one(question: Question, text: str) -> tuple[Any, str]:
    """One of the offered answers; the place on a scale is a number."""
    if question.kind in LIMITS:
        low, high = LIMITS[question.kind]
        return (int(text), "") if text.isdecimal() and low <= int(text) <= high else (None, "tampered")
    if text not in {option.code for option in question.options}:
        return None, "tampered"
    return (int(text) if question.kind in {"scale", "grid"} and text.isdecimal() else text), ""


def _several(question: Question, given: list[str]) -> tuple[Any, str]:
    """Several choices, as many as are asked for at most; a reason for no answer stands alone."""
    offered = {option.code for option in question.options}
    if any(code not in offered and code not in question.missing_codes() for code in given):
        return None, "tampered"
    chosen = [option.code for option in question.options if option.code in given]
    if len(chosen) < len(set(given)) or (len(chosen) > 1 and any(option.alone for option in question.options if option.code in chosen)):
        return None, "alone"
    return (None, "too_many") if question.pick and len(chosen) > question.pick else (chosen, "")


def _number(question: Question, text: str) -> tuple[Any, str]:
    """A number within its limits; a decimal comma is understood."""
    try:
        value = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        return None, "not_a_number"
    if not math.isfinite(value):
        return None, "not_a_number"
    if (question.low is not None and value < question.low) or (question.high is not None and value > question.high):
        return None, "out_of_range"
    return (int(value) if value.is_integer() else value), ""


def _date(_question: Question, text: str) -> tuple[Any, str]:
    """A day as ISO text."""
    try:
        return dt.date.fromisoformat(text).isoformat(), ""
    except ValueError:
        return None, "not_a_date"
