"""Every picture: the numbers it was given, drawn where they belong, with intervals, and said in words."""

import itertools
import math

import pytest

from dashboard.charts import likert
from dashboard.charts.draw import draw
from dashboard.charts.frame import round_steps
from dashboard.charts.in_words import in_words
from dashboard.charts.theme import LIGHT
from dashboard.schema.picture import Bar, BarPlot, CloudPlot, Dot, DotPlot, Event, LikertPlot, LikertRow, Mark, Point, ScatterPlot, Series, TrendPlot
from dashboard.schema.result import Estimate, Status

WITHHELD = Estimate(None, status=Status.WITHHELD, reason="Withheld.")
CLEAR, UNCLEAR = Estimate(1.8, 1.5, 2.1, 100), Estimate(1.1, 0.9, 1.3, 100)
DOTS = DotPlot(
    "Who is searched",
    "Times the rate of White",
    (
        Dot("Black", CLEAR, "black"),
        Dot("Asian", UNCLEAR, "asian"),
        Dot("Other", WITHHELD, "other"),
        Dot("Hispanic", Estimate.unavailable("none"), "hispanic"),
    ),
    "log",
    1.0,
    "same as White",
    "ratio",
)
TREND = TrendPlot(
    "Stops by year",
    "Number of stops",
    (Series("All", "", (Point("2022", Estimate(10.0, 8.0, 12.0)), Point("2024", Estimate(14.0, 12.0, 16.0), partial=True))),),
    "number",
    "stops",
    (Event("2023", "New form"),),
)
BARS = BarPlot(
    "Stops", "Number", (Bar("White", Estimate(1204.0)), Bar("Black", Estimate(5.5, 4.0, 7.0), "black"), Bar("Other", WITHHELD)), "number", "stops"
)
SCATTER = ScatterPlot(
    "Hit rates",
    "By place",
    (Mark(0.2, 0.1, 100, "North", "black"), Mark(0.3, 0.35, 10, "South", "black")),
    "White",
    "Black",
    "percent",
    diagonal=True,
)
FUNNEL = ScatterPlot(
    "Units", "", (Mark(10, 0.9, 10, "A"), Mark(50, 0.5, 50, "B")), "stops", "share", "percent", limits=((0.0, 0.2, 0.8), (100.0, 0.4, 0.6))
)
CLOUD = CloudPlot("Words", "Larger: in more comments", (("traffic", 60), ("response", 40), ("niños", 12)))
LIKERT = LikertPlot(
    "Trust",
    "Share",
    ("Low", "Middle", "High"),
    (
        LikertRow("2024", (Estimate(0.2, 0.1, 0.3), Estimate(0.4, 0.3, 0.5), Estimate(0.4, 0.3, 0.5)), 120, 0.05),
        LikertRow("2023", (WITHHELD, Estimate(0.3, 0.2, 0.4), Estimate(0.5, 0.4, 0.6)), 90),
    ),
)
PICTURES = {"likert": LIKERT, "cloud": CLOUD, "dots": DOTS, "trend": TREND, "bars": BARS, "scatter": SCATTER, "funnel": FUNNEL}


def marks(figure):
    """The traces that are drawn as markers, by name; caps at the ends of intervals apart."""
    drawn = [trace for trace in figure.data if trace.type == "scatter" and "markers" in (trace.mode or "")]
    return {trace.name: trace for trace in drawn if trace.marker.symbol != "line-ns"}


def notes(figure):
    return [note.text for note in figure.layout.annotations]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_is_drawn_in_both_themes_and_said_in_words(name, dark):
    figure = draw(PICTURES[name], dark)
    assert figure.data
    said = in_words(PICTURES[name])
    assert said.startswith(PICTURES[name].title)
    assert said.endswith(".")


@pytest.mark.parametrize(
    "empty",
    [
        LikertPlot("T", "", (), ()),
        DotPlot("T", "", ()),
        TrendPlot("T", "", ()),
        BarPlot("T", "", ()),
        CloudPlot("T", "", ()),
        ScatterPlot("T", "", (), "x", "y"),
    ],
)
def test_a_picture_of_nothing_is_no_error(empty):
    draw(empty)
    assert in_words(empty).startswith("T.")


def test_a_dot_carries_its_interval_and_the_line_it_is_read_against():
    figure = draw(DOTS)
    whiskers = [trace for trace in figure.data if trace.marker.symbol == "line-ns"]
    assert [list(trace.x) for trace in whiskers] == [[1.5, 2.1], [0.9, 1.3]]
    assert all(min(trace.marker.size) > marks(figure)["Black"].marker.size for trace in whiskers), "caps stand out of the dot"
    assert marks(figure)["Black"].x == (1.8,)
    assert [shape.x0 for shape in figure.layout.shapes if shape.line.dash == "dash"] == [1.0]
    assert "same as White" in notes(figure)


