"""Rows of a still picture: dots with whiskers, bars, and stacked bars of answers."""

from __future__ import annotations

from dashboard.charts import likert
from dashboard.charts.dots import limits, slots
from dashboard.charts.frame import shown, span
from dashboard.charts.still import LETTER, LINE, Axis, Sheet, fold, hue_of
from dashboard.schema import say
from dashboard.schema.picture import BarPlot, Dot, DotPlot, LikertPlot, LikertRow
from dashboard.schema.result import Estimate

ROW, HEADING, TOP = 34, 30, 22
LABELS = 0.36  # of the width at most, for the names of the rows
BELOW = 46


def _names(width: float, labels: list[str]) -> tuple[float, float]:
    """The width of the column of names, and how many letters go into one of its lines."""
    room = min(max((len(label) for label in labels), default=0) * LETTER + 10, LABELS * width)
    return room, (room - 8) / LETTER


def _across(sheet: Sheet, axis: Axis, top: float, title: str) -> None:
    """The value axis below the rows."""
    bottom = sheet.height
    for value, words in axis.ticks():
        sheet.line((axis.at(value), top), (axis.at(value), bottom), "line")
        sheet.text(axis.at(value), bottom + LINE, words, "muted", anchor="middle", size=12)
    sheet.text((axis.start + axis.end) / 2, bottom + 2 * LINE + 4, title, "muted", anchor="middle", size=12)


def _heights(labels: list[str], letters: float) -> list[float]:
    """How high each row is."""
    return [max(ROW, LINE * len(fold(label, letters)) + 10) for label in labels]


def dots(picture: DotPlot, width: float) -> Sheet:
    """Dots with whiskers against a labelled line."""
    rows = slots(picture)
    room, letters = _names(width, [slot.heading for slot in rows if slot.dot])
    heights = [_heights([slot.heading], letters)[0] if slot.dot else HEADING for slot in rows]
    sheet = Sheet(width, TOP + sum(heights))
    low, high = limits(picture)
    axis = Axis(low, high, room, width - 8, picture.scale)
    _across(sheet, axis, TOP, picture.axis)
    if picture.reference is not None:
        x = axis.at(picture.reference)
        sheet.line((x, TOP - 4), (x, sheet.height), "ink", 1.5, "5 4")
        sheet.text(min(x + 4, width - LETTER * len(picture.reference_label)), TOP - 8, picture.reference_label, "muted", size=12)
    groups = tuple(dot.group for dot in picture.dots)
    at = float(TOP)
    for slot, height in zip(rows, heights, strict=True):
        middle = at + height / 2
        if slot.dot is None:
            sheet.text(0, middle + 5, slot.heading, bold=True)
        else:
            lines = fold(slot.heading, letters)
            sheet.text(room - 8, middle + 4 - LINE * (len(lines) - 1) / 2, lines, anchor="end")
            _dot(sheet, slot.dot, middle, axis, picture, groups)
        at += height
    sheet.height += BELOW
    return sheet


def _dot(sheet: Sheet, dot: Dot, y: float, axis: Axis, picture: DotPlot, groups: tuple[str, ...]) -> None:  # noqa: PLR0917
    """One dot with its whisker and its number; one that does not stand out is hollow."""
    if not shown(dot.estimate):
        sheet.text(axis.start + 6, y + 4, say.value(dot.estimate, picture.scale), "notice")
        return
    apart, value = picture.stands_out(dot), dot.estimate.value or 0.0
    hue, symbol = hue_of(dot.group, groups)
    hue = "gap" if apart and not dot.group else hue
    filled = apart or picture.reference is None or value == picture.reference
    low, high = (value if end is None else end for end in (dot.estimate.low, dot.estimate.high))
    sheet.line((axis.at(low), y), (axis.at(high), y), hue, 3.0 if filled else 2.0)
    sheet.mark(axis.at(value), y, 5.5, hue, symbol, hollow=not filled)
    words = say.value(dot.estimate, picture.scale).removesuffix(" points")
    sheet.text(axis.at(max(high, value)) + 10, y + 4, words, "gap" if apart else "ink", bold=apart)


