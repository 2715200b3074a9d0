"""You said, we did: what was promised after a low result, who sees to it, what was done, and whether the next survey shows it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData, ScopeError
from dashboard.privacy.staff_cells import WHOLE
from dashboard.schema import say
from dashboard.schema.result import Estimate, NumberTable
from dashboard.services.employee import action_history, lines, reading, unit_plans, words
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
    unit: str = ""


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
        if action.survey_id not in known:
            known[action.survey_id] = reading.results(house, action.survey_id)
    except NotEnoughData:
        return Tracked(action, action.question, none, none, none, "", late, action.unit)
    found = known[action.survey_id]
    same = {wave.id for wave in (found.same_cut(reading.UNIT) if action.unit else found.waves)}
    waves = [wave for wave in found.comparable(action.question) if wave.id in same]
    cell = (reading.UNIT, action.unit) if action.unit else (WHOLE, "")
    made = Tracked(action, "", none, none, none, "", late, unit_plans.name_of(found, action.unit))
    text = (waves or found.waves)[-1].text(action.question)
    place = next((n for n, wave in enumerate(waves) if wave.id == action.release_id), None)
    if place is None:
        return dataclasses.replace(made, question=text)
    then = waves[place].cell(action.question, BETTER, *cell)
    made = dataclasses.replace(made, question=text, then=then, since=waves[place].name)
    if place == len(waves) - 1:
        return made
    now = waves[-1].cell(action.question, BETTER, *cell)
    return dataclasses.replace(made, now=now, change=survey_scores.change(then, now))


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def table(house: House) -> NumberTable:
    """All actions as a table."""
    rows = tuple(
        (
            one.action.promised,
            one.question,
            one.unit or "Everybody",
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
    heads = ("Promised", "After", "For", "Who sees to it", "Until", "State", "What was done", "Favourable then", "Favourable now", "Change")
    note = "Favourable: share in the top two of five, of everybody or of the unit it is for. A change after an action does not prove that it worked."
    return NumberTable("Actions", heads, rows, (note,), ("", "", "", "", "", "", "", "percent", "percent", "points"))


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
def units(house: House, survey_id: str) -> dict[str, str]:
    """The units that a plan can be made for: those of which a question of the last release is shown. Code -> words."""
    wave = reading.results(house, survey_id).latest
    return {unit: words for unit, words in wave.levels(reading.UNIT).items() if any(unit_plans.shown(wave, name, unit) for name in wave.versions)}


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def offered(house: House, survey_id: str, unit: str = "") -> dict[str, str]:
    """Questions of the last release that an action can answer, the least favourable first: id -> words with the released share.

    For a unit only those of which its own share is shown.
    """
    wave = reading.results(house, survey_id).latest
    cell = (reading.UNIT, unit) if unit else (WHOLE, "")
    asked = [name for name in wave.about["questions"] if (name, *cell, BETTER) in wave.numbers]
    known = [(wave.cell(name, BETTER, *cell), name) for name in asked if not unit or unit_plans.shown(wave, name, unit)]
    known.sort(key=lambda pair: lines.height(pair[0], hidden=2.0))
    return {name: f"{wave.text(name)} ({say.value(one, 'percent')} favourable)" for one, name in known[:OFFERED]}


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def keep(house: House, action: Action, who: str) -> Action:
    """Add or change an action; a new one answers the survey's release now in force. ScopeError in one sentence for what cannot be kept."""
    texts = {"promised": " ".join(action.promised.split()), "owner": " ".join(action.owner.split()), "done": action.done.strip()}
    _complete(action, texts)
    store = StaffActions(house.records)
    old = next((one for one in store.all() if one.id == action.id), None) if action.id else None
    release_id = old.release_id if old else action.release_id
    if old is not None and (old.survey_id, old.question, old.unit) != (action.survey_id, action.question, action.unit):
        raise ScopeError("A plan stays with the result that it answers.", hint="Write a new one, and drop this one.")
    if not action.id:
        found = reading.results(house, action.survey_id)
        if found.survey != action.survey_id or action.question not in found.latest.versions:
            raise ScopeError("Choose a question of the last survey.")
        unit_plans.check(found.latest, action)
        release_id = found.latest.id
    made = dataclasses.replace(action, release_id=release_id, promised=texts["promised"], owner=texts["owner"], done=texts["done"])
    if made.unit and made.shown:
        raise ScopeError(unit_plans.NOT_TO_ALL, hint="Those who may read the unit's results read it on My unit.")
    if (made.shown or made.unit) and (wrong := next(_faults(house, made), "")):
        raise ScopeError(wrong, hint="Those who read these words read no more than the release holds for them.")
    return store.keep(made, who)


def _complete(action: Action, texts: Mapping[str, str]) -> None:
    """Refuse an action that lacks something."""
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


def _faults(house: House, action: Action) -> Iterator[str]:
    """What in an action's words its readers may not read."""
    return words.faults(house, action.survey_id, action.release_id, action.question, (action.promised, action.done), unit=action.unit)


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def remove(house: House, action_id: str, who: str) -> Action:
    """Take an action away; it can be put back by keeping what this returns, without its id. One that everybody was shown is dropped instead."""
    if action_id in action_history.first_shown(house):
        raise ScopeError("Everybody was shown this promise, so it stays.", hint="Set it to dropped and write why.")
    return StaffActions(house.records).remove(action_id, who)


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def put_back(house: House, action: Action, who: str) -> Action:
    """Put a removed action back."""
    return StaffActions(house.records).keep(dataclasses.replace(action, id=""), who)


@dataclass(frozen=True, slots=True)
class Told:
    """What staff are told of one action: the question, what was promised, what was done, and what was first promised if that was other."""

    question: str
    promised: str
    until: str
    state: str
    done: str
    first: str = ""
    unit: str = ""


def told(house: House) -> list[Told]:
    """What HR shows to staff, and so to everybody: the newest first. No owner, and no action whose words tell more than its release.

    A promise that was shown stays visible: dropped, it is told as dropped; changed, it is told with what was promised first.
    """
    before = action_history.first_shown(house)
    found = [one for one in reversed(StaffActions(house.records).all(shown=True)) if one.state != DROPPED or one.id in before]
    return [_told(house, one, before.get(one.id)) for one in found if not one.unit and not any(_faults(house, one))]


@restricted(Permission.SEE_OWN_UNIT)
def of_own_units(house: House) -> list[Told]:
    """The plans for the visitor's own units, while the result that they answer is shown; of no other unit."""
    if house.visitor is None:
        return []
    mine = [one for one in reversed(StaffActions(house.records).all()) if one.unit and one.unit in house.visitor.units]
    first = action_history.first_kept(house)
    there = [one for one in mine if unit_plans.still_shown(house, one) and not any(_faults(house, one))]
    return [_told(house, one, first.get(one.id)) for one in there]


def _told(house: House, one: Action, first: Action | None) -> Told:
    """One action as its readers see it."""
    question = reading.wording(house, one.release_id, one.question)
    said = action_history.other_promise(one, first) if first and not any(_faults(house, first)) else ""
    name = unit_plans.name_in(house, one) if one.unit else ""
    return Told(question, one.promised, _until(one, today(house)), STATES[one.state], one.done, said, name)


def _until(one: Action, day: dt.date) -> str:
    """When it is due, or was."""
    return f"{one.due:%Y-%m-%d}" + (" (overdue)" if one.state == PLANNED and one.due < day else "")
