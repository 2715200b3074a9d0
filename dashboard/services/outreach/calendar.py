"""What is coming up, and how does a calendar subscribe to it?"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dashboard.schema.outreach import CANCELLED, HELD, KINDS, Event
from dashboard.services import ical
from dashboard.store.outreach import Outreach

if TYPE_CHECKING:
    from dashboard.services.house import House


def coming(house: House, day: dt.date) -> list[Event]:
    """Events from this day on, the next first, cancelled ones among them."""
    found = [one for one in Outreach(house.records).events() if one.day >= day and one.state != HELD]
    return sorted(found, key=lambda one: (one.day, one.starts, one.title))


def lines(one: Event) -> tuple[str, ...]:
    """A coming event line by line: when, where, what kind, what about, languages, with whom; without what nobody filled in."""
    place = ", ".join(part for part in (one.place, one.district) if part)
    kind = KINDS[one.kind]
    told = (when(one), place, "" if kind in one.title else kind, one.summary)
    more = [f"{head}: {text}" for head, text in (("Languages", one.languages), ("With", one.partners)) if text]
    return (*(line for line in told if line), *more)


def when(one: Event) -> str:
    """'Thu 3 Dec 2026, 18:00 to 19:30'."""
    hours = f", {one.starts}" + (f" to {one.ends}" if one.ends else "") if one.starts else ""
    return f"{one.day:%a} {one.day.day} {one.day:%b %Y}{hours}"


def titled(one: Event) -> str:
    """The title, marked when the event was cancelled."""
    return f"Cancelled: {one.title}" if one.state == CANCELLED else one.title


def feed(house: House, day: dt.date, address: str) -> bytes:
    """The iCalendar file of events from a year before `day` on, in the agency's own zone. `address` is where this server is reached."""
    return ical.written(house, "outreach", map(_entry, Outreach(house.records).events()), day, address)


def _entry(one: Event) -> ical.Entry:
    """One event of the feed."""
    place = ", ".join(part for part in (one.place, one.district) if part)
    more = (("", one.summary), ("Languages: ", one.languages), ("With: ", one.partners))
    about = "\n".join(f"{head}{text}" for head, text in more if text)
    return ical.Entry(one.id, one.title, one.day, one.starts, one.ends, place, about, "outreach", one.state == CANCELLED, KINDS[one.kind])
