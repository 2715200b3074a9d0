"""Dots with whiskers: groups against each other or against a reference, on a log axis for ratios."""

from __future__ import annotations

import math
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.charts.frame import Canvas, framed, hover_text, label_axis, shown, span, value_axis, wrapped
from dashboard.charts.theme import Tokens, faded, tokens
from dashboard.schema import say
from dashboard.schema.picture import Dot, DotPlot
from dashboard.schema.words import label as word

ROW, EXTRA = 46, 24  # points per row, and for each further dot in it
LABEL_LETTERS = 20
FAR = 4.0  # a whisker may reach this many times beyond the outermost dots of a log axis before it is cut at the edge


@dataclass(frozen=True, slots=True)
class Slot:
    """One line of the picture: a panel's heading, or a row with its dots."""

    heading: str
    dots: tuple[Dot, ...]

    @property
    def height(self) -> int:
        """Points of height."""
        return 34 if not self.dots else ROW + EXTRA * (len(self.dots) - 1)


def slots(picture: DotPlot) -> list[Slot]:
    """The lines of the picture from top to bottom: each panel's heading, then its rows in the order given."""
    found: list[Slot] = []
    for panel in dict.fromkeys(dot.panel for dot in picture.dots):
        rows: dict[str, list[Dot]] = {}
        for dot in picture.dots:
            if dot.panel == panel:
                rows.setdefault(dot.label, []).append(dot)
        if panel:
            found.append(Slot(panel, ()))
        found += [Slot(name, tuple(dots)) for name, dots in rows.items()]
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
        return [10 ** (math.log10(low) - 0.08 * room), 10 ** (math.log10(high) + 0.3 * room)]
    low, high = min([*values, 0.0]), max([*values, 0.0])
    room = (high - low) or 1.0
    return [low - (0.06 * room if low < 0 else 0.0), high + 0.3 * room]


def draw_dots(picture: DotPlot, dark: bool) -> go.Figure:
    """The figure of a dot plot."""
    theme = tokens(dark)
    lines = slots(picture)
    figure = framed(picture.title, picture.subtitle, sum(slot.height for slot in lines) or ROW, dark)
    ends = limits(picture)
    axis = value_axis(picture.scale, theme, picture.axis, ends)
    figure.update_xaxes(axis | {"range": [math.log10(end) for end in ends] if picture.scale == "log" else ends})
    top, places, names = 0.0, [], []
    canvas = Canvas(figure, dark, tuple(dot.group for dot in picture.dots))
    for slot in lines:
        middle = top + slot.height / 2
        places.append(middle)
        heading = f"<b>{wrapped(slot.heading, LABEL_LETTERS)}</b>" if not slot.dots else wrapped(slot.heading, LABEL_LETTERS)
        names.append(heading)
        for place, dot in enumerate(slot.dots):
            offset = (place - (len(slot.dots) - 1) / 2) * EXTRA
            _add(canvas, dot, middle + offset, picture, several=len(slot.dots) > 1)
        top += slot.height
    figure.update_yaxes(label_axis(theme) | {"tickvals": places, "ticktext": names, "range": [top or ROW, 0]})
    _reference(figure, picture, theme)
    return figure


def _add(canvas: Canvas, dot: Dot, y: float, picture: DotPlot, *, several: bool) -> None:
    """One dot with its whisker and its direct label; a dot that does not stand out is hollow and pale."""
    figure, theme, ends = canvas.figure, canvas.theme, limits(picture)
    look = canvas.look(dot.group)
    prefix = f"{word(dot.group)} " if several and dot.group else ""
    if not shown(dot.estimate):
        text = f"{prefix}{say.value(dot.estimate, picture.scale)}"
        figure.add_annotation(
            x=0.01, xref="x domain", y=y, text=f"<i>{text}</i>", showarrow=False, xanchor="left", font={"size": 13, "color": theme.notice}
        )
        return
    loud = dot.stands_out or picture.reference is None
    value, low, high = (dot.estimate.value, dot.estimate.low, dot.estimate.high)
    colour = theme.gap if dot.stands_out and not dot.group else look.colour
    left, right = max(low if low is not None else value or 0.0, ends[0]), min(high if high is not None else value or 0.0, ends[1])
    hover = hover_text(f"{dot.label}{', ' + word(dot.group) if dot.group and word(dot.group) != dot.label else ''}", dot.estimate, picture.scale)
    if low is not None or high is not None:
        figure.add_scatter(
            x=[left, right],
            y=[y, y],
            mode="lines",
            line={"color": colour if loud else faded(colour, 0.5), "width": 3 if loud else 2},
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=[value],
        y=[y],
        mode="markers",
        marker={"symbol": look.marker, "size": 12, "color": colour if loud else theme.paper, "line": {"color": colour, "width": 2}},
        hovertemplate=hover + "<extra></extra>",
        name=dot.label,
    )
    text = f"{prefix}{say.value(dot.estimate, picture.scale)}"
    edge = max(right, value or 0.0)
    figure.add_annotation(
        x=math.log10(edge) if picture.scale == "log" else edge,
        y=y,
        text=f"<b>{text}</b>" if dot.stands_out else text,
        showarrow=False,
        xanchor="left",
        xshift=10,
        font={"size": 13, "color": theme.gap if dot.stands_out else theme.ink if loud else theme.muted},
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