def test_a_whisker_that_is_cut_at_the_edge_has_no_cap_there():
    wide = Dot("Black", Estimate(1.8, 0.001, 2.1), "black")
    (whisker,) = [trace for trace in draw(DotPlot("T", "", (wide,), "log", 1.0)).data if trace.marker.symbol == "line-ns"]
    assert whisker.x[0] > 0.001
    assert (whisker.marker.size[0], whisker.x[1]) == (0, 2.1)
    assert whisker.marker.size[1] > 0


def test_a_difference_that_did_not_pass_is_hollow_but_keeps_its_groups_colour():
    found = marks(draw(DOTS))
    assert found["Black"].marker.color == found["Black"].marker.line.color
    assert found["Asian"].marker.color == LIGHT.paper
    assert found["Asian"].marker.line.color not in {LIGHT.paper, LIGHT.muted}


def test_only_a_clear_difference_is_written_in_the_colour_of_a_gap():
    colours = {note.text: note.font.color for note in draw(DOTS).layout.annotations}
    assert colours["<b>1.80</b>"] == LIGHT.gap
    assert colours["1.10"] == LIGHT.ink


def test_a_verdict_made_elsewhere_counts_more_than_the_interval():
    dots = DotPlot("T", "", (Dot("A", CLEAR, stands_out=False), Dot("B", UNCLEAR, stands_out=True)), "log", 1.0)
    assert [dots.stands_out(dot) for dot in dots.dots] == [False, True]


def test_unknown_is_never_drawn_as_zero():
    figure = draw(DOTS)
    assert set(marks(figure)) == {"Black", "Asian"}
    assert {"<i>not shown</i>", "<i>not available</i>"} <= set(notes(figure))
    assert "not shown" in in_words(DOTS)


def test_a_withheld_bar_is_hatched_and_bars_begin_at_zero():
    figure = draw(BARS)
    hatched = [bar for bar in figure.data if bar.type == "bar" and bar.marker.pattern.shape == "/"]
    assert [bar.name for bar in hatched] == ["Other"]
    assert "1,204" in notes(figure)
    assert figure.layout.xaxis.range[0] <= 0


def test_a_bar_with_an_interval_shows_it():
    (bar,) = [one for one in draw(BARS).data if one.name == "Black"]
    assert (bar.error_x.array, bar.error_x.arrayminus) == ((1.5,), (1.5,))


def test_a_missing_year_is_a_gap_and_an_open_one_is_hollow():
    line = marks(draw(TREND))["All"]
    assert line.x == ("2022-01-01", "2023-01-01", "2024-01-01")
    assert line.y == (10.0, None, 14.0)
    assert line.connectgaps is False
    assert line.marker.color[2] == LIGHT.paper
    assert "New form" in notes(draw(TREND))
    assert "(incomplete)" in in_words(TREND)


def test_many_lines_become_small_multiples_on_one_scale():
    points = (Point("2022", Estimate(1.0, 0.5, 1.5)), Point("2023", Estimate(2.0, 1.5, 2.5)))
    many = TrendPlot("T", "", tuple(Series(name, "", points) for name in "ABCDE"))
    figure = draw(many)
    assert notes(figure)[:5] == list("ABCDE")
    assert len({trace.xaxis for trace in marks(figure).values()}) == 5
    axes = [axis for name, axis in figure.layout.to_plotly_json().items() if name.startswith("yaxis")]
    assert len({axis["matches"] for axis in axes if "matches" in axis}) == 1


def test_places_outside_the_limits_are_named():
    assert "A" in notes(draw(FUNNEL))
    assert "1 lie outside the limits: A" in in_words(FUNNEL)


def test_markup_in_names_is_text():
    figure = draw(DotPlot("<b>x</b>", "", (Dot("<img src=x>", CLEAR, "black"),), "log", 1.0))
    assert "<img" not in figure.layout.yaxis.ticktext[0]
    assert "<b>x</b></b>" not in figure.layout.title.text


def test_the_head_of_a_page_replaces_the_title_of_its_figure():
    assert draw(DOTS, headed=False).layout.title.text is None


@pytest.mark.parametrize(("low", "high"), [(-0.13, 0.21), (0.0, 0.004), (-5.0, 5.0), (0.2, 0.2)])
def test_steps_of_an_axis_are_round_and_few(low, high):
    steps = round_steps(low, high)
    assert len(steps) <= 7
    for step in steps:
        assert low - 1e-9 <= step <= high + 1e-9
    for one, other in itertools.pairwise(steps):
        gap = other - one
        lead = gap / 10 ** math.floor(math.log10(gap) + 1e-9)
        assert round(lead, 6) in {1, 2, 5, 10}


def test_a_cloud_is_the_same_every_time_of_one_colour_and_says_its_counts():
    import base64
    import io

    from PIL import Image

    from dashboard.charts.theme import DARK

    images = {dark: draw(CLOUD, dark).layout.images[0].source for dark in (False, True)}
    assert images[False] == draw(CLOUD).layout.images[0].source
    for dark, theme in ((False, LIGHT), (True, DARK)):
        image = Image.open(io.BytesIO(base64.b64decode(images[dark].partition(",")[2])))
        colours = {pixel[:3] for _, pixel in image.getcolors(1 << 20) if pixel[3]}
        assert colours == {tuple(bytes.fromhex(theme.ink[1:]))}
    assert list(draw(CLOUD).data[0].customdata) == [f"<b>{word}</b><br>in {n} comments" for word, n in CLOUD.words]
    assert "traffic: 60; response: 40; niños: 12" in in_words(CLOUD)


