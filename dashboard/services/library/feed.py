"""How does a calendar subscribe to the meetings? RFC 5545."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dashboard.schema.library import CANCELLED, Meeting
from dashboard.services.library import shelf

if TYPE_CHECKING:
    from icalendar import Calendar
    from icalendar import Event as Entry

    from dashboard.services.house import House

BACK = dt.timedelta(days=366)
AN_HOUR = dt.timedelta(hours=1)


def meetings(house: House, address: str) -> bytes:
    """The meetings from a year back on, in the agency's zone."""
    from icalendar import Calendar

    zone, day = ZoneInfo(house.settings.text("import.timezone") or "UTC"), shelf.today()
    calendar: Calendar = Calendar()
    calendar.add("prodid", "-//Common Ground//Meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{house.name}: public meetings")
    for one in shelf.meetings(house):
        if one.day >= day - BACK:
            calendar.add_component(_entry(one, zone, address))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _entry(one: Meeting, zone: ZoneInfo, address: str) -> Entry:
    """One meeting; a whole day where no time is known."""
    from icalendar import Event as Entry

    entry: Entry = Entry()
    host = address.partition("://")[2].partition("/")[0].partition(":")[0] or "localhost"
    entry.add("uid", f"meeting-{one.id}@{host}")
    entry.add("dtstamp", dt.datetime.combine(one.day, dt.time(), dt.UTC))
    entry.add("summary", f"Cancelled: {one.title}" if one.state == CANCELLED else one.title)
    if one.starts:
        start = dt.datetime.combine(one.day, dt.time.fromisoformat(one.starts), zone)
        entry.add("dtstart", start)
        entry.add("dtend", dt.datetime.combine(one.day, dt.time.fromisoformat(one.ends), zone) if one.ends else start + AN_HOUR)
    else:
        entry.add("dtstart", one.day)
        entry.add("dtend", one.day + dt.timedelta(days=1))
    if one.place:
        entry.add("location", one.place)
    about = "\n".join(text for text in (one.join, one.agenda) if text)
    if about:
        entry.add("description", about)
    entry.add("status", "CANCELLED" if one.state == CANCELLED else "CONFIRMED")
    entry.add("url", f"{address}/library?part=Meetings")
    return entry
