"""The sample agency's outreach: two years of events, their promises, and some that are coming up."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dashboard.schema.outreach import HELD, Event, Promise, checked, promised
from dashboard.services.forms import today
from dashboard.store.outreach import Outreach
from data_sources.sample import outreach

if TYPE_CHECKING:
    from dashboard.services.house import House

COMING = (
    (6, "Coffee with a Cop, Northgate", "coffee", "09:00", "10:30", "Northgate public library", "Northgate", "English, Spanish"),
    (13, "Advisory council", "council", "18:00", "19:30", "Town hall", "", "English"),
    (27, "Neighborhood meeting, Harbor", "meeting", "18:00", "19:30", "Harbor community center", "Harbor", "English"),
)


def make(house: House, who: str) -> None:
    """Write it down. Nothing when there are events already."""
    store = Outreach(house.records)
    if store.events():
        return
    found = list(outreach.events())
    kept = store.keep_all([checked(_event(one)) for one in found] + [checked(one) for one in _coming(today(house))], who)
    for event, one in zip(kept, found, strict=False):
        for words, due, state, done in one.promises:
            store.promise(promised(Promise("", event.id, words, due, state, done, due)), who)


def _event(one: outreach.Held) -> Event:
    """One event that was held."""
    return Event(
        "",
        one.title,
        one.kind,
        one.day,
        one.starts,
        one.ends,
        one.place,
        one.district,
        one.languages,
        one.partners,
        "",
        HELD,
        one.staff,
        one.attendance,
        one.cost,
        one.groups,
    )


def _coming(day: dt.date) -> list[Event]:
    """Some events after this day."""
    return [
        Event("", title, kind, day + dt.timedelta(days=after), starts, ends, place, district, languages)
        for after, title, kind, starts, ends, place, district, languages in COMING
    ]
