"""Fields of a still picture: places against each other, numbers in a grid, districts on a map."""

from __future__ import annotations

import math

from dashboard.charts.frame import shown
from dashboard.charts.grids import DARKEST, PALEST
from dashboard.charts.maps import DARKEST as DARKEST_AREA
from dashboard.charts.maps import PALEST as PALEST_AREA
from dashboard.charts.maps import middle_of
from dashboard.charts.scatters import FEW_MARKS, LARGEST, MOST_LABELS, SMALLEST, outside
from dashboard.charts.still import LETTER, LINE, Axis, Sheet, fold, hue_of
from dashboard.schema import say
from dashboard.schema.picture import GridPlot, MapPlot, Mark, ScatterPlot
from dashboard.schema.words import label as word

BODY, LEFT = 320.0, 52.0


def _room(values: list[float]) -> tuple[float, float]:
    """The ends of an axis with a little room."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = 0.08 * (high - low) or 1.0
    return low - room, high + room


def scatter(picture: ScatterPlot, width: float) -> Sheet:
    """Marks sized by n; with a diagonal, limits or a cross where the picture has them."""
    funnel = bool(picture.limits)
    xs = [mark.x for mark in picture.marks] + [limit[0] for limit in picture.limits]
    ys = [end for mark in picture.marks for end in (mark.y, *(mark.upward or ()))]
    if picture.diagonal:
        xs = ys = [*xs, *ys, 0.0]
    x = Axis(*_room(xs), LEFT, width - 12, "number" if funnel or (picture.x_scale or picture.scale) == "log" else picture.x_scale or picture.scale)
    y = Axis(*_room(ys), 24 + BODY, 24.0, "number" if picture.scale == "log" else picture.scale)
    sheet = Sheet(width, 24 + BODY + 2 * LINE + 14)
    for value, words in y.ticks():
        sheet.line((x.start, y.at(value)), (x.end, y.at(value)), "line")
        sheet.text(x.start - 6, y.at(value) + 4, words, "muted", anchor="end", size=12)
    for value, words in x.ticks():
        sheet.text(x.at(value), y.start + LINE, words, "muted", anchor="middle", size=12)
    sheet.text((x.start + x.end) / 2, y.start + 2 * LINE + 4, picture.x_axis, "muted", anchor="middle", size=12)
    sheet.text(0, 12, picture.y_axis, "muted", size=12)
    if picture.diagonal:
        sheet.line((x.at(x.low), y.at(x.low)), (x.at(x.high), y.at(x.high)), "ink", 1.5, "5 4")
    for side in (1, 2) if funnel else ():
        sheet.path([(x.at(limit[0]), y.at(limit[side])) for limit in picture.limits], "muted", 1.5, "5 4")
    if picture.cross is not None:
        sheet.line((x.at(picture.cross[0]), y.end), (x.at(picture.cross[0]), y.start), "muted", 1.2, "5 4")
        sheet.line((x.start, y.at(picture.cross[1])), (x.end, y.at(picture.cross[1])), "muted", 1.2, "5 4")
        _corners(sheet, picture, x, y)
    _marks(sheet, picture, x, y)
    return sheet


def _corners(sheet: Sheet, picture: ScatterPlot, x: Axis, y: Axis) -> None:
    """The name of each of the four parts in its corner."""
    for place, name in enumerate(picture.corners):
        right, low = place % 2, place // 2
        lines = fold(name, (x.end - x.start) / 2 / LETTER)
        up = y.start - 6 - LINE * (len(lines) - 1) if low else y.end + 12
        sheet.text(x.end if right else x.start, up, lines, "muted", anchor="end" if right else "start", size=12)


def _marks(sheet: Sheet, picture: ScatterPlot, x: Axis, y: Axis) -> None:
    """Every mark with its intervals, names beside those that matter, and the groups below."""
    largest = max((mark.size for mark in picture.marks), default=0.0)
    groups = tuple(dict.fromkeys(mark.group for mark in picture.marks))
    for mark in picture.marks:
        loud = mark.stands_out if mark.stands_out is not None else not picture.limits or outside(mark, picture.limits)
        hue, symbol = hue_of(mark.group, groups)
        if mark.across:
            sheet.line((x.at(mark.across[0]), y.at(mark.y)), (x.at(mark.across[1]), y.at(mark.y)), hue, 1.2)
        if mark.upward:
            sheet.line((x.at(mark.x), y.at(mark.upward[0])), (x.at(mark.x), y.at(mark.upward[1])), hue, 1.2)
        sheet.mark(x.at(mark.x), y.at(mark.y), _radius(mark, largest), hue if loud else "muted", symbol, faint=0.8)
    chosen = [mark for mark in picture.marks if mark.label and (not picture.limits or outside(mark, picture.limits))]
    most = len(chosen) if len(chosen) <= FEW_MARKS else MOST_LABELS
    named: list[tuple[float, float, float]] = []
    for mark in sorted(chosen, key=lambda mark: -mark.size)[:most]:
        half = len(mark.label) * LETTER / 2
        at, up = min(max(x.at(mark.x), x.start + half), x.end - half), y.at(mark.y) - _radius(mark, largest) - 6
        if all(abs(at - other) > half + wide or abs(up - above) > LINE for other, above, wide in named):
            named.append((at, up, half))
            sheet.text(at, up, mark.label, anchor="middle", size=12)
    if len(groups) > 1:
        for group in groups:
            hue, symbol = hue_of(group, groups)
            sheet.mark(LEFT + 6, sheet.height + 4, 5, hue, symbol)
            sheet.text(LEFT + 18, sheet.height + 8, word(group) if group else "places", size=12)
            sheet.height += LINE + 4
        sheet.height += 6


def _radius(mark: Mark, largest: float) -> float:
    """Half the width of a mark, whose area follows n; the same for all where size says nothing."""
    return 5.5 if largest in {0.0, 1.0} else max(SMALLEST, LARGEST * math.sqrt(max(mark.size, 0.0) / largest)) / 2


def grid(picture: GridPlot, width: float) -> Sheet:
    """Numbers in a grid, darker the higher; what is not shown is hatched."""
    room = min(max((len(name) for name in picture.rows), default=0) * LETTER + 10, 0.34 * width)
    wide = (width - room) / max(len(picture.columns), 1)
    heads = [fold(name, wide / LETTER - 1) for name in picture.columns]
    top = LINE * max((len(lines) for lines in heads), default=1) + 12
    sheet = Sheet(width, top)
    for place, lines in enumerate(heads):
        sheet.text(room + (place + 0.5) * wide, LINE, lines, "muted", anchor="middle", size=11)
    values = [one.value for row in picture.cells for one in row if shown(one) and one.value is not None]
    low, high = min(values, default=0.0), max(values, default=1.0)
    for name, row in zip(picture.rows, picture.cells, strict=True):
        lines = fold(name, room / LETTER - 1)
        tall = max(34.0, LINE * len(lines) + 8)
        sheet.text(room - 8, sheet.height + tall / 2 + 4 - LINE * (len(lines) - 1) / 2, lines, anchor="end")
        for place, one in enumerate(row):
            box = {"x": room + place * wide + 1, "y": sheet.height + 1, "width": wide - 2, "height": tall - 2}
            if not shown(one):
                sheet.hatched(**box)
                continue
            share = ((one.value or 0.0) - low) / (high - low) if high > low else 0.5
            sheet.add("rect", class_="f-primary", fill_opacity=f"{PALEST + (DARKEST - PALEST) * share:.2f}", **box)
            words = f"{one.value:.0f}" if picture.scale == "number" else say.value(one, picture.scale)
            sheet.text(box["x"] + wide / 2, sheet.height + tall / 2 + 4, words, anchor="middle", size=12, flat=True)
        sheet.height += tall
    if any(not shown(one) for row in picture.cells for one in row):
        sheet.text(0, sheet.height + LINE, "Hatched: not shown", "notice", size=12)
        sheet.height += LINE
    sheet.height += 8
    return sheet


def map_of(picture: MapPlot, width: float) -> Sheet:
    """Districts north up, darker the higher, each with its name and number."""
    corners = [corner for area in picture.areas for ring in area.rings for corner in ring] or [(0.0, 0.0)]
    west, east = min(x for x, _ in corners), max(x for x, _ in corners)
    south, north = min(y for _, y in corners), max(y for _, y in corners)
    narrower = max(math.cos(math.radians((south + north) / 2)), 0.1)
    one = min((width - 16) / max((east - west) * narrower, 1e-9), 1.1 * width / max(north - south, 1e-9))
    left = (width - (east - west) * narrower * one) / 2
    sheet = Sheet(width, (north - south) * one + 16)
    values = [area.estimate.value for area in picture.areas if shown(area.estimate) and area.estimate.value is not None]
    low, high = min(values, default=0.0), max(values, default=1.0)

    def at(corner: tuple[float, float]) -> tuple[float, float]:
        return left + (corner[0] - west) * narrower * one, 8 + (north - corner[1]) * one

    for area in picture.areas:
        known = shown(area.estimate) and area.estimate.value is not None
        share = ((area.estimate.value or 0.0) - low) / (high - low) if high > low else 0.5
        for ring in area.rings:
            faint = PALEST_AREA + (DARKEST_AREA - PALEST_AREA) * share if known else 0.0
            sheet.path([at(corner) for corner in ring], "muted", fill="primary", faint=faint)
        x, y = at(middle_of(max(area.rings, key=len)))
        lines = [*fold(area.label, 12), say.value(area.estimate, picture.scale)]
        wide = max(len(line) for line in lines) * LETTER + 6
        x = min(max(x, wide / 2), width - wide / 2)
        top = y - LINE * len(lines) / 2
        sheet.add("rect", x=x - wide / 2, y=top - 2, width=wide, height=LINE * len(lines) + 4, class_="f-paper", fill_opacity=0.75)
        sheet.text(x, top + 12, lines, "ink" if known else "notice", anchor="middle", size=12, flat=True)
    return sheet
