"""What does this picture look like? One door to the chart families."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard.charts.bars import draw_bars
from dashboard.charts.dots import draw_dots
from dashboard.charts.scatters import draw_scatter
from dashboard.charts.trends import draw_trend
from dashboard.schema.picture import BarPlot, DotPlot, Picture, ScatterPlot, TrendPlot


def draw(picture: Picture, dark: bool = False) -> go.Figure:
    """The figure of any picture, for light or dark paper."""
    match picture:
        case DotPlot():
            return draw_dots(picture, dark)
        case TrendPlot():
            return draw_trend(picture, dark)
        case ScatterPlot():
            return draw_scatter(picture, dark)
        case BarPlot():
            return draw_bars(picture, dark)
