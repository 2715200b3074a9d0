"""The staff measures as the command line asks them: over the frozen results of the first employee survey that has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.schema.answer import Answer
from dashboard.schema.scope import Scope
from dashboard.services.employee import matters, morale, retention

if TYPE_CHECKING:
    from dashboard.services.house import House


def engagement(house: House, _scope: Scope) -> Answer:
    """Engagement over all surveys."""
    return morale.index(house)


def satisfaction(house: House, _scope: Scope) -> Answer:
    """Global satisfaction."""
    return morale.satisfaction(house)


def margin(house: House, _scope: Scope) -> Answer:
    """Strengths and concerns, each with its interval."""
    return morale.items(house)


def promoters(house: House, _scope: Scope) -> Answer:
    """Would people recommend the agency?"""
    return morale.pulse(house, "ENPS1")


def drivers(house: House, _scope: Scope) -> Answer:
    """What goes with satisfaction."""
    return matters.drivers(house)


def turnover(house: House, _scope: Scope) -> Answer:
    """Who-as-a-group may leave."""
    return retention.leaving(house)


def burnout_work(house: House, _scope: Scope) -> Answer:
    """The burnout scale."""
    return retention.burnout(house)


def burnout_single(house: House, _scope: Scope) -> Answer:
    """The single burnout question."""
    return retention.burning_out(house)
