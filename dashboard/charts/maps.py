"""Districts on a map: shades of one colour by value, withheld ones hatched, every value written; drawn from our own shapes, no tiles fetched."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.frame import Canvas, framed, hover_text, shown, wrapped
from dashboard.charts.theme import faded
from dashboard.schema import say
from dashboard.schema.picture import Area, MapPlot

BODY = 420
PALEST, DARKEST = 0.12, 0.72  # opacity of the lowest and the highest value


def draw_map(picture: MapPlot, dark: bool) -> go.Figure:
    """The figure of a map: north up, one kilometre as wide as it is high."""
    figure = framed(picture.title, picture.subtitle, BODY, dark, bottom=16)
    canvas = Canvas(figure, dark, ())
    values = [area.estimate.value for area in picture.areas if shown(area.estimate) and area.estimate.value is not None]
    low, high = min(values, default=0.0), max(values, default=1.0)
    corners = [corner for area in picture.areas for ring in area.rings for corner in ring]
    for area in picture.areas:
        _add(canvas, area, picture, (low, high))
    middle = sum(y for _, y in corners) / len(corners) if corners else 0.0
    hidden = {"visible": False, "fixedrange": True}
    figure.update_xaxes(hidden | {"constrain": "domain"})
    figure.update_yaxes(hidden | {"scaleanchor": "x", "scaleratio": 1 / max(math.cos(math.radians(middle)), 0.1)})
    finished = canvas.finished()
    finished.update_layout(margin={"l": 8, "r": 8})
    return finished


def _add(canvas: Canvas, area: Area, picture: MapPlot, ends: tuple[float, float]) -> None:
    """One district: its shape, and its name with the value in its middle."""
    theme, value = canvas.theme, area.estimate.value
    known = shown(area.estimate) and value is not None
    low, high = ends
    strength = PALEST + (DARKEST - PALEST) * (((value or 0.0) - low) / (high - low) if high > low else 0.5)
    fill: dict[str, Any] = {"fillcolor": faded(theme.primary, strength if known else 0.0)}
    if not known:
        fill["fillpattern"] = {"shape": "/", "fgcolor": theme.notice, "size": 8, "solidity": 0.15}
    for ring in area.rings:
        canvas.scatter(
            x=[x for x, _ in ring],
            y=[y for _, y in ring],
            mode="lines",
            fill="toself",
            line={"color": theme.muted, "width": 1},
            hoveron="fills",
            hoverinfo="text",
            text=hover_text(area.label, area.estimate, picture.scale),
            name=area.label,
            **fill,
        )
    x, y = middle_of(max(area.rings, key=len))
    canvas.note(
        x=x,
        y=y,
        text=f"{wrapped(area.label, 12)}<br><b>{say.value(area.estimate, picture.scale)}</b>",
        font={"size": 12, "color": theme.ink if known else theme.notice},
        bgcolor=faded(theme.paper, 0.75),
        borderpad=2,
    )


def middle_of(ring: tuple[tuple[float, float], ...]) -> tuple[float, float]:
    """The centre of gravity of a ring; of its corners where it has no area."""
    pairs = list(zip(ring, (*ring[1:], ring[0]), strict=True))
    area = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs) / 2
    if abs(area) < 1e-12:
        return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)
    x = sum((x0 + x1) * (x0 * y1 - x1 * y0) for (x0, y0), (x1, y1) in pairs) / (6 * area)
    y = sum((y0 + y1) * (x0 * y1 - x1 * y0) for (x0, y0), (x1, y1) in pairs) / (6 * area)
    return x, y
