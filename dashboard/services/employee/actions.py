"""You said, we did: what was promised after a low result, who sees to it, what was done, and whether the next survey shows it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData, ScopeError
from dashboard.schema import say
from dashboard.schema.result import Estimate, NumberTable
from dashboard.services.employee import lines, reading, words
from dashboard.services.employee.reading import Results
from dashboard.services.forms import today
from dashboard.services.restricted import restricted
from dashboard.stats import survey_scores
from dashboard.store.staff_actions import DONE, DROPPED, PLANNED, Action, StaffActions

if TYPE_CHECKING:
    from dashboard.services.house import House

__all__ = ["STATES", "Action"]
STATES: Mapping[str, str] = {PLANNED: "Planned", DONE: "Done", DROPPED: "Dropped"}
LONGEST = 1_000
OFFERED = 15  # questions offered for an action, the least favourable first
BETTER = "favourable"


@dataclass(frozen=True, slots=True)
class Tracked:
    """An action with the question as it was asked, its released share then and in the last comparable survey, and the change between them."""

    action: Action
    question: str
    then: Estimate
    now: Estimate
    change: Estimate
    since: str
    overdue: bool


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def tracked(house: House) -> list[Tracked]:
    """Every action, with what the surveys since show."""
    known: dict[str, Results] = {}
    day = today(house)
    return [_tracked(house, one, known, day) for one in StaffActions(house.records).all()]


def _tracked(house: House, action: Action, known: dict[str, Results], day: dt.date) -> Tracked:
    """One action beside the released numbers: those of the same version of its question, from its own release on."""
    late = action.state == PLANNED and action.due < day
    none = Estimate.unavailable("Not asked again since.")
    try:
        found = known.setdefault(action.survey_id, reading.results(house, action.survey_id))
    except NotEnoughData:
        return Tracked(action, action.question, none, none, none, "", late)
    waves = found.comparable(action.question)
    text = (waves or found.waves)[-1].text(action.question)
    place = next((n for n, wave in enumerate(waves) if wave.id == action.release_id), None)
    if place is None:
        return Tracked(action, text, none, none, none, "", late)
    then = waves[place].cell(action.question, BETTER)
    if place == len(waves) - 1:
        return Tracked(action, text, then, none, none, waves[place].name, late)
    now = waves[-1].cell(action.question, BETTER)
    return Tracked(action, text, then, now, survey_scores.change(then, now), waves[place].name, late)


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def table(house: House) -> NumberTable:
    """All actions as a table."""
    rows = tuple(
        (
            one.action.promised,
            one.question,
            one.action.owner,
            f"{one.action.due:%Y-%m-%d}",
            "Overdue" if one.overdue else STATES[one.action.state],
            one.action.done,
            one.then,
            one.now,
            one.change,
        )
        for one in tracked(house)
    )
    heads = ("Promised", "After", "Who sees to it", "Until", "State", "What was done", "Favourable then", "Favourable now", "Change")
    note = "Favourable: share in the top two of five, whole staff. A change after an action is not proof that the action made it."
    return NumberTable("Actions", heads, rows, (note,), ("", "", "", "", "", "", "percent", "percent", "points"))


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def sentence(house: House) -> str:
    """How the actions stand."""
    found = tracked(house)
    if not found:
        return "No action has been written down yet."
    done, late = sum(one.action.state == DONE for one in found), sum(one.overdue for one in found)
    better = sum(survey_scores.clear(one.change) and (one.change.value or 0) > 0 for one in found)
    made = "action was" if len(found) == 1 else "actions were"
    start = f"{say.count(len(found))} {made} promised; {say.count(done)} done, {say.count(late)} overdue."
    return f"{start} After {say.count(better)} the question is clearly more favourable than before."


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def surveys(house: House) -> Mapping[str, str]:
    """Surveys with results: id -> title."""
    return reading.available(house)


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def offered(house: House, survey_id: str) -> dict[str, str]:
    """Questions of the last release that an action can answer, the least favourable first: id -> words with the released share."""
    wave = reading.results(house, survey_id).latest
    known = [(wave.cell(name, BETTER), name) for name in wave.about["questions"] if (name, "whole", "", BETTER) in wave.numbers]
    known.sort(key=lambda pair: lines.height(pair[0], hidden=2.0))
    return {name: f"{wave.text(name)} ({say.value(one, 'percent')} favourable)" for one, name in known[:OFFERED]}


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def keep(house: House, action: Action, who: str) -> Action:
    """Add or change an action; a new one answers the survey's release now in force. ScopeError in one sentence for what cannot be kept."""
    texts = {"promised": " ".join(action.promised.split()), "owner": " ".join(action.owner.split()), "done": action.done.strip()}
    if not texts["promised"]:
        raise ScopeError("Write down what is promised.")
    if not texts["owner"]:
        raise ScopeError("Write down who sees to it.", hint="A name or an office.")
    if any(len(text) > LONGEST for text in texts.values()):
        raise ScopeError(f"A text is longer than {LONGEST:,} characters.", hint="Shorten it.")
    if action.state not in STATES:
        raise ScopeError("Choose the state from the list.")
    if action.state != PLANNED and not texts["done"]:
        raise ScopeError("Write down what was done, or why it was dropped.")
    release_id = action.release_id
    if not action.id:
        found = reading.results(house, action.survey_id)
        if found.survey != action.survey_id or action.question not in found.latest.versions:
            raise ScopeError("Choose a question of the last survey.")
        release_id = found.latest.id
    made = dataclasses.replace(action, release_id=release_id, promised=texts["promised"], owner=texts["owner"], done=texts["done"])
    if made.shown and (wrong := next(_faults(house, made), "")):
        raise ScopeError(wrong, hint="Everybody reads these words, so they hold no more than the release does.")
    return StaffActions(house.records).keep(made, who)


def _faults(house: House, action: Action) -> Iterator[str]:
    """What in an action's words everybody may not read."""
    return words.faults(house, action.survey_id, action.release_id, action.question, (action.promised, action.done))


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def remove(house: House, action_id: str, who: str) -> Action:
    """Take an action away; it can be put back by keeping what this returns, without its id."""
    return StaffActions(house.records).remove(action_id, who)


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def put_back(house: House, action: Action, who: str) -> Action:
    """Put a removed action back."""
    return StaffActions(house.records).keep(dataclasses.replace(action, id=""), who)


@dataclass(frozen=True, slots=True)
class Told:
    """What staff are told of one action: the question, what was promised, what was done. No number but released ones."""

    question: str
    promised: str
    until: str
    state: str
    done: str


def told(house: House) -> list[Told]:
    """What HR shows to staff, and so to everybody: the newest first. No owner, and no action whose words tell more than its release."""
    day = today(house)
    found = [one for one in reversed(StaffActions(house.records).all(shown=True)) if one.state != DROPPED]
    found = [one for one in found if not any(_faults(house, one))]
    return [Told(reading.wording(house, one.release_id, one.question), one.promised, _until(one, day), STATES[one.state], one.done) for one in found]


def _until(one: Action, day: dt.date) -> str:
    """When it is due, or was."""
    return f"{one.due:%Y-%m-%d}" + (" (overdue)" if one.state == PLANNED and one.due < day else "")
