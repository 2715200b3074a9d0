"""Pictures that stand still: drawn to scale from the same numbers, inside their sheet, nothing hidden drawn, no text that could act."""

import re
from xml.etree import ElementTree as Xml

import pytest

from dashboard.charts import likert, stills, theme
from dashboard.schema.picture import (
    Area,
    Bar,
    BarPlot,
    Curve,
    CurvePlot,
    Dot,
    DotPlot,
    Event,
    GridPlot,
    LikertPlot,
    LikertRow,
    MapPlot,
    Mark,
    Point,
    ScatterPlot,
    Series,
    TrendPlot,
)
from dashboard.schema.result import Estimate, Status

EVIL = '<script>alert("x")</script>'
HIDDEN = Estimate(None, status=Status.WITHHELD, reason="Withheld: too few people.")
ONE, TWO, THREE = (Estimate(value, value - 0.05, value + 0.05, 100) for value in (0.1, 0.2, 0.4))
WIDTHS = (stills.NARROW, stills.WIDE)
SQUARE = (((0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0)),)
YEARS = tuple(Point(str(2020 + place), one) for place, one in enumerate((ONE, HIDDEN, TWO, THREE)))
PICTURES = {
    "dots": DotPlot(EVIL, "n", (Dot(EVIL, ONE, "black"), Dot("b", HIDDEN), Dot("c", THREE, "white")), "percent", 0.2, EVIL, EVIL),
    "ratios": DotPlot("t", "n", tuple(Dot(str(v), Estimate(v, v / 1.1, v * 1.1), panel=EVIL) for v in (0.5, 1.0, 2.0)), "log", 1.0, "same", "times"),
    "bars": BarPlot("t", "n", (Bar(EVIL, ONE), Bar("b", HIDDEN), Bar("c", THREE)), "percent", EVIL),
    "trend": TrendPlot("t", "n", (Series(EVIL, "", YEARS),), "percent", "share", (Event("2021", EVIL),)),
    "small": TrendPlot("t", "n", tuple(Series(f"{EVIL}{n}", "", YEARS) for n in range(5)), "percent"),
    "curves": CurvePlot("t", "n", (Curve(EVIL, ((10, ONE), (50, TWO), (100, THREE))),), "days", 60, EVIL),
    "answers": LikertPlot("t", "n", ("no", EVIL, "yes"), (LikertRow(EVIL, (ONE, TWO, HIDDEN), 50), LikertRow("b", (TWO, TWO, THREE)))),
    "grid": GridPlot("t", "n", (EVIL, "b"), ("x", EVIL), ((ONE, HIDDEN), (TWO, THREE)), scale="percent"),
    "map": MapPlot("t", "n", (Area(EVIL, ONE, SQUARE), Area("b", HIDDEN, (tuple((x + 1, y) for x, y in SQUARE[0]),)))),
    "scatter": ScatterPlot("t", "n", (Mark(0.1, 0.2, 50, EVIL), Mark(0.3, 0.4, 100, "b", upward=(0.3, 0.5))), EVIL, EVIL, cross=(0.2, 0.3)),
}


def parts(picture, width) -> list[Xml.Element]:
    """Every element of a still picture."""
    return list(Xml.fromstring(stills.svg(picture, width)).iter())


def named(elements, tag, hue="") -> list[Xml.Element]:
    """The elements of this tag, and with `hue` those of this class."""
    return [one for one in elements if one.tag.endswith(f"}}{tag}") and (not hue or hue in one.get("class", "").split())]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PICTURES)
