"""Which events does a list hold? A CSV or workbook, one line an event, read by its headings; what is known already is told apart by day and title."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.errors import CommonGroundError, ScopeError, SourceError
from dashboard.schema.outreach import HELD, KINDS, PLANNED, STATES, Event, checked
from dashboard.schema.words import RACE_GROUPS
from data_sources import staff_list

# our field -> headings that mean it, compared without case, spaces and signs
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "event", "eventname", "name"),
    "kind": ("kind", "type", "eventtype", "category"),
    "day": ("date", "day", "eventdate"),
    "starts": ("starts", "start", "starttime", "time"),
    "ends": ("ends", "end", "endtime"),
    "place": ("place", "location", "venue", "address"),
    "district": ("district", "area", "beat", "precinct", "division"),
    "languages": ("languages", "language"),
    "partners": ("partners", "partner", "with"),
    "summary": ("summary", "description", "notes"),
    "state": ("state", "status"),
    "staff": ("staff", "officers", "staffcount"),
    "attendance": ("attendance", "attendees", "people", "visitors"),
    "cost": ("cost", "spent"),
}
EXAMPLE = (
    "date,title,kind,start,end,place,district,languages,partners,staff,attendance,cost,state\n"
    '2026-05-14,Coffee at the library,coffee,08:30,10:00,Main library,Northgate,"English, Spanish",Public library,4,37,120,held\n'
)
DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y")


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that was read: `new` events, how many lines are `known` already, and what cannot be kept as (line, reason)."""

    new: tuple[Event, ...]
    known: int
    faults: tuple[tuple[int, str], ...]


def read(name: str, content: bytes, there: Sequence[Event], districts: Sequence[str]) -> Listed:
    """Read a list. SourceError when it has no heading for the day or the title; a bad line is told with its number, the others stay."""
    header, rows = staff_list.read(name, content, of="an event")
    places = _places(header)
    missing = [word for word in ("day", "title") if word not in places]
    if missing:
        need = " and ".join({"day": "a date", "title": "a title"}[one] for one in missing)
        raise SourceError(f"The list has no column with {need}.", hint="The first line holds headings: date, title, kind, district.", where=name)
    taken = {(one.day, one.title.casefold()) for one in there}
    new: list[Event] = []
    known, faults = 0, []
    for number, row in enumerate(rows, start=2):
        try:
            event = _event(row, places, header, districts)
        except CommonGroundError as error:
            faults.append((number, f"{error.message} {error.hint}".strip()))
            continue
        key = (event.day, event.title.casefold())
        if key in taken:
            known += 1
            continue
        taken.add(key)
        new.append(event)
    return Listed(tuple(new), known, tuple(faults))


def _plain(text: str) -> str:
    """A heading or a word without case, spaces and signs."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _places(header: Sequence[str]) -> dict[str, int]:
    """Our field -> its column; the first heading that means it wins."""
    found: dict[str, int] = {}
    for place, heading in enumerate(header):
        for field, words in HEADINGS.items():
            if _plain(heading) in words:
                found.setdefault(field, place)
    return found


def _event(row: Sequence[str], places: Mapping[str, int], header: Sequence[str], districts: Sequence[str]) -> Event:
    """One line. ScopeError for what cannot be kept."""
    cell = {field: row[place].strip() if place < len(row) else "" for field, place in places.items()}
    counted = {group: _count(row[place], heading) or 0 for place, heading in enumerate(header) if (group := _group(heading))}
    attendance = _count(cell.get("attendance", ""), "attendance")
    state = _word(cell.get("state", ""), STATES, HELD if attendance is not None else PLANNED, "state")
    event = Event(
        "",
        cell["title"],
        _word(cell.get("kind", ""), KINDS, "other", "kind"),
        _day(cell["day"]),
        cell.get("starts", ""),
        cell.get("ends", ""),
        cell.get("place", ""),
        _district(cell.get("district", ""), districts),
        cell.get("languages", ""),
        cell.get("partners", ""),
        cell.get("summary", ""),
        state,
        _count(cell.get("staff", ""), "staff"),
        attendance,
        _money(cell.get("cost", "")),
        counted,
    )
    return checked(dataclasses.replace(event, groups={group: n for group, n in counted.items() if n}))


def _group(heading: str) -> str:
    """The group that a column of counts belongs to; '' for other columns."""
    return next((group for group, words in RACE_GROUPS.items() if _plain(heading) in {_plain(group), _plain(words)}), "")


def _word(text: str, known: Mapping[str, str], empty: str, what: str) -> str:
    """One of our words, by its key or as people read it; refused when it is another."""
    if not text:
        return empty
    found = next((key for key, words in known.items() if _plain(text) in {_plain(key), _plain(words)}), "")
    if not found:
        raise ScopeError(f"There is no {what} '{text}'.", hint=f"Write one of: {', '.join(known)}.")
    return found


def _day(text: str) -> dt.date:
    """A date as 2026-05-14, 5/14/2026 or 14.5.2026."""
    first = text.partition(" ")[0].partition("T")[0]
    for form in DAYS:
        try:
            return dt.datetime.strptime(first, form).date()
        except ValueError:
            continue
    raise ScopeError(f"'{text}' is not a date." if text else "The date is empty.", hint="Write it as 2026-05-14.")


def _count(text: str, what: str) -> int | None:
    """A whole number; None where empty."""
    clean = text.strip().replace(",", "").removesuffix(".0")
    if not clean:
        return None
    if not clean.isdecimal():
        raise ScopeError(f"'{text}' is not a number ({what}).", hint="Write digits only, or leave it empty.")
    return int(clean)


def _money(text: str) -> float | None:
    """An amount; None where empty."""
    clean = text.strip().lstrip("$€£").replace(",", "")
    if not clean:
        return None
    try:
        return float(clean)
    except ValueError as error:
        raise ScopeError(f"'{text}' is not an amount (cost).", hint="Write digits only, or leave it empty.") from error


def _district(text: str, districts: Sequence[str]) -> str:
    """A district as the agency writes it; '' for the whole agency; refused when the agency has districts and this is none of them."""
    if not text or not districts:
        return text
    found = next((name for name in districts if _plain(name) == _plain(text)), "")
    if not found:
        raise ScopeError(f"There is no district '{text}'.", hint=f"The districts are: {', '.join(districts)}; empty for the whole agency.")
    return found
