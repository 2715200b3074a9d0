"""How is a picture drawn without a browser? As marks at fractions of a track, which HTML and PDF place alike.

Every picture becomes rows (groups, bars) or columns (periods, days). Maps, scatters, grids and clouds stay with their tables.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from dashboard.charts.frame import FEW_TICKS, LOG_TICKS, round_steps, shown, span
from dashboard.charts.in_words import in_words
from dashboard.schema import say
from dashboard.schema.picture import BarPlot, CurvePlot, DotPlot, Picture, Scale, Series, TrendPlot
from dashboard.schema.result import Estimate

ROOM = 0.03  # of the track on each side, so that a mark at an end is whole
MOST_NAMED = 8  # columns that all carry their name
DAYS = 12
MOST_ROWS = 36  # of one page
MOST_PANELS = 7
T = TypeVar("T")
WHISKERS = {
    "Bands are": "Whiskers are",
    "bands are": "whiskers are",
    "95% band": "95% intervals",
    "the band is": "whiskers are",
}  # what a page draws as a band


@dataclass(frozen=True, slots=True)
class Mark:
    """One number on the track: its ends and middle as fractions, None where there is nothing to draw, and how it is written.

    `strong` marks what stands out, `faint` what is incomplete; `event` is a date to name at this place, a
    `gap` a place of which nothing is said.
    """

    label: str
    low: float | None
    value: float | None
    high: float | None
    written: str
    strong: bool = True
    faint: bool = False
    event: str = ""
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """Marks that share a heading."""

    title: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture ready to be placed. `columns`: the marks stand side by side over an upright track. `base` is where bars begin, `line`
    the reference, with its words.
    """

    title: str
    subtitle: str
    alt: str
    columns: bool
    bars: bool
    panels: tuple[Panel, ...]
    ticks: tuple[tuple[float, str], ...]
    base: float = 0.0
    line: tuple[float, str] | None = None
    axis: str = ""
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Track:
    """Where a number stands between both ends of an axis."""

    low: float
    high: float
    log: bool

    def at(self, value: float | None) -> float | None:
        """The fraction of the track, kept within it."""
        if value is None or (self.log and value <= 0):
            return None
        low, high, here = (math.log(one) for one in (self.low, self.high, value)) if self.log else (self.low, self.high, value)
        part = min(max((here - low) / ((high - low) or 1.0), 0.0), 1.0)
        return round(ROOM + part * (1 - 2 * ROOM), 4)

    def mark(self, label: str, one: Estimate, scale: Scale, *, strong: bool = True, faint: bool = False, event: str = "") -> Mark:
        """One estimate on this track."""
        words = say.compact(one, scale)
        if not shown(one):
            return Mark(label, None, None, None, words, strong, faint, event)
        low, high = (None, None) if one.low is None or one.high is None else (self.at(_finite(one.low, self)), self.at(_finite(one.high, self)))
        low = self.at(self.low) if self.log and one.low is not None and one.low <= 0 else low
        return Mark(label, low, self.at(one.value), high, words, strong, faint, event)


def _finite(value: float, track: Track) -> float:
    """An end that is drawn: an open one reaches the end of the track."""
    return value if math.isfinite(value) else track.high if value > 0 else track.low


def figures(picture: Picture) -> tuple[Figure, ...]:
    """The picture as marks on tracks, on several sheets of one scale where it has many rows.

    Nothing where its table says it better on paper, or where nothing in it can be shown.
    """
    for said, drawn in WHISKERS.items():
        picture = replace(picture, subtitle=picture.subtitle.replace(said, drawn))
    if isinstance(picture, DotPlot):
        track = _track((dot.estimate for dot in picture.dots), picture.scale, more=[] if picture.reference is None else [picture.reference])
        found = [_dots(replace(picture, title=title, dots=dots), track) for title, dots in _sheets(picture.title, picture.dots)]
    elif isinstance(picture, BarPlot):
        track = _track((bar.estimate for bar in picture.bars), picture.scale, zero=True)
        found = [_bars(replace(picture, title=title, bars=bars), track) for title, bars in _sheets(picture.title, picture.bars)]
    elif isinstance(picture, TrendPlot):
        found = [_trend(picture)]
    elif isinstance(picture, CurvePlot):
        found = [_curves(picture)]
    else:
        return ()
    return tuple(one for one in found if any(mark.value is not None for panel in one.panels for mark in panel.marks))


def _sheets(title: str, rows: tuple[T, ...]) -> list[tuple[str, tuple[T, ...]]]:
    """Rows in sheets that fit a page, each with its title."""
    parts = [rows[start : start + MOST_ROWS] for start in range(0, len(rows), MOST_ROWS)]
    return [(f"{title} ({place} of {len(parts)})" if len(parts) > 1 else title, part) for place, part in enumerate(parts, 1)]


def _track(estimates: Iterable[Estimate], scale: Scale, *, zero: bool = False, more: Sequence[float] = (), window: float = 0.0) -> Track:
    """An axis over all numbers with their intervals."""
    values = [*span(list(estimates)), *more, *([0.0] if zero else [])]
    if scale == "log":
        positive = [one for one in values if one > 0] or [1.0]
        return Track(min(*positive, 0.8), max(*positive, 1.25), log=True)
    low, high = min(values, default=0.0), max(values, default=1.0)
    if high - low < window:
        middle = (low + high) / 2
        low, high = max(0.0, middle - window / 2), max(0.0, middle - window / 2) + window
    high = high if high > low else low + 1.0
    steps = round_steps(low, high)
    step = steps[1] - steps[0] if len(steps) > 1 else 0.0
    return Track(min(low, steps[0] - (step if steps[0] > low else 0.0)), max(high, steps[-1] + (step if steps[-1] < high else 0.0)), log=False)


