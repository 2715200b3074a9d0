"""What is an event at which the agency met its community, and what was promised there? Kinds, states, and the checks before one is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from dashboard.errors import ScopeError
from dashboard.schema.words import RACE_GROUPS

KINDS: Mapping[str, str] = {
    "coffee": "Coffee with a Cop",
    "youth": "Youth programme",
    "meeting": "Community meeting",
    "council": "Advisory council",
    "academy": "Citizen academy",
    "walk": "Neighborhood walk",
    "fair": "Fair or open day",
    "other": "Other",
}
PLANNED, HELD, CANCELLED = "planned", "held", "cancelled"
STATES: Mapping[str, str] = {PLANNED: "Planned", HELD: "Held", CANCELLED: "Cancelled"}
OPEN, KEPT, NOT_KEPT = "open", "kept", "not_kept"
PROMISE_STATES: Mapping[str, str] = {OPEN: "Open", KEPT: "Kept", NOT_KEPT: "Not kept"}
LONGEST = {"title": 160, "place": 200, "partners": 300, "languages": 120, "summary": 2_000, "words": 600, "done": 600}
MOST_PEOPLE = 100_000
MOST_COST = 10_000_000.0


@dataclass(frozen=True, slots=True)
class Event:
    """One event. Times are the agency's local ones; `groups` counts who came, as far as they were counted; `cost` in the agency's money."""

    id: str
    title: str
    kind: str
    day: dt.date
    starts: str = ""
    ends: str = ""
    place: str = ""
    district: str = ""
    languages: str = ""
    partners: str = ""
    summary: str = ""
    state: str = PLANNED
    staff: int | None = None
    attendance: int | None = None
    cost: float | None = None
    groups: Mapping[str, int] = field(default_factory=dict)
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that was promised at an event: what, until when, and what became of it."""

    id: str
    event_id: str
    words: str
    due: dt.date | None = None
    state: str = OPEN
    done: str = ""
    settled: dt.date | None = None


def _short(name: str, text: str, what: str) -> str:
    """Text without edges; refused where it is too long."""
    clean = " ".join(text.split()) if name != "summary" else text.strip()
    if len(clean) > LONGEST[name]:
        raise ScopeError(f"The {what} is longer than {LONGEST[name]:,} characters.", hint="Shorten it.")
    return clean


def clock(text: str) -> str:
    """'9:30' -> '09:30'; '' stays empty; refused where it is no time of day."""
    if not text.strip():
        return ""
    hour, _, minute = text.strip().partition(":")
    if not (hour.isdecimal() and (minute or "0").isdecimal() and int(hour) < 24 and int(minute or 0) < 60):
        raise ScopeError(f"'{text.strip()}' is not a time of day.", hint="Write it as 18:30.")
    return f"{int(hour):02d}:{int(minute or 0):02d}"


def _number(value: float | None, most: float, what: str) -> None:
    """Refuse a count that cannot be."""
    if value is not None and not 0 <= value <= most:
        raise ScopeError(f"The {what} must lie between 0 and {most:,.0f}.")


def checked(event: Event) -> Event:
    """The event as it is kept; ScopeError in one sentence for what cannot be kept."""
    title = _short("title", event.title, "title")
    if not title:
        raise ScopeError("The event needs a title.")
    if event.kind not in KINDS or event.state not in STATES:
        raise ScopeError("Choose the kind and the state of the event from the list.")
    if not dt.date(1990, 1, 1) <= event.day <= dt.date(2100, 1, 1):
        raise ScopeError(f"The day {event.day:%Y-%m-%d} cannot be right.", hint="Choose a day after 1990.")
    starts, ends = clock(event.starts), clock(event.ends)
    if starts and ends and ends <= starts:
        raise ScopeError(f"The event ends ({ends}) before it starts ({starts}).")
    for value, most, what in ((event.staff, MOST_PEOPLE, "staff"), (event.attendance, MOST_PEOPLE, "attendance"), (event.cost, MOST_COST, "cost")):
        _number(value, most, what)
    if event.state != HELD and event.attendance is not None:
        raise ScopeError("Attendance belongs to an event that was held.", hint="Set its state to Held, or leave the attendance empty.")
    _groups(event)
    return Event(
        event.id,
        title,
        event.kind,
        event.day,
        starts,
        ends,
        _short("place", event.place, "place"),
        " ".join(event.district.split()),
        _short("languages", event.languages, "list of languages"),
        _short("partners", event.partners, "list of partners"),
        _short("summary", event.summary, "text"),
        event.state,
        event.staff,
        event.attendance,
        event.cost,
        {name: int(n) for name, n in event.groups.items() if n},
        event.feedback,
    )


def _groups(event: Event) -> None:
    """Refuse groups that are not ours, or more people in groups than came."""
    for name, n in event.groups.items():
        if name not in RACE_GROUPS:
            raise ScopeError(f"There is no group '{name}'.", hint=f"The groups are: {', '.join(RACE_GROUPS)}.")
        _number(n, MOST_PEOPLE, f"number of {RACE_GROUPS[name]} people")
    counted = sum(event.groups.values())
    if counted and (event.attendance is None or counted > event.attendance):
        raise ScopeError(
            f"The groups add up to {counted:,}, more than the attendance of {event.attendance or 0:,}.", hint="Count each person in one group."
        )


def promised(promise: Promise) -> Promise:
    """The promise as it is kept; ScopeError in one sentence for what cannot be kept."""
    words, done = _short("words", promise.words, "promise"), _short("done", promise.done, "text")
    if not words:
        raise ScopeError("Write down what was promised.")
    if promise.state not in PROMISE_STATES:
        raise ScopeError("Choose the state of the promise from the list.")
    if promise.state != OPEN and not done:
        raise ScopeError("Write down what was done, or why it was not.", hint="It is shown beside the promise.")
    settled = promise.settled if promise.state != OPEN else None
    return Promise(promise.id, promise.event_id, words, promise.due, promise.state, done, settled)
