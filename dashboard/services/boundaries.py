"""The map of districts: taken from a GeoJSON file, matched to the stops' districts, shown with published numbers only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.schema.picture import Area, MapPlot, Scale
from dashboard.schema.result import Estimate
from dashboard.services.restricted import restricted
from dashboard.store import boundaries as store
from dashboard.store.audit import Audit
from data_sources.boundaries import Boundaries, read

if TYPE_CHECKING:
    from dashboard.services.house import House


@restricted(Permission.IMPORT_DATA)
def take(house: House, path: Path, who: str) -> Boundaries:
    """Read a boundary file and keep its shapes in place of older ones. SourceError in one sentence when it does not fit; nothing changes then."""
    found = read(path, [str(name) for name in house.facts.values("stops", "district")])
    store.keep(house.home, found.shapes)
    Audit(house.records).append(who, "boundaries", path.name, {"districts": len(found.shapes), "without": list(found.unmatched)})
    return found


@restricted(Permission.IMPORT_DATA)
def forget(house: House, who: str) -> None:
    """Take the map away."""
    store.drop(house.home)
    Audit(house.records).append(who, "boundaries", "removed")


def districts(house: House) -> tuple[str, ...]:
    """Which districts have a shape?"""
    return tuple(store.kept(house.home))


def as_map(house: House, numbers: dict[str, Estimate], title: str, subtitle: str, axis: str, *, scale: Scale = "percent") -> MapPlot | None:
    """A map of shares, or of other numbers, by district; None where no boundaries are kept."""
    shapes = store.kept(house.home)
    areas = tuple(Area(name, numbers.get(name, Estimate.unavailable("No number for this district.")), rings) for name, rings in shapes.items())
    return MapPlot(title, subtitle, areas, axis, scale) if areas else None
