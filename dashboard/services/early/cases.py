"""From a pattern to a conversation, a decision and a look again: what comes next, what is due, and did the pattern change?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError, StoreError
from dashboard.services.early import work
from dashboard.services.early.events import Window, kind_named
from dashboard.services.early.kinds import alias
from dashboard.services.early.model import Model
from dashboard.services.early.patterns import in_words, who
from dashboard.services.forms import today
from dashboard.services.restricted import restricted
from dashboard.stats import peers_change, peers_expected
from dashboard.stats.peers_change import Change
from dashboard.store.officer_cases import DECIDED, DECISIONS, FOLLOWED, OPENED, TALKED, Case, OfficerCases, Step
from dashboard.store.people import People

if TYPE_CHECKING:
    from dashboard.services.house import House

__all__ = ["DECIDED", "DECISIONS", "FOLLOWED", "OPENED", "TALKED", "Case", "Step"]
STEP_NAMES = {OPENED: "Taken up", TALKED: "Conversation with the supervisor", DECIDED: "Decision", FOLLOWED: "Looked at again"}
NEXT = {TALKED: "a conversation with the supervisor", DECIDED: "a decision", FOLLOWED: "a look at what changed", "": "nothing: closed"}
LOOK_AGAIN = 182  # days


@dataclass(frozen=True, slots=True)
class Line:
    """One case in the list of what is to be done."""

    id: str
    name: str
    kind: str
    next: str
    due: dt.date | None
    overdue: bool


@restricted(Permission.SEE_EARLY_INTERVENTION)
def take_up(house: House, found: Model, key: str, text: str) -> str:
    """Open a case on this officer's pattern, with the figures as they are now."""
    one = found.officer(key)
    if one is None or one.expected is None or found.review.shape is None:
        raise StoreError("This officer has no pattern that was compared.")
    figures: dict[str, Any] = {
        "words": in_words(found, one),
        "observed": one.observed,
        "expected": one.expected,
        "sure": one.sure,
        "shape": found.review.shape.value,
        "basis": found.basis,
        "start": found.when.start.isoformat(),
        "end": found.when.end.isoformat(),
    }
    return OfficerCases(house.records).open(key, found.kind.name, figures, text.strip() or "Taken up for review.", who(house))


@restricted(Permission.SEE_EARLY_INTERVENTION)
def talked(house: House, case_id: str, text: str) -> None:
    """The supervisor's conversation with the officer, in a few words."""
    OfficerCases(house.records).step(case_id, TALKED, who(house), text=text)


@restricted(Permission.SEE_EARLY_INTERVENTION)
def decided(house: House, case_id: str, choice: str, text: str, due: dt.date | None) -> None:
    """What was decided, and when to look again."""
    if due is not None and due <= today(house):
        raise StoreError("The day to look again must lie ahead.")
    OfficerCases(house.records).step(case_id, DECIDED, who(house), choice=choice, text=text, due=due)


@restricted(Permission.SEE_EARLY_INTERVENTION)
def followed(house: House, case_id: str, text: str) -> None:
    """What was found when looking again."""
    OfficerCases(house.records).step(case_id, FOLLOWED, who(house), text=text)


@restricted(Permission.SEE_EARLY_INTERVENTION)
def undo(house: House, case_id: str) -> None:
    """Take the last step back; it stays in the history."""
    OfficerCases(house.records).undo(case_id, who(house))


@restricted(Permission.SEE_EARLY_INTERVENTION)
def waiting(house: House) -> tuple[Line, ...]:
    """Cases under way: what comes next, those to be looked at again first by day. Says nothing of what any record holds."""
    now = today(house)
    lines = []
    for case in OfficerCases(house.records).all():
        if not case.next:
            continue
        due = case.decided.due if case.decided else None
        lines.append(Line(case.id, alias(case.officer_key), kind_named(case.kind).title, NEXT[case.next], due, due is not None and due <= now))
    return tuple(sorted(lines, key=lambda one: (one.due is None, one.due or now, one.name)))


@restricted(Permission.SEE_EARLY_INTERVENTION)
def people(house: House) -> dict[str, str]:
    """Person id -> name, for the history."""
    return {one.id: one.name for one in People(house.records).all()}


@restricted(Permission.SEE_EARLY_INTERVENTION)
def changed(house: House, case: Case) -> Change:
    """Did the pattern change since the decision, against what regression to the mean predicts? Counted up to the newest event stored."""
    decision = case.decided
    if decision is None:
        raise StoreError("Nothing was decided yet.")
    kind = kind_named(case.kind)
    last = house.facts.span(kind.table)[1]
    since = max(decision.moment.date(), dt.date.fromisoformat(str(case.found["end"]))) + dt.timedelta(days=1)
    before = (float(case.found["observed"]), float(case.found["expected"]), float(case.found["shape"]))
    if last is None or last < since:
        return peers_change.change(*before, 0, 0)
    try:
        observed, expected = _since(house, case, Window(since, last))
    except CommonGroundError:
        return peers_change.change(*before, 0, 0)
    return peers_change.change(*before, observed, expected)


def _since(house: House, case: Case, when: Window) -> tuple[float, float]:
    """How many events the officer had in these days, and peers with the same work would have had; the same work as in the first comparison."""
    found = work.gathered(house.facts, kind_named(case.kind), when, str(case.found["basis"]))
    if case.officer_key not in found.names:
        return 0.0, 0.0
    place = found.names.index(case.officer_key)
    expected = peers_expected.expected(found.work)
    value = float(expected.expected[place])
    return float(expected.observed[place]), 0.0 if pd.isna(value) else value


@restricted(Permission.SEE_EARLY_INTERVENTION)
def in_months(house: House, days: int = LOOK_AGAIN) -> dt.date:
    """A usual day to look again."""
    return today(house) + dt.timedelta(days=days)
