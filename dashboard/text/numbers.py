"""Numbers and addresses in a comment: e-mail, links, phone, social security, birth date, street address, plate, badge and case numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from dashboard.text.spans import Span
from dashboard.text.wordlists import toml

_DIGIT = re.compile(r"\d")
_WEB = re.compile(r"[@./:]\S|\(at\)|\[at\]|\bdot\b|\bpunto\b|\b(?:insta|facebook|snap|tiktok|twitter|venmo|telegram|whatsapp|ig\b|fb\b)", re.I)
WITHOUT_DIGITS = frozenset({"EMAIL", "LINK"})
Found = tuple[str, int, re.Pattern[str]]


@cache
def patterns() -> tuple[tuple[Found, ...], tuple[Found, ...]]:
    """The patterns of patterns.toml (kind, rank, pattern): those that need no digit, and those that do."""
    shipped = toml("patterns.toml")
    made = [
        (one["kind"], one["rank"], re.compile(_whole(one["find"], shipped["parts"]), 0 if one.get("exact_case") else re.IGNORECASE))
        for one in shipped["pattern"]
    ]
    return tuple(one for one in made if one[0] in WITHOUT_DIGITS), tuple(one for one in made if one[0] not in WITHOUT_DIGITS)


def _whole(pattern: str, parts: dict[str, str]) -> str:
    """The pattern with every <part> filled in (parts may hold parts)."""
    for _ in range(2):
        for name, part in parts.items():
            pattern = pattern.replace(f"<{name}>", part) if f"(?P<{name}>" not in pattern else pattern
    return pattern


def found(text: str) -> Iterator[Span]:
    """Every number, address, e-mail and link in the text (they may overlap)."""
    letters, digits = patterns()
    if _WEB.search(text):
        yield from _matches(text, letters)
    if _DIGIT.search(text):
        yield from _matches(text, digits)


def _matches(text: str, wanted: Sequence[Found]) -> Iterator[Span]:
    """The spans of these patterns."""
    for kind, rank, pattern in wanted:
        item = "x" if "x" in pattern.groupindex else 0
        for match in pattern.finditer(text):
            yield Span(match.start(item), match.end(item), kind, rank)
