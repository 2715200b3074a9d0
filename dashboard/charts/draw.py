"""What does this picture look like? One door to the chart families."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard.charts.bars import draw_bars
from dashboard.charts.clouds import draw_cloud
from dashboard.charts.dots import draw_dots
from dashboard.charts.likert import draw_likert
from dashboard.charts.maps import draw_map
from dashboard.charts.scatters import draw_scatter
from dashboard.charts.trends import draw_trend
from dashboard.schema.picture import BarPlot, CloudPlot, DotPlot, LikertPlot, MapPlot, Picture, ScatterPlot, TrendPlot

Figure = go.Figure  # what rooms that know nothing of the drawing library pass on
HEADLESS_TOP = 36  # room for the label of a reference line


def draw(picture: Picture, dark: bool = False, *, headed: bool = True) -> go.Figure:
    """The figure of any picture, for light or dark paper. Without `headed` the page prints title and subtitle itself."""
    figure = _drawn(picture, dark)
    if not headed:
        top = figure.layout.margin.t
        figure.update_layout(title=None, height=figure.layout.height - top + HEADLESS_TOP, margin={"t": HEADLESS_TOP})
    return figure


def _drawn(picture: Picture, dark: bool) -> go.Figure:  # noqa: PLR0911 - one line a family
    """The family's own figure."""
    match picture:
        case DotPlot():
            return draw_dots(picture, dark)
        case TrendPlot():
            return draw_trend(picture, dark)
        case ScatterPlot():
            return draw_scatter(picture, dark)
        case BarPlot():
            return draw_bars(picture, dark)
        case MapPlot():
            return draw_map(picture, dark)
        case LikertPlot():
            return draw_likert(picture, dark)
        case CloudPlot():
            return draw_cloud(picture, dark)
