"""What a civilian review board writes down: samples drawn for audit, its own findings, recommendations with their history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.errors import ScopeError

MOST_DRAWN, MOST_WORDS = 500, 4000
JUDGEMENTS: Mapping[str, str] = {
    "sustained": "Sustained",
    "not_sustained": "Not sustained",
    "exonerated": "Exonerated",
    "unfounded": "Unfounded",
    "closed": "Closed without investigation",
}
STATES: Mapping[str, str] = {
    "made": "Made",
    "accepted": "Accepted",
    "partly": "Accepted in part",
    "declined": "Declined",
    "done": "Carried out",
    "withdrawn": "Withdrawn",
}
BOARD_STATES = ("made", "withdrawn")  # the rest is the agency's answer


def judgement_of(finding: str) -> str:
    """The agency's finding in the board's words; '' while there is none."""
    if finding in {"pending", "unknown", ""}:
        return ""
    return finding if finding in JUDGEMENTS else "closed"


@dataclass(frozen=True, slots=True)
class Sample:
    """Cases drawn by lot: whoever draws again from the same cases (`checksum`) with the same seed gets the same ones."""

    id: str
    seed: int
    size: int
    of_cases: int
    checksum: str
    first: dt.date | None
    last: dt.date | None
    who: str
    drawn: dt.datetime
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """The board's finding on one case of a sample, beside the agency's at that time."""

    sample_id: str
    case: str
    board: str
    agency: str
    note: str
    who: str
    moment: dt.datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One state of a recommendation: since when, said by whom, in which words."""

    state: str
    words: str
    who: str
    moment: dt.datetime


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What the board recommends, with its history; the last step is its state."""

    id: str
    title: str
    words: str
    steps: tuple[Step, ...]

    @property
    def state(self) -> str:
        """Where it stands."""
        return self.steps[-1].state


def checked_words(text: str, what: str) -> str:
    """Text that is not empty and not too long; ScopeError in one sentence."""
    found = text.strip()
    if not found:
        raise ScopeError(f"{what} is empty.", hint="Write a few words.")
    if len(found) > MOST_WORDS:
        raise ScopeError(f"{what} is longer than {MOST_WORDS:,} letters.", hint="Shorten it.")
    return found
