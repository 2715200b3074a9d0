"""What does any picture look like where no script runs? One door to the families of still pictures."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

from dashboard.charts import still_fields, still_lines, still_rows
from dashboard.charts.in_words import in_words
from dashboard.charts.still import Sheet, style
from dashboard.schema.picture import BarPlot, CurvePlot, DotPlot, GridPlot, LikertPlot, MapPlot, Picture, ScatterPlot, TrendPlot

__all__ = ["NARROW", "WIDE", "drawn", "style", "svg"]

NARROW, WIDE = 340.0, 680.0  # points: a phone, a column of text
FAMILIES: Mapping[type, Callable[..., Sheet]] = {
    DotPlot: still_rows.dots,
    BarPlot: still_rows.bars,
    LikertPlot: still_rows.stacked,
    TrendPlot: still_lines.trend,
    CurvePlot: still_lines.curves,
    ScatterPlot: still_fields.scatter,
    GridPlot: still_fields.grid,
    MapPlot: still_fields.map_of,
}


def drawn(picture: Picture) -> bool:
    """Whether this picture can stand still: all but clouds of words, which never stand without their numbers."""
    return type(picture) in FAMILIES


@functools.lru_cache(maxsize=512)
def svg(picture: Picture, width: float) -> str:
    """A picture as SVG of this width; title and subtitle are the page's own. Equal pictures are drawn once."""
    return FAMILIES[type(picture)](picture, width).finished(in_words(picture))


def height(picture: Picture) -> int:
    """How high a picture is at most, in points: on a phone or in a column of text."""
    return round(max(FAMILIES[type(picture)](picture, width).height for width in (NARROW, WIDE)))