def _ticks(track: Track, scale: Scale) -> tuple[tuple[float, str], ...]:
    """Round numbers along the track."""
    steps = [one for one in LOG_TICKS if track.low <= one <= track.high] if track.log else round_steps(track.low, track.high)
    while track.log and len(steps) > FEW_TICKS + 1:
        steps = [one for place, one in enumerate(steps) if one == 1.0 or (place - steps.index(1.0)) % 2 == 0]
    return tuple((at, "0" if one == 0 else say.WRITERS[scale](one).removesuffix(" points")) for one in steps if (at := track.at(one)) is not None)


def _dots(picture: DotPlot, track: Track) -> Figure:
    """A row a dot, a panel a heading."""
    names = dict.fromkeys(dot.panel for dot in picture.dots)
    judged = picture.reference is not None or any(dot.stands_out is not None for dot in picture.dots)
    panels = tuple(
        Panel(
            name,
            tuple(
                track.mark(dot.label, dot.estimate, picture.scale, strong=picture.stands_out(dot) or not judged)
                for dot in picture.dots
                if dot.panel == name
            ),
        )
        for name in names
    )
    at = track.at(picture.reference)
    line = (at, picture.reference_label or "no difference") if at is not None else None
    return Figure(
        picture.title, picture.subtitle, in_words(picture), False, False, panels, _ticks(track, picture.scale), line=line, axis=picture.axis
    )


def _bars(picture: BarPlot, track: Track) -> Figure:
    """A row a bar, from zero."""
    marks = tuple(track.mark(bar.label, bar.estimate, picture.scale) for bar in picture.bars)
    ticks, base = _ticks(track, picture.scale), track.at(0.0) or 0.0
    return Figure(picture.title, picture.subtitle, in_words(picture), False, True, (Panel("", marks),), ticks, base, axis=picture.axis)


def _trend(picture: TrendPlot) -> Figure:
    """A column a period, a panel a line; a line of a benchmark is a panel of its own."""
    estimates = [point.estimate for series in picture.series for point in series.points]
    counts = picture.scale == "number" and not picture.window
    track = _track(estimates, picture.scale, zero=not picture.window and picture.scale != "points", window=picture.window)
    events = {event.period: event.label for event in picture.events}
    periods = sorted({point.period for series in picture.series for point in series.points})
    panels = tuple(
        Panel(series.label if len(picture.series) > 1 else "", _columns(series, periods, track, picture.scale, events)) for series in picture.series
    )
    bars = counts and not any(one.low is not None for one in estimates)
    told = tuple(f"{event.period}: {event.label}" for event in picture.events)
    panels = panels[:MOST_PANELS]
    ticks, base = _ticks(track, picture.scale), track.at(0.0) or 0.0
    return Figure(picture.title, picture.subtitle, in_words(picture), True, bars, panels, ticks, base, axis=picture.axis, events=told)


def _columns(series: Series, periods: Sequence[str], track: Track, scale: Scale, events: dict[str, str]) -> tuple[Mark, ...]:
    """One line over the periods of the whole picture; of many periods only the first of each year is named."""
    many, found, last = len(periods) > MOST_NAMED, [], ""
    points = {point.period: point for point in series.points}
    for period in periods:
        name = ("" if period[:4] == last else period[:4]) if many else period
        last, event = period[:4], events.get(period, "")
        if period in points:
            found.append(track.mark(name, points[period].estimate, scale, faint=points[period].partial, event=event))
        else:
            found.append(Mark(name, None, None, None, "", event=event, gap=True))
    return tuple(found)


def _curves(picture: CurvePlot) -> Figure:
    """Stairs read off at even steps, and at the target day."""
    last = max((day for curve in picture.curves for day, _ in curve.points), default=0.0)
    step = next((one for one in (5, 10, 15, 30, 60, 90, 180, 365) if last / one <= DAYS), 365)
    days = sorted({*(float(step * place) for place in range(1, int(last // step) + 1)), *([picture.target] if picture.target else [])})
    track = (
        Track(0.0, 1.0, log=False)
        if picture.scale == "percent"
        else _track((e for c in picture.curves for _, e in c.points), picture.scale, zero=True)
    )
    panels = []
    for curve in picture.curves:
        known = [(day, [one for when, one in curve.points if when <= day]) for day in days if day <= max((d for d, _ in curve.points), default=0.0)]
        marks = tuple(
            track.mark(f"{day:.0f}", until[-1], picture.scale, event=picture.target_label if day == picture.target else "")
            for day, until in known
            if until
        )
        panels.append(Panel(curve.label if len(picture.curves) > 1 else "", marks))
    told = (picture.target_label,) if picture.target_label else ()
    words = f"{picture.axis}, read off along the line"
    return Figure(
        picture.title,
        picture.subtitle,
        in_words(picture),
        True,
        False,
        tuple(panels[:MOST_PANELS]),
        _ticks(track, picture.scale),
        axis=words,
        events=told,
    )
