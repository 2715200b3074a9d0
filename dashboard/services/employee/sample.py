"""The sample agency's employee surveys: each round declared and opened like any, reduced to its release, and not kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.schema import bank
from dashboard.schema.employee import Division
from dashboard.schema.questions import Definition, Option
from dashboard.services.employee import closing, launching, reading, unit_plans
from dashboard.store.staff_actions import DONE, PLANNED, Action, StaffActions
from dashboard.store.staff_releases import StaffReleases
from dashboard.store.surveys import Surveys
from data_sources.sample import staff

if TYPE_CHECKING:
    from dashboard.services.house import House

SURVEYS = {"pulse": ("riverton-pulse", "Riverton staff pulse"), "annual": ("riverton-annual", "Riverton staff survey")}
TEMPLATES = {"pulse": "employee_pulse", "annual": "employee_full"}
DIVISIONS = {"pulse": Division(("unit", "tenure")), "annual": Division(("unit", "shift", "tenure"), (("unit", "tenure"),))}


def make(house: House, who: str) -> None:
    """Ask everybody eight times a little and twice a lot, and freeze every result. Nothing when it is there already."""
    surveys, releases = Surveys(house.records), StaffReleases(house.records)
    there = {one.id for one in surveys.all()}
    people = staff.everybody()
    for kind, (name, title) in SURVEYS.items():
        if name not in there:
            surveys.new(_own(kind), title, who, name=name)
    for wave in staff.waves():
        name = SURVEYS[wave.kind][0]
        old = next((one for one in surveys.waves(name) if one.name == wave.name), None)
        if old is not None and releases.of_wave(old.id):
            continue
        division = DIVISIONS[wave.kind]
        opened = old or launching.launch(
            house, name, wave.name, who, opens=wave.opens, closes=wave.closes, division=division, heads=_heads(staff.heads(people), division)
        )
        closing.reduce(house, opened.id, wave.answers, (), who)
    _after(house, who)


def _after(house: House, who: str) -> None:
    """What HR did with the results: the last annual survey is shown to everybody, two actions are told, a third is for one unit.

    Nothing when it is there already.
    """
    store, releases = StaffActions(house.records), StaffReleases(house.records)
    if store.all():
        return
    for one in releases.of_survey(SURVEYS["annual"][0])[-1:]:
        releases.show_public(one.id, who, public=True)
    name = SURVEYS["pulse"][0]
    waves = {one.id: one.name for one in Surveys(house.records).waves(name)}
    there = {waves[one.wave_id]: one.id for one in releases.of_survey(name)}
    for wave, question, promised, owner, due, done in staff.ACTIONS:
        store.keep(Action("", name, there[wave], question, promised, owner, due, done, DONE if done else PLANNED, shown=True), who)
    unit, question, promised, owner, due = staff.UNIT_PLAN
    last = releases.of_survey(name)[-1]
    if unit_plans.shown(reading.opened(last), question, unit):
        store.keep(Action("", name, last.id, question, promised, owner, due, unit=unit), who)


def _heads(every: dict[str, dict[str, float]], division: Division) -> dict[str, dict[str, float]]:
    """The numbers of people of the declared cells."""
    wanted = {"whole", *division.cuts, *(f"{one}*{other}" for one, other in division.crossings)}
    return {name: levels for name, levels in every.items() if name in wanted}


def _own(kind: str) -> Definition:
    """The template with Riverton's own units; the pulse asks for years of service in place of sworn or civilian."""
    made = bank.template(TEMPLATES[kind])
    units = tuple(Option(code=code, label={"en": words[0], "es": words[1]}) for code, words in staff.UNIT_NAMES.items())
    sections = []
    for section in made.sections:
        asked = [bank.questions()["U4"] if kind == "pulse" and one.id == "U5" else one for one in section.questions]
        own = [one.model_copy(update={"options": units}) if one.id == "U1" else one for one in asked]
        sections.append(section.model_copy(update={"questions": tuple(own)}))
    return made.model_copy(update={"sections": tuple(sections)})
