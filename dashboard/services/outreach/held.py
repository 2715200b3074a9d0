"""What everybody may count of outreach: events that were held, by year and district; who came, under disclosure control; who lives there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData
from dashboard.privacy.cells import Dimension, Key
from dashboard.privacy.release import Released, release
from dashboard.schema.outreach import HELD, Event
from dashboard.schema.result import Provenance
from dashboard.schema.scope import Scope
from dashboard.schema.words import in_order
from dashboard.services.counts import staff, tally
from dashboard.store.outreach import Outreach

if TYPE_CHECKING:
    from dashboard.services.house import House

ELSEWHERE = "Whole agency"  # events that belong to no single district
MOST_DISTRICTS = 40
MOST_YEARS = 8


@dataclass(frozen=True, slots=True)
class Year:
    """One year of outreach: the events held, and the released counts of who came in all years."""

    name: str
    events: tuple[Event, ...]
    released: Released

    @property
    def came(self) -> dict[str, int | None]:
        """How many came by district; None: not shown."""
        return {place: self.released.count(year=self.name, district=place) for place in self.released.levels("district")}

    def of(self, district: str) -> tuple[Event, ...]:
        """The events of one district."""
        return tuple(one for one in self.events if (one.district or ELSEWHERE) == district)


def held(house: House) -> list[Event]:
    """Every event that was held, the newest first. NotEnoughData before the first."""
    found = [one for one in Outreach(house.records).events() if one.state == HELD]
    if not found:
        raise NotEnoughData("No outreach event has been written down yet.", hint="Staff enter events on this page, or bring a list.")
    return found


def years(house: House) -> dict[str, str]:
    """The years with events that were held, the newest first; for a choice on a page."""
    return {year: year for year in sorted({str(one.day.year) for one in Outreach(house.records).events() if one.state == HELD}, reverse=True)}


def version(house: House) -> str:
    """Which state of outreach is this? Part of every cache key."""
    return Outreach(house.records).version()


def residents(house: House) -> dict[str, int]:
    """People who live in each district, from the newest population table that has districts; empty without one."""
    frame = tally(house.facts, "population", ("area_name", "area_level", "year"), staff(Scope()).and_where("universe", "residents"), ("population",))
    places = frame[frame["area_level"] == "district"] if not frame.empty else frame
    if places.empty:
        return {}
    newest = places[places["year"] == places["year"].max()]
    return {str(name): int(n) for name, n in zip(newest["area_name"], newest["population"], strict=True)}


def attendance(house: House, events: Sequence[Event]) -> Released:
    """How many came, by year and district: counts of 1 to 4 are withheld, with others that would give them away."""
    counted = Counter[tuple[str, str]]()
    for one in events:
        counted[str(one.day.year), one.district or ELSEWHERE] += one.attendance or 0
    names = sorted({place for _, place in counted} | set(residents(house)), key=lambda name: (name == ELSEWHERE, name))
    if len(names) > MOST_DISTRICTS:
        names, counted = [ELSEWHERE], Counter({(year, ELSEWHERE): n for (year, _), n in _by_year(counted).items()})
    shown = sorted({year for year, _ in counted})[-MOST_YEARS:]
    dimensions = (Dimension("year", tuple(shown)), Dimension("district", tuple(names)))
    least = int(house.settings.number("release.min_persons"))
    persons: dict[Key, int] = {key: n for key, n in counted.items() if key[0] in shown}
    return release("outreach", "People who came to events, by year and district", dimensions, persons, (("year", "district"),), least)


def _by_year(counted: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """The same counts without districts."""
    found = Counter[tuple[str, str]]()
    for (year, _), n in counted.items():
        found[year, ""] += n
    return found


def year(house: House, wanted: str = "") -> Year:
    """One year, the newest where none is named. NotEnoughData before the first event, or for a year without any."""
    events = held(house)
    name = wanted or str(events[0].day.year)
    mine = tuple(one for one in events if str(one.day.year) == name)
    released = attendance(house, events)
    if not mine or name not in released.levels("year"):
        raise NotEnoughData(f"No event of {name} has been written down.", hint="Choose another year.")
    return Year(name, mine, released)


def groups(house: House, events: Sequence[Event]) -> Released:
    """Counted people by group over these events, under the same control."""
    counted = Counter[str]()
    for one in events:
        counted.update(one.groups)
    names = tuple(in_order(list(counted))) or ("unknown",)
    persons: dict[Key, int] = {(group,): n for group, n in counted.items()}
    least = int(house.settings.number("release.min_persons"))
    return release("outreach_groups", "People who came to events, by group", (Dimension("group", names),), persons, (("group",),), least)


def provenance(house: House, released: Released) -> Provenance:
    """Where these numbers come from."""
    return Provenance(f"outreach {version(house)}", (), f"outreach-{released.checksum[:12]}", house.shown_settings(), house.home.sample)
