"""Lines of a still picture: trends with bands, and the share that has ended after so many days."""

from __future__ import annotations

import datetime as dt
import math

from dashboard.charts.curves import stairs
from dashboard.charts.frame import shown, span
from dashboard.charts.still import LETTER, LINE, Axis, Sheet, fold, hue_of
from dashboard.charts.trends import HEADROOM, MOST_LINES, complete, days_of, kind_of, moment, runs, window_of
from dashboard.schema.picture import Curve, CurvePlot, Series, TrendPlot
from dashboard.schema.result import Estimate

BODY, SMALL, LEFT, BELOW = 250.0, 110.0, 46.0, 46.0
LETTERS = 15  # of a line's name at its end
DASHES = ("", "6 4", "2 3", "8 3 2 3", "12 4")


def trend(picture: TrendPlot, width: float) -> Sheet:
    """Lines with bands over time; more than a few as small pictures below each other or in pairs."""
    sheet = Sheet(width)
    if len(picture.series) <= MOST_LINES:
        longest = max((len(line) for one in picture.series for line in fold(one.label, LETTERS)), default=0)
        right = width - (longest * LETTER + 14 if len(picture.series) > 1 else 12)
        _panel(sheet, picture, picture.series, (LEFT, 22.0, right, BODY), labels=len(picture.series) > 1)
        sheet.height = 22 + BODY + BELOW
        return sheet
    beside = 2 if width > 500 else 1
    wide = width / beside
    for place, one in enumerate(picture.series):
        x, y = wide * (place % beside), (SMALL + 62) * (place // beside)
        lines = fold(one.label, (wide - LEFT) / LETTER)
        sheet.text(x + LEFT, y + 14, lines[0], hue_of(_key(one, picture), _keys(picture))[0], bold=True)
        _panel(sheet, picture, (one,), (x + LEFT, y + 24, x + wide - 14, SMALL), labels=False)
        sheet.height = max(sheet.height, y + SMALL + 62)
    return sheet


def _key(one: Series, picture: TrendPlot) -> str:
    """Which group's look a line has; a single line without a group is the one that answers."""
    return one.group or ("" if sum(not other.dashed for other in picture.series) == 1 else one.label)


def _keys(picture: TrendPlot) -> tuple[str, ...]:
    """The looks of all lines, in their order."""
    return tuple(one.group or one.label for one in picture.series)


def _values(picture: TrendPlot) -> tuple[float, float]:
    """The ends of the value axis."""
    values = span([point.estimate for one in picture.series for point in one.points]) or [0.0, 1.0]
    if picture.window:
        low, high = window_of(values, picture.window)
        return low, high
    low, high = min([*values, 0.0]), max([*values, 0.0])
    head = HEADROOM if picture.events else 1.06
    return (low * 1.06 if low < 0 else 0.0), high * head or 1.0


def _panel(sheet: Sheet, picture: TrendPlot, series: tuple[Series, ...], box: tuple[float, float, float, float], *, labels: bool) -> None:
    """One frame with its axes and lines; `box` is left, top, right and height."""
    left, top, right, height = box
    first, last = days_of(picture)
    x = Axis(first.toordinal(), last.toordinal(), left, right)
    y = Axis(*_values(picture), top + height, top, "number" if picture.scale == "log" else picture.scale)
    for value, words in y.ticks():
        sheet.line((left, y.at(value)), (right, y.at(value)), "line")
        sheet.text(left - 6, y.at(value) + 4, words, "muted", anchor="end", size=12)
    _time(sheet, picture, x, top + height)
    ends = []
    for one in series:
        end = _line(sheet, one, picture, x, y)
        if end is not None:
            ends.append((end, one))
    _events(sheet, picture, x, (top, top + height))
    if labels:
        _named(sheet, picture, ends)


def _events(sheet: Sheet, picture: TrendPlot, x: Axis, ends: tuple[float, float]) -> None:
    """A thin rule for each event with its label on top; one that comes soon after another stands below its label."""
    before, top = -1e9, ends[0] + 12
    for event in sorted(picture.events, key=lambda event: moment(event.period)):
        at, lines = x.at(moment(event.period).toordinal()), fold(event.label, 20)
        late = at > x.start + 0.6 * (x.end - x.start)
        top = top if at - before < 40 * LETTER else ends[0] + 12
        sheet.line((at, ends[0]), (at, ends[1]), "notice", 1, "2 3")
        sheet.text(at + (-5 if late else 5), top, lines, "notice", anchor="end" if late else "start", size=12)
        before, top = at, top + LINE * len(lines)


def _time(sheet: Sheet, picture: TrendPlot, x: Axis, bottom: float) -> None:
    """Years, or months where the time is short, below a frame."""
    first, last = dt.date.fromordinal(int(x.low)), dt.date.fromordinal(int(x.high))
    years = [dt.date(year, 1, 1) for year in range(first.year, last.year + 2) if first <= dt.date(year, 1, 1) <= last]
    periods = {point.period for one in picture.series for point in one.points}
    few = len(years) < 2
    days = [day for day in (moment(period) for period in sorted(periods)) if first <= day <= last] if few else years
    step = max(1, math.ceil(len(days) * 54 / max(x.end - x.start, 1)))
    sheet.line((x.start, bottom), (x.end, bottom), "line")
    for day in days[::step]:
        words = f"{day:%Y}" if not few or kind_of(next(iter(periods))) == "year" else f"{day:%b %Y}"
        sheet.text(x.at(day.toordinal()), bottom + LINE, words, "muted", anchor="middle", size=12)


def _line(sheet: Sheet, one: Series, picture: TrendPlot, x: Axis, y: Axis) -> tuple[float, float] | None:
    """One line with its band and marks; where it ends."""
    hue, symbol = ("muted", "circle") if one.dashed else hue_of(_key(one, picture), _keys(picture))
    points = complete(one.points)
    end = None
    for run in runs(points):
        places = [(x.at(moment(point.period).toordinal()), y.at(point.estimate.value or 0.0)) for point in run]
        banded = [point for point in run if point.estimate.low is not None and point.estimate.high is not None]
        if len(banded) > 1:
            upper = [(x.at(moment(point.period).toordinal()), y.at(point.estimate.high or 0.0)) for point in banded]
            lower = [(x.at(moment(point.period).toordinal()), y.at(point.estimate.low or 0.0)) for point in banded]
            sheet.path(upper + lower[::-1], "", fill=hue, faint=0.16)
        sheet.path(places, hue, 1.5 if one.dashed else 2.5, "6 4" if one.dashed else "")
        for point, place in zip(run, places, strict=True):
            if not one.dashed:
                sheet.mark(*place, 2.0 if len(points) > 24 else 4.0, hue, symbol, hollow=point.partial)
        end = places[-1] if places else end
    return end


def _named(sheet: Sheet, picture: TrendPlot, ends: list[tuple[tuple[float, float], Series]]) -> None:
    """The name of each line at its end, pushed apart where they would touch."""
    below = -1e9
    for (x, y), one in sorted(ends, key=lambda pair: pair[0][1]):
        lines = fold(one.label, LETTERS)
        at = max(y + 4, below + LINE + 2)
        hue = "muted" if one.dashed else hue_of(_key(one, picture), _keys(picture))[0]
        sheet.text(x + 9, at, lines, hue)
        below = at + LINE * (len(lines) - 1)


def curves(picture: CurvePlot, width: float) -> Sheet:
    """Stairs with bands over days, each named below, and a rule at the target."""
    longest = max((day for curve in picture.curves for day, _ in curve.points), default=1.0)
    x = Axis(0.0, longest, LEFT, width - 12)
    y = Axis(0.0, 1.0, 12 + BODY, 12.0, "percent")
    sheet = Sheet(width, 12 + BODY)
    for value, words in y.ticks():
        sheet.line((x.start, y.at(value)), (x.end, y.at(value)), "line")
        sheet.text(x.start - 6, y.at(value) + 4, words, "muted", anchor="end", size=12)
    for value, words in x.ticks():
        sheet.text(x.at(value), y.start + LINE, words, "muted", anchor="middle", size=12)
    sheet.text((x.start + x.end) / 2, y.start + 2 * LINE + 2, picture.axis, "muted", anchor="middle", size=12)
    sheet.height += 2 * LINE + 12
    others = tuple(curve.group or curve.label for curve in picture.curves if curve.dashed)
    for place, curve in enumerate(picture.curves):
        hue, _ = hue_of(curve.group or (curve.label if curve.dashed else ""), others)
        _curve(sheet, curve, x, y, (hue, DASHES[place % len(DASHES)]))
        sheet.line((LEFT, sheet.height + 10), (LEFT + 30, sheet.height + 10), hue, 2.5, DASHES[place % len(DASHES)])
        sheet.text(LEFT + 38, sheet.height + 14, curve.label, hue)
        sheet.height += LINE + 4
    if picture.target is not None and picture.target <= longest:
        at = x.at(picture.target)
        late = at > (x.start + x.end) / 2
        sheet.line((at, y.end), (at, y.start), "notice", 1.5, "2 3")
        sheet.text(at + (-5 if late else 5), y.end + 12, picture.target_label, "notice", anchor="end" if late else "start", size=12)
    sheet.height += 6
    return sheet


def _curve(sheet: Sheet, curve: Curve, x: Axis, y: Axis, look: tuple[str, str]) -> None:
    """One curve with its band."""
    hue, dash = look
    points: list[tuple[float, Estimate]] = [(0.0, Estimate(0.0)), *((day, one) for day, one in curve.points if shown(one))]
    banded = [(day, one) for day, one in points if one.low is not None and one.high is not None]
    if len(banded) > 1:
        days, upper, lower = stairs(banded)
        edge = [(x.at(day), y.at(value)) for day, value in zip(days, upper, strict=True)]
        edge += [(x.at(day), y.at(value)) for day, value in zip(days[::-1], lower[::-1], strict=True)]
        sheet.path(edge, "", fill=hue, faint=0.16)
    steps: list[tuple[float, float]] = []
    for day, one in points:
        if steps:
            steps.append((x.at(day), steps[-1][1]))
        steps.append((x.at(day), y.at(one.value or 0.0)))
    sheet.path(steps, hue, 1.8 if curve.dashed else 2.6, dash)
