"""What is coming up, and how does a calendar subscribe to it?"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dashboard.schema.outreach import CANCELLED, HELD, KINDS, Event
from dashboard.store.outreach import Outreach

if TYPE_CHECKING:
    from icalendar import Calendar
    from icalendar import Event as Entry

    from dashboard.services.house import House

BACK = dt.timedelta(days=366)  # how far back the feed reaches
AN_HOUR = dt.timedelta(hours=1)


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
    """The iCalendar file (RFC 5545) of events from a year back on, in the agency's own zone. `address` is where this server is reached."""
    from icalendar import Calendar

    zone = ZoneInfo(house.settings.text("import.timezone") or "UTC")
    calendar: Calendar = Calendar()
    calendar.add("prodid", "-//Common Ground//Outreach//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{house.name}: outreach")
    for one in Outreach(house.records).events():
        if one.day >= day - BACK:
            calendar.add_component(_entry(one, zone, address))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _entry(one: Event, zone: ZoneInfo, address: str) -> Entry:
    """One event; a whole day where no time is known."""
    from icalendar import Event as Entry

    entry: Entry = Entry()
    host = address.partition("://")[2].partition("/")[0].partition(":")[0] or "localhost"
    entry.add("uid", f"{one.id}@{host}")
    entry.add("dtstamp", dt.datetime.combine(one.day, dt.time(), dt.UTC))
    entry.add("summary", titled(one))
    if one.starts:
        start = dt.datetime.combine(one.day, dt.time.fromisoformat(one.starts), zone)
        entry.add("dtstart", start)
        entry.add("dtend", dt.datetime.combine(one.day, dt.time.fromisoformat(one.ends), zone) if one.ends else start + AN_HOUR)
    else:
        entry.add("dtstart", one.day)
        entry.add("dtend", one.day + dt.timedelta(days=1))
    place = ", ".join(part for part in (one.place, one.district) if part)
    if place:
        entry.add("location", place)
    more = (("", one.summary), ("Languages: ", one.languages), ("With: ", one.partners))
    about = "\n".join(f"{head}{text}" for head, text in more if text)
    if about:
        entry.add("description", about)
    entry.add("categories", [KINDS[one.kind]])
    entry.add("status", "CANCELLED" if one.state == CANCELLED else "CONFIRMED")
    entry.add("url", f"{address}/outreach")
    return entry
