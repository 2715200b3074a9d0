"""Lines with bands over time: a period without data is a gap, an incomplete one is hollow, events are thin rules."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.charts.frame import Canvas, framed, hover_text, shown, span, value_axis, wrapped
from dashboard.charts.theme import Look, Tokens, faded, tokens
from dashboard.schema.picture import Event, Point, Series, TrendPlot
from dashboard.schema.result import Estimate

BODY = 280
LABEL_LETTERS = 14
LETTER_POINTS = 7.4
MOST_LINES = 3  # in one panel; more become small multiples
ROW_OF_TWO = 150  # points of height of a row of small multiples
MANY = 24  # periods from which markers shrink
HEADROOM = 1.3  # of the highest value, where the names of events stand above the line
LABEL_GAP = 20  # points between two direct labels
EDGE = 0.04  # of the time axis, free before the first and after the last period
LATE = 0.7  # of the time axis, from where an event's label stands left of its rule
TICK_FORMATS = {"year": "%Y", "quarter": "%b<br>%Y", "month": "%b<br>%Y", "day": "%d %b<br>%Y"}


def kind_of(period: str) -> str:
    """Is this period a year, a quarter, a month or a day?"""
    if re.fullmatch(r"\d{4}", period):
        return "year"
    if re.fullmatch(r"\d{4}-?Q[1-4]", period):
        return "quarter"
    return "month" if re.fullmatch(r"\d{4}-\d{2}", period) else "day"


def moment(period: str) -> dt.date:
    """The first day of a period."""
    kind = kind_of(period)
    if kind == "year":
        return dt.date(int(period), 1, 1)
    if kind == "quarter":
        return dt.date(int(period[:4]), 3 * int(period[-1]) - 2, 1)
    return dt.date.fromisoformat(f"{period}-01" if kind == "month" else period[:10])


def complete(points: tuple[Point, ...]) -> list[Point]:
    """The points in order, with an empty one for every year, quarter or month that is missing between them."""
    ordered = sorted(points, key=lambda point: moment(point.period))
    kind = kind_of(ordered[0].period) if ordered else "day"
    step = {"year": 12, "quarter": 3, "month": 1}.get(kind)
    if step is None:
        return ordered
    known = {moment(point.period): point for point in ordered}
    first, last = min(known), max(known)
    filled = []
    months = first.year * 12 + first.month - 1
    while dt.date(months // 12, months % 12 + 1, 1) <= last:
        day = dt.date(months // 12, months % 12 + 1, 1)
        filled.append(known.get(day, Point(day.isoformat(), Estimate.unavailable("No data for this period."))))
        months += step
    return filled


def draw_trend(picture: TrendPlot, dark: bool) -> go.Figure:
    """The figure of a trend."""
    if len(picture.series) > MOST_LINES:
        return _multiples(picture, dark)
    theme = tokens(dark)
    figure = framed(picture.title, picture.subtitle, BODY, dark)
    figure.update_yaxes(_up(picture, theme))
    days = days_of(picture)
    figure.update_xaxes(_along(picture, theme, 6) | {"range": [day.isoformat() for day in days]})
    canvas = Canvas(figure, dark, tuple(series.group or series.label for series in picture.series))
    for series in picture.series:
        _add(canvas, series, picture)
    _direct_labels(canvas, picture)
    figure = canvas.finished()
    for event in picture.events:
        late = moment(event.period) > days[0] + LATE * (days[1] - days[0])
        _event(figure, event, theme, late=late)
    return figure


def days_of(picture: TrendPlot) -> tuple[dt.date, dt.date]:
    """The ends of the time axis: first and last period with a little room. Set, because the drawing library would make room for texts, too."""
    known = [moment(point.period) for series in picture.series for point in series.points]
    known += [moment(event.period) for event in picture.events]
    if not known:
        return dt.date(2000, 1, 1), dt.date(2001, 1, 1)
    first, last = min(known), max(known)
    room = max((last - first) * EDGE, dt.timedelta(days=20))
    return first - room, last + room


def _up(picture: TrendPlot, theme: Tokens) -> dict[str, Any]:
    """The value axis."""
    values = span([point.estimate for series in picture.series for point in series.points])
    axis = value_axis(picture.scale, theme, picture.axis, values, zero=not picture.window and picture.scale in {"number", "percent"})
    if picture.events and values and not picture.window and picture.scale == "number" and min(values) >= 0 < max(values):
        return axis | {"range": [0, HEADROOM * max(values)]}
    return axis | ({"range": window_of(values, picture.window)} if picture.window and values else {})


def window_of(values: list[float], least: float) -> list[float]:
    """The ends of a value axis that is at least so high and has the values in its middle, inside 0 to 100 where they are."""
    low, high = min(values), max(values)
    height = max(least, 1.15 * (high - low))
    start = (low + high - height) / 2
    if high <= 100:
        start = min(start, 100 - height)
    return [max(start, 0.0), max(start, 0.0) + height] if low >= 0 else [start, start + height]


def _along(picture: TrendPlot, theme: Tokens, ticks: int) -> dict[str, Any]:
    """The time axis."""
    periods = [point.period for series in picture.series for point in series.points]
    kind = kind_of(periods[0]) if periods else "year"
    if kind == "day" and all(period.endswith("-01-01") for period in periods):
        kind = "year"  # waves of which only the year is known
    return {
        "type": "date",
        "tickformat": TICK_FORMATS[kind],
        "dtick": "M12" if kind == "year" else None,
        "nticks": ticks,
        "showgrid": False,
        "zeroline": False,
        "linecolor": theme.line,
        "tickfont": {"size": 12, "color": theme.muted},
        "fixedrange": True,
    }


def _multiples(picture: TrendPlot, dark: bool) -> go.Figure:
    """Many lines as small multiples, two beside each other, all on the same axes and each under its own name."""
    theme = tokens(dark)
    rows = math.ceil(len(picture.series) / 2)
    names = [series.label for series in picture.series]
    body = ROW_OF_TWO * rows
    grid = make_subplots(rows, 2, shared_xaxes=True, shared_yaxes="all", subplot_titles=names, horizontal_spacing=0.06, vertical_spacing=44 / body)
    framing = framed(picture.title, picture.subtitle, body, dark).layout
    grid.update_layout(framing)
    grid.update_yaxes(_up(picture, theme) | {"title": None, "nticks": 4})
    grid.update_xaxes(_along(picture, theme, 3))
    canvas = Canvas(grid, dark, tuple(series.group or series.label for series in picture.series))
    for place, series in enumerate(picture.series):
        panel = str(place + 1) if place else ""
        _add(canvas, series, picture, {"xaxis": f"x{panel}", "yaxis": f"y{panel}"})
    grid = canvas.finished()
    for note, series in zip(grid.layout.annotations, picture.series, strict=True):
        note.update(font={"size": 13, "color": canvas.look(_key(series, picture)).colour}, x=note.x, xanchor="center")
    for event in picture.events:
        grid.add_vline(x=moment(event.period).isoformat(), line={"color": theme.notice, "width": 1, "dash": "dot"})
    return grid


def _add(canvas: Canvas, series: Series, picture: TrendPlot, where: dict[str, str] | None = None) -> None:
    """One line with its band, in its panel; where there is no value the line breaks."""
    where = where or {}
    theme, look = canvas.theme, _look(canvas, series, picture)
    points = complete(series.points)
    for run in runs(points):
        banded = [point for point in run if point.estimate.low is not None and point.estimate.high is not None]
        days = [moment(point.period).isoformat() for point in banded]
        if len(banded) > 1:
            edge = [point.estimate.high for point in banded] + [point.estimate.low for point in reversed(banded)]
            canvas.scatter(
                x=days + days[::-1],
                y=edge,
                fill="toself",
                mode="lines",
                line={"width": 0},
                fillcolor=faded(look.colour, 0.16),
                hoverinfo="skip",
                **where,
            )
        elif banded:  # a period that stands alone has whiskers in place of a band
            (point,) = banded
            canvas.scatter(
                x=days * 2,
                y=[point.estimate.low, point.estimate.high],
                mode="lines",
                line={"color": faded(look.colour, 0.6), "width": 2},
                hoverinfo="skip",
                **where,
            )
    canvas.scatter(
        x=[moment(point.period).isoformat() for point in points],
        y=[point.estimate.value if shown(point.estimate) else None for point in points],
        mode="lines" if series.dashed else "lines+markers",
        connectgaps=series.dashed,
        line={"color": look.colour, "width": 1.5 if series.dashed else 2.5, "dash": "dash" if series.dashed else "solid"},
        marker={
            "symbol": look.marker,
            "size": 5 if len(points) > MANY else 9,
            "color": [theme.paper if point.partial else look.colour for point in points],
            "line": {"color": look.colour, "width": 1.5},
        },
        customdata=[_said(series, point, picture) for point in points],
        hovertemplate="%{customdata}<extra></extra>",
        name=series.label,
        **where,
    )


def _look(canvas: Canvas, series: Series, picture: TrendPlot) -> Look:
    """How a line is drawn: a benchmark muted, others in their group's colour."""
    return Look(canvas.theme.muted, "circle") if series.dashed else canvas.look(_key(series, picture))


