"""How does a calendar subscribe to the meetings?"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dashboard.schema.library import CANCELLED, Meeting
from dashboard.services import ical
from dashboard.services.library import shelf

if TYPE_CHECKING:
    from dashboard.services.house import House


def meetings(house: House, day: dt.date, address: str) -> bytes:
    """The meetings from a year before `day` on, in the agency's zone."""
    return ical.written(house, "public meetings", map(_entry, shelf.meetings(house)), day, address)


def _entry(one: Meeting) -> ical.Entry:
    """One meeting."""
    about = "\n".join(text for text in (one.join, one.agenda) if text)
    stands = one.state == CANCELLED
    return ical.Entry(f"meeting-{one.id}", one.title, one.day, one.starts, one.ends, one.place, about, "library?part=Meetings", stands)
