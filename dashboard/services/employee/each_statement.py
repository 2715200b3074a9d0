"""What did staff answer to any one question of any staff survey: everybody together, and each group that may be shown?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.privacy import banding
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Bar, BarPlot, Dot, DotPlot, Picture, Scale
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.services.employee import lines, reading
from dashboard.services.employee.lines import cut_labels, levels, notes
from dashboard.services.employee.reading import Results, StaffWave
from dashboard.services.restricted import restricted

if TYPE_CHECKING:
    from dashboard.services.house import House

STATISTICS: dict[str, tuple[str, Scale]] = {
    "favourable": ("Favourable", "percent"),
    "leaving": ("May leave", "percent"),
    "burned_out": ("Burning out", "percent"),
    "promoters": ("Promoters less detractors", "number"),
    "mean": ("Mean score", "number"),
}
CHOSEN = "chosen"


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def surveys(house: House) -> dict[str, str]:
    """Staff surveys with results: id -> title."""
    return reading.available(house)


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def questions(house: House, survey: str) -> dict[str, str]:
    """The questions of a survey's last wave of which something is released: name -> words."""
    wave = reading.results(house, survey).latest
    return {name: str(one["text"]) for name, one in wave.about["questions"].items() if _statistic(wave, name)}


def _statistic(wave: StaffWave, question: str) -> str:
    """What is said of a question: one number that can be divided, or the shares of a choice; '' where nothing is."""
    own = next((name for name in STATISTICS if (question, "whole", "", name) in wave.numbers), "")
    return own or (CHOSEN if question in wave.release.extras.get("choices", {}) else "")


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def answer(house: House, survey: str, question: str) -> Answer:
    """What did staff answer to this question? NotEnoughData where nothing of it is released."""
    found = reading.results(house, survey)
    statistic = _statistic(found.latest, question)
    if not statistic:
        raise NotEnoughData("Nothing of this question can be shown.", hint="It is shown from ten answers on, a choice from fifty.")
    return _chosen(found, question) if statistic == CHOSEN else _divided(found, question, statistic)


def _divided(found: Results, question: str, statistic: str) -> Answer:
    """One number for everybody, and for each group."""
    wave, (title, scale) = found.latest, STATISTICS[statistic]
    whole = wave.cell(question, statistic)
    gap, since = lines.change(found, question, statistic)
    pictures: list[Picture] = []
    tables: list[NumberTable] = []
    for cut, words in cut_labels(found).items():
        rows = [(name, wave.cell(question, statistic, cut, level)) for level, name in levels(wave, cut).items()]
        tables.append(NumberTable(f"By {words}", ("Group", title), tuple(rows), kinds=("", scale)))
        if any(one.known for _, one in rows):
            dots = tuple(Dot(name, one) for name, one in rows)
            pictures.append(DotPlot(f"{title} by {words}, {wave.name}", "Whiskers are 95% intervals", dots, scale, whole.value, "everyone"))
    tables.append(NumberTable("Everybody together", ("Question", title), ((wave.text(question), whole),), kinds=("", scale)))
    said = f" {lines.said(gap, since, scale)}" if whole.known and since else ""
    return Answer(
        "employee.promoters" if statistic == "promoters" else "employee.margin",
        "What did staff answer?",
        f"“{wave.text(question)}”: {title.lower()} {say.with_interval(whole, scale)} in {wave.name}.{said}",
        Status.OK if whole.known else Status.WITHHELD,
        tuple(pictures),
        tuple(tables),
        (),
        (*notes(found), *lines.begun(found, question)),
        (whole, gap),
        found.provenance(),
    )


def _chosen(found: Results, question: str) -> Answer:
    """The shares of a choice, everybody together."""
    wave = found.latest
    words = dict(wave.about["questions"][question].get("options", []))
    rows = tuple((words.get(code, code), _share(value, status)) for code, value, status in wave.release.extras["choices"][question])
    most = max((row for row in rows if row[1].value is not None), key=lambda row: row[1].value or 0.0, default=None)
    sentence = f"most chose “{most[0]}” ({say.value(most[1], 'percent')})" if most else "no share can be said exactly"
    bars = tuple(Bar(*row) for row in rows)
    return Answer(
        "employee.margin",
        "What did staff choose?",
        f"“{wave.text(question)}”: {sentence} in {wave.name}.",
        Status.OK if most else Status.WITHHELD,
        (BarPlot(f"Everybody together, {wave.name}", "Share of those who answered", bars, "percent"),),
        (NumberTable("Every answer", ("Answer", "Share"), rows, kinds=("", "percent")),),
        (),
        (*notes(found), "A choice is shown for everybody together and never by group."),
        rows,
        found.provenance(),
    )


def _share(value: float, status: str) -> Estimate:
    """One share as it is said: exactly, or beyond an edge."""
    if status == banding.SAID:
        return Estimate(value)
    return Estimate(None, high=value) if status == banding.AT_MOST else Estimate(None, low=value)
