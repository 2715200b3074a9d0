"""Which entries of a codebook occur in a text? Words, stems (`speed*`) and phrases, in one pass over the words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dashboard.errors import MeasureError
from dashboard.text.wordlists import folded

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_MARK = re.compile(r"\[[^\[\]]{1,20}\]")
SHORTEST = 2  # letters before the * of a stem that the lookup goes by
REMEMBERED = 50_000  # words whose entries are kept at hand
Entry = tuple[tuple[str, ...], int]


def words_of(text: str) -> list[str]:
    """The words of a text, folded, marks of redaction left out; hyphens part words."""
    return _WORD.findall(folded(_MARK.sub(" . ", text.replace("’", "'"))))


@dataclass(slots=True)
class Lookup:
    """Entries by their first word: `exact` word -> entries, `stems` first letters -> entries. An entry is its words and what it stands for."""

    exact: dict[str, list[Entry]] = field(default_factory=dict)
    stems: dict[str, list[Entry]] = field(default_factory=dict)
    _near: dict[str, tuple[Entry, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[tuple[str, int]]) -> Lookup:
        """A lookup over (entry, number) pairs. Raises MeasureError for an entry that begins with fewer than SHORTEST letters before its star."""
        made = cls()
        for entry, number in entries:
            parts = tuple(folded(entry).split())
            first = parts[0]
            if first.endswith("*") and len(first) <= SHORTEST:
                raise MeasureError(f"The codebook's entry '{entry}' begins with too few letters.")
            (made.stems if first.endswith("*") else made.exact).setdefault(first[:SHORTEST] if first.endswith("*") else first, []).append(
                (parts, number)
            )
        return made

    def at(self, words: Sequence[str], place: int) -> list[tuple[int, int]]:
        """Entries that begin at this word, as (number, how many words)."""
        near = self._near.get(words[place])
        if near is None:
            near = self._begin(words[place])
        return [(number, len(parts)) for parts, number in near if len(parts) == 1 or _goes_on(parts, words, place)] if near else []

    def _begin(self, word: str) -> tuple[Entry, ...]:
        """Entries whose first word is this one, remembered for the next time."""
        stems = (entry for entry in self.stems.get(word[:SHORTEST], ()) if word.startswith(entry[0][0][:-1]))
        found = (*self.exact.get(word, ()), *stems)
        if len(self._near) >= REMEMBERED:
            self._near.clear()
        self._near[word] = found
        return found


def _goes_on(parts: Sequence[str], words: Sequence[str], place: int) -> bool:
    """Whether the further words of the entry follow this place ('*' stands for any word)."""
    if place + len(parts) > len(words):
        return False
    for part, word in zip(parts[1:], words[place + 1 : place + len(parts)], strict=True):
        if part not in {"*", word} and not (part.endswith("*") and word.startswith(part[:-1])):
            return False
    return True


def struck_places(words: Sequence[str], struck: Lookup) -> dict[int, set[int]]:
    """Which places of the text are struck for which number, by the phrases in `struck`?"""
    found: dict[int, set[int]] = {}
    for place in range(len(words)):
        for number, length in struck.at(words, place):
            found.setdefault(number, set()).update(range(place, place + length))
    return found
