"""A grid of numbers, darker the higher: every number is written, what is not shown is hatched, so colour never speaks alone."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard.charts.frame import framed, hover_text, label_axis, shown, wrapped
from dashboard.charts.theme import faded, tokens
from dashboard.schema import say
from dashboard.schema.picture import GridPlot
from dashboard.schema.result import Estimate, Status

ROW, HEAD = 38, 96
PALEST, DARKEST = 0.05, 0.45  # opacity of the lowest and highest value: ink stays readable on both
LABEL_LETTERS, COLUMN_LETTERS = 18, 12
HALF = 0.47


def draw_grid(picture: GridPlot, dark: bool) -> go.Figure:
    """The figure of a grid: rows from above in the order given, columns named above."""
    theme = tokens(dark)
    figure = framed(picture.title, picture.subtitle, HEAD + ROW * max(len(picture.rows), 1), dark, bottom=40)
    known = [[one.value if shown(one) else None for one in row] for row in picture.cells]
    values = [value for row in known for value in row if value is not None]
    figure.add_heatmap(
        z=known,
        x=list(range(len(picture.columns))),
        y=list(range(len(picture.rows))),
        text=[[_written(one, picture) for one in row] for row in picture.cells],
        texttemplate="%{text}",
        textfont={"size": 12, "color": theme.ink},
        customdata=[[hover_text(f"{name}, {head}", one, picture.scale) for head, one in _heads(picture, row)] for name, row in _rows(picture)],
        hovertemplate="%{customdata}<extra></extra>",
        colorscale=[[0, faded(theme.primary, PALEST)], [1, faded(theme.primary, DARKEST)]],
        zmin=min(values, default=0.0),
        zmax=max(values, default=1.0),
        xgap=2,
        ygap=2,
        showscale=False,
        hoverongaps=False,
    )
    _hidden(figure, picture, dark)
    names = [wrapped(name, LABEL_LETTERS) for name in picture.rows]
    heads = [wrapped(name, COLUMN_LETTERS) for name in picture.columns]
    rows, columns = list(range(len(names))), list(range(len(heads)))
    figure.update_yaxes(label_axis(theme) | {"tickvals": rows, "ticktext": names, "range": [len(rows) - 0.5, -0.5]})
    across = {"tickvals": columns, "ticktext": heads, "range": [-0.5, len(columns) - 0.5], "side": "top", "tickangle": -90, "tickfont": {"size": 11}}
    figure.update_xaxes(label_axis(theme) | across)
    if any(not shown(one) for row in picture.cells for one in row):
        place = {"xref": "paper", "yref": "paper", "x": 0, "y": 0, "yshift": -18, "xanchor": "left", "yanchor": "top", "showarrow": False}
        figure.add_annotation(text="Hatched: not shown", font={"size": 12, "color": theme.notice}, **place)
    return figure


def _rows(picture: GridPlot) -> list[tuple[str, tuple[Estimate, ...]]]:
    """Each row with its name."""
    return list(zip(picture.rows, picture.cells, strict=True))


def _heads(picture: GridPlot, row: tuple[Estimate, ...]) -> list[tuple[str, Estimate]]:
    """Each cell of a row with its column's name."""
    return list(zip(picture.columns, row, strict=True))


def _written(one: Estimate, picture: GridPlot) -> str:
    """A number as it stands in its cell; nothing in a cell that is not shown, which is hatched: a narrow one has no room for words."""
    if not shown(one) and one.status is Status.WITHHELD:
        return ""
    return f"{one.value:.0f}" if picture.scale == "number" and shown(one) and one.value is not None else say.value(one, picture.scale)


def _hidden(figure: go.Figure, picture: GridPlot, dark: bool) -> None:
    """Hatch what is not shown."""
    theme = tokens(dark)
    for y, (name, row) in enumerate(_rows(picture)):
        for x, (head, one) in enumerate(_heads(picture, row)):
            if not shown(one):
                figure.add_scatter(
                    x=[x - HALF, x + HALF, x + HALF, x - HALF, x - HALF],
                    y=[y - HALF, y - HALF, y + HALF, y + HALF, y - HALF],
                    mode="lines",
                    fill="toself",
                    fillcolor="rgba(0,0,0,0)",
                    fillpattern={"shape": "/", "fgcolor": theme.notice, "size": 7, "solidity": 0.15},
                    line={"color": theme.line, "width": 1},
                    hoveron="fills",
                    hoverinfo="text",
                    text=hover_text(f"{name}, {head}", one, picture.scale),
                    name=f"{name}, {head}",
                )
