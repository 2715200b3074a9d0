"""What belongs into the annual report? Its parts in their order, each a list of questions that the public pages ask as well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.schema.answer import Answer
from dashboard.schema.scope import Scope
from dashboard.services import force, force_changes, force_rates, force_severity, public_tests, published, published_places
from dashboard.services.accountability import cameras, findings, funnel, times
from dashboard.services.annual import changed, yearly
from dashboard.services.outreach import beside, reach
from dashboard.services.surveys import trust

if TYPE_CHECKING:
    from dashboard.services.house import House

Question = Callable[["House", Scope], Answer]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, and its topic for the sentence that stands where there is no answer.

    `always` of the year asked for; otherwise it is found out whether the year narrows the answer.
    """

    topic: str
    ask: Question
    always: bool = False


@dataclass(frozen=True, slots=True)
class Declared:
    """One part: its name for anchors, its title, the page it follows.

    The first question says whether the year has the part at all, unless `each` stands for itself. `apart` are sentences about what is not told here.
    """

    name: str
    title: str
    page: str
    asked: tuple[Asked, ...]
    each: bool = False
    apart: tuple[str, ...] = ()


def _year(scope: Scope) -> str:
    """The year of the slice, '' for all."""
    return str(scope.start.year) if scope.start else ""


PARTS: tuple[Declared, ...] = (
    Declared(
        "trust",
        "Trust",
        "Community trust",
        (
            Asked("trust of the year", yearly.trust, always=True),
            Asked("trust over time", lambda house, _scope: trust.over_time(house)),
            Asked("contacts rated", yearly.contacts, always=True),
        ),
        each=True,
    ),
    Declared(
        "stops",
        "Stops",
        "Stops and disparities",
        (
            Asked("stops", published.volume, always=True),
            Asked("comparison with residents", public_tests.stopped),
            Asked("searches", lambda house, scope: published.decision(house, scope, "search")),
            Asked("what searches find", lambda house, scope: published.decision(house, scope, "find")),
            Asked("arrests", lambda house, scope: published.decision(house, scope, "arrest")),
            Asked("districts", published_places.answer),
            Asked("daylight and dark", public_tests.at_night),
        ),
    ),
    Declared(
        "force",
        "Use of force",
        "Use of force",
        (
            Asked("use of force", force.over_time, always=True),
            Asked("rates of force", force_rates.side_by_side),
            Asked("techniques", force.techniques),
            Asked("severity", force_severity.levels),
            Asked("de-escalation", force.deescalation),
            Asked("reasons", force.reasons),
            Asked("injuries", force.injuries),
            Asked("banned techniques", force_changes.banned),
        ),
    ),
    Declared(
        "complaints",
        "Complaints and accountability",
        "Complaints and accountability",
        (
            Asked("complaints", funnel.answer, always=True),
            Asked("time to a decision", times.to_decision),
            Asked("who complained", funnel.by_complainant),
            Asked("complaints by group", funnel.by_group),
            Asked("allegations", findings.by_allegation),
            Asked("discipline", findings.discipline),
            Asked("camera activation", cameras.active),
            Asked("release of footage", times.to_release),
        ),
    ),
    Declared(
        "outreach",
        "Outreach",
        "Outreach",
        (
            Asked("events", lambda house, scope: reach.answer(house, None, _year(scope)), always=True),
            Asked("who came", lambda house, scope: reach.groups(house, _year(scope)), always=True),
            Asked("trust where outreach went", lambda house, scope: beside.answer(house, None, _year(scope)), always=True),
        ),
    ),
    Declared(
        "changed",
        "What changed",
        "Use of force, Outreach and Library",
        (
            Asked("policies", changed.policies, always=True),
            Asked("what followed a policy", changed.followed, always=True),
            Asked("promises", changed.promises, always=True),
            Asked("meetings", changed.meetings, always=True),
        ),
        each=True,
        apart=("Recommendations of the review board are open to the council and the agency only, so this report does not list them.",),
    ),
)
