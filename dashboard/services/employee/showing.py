"""What does everybody see of the staff's answers? Numbers of the whole staff of releases that HR shows; HR looks first, and can take back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData, ScopeError
from dashboard.privacy.staff_cells import WHOLE
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.services.employee import lines, reading
from dashboard.services.employee.lines import FORCED, SAFE, SILENT
from dashboard.services.employee.reading import Results, StaffWave
from dashboard.services.restricted import restricted
from dashboard.store.staff_releases import Frozen, StaffReleases

if TYPE_CHECKING:
    from dashboard.services.house import House

HEADLINES = (
    ("eei", "index", "Engagement index, 0 to 100"),
    ("satisfaction", "index", "Satisfaction index, 0 to 100"),
    ("M11", "mean", "Morale in the unit, 0 to 100"),
    ("ENPS1", "promoters", "Would recommend working here, −100 to 100"),
)
FAVOURABLE = "favourable"
ENDS = 5  # statements drawn of each end; the table holds them all


def answers(house: House) -> list[Answer]:
    """One answer a survey, of its last wave that is shown. NotEnoughData where HR shows none."""
    found = reading.shown_to_all(house)
    if not found:
        raise NotEnoughData(
            "The agency does not show results of its staff surveys here.",
            hint="HR decides after each survey whether the whole staff's numbers are shown.",
        )
    return [_answer(one, _names(one)) for one in found]


def of_release(house: House, release: str) -> Answer:
    """The whole staff's numbers of one release as everybody reads them. NotEnoughData unless HR shows it now."""
    for found in reading.shown_to_all(house):
        for wave in found.waves:
            if wave.id == release:
                return _answer(replace(found, waves=(wave,)), wave.name)
    raise NotEnoughData("The agency does not show these results.", hint="HR decides after each survey whether the whole staff's numbers are shown.")


def _names(found: Results) -> str:
    """All waves that are shown, in words."""
    return say.listed([one.name for one in found.waves])


def everybody_reads(wave: StaffWave) -> dict[tuple[str, str], Estimate]:
    """Every number of a wave that everybody sees, on the page and in the open table: (question, statistic) -> the whole staff's number."""
    found = {(name, what): wave.cell(name, what) for name, what, _ in HEADLINES if name in wave.versions}
    asked = [name for name in wave.about["questions"] if (name, WHOLE, "", FAVOURABLE) in wave.numbers]
    return found | {(name, FAVOURABLE): wave.cell(name, FAVOURABLE) for name in asked} | {("people", "people"): wave.cell("people", "people")}


def _answer(found: Results, shown: str) -> Answer:
    """One survey as everybody reads it."""
    wave = found.latest
    numbers = everybody_reads(wave)
    heads = [(words, numbers[name, what]) for name, what, words in HEADLINES if (name, what) in numbers]
    asked = {name: one for (name, what), one in numbers.items() if what == FAVOURABLE}
    order = sorted(asked, key=lambda name: -lines.height(asked[name], hidden=0.0))
    known = [name for name in order if asked[name].value is not None]
    panels = ((known[:ENDS], "Most favourable"), (known[-ENDS:], "Least favourable")) if len(known) > 2 * ENDS else ((known, ""),)
    dots = tuple(Dot(wave.text(name), asked[name], panel=panel) for names, panel in panels for name in names)
    people = numbers["people", "people"].value
    subtitle = f"Share in the top two of five, whole staff, about {say.count(people)} answers; 95% intervals"
    tables = (
        *((NumberTable("In short", ("Number", "Value"), tuple(heads), kinds=("", "number")),) if heads else ()),
        NumberTable("Every statement", ("Statement", "Favourable"), tuple((wave.text(name), asked[name]) for name in order), kinds=("", "percent")),
    )
    return Answer(
        "employee.margin",
        f"{found.title}: what do our own people say?",
        _sentence(wave, heads),
        Status.OK,
        (DotPlot(f"Favourable answers, {wave.name}", subtitle, dots, "percent", axis="favourable"),) if dots else (),
        tables,
        (),
        (SILENT, SAFE.format(k=wave.about["k"]), FORCED, f"Shown: {shown}. Units and other groups are never shown here."),
        tuple(heads),
        found.provenance(),
        public=True,
    )


def _sentence(wave: StaffWave, heads: list[tuple[str, Estimate]]) -> str:
    """The headline numbers of the wave."""
    parts = [f"{words.partition(',')[0].lower()} {say.with_interval(one)}".replace("-", "−") for words, one in heads]
    return f"In {wave.name}: {say.listed(parts)}." if parts else f"The answers of {wave.name} are below."


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def preview(house: House, wave_id: str) -> Answer:
    """Exactly what everybody would see of a wave, before it is shown."""
    wave = reading.whole_only(_in_force(house, wave_id))
    return _answer(Results("", "As it would be shown", (wave,), house.home.sample), "this wave")


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def is_shown(house: House, wave_id: str) -> bool:
    """Whether everybody sees the whole staff's numbers of a wave."""
    return _in_force(house, wave_id).public


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def show(house: House, wave_id: str, who: str, *, public: bool) -> None:
    """Show the whole staff's numbers of a wave to everybody, or take them back; it acts at once and is in the audit log."""
    StaffReleases(house.records).show_public(_in_force(house, wave_id).id, who, public=public)


def _in_force(house: House, wave_id: str) -> Frozen:
    """The release in force of a wave; ScopeError without one."""
    found = StaffReleases(house.records).of_wave(wave_id)
    if not found:
        raise ScopeError("This wave has no results yet.", hint="Close it first.")
    return found[0]