def bars(picture: BarPlot, width: float) -> Sheet:
    """Bars from zero; one that is not shown is hatched and says so."""
    labels = [bar.label for bar in picture.bars]
    room, letters = _names(width, labels)
    heights = _heights(labels, letters)
    values = span([bar.estimate for bar in picture.bars])
    low, high = min([*values, 0.0]), max([*values, 0.0])
    reach = (high - low) or 1.0
    sheet = Sheet(width, 8 + sum(heights))
    axis = Axis(low - (0.2 * reach if low < 0 else 0.0), high + 0.3 * reach, room, width - 8, "number" if picture.scale == "log" else picture.scale)
    _across(sheet, axis, 8, picture.axis)
    groups, at = tuple(bar.group for bar in picture.bars), 8.0
    for bar, height in zip(picture.bars, heights, strict=True):
        middle = at + height / 2
        lines = fold(bar.label, letters)
        sheet.text(room - 8, middle + 4 - LINE * (len(lines) - 1) / 2, lines, anchor="end")
        _bar(sheet, bar.estimate, middle, axis, picture, hue_of(bar.group, groups)[0])
        at += height
    sheet.line((axis.at(0.0), 8), (axis.at(0.0), sheet.height), "ink")
    sheet.height += BELOW
    return sheet


def _bar(sheet: Sheet, one: Estimate, y: float, axis: Axis, picture: BarPlot, hue: str) -> None:  # noqa: PLR0917
    """One bar with its interval and its number."""
    zero = axis.at(0.0)
    if not shown(one):
        sheet.hatched(zero, y - 10, 40, 20)
        sheet.text(zero + 48, y + 4, say.value(one, picture.scale), "notice")
        return
    value = one.value or 0.0
    left, right = sorted((zero, axis.at(value)))
    sheet.add("rect", x=left, y=y - 10, width=right - left, height=20, class_=f"f-{hue}")
    end = right
    if one.low is not None and one.high is not None:
        ends = axis.at(one.low), axis.at(one.high)
        sheet.line((ends[0], y), (ends[1], y), "ink", 1.5)
        for x in ends:
            sheet.line((x, y - 5), (x, y + 5), "ink", 1.5)
        end = max(right, ends[1])
    kind = "count" if picture.scale == "number" and value.is_integer() else picture.scale
    sheet.text(end + 8, y + 4, say.value(one, kind))


def stacked(picture: LikertPlot, width: float) -> Sheet:
    """One bar a row with its label above it, the names of the levels on top in their colours; here every bar begins at the left."""
    palette = likert.colours(len(picture.levels))
    sheet = Sheet(width, LINE)
    x = 0.0
    for level, colour in zip(picture.levels, palette, strict=True):
        wide = (len(level) + 4) * LETTER
        if x and x + wide > width:
            x, sheet.height = 0.0, sheet.height + LINE + 2
        sheet.add("rect", x=x, y=sheet.height - 10, width=10, height=10, fill=colour)
        sheet.text(x + 15, sheet.height, level, size=12)
        x += wide
    sheet.height += 10
    for row in picture.rows:
        _answers(sheet, row, palette)
    sheet.height += 4
    return sheet


def _answers(sheet: Sheet, row: LikertRow, palette: list[str]) -> None:
    """One row's shares from left to right, with the number inside where it fits; what is not shown is hatched."""
    lines = fold(f"{row.label}{f' (n {say.count(row.n)})' if row.n else ''}", sheet.width / LETTER)
    sheet.text(0, sheet.height + 16, lines)
    y, x = sheet.height + LINE * len(lines) + 8, 0.0
    for share, colour in zip(row.shares, palette, strict=True):
        wide = sheet.width * (share.value or 0.0) if shown(share) else 0.0
        if wide > 0:
            sheet.add("rect", x=x, y=y, width=wide, height=24, fill=colour, class_="s-paper", stroke_width=1)
            words = say.percent(share.value or 0.0)
            if wide > LETTER * len(words) + 6:
                inside = f'<tspan fill="{likert.ink_on(colour)}">{words}</tspan>'
                sheet.add("text", inside, x=x + wide / 2, y=y + 16, text_anchor="middle", font_size=12)
        x += wide
    if any(not shown(share) for share in row.shares) and x < sheet.width - 1:
        sheet.hatched(x, y, sheet.width - x, 24)
    sheet.height = y + 24 + 12
