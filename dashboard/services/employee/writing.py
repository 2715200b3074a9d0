"""Write an employee survey before it opens: its questions, pages and words; what the results would then no longer hold is said. For HR alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import ScopeError
from dashboard.schema import bank, employee, lineage, say, turns
from dashboard.schema.questions import EMPLOYEE, Definition, Question, Section
from dashboard.services.employee import launching, numbers
from dashboard.services.restricted import restricted
from dashboard.services.surveys import authors
from dashboard.services.surveys.authoring import Desk
from dashboard.stats import burnout, engagement
from dashboard.store.surveys import Surveys

if TYPE_CHECKING:
    from dashboard.services.house import House

CHANGED = "Somebody else changed this survey while you were writing."
SINGLE = {"turnover": ("TURN1", "How many consider leaving"), "burnout": ("BO1", "How many are burning out"), "enps": ("ENPS1", "Would recommend")}
YEAR = dt.timedelta(days=365)
LISTED = 4  # missing questions that are named


@dataclass(frozen=True, slots=True)
class Held:
    """One figure of the results: whether these questions allow it, why not or what of it is changed, whether the survey to compare with had it."""

    name: str
    computed: bool
    why: str
    before: bool

    @property
    def lost(self) -> bool:
        """Whether it was there and is gone."""
        return self.before and not self.computed


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def desk(house: House, survey_id: str) -> Desk:
    """An employee survey as its author works on it: every set of a page that changes from wave to wave is a page of its own."""
    surveys, survey = Surveys(house.records), launching.of_staff(house, survey_id)
    launched = authors.asked_last(house, survey)
    draft = turns.laid_out(survey.draft)
    broken = [found for one in draft.questions() if one.id in launched and (found := lineage.same_line(launched[one.id], one))]
    return Desk(
        replace(survey, draft=draft),
        tuple(surveys.waves(survey_id)),
        tuple(surveys.channels(survey_id)),
        turns.mistakes(survey.draft),
        tuple(one.sentence for one in broken),
        launched,
        _taken(house, tuple(launched.values())),
    )


def _taken(house: House, launched: tuple[Question, ...]) -> frozenset[str]:
    """Every name that any employee survey uses: two surveys with one name of a question would count as asking the same people the same."""
    drafts = [turns.laid_out(one.draft) for one in Surveys(house.records).all() if one.family == EMPLOYEE]
    asked = [question for one in Surveys(house.records).all() if one.family == EMPLOYEE for question in authors.asked_last(house, one).values()]
    return authors.names_taken((*launched, *asked, *(one for draft in drafts for one in draft.questions())))


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def keep(house: House, survey_id: str, definition: Definition, before: Definition) -> None:
    """Keep what was written, as `desk` lays it out. What was asked already and is changed becomes its next version; an open wave stays as it is.

    ScopeError in one sentence for a question that a staff survey never asks, and when somebody else changed the survey since `before`.
    """
    survey = launching.of_staff(house, survey_id)
    if turns.laid_out(survey.draft) != before:
        raise ScopeError(CHANGED, hint="Yours was not kept: look at theirs, then make it again.")
    old = {one.id: one for one in before.questions()}
    changed = {one.id: one for one in definition.questions() if one.id in old and one != old[one.id]}
    made = turns.together(turns.alike(definition, changed))
    known = set(turns.mistakes(survey.draft))
    wrong = next((said for one in turns.waves(made) for said in employee.faults(one) if said not in known), "")
    if wrong:
        raise ScopeError(wrong, hint="It was not kept.")
    authors.keep(house, survey, made, survey.draft)


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def offered(house: House, survey_id: str) -> Mapping[str, Question]:
    """The questions of the bank for staff that the survey does not ask yet in any of its waves."""
    here = {one.id for one in turns.laid_out(launching.of_staff(house, survey_id).draft).questions()}
    return {name: one for name, one in bank.of("employee").items() if name not in here}


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def held(house: House, survey_id: str) -> list[Held]:
    """Which figures could be computed from the survey as it stands, beside its last year of waves or else the template it began from?"""
    survey = launching.of_staff(house, survey_id)
    then = _last_year(house, survey_id) or _template(survey.draft)
    return compared(_every(survey.draft), _every(then))


def _last_year(house: House, survey_id: str) -> Definition | None:
    """What the survey asked in the year to its last wave, each question as it was asked last, so that sets that take turns count; None before any."""
    surveys = Surveys(house.records)
    waves = surveys.waves(survey_id)
    asked = [surveys.version(survey_id, one.version) for one in waves if one.opens > waves[-1].opens - YEAR]
    last = {question.id: question for one in asked for question in one.questions()}
    return asked[-1].model_copy(update={"sections": (Section(questions=tuple(last.values())),)}) if asked else None


def _template(draft: Definition) -> Definition:
    """The employee template that shares the most questions with a draft."""

    def names(one: Definition) -> set[str]:
        return {each.id for each in _every(one).questions()}

    mine = names(draft)
    made = [bank.template(name) for name in bank.templates(EMPLOYEE)]
    return max(made, key=lambda one: len(mine & names(one)) / len(mine | names(one)))


def _every(survey: Definition) -> Definition:
    """The survey with all that it asks in any wave."""
    return turns.laid_out(survey)


def compared(now: Definition, then: Definition) -> list[Held]:
    """Every figure that one of the two surveys allows."""
    was = {name: (computed, items) for name, computed, _, items in _figures(then)}
    found = []
    for name, computed, why, items in _figures(now):
        before, same = was.get(name, (False, ()))
        text = why
        if before and computed and items != same:
            text = f"Other questions than before ({_named(items, same)}): its line over time starts anew."
        elif before and computed and numbers.version_of(now, "", items) != numbers.version_of(then, "", same):
            text = f"{why or 'Worded otherwise than before.'} Its line over time starts anew."
        if computed or before:
            found.append(Held(name, computed, text, before))
    return found


def _named(now: tuple[str, ...], before: tuple[str, ...]) -> str:
    """Which questions came, which went."""
    came, went = [one for one in now if one not in before], [one for one in before if one not in now]
    parts = [f"with {_some(came)}"] if came else []
    return ", ".join([*parts, *([f"without {_some(went)}"] if went else [])]) or "in another order"


def _some(names: list[str] | tuple[str, ...]) -> str:
    """Some names of questions."""
    return say.listed([*names[:LISTED], *([f"{len(names) - LISTED} more"] if len(names) > LISTED else [])])


def _figures(survey: Definition) -> list[tuple[str, bool, str, tuple[str, ...]]]:
    """(figure, whether it can be computed, why not or what is changed, its questions)."""
    parts = engagement.VERSIONS[engagement.VERSION]
    published = {
        "Engagement index": tuple(item for items in parts.values() for item in items),
        "Global satisfaction": engagement.SATISFACTION,
        "Burnout scale": burnout.ITEMS,
        **{title: (item,) for item, title in SINGLE.values()},
    }
    found = [(name, *_published(survey, items), items) for name, items in published.items()]
    asked = [name for one in survey.questions() if one.kind in {"scale", "grid"} for name in one.answer_ids()]
    for theme, words in employee.THEMES.items():
        own = numbers.themed(survey, theme, asked)
        found.append((f"Theme: {words}", bool(own), "" if own else "None of its questions is asked.", own))
    return found


def _published(survey: Definition, items: tuple[str, ...]) -> tuple[bool, str]:
    """Whether a published figure can be computed, and why not or what is changed of it."""
    lost, other = numbers.items_lost(survey, items), numbers.reworded(survey, items)
    if lost:
        many = f"{len(lost)} of its {len(items)} questions {'is' if len(lost) == 1 else 'are'}" if len(items) > 1 else "Its question is"
        return False, f"{many} not asked as published ({_some(lost)})."
    if other:
        return True, f"{_some(other)} is worded otherwise than published: it is named adapted."
    return True, ""
