"""How does a calendar subscribe to what is coming? One iCalendar writer (RFC 5545) for outreach events and public meetings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Calendar, Event

    from dashboard.services.house import House

BACK = dt.timedelta(days=366)  # how far back a feed reaches
AN_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a feed. `starts` and `ends` are '18:30' in the agency's zone or empty; `page` is the page of ours that tells of it."""

    name: str
    title: str
    day: dt.date
    starts: str
    ends: str
    place: str
    about: str
    page: str
    cancelled: bool = False
    kind: str = ""


def written(house: House, what: str, entries: Iterable[Entry], day: dt.date, address: str) -> bytes:
    """The iCalendar file of the entries from a year before `day` on. `what` names the feed; `address` is where this server is reached."""
    from icalendar import Calendar

    zone = ZoneInfo(house.settings.text("import.timezone") or "UTC")
    calendar: Calendar = Calendar()
    calendar.add("prodid", f"-//Common Ground//{what.capitalize()}//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{house.name}: {what}")
    for one in entries:
        if one.day >= day - BACK:
            calendar.add_component(_event(one, zone, address))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(one: Entry, zone: ZoneInfo, address: str) -> Event:
    """One event; a whole day where no time is known."""
    from icalendar import Event

    event: Event = Event()
    host = address.partition("://")[2].partition("/")[0].partition(":")[0] or "localhost"
    event.add("uid", f"{one.name}@{host}")
    event.add("dtstamp", dt.datetime.combine(one.day, dt.time(), dt.UTC))
    event.add("summary", f"Cancelled: {one.title}" if one.cancelled else one.title)
    if one.starts:
        start = dt.datetime.combine(one.day, dt.time.fromisoformat(one.starts), zone)
        event.add("dtstart", start)
        event.add("dtend", dt.datetime.combine(one.day, dt.time.fromisoformat(one.ends), zone) if one.ends else start + AN_HOUR)
    else:
        event.add("dtstart", one.day)
        event.add("dtend", one.day + dt.timedelta(days=1))
    for field, text in (("location", one.place), ("description", one.about)):
        if text:
            event.add(field, text)
    if one.kind:
        event.add("categories", [one.kind])
    event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    event.add("url", f"{address}/{one.page}")
    return event
