"""What does this picture say, to someone who cannot see it? Every number it draws, in sentences."""

from __future__ import annotations

from dashboard.charts.frame import shown
from dashboard.charts.scatters import outside
from dashboard.schema import say
from dashboard.schema.picture import (
    BarPlot,
    CloudPlot,
    CurvePlot,
    DotPlot,
    GridPlot,
    LikertPlot,
    MapPlot,
    Picture,
    Point,
    Scale,
    ScatterPlot,
    Series,
    TrendPlot,
)
from dashboard.schema.words import label as word

MOST_NAMED = 5


def _ended(text: str) -> str:
    """A text that ends like a sentence."""
    return text if not text or text[-1] in ".?!" else f"{text}."


def _head(picture: Picture) -> str:
    """Title and subtitle."""
    return " ".join(part for part in (_ended(picture.title), _ended(picture.subtitle)) if part)


def _dots(picture: DotPlot) -> str:
    """Every dot with its interval, panel by panel, and the line they are read against."""
    parts = []
    for panel in dict.fromkeys(dot.panel for dot in picture.dots):
        said = []
        for dot in picture.dots:
            if dot.panel == panel:
                group = f", {word(dot.group)}" if dot.group and word(dot.group) != dot.label else ""
                loud = ", which stands out" if picture.stands_out(dot) else ""
                said.append(f"{dot.label}{group}: {say.with_interval(dot.estimate, picture.scale)}{loud}")
        parts.append((f"{panel}: " if panel else "") + "; ".join(said) + ".")
    if picture.reference is not None:
        line = say.WRITERS[picture.scale](picture.reference)
        parts.append(f"The dashed line at {line} marks: {picture.reference_label or 'no difference'}.")
    return " ".join(parts)


def _series(series: Series, scale: Scale) -> str:
    """First, last, lowest and highest period of a line, and how many are missing."""
    known = [point for point in series.points if shown(point.estimate)]
    if not known:
        return f"{series.label}: no period can be shown."

    def said(point: Point) -> str:
        return f"{say.with_interval(point.estimate, scale)} in {point.period}{' (incomplete)' if point.partial else ''}"

    low = min(known, key=lambda point: point.estimate.value or 0.0)
    high = max(known, key=lambda point: point.estimate.value or 0.0)
    parts = [f"{series.label}: from {said(known[0])} to {said(known[-1])}"] if len(known) > 1 else [f"{series.label}: {said(known[0])}"]
    if len(known) > 2:
        parts.append(f"lowest {said(low)}, highest {said(high)}")
    missing = len(series.points) - len(known)
    if missing:
        parts.append(f"{missing} {'period is' if missing == 1 else 'periods are'} not shown")
    return "; ".join(parts) + "."


def _curves(picture: CurvePlot) -> str:
    """Each curve at the target day and at its end."""
    parts = []
    for curve in picture.curves:
        known = [(day, estimate) for day, estimate in curve.points if estimate.known]
        if not known:
            parts.append(f"{curve.label}: nothing has ended.")
            continue
        until = [pair for pair in known if picture.target is not None and pair[0] <= picture.target]
        at = f"{say.with_interval(until[-1][1], 'percent')} after {picture.target:g} {picture.axis}, " if until else ""
        day, last = known[-1]
        parts.append(f"{curve.label}: {at}{say.value(last, 'percent')} after {day:g} {picture.axis}.")
    return " ".join(parts)


def _trend(picture: TrendPlot) -> str:
    """Every line, then the events."""
    events = [f"{event.label} ({event.period})" for event in picture.events]
    marked = f" Marked: {say.listed(events)}." if events else ""
    return " ".join(_series(series, picture.scale) for series in picture.series) + marked


