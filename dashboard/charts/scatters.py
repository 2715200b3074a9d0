"""Places against each other: sized by n, with the line of equality or the limits within which chance alone would leave them."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.frame import Canvas, framed, value_axis, wrapped
from dashboard.charts.theme import Tokens, faded, tokens
from dashboard.schema import say
from dashboard.schema.picture import Mark, Scale, ScatterPlot
from dashboard.schema.words import label as word

BODY = 340
SMALLEST, LARGEST, EVEN = 8.0, 30.0, 11.0  # points across; EVEN where size says nothing
MOST_LABELS = 5
FEW_MARKS = 20  # up to so many all are named, where names do not lie on each other


def outside(mark: Mark, limits: tuple[tuple[float, float, float], ...]) -> bool:
    """Whether a mark lies beyond the limits at its x (linear between the given points); never without limits."""
    for (x0, low0, high0), (x1, low1, high1) in pairwise(limits):
        if x0 <= mark.x <= x1:
            share = (mark.x - x0) / (x1 - x0) if x1 > x0 else 0.0
            return not low0 + share * (low1 - low0) <= mark.y <= high0 + share * (high1 - high0)
    return False


def draw_scatter(picture: ScatterPlot, dark: bool) -> go.Figure:
    """The figure of a scatter."""
    theme = tokens(dark)
    figure = framed(picture.title, picture.subtitle, BODY, dark)
    groups = list(dict.fromkeys(mark.group for mark in picture.marks))
    xs, ys = [mark.x for mark in picture.marks], [mark.y for mark in picture.marks]
    funnel = bool(picture.limits)
    ends = _ends(xs + ys, picture.scale)
    axis = value_axis(picture.scale, theme, picture.y_axis, ys)
    across = value_axis("number" if funnel else picture.x_scale or picture.scale, theme, picture.x_axis, xs)
    figure.update_yaxes(axis | ({"range": _axis_range(ends, picture.scale)} if picture.diagonal else {}))
    figure.update_xaxes(across | ({"range": _axis_range(ends, picture.scale)} if picture.diagonal else {}))
    if picture.diagonal:
        figure.add_scatter(x=ends, y=ends, mode="lines", line={"color": theme.ink, "width": 1.5, "dash": "dash"}, hoverinfo="skip", showlegend=False)
        figure.add_annotation(
            x=0.97, y=0.97, xref="paper", yref="paper", text="equal", showarrow=False, xanchor="right", yshift=-14, font={"color": theme.muted}
        )
    for limits, style in ((picture.limits, {"width": 1.5, "dash": "dash"}), (picture.chance, {"width": 0.8})):
        _funnel(figure, limits, {"color": theme.muted, **style})
    _cross(figure, picture, theme)
    canvas = Canvas(figure, dark, tuple(groups))
    for group in groups:
        _add(canvas, [mark for mark in picture.marks if mark.group == group], picture)
    if len(groups) > 1:
        figure.update_layout(
            showlegend=True, legend={"orientation": "h", "y": -0.24, "x": 0, "font": {"size": 13}, "itemclick": False, "itemdoubleclick": False}
        )
        figure.update_layout(height=figure.layout.height + 36, margin={"b": 100})
    _labels(figure, picture, theme)
    return figure


def _funnel(figure: go.Figure, limits: tuple[tuple[float, float, float], ...], line: dict[str, Any]) -> None:
    """The two lines of a funnel."""
    for side in (1, 2) if limits else ():
        figure.add_scatter(
            x=[limit[0] for limit in limits], y=[limit[side] for limit in limits], mode="lines", line=line, hoverinfo="skip", showlegend=False
        )


def _cross(figure: go.Figure, picture: ScatterPlot, theme: Tokens) -> None:
    """The lines that part the picture in four, and the name of each part in its corner."""
    if picture.cross is None:
        return
    line = {"color": theme.muted, "width": 1.2, "dash": "dash"}
    figure.add_vline(x=picture.cross[0], line=line)
    figure.add_hline(y=picture.cross[1], line=line)
    for place, name in enumerate(picture.corners):
        right, low = place % 2, place // 2
        figure.add_annotation(
            x=right,
            y=1 - low,
            xref="paper",
            yref="paper",
            xanchor="right" if right else "left",
            yanchor="bottom",
            yshift=0 if low else 2,
            text=wrapped(name, 40),
            showarrow=False,
            font={"size": 12, "color": theme.muted},
        )


def _ends(values: list[float], scale: Scale) -> list[float]:
    """Both ends of the diagonal."""
    known = [value for value in values if scale != "log" or value > 0] or [0.0, 1.0]
    if scale == "log":
        return [min(known) / 1.2, max(known) * 1.2]
    return [min([*known, 0.0]), max(known) * 1.08 or 1.0]


def _axis_range(ends: list[float], scale: Scale) -> list[float]:
    """The range as the axis wants it."""
    return [math.log10(end) for end in ends] if scale == "log" else ends


def _sizes(marks: list[Mark], largest: float) -> list[float]:
    """Diameters whose areas follow n."""
    if largest == 1:
        return [EVEN for _ in marks]
    return [max(SMALLEST, LARGEST * math.sqrt(max(mark.size, 0.0) / largest)) if largest > 0 else SMALLEST for mark in marks]


def _add(canvas: Canvas, marks: list[Mark], picture: ScatterPlot) -> None:
    """The marks of one group."""
    figure, theme, look = canvas.figure, canvas.theme, canvas.look(marks[0].group)
    loud = [mark.stands_out if mark.stands_out is not None else not picture.limits or outside(mark, picture.limits) for mark in marks]
    figure.add_scatter(
        x=[mark.x for mark in marks],
        y=[mark.y for mark in marks],
        mode="markers",
        name=word(marks[0].group) if marks[0].group else "places",
        marker={
            "symbol": look.marker,
            "size": _sizes(marks, max(mark.size for mark in picture.marks)),
            "color": [look.colour if one else theme.muted for one in loud],
            "opacity": 0.8,
            "line": {"color": theme.paper, "width": 1},
        },
        error_x=_whiskers([(mark.x, mark.across) for mark in marks], look.colour),
        error_y=_whiskers([(mark.y, mark.upward) for mark in marks], look.colour),
        customdata=[_said(mark, picture) for mark in marks],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _whiskers(marks: list[tuple[float, tuple[float, float] | None]], colour: str) -> dict[str, Any] | None:
    """The intervals of one axis, where marks have some."""
    if not any(ends for _, ends in marks):
        return None
    return {
        "type": "data",
        "symmetric": False,
        "array": [ends[1] - value if ends else 0.0 for value, ends in marks],
        "arrayminus": [value - ends[0] if ends else 0.0 for value, ends in marks],
        "color": faded(colour, 0.55),
        "thickness": 1.5,
        "width": 0,
    }


def _said(mark: Mark, picture: ScatterPlot) -> str:
    """What the pointer finds on a mark."""
    write: Any = say.WRITERS[picture.scale]
    across = say.count(mark.x) if picture.limits else say.WRITERS[picture.x_scale or picture.scale](mark.x)
    name = wrapped(mark.label + (f", {word(mark.group)}" if mark.group else ""), 44)
    if not mark.label:
        return f"{wrapped(picture.x_axis, 40)}: {write(mark.x)}<br>{wrapped(picture.y_axis, 40)}: {write(mark.y)}"
    return f"<b>{name}</b><br>{wrapped(picture.x_axis, 40)}: {across}<br>{wrapped(picture.y_axis, 40)}: {write(mark.y)}<br>n = {say.count(mark.size)}"


def _apart(marks: list[Mark], picture: ScatterPlot) -> list[Mark]:
    """The marks whose names do not lie on a name already set."""
    if not marks:
        return []
    wide = (max(mark.x for mark in picture.marks) - min(mark.x for mark in picture.marks)) or 1.0
    high = (max(mark.y for mark in picture.marks) - min(mark.y for mark in picture.marks)) or 1.0
    kept: list[Mark] = []
    for mark in marks:
        if all(mark.label != other.label for other in kept) and all(
            abs(mark.x - other.x) / wide > 0.2 or abs(mark.y - other.y) / high > 0.08 for other in kept
        ):
            kept.append(mark)
    return kept


def _labels(figure: go.Figure, picture: ScatterPlot, theme: Tokens) -> None:
    """Names beside the marks that matter: those outside the limits, else the largest, a handful at most."""
    chosen = [mark for mark in picture.marks if mark.label and (not picture.limits or outside(mark, picture.limits))]
    largest = max((mark.size for mark in picture.marks), default=0.0)
    most = len(chosen) if len(chosen) <= FEW_MARKS else MOST_LABELS
    for mark in _apart(sorted(chosen, key=lambda mark: -mark.size), picture)[:most]:
        place = (math.log10(mark.x), math.log10(mark.y)) if picture.scale == "log" and mark.x > 0 and mark.y > 0 else (mark.x, mark.y)
        figure.add_annotation(
            x=place[0],
            y=place[1],
            text=wrapped(mark.label, 18),
            showarrow=False,
            yshift=8 + _sizes([mark], largest)[0] / 2,
            font={"size": 12, "color": theme.ink},
        )
