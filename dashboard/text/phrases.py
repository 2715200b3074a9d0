"""Which entries of a codebook occur in a text? Words, stems (`speed*`) and phrases, in one pass over the words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dashboard.text.wordlists import folded

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_MARK = re.compile(r"\[[^\[\]]{1,20}\]")
SHORTEST = 2  # letters before the * of a stem that the lookup goes by


def words_of(text: str) -> list[str]:
    """The words of a text, folded, marks of redaction left out; hyphens part words."""
    return _WORD.findall(folded(_MARK.sub(" . ", text.replace("’", "'"))))


@dataclass(slots=True)
class Lookup:
    """Entries by their first word: `exact` word -> entries, `stems` first letters -> entries. An entry is its words and what it stands for."""

    exact: dict[str, list[tuple[tuple[str, ...], int]]] = field(default_factory=dict)
    stems: dict[str, list[tuple[tuple[str, ...], int]]] = field(default_factory=dict)
    anywhere: list[tuple[tuple[str, ...], int]] = field(default_factory=list)

    @classmethod
    def of(cls, entries: Iterable[tuple[str, int]]) -> Lookup:
        """A lookup over (entry, number) pairs."""
        made = cls()
        for entry, number in entries:
            parts = tuple(_entry_words(entry))
            first = parts[0]
            if first == "*":
                made.anywhere.append((parts, number))
            elif first.endswith("*"):
                made.stems.setdefault(first[:SHORTEST], []).append((parts, number))
            else:
                made.exact.setdefault(first, []).append((parts, number))
        return made

    def at(self, words: Sequence[str], place: int) -> list[tuple[int, int]]:
        """Entries that begin at this word, as (number, how many words)."""
        word = words[place]
        near = [*self.exact.get(word, ()), *self.stems.get(word[:SHORTEST], ()), *self.anywhere]
        return [(number, len(parts)) for parts, number in near if _fits(parts, words, place)]


def _entry_words(entry: str) -> list[str]:
    """An entry's words, folded, stars kept."""
    return [folded(part).replace("-", " ") for part in entry.split()]


def _fits(parts: Sequence[str], words: Sequence[str], place: int) -> bool:
    """Whether the entry stands at this place."""
    if place + len(parts) > len(words):
        return False
    for part, word in zip(parts, words[place : place + len(parts)], strict=True):
        if part in {"*", word}:
            continue
        if not (part.endswith("*") and word.startswith(part[:-1])):
            return False
    return True


def without(words: Sequence[str], struck: Lookup) -> Mapping[int, set[int]]:
    """Which places of the text are struck for which number, by the phrases in `struck`?"""
    found: dict[int, set[int]] = {}
    for place in range(len(words)):
        for number, length in struck.at(words, place):
            found.setdefault(number, set()).update(range(place, place + length))
    return found