def test_a_still_picture_lies_on_its_sheet_and_says_everything_in_words(name, width):
    elements = parts(PICTURES[name], width)
    _, _, wide, high = map(float, elements[0].get("viewBox").split())
    assert wide == width
    assert elements[0].get("role") == "img"
    assert elements[0].get("aria-label").startswith(PICTURES[name].title)
    for one in elements:
        for key in ("x", "x1", "x2", "cx"):
            assert -8 <= float(one.get(key, 0)) <= width + 8, (one.tag, one.attrib)
        for key in ("y", "y1", "y2", "cy"):
            assert -8 <= float(one.get(key, 0)) <= high + 8, (one.tag, one.attrib)
        assert "nan" not in str(one.attrib).lower()
        assert one.get("style") is None, "a strict policy would drop it"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PICTURES)
def test_words_stay_words(name, width):
    elements = parts(PICTURES[name], width)
    assert not named(elements, "script")
    assert "<script" not in stills.svg(PICTURES[name], width)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["dots", "bars", "answers", "grid", "map"])
def test_what_is_withheld_is_said_or_hatched_and_never_drawn(name, width):
    text = stills.svg(PICTURES[name], width)
    body = text[text.index("</defs>") :]
    assert "not shown" in body or f"url(#hatch-{width:.0f})" in body


@pytest.mark.parametrize("width", WIDTHS)
def test_dots_lie_to_scale_under_their_axis(width):
    picture = DotPlot("t", "n", tuple(Dot(str(value), Estimate(value, value, value)) for value in (10.0, 20.0, 40.0)), "number", 20.0)
    x = [float(one.get("cx")) for one in named(parts(picture, width), "circle")]
    assert len(x) == 3
    assert (x[2] - x[1]) / (x[1] - x[0]) == pytest.approx(2, abs=0.02)
    ratios = [float(one.get("cx")) for one in named(parts(PICTURES["ratios"], width), "circle")]
    assert ratios[2] - ratios[1] == pytest.approx(ratios[1] - ratios[0], abs=0.2), "twice and half are as far from the same on a log axis"


@pytest.mark.parametrize("width", WIDTHS)
def test_bars_begin_at_zero_and_are_as_long_as_their_numbers(width):
    bars = named(parts(PICTURES["bars"], width), "rect", "f-primary")
    assert len(bars) == 2
    assert float(bars[1].get("width")) / float(bars[0].get("width")) == pytest.approx(4, rel=0.02)
    assert bars[0].get("x") == bars[1].get("x")


def test_a_line_stops_where_a_period_is_not_shown():
    lines = [one for one in named(parts(PICTURES["trend"], stills.WIDE), "path", "s-primary") if one.get("fill") == "none"]
    assert [one.get("d").count("L") for one in lines] == [0, 1]
    marks = named(parts(PICTURES["trend"], stills.WIDE), "circle")
    assert len(marks) == 3


@pytest.mark.parametrize("width", WIDTHS)
def test_answers_fill_their_bar(width):
    rows = [one for one in named(parts(PICTURES["answers"], width), "rect") if one.get("height") == "24"]
    last = [one for one in rows if one.get("y") == rows[-1].get("y")]
    assert sum(float(one.get("width")) for one in last) == pytest.approx(0.8 * width, abs=0.5)
    assert [one.get("fill") for one in last] == likert.colours(3)


def test_the_style_holds_both_themes_and_every_colour_that_is_used():
    style = stills.style()
    light, dark = style.split("@media(prefers-color-scheme:dark)")
    for tokens, text in ((theme.LIGHT, light), (theme.DARK, dark)):
        for colour in (tokens.paper, tokens.ink, tokens.primary, tokens.notice, tokens.gap, *tokens.groups):
            assert colour in text
    for picture in PICTURES.values():
        used = {word for found in re.findall(r'class="([^"]+)"', stills.svg(picture, stills.WIDE)) for word in found.split()}
        assert all(f".{word}{{" in style for word in used)


def test_groups_keep_their_colour_and_marker():
    elements = parts(PICTURES["dots"], stills.WIDE)
    black = theme.look_of("black")
    assert named(elements, "polygon", f"s-g{theme.LIGHT.groups.index(black.colour)}")
    assert black.marker == "square"
