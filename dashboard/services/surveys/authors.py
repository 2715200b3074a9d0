"""Who may work on which survey? Employee surveys are HR's alone; what is done to others must not reach them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import ScopeError
from dashboard.schema.questions import EMPLOYEE
from dashboard.store.surveys import Survey, Surveys, Wave

if TYPE_CHECKING:
    from dashboard.services.house import House


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