def _scatter(picture: ScatterPlot) -> str:
    """How many marks, how they lie to the diagonal or the limits, and the largest by name."""
    count = len(picture.marks)
    write = say.WRITERS[picture.scale]
    parts = [f"{count} {'mark' if count == 1 else 'marks'}, {picture.x_axis} across and {picture.y_axis} upward."]
    if picture.diagonal:
        above, below = sum(mark.y > mark.x for mark in picture.marks), sum(mark.y < mark.x for mark in picture.marks)
        parts.append(f"{above} lie above the line of equality, {below} below it.")
    if picture.limits:
        beyond = [mark for mark in picture.marks if outside(mark, picture.limits)]
        names = say.listed([mark.label for mark in beyond[:MOST_NAMED] if mark.label])
        parts.append(f"{len(beyond)} lie outside the limits{': ' + names if names else ''}.")
    if any(mark.stands_out is not None for mark in picture.marks):
        parts.append(f"{sum(mark.stands_out is True for mark in picture.marks)} stand clearly apart.")
    if picture.cross is not None:
        parts += [_corner(picture, place, name) for place, name in enumerate(picture.corners) if name]
    largest = sorted((mark for mark in picture.marks if mark.label), key=lambda mark: -mark.size)[:MOST_NAMED]
    across = say.count if picture.limits else say.WRITERS[picture.x_scale or picture.scale]
    named = "; ".join(
        f"{mark.label}{', ' + word(mark.group) if mark.group else ''}: {across(mark.x)} and {write(mark.y)} (n {say.count(mark.size)})"
        for mark in largest
    )
    return " ".join([*parts, f"The largest: {named}." if named else ""]).strip()


def _corner(picture: ScatterPlot, place: int, name: str) -> str:
    """Which marks lie in one of the four parts."""
    x, y = picture.cross or (0.0, 0.0)
    here = [mark.label for mark in picture.marks if (mark.x >= x) == bool(place % 2) and (mark.y < y) == bool(place // 2)]
    return f"{name}: {say.listed(here)}." if here else f"{name}: none."


def _bars(picture: BarPlot) -> str:
    """Every bar."""
    whole = picture.scale == "number"
    said = []
    for bar in picture.bars:
        integral = whole and bar.estimate.value is not None and float(bar.estimate.value).is_integer() and bar.estimate.low is None
        said.append(f"{bar.label}: {say.with_interval(bar.estimate, 'count' if integral else picture.scale)}")
    return "; ".join(said) + "." if said else "There is nothing to show."


def _areas(picture: MapPlot) -> str:
    """Every district, the highest first, those without a number last."""
    ordered = sorted(picture.areas, key=lambda area: (not shown(area.estimate), -(area.estimate.value or 0.0), area.label))
    said = "; ".join(f"{area.label}: {say.with_interval(area.estimate, picture.scale)}" for area in ordered)
    return f"{said}." if said else "There is nothing to show."


def _cloud(picture: CloudPlot) -> str:
    """Every word with its count."""
    said = "; ".join(f"{word}: {say.count(n)}" for word, n in picture.words)
    return f"Comments that hold each word: {said}." if said else "There is no word that can be shown."


def _likert(picture: LikertPlot) -> str:
    """Every bar, level by level."""
    said = []
    for row in picture.rows:
        parts = [f"{level} {say.value(share, 'percent')}" for level, share in zip(picture.levels, row.shares, strict=True)]
        if row.apart:
            parts.append(f"gave no answer {say.percent(row.apart)}")
        said.append(f"{row.label}{f' ({say.count(row.n)} answers)' if row.n else ''}: {', '.join(parts)}")
    return "; ".join(said) + "." if said else "There is nothing to show."


def _grid(picture: GridPlot) -> str:
    """Row by row, each column with its number."""
    said = []
    for name, row in zip(picture.rows, picture.cells, strict=True):
        cells = (f"{head} {say.with_interval(one, picture.scale)}" for head, one in zip(picture.columns, row, strict=True))
        said.append(f"{name}: {', '.join(cells)}.")
    return " ".join(said) or "There is nothing to show."


def in_words(picture: Picture) -> str:
    """The picture in sentences: for screen readers, print, and anyone who wants the numbers."""
    match picture:
        case DotPlot():
            body = _dots(picture)
        case TrendPlot():
            body = _trend(picture)
        case ScatterPlot():
            body = _scatter(picture)
        case BarPlot():
            body = _bars(picture)
        case MapPlot():
            body = _areas(picture)
        case LikertPlot():
            body = _likert(picture)
        case CloudPlot():
            body = _cloud(picture)
        case CurvePlot():
            body = _curves(picture)
        case GridPlot():
            body = _grid(picture)
    return f"{_head(picture)} {body}".strip()
