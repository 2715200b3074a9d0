"""Where do the numbers of force on a page come from? Released tables for the public and the council, exact counts of the slice for staff."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.privacy.release import Released
from dashboard.schema.result import Estimate, Provenance, Status
from dashboard.schema.scope import Audience, Scope
from dashboard.services import force_catalog, policies, releases
from dashboard.services.force_catalog import Exact
from dashboard.settings import Settings

if TYPE_CHECKING:
    from dashboard.services.house import House

HINT = "Import use-of-force reports on the Data page; the published tables are then made by themselves."
NONE = "No use of force is recorded or published for this period and place."
EDGE = dt.timedelta(days=15)  # by how much the first and last day may miss the ends of a year that counts as whole
TABLES = ("use_of_force", "arrests", "contacts", "population")
Counts = Released | Exact


@dataclass(frozen=True, slots=True)
class Numbers:
    """The tables of one answer, the year that is asked for ('all' for all), where they come from, and whether they are released."""

    tables: Mapping[str, Counts]
    year: str
    provenance: Provenance
    public: bool
    scope: Scope

    def table(self, name: str) -> Counts:
        """The table of that name; NotEnoughData when there is none."""
        if name not in self.tables:
            raise NotEnoughData(NONE, hint=HINT)
        return self.tables[name]

    def get(self, name: str) -> Counts | None:
        """The table of that name, if there is one."""
        return self.tables.get(name)


def numbers(house: House, scope: Scope, *names: str) -> Numbers:
    """The counts behind an answer for this audience. A name that ends with '_' takes every table that begins so. NotEnoughData without any force."""
    if scope.audience is Audience.STAFF:
        house.require(Permission.SEE_WORKBENCH, "exact counts of force")
        narrowed = house.within(scope)
        return Numbers(_exact(house, narrowed, names), "all", house.provenance(*TABLES), False, narrowed)
    edition = releases.in_force(house)
    released: dict[str, Counts] = {one.name: one for one in edition.tables if one.name in names or one.name.startswith(_families(names))}
    if force_catalog.PEOPLE not in {one.name for one in edition.tables}:
        raise NotEnoughData(NONE, hint=HINT)
    year = str(scope.start.year) if scope.start and scope.end and scope.start.year == scope.end.year else "all"
    people = edition.table(force_catalog.PEOPLE)
    if year != "all" and year not in people.levels("year"):
        raise NotEnoughData(f"No use of force is published for {year}.", hint=f"Published years: {', '.join(people.levels('year'))}.")
    return Numbers(released, year, edition.provenance(house), True, scope)


def _families(names: Iterable[str]) -> tuple[str, ...]:
    """The names that stand for a family of tables."""
    return tuple(name for name in names if name.endswith("_"))


def _exact(house: House, scope: Scope, names: tuple[str, ...]) -> dict[str, Counts]:
    """The asked-for tables of a slice, exact."""
    version = f"{house.version(*TABLES)} {policies.version(house)}"
    return {one.name: one for name in names for one in kept(house.home.path, version, house.settings, scope, name)}


@functools.lru_cache(maxsize=64)
def kept(path: Path, _version: str, settings: Settings, scope: Scope, name: str) -> tuple[Exact, ...]:
    """One table (or family of tables) of a slice in this state of the data: the parts of a page ask for the same few, one after the other."""
    from dashboard.services.house import House

    house = House(path, settings)
    makers = {
        force_catalog.PEOPLE: force_catalog.people,
        force_catalog.INCIDENTS: force_catalog.incidents,
        force_catalog.ARRESTS: force_catalog.arrests,
        force_catalog.CALLS: force_catalog.calls,
    }
    found = force_catalog.techniques(house, scope) if name == force_catalog.TECHNIQUE else [makers[name](house, scope)]
    return tuple(Exact(one) for one in found if one is not None)


def estimate(count: int | None) -> Estimate:
    """A count without an interval; withheld where it is not published."""
    if count is None:
        return Estimate(None, status=Status.WITHHELD, reason="Withheld: too few people, or it would reveal a withheld number.")
    return Estimate(float(count), None, None, count)


def added(table: Counts, years: Iterable[str], **levels: str) -> int | None:
    """One cell summed over years; None where one of them is withheld."""
    parts = [table.count(year=year, **levels) for year in years]
    return None if any(part is None for part in parts) else sum(part for part in parts if part is not None)


def common_years(house: House, found: Numbers, *tables: tuple[str, str]) -> tuple[str, ...]:
    """The years for which all of these (released table, table of facts) have counts from its beginning to its end."""
    years: set[str] | None = None
    for name, facts in tables:
        table = found.get(name)
        own = set(table.levels("year")) if table is not None else set()
        first, last = house.facts.span(facts)
        if first is None or last is None:
            return ()
        begin, end = first - EDGE, last + EDGE
        if found.scope.start and found.scope.end and not found.public:
            whole = own if begin <= found.scope.start and found.scope.end <= end else set()
        else:
            whole = {year for year in own if begin <= dt.date(int(year), 1, 1) and dt.date(int(year), 12, 31) <= end}
        years = whole if years is None else years & whole
    kept = sorted(years or ())
    return tuple(year for year in kept if found.year in {"all", year})


def coarse(house: House) -> bool:
    """Are there force reports of which only the year is known? Then no step finer than a year is drawn."""
    return _coarse(house.home.path, house.version("use_of_force"), house.settings)


@functools.lru_cache(maxsize=8)
def _coarse(path: Path, _version: str, settings: Settings) -> bool:
    """The same for this state of the data, whatever slice the page shows."""
    from dashboard.services.house import House

    frame = House(path, settings).facts.units("incidents", ("date_precision",))
    return bool((frame["date_precision"] == "year").any())


def slice_words(found: Numbers) -> str:
    """The slice in words."""
    where = ", ".join(found.scope.districts) if not found.public and found.scope.districts else "the whole agency"
    if found.public or not (found.scope.start and found.scope.end):
        return f"{'all years' if found.year == 'all' else found.year}, {where}"
    return f"{found.scope.start} to {found.scope.end}, {where}"
