"""The monthly series of force that a change of policy is judged by, and from which month it counts."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING

from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services.force_catalog import of_people, units

if TYPE_CHECKING:
    from dashboard.services.house import House
    from dashboard.store.policies import Policy

QUIET = 3  # days at the end of the last month that may be without a report


def monthly(house: House, force_type: str, scope: Scope) -> list[tuple[str, float | None]]:
    """Incidents (with this technique, '' for all) by whole month from the first to the last with any force; a month without any report is a gap."""
    slice_ = of_people(scope).and_where("date_precision", "day", "month", "null")
    whole = units(house, "incidents", ("month",), slice_)
    if whole.empty:
        return []
    totals = {str(month): float(n) for month, n in zip(whole["month"], whole["n"], strict=True)}
    counts = totals
    if force_type:
        own = units(house, "techniques", ("month",), slice_.and_where("force_type", force_type))
        counts = {str(month): float(n) for month, n in zip(own["month"], own["n"], strict=True)}
    last = house.facts.span("use_of_force")[1]
    names = _between(min(totals), max(totals))
    if last is not None and last.day < calendar.monthrange(last.year, last.month)[1] - QUIET:
        names = [name for name in names if name != f"{last:%Y-%m}"]
    return [(name, counts.get(name, 0.0) if name in totals else None) for name in names]


def _between(first: str, last: str) -> list[str]:
    """Every month from the first to the last."""
    start, end = (int(text[:4]) * 12 + int(text[5:7]) - 1 for text in (first, last))
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(start, end + 1)]


def first_month(policy: Policy) -> str:
    """The first whole month under the new rule; the month in which it changed is left to the time before when it began after the first third."""
    day = policy.date if policy.date.day <= 10 else (policy.date.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return f"{day:%Y-%m}"


def about(policy: Policy) -> str:
    """What is counted for this policy."""
    return f"incidents with {label(policy.force_type).lower()}" if policy.force_type else "incidents with force"


def with_force(force_type: str) -> str:
    """Incidents with this technique, in words."""
    return f"incidents with {label(force_type).lower()}"
