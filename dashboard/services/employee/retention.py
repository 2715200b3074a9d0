"""How many think of leaving, how many are worn out, what would help? Of groups only, out of frozen staff results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.privacy import banding
from dashboard.privacy.staff_cells import WHOLE
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Bar, BarPlot, Dot, DotPlot, Scale, TrendPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.services.employee import lines, promise, reading
from dashboard.services.employee.columns import BURNED_OUT, BURNOUT, LEAVING
from dashboard.services.employee.lines import change, cut_labels, levels, line, notes
from dashboard.services.employee.reading import Results, StaffWave
from dashboard.services.restricted import restricted

if TYPE_CHECKING:
    from dashboard.services.house import House

TURN, SINGLE = "TURN1", "BO1"
SUPPORT = ("M4", "M5")
SCORE = "score from 0 to 100; higher is more worn out"


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def cuts(house: House) -> dict[str, str]:
    """How the annual survey divides people."""
    return cut_labels(reading.results(house, needs=(TURN,)))


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def leaving(house: House, cut: str = "unit") -> Answer:
    """How many consider leaving within a year, where, and why?"""
    found = reading.results(house, needs=(TURN,))
    wave, whole = found.latest, found.latest.cell(TURN, LEAVING)
    gap, since = change(found, TURN, LEAVING)
    reasons = _choices(wave, TURN)
    bars = tuple(Bar(words, one) for code, (words, one) in reasons.items() if code != "no")
    sentence = f"{say.with_interval(whole, 'percent')} consider leaving within a year ({wave.name}). {lines.said(gap, since, 'percent')}"
    pictures = (_by_cut(found, TURN, LEAVING, cut, title="Consider leaving", scale="percent"),)
    return Answer(
        "employee.turnover",
        "How many consider leaving, and why?",
        sentence.strip() if whole.status is Status.OK else "It is not shown.",
        whole.status if whole.status is not Status.OK else Status.OK,
        (*pictures, *((BarPlot("Why", f"Share of everyone who answered, {wave.name}", bars, "percent"),) if bars else ())),
        (
            _cut_table(found, TURN, LEAVING, cut, heading="Consider leaving", kind="percent"),
            NumberTable("Reasons", ("Answer", "Share"), tuple(reasons.values()), kinds=("", "percent")),
        ),
        (),
        notes(found),
        (whole, gap),
        found.provenance(),
    )


def _choices(wave: StaffWave, question: str) -> dict[str, tuple[str, Estimate]]:
    """The whole staff's answers to a choice: code -> words and share, a bound at the ends."""
    options = dict(wave.about["questions"].get(question, {}).get("options", []))
    found = {}
    for code, value, status in wave.release.extras.get("choices", {}).get(question, []):
        one = Estimate(value) if status == banding.SAID else Estimate(None, high=value) if status == banding.AT_MOST else Estimate(None, low=value)
        found[code] = (options.get(code, code), one)
    return found


def _cell_rows(found: Results, question: str, statistic: str, cut: str) -> list[tuple[str, Estimate, Estimate]]:
    """Every group of a cut with its number and its change."""
    names = levels(found.latest, cut if cut in cut_labels(found) else next(iter(cut_labels(found)), WHOLE))
    own = cut if cut in cut_labels(found) else next(iter(cut_labels(found)), WHOLE)
    return [
        (words, found.latest.cell(question, statistic, own, level), change(found, question, statistic, cut=own, level=level)[0])
        for level, words in names.items()
    ]


def _by_cut(found: Results, question: str, statistic: str, cut: str, *, title: str, scale: Scale) -> DotPlot:
    """Groups against everyone."""
    rows = _cell_rows(found, question, statistic, cut)
    name = cut_labels(found).get(cut, "group")
    dots = tuple(Dot(words, one) for words, one, _ in rows)
    whole = found.latest.cell(question, statistic).value
    return DotPlot(f"{title} by {name}, {found.latest.name}", "Whiskers are 95% intervals", dots, scale, whole, "everyone")


