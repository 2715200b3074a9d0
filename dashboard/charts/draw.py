"""What does this picture look like? One door to the chart families."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import plotly.graph_objects as go

from dashboard.charts.bars import draw_bars
from dashboard.charts.clouds import draw_cloud
from dashboard.charts.curves import draw_curves
from dashboard.charts.dots import draw_dots
from dashboard.charts.grids import draw_grid
from dashboard.charts.likert import draw_likert
from dashboard.charts.maps import draw_map
from dashboard.charts.scatters import draw_scatter
from dashboard.charts.trends import draw_trend
from dashboard.schema.picture import BarPlot, CloudPlot, CurvePlot, DotPlot, GridPlot, LikertPlot, MapPlot, Picture, ScatterPlot, TrendPlot

Figure = go.Figure  # what rooms that know nothing of the drawing library pass on
HEADLESS_TOP = 48  # room for the label of a reference line, below the button that touch screens always show


def draw(picture: Picture, dark: bool = False, *, headed: bool = True) -> go.Figure:
    """The figure of any picture, for light or dark paper. Without `headed` the page prints title and subtitle itself."""
    figure = _drawn(picture, dark)
    if not headed:
        top = figure.layout.margin.t
        figure.update_layout(title=None, height=figure.layout.height - top + HEADLESS_TOP, margin={"t": HEADLESS_TOP})
    return figure


FAMILIES: Mapping[type, Callable[..., go.Figure]] = {
    DotPlot: draw_dots,
    TrendPlot: draw_trend,
    ScatterPlot: draw_scatter,
    BarPlot: draw_bars,
    MapPlot: draw_map,
    LikertPlot: draw_likert,
    CloudPlot: draw_cloud,
    CurvePlot: draw_curves,
    GridPlot: draw_grid,
}


def _drawn(picture: Picture, dark: bool) -> go.Figure:
    """The family's own figure."""
    return FAMILIES[type(picture)](picture, dark)
