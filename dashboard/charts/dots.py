"""Dots with whiskers: groups against each other or against a reference, on a log axis for ratios."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.charts.frame import Canvas, framed, hover_text, label_axis, shown, span, value_axis, wrapped
from dashboard.charts.frame import lines as wrapped_lines
from dashboard.charts.theme import Tokens, faded, tokens
from dashboard.schema import say
from dashboard.schema.picture import Dot, DotPlot
from dashboard.schema.words import label as word

ROW, DENSE_ROW, MANY, HEADING, LINE = 44, 34, 9, 36, 16  # points per row; per row when there are many; per panel heading; per line of a label
LABEL_LETTERS, HEADING_LETTERS = 20, 34
DOT, CAP = 10, 20  # points: a dot's width, a cap's height
FAR = 4.0  # a whisker may reach this many times beyond the outermost dots of a log axis before it is cut at the edge
ROOM = 0.36  # of the axis, kept free at the right for the direct labels on a phone


@dataclass(frozen=True, slots=True)
class Slot:
    """One line of the picture: a panel's heading, or a row with its dot."""

    heading: str
    dot: Dot | None = None


def slots(picture: DotPlot) -> list[Slot]:
    """The lines of the picture from top to bottom: each panel's heading, then its rows in the order given."""
    found: list[Slot] = []
    for panel in dict.fromkeys(dot.panel for dot in picture.dots):
        if panel:
            found.append(Slot(panel))
        found += [Slot(dot.label, dot) for dot in picture.dots if dot.panel == panel]
    return found


def limits(picture: DotPlot) -> list[float]:
    """The ends of the value axis in data units, with room for the labels; whiskers that run far out are cut there."""
    values = span([dot.estimate for dot in picture.dots]) + ([picture.reference] if picture.reference is not None else [])
    if picture.scale == "log":
        middle = [dot.estimate.value for dot in picture.dots if shown(dot.estimate) and dot.estimate.value] + [picture.reference or 1.0]
        centre = [value for value in middle if value and value > 0] or [1.0]
        near = [value for value in values if value > 0] or [1.0]
        low, high = max(min(near), min(centre) / FAR), min(max(near), max(centre) * FAR)
        room = max(math.log10(high / low), 0.3)
        return [10 ** (math.log10(low) - 0.08 * room), 10 ** (math.log10(high) + ROOM * room)]
    low, high = min([*values, 0.0]), max([*values, 0.0])
    room = (high - low) or 1.0
    return [low - (0.06 * room if low < 0 else 0.0), high + ROOM * room]


def draw_dots(picture: DotPlot, dark: bool) -> go.Figure:
    """The figure of a dot plot."""
    theme = tokens(dark)
    lines = slots(picture)
    row = ROW if len(picture.dots) < MANY else DENSE_ROW
    tall = [max(row, LINE * wrapped_lines(wrapped(slot.heading, LABEL_LETTERS)) + 8) if slot.dot else HEADING for slot in lines]
    figure = framed(picture.title, picture.subtitle, sum(tall) or ROW, dark)
    ends = limits(picture)
    axis = value_axis(picture.scale, theme, picture.axis, ends)
    figure.update_xaxes(axis | {"range": [math.log10(end) for end in ends] if picture.scale == "log" else ends})
    canvas = Canvas(figure, dark, tuple(dot.group for dot in picture.dots))
    top, places, names = 0.0, [], []
    _reference(figure, picture, theme)
    for slot, height in zip(lines, tall, strict=True):
        middle = top + height / 2
        if slot.dot is None:
            _heading(canvas, slot.heading, middle)
        else:
            places.append(middle)
            names.append(wrapped(slot.heading, LABEL_LETTERS))
            _add(canvas, slot.dot, middle, picture, ends)
        top += height
    figure.update_yaxes(label_axis(theme) | {"tickvals": places, "ticktext": names, "range": [top or ROW, 0]})
    return canvas.finished()


