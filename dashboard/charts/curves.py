"""What share has ended after so many days: stairs with their bands, each named at its end, and a rule at the target day."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard.charts.frame import Canvas, framed, hover_text, lines, shown, value_axis, wrapped
from dashboard.charts.theme import faded
from dashboard.schema.picture import Curve, CurvePlot
from dashboard.schema.result import Estimate

BODY = 300
LABEL_LETTERS, LETTER_POINTS, LABEL_GAP = 14, 7.4, 17
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


def draw_curves(picture: CurvePlot, dark: bool) -> go.Figure:
    """The figure of curves over days."""
    figure = framed(picture.title, picture.subtitle, BODY, dark)
    canvas = Canvas(figure, dark, tuple(curve.group or curve.label for curve in picture.curves if curve.dashed))
    longest = max((day for curve in picture.curves for day, _ in curve.points), default=1.0)
    figure.update_yaxes(value_axis(picture.scale, canvas.theme, "", [0.0, 1.0], zero=True) | {"range": [0, 1.02]})
    figure.update_xaxes(
        value_axis("number", canvas.theme, picture.axis, [0.0, longest], zero=True) | {"range": [0, longest * 1.02], "showgrid": False}
    )
    for place, curve in enumerate(picture.curves):
        _add(canvas, curve, place)
    _names(canvas, picture)
    if picture.target is not None and picture.target <= longest:
        _rule(canvas, picture)
    return canvas.finished()


def _steps(curve: Curve) -> list[tuple[float, Estimate]]:
    """The points that can be drawn, from day 0."""
    return [(0.0, Estimate(0.0)), *((day, one) for day, one in curve.points if shown(one))]


def _colour(canvas: Canvas, curve: Curve) -> str:
    """The whole in the colour that answers, outcomes each in its own."""
    return canvas.look(curve.group or (curve.label if curve.dashed else "")).colour


def _add(canvas: Canvas, curve: Curve, place: int) -> None:
    """One curve with its band."""
    points, colour = _steps(curve), _colour(canvas, curve)
    banded = [(day, one) for day, one in points if one.low is not None and one.high is not None]
    if len(banded) > 1:
        days, upper, lower = stairs(banded)
        canvas.scatter(
            x=days + days[::-1],
            y=upper + lower[::-1],
            fill="toself",
            mode="lines",
            line={"width": 0},
            fillcolor=faded(colour, 0.16),
            hoverinfo="skip",
        )
    canvas.scatter(
        x=[day for day, _ in points],
        y=[one.value for _, one in points],
        mode="lines",
        line={"color": colour, "width": 1.8 if curve.dashed else 2.6, "shape": "hv", "dash": DASHES[place % len(DASHES)]},
        customdata=[hover_text(f"{curve.label}, day {day:g}", one, "percent") for day, one in points],
        hovertemplate="%{customdata}<extra></extra>",
        name=curve.label,
    )


def stairs(points: list[tuple[float, Estimate]]) -> tuple[list[float], list[float], list[float]]:
    """The upper and lower edge of a band as stairs."""
    days, upper, lower = [points[0][0]], [points[0][1].high or 0.0], [points[0][1].low or 0.0]
    for day, one in points[1:]:
        days += [day, day]
        upper += [upper[-1], one.high or 0.0]
        lower += [lower[-1], one.low or 0.0]
    return days, upper, lower


def _names(canvas: Canvas, picture: CurvePlot) -> None:
    """Each curve's name at its end, pushed apart where they would touch; one curve needs none."""
    if len(picture.curves) < 2:
        return
    ends = sorted(((steps[-1][1].value or 0.0, steps[-1][0], curve) for curve in picture.curves if (steps := _steps(curve))), key=lambda end: -end[0])
    last = float("inf")
    for value, day, curve in ends:
        wanted = value * BODY
        place = min(wanted, last - LABEL_GAP)
        last = place - LABEL_GAP * (lines(wrapped(curve.label, LABEL_LETTERS)) - 1)
        canvas.note(
            x=day,
            y=value,
            text=wrapped(curve.label, LABEL_LETTERS),
            xanchor="left",
            xshift=8,
            yshift=place - wanted,
            align="left",
            font={"size": 13, "color": _colour(canvas, curve)},
        )
    room = max(min(len(curve.label), LABEL_LETTERS) for curve in picture.curves)
    canvas.figure.update_layout(margin={"r": int(20 + room * LETTER_POINTS)})


def _rule(canvas: Canvas, picture: CurvePlot) -> None:
    """The target day as a labelled rule."""
    theme = canvas.theme
    canvas.figure.add_shape(
        type="line", x0=picture.target, x1=picture.target, y0=0, y1=1, yref="paper", line={"color": theme.notice, "width": 1.5, "dash": "dash"}
    )
    canvas.note(
        x=picture.target,
        y=1,
        yref="paper",
        text=picture.target_label,
        xanchor="left",
        yanchor="bottom",
        align="left",
        font={"size": 12, "color": theme.notice},
    )
