"""A plan for one unit answers a result of that unit, so there is one only where that result is shown: a plan must not tell of a hidden group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.errors import ScopeError
from dashboard.schema import say
from dashboard.services.employee import reading
from dashboard.services.employee.reading import UNIT, Results, StaffWave
from dashboard.store.staff_actions import Action
from dashboard.store.staff_releases import StaffReleases

if TYPE_CHECKING:
    from dashboard.services.house import House

BETTER = "favourable"
NOT_TO_ALL = "A plan for one unit is not shown to everybody, because its results are not."
HIDDEN = "Nothing is shown of this unit for this question, so no plan can answer it."


def shown(wave: StaffWave, question: str, unit: str) -> bool:
    """Whether the favourable share of a question in a unit is shown, as a number or as a bound."""
    if (question, UNIT, unit, BETTER) not in wave.numbers:
        return False
    one = wave.cell(question, BETTER, UNIT, unit)
    return one.known or bool(say.bound(one))


def check(wave: StaffWave, action: Action) -> None:
    """Refuse a plan for a unit of which nothing is shown. The same sentence for a unit that is small, held back, empty, or not there."""
    if action.unit and not shown(wave, action.question, action.unit):
        raise ScopeError(HIDDEN, hint="Make a plan for everybody, or choose a unit that is shown.")


def name_of(found: Results, unit: str) -> str:
    """A unit as people call it."""
    return next((one.levels(UNIT)[unit] for one in reversed(found.waves) if unit in one.levels(UNIT)), unit)


def in_force(house: House, action: Action) -> StaffWave | None:
    """The release that holds now for the wave that a plan answers; None when it is gone."""
    releases = StaffReleases(house.records)
    one = releases.named(action.release_id)
    return reading.opened(releases.of_wave(one.wave_id)[0]) if one is not None and one.survey_id == action.survey_id else None


def still_shown(house: House, action: Action) -> bool:
    """Whether the result that a plan for a unit answers is shown now, after every correction."""
    wave = in_force(house, action)
    return wave is not None and shown(wave, action.question, action.unit)


def name_in(house: House, action: Action) -> str:
    """The unit of a plan as its own wave called it."""
    wave = in_force(house, action)
    return wave.levels(UNIT).get(action.unit, action.unit) if wave else action.unit