def _said(series: Series, point: Point, picture: TrendPlot) -> str:
    """What the pointer finds on one period."""
    return hover_text(f"{series.label}, {point.period}{' (incomplete)' if point.partial else ''}", point.estimate, picture.scale)


def runs(points: list[Point]) -> list[list[Point]]:
    """Stretches of periods that have a value."""
    found: list[list[Point]] = [[]]
    for point in points:
        if shown(point.estimate):
            found[-1].append(point)
        elif found[-1]:
            found.append([])
    return [run for run in found if run]


def _key(series: Series, picture: TrendPlot) -> str:
    """Which group's look a line has; a single line without a group is the one that answers."""
    return series.group or ("" if sum(not one.dashed for one in picture.series) == 1 else series.label)


def _direct_labels(canvas: Canvas, picture: TrendPlot) -> None:
    """The name of each line at its end, pushed apart where they would touch. A single line needs none: the title names it."""
    if len(picture.series) < 2:
        return
    ends = []
    for series in picture.series:
        known = [point for point in complete(series.points) if shown(point.estimate)]
        if known:
            ends.append((known[-1].estimate.value or 0.0, known[-1].period, series))
    values = span([point.estimate for series in picture.series for point in series.points])
    room = ((max([*values, 0.0]) - min([*values, 0.0])) or 1.0) / BODY
    shift, last = 0.0, float("inf")
    for value, period, series in sorted(ends, key=lambda end: -end[0]):
        wanted = value / room if picture.scale != "log" else 0.0
        place = min(wanted, last - LABEL_GAP)
        shift, last = place - wanted, place
        canvas.note(
            x=moment(period).isoformat(),
            y=value,
            text=wrapped(series.label, LABEL_LETTERS),
            xanchor="left",
            xshift=10,
            yshift=shift,
            align="left",
            font={"size": 13, "color": _look(canvas, series, picture).colour},
        )
    longest = max(len(line) for series in picture.series for line in wrapped(series.label, LABEL_LETTERS).split("<br>"))
    canvas.figure.update_layout(margin={"r": int(24 + longest * LETTER_POINTS)})


def _event(figure: go.Figure, event: Event, theme: Tokens, *, late: bool) -> None:
    """A thin vertical rule with its label on top, inside the picture."""
    day = moment(event.period).isoformat()
    figure.add_shape(type="line", x0=day, x1=day, y0=0, y1=1, yref="paper", line={"color": theme.notice, "width": 1, "dash": "dot"})
    figure.add_annotation(
        x=day,
        y=1,
        yref="paper",
        text=wrapped(event.label, LABEL_LETTERS),
        showarrow=False,
        xanchor="right" if late else "left",
        yanchor="top",
        xshift=-3 if late else 3,
        align="right" if late else "left",
        font={"size": 12, "color": theme.notice},
    )
