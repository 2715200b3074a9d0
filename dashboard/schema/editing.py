"""A survey changed in one place: a question put in, moved, taken out; a page; the answers of a question. Every change makes a new definition."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from dashboard.schema import bank, turns
from dashboard.schema.questions import Definition, Kind, Option, Question, Row, Section, Words

CONTENT = set(Question.model_fields) - {"id", "concept", "version", "comparable", "source", "licence"}  # what a copy takes over
NUMBERED = ("scale", "grid")  # the place of an answer on these is a number, from 1


@dataclass(frozen=True, slots=True)
class Line:
    """One answer, or one row of a grid, as its author typed it: where it should stand, its code (empty: new), its words.

    `line` names a new one, so that what holds for an answer can be said of it before it has a code.
    """

    place: float
    code: str
    words: Words
    line: str = ""

    @property
    def name(self) -> str:
        """What marks refer to: the code, or the line of a new one."""
        return self.code or self.line


def replaced(survey: Definition, page: int, place: int, *new: Question) -> Definition:
    """Questions in the place of one; none of them takes it out."""
    asked = survey.sections[page].questions
    return _with(survey, page, (*asked[:place], *new, *asked[place + 1 :]))


def added(survey: Definition, page: int, new: Iterable[Question]) -> Definition:
    """Questions at the end of a page."""
    return _with(survey, page, (*survey.sections[page].questions, *new))


def moved(survey: Definition, page: int, place: int, *, down: bool) -> Definition:
    """A question one place up or down; from the edge of its page onto the next page."""
    asked = list(survey.sections[page].questions)
    other = place + (1 if down else -1)
    if 0 <= other < len(asked):
        asked[place], asked[other] = asked[other], asked[place]
        return _with(survey, page, tuple(asked))
    beyond = page + (1 if down else -1)
    if not 0 <= beyond < len(survey.sections):
        return survey
    one = asked.pop(place)
    there = survey.sections[beyond].questions
    return _with(_with(survey, page, tuple(asked)), beyond, (one, *there) if down else (*there, one))


def with_page(survey: Definition, number: int, section: Section) -> Definition:
    """Another page in the place of one; at the end a new one."""
    return survey.model_copy(update={"sections": (*survey.sections[:number], section, *survey.sections[number + 1 :])})


def page_moved(survey: Definition, number: int, *, down: bool) -> Definition:
    """A page before or behind its neighbour; the sets of a rotating page move together."""
    pages, place = turns.blocks(survey.sections), turns.block_of(survey.sections, number)
    other = place + (1 if down else -1)
    if not 0 <= other < len(pages):
        return survey
    pages[place], pages[other] = pages[other], pages[place]
    return survey.model_copy(update={"sections": tuple(one for block in pages for one in block)})


def without_page(survey: Definition, number: int) -> Definition:
    """Without a page and its questions; the last page stays, empty."""
    left = (*survey.sections[:number], *survey.sections[number + 1 :])
    return survey.model_copy(update={"sections": left or (Section(),)})


def _with(survey: Definition, page: int, asked: tuple[Question, ...]) -> Definition:
    """These questions on a page."""
    return with_page(survey, page, survey.sections[page].model_copy(update={"questions": asked}))


def new_question(kind: Kind, words: Words, taken: Collection[str]) -> Question:
    """A question of the author's own, under a name that was never used, with a scale to start from."""
    name = next(f"Q{number}" for number in range(1, 100_000) if f"Q{number}" not in taken)
    scale = "A5" if kind in NUMBERED else "YN" if kind in {"single", "multi"} else ""
    rows = (Row(id=f"{name}_1", label={}),) if kind == "grid" else ()
    return Question(
        id=name,
        kind=kind,
        concept=name.lower(),
        wording=words,
        scale=scale,
        options=bank.scales().get(scale, ()),
        rows=rows,
        source="this agency",
        licence="the agency's own",
    )


def copied(one: Question, taken: Collection[str]) -> Question:
    """The same question as the author's own, under names that were never used; on a line of its own over time."""
    fresh = new_question(one.kind, one.wording, taken)
    rows = tuple(Row(id=f"{fresh.id}_{number}", label=row.label) for number, row in enumerate(one.rows, 1))
    source = one.source if one.source.lower().startswith("adapted from") else f"adapted from {one.source}"
    owned = {"source": source, "licence": one.licence} if one.credit else {}
    return fresh.model_copy(update={**{name: getattr(one, name) for name in CONTENT}, **owned, "rows": rows})


def with_options(
    question: Question, lines: Sequence[Line], *, alone: Collection[str] = (), last: Collection[str] = (), specify: str = ""
) -> Question:
    """The question with these answers in their order; an answer without words is gone. Beside the one named `specify` people may write.

    On a scale the code is the place, from 1. Elsewhere a code stays with its answer, and a new one gets a number that none had.
    """
    kept = _ordered(lines)
    if question.kind in NUMBERED:
        codes = [str(number) for number in range(1, len(kept) + 1)]
    else:
        codes = _codes(kept, {option.code for option in question.options})
    before = {option.code: option for option in question.options}
    marks = [{"alone": line.name in alone, "last": line.name in last, "specify": line.name == specify} if line.name else {} for line in kept]
    options = tuple(Option(code=code, label=line.words, **mark) for code, line, mark in zip(codes, kept, marks, strict=True))
    same = [option.label for option in options] == [before[code].label for code in codes if code in before]
    return question.model_copy(update={"options": options, "scale": question.scale if same else ""})


def with_rows(question: Question, lines: Sequence[Line]) -> Question:
    """The grid with these rows in their order; a row keeps the name that its answers are stored under."""
    kept = _ordered(lines)
    taken = {row.id for row in question.rows}
    names = []
    for line in kept:
        name = line.code or next(f"{question.id}_{number}" for number in range(1, 10_000) if f"{question.id}_{number}" not in taken)
        taken.add(name)
        names.append(name)
    return question.model_copy(update={"rows": tuple(Row(id=name, label=line.words) for name, line in zip(names, kept, strict=True))})


def _ordered(lines: Sequence[Line]) -> list[Line]:
    """The lines that have words, by place."""
    return sorted((line for line in lines if any(text.strip() for text in line.words.values())), key=lambda line: line.place)


def _codes(lines: Sequence[Line], used: set[str]) -> list[str]:
    """A code for each line."""
    free = max((int(code) for code in used if code.isdecimal()), default=0)
    found = []
    for line in lines:
        if not line.code:
            free += 1
        found.append(line.code or str(free))
    return found
