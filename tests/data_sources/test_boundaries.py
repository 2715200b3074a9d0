"""Boundary files: matched to districts by name, refused in one sentence, thinned, and drawn as they lie."""

import itertools
import json

import pytest

from dashboard.errors import SourceError
from data_sources.boundaries import MOST_CORNERS, read
from data_sources.sample import shapes

SQUARE = [[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]]


def area(name, corners=SQUARE, **more):
    return {"type": "Feature", "properties": {"OBJECTID": 7, "DIST": name, **more}, "geometry": {"type": "Polygon", "coordinates": [corners]}}


def file(tmp_path, *features, text=None):
    path = tmp_path / "districts.geojson"
    path.write_text(text if text is not None else json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    return path


def test_areas_are_matched_by_the_property_that_names_most_districts(tmp_path):
    path = file(tmp_path, area("District 03", label="x"), area("NORTH SIDE"), area("elsewhere"))
    found = read(path, ["3", "North Side", "South"])
    assert set(found.shapes) == {"3", "North Side"}
    assert found.unmatched == ("South",)
    assert found.spare == ("elsewhere",)


def test_a_district_of_several_parts_keeps_them_all(tmp_path):
    islands = {"type": "Feature", "properties": {"n": "A"}, "geometry": {"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]}}
    assert len(read(file(tmp_path, islands, {**area("A"), "properties": {"n": "A"}}), ["A"]).shapes["A"]) == 3


def test_a_fine_coast_is_thinned_and_stays_closed(tmp_path):
    many = [[n / 5000, 0.0] for n in range(5000)] + [[0.0, 0.0]]
    (ring,) = read(file(tmp_path, area("A", many)), ["A"]).shapes["A"]
    assert len(ring) <= MOST_CORNERS + 1
    assert ring[0] == ring[-1]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no GeoJSON"),
        ("[]", "no GeoJSON"),
        ("{}", "no GeoJSON"),
        ('{"type": "FeatureCollection", "features": 3}', "no GeoJSON"),
        ('{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": null}]}', "no GeoJSON"),
        ("<html>", "no GeoJSON"),
        ("[" * 100_000, "no GeoJSON"),
    ],
)
def test_what_is_no_boundary_file_is_refused_in_a_sentence(tmp_path, text, sentence):
    with pytest.raises(SourceError, match=sentence):
        read(file(tmp_path, text=text), ["A"])


def test_other_coordinates_and_damaged_shapes_are_refused(tmp_path):
    with pytest.raises(SourceError, match="not longitude and latitude"):
        read(file(tmp_path, area("A", [[500000, 4000000]] * 5)), ["A"])
    with pytest.raises(SourceError, match="damaged shape"):
        read(file(tmp_path, area("A", [["x", "y"]] * 5)), ["A"])
    with pytest.raises(SourceError, match="No area in this file"):
        read(file(tmp_path, area("B")), ["A"])


def test_the_sample_agency_lies_on_a_map_without_gaps():
    found = shapes.districts()
    assert len(found) == 8
    total = sum(_size(ring) for rings in found.values() for ring in rings)
    assert total == pytest.approx(4 * shapes.HALF[0] * shapes.HALF[1], rel=1e-3)


def _size(ring):
    pairs = itertools.pairwise(ring)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2
