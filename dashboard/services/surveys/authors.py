"""Who may work on which survey? Employee surveys are HR's alone; what is done to others must not reach them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import ScopeError
from dashboard.schema import bank, employee, lineage
from dashboard.schema.questions import EMPLOYEE, Definition, Question
from dashboard.services.forms import today
from dashboard.store.surveys import Survey, Surveys, Wave

if TYPE_CHECKING:
    from dashboard.services.house import House


@dataclass(frozen=True, slots=True)
class Listed:
    """One survey in the list: `state` is draft, opens later, open, closed or archived; `wave` the open one, or the last."""

    survey: Survey
    state: str
    wave: Wave | None


def runs_staff(house: House) -> bool:
    """Whether this visitor may run employee surveys."""
    return house.visitor is None or house.visitor.may(Permission.MANAGE_EMPLOYEE_SURVEYS)


def opened(house: House, survey_id: str) -> Survey:
    """The survey, if this visitor may work on it: AccessDenied for one of employees unless they run those."""
    survey = Surveys(house.records).get(survey_id)
    if survey.family == EMPLOYEE:
        house.require(Permission.MANAGE_EMPLOYEE_SURVEYS, "employee survey")
    return survey


def of_staff(house: House, wave: Wave) -> bool:
    """Whether employees answer this wave."""
    return opened(house, wave.survey_id).family == EMPLOYEE


def not_of_staff(house: House, survey_id: str, why: str) -> Survey:
    """The survey, unless it is one of employees: ScopeError with the reason."""
    survey = opened(house, survey_id)
    if survey.family == EMPLOYEE:
        raise ScopeError(why)
    return survey


def listed(house: House, ours: Callable[[Survey], bool]) -> list[Listed]:
    """The surveys that are `ours` and where they stand, those in use first, then the newest."""
    surveys, day = Surveys(house.records), today(house)
    waves: dict[str, Wave] = {}
    for wave in surveys.waves():
        if wave.survey_id not in waves or wave.state == "open" or waves[wave.survey_id].state != "open":
            waves[wave.survey_id] = wave
    found = [Listed(one, state_of(one, waves.get(one.id), day), waves.get(one.id)) for one in surveys.all() if ours(one)]
    return sorted(found, key=lambda one: (one.survey.archived, one.state not in {"open", "opens later"}))


def state_of(survey: Survey, wave: Wave | None, day: dt.date) -> str:
    """Where a survey stands: archived, a draft, open, opens later, closed."""
    if survey.archived:
        return "archived"
    if wave is None:
        return "draft"
    if wave.state != "open":
        return "closed"
    return "opens later" if day < wave.opens else "open" if wave.open_on(day) else "closed"


def asked_last(house: House, survey: Survey) -> dict[str, Question]:
    """Every question that the survey ever asked, as it was asked last."""
    found: dict[str, Question] = {}
    for number in range(1, survey.versions + 1):
        found |= {one.id: one for one in Surveys(house.records).version(survey.id, number).questions()}
    return found


def names_taken(questions: Iterable[Question]) -> frozenset[str]:
    """Every name that these questions or the bank use, so that a new question gets another."""
    return frozenset(name for one in questions for name in (one.id, *one.stored_ids())) | frozenset(bank.questions())


def keep(house: House, survey: Survey, definition: Definition, before: Definition | None) -> None:
    """Keep a draft for whoever may write it: what was asked and is changed gets its next version. ScopeError when it is no longer `before`."""
    if definition.family != survey.family:
        raise ScopeError("A survey stays what it is: whom it asks cannot be changed.")
    launched = asked_last(house, survey)

    def versioned(questions: tuple[Question, ...]) -> tuple[Question, ...]:
        return tuple(lineage.versioned(launched.get(one.id), one) for one in questions)

    sections = [
        one.model_copy(update={"questions": versioned(one.questions), "rotation": tuple(versioned(some) for some in one.rotation)})
        for one in definition.sections
    ]
    made = employee.in_step(definition.model_copy(update={"sections": tuple(sections)}))
    if not Surveys(house.records).keep_draft(survey.id, made, before):
        raise ScopeError("Somebody else changed this survey while you were writing.", hint="Yours was not kept: look at theirs, then make it again.")
