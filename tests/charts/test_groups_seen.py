"""Can a group be told from another where it is muted, on grey paper, and in every kind of picture?"""

import itertools

import pytest

from dashboard.charts import theme
from dashboard.charts.draw import draw
from dashboard.charts.in_words import in_words
from dashboard.schema.picture import Area, Bar, BarPlot, Dot, DotPlot, MapPlot, Point, Series, TrendPlot
from dashboard.schema.result import Estimate, Status
from dashboard.schema.words import RACE_GROUPS
from tests.charts.test_theme import contrast, linear

USUAL = ("white", "black", "hispanic", "asian", "native_american", "multiracial")
QUIET = Estimate(1.05, 0.9, 1.2, 50)
SQUARE = ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0))


def dots(figure):
    return {trace.name: trace for trace in figure.data if trace.mode == "markers"}


@pytest.mark.parametrize("dark", [False, True])
def test_muted_groups_keep_their_full_colour_and_their_marker(dark):
    picture = DotPlot("T", "", tuple(Dot(group, QUIET, group) for group in USUAL), "log", 1.0)
    found = dots(draw(picture, dark))
    outlines = [found[group].marker.line.color for group in USUAL]
    assert outlines == [theme.look_of(group, dark).colour for group in USUAL]
    assert len(set(outlines)) == len({found[group].marker.symbol for group in USUAL}) == len(USUAL)
    assert all(found[group].marker.color == theme.tokens(dark).paper and found[group].marker.line.width >= 2 for group in USUAL)


@pytest.mark.parametrize("dark", [False, True])
def test_in_grey_every_group_is_legible_and_told_by_its_marker(dark):
    tokens = theme.tokens(dark)
    for group in USUAL:
        look = theme.look_of(group, dark)
        level = float(linear(look.colour) @ [0.2126, 0.7152, 0.0722])
        grey = round(255 * (12.92 * level if level <= 0.0031308 else 1.055 * level ** (1 / 2.4) - 0.055))
        assert contrast(f"#{grey:02x}{grey:02x}{grey:02x}", tokens.paper) >= 2.9
    markers = [theme.look_of(group, dark).marker for group in RACE_GROUPS]
    assert all(one != other for one, other in itertools.combinations(markers, 2))


def test_lines_of_a_trend_are_named_beside_them_and_banded():
    points = (Point("2022", Estimate(0.1, 0.05, 0.15)), Point("2023", Estimate(0.2, 0.15, 0.25)))
    figure = draw(TrendPlot("T", "", (Series("Black", "black", points), Series("White", "white", points)), "percent"))
    assert {note.text for note in figure.layout.annotations} >= {"Black", "White"}
    bands = [trace for trace in figure.data if trace.fill == "toself"]
    assert [tuple(band.y) for band in bands] == [(0.15, 0.25, 0.15, 0.05)] * 2


def test_a_withheld_district_is_hatched_and_written_and_last_in_words():
    areas = (Area("Low", Estimate(None, status=Status.WITHHELD), (SQUARE,)), Area("High", Estimate(0.3, 0.2, 0.4, 100), (SQUARE,)))
    picture = MapPlot("T", "", areas, "percent")
    figure = draw(picture)
    shapes = {trace.name: trace for trace in figure.data}
    assert shapes["Low"].fillpattern.shape == "/"
    assert shapes["High"].fillpattern.shape is None
    assert any("not shown" in note.text for note in figure.layout.annotations)
    said = in_words(picture)
    assert said.index("High") < said.index("Low: not shown")


@pytest.mark.parametrize("group", [*RACE_GROUPS, "", "north"])
def test_no_bar_of_an_unknown_is_drawn_from_zero_to_anything(group):
    figure = draw(BarPlot("T", "", (Bar("A", Estimate.unavailable("none"), group), Bar("B", Estimate(5.0), group))))
    (unknown,) = [bar for bar in figure.data if bar.name == "A"]
    assert unknown.marker.pattern.shape == "/"
    assert "not available" in unknown.hovertemplate