def _cut_table(found: Results, question: str, statistic: str, cut: str, *, heading: str, kind: str) -> NumberTable:
    """Groups with their change."""
    rows = tuple(_cell_rows(found, question, statistic, cut))
    kinds = ("", kind, "points" if kind == "percent" else kind)
    return NumberTable(f"By {cut_labels(found).get(cut, 'group')}", ("Group", heading, "Change"), rows, kinds=kinds)


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def burnout(house: House, cut: str = "unit") -> Answer:
    """How worn does work leave people, and where?"""
    found = reading.results(house, needs=(BURNOUT,))
    wave, scale, single = found.latest, found.latest.cell(BURNOUT, "mean"), found.latest.cell(SINGLE, BURNED_OUT)
    gap, since = change(found, BURNOUT, "mean")
    series = (line(found, BURNOUT, "mean", name="Everyone"),)
    sentence = f"Work-related burnout stands at {say.with_interval(scale)} of 100 in {wave.name}. {lines.said(gap, since)}"
    if single.status is Status.OK:
        sentence += f" {say.value(single, 'percent').capitalize()} say that they are burning out, by their own definition."
    pictures = (_by_cut(found, BURNOUT, "mean", cut, title="Work-related burnout", scale="number"),)
    trend = (TrendPlot("Work-related burnout, everyone", SCORE, series, "number", SCORE, window=30.0),) if len(found.comparable(BURNOUT)) > 1 else ()
    return Answer(
        "employee.burnout_work",
        "How worn does work leave people?",
        sentence.strip(),
        Status.OK if scale.known else Status.WITHHELD,
        (*pictures, *trend),
        (_cut_table(found, BURNOUT, "mean", cut, heading="Burnout score", kind="number"),),
        (),
        (*notes(found), "The score has no cut-off: published ones disagree. It describes groups and diagnoses nobody."),
        (scale, single, gap),
        found.provenance(),
    )


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def burning_out(house: House) -> Answer:
    """How many say that they are burning out?"""
    found = reading.results(house, needs=(SINGLE,))
    wave, whole = found.latest, found.latest.cell(SINGLE, BURNED_OUT)
    gap, since = change(found, SINGLE, BURNED_OUT)
    answers = _choices(wave, SINGLE)
    rows = tuple((words, one) for words, one in answers.values())
    return Answer(
        "employee.burnout_single",
        "How many say that they are burning out?",
        f"{say.with_interval(whole, 'percent')} say that they are burning out ({wave.name}). {lines.said(gap, since, 'percent')}".strip(),
        whole.status,
        (BarPlot(f"In their own definition, {wave.name}", "Share of those who answered", tuple(Bar(*row) for row in rows), "percent"),),
        (NumberTable("Every answer", ("Answer", "Share"), rows, kinds=("", "percent")),),
        (),
        notes(found),
        (whole, gap),
        found.provenance(),
    )


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def support(house: House) -> Answer:
    """Do people get rest, and could they use help without harm?"""
    found = reading.results(house, needs=SUPPORT)
    wave = found.latest
    asked = [name for name in SUPPORT if name in wave.versions]
    if not asked:
        raise NotEnoughData("Rest and support were not asked about.", hint="Questions M4 and M5 of the bank do.")
    dots = tuple(Dot(wave.text(name), wave.cell(name, "favourable")) for name in asked)
    rows = tuple((wave.text(name), wave.cell(name, "favourable"), change(found, name, "favourable")[0]) for name in asked)
    said = [f"{say.value(wave.cell(name, 'favourable'), 'percent')} agree: “{wave.text(name)}”" for name in asked]
    return Answer(
        "employee.margin",
        "Do people get rest, and could they use help without harm?",
        f"{'; '.join(said)}.",
        Status.OK,
        (DotPlot(f"Rest and support, {wave.name}", "Share who agree; 95% intervals", dots, "percent"),),
        (NumberTable("Statements", ("Statement", "Agree", "Change"), rows, kinds=("", "percent", "points")),),
        (),
        (*notes(found), *(f"To talk to somebody: {text}" for text in promise.support(house))),
        rows,
        found.provenance(),
    )


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def lines_to_call(house: House) -> list[str]:
    """The crisis line, and the agency's own peer support."""
    return promise.support(house)
