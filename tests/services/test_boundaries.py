"""The map of districts: kept as a whole, shown with published numbers only, gone when it is taken away."""

import json

import pyarrow as pa
import pytest

from dashboard.charts.draw import draw
from dashboard.charts.in_words import in_words
from dashboard.errors import NotEnoughData, SourceError
from dashboard.schema.picture import MapPlot
from dashboard.services import boundaries, imports, published_places, releases
from dashboard.store.audit import Audit
from data_sources.sample import shapes


def geojson(tmp_path, names):
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Polygon", "coordinates": [list(map(list, rings[0]))]}}
        for name, rings in shapes.districts().items()
        if name in names
    ]
    path = tmp_path / "map.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.fixture
def small(with_stops):
    return with_stops[0]


def test_a_map_comes_and_goes(small, staff, tmp_path):
    assert not [one for one in published_places.answer(small, staff).pictures if isinstance(one, MapPlot)]
    found = boundaries.take(small, geojson(tmp_path, ["Harbor", "Northgate"]), "test")
    assert set(found.shapes) == {"Harbor", "Northgate"}
    assert "Old Town" in found.unmatched
    (picture,) = [one for one in published_places.answer(small, staff).pictures if isinstance(one, MapPlot)]
    assert {area.label for area in picture.areas} == {"Harbor", "Northgate"}
    boundaries.forget(small, "test")
    assert boundaries.districts(small) == ()
    assert [line.action for line in Audit(small.records).search(action="boundaries")] == ["boundaries"] * 2


def test_a_file_that_does_not_fit_leaves_the_old_map(small, tmp_path):
    boundaries.take(small, geojson(tmp_path, ["Harbor"]), "test")
    (tmp_path / "bad.geojson").write_text("{}")
    with pytest.raises(SourceError):
        boundaries.take(small, tmp_path / "bad.geojson", "test")
    assert boundaries.districts(small) == ("Harbor",)


def test_every_number_on_the_map_is_a_published_one(riverton, staff):
    answer = published_places.answer(riverton, staff)
    released = releases.in_force(riverton).table("stops")
    (picture,) = [one for one in answer.pictures if isinstance(one, MapPlot)]
    assert len(picture.areas) == 8
    for area in picture.areas:
        searched, stops = released.count(district=area.label, step="searched"), released.count(district=area.label)
        if searched is None or stops is None:
            assert area.estimate.value is None
        else:
            assert area.estimate.value is None or area.estimate.value == pytest.approx(searched / stops)
    assert sum(area.estimate.known for area in picture.areas) >= 6
    assert answer.sentence.startswith(f"{100 * released.count(step='searched') / released.count():.1f}%")


@pytest.mark.parametrize("dark", [False, True])
def test_a_withheld_district_is_hatched_and_said(riverton, staff, dark):
    answer = published_places.answer(riverton, staff)
    (picture,) = [one for one in answer.pictures if isinstance(one, MapPlot)]
    hidden = {area.label for area in picture.areas if not area.estimate.known}
    figure = draw(picture, dark)
    assert {trace.name for trace in figure.data if trace.fillpattern.shape == "/"} == hidden
    assert "Harbor" in in_words(picture)
    assert figure.layout.yaxis.scaleanchor == "x"


def test_an_agency_without_districts_has_no_such_answer(empty, stage, stops, staff):
    where = stops.schema.get_field_index("district")
    imports.commit(empty, stage(stops.set_column(where, stops.schema.field(where), pa.nulls(len(stops), pa.string()))), "test")
    with pytest.raises(NotEnoughData, match="no districts"):
        published_places.answer(empty, staff)
