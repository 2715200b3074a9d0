"""Where do districts lie? A GeoJSON file of areas, matched to the names of districts by the property that names most of them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboard.errors import SourceError
from dashboard.schema.mapping import folded

Ring = tuple[tuple[float, float], ...]  # longitude and latitude of the corners
LARGEST = 50_000_000  # bytes
MOST_CORNERS = 400  # of one ring: finer coasts are thinned, a map on a page shows no more
DIGITS = 5  # about a metre
HINT = "Export the districts as GeoJSON with longitude and latitude (WGS 84)."


@dataclass(frozen=True, slots=True)
class Boundaries:
    """The shapes that were found: district -> outer rings; `unmatched` districts have none, `spare` names belong to no district."""

    shapes: Mapping[str, tuple[Ring, ...]]
    unmatched: tuple[str, ...]
    spare: tuple[str, ...]


def read(path: Path, districts: Sequence[str]) -> Boundaries:
    """The areas of a GeoJSON file under the agency's own names of districts. SourceError in one sentence when it is no such file."""
    features = _features(path)
    best = max(_names(features), key=lambda name: len(_matches(features, name, districts)), default="")
    found = _matches(features, best, districts)
    if not found:
        known = ", ".join(districts[:5]) or "none yet: import stops first"
        raise SourceError("No area in this file has the name of a district.", hint=f"The districts are: {known}.", where=path.name)
    shapes = {district: tuple(ring for feature in parts for ring in _rings(feature, path.name)) for district, parts in found.items()}
    taken = {id(feature) for parts in found.values() for feature in parts}
    spare = tuple(str(feature["properties"].get(best, "")) for feature in features if id(feature) not in taken)
    return Boundaries(shapes, tuple(name for name in districts if name not in shapes), spare)


def _features(path: Path) -> list[dict[str, Any]]:
    """The areas of the file: those that have a shape."""
    if path.stat().st_size > LARGEST:
        raise SourceError("The file is too large for district boundaries.", hint="Simplify the shapes; a few megabytes are plenty.", where=path.name)
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        features = content["features"] if content.get("type") == "FeatureCollection" else []
    except (ValueError, AttributeError, KeyError, RecursionError):
        features = []
    kinds = {"Polygon", "MultiPolygon"}
    listed = features if isinstance(features, list) else []
    found = [one for one in listed if isinstance(one, dict) and isinstance(one.get("geometry"), dict) and one["geometry"].get("type") in kinds]
    if not found:
        raise SourceError("This is no GeoJSON file of areas.", hint=HINT, where=path.name)
    return [{**one, "properties": one["properties"] if isinstance(one.get("properties"), dict) else {}} for one in found]


def _names(features: Iterable[dict[str, Any]]) -> list[str]:
    """Every property that any area carries."""
    return list(dict.fromkeys(str(name) for one in features for name in one["properties"]))


def _key(name: object) -> str:
    """A district's name as it is compared: case, blanks, 'district' and leading noughts do not count."""
    text = folded(str(name)).removeprefix("district").removeprefix("precinct").removesuffix("district").removesuffix("precinct")
    return text.lstrip("0") or text


def _matches(features: Sequence[dict[str, Any]], name: str, districts: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """District -> areas that this property gives its name."""
    keys = {_key(district): district for district in districts}
    found: dict[str, list[dict[str, Any]]] = {}
    for one in features:
        district = keys.get(_key(one["properties"].get(name, "")))
        if district is not None:
            found.setdefault(district, []).append(one)
    return found


def _rings(feature: Mapping[str, Any], where: str) -> list[Ring]:
    """The outer rings of one area, rounded and thinned; holes are not drawn."""
    shape = feature["geometry"]
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    try:
        rings = [tuple((round(float(corner[0]), DIGITS), round(float(corner[1]), DIGITS)) for corner in polygon[0]) for polygon in polygons]
    except (TypeError, ValueError, IndexError) as error:
        raise SourceError("An area in this file has a damaged shape.", hint=HINT, where=where) from error
    if any(len(ring) < 4 or any(not (-180 <= x <= 180 and -90 <= y <= 90) for x, y in ring) for ring in rings):
        raise SourceError("The coordinates are not longitude and latitude.", hint=HINT, where=where)
    return [_thinned(ring) for ring in rings]


def _thinned(ring: Ring) -> Ring:
    """At most so many corners, evenly taken, closed again."""
    step = math.ceil(len(ring) / MOST_CORNERS)
    kept = ring[::step]
    return kept if kept[-1] == ring[-1] else (*kept, ring[-1])
