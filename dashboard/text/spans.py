"""Where in a text something was found, and which of two finds that overlap stays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """Characters start..end (end not included) are of this kind; of two that overlap the one of higher rank stays, then the longer."""

    start: int
    end: int
    kind: str
    rank: int = 0


def settled(spans: Iterable[Span]) -> list[Span]:
    """The spans that stay, none overlapping, in order of place."""
    kept: list[Span] = []
    for one in sorted(spans, key=lambda s: (s.start, -s.rank, s.start - s.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
        elif (one.rank, one.end - one.start) > (kept[-1].rank, kept[-1].end - kept[-1].start):
            kept[-1] = one
    return kept
