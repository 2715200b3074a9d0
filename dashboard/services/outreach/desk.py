"""Write events and promises down, take them back, bring a list in, ask those who came for feedback."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import StoreError
from dashboard.schema.outreach import Event, Promise, checked, promised
from dashboard.services.forms import today
from dashboard.services.outreach.listed import EXAMPLE, Listed, read
from dashboard.services.restricted import restricted
from dashboard.store.outreach import Outreach
from dashboard.store.surveys import Surveys

if TYPE_CHECKING:
    from dashboard.services.house import House

__all__ = ["EXAMPLE", "Listed"]


@restricted(Permission.MANAGE_OUTREACH)
def events(house: House) -> list[Event]:
    """Every event, the newest day first."""
    return Outreach(house.records).events()


@restricted(Permission.MANAGE_OUTREACH)
def removed(house: House) -> list[Event]:
    """Events that were taken away, to bring them back."""
    return Outreach(house.records).events(removed=True)


@restricted(Permission.MANAGE_OUTREACH)
def districts(house: House) -> list[str]:
    """The districts of the agency, from its stops and its population table."""
    from dashboard.services.outreach.held import residents

    return sorted({str(name) for name in house.facts.values("stops", "district")} | set(residents(house)))


@restricted(Permission.MANAGE_OUTREACH)
def keep(house: House, event: Event, who: str) -> Event:
    """Add or change an event. ScopeError in one sentence for what cannot be kept."""
    return Outreach(house.records).keep(checked(event), who)


@restricted(Permission.MANAGE_OUTREACH)
def remove(house: House, event_id: str, who: str, *, back: bool = False) -> None:
    """Take an event away, or bring it back."""
    Outreach(house.records).remove(event_id, who, back=back)


@restricted(Permission.MANAGE_OUTREACH)
def promises(house: House, event_id: str) -> list[Promise]:
    """The promises of one event."""
    return [one for one in Outreach(house.records).promises() if one.event_id == event_id]


@restricted(Permission.MANAGE_OUTREACH)
def promise(house: House, one: Promise, who: str) -> Promise:
    """Add or change a promise; the day it was settled is set when it is."""
    return Outreach(house.records).promise(promised(dataclasses.replace(one, settled=one.settled or today(house))), who)


@restricted(Permission.MANAGE_OUTREACH)
def look(house: House, name: str, content: bytes) -> Listed:
    """Read a list of events (CSV or workbook): what would be kept, what is known already, and every line that cannot be kept, with its reason."""
    return read(name, content, Outreach(house.records).events(), districts(house))


@restricted(Permission.MANAGE_OUTREACH)
def bring(house: House, listed: Listed, who: str) -> int:
    """Keep the events of a list, all or none; how many were new."""
    return len(Outreach(house.records).keep_all(list(listed.new), who))


@restricted(Permission.MANAGE_OUTREACH)
def surveys(house: House) -> Mapping[str, str]:
    """Open surveys that people at an event can be asked to answer: id -> title."""
    store = Surveys(house.records)
    return {one.id: one.title for one in store.all() if one.family == "event" and any(not channel.off for channel in store.channels(one.id))}


@restricted(Permission.MANAGE_OUTREACH)
def ask_feedback(house: House, event_id: str, survey_id: str, who: str) -> str:
    """A link of the event's own to a survey, counted by itself; the link's code. The link it has already is kept."""
    store = Outreach(house.records)
    event = store.event(event_id)
    if event is None:
        raise StoreError("There is no such event any more.", hint="Reload the page.")
    if event.feedback:
        return event.feedback
    if survey_id not in surveys(house):
        raise StoreError("This survey is not open.", hint="Open an event survey on the page Surveys first.")
    made = Surveys(house.records).add_channel(survey_id, f"{event.title}, {event.day:%Y-%m-%d}"[:120], "event")
    store.keep(dataclasses.replace(event, feedback=made.code), who)
    return made.code
