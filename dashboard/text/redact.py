"""Which names and numbers in a comment could say who a person is? They are replaced by their kind before anyone reads it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from dashboard.text import numbers
from dashboard.text.named import people
from dashboard.text.spans import Span, settled
from dashboard.text.wordlists import folded, listed

VERSION = "1"  # raise it when the rules change: every comment is then read again before it is shown
KINDS = ("NAME", "PHONE", "EMAIL", "PLATE", "BADGE", "ADDRESS", "SSN", "BIRTH", "CASE", "LINK")
_HIDDEN = re.compile("[\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_WIDE = re.compile("[\uff01-\uff5e\u3000\U0001d400-\U0001d7ff\u2460-\u249b\u2070-\u209c]")
_PARTS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NOT_PARTS = frozenset(
    {"jr", "sr", "ii", "iii", "iv", "ofc", "officer", "sgt", "sergeant", "lt", "capt", "captain", "det", "detective", "cpl", "chief", "de", "la"}
)


@dataclass(frozen=True, slots=True)
class Redacted:
    """A comment as it may be read: `text` with [NAME], [PHONE] ... in place of what was found, and one mark per item, in order."""

    text: str
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Roster:
    """The names of people who work at the agency: single parts (first names and surnames), folded."""

    names: frozenset[str] = field(default=frozenset())

    @classmethod
    def of(cls, names: Iterable[str]) -> Roster:
        """A roster from names as an agency writes them ("Hollis, Dana M.", "Sgt. Dana Hollis"); initials and ranks are left out."""
        parts = (folded(part) for name in names for part in _PARTS.findall(name))
        return cls(frozenset(part for part in parts if len(part) > 1 and part not in _NOT_PARTS | listed("titles")))


NOBODY = Roster()


def comment(text: str, roster: Roster = NOBODY) -> Redacted:
    """What may be read of this comment? E-mail, phone, SSN, birth date, address, plate, badge, case number, link and name become [KIND].

    `roster` adds the agency's own names. Hidden and full-width characters are undone first, so that they cannot carry a number past the rules.
    What is already in brackets stays. Rules only: about one name in nine slips through, so a person checks every quotation.
    """
    seen, spans = found(text, roster)
    if not spans:
        return Redacted(seen, ())
    return Redacted(_replaced(seen, spans), tuple(one.kind for one in spans))


def found(text: str, roster: Roster = NOBODY) -> tuple[str, list[Span]]:
    """The plain text, and where in it something must be taken out (no two overlap)."""
    seen = plain(text)
    return seen, settled([*numbers.found(seen), *people(seen, roster.names)])


def plain(text: str) -> str:
    """The text as it looks: without characters that do not show, and with full-width or mathematical letters as plain ones."""
    if text.isascii():
        return text
    shown = _HIDDEN.sub("", text)
    return unicodedata.normalize("NFKC", shown) if _WIDE.search(shown) else shown


def _replaced(text: str, spans: Iterable[Span]) -> str:
    """The text with every span replaced by its kind in brackets."""
    parts, place = [], 0
    for one in spans:
        parts += [text[place : one.start], f"[{one.kind}]"]
        place = one.end
    return "".join([*parts, text[place:]])
