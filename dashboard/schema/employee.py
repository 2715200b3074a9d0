"""What makes an employee survey: the coarse things people tell about themselves, the themes of its questions, and what it must never ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dashboard.errors import ScopeError
from dashboard.schema import own_questions
from dashboard.schema.questions import Definition, Question

CUT = "cut_"  # concepts of questions by whose answers results may be divided, if that was declared before the survey opened
THEMES: Mapping[str, str] = {
    "intrinsic_work": "The work itself",
    "supervisors": "Supervisors",
    "leaders_lead": "Leadership",
    "global_satisfaction": "Satisfaction",
    "internal_fairness": "Fairness",
    "load_and_kit": "Load, training and equipment",
    "balance_and_voice": "Balance and voice",
    "team": "Team",
    "support": "Backing",
    "wellness": "Rest and support",
    "commitment": "Pride",
    "community": "Valued by the community",
    "morale": "Morale",
}
NEVER = {"number": "a number", "date": "a date", "text": "a short text"}
RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Division:
    """The only ways in which a wave's results may be divided: cuts, and crossings of two of them."""

    cuts: tuple[str, ...] = ()
    crossings: tuple[tuple[str, str], ...] = ()


def division(text: str) -> Division:
    """A division from its names: 'unit,shift,unit*shift' is two cuts and their crossing."""
    names = [part.strip() for part in text.split(",") if part.strip()]
    pairs = [tuple(side.strip() for side in name.split("*")) for name in names if "*" in name]
    if any(len(pair) != 2 for pair in pairs):
        raise ScopeError("A crossing joins two ways to divide.", hint="Written like unit*shift.")
    crossings = tuple(dict.fromkeys((pair[0], pair[1]) for pair in pairs))
    return Division(tuple(dict.fromkeys(name for name in names if "*" not in name)), crossings)


def written(one: Division) -> str:
    """A division as its names."""
    return ",".join([*one.cuts, *("*".join(pair) for pair in one.crossings)])


def cuts(survey: Definition) -> dict[str, Question]:
    """By which questions could results be divided? Cut ('unit', 'shift' ...) -> its question."""
    return {one.concept.removeprefix(CUT): one for one in survey.questions() if one.concept.startswith(CUT) and one.kind == "single"}


def turned(survey: Definition, wave: int) -> Definition:
    """The survey as its wave number `wave` (from 0) asks it: rotating sections show the set whose turn it is."""
    sections = [
        section.model_copy(update={"questions": section.rotation[wave % len(section.rotation)]}) if section.rotation else section
        for section in survey.sections
    ]
    return survey.model_copy(update={"sections": tuple(sections)})


def in_step(survey: Definition) -> Definition:
    """The survey with its rotating questions as they were last written where their turn is now."""
    sections = []
    for section in survey.sections:
        own = {one.id: one for one in section.questions}
        turns = tuple(tuple(own.get(one.id, one) for one in some) for some in section.rotation)
        sections.append(section.model_copy(update={"rotation": turns}) if turns else section)
    return survey.model_copy(update={"sections": tuple(sections)})


def asked_of(survey: Definition, division: Division, wave: int) -> Definition:
    """The survey as a wave asks it: rotating questions in turn, and nothing about people by which results may not be divided."""
    known = {name: question.id for name, question in cuts(survey).items()}
    unused = {question for name, question in known.items() if name not in division.cuts}
    sections = []
    for section in turned(survey, wave).sections:
        kept = tuple(one for one in section.questions if one.id not in unused)
        if kept:
            sections.append(section.model_copy(update={"questions": kept, "rotation": ()}))
    return survey.model_copy(update={"sections": tuple(sections)})


def faults(survey: Definition) -> Iterator[str]:
    """What keeps an employee survey from being safe to answer, each in one sentence."""
    fixed = {name for section in survey.sections if not section.rotation for one in section.questions for name in one.answer_ids()}
    if any(name in fixed for section in survey.sections for one in section.waiting() for name in one.answer_ids()):
        yield "A question that changes from wave to wave is also asked every time: take it out of one of the two."
    if not survey.invited_only:
        yield "An employee survey is answered only by invitation, once by each person: turn on invitation links."
    if survey.once_per_device:
        yield "An employee survey leaves no mark on a device, because a shared computer would show that somebody answered: turn it off."
    for one in _every(survey):
        if one.kind in NEVER:
            yield f"{one.id} asks for {NEVER[one.kind]}, which can single a person out: an employee survey offers answers to choose from."
        if one.concept == RECOVERY:
            yield f"{one.id} asks who wants to be called: an employee survey never asks for a name."
        if one.concept.startswith(CUT) and (one.kind != "single" or one.required or not one.prefer_not):
            yield f"{one.id} tells something about the person, so it is one choice, optional, with 'prefer not to say'."
        if one.show_if is not None and one.show_if.question in {cut.id for cut in cuts(survey).values()}:
            yield f"{one.id} is asked only of some groups of people, so that having answered it would give the group away."
        yield from own_questions.faults(survey, one)


def _every(survey: Definition) -> tuple[Question, ...]:
    """Every question that any wave asks."""
    return tuple(one for section in survey.sections for one in (*section.questions, *section.waiting()))
