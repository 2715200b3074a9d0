"""A survey whose questions change from wave to wave, laid out for its author: each set is a page of its own; and put together again."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence

from dashboard.schema import employee
from dashboard.schema.questions import Definition, Question, Section

Marks = tuple[tuple[Question, ...], ...]


def turn_of(section: Section) -> int | None:
    """Which set of its rotating page is this page, from 0; None for a page that is asked every time."""
    marked = bool(section.rotation) and not any(section.rotation)
    return len(section.rotation) - 1 if marked else None


def laid_out(survey: Definition) -> Definition:
    """The survey with each set of a rotating page as a page of its own; `together` makes it one again."""
    sections: list[Section] = []
    for section in survey.sections:
        sets = section.rotation if turn_of(section) is None else ()
        sections += [section.model_copy(update={"questions": some, "rotation": _mark(at)}) for at, some in enumerate(sets)] if sets else [section]
    return survey.model_copy(update={"sections": tuple(sections)})


def _mark(turn: int) -> Marks:
    """How a page says which set it is."""
    return ((),) * (turn + 1)


def together(survey: Definition) -> Definition:
    """The survey with its sets as one rotating page again, in their order; a set alone is asked every time, an empty one is gone."""
    return survey.model_copy(update={"sections": tuple(_joined(block) for block in blocks(survey.sections))})


def _joined(block: Sequence[Section]) -> Section:
    """One page out of its sets."""
    if turn_of(block[0]) is None:
        return block[0]
    sets = tuple(one.questions for one in block if one.questions)
    return block[0].model_copy(update={"questions": sets[0] if sets else (), "rotation": sets if len(sets) > 1 else ()})


def blocks(sections: Sequence[Section]) -> list[list[Section]]:
    """Pages that stay together: the sets of one rotating page, or one page alone."""
    found: list[list[Section]] = []
    before: int | None = None
    for section in sections:
        turn = turn_of(section)
        if turn is not None and before is not None and turn > before:
            found[-1].append(section)
        else:
            found.append([section])
        before = turn
    return found


def block_of(sections: Sequence[Section], number: int) -> int:
    """In which block is the page of this number?"""
    ends = list(itertools.accumulate(len(one) for one in blocks(sections)))
    return next(place for place, end in enumerate(ends) if number < end)


def waves(survey: Definition) -> Iterator[Definition]:
    """The survey as each wave asks it, until the sets begin anew."""
    sizes = [len(section.rotation) for section in survey.sections if section.rotation]
    for wave in range(math.lcm(*sizes) if sizes else 1):
        yield employee.turned(survey, wave)


def mistakes(survey: Definition) -> tuple[str, ...]:
    """What keeps any of its waves from being opened, each once."""
    return tuple(dict.fromkeys(said for one in waves(survey) for said in one.mistakes()))


def alike(survey: Definition, changed: Mapping[str, Question]) -> Definition:
    """The laid out survey with a question that stands in several sets as it was `changed` in one of them."""
    sections = [section.model_copy(update={"questions": tuple(changed.get(one.id, one) for one in section.questions)}) for section in survey.sections]
    return survey.model_copy(update={"sections": tuple(sections)})
