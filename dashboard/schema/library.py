"""Documents with their versions, meetings, and questions of residents: what they are, and what can be kept."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from dashboard.errors import ScopeError

KINDS: Mapping[str, str] = {"policy": "Policy", "report": "Report", "agenda": "Agenda", "minutes": "Minutes", "other": "Other"}
DRAFT, PUBLISHED, WITHDRAWN = "draft", "published", "withdrawn"
DOCUMENT_STATES: Mapping[str, str] = {DRAFT: "Draft", PUBLISHED: "Published", WITHDRAWN: "Withdrawn"}
PLANNED, HELD, CANCELLED = "planned", "held", "cancelled"
MEETING_STATES: Mapping[str, str] = {PLANNED: "Planned", HELD: "Held", CANCELLED: "Cancelled"}
WAITING, ANSWERED, DECLINED = "waiting", "answered", "declined"
QUESTION_STATES: Mapping[str, str] = {WAITING: "Waiting", ANSWERED: "Answered", DECLINED: "Not published"}
PDF, HTML = "application/pdf", "text/html"
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
MOST_QUESTION = 1_000


@dataclass(frozen=True, slots=True)
class Document:
    """One policy, report, agenda or minutes; its files are its versions."""

    id: str
    kind: str
    title: str
    summary: str = ""
    meeting: str = ""
    state: str = DRAFT


@dataclass(frozen=True, slots=True)
class Version:
    """One file of a document: from which day it holds, what changed, what kind of file it is. `published` once the public may read it."""

    document: str
    number: int
    effective: dt.date
    note: str
    name: str
    media: str
    size: int
    sha256: str
    published: bool


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting that residents may come to."""

    id: str
    title: str
    day: dt.date
    starts: str = ""
    ends: str = ""
    place: str = ""
    join: str = ""
    agenda: str = ""
    minutes: str = ""
    state: str = PLANNED


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a resident, redacted before it was stored, with its answer."""

    id: str
    words: str
    asked: dt.date
    state: str = WAITING
    answer: str = ""
    answered: dt.date | None = None


def document(one: Document) -> Document:
    """The document, if it can be kept."""
    title = " ".join(one.title.split())
    if not title or len(title) > 200:
        raise ScopeError("A document needs a title of at most 200 characters.")
    if one.kind not in KINDS or one.state not in DOCUMENT_STATES:
        raise ScopeError("There is no such kind of document.", hint=f"Choose: {', '.join(KINDS)}.")
    return replace(one, title=title, summary=one.summary.strip()[:2_000])


def meeting(one: Meeting) -> Meeting:
    """The meeting, if it can be kept."""
    title = " ".join(one.title.split())
    if not title or len(title) > 200:
        raise ScopeError("A meeting needs a title of at most 200 characters.")
    for text in (one.starts, one.ends):
        if text and not CLOCK.fullmatch(text):
            raise ScopeError(f"'{text}' is not a time of day.", hint="Write 18:00.")
    if one.ends and (not one.starts or one.ends <= one.starts):
        raise ScopeError("The meeting ends before it starts.", hint="Give both times of one day.")
    if one.state not in MEETING_STATES:
        raise ScopeError("There is no such state of a meeting.")
    return replace(one, title=title)


def current(versions: list[Version], day: dt.date) -> Version | None:
    """Which version is in force on this day? The last one that already holds, else the first to come; None without any."""
    ordered = sorted(versions, key=lambda one: (one.effective, one.number))
    holding = [one for one in ordered if one.effective <= day]
    return holding[-1] if holding else ordered[0] if ordered else None
