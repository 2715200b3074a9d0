"""Every text of a survey in one list, to be translated: where it stands, its words, and the survey with new words in their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.schema import phrases
from dashboard.schema.questions import EMPLOYEE, Definition, Question, Words

Path = tuple[str | int, ...]
PHRASES = "phrases"


@dataclass(frozen=True, slots=True)
class Piece:
    """One text: where it is stored, where it stands in words, and what it says in each language."""

    path: Path
    where: str
    words: Words


def pieces(survey: Definition, language: str) -> list[Piece]:
    """What has to be said in a language: all texts of the survey, and the form's own words where they are not shipped."""
    found = list(_own(survey))
    if language not in phrases.SHIPPED:
        english = phrases.needed(staff=survey.family == EMPLOYEE)
        found += [Piece((PHRASES, name), "the form's own words", {"en": text, **survey.phrases.get(name, {})}) for name, text in english.items()]
    return found


def missing(survey: Definition, language: str) -> list[Piece]:
    """What is not said yet."""
    gaps = set(phrases.gaps(language, survey.phrases, staff=survey.family == EMPLOYEE))
    return [one for one in pieces(survey, language) if _lacks(one, language, gaps)]


def _lacks(one: Piece, language: str, gaps: set[str]) -> bool:
    """Whether a text lacks words, or a phrase the placeholders it needs."""
    return one.path[1] in gaps if one.path[0] == PHRASES else not one.words.get(language, "").strip()


def translated(survey: Definition, language: str, texts: Mapping[Path, str]) -> Definition:
    """The survey with these words in a language; an empty text takes them out."""
    content: dict[str, Any] = survey.model_dump(mode="json")
    for path, text in texts.items():
        place: Any = content
        for step in path[:-1]:
            place = place[step]
        words = place.setdefault(path[-1], {}) if isinstance(place, dict) else place[path[-1]]
        words.pop(language, None)
        if text.strip():
            words[language] = text.strip()
    content[PHRASES] = {name: words for name, words in content[PHRASES].items() if words}
    return _shown_again(Definition.model_validate(content))


def _shown_again(survey: Definition) -> Definition:
    """Questions that rotate are translated where they wait for their turn; those whose turn it is follow."""
    sections = []
    for section in survey.sections:
        own = {one.id: one for some in section.rotation for one in some}
        questions = tuple(own.get(one.id, one) for one in section.questions)
        sections.append(section.model_copy(update={"questions": questions}) if own else section)
    return survey.model_copy(update={"sections": tuple(sections)})


def _own(survey: Definition) -> Iterator[Piece]:
    """The texts that the author wrote."""
    for name, where in (("title", "Title"), ("purpose", "Why you ask"), ("thanks", "After the receipt")):
        yield from _piece((name,), where, getattr(survey, name))
    for number, section in enumerate(survey.sections):
        here: Path = ("sections", number)
        yield from _piece((*here, "title"), f"Page {number + 1}: title", section.title)
        yield from _piece((*here, "text"), f"Page {number + 1}: text", section.text)
        if section.rotation:
            for turn, some in enumerate(section.rotation):
                for place, one in enumerate(some):
                    yield from _question((*here, "rotation", turn, place), one)
            continue
        for place, one in enumerate(section.questions):
            yield from _question((*here, "questions", place), one)


def _question(there: Path, one: Question) -> Iterator[Piece]:
    """The texts of one question."""
    yield from _piece((*there, "wording"), f"{one.id}: question", one.wording)
    yield from _piece((*there, "help"), f"{one.id}: note", one.help)
    for row, entry in enumerate(one.rows):
        yield from _piece((*there, "rows", row, "label"), f"{one.id}: row", entry.label)
    for option, choice in enumerate(one.options):
        yield from _piece((*there, "options", option, "label"), f"{one.id}: answer", choice.label)
    yield from _piece((*there, "low_label"), f"{one.id}: low end", one.low_label)
    yield from _piece((*there, "high_label"), f"{one.id}: high end", one.high_label)


def _piece(path: Path, where: str, words: Words) -> Iterator[Piece]:
    """One text, if there is one in any language."""
    if any(text.strip() for text in words.values()):
        yield Piece(path, where, words)
