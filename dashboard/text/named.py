"""Names of people in a comment: after a title or a word for kin, from the agency's roster, and from lists of common first names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from dashboard.text.spans import Span
from dashboard.text.wordlists import folded, listed, names

_TOKEN = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_MOST = 4  # words of one name
_BETWEEN = re.compile(r"[ \t]{1,3}|\.[ \t]{0,2}|,[ \t]{1,2}")


class _Word(NamedTuple):
    """One word of the text, with its place, folded form and whether its capital letter says something."""

    start: int
    end: int
    text: str
    low: str
    capital: bool


def people(text: str, roster: frozenset[str] = frozenset()) -> Iterator[Span]:
    """Every name in the text (spans do not overlap). `roster`: folded first names and surnames of the agency's own people."""
    words = _words(text)
    place = 0
    while place < len(words):
        end = _name_at(words, place, text, roster)
        if end > place:
            yield Span(words[place].start, _without_s(words[end - 1]), "NAME", 4)
            place = end
        else:
            place += 1


def _words(text: str) -> list[_Word]:
    """The words; capitals say nothing where the text has no small letters."""
    shouted = text.upper() == text
    return [
        _Word(
            one.start(), one.end(), one.group(), folded(one.group().removesuffix("'s").removesuffix("’s")), one.group()[0].isupper() and not shouted
        )
        for one in _TOKEN.finditer(text)
    ]


def _without_s(word: _Word) -> int:
    """Where the name ends, without a possessive s."""
    return word.end - 2 if word.text.endswith(("'s", "’s")) else word.end


def _name_at(words: list[_Word], place: int, text: str, roster: frozenset[str]) -> int:
    """Where does the name that begins at this word end (number of the word after it)? `place` when there is none."""
    word = words[place]
    if word.low in listed("not_names") and not (word.low in roster and word.capital):
        return place
    cue = _cue(words, place, text)
    if not _first(words, place, text, roster, cue):
        return place
    end = place + 1
    while end < len(words) and end - place < _MOST and _joined(words[end - 1], words[end], text) and _goes_on(words, end, text, roster):
        end += 1
    while end > place + 1 and words[end - 1].low in listed("particles"):
        end -= 1
    return end if cue or not _is_place(words, place, end, text) else place


def _joined(left: _Word, right: _Word, text: str) -> bool:
    """Whether two words may belong to one name: a blank between them, or the dot of an initial or title."""
    gap = text[left.end : right.start]
    return gap in {" ", "  "} or (gap in {". ", "."} and len(left.text) <= 3)


def _cue(words: list[_Word], place: int, text: str) -> str:
    """Is the word called a name by what stands before it: 'title', 'kin', 'phrase' or ''?"""
    if place == 0:
        return ""
    before = words[place - 1]
    if not _BETWEEN.fullmatch(text[before.end : words[place].start]):
        return ""
    comma = "," in text[before.end : words[place].start]
    if before.low in listed("titles") and not comma:
        return "title"
    second = words[place - 2].low if place > 1 else ""
    if before.low in listed("kin") and second in listed("owners"):
        return "kin"
    third = words[place - 3].low if place > 2 else ""
    if not comma and (
        before.low in listed("phrases") or f"{second} {before.low}" in listed("phrases") or f"{third} {second} {before.low}" in listed("phrases")
    ):
        return "phrase"
    return ""


def _first(words: list[_Word], place: int, text: str, roster: frozenset[str], cue: str) -> bool:
    """Whether a name begins at this word."""
    word = words[place]
    low, capital = word.low, word.capital
    known = low in names("given") or (low in roster and low not in names("family_words") and low not in names("words"))
    likely = known or low in names("family") or low in names("words") or low in names("family_words") or low in roster
    if cue == "title":
        return capital or (likely and (low in names("given") or low in names("family") or low in roster) and len(low) > 2)
    if cue in {"kin", "phrase"}:
        return capital or (cue == "kin" and low in names("given") and len(low) > 2)
    if known and capital:
        return True
    if low in roster and known and len(low) > 4:
        return True
    return capital and likely and _goes_on(words, place + 1, text, roster) and place + 1 < len(words) and _joined(word, words[place + 1], text) and (
        words[place + 1].low in names("family") or words[place + 1].low in roster
    )  # fmt: skip


def _goes_on(words: list[_Word], place: int, text: str, roster: frozenset[str]) -> bool:
    """Whether a name that has begun may go on with this word."""
    if place >= len(words):
        return False
    word = words[place]
    if word.low in listed("particles") and any(one.capital for one in words[place + 1 : place + 3]):
        return True
    if word.low in listed("not_names") or word.low in listed("titles"):
        return False
    if word.capital:
        return True
    return word.low in names("family") or (word.low in roster and word.low not in names("family_words"))


def _is_place(words: list[_Word], place: int, end: int, text: str) -> bool:
    """Whether what looks like a name is a street, a school or a saint's city."""
    if words[end - 1].low in listed("places") or (
        end < len(words) and words[end].low in listed("places") and _joined(words[end - 1], words[end], text)
    ):
        return True
    return place > 0 and words[place - 1].low in listed("before_places") and _joined(words[place - 1], words[place], text)
