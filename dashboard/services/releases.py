"""The published tables: made from the facts under disclosure control, frozen in the records, read by everything public."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.privacy.estimates import ReleasedEstimates, estimates_payload, restore_estimates
from dashboard.privacy.release import Released, as_payload, release, restore
from dashboard.schema.result import Provenance
from dashboard.services import benchmark, catalog, darkness, force_catalog, force_policies, policies
from dashboard.services.accountability import catalog as accountability
from dashboard.services.accountability import times
from dashboard.services.restricted import restricted

if TYPE_CHECKING:
    from dashboard.services.house import House
    from dashboard.store.releases import Published, Releases

CATALOGUE = {"stops": catalog.stops}
FAMILIES = (force_catalog.declared, accountability.declared)  # each gives any number of tables
# facts that published numbers rest on
TABLES = tuple(dict.fromkeys(("stops", "use_of_force", "arrests", "contacts", "population", *accountability.FACTS)))
TESTS = (darkness.published, benchmark.published, force_policies.published)
MORE_TESTS = (times.published,)  # each gives any number of results


@dataclass(frozen=True, slots=True)
class Edition:
    """One release in force: its id and day, the data version and settings it was made under, and its tables."""

    release_id: str
    made_on: str
    data_version: str
    settings: tuple[tuple[str, str], ...]
    tables: tuple[Released, ...]
    tests: tuple[ReleasedEstimates, ...] = ()

    def test(self, name: str) -> ReleasedEstimates:
        """The published results of the test of that name. NotEnoughData when this edition has none."""
        for one in self.tests:
            if one.name == name:
                return one
        raise NotEnoughData("This test has not been published yet.", hint="The next import publishes it.")

    def provenance(self, house: House) -> Provenance:
        """Where a number of this edition comes from."""
        return Provenance(self.data_version, (), self.release_id, self.settings, house.home.sample)

    def table(self, name: str) -> Released:
        """The released table of that name. NotEnoughData when this edition has none."""
        for one in self.tables:
            if one.name == name:
                return one
        raise NotEnoughData("Nothing has been published yet.", hint="Import the data behind it; the published tables are then made by themselves.")


def _store(house: House) -> Releases:
    from dashboard.store.releases import Releases

    return Releases(house.records)


def state(house: House) -> str:
    """What a release depends on: the data version and the settings that change published numbers."""
    return f"{house.version(*TABLES)} {policies.version(house)} {json.dumps(house.shown_settings())}"


@restricted(Permission.IMPORT_DATA)
def publish(house: House, who: str) -> Edition | None:
    """Make a release of the facts as they are now and put it in force; the edition already in force if nothing changed, None without data.

    When all data were taken back, an edition without tables takes the place of the old one: undone numbers do not stay in public.

    Raises ReleaseRefused, and leaves the old edition in force, when a table cannot be published safely.
    """
    newest = _store(house).newest()
    if newest is not None and newest.catalog.get("state") == state(house):
        return _edition(newest)
    before = _before(house)
    tables = []
    least = int(house.settings.number("release.min_persons"))
    alone = [declared(house) for declared in CATALOGUE.values()]
    for one in (*alone, *(table for family in FAMILIES for table in family(house))):
        if one is not None:
            earlier = [table for edition in before for table in edition.tables if table.name == one.name]
            tables.append(release(one.name, one.title, one.dimensions, one.persons, one.cuts, least, previous=earlier))
    if not tables and (newest is None or not newest.catalog["tables"]):
        return None
    entry = {
        "state": state(house),
        "data_version": house.version(*TABLES),
        "settings": [list(pair) for pair in house.shown_settings()],
        "tables": {one.name: {"title": one.title, "cells": len(one.cells), "withheld": one.withheld, "checksum": one.checksum} for one in tables},
    }
    found = [*(one(house) for one in TESTS), *(result for more in MORE_TESTS for result in more(house))] if tables else []
    tests = [estimates_payload(one) for one in found]
    payload = json.dumps({"tables": [as_payload(one) for one in tables], "tests": tests}, separators=(",", ":")).encode()
    return _edition(_store(house).publish(entry, payload, who, replaces=newest.id if newest else None))


def _before(house: House) -> list[Edition]:
    """Everything that was ever in public, against which small changes are protected: past releases can still be had."""
    return [_edition(one) for one in _store(house).all() if one.catalog["tables"]]


def current_id(house: House) -> str:
    """The id of the release in force, '' before the first."""
    newest = _store(house).newest()
    return newest.id if newest else ""


def in_force(house: House) -> Edition:
    """The edition that the public sees. NotEnoughData before the first one."""
    newest = _store(house).newest()
    if newest is None or not newest.catalog["tables"]:
        now = "yet" if newest is None else "now: its data were taken back"
        raise NotEnoughData(f"Nothing is published {now}.", hint="Import the agency's records; the published tables are then made by themselves.")
    return _edition(newest)


def edition(house: House, release_id: str) -> Edition:
    """Any edition that was ever published, exactly as it was. StoreError when there is none of that id."""
    return _edition(_store(house).get(release_id))


def _edition(published: Published) -> Edition:
    """The stored release, checked and restored."""
    return _restored(published.id, published.sha256, published.payload, f"{published.created:%Y-%m-%d}", json.dumps(dict(published.catalog)))


@functools.lru_cache(maxsize=8)
def _restored(release_id: str, _sha256: str, payload: bytes, made_on: str, entry: str) -> Edition:
    """Read once per release: a release never changes."""
    about = json.loads(entry)
    stored = json.loads(payload)
    tables = tuple(restore(one) for one in stored["tables"])
    tests = tuple(restore_estimates(one) for one in stored["tests"])
    return Edition(release_id, made_on, about["data_version"], tuple((a, b) for a, b in about["settings"]), tables, tests)