def test_words_of_a_cloud_are_text_not_markup():
    assert "<img" not in str(draw(CloudPlot("T", "", (("<img src=x>", 9),))).data[0].customdata)


def test_stacked_bars_begin_left_of_the_line_and_have_the_middle_on_it():
    figure = draw(LIKERT)
    first = [(bar.base[0], bar.x[0]) for bar in figure.data if bar.name.startswith("<b>2024")]
    assert first == [(pytest.approx(-0.4), 0.2), (pytest.approx(-0.2), 0.4), (pytest.approx(0.2), 0.4)]
    assert "5%" in notes(figure)


def test_what_is_not_shown_of_a_stacked_bar_is_hatched_and_said():
    (hatched,) = [bar for bar in draw(LIKERT).data if bar.marker.pattern.shape == "/"]
    assert (hatched.x[0], hatched.base[0]) == (pytest.approx(0.2), pytest.approx(0.65))
    assert "Low not shown" in in_words(LIKERT)


@pytest.mark.parametrize("levels", [2, 3, 4, 5, 7, 10, 11])
def test_every_level_has_a_colour_of_its_own_and_figures_that_can_be_read_on_it(levels):
    palette = likert.colours(levels)
    assert len(set(palette)) == levels

    def light(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for colour in palette:
        one, other = sorted((light(colour), light(likert.ink_on(colour))))
        assert (other + 0.05) / (one + 0.05) >= 4.5, colour


def test_a_period_that_stands_alone_has_whiskers():
    points = (
        Point("2022", Estimate(52.0, 45.0, 58.0)),
        Point("2023", WITHHELD),
        Point("2024", Estimate(60.0, 55.0, 65.0)),
        Point("2025", Estimate(61.0, 57.0, 66.0)),
    )
    figure = draw(TrendPlot("T", "", (Series("Morale", "", points),), "number"))
    (whisker,) = [trace for trace in figure.data if trace.mode == "lines" and trace.fill is None]
    assert (list(whisker.y), len(set(whisker.x))) == ([45.0, 58.0], 1)
    assert [list(trace.y) for trace in figure.data if trace.fill == "toself"] == [[65.0, 66.0, 57.0, 55.0]]


def test_a_benchmark_is_dashed_muted_and_named():
    ours = Series("ours", "", (Point("2023", Estimate(0.5, 0.4, 0.6)), Point("2024", Estimate(0.55, 0.45, 0.65))))
    theirs = Series("London", "", (Point("2023", Estimate(0.6)), Point("2024", Estimate(0.58))), dashed=True)
    figure = draw(TrendPlot("T", "", (ours, theirs), "percent"))
    line = next(trace for trace in figure.data if trace.name == "London")
    assert (line.line.dash, line.line.color, line.mode) == ("dash", LIGHT.muted, "lines")
    assert "London" in notes(figure)
    assert next(trace for trace in figure.data if trace.name == "ours").line.color == LIGHT.primary


def test_the_time_axis_ends_with_the_periods_so_that_labels_take_no_room_from_the_line():
    lines = tuple(
        Series(name, name, tuple(Point(f"{year}-Q{q}", Estimate(60.0 + q, 58.0, 66.0, 90)) for year in (2024, 2025) for q in (1, 2, 3, 4)))
        for name in ("Satisfaction", "Procedural justice")
    )
    axis = draw(TrendPlot("T", "S", lines, "number", "score", window=40.0), dark=False).layout.xaxis
    assert "2023-11-01" < axis.range[0] < "2024-01-01"
    assert "2025-10-01" < axis.range[1] < "2026-01-01"


def test_an_event_near_the_end_is_labelled_inside_the_picture():
    points = tuple(Point(str(year), Estimate(60.0, 58.0, 66.0, 90)) for year in range(2016, 2026))
    made = [draw(TrendPlot("T", "S", (Series("a", "", points),), "number", "x", (Event(year, "changed"),)), dark=False) for year in ("2017", "2025")]
    assert [figure.layout.annotations[-1].xanchor for figure in made] == ["left", "right"]


def test_every_panel_of_small_multiples_has_its_line_and_every_event_its_rule():
    points = tuple(Point(str(year), Estimate(60.0, 58.0, 66.0, 90)) for year in range(2020, 2026))
    series = tuple(Series(name, name, points) for name in "abcde")
    figure = draw(TrendPlot("T", "S", series, "number", "x", (Event("2022", "changed"),)), dark=False)
    assert len({(trace.xaxis, trace.yaxis) for trace in figure.data}) == len(series)
    assert len(figure.layout.shapes) == len(series)
