"""What of another tool's answers goes into the release of a staff survey: questions and groups, without anything that only a few people said.

An answer or a group that fewer than k people gave would, by its name alone, say that somebody is there; so it is counted among the others, or not
at all where even those are few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.errors import ScopeError
from dashboard.schema import employee
from dashboard.schema.employee import Division
from dashboard.schema.questions import EMPLOYEE, MISSING, Definition, Option, Question
from dashboard.schema.survey_mapping import OF_CUT, STORED_AS, SurveyMapping
from data_sources.surveys.recode import WaveAnswers

OTHERS = "others"
OTHER_GROUPS, OTHER_ANSWERS = "Other groups", "Other answers"
MOST_GROUPS = 30
DIVIDES = {STORED_AS["age"]: "age", STORED_AS["gender"]: "gender"}
OWN_WORDS = "people's own words, which are kept only as comments"
NUMBERS = "numbers, which could single people out; give it a scale if it is one"
FEW = "fewer than two answers that enough people gave"
UNUSED = "results are not divided by it"


@dataclass(frozen=True, slots=True)
class BroughtWave:
    """One wave as the release job takes it: its questions, answers and comments; and which columns stay out of it, with the reason."""

    definition: Definition
    answers: list[dict[str, Any]]
    comments: list[tuple[str, str]]
    left: tuple[tuple[str, str], ...]


def cut_of(question: str) -> str:
    """The way to divide that a column's answers are kept for; '' for a question."""
    return DIVIDES.get(question, question.removeprefix(OF_CUT) if question.startswith(OF_CUT) else "")


def cuts_in(mapping: SurveyMapping) -> dict[str, str]:
    """By what could this file's results be divided? Cut -> the heading of its column."""
    found = {cut_of(one.stored_as): one.heading for one in mapping.columns if one.role in {"cut", "age", "gender"}}
    return {name: heading for name, heading in found.items() if name}


def brought(wave: WaveAnswers, asked: Definition, mapping: SurveyMapping, division: Division, k: int) -> BroughtWave:
    """The wave for the release job. ScopeError for more groups than can be kept safe."""
    comments = {one.stored_as for one in mapping.columns if one.role == "comment"}
    answers: list[dict[str, Any]] = [{} for _ in wave.answers]
    questions, left = [], []
    for question in asked.questions():
        made, why = _question(question, wave.answers, answers, comments=comments, division=division, k=k)
        questions += [made] if made else []
        left += [(question.wording.get("en", question.id), why)] if why else []
    section = asked.sections[0].model_copy(update={"questions": tuple(questions)})
    definition = asked.model_copy(update={"family": EMPLOYEE, "invited_only": True, "staff_only": True, "sections": (section,)})
    written = [(name, str(one[name])) for one in wave.answers for name in comments if one.get(name)]
    return BroughtWave(definition, answers, written, tuple(left))


def _question(
    question: Question, given: Sequence[Mapping[str, Any]], into: list[dict[str, Any]], *, comments: set[str], division: Division, k: int
) -> tuple[Question | None, str]:
    """One question as it is kept, its answers put `into` the wave; or None and why it stays out."""
    cut = cut_of(question.id)
    if cut and cut not in division.cuts:
        return None, UNUSED
    if question.kind in {"text", "long_text"}:
        return (question, "") if question.id in comments else (None, OWN_WORDS)
    if question.kind in {"number", "date"}:
        return None, NUMBERS
    if not cut and question.kind not in {"single", "multi"}:
        for name in question.answer_ids():
            _put(given, into, name, lambda value: value)
        return question, ""
    made, codes = _folded(question, given, k, cut)
    if len(made.options) < 2:
        return None, FEW
    if cut and len(made.options) > MOST_GROUPS:
        raise ScopeError(
            f"'{question.wording.get('en', cut)}' divides people into {len(made.options)} groups.", hint=f"At most {MOST_GROUPS} can be kept safe."
        )
    _put(given, into, question.id, lambda value: _coded(value, codes, cut=bool(cut)))
    return made, ""


def _put(given: Sequence[Mapping[str, Any]], into: list[dict[str, Any]], name: str, coded: Any) -> None:
    """The answers to one question, as `coded` makes them; none where it makes None."""
    for answer, kept in zip(given, into, strict=True):
        value = coded(answer[name]) if name in answer else None
        if value is not None:
            kept[name] = value


def _coded(value: Any, codes: Mapping[str, str], *, cut: bool) -> Any:
    """One person's answer, or list of answers, with rare ones among the others."""
    if isinstance(value, list):
        chosen = list(dict.fromkeys(codes[str(one)] for one in value if str(one) in codes))
        return chosen or None
    if value in MISSING:
        return None if cut else value
    return codes.get(str(value))


def _folded(question: Question, given: Sequence[Mapping[str, Any]], k: int, cut: str) -> tuple[Question, dict[str, str]]:
    """The question with the answers that k people gave, the rest as one if k gave those, and what becomes of each code."""
    values = [answer[question.id] for answer in given if question.id in answer]
    counts = Counter(str(one) for value in values for one in (value if isinstance(value, list) else [value]))
    kept = [option for option in question.options if counts[option.code] >= k]
    rare = {option.code for option in question.options} - {option.code for option in kept}
    people = sum(bool(rare & {str(one) for one in (value if isinstance(value, list) else [value])}) for value in values)
    codes = {option.code: option.code for option in kept}
    if people >= k:
        kept.append(Option(code=OTHERS, label={"en": OTHER_GROUPS if cut else OTHER_ANSWERS}))
        codes |= dict.fromkeys(rare, OTHERS)
    made = question.model_copy(update={"options": tuple(kept)})
    if cut:
        about = {"kind": "single", "concept": f"{employee.CUT}{cut}", "required": False, "prefer_not": True}
        made = made.model_copy(update=about)
    return made, codes
