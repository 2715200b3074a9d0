"""Staff results over time and between groups: a line over comparable waves, and whether the last change is real."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.privacy.staff_cells import WHOLE
from dashboard.schema import say
from dashboard.schema.picture import Point, Scale, Series
from dashboard.schema.result import Estimate, Status
from dashboard.services.employee.reading import Results, StaffWave
from dashboard.stats import survey_scores

SILENT = (
    "Everyone was asked. The interval treats the silent as if they were like the others; in staff surveys the dissatisfied may answer more "
    "(arXiv 2506.14915)."
)
SAFE = (
    "Groups under {k} answers, and groups that would let a smaller one be worked out, are not shown; not shown and empty look the same. Shares "
    "beyond 90% or below 10% are only said to be beyond."
)
FORCED = (
    "Numbers of answers are rounded to fives, shares of fewer than 100 answers to 5%; an index is made of the shares as shown, and takes one "
    "beyond an edge at that edge."
)


def period_of(wave: StaffWave) -> str:
    """The quarter in which a wave opened."""
    year, month = str(wave.about["opens"])[:4], int(str(wave.about["opens"])[5:7])
    return f"{year}-Q{(month + 2) // 3}"


def _periods(waves: Sequence[StaffWave]) -> dict[str, str]:
    """The period of each wave: its year where every year has one wave, else its quarter."""
    years = [str(wave.about["opens"])[:4] for wave in waves]
    yearly = len(set(years)) == len(years)
    return {wave.id: year if yearly else period_of(wave) for wave, year in zip(waves, years, strict=True)}


def line(found: Results, question: str, statistic: str, *, cut: str = WHOLE, level: str = "", name: str = "") -> Series:
    """One line over the comparable waves; a wave in which the cell is not shown is a gap."""
    same = {wave.id for wave in found.same_cut(cut)}
    when = _periods(found.comparable(question))
    points = [(wave, wave.cell(question, statistic, cut, level)) for wave in found.comparable(question) if wave.id in same]
    return Series(name or found.latest.text(question), level, tuple(Point(when[wave.id], one) for wave, one in points))


def change(found: Results, question: str, statistic: str, *, cut: str = WHOLE, level: str = "") -> tuple[Estimate, str]:
    """The change since the wave a year before, or else the one before; not available where one of the two is not shown. Since which wave."""
    same = {wave.id for wave in found.same_cut(cut)}
    usable = [wave for wave in found.comparable(question) if wave.id in same and wave.cell(question, statistic, cut, level).known]
    if len(usable) < 2 or usable[-1].id != found.latest.id:
        return Estimate.unavailable("There is no earlier wave to compare with."), ""
    year = str(int(str(usable[-1].about["opens"])[:4]) - 1) + str(usable[-1].about["opens"])[4:7]
    before = next((wave for wave in usable[:-1] if str(wave.about["opens"])[:7] == year), usable[-2])
    gap = survey_scores.change(before.cell(question, statistic, cut, level), usable[-1].cell(question, statistic, cut, level))
    return gap, before.name


def said(gap: Estimate, since: str, kind: Scale = "number") -> str:
    """A change in words; empty where there is none to tell."""
    if gap.value is None or gap.low is None or gap.high is None:
        return gap.reason
    times = 100.0 if kind == "percent" else 1.0
    low, high = (f"{times * end:+.0f}".replace("-", "−") for end in (gap.low, gap.high))
    if survey_scores.clear(gap):
        return f"{'Up' if gap.value > 0 else 'Down'} {times * abs(gap.value):.0f} points since {since} (95% interval {low} to {high})."
    return f"No clear change since {since} ({low} to {high} points)."


def begun(found: Results, question: str) -> tuple[str, ...]:
    """Why a line over time begins where it does: before, the question was worded otherwise, or the index rested on other questions."""
    asked, same = [wave for wave in found.waves if question in wave.versions], found.comparable(question)
    if len(asked) == len(same):
        return ()
    adapted = " This index is adapted: it is not OPM's." if question == "eei" and "adapted" in same[-1].versions[question] else ""
    what = "its questions were others or other words" if question not in found.latest.about["questions"] else "it was asked in other words or answers"
    return (f"The line begins with {same[0].name}: before, {what}, so those numbers are not on it.{adapted}",)


def height(one: Estimate, hidden: float) -> float:
    """For ordering: the value, or the edge that it lies beyond; `hidden` where nothing is said of it."""
    return next((value for value in (one.value, one.low, one.high) if value is not None), hidden)


def notes(found: Results) -> tuple[str, ...]:
    """What must be known to read the numbers."""
    about = found.latest.about
    response = found.latest.cell("people", "response_rate")
    answered = f"{say.value(response, 'percent')} of those asked answered in {found.latest.name}. " if response.status is Status.OK else ""
    corrected = tuple(f"Corrected: {one['reason']}" for one in about.get("corrected", []) if one.get("reason"))
    return (f"{answered}{SILENT}", f"{SAFE.format(k=about['k'])} {FORCED}", *corrected)


def cut_labels(found: Results) -> dict[str, str]:
    """How people can be divided: declared cuts and crossings -> words."""
    wave = found.latest
    crossings = {f"{one}*{other}": f"{wave.cut_name(one)} and {wave.cut_name(other)}" for one, other in wave.about["crossings"]}
    return {cut: wave.cut_name(cut) for cut in wave.about["cuts"]} | crossings


def levels(wave: StaffWave, cut: str) -> dict[str, str]:
    """The cells of a cut or crossing in their order: code -> words."""
    if "*" not in cut:
        return wave.levels(cut)
    one, other = cut.split("*")
    inner: Mapping[str, str] = wave.levels(other)
    return {f"{a}|{b}": f"{name}, {words}" for a, name in wave.levels(one).items() for b, words in inner.items()}
