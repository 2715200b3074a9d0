"""Where do we stand beside others? Published figures as dashed lines beside our own measure, and by themselves quarter by quarter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Picture, Point, Series, TrendPlot
from dashboard.schema.result import Estimate, NumberTable, Provenance, Status
from dashboard.services.surveys import trackers
from dashboard.services.surveys.reading import Results
from dashboard.services.surveys.trackers import Line
from dashboard.store.survey_imports import Figure

if TYPE_CHECKING:
    from dashboard.services.house import House

ALL_AREAS = ""
BEFORE, AFTER = 2, 1  # years before our first wave and after our last for which a benchmark is drawn
LATEST = 40  # areas in the table of the last period


@dataclass(frozen=True, slots=True)
class Beside:
    """What goes beside one measure of ours: lines on the same picture, pictures and tables of their own, what must be said."""

    series: tuple[Series, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[NumberTable, ...] = ()
    notes: tuple[str, ...] = ()


def beside(house: House, found: Results, measure: str, title: str) -> Beside:
    """The benchmark lines that editors set beside this measure. Percentages go beside our share of upper answers, scores beside our score."""
    lines = trackers.lines(house, measure)
    drawn: dict[str, list[Series]] = {trackers.SHARE: [], trackers.SCORE: []}
    rows: list[tuple[object, ...]] = []
    notes: list[str] = []
    for one in lines:
        figures = [figure for figure in trackers.figures(house, one.import_id, one.asked, (one.area,)) if figure.value is not None]
        near = _near(figures, found)
        if not near:
            ended = f"ends in {figures[-1].period:%Y}" if figures else "has no figures"
            notes.append(f"Not drawn, because it {ended}, away from our waves: {one.label}.")
            continue
        factor = 0.01 if one.unit == trackers.SHARE else 1.0
        drawn[one.unit].append(_series(one.label, near, factor, dashed=True))
        rows += [(one.label, trackers.period_of(figure.period), Estimate((figure.value or 0.0) * factor), one.unit) for figure in reversed(near[-8:])]
        notes.append(_said(one))
    pictures: tuple[Picture, ...] = ()
    if drawn[trackers.SHARE]:
        pictures = (_shares(found, measure, title, drawn[trackers.SHARE]),)
    shares = tuple(row[:3] for row in rows if row[3] == trackers.SHARE)
    scores = tuple(row[:3] for row in rows if row[3] == trackers.SCORE)
    heads = ("Published by", "Period", "Figure")
    tables = tuple(
        NumberTable(name, heads, kept, kinds=("", "", kind))
        for name, kept, kind in (("Published shares", shares, "percent"), ("Published scores", scores, "number"))
        if kept
    )
    return Beside(tuple(drawn[trackers.SCORE]), pictures, tables, tuple(notes))


def _said(line: Line) -> str:
    """How far a line may be compared with ours."""
    same = "asked in the same words with the same answers, as an editor has checked"
    return f"{line.published_by}, '{line.asked}', {line.area}: {same if line.same_wording else 'another question, so levels cannot be compared'}."


def _near(figures: Sequence[Figure], found: Results) -> list[Figure]:
    """The figures from two years before our first wave to a year after our last."""
    days = [dt.date.fromisoformat(str(wave["opens"])) for wave in found.waves]
    first, last = days[0].replace(day=1, year=days[0].year - BEFORE), days[-1].replace(day=1, year=days[-1].year + AFTER)
    return [figure for figure in figures if first <= figure.period <= last]


def _series(title: str, figures: Sequence[Figure], factor: float, *, dashed: bool) -> Series:
    """Published figures as one line, by quarter."""
    points = tuple(Point(trackers.period_of(figure.period), Estimate(None if figure.value is None else figure.value * factor)) for figure in figures)
    return Series(title, "" if dashed else title, points, dashed)


def _shares(found: Results, measure: str, title: str, lines: Sequence[Series]) -> TrendPlot:
    """Our share of upper answers beside published shares."""
    points = tuple(Point(found.period(wave), found.cell(wave, measure, what="positive")) for wave in found.waves if measure in wave["cells"])
    return TrendPlot(
        f"{title}: upper answers beside published figures",
        "Share of those who answered; published figures are dashed and have no intervals",
        (Series("ours", "", points), *lines),
        "percent",
        "share",
    )


def tracker(house: House, import_id: str, measure: str, area: str = ALL_AREAS) -> Answer:
    """One published measure over time: everyone, and one area beside it; the last period of every area in the table."""
    measures, areas = trackers.choices(house, import_id)
    if not measures:
        raise NotEnoughData("These published figures are not here any more.", hint="Bring the file in again.")
    asked = measure if measure in measures else measures[0]
    figures = trackers.figures(house, import_id, asked)
    overall = areas[0]
    chosen = [overall, *([area] if area in areas and area != overall else [])]
    by_area = {name: [figure for figure in figures if figure.area == name and figure.value is not None] for name in areas}
    series = tuple(_series(name, by_area[name], 0.01, dashed=False) for name in chosen if by_area[name])
    last = max(figure.period for figure in figures)
    newest = tuple((name, Estimate((one.value or 0.0) / 100)) for name in areas for one in by_area[name] if one.period == last)[:LATEST]
    rows = tuple((one.area, trackers.period_of(one.period), Estimate((one.value or 0.0) / 100)) for name in chosen for one in reversed(by_area[name]))
    name = trackers.available(house).get(import_id, "")
    return Answer(
        "survey.shares",
        asked,
        _sentence(asked, chosen[-1], by_area[chosen[-1]]),
        Status.OK,
        (TrendPlot(asked, f"{name}, quarter by quarter, as published: without intervals", series, "percent", "share"),),
        (
            NumberTable(f"Every area in {trackers.period_of(last)}", ("Area", "Share"), newest, kinds=("", "percent")),
            NumberTable("Quarter by quarter", ("Area", "Quarter", "Share"), rows, kinds=("", "", "percent")),
        ),
        (),
        ("These are the figures of others, shown as they were published. They say nothing about our residents.",),
        asked,
        Provenance(f"tracker:{import_id}", (import_id,), sample=house.home.sample),
        public=True,
    )


def _sentence(asked: str, area: str, figures: Sequence[Figure]) -> str:
    """The last figure, and how it moved within a year."""
    if not figures:
        return f"{asked}: no figure is published for {area}."
    last = figures[-1]
    begin = f"{asked}, {area}: {say.percent((last.value or 0.0) / 100)} in {trackers.period_of(last.period)}"
    before = next((one for one in reversed(figures[:-1]) if (last.period - one.period).days > 350), None)
    if before is None:
        return f"{begin}."
    gap = ((last.value or 0.0) - (before.value or 0.0)) / 100
    return f"{begin}, {say.points(gap)} since {trackers.period_of(before.period)} (published figures, without intervals)."
