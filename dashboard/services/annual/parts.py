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
    """One question. `always` of the year asked for; otherwise it is found out whether the year narrows the answer."""

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
        (Asked(yearly.trust, always=True), Asked(lambda house, _scope: trust.over_time(house)), Asked(yearly.contacts, always=True)),
        each=True,
    ),
    Declared(
        "stops",
        "Stops",
        "Stops and disparities",
        (
            Asked(published.volume, always=True),
            Asked(public_tests.stopped),
            Asked(lambda house, scope: published.decision(house, scope, "search")),
            Asked(lambda house, scope: published.decision(house, scope, "find")),
            Asked(lambda house, scope: published.decision(house, scope, "arrest")),
            Asked(published_places.answer),
            Asked(public_tests.at_night),
        ),
    ),
    Declared(
        "force",
        "Use of force",
        "Use of force",
        (
            Asked(force.over_time, always=True),
            Asked(force_rates.side_by_side),
            Asked(force.techniques),
            Asked(force_severity.levels),
            Asked(force.deescalation),
            Asked(force.reasons),
            Asked(force.injuries),
            Asked(force_changes.banned),
        ),
    ),
    Declared(
        "complaints",
        "Complaints and accountability",
        "Complaints and accountability",
        (
            Asked(funnel.answer, always=True),
            Asked(times.to_decision),
            Asked(funnel.by_complainant),
            Asked(funnel.by_group),
            Asked(findings.by_allegation),
            Asked(findings.discipline),
            Asked(cameras.active),
            Asked(times.to_release),
        ),
    ),
    Declared(
        "outreach",
        "Outreach",
        "Outreach",
        (
            Asked(lambda house, scope: reach.answer(house, None, _year(scope)), always=True),
            Asked(lambda house, scope: reach.groups(house, _year(scope)), always=True),
            Asked(lambda house, scope: beside.answer(house, None, _year(scope)), always=True),
        ),
    ),
    Declared(
        "changed",
        "What changed",
        "Use of force, Outreach and Library",
        (
            Asked(changed.policies, always=True),
            Asked(changed.followed, always=True),
            Asked(changed.promises, always=True),
            Asked(changed.meetings, always=True),
        ),
        each=True,
        apart=("Recommendations of the review board are open to the council and the agency only, so this report does not list them.",),
    ),
)