def _heading(canvas: Canvas, text: str, y: float) -> None:
    """A panel's name across the whole picture."""
    canvas.note(
        x=0,
        xref="paper",
        y=y,
        text=f"<b>{wrapped(text, HEADING_LETTERS)}</b>",
        xanchor="left",
        align="left",
        font={"size": 13, "color": canvas.theme.ink},
        bgcolor=canvas.theme.paper,
    )


def _add(canvas: Canvas, dot: Dot, y: float, picture: DotPlot, ends: list[float]) -> None:
    """One dot with its whisker and its direct label; a dot that does not stand out is hollow."""
    theme, scale = canvas.theme, picture.scale
    if not shown(dot.estimate):
        text = f"<i>{say.value(dot.estimate, scale)}</i>"
        canvas.note(x=0.01, xref="x domain", y=y, text=text, xanchor="left", font={"size": 13, "color": theme.notice}, bgcolor=theme.paper)
        return
    apart = picture.stands_out(dot)
    value = dot.estimate.value or 0.0
    low, high = dot.estimate.low, dot.estimate.high
    filled = apart or picture.reference is None or value == picture.reference
    look = canvas.look(dot.group)
    colour = theme.gap if apart and not dot.group else look.colour
    left, right = max(low if low is not None else value, ends[0]), min(high if high is not None else value, ends[1])
    if low is not None or high is not None:
        line = {"color": colour if filled else faded(colour, 0.6), "width": 3 if filled else 2}
        _whisker(canvas, (left, right), (low == left, high == right), y, line)
    name = f"{dot.label}{', ' + word(dot.group) if dot.group and word(dot.group) != dot.label else ''}"
    canvas.scatter(
        x=[value],
        y=[y],
        mode="markers",
        marker={"symbol": look.marker, "size": DOT, "color": colour if filled else theme.paper, "line": {"color": colour, "width": 2}},
        hovertemplate=hover_text(name, dot.estimate, scale) + "<extra></extra>",
        name=dot.label,
    )
    _label(canvas, dot, (max(right, value), y), picture)


def _whisker(canvas: Canvas, ends: tuple[float, float], whole: tuple[bool, bool], y: float, line: Mapping[str, object]) -> None:
    """An interval with a cap at each end that is taller than any dot: it is seen where it is narrower than its dot too. No cap where it was cut."""
    caps = {"symbol": "line-ns", "size": [CAP if there else 0 for there in whole], "line": {**line, "width": 2}, "opacity": 1}
    canvas.scatter(x=list(ends), y=[y, y], mode="lines+markers", line=line, marker=caps, hoverinfo="skip")


def _label(canvas: Canvas, dot: Dot, place: tuple[float, float], picture: DotPlot) -> None:
    """The value, written beside its whisker on paper of its own so that no line runs through it."""
    theme, apart = canvas.theme, picture.stands_out(dot)
    text = say.value(dot.estimate, picture.scale).removesuffix(" points")
    canvas.note(
        x=math.log10(place[0]) if picture.scale == "log" else place[0],
        y=place[1],
        text=f"<b>{text}</b>" if apart else text,
        xanchor="left",
        xshift=9,
        borderpad=1,
        bgcolor=theme.paper,
        font={"size": 13, "color": theme.gap if apart else theme.ink},
    )


def _reference(figure: go.Figure, picture: DotPlot, theme: Tokens) -> None:
    """The labelled dashed line that the dots are read against."""
    if picture.reference is None:
        return
    figure.add_vline(x=picture.reference, line={"color": theme.ink, "width": 1.5, "dash": "dash"}, layer="below")
    if picture.reference_label:
        place = math.log10(picture.reference) if picture.scale == "log" else picture.reference
        figure.add_annotation(
            x=place,
            y=1,
            yref="y domain",
            text=wrapped(picture.reference_label, LABEL_LETTERS),
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
            xshift=4,
            yshift=-4,
            align="left",
            font={"size": 12, "color": theme.muted},
        )
