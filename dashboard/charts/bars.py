"""Bars from zero: a bar that may not be shown is hatched and says so."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard.charts.frame import Canvas, framed, hover_text, label_axis, lines, shown, span, value_axis, wrapped
from dashboard.charts.theme import tokens
from dashboard.schema import say
from dashboard.schema.picture import Bar, BarPlot

ROW, LINE = 40, 16  # points of a bar with its room, and of one line of its name
LABEL_LETTERS = 20
STUB = 0.12  # the hatched stub's share of the longest bar; its length says nothing, its words do


def draw_bars(picture: BarPlot, dark: bool) -> go.Figure:
    """The figure of a bar plot: horizontal, in the order given, always from zero."""
    theme = tokens(dark)
    names = [wrapped(bar.label, LABEL_LETTERS) for bar in picture.bars]
    row = max([ROW, *(LINE * lines(name) + 8 for name in names)])
    figure = framed(picture.title, picture.subtitle, row * max(len(picture.bars), 1), dark)
    values = span([bar.estimate for bar in picture.bars])
    scale = "number" if picture.scale == "log" else picture.scale
    low, high = min([*values, 0.0]), max([*values, 0.0])
    reach = (high - low) or 1.0
    axis = value_axis(scale, theme, picture.axis, values)
    figure.update_xaxes(axis | {"range": [low - (0.2 * reach if low < 0 else 0.0), high + 0.28 * reach]})
    canvas = Canvas(figure, dark, tuple(bar.group for bar in picture.bars))
    for place, bar in enumerate(picture.bars):
        _add(canvas, bar, place, picture, reach)
    rows = list(range(len(picture.bars)))
    figure.update_yaxes(label_axis(theme) | {"tickvals": rows, "ticktext": names, "range": [len(rows) - 0.5, -0.5]})
    figure.add_vline(x=0, line={"color": theme.ink, "width": 1})
    figure.update_layout(barmode="overlay")
    return figure


def _add(canvas: Canvas, bar: Bar, place: int, picture: BarPlot, reach: float) -> None:
    """One bar with its interval and its number, or the hatched stub."""
    figure, theme = canvas.figure, canvas.theme
    kind = "count" if picture.scale == "number" and bar.estimate.value is not None and float(bar.estimate.value).is_integer() else picture.scale
    text = say.value(bar.estimate, kind)
    if not shown(bar.estimate):
        figure.add_bar(
            x=[STUB * reach],
            y=[place],
            orientation="h",
            width=0.6,
            marker={
                "color": "rgba(0,0,0,0)",
                "line": {"color": theme.notice, "width": 1},
                "pattern": {"shape": "/", "fgcolor": theme.notice, "size": 7, "solidity": 0.2},
            },
            hovertemplate=hover_text(bar.label, bar.estimate, picture.scale) + "<extra></extra>",
            name=bar.label,
        )
        _text(figure, STUB * reach, place, f"<i>{text}</i>", theme.notice)
        return
    value = bar.estimate.value or 0.0
    low, high = bar.estimate.low, bar.estimate.high
    whisker = low is not None and high is not None
    figure.add_bar(
        x=[value],
        y=[place],
        orientation="h",
        width=0.6,
        marker={"color": canvas.look(bar.group).colour},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [(high or value) - value],
            "arrayminus": [value - (low or 0.0)],
            "color": theme.ink,
            "thickness": 1.5,
            "width": 5,
        }
        if whisker
        else None,
        hovertemplate=hover_text(bar.label, bar.estimate, picture.scale) + "<extra></extra>",
        name=bar.label,
    )
    _text(figure, max(value, high or value, 0.0), place, text, theme.ink)


def _text(figure: go.Figure, x: float, y: int, text: str, colour: str) -> None:
    """A number beside its bar."""
    figure.add_annotation(x=x, y=y, text=text, showarrow=False, xanchor="left", xshift=8, font={"size": 13, "color": colour})
