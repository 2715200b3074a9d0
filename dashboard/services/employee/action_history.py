"""Who changed a plan, what and when? Promises stay visible: nothing of a plan is overwritten, what was taken away is listed too."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.schema.result import NumberTable
from dashboard.services.restricted import restricted
from dashboard.store.staff_actions import Action, Kept, StaffActions

if TYPE_CHECKING:
    from dashboard.services.house import House

WORDS = {
    "promised": "Promise",
    "owner": "Who sees to it",
    "due": "Until",
    "done": "What was done",
    "state": "State",
    "shown": "Shown to everybody",
}
WRITTEN, REMOVED = "Written down", "Taken away"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a plan: on which day by whom, what, and the words before and after."""

    day: str
    who: str
    what: str
    before: str
    after: str


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def plans(house: House) -> dict[str, str]:
    """Every plan that ever was: id -> what was promised last, those taken away with that said."""
    found: dict[str, str] = {}
    for one in StaffActions(house.records).history():
        found[one.action_id] = one.action.promised if one.action else f"{found.get(one.action_id, '')} (taken away)"
    return found


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def changes(house: House, action_id: str) -> list[Change]:
    """What became of one plan, from the first day on."""
    found: list[Change] = []
    last: Action | None = None
    for one in StaffActions(house.records).history(action_id):
        found += _between(last, one)
        last = one.action
    return found


def _between(last: Action | None, one: Kept) -> list[Change]:
    """What differs between two states."""
    day = f"{one.when:%Y-%m-%d}"
    if one.action is None:
        return [Change(day, one.who, REMOVED, last.promised if last else "", "")]
    if last is None:
        return [Change(day, one.who, WRITTEN, "", f"{one.action.promised} (until {one.action.due:%Y-%m-%d})")]
    return [
        Change(day, one.who, WORDS[field.name], _said(getattr(last, field.name)), _said(getattr(one.action, field.name)))
        for field in fields(Action)
        if field.name in WORDS and getattr(last, field.name) != getattr(one.action, field.name)
    ]


def _said(value: object) -> str:
    """A value as it is written."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def table(house: House, action_id: str) -> NumberTable:
    """The same as a table."""
    rows = tuple((one.day, one.who, one.what, one.before, one.after) for one in changes(house, action_id))
    return NumberTable("History of the plan", ("Day", "Who", "What", "Before", "After"), rows)


def first_shown(house: House) -> dict[str, Action]:
    """Each plan as it was when everybody was first shown it as planned or done: id -> its words then. For services that check who reads them."""
    found: dict[str, Action] = {}
    for one in StaffActions(house.records).history():
        if one.action and one.action.shown and one.action.state != "dropped":
            found.setdefault(one.action_id, one.action)
    return found


def first_kept(house: House) -> dict[str, Action]:
    """Each plan as it was first written down. For services that check who reads them."""
    found: dict[str, Action] = {}
    for one in StaffActions(house.records).history():
        if one.action:
            found.setdefault(one.action_id, one.action)
    return found


def other_promise(now: Action, first: Action) -> str:
    """What was promised first, where the words or a later day differ; empty where the promise stands as it was made."""
    if now.promised != first.promised:
        return f"{first.promised} (until {first.due:%Y-%m-%d})"
    return f"until {first.due:%Y-%m-%d}" if now.due > first.due else ""
