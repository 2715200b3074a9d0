"""The comments that were labelled by hand, and what was labelled in them (labelled.txt)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from dashboard.text.redact import Roster, plain
from dashboard.text.wordlists import shipped

_ITEM = re.compile(r"\{([A-Z]+):([^{}]*)\}")
TONES = {"+": 1, "-": -1, "0": 0}


@dataclass(frozen=True, slots=True)
class Item:
    """Characters start..end of the plain text must be taken out as this kind."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Labelled:
    """One comment with what a person found in it. Every second one is `kept` back: rules were mended looking at the others only."""

    part: str
    language: str
    tone: int
    themes: frozenset[str]
    text: str
    items: tuple[Item, ...]
    kept: bool

    @property
    def clean(self) -> bool:
        """Whether nothing may be altered."""
        return not self.items


@cache
def comments() -> tuple[Labelled, ...]:
    """Every labelled comment, in order."""
    made: list[Labelled] = []
    part = ""
    for line in shipped("labelled.txt").splitlines():
        if line.startswith("== "):
            part = line.removeprefix("== ")
        elif line and not line.startswith(("#", "roster:")):
            language, tone, themes, text = (one.strip() for one in line.split("|", 3))
            marked = frozenset(one for one in themes.split(",") if one)
            made.append(Labelled(part, language, TONES[tone], marked, *_parsed(text), kept=len(made) % 2 == 1))
    return tuple(made)


def _parsed(text: str) -> tuple[str, tuple[Item, ...]]:
    """The plain text without labels, and the items by their place in it."""
    seen, items, place = "", [], 0
    for match in _ITEM.finditer(text):
        seen += plain(text[place : match.start()])
        item = plain(match[2])
        items.append(Item(match[1], len(seen), len(seen) + len(item)))
        seen += item
        place = match.end()
    return seen + plain(text[place:]), tuple(items)


@cache
def roster() -> Roster:
    """The roster that goes with the labelled comments: about 70 % of the officers named in them."""
    lines = (line.removeprefix("roster:") for line in shipped("labelled.txt").splitlines() if line.startswith("roster:"))
    return Roster.of(name for line in lines for name in line.split("|"))
