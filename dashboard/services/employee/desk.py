"""Where an employee survey is made ready: begun from a template, its groups named as this agency names them, and how far it is. For HR alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import ScopeError
from dashboard.privacy import banding
from dashboard.schema import bank, employee, lineage, say, turns
from dashboard.schema.employee import Division
from dashboard.schema.questions import EMPLOYEE, Definition, Option, Question
from dashboard.services.employee import launching, promise
from dashboard.services.restricted import restricted
from dashboard.services.surveys import authors
from dashboard.services.surveys.authors import Listed
from dashboard.store.staff_answers import StaffAnswers
from dashboard.store.surveys import Survey, Surveys, Wave

if TYPE_CHECKING:
    from dashboard.services.house import House

ABOUT_YOU = ("U1", "U2", "U3", "U4", "U5")  # unit, shift, rank group, years of service, sworn or civilian
USUAL = {
    "employee_pulse": Division(("unit", "sworn")),
    "employee_full": Division(("unit", "shift", "rank", "tenure", "sworn"), (("unit", "tenure"),)),
}
FEWEST, MOST = 2, 30  # groups of one kind


@dataclass(frozen=True, slots=True)
class StaffDesk:
    """One employee survey: its waves, the next wave's questions, the ways by which its results could be divided, what keeps it from opening."""

    survey: Survey
    waves: tuple[Wave, ...]
    next_time: Definition
    cuts: Mapping[str, Mapping[str, str]]
    mistakes: tuple[str, ...]

    @property
    def open_wave(self) -> Wave | None:
        """The wave that takes answers, now or from a later day on."""
        return next((wave for wave in self.waves if wave.state == "open"), None)


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def templates(_house: House) -> dict[str, str]:
    """What an employee survey can begin from: name -> title."""
    return dict(bank.templates(EMPLOYEE))


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def listing(house: House) -> list[Listed]:
    """Every employee survey, those that are open first."""
    return authors.listed(house, lambda one: one.family == EMPLOYEE)


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def begin(house: House, template: str, title: str, who: str) -> Survey:
    """A new employee survey from a template. It may ask for every kind of group; only those that are declared at its launch are asked."""
    if template not in bank.templates(EMPLOYEE):
        raise ScopeError(f"There is no employee survey named '{template}'.", hint=f"There are: {', '.join(bank.templates(EMPLOYEE))}.")
    made = bank.template(template)
    about = tuple(bank.questions()[name] for name in ABOUT_YOU)
    sections = [
        one.model_copy(update={"questions": about}) if any(asked.concept.startswith(employee.CUT) for asked in one.questions) else one
        for one in made.sections
    ]
    named = {**made.title, made.languages[0]: title.strip()} if title.strip() else made.title
    made = made.model_copy(update={"sections": tuple(sections), "title": named})
    return Surveys(house.records).new(made, named[made.languages[0]], who)


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def desk(house: House, survey_id: str) -> StaffDesk:
    """One employee survey as HR works on it."""
    survey, waves = launching.of_staff(house, survey_id), tuple(Surveys(house.records).waves(survey_id))
    return StaffDesk(survey, waves, employee.turned(survey.draft, len(waves)), launching.cuts_of(house, survey_id), turns.mistakes(survey.draft))


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def usual(house: House, survey_id: str) -> Division:
    """The division to start from: the last wave's, else the whole annual or the short pulse's, as far as the survey asks for it."""
    survey, waves = launching.of_staff(house, survey_id), Surveys(house.records).waves(survey_id)
    before = StaffAnswers(house.records).declared(waves[-1].id) if waves else None
    short = len([one for section in survey.draft.sections for one in section.questions]) <= len(ABOUT_YOU) + 6
    found = before.division if before else USUAL["employee_pulse" if short else "employee_full"]
    known = employee.cuts(survey.draft)
    cuts = tuple(one for one in found.cuts if one in known)
    return Division(cuts, tuple(one for one in found.crossings if set(one) <= set(cuts)))


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def name_groups(house: House, survey_id: str, cut: str, groups: Sequence[Mapping[str, str]], before: Definition) -> None:
    """Name the groups of one kind as this agency does: each in every language of the survey. A group that keeps its English word keeps its code.

    ScopeError for too few or too many, for two of one name, and when somebody else changed the survey meanwhile.
    """
    question = employee.cuts(before).get(cut)
    if question is None:
        raise ScopeError(f"The survey does not ask for {cut}.")
    first = before.languages[0]
    named = [{code: text.strip() for code, text in one.items() if text.strip()} for one in groups]
    named = [{**dict.fromkeys(before.languages, one[first]), **one} for one in named if one.get(first)]
    if not FEWEST <= len(named) <= MOST:
        raise ScopeError(f"Name {FEWEST} to {MOST} groups.")
    if len({one[first].casefold() for one in named}) < len(named):
        raise ScopeError("Two groups have one name.", hint="Name each group once.")
    codes = {option.label.get(first, option.code).casefold(): option.code for option in question.options}
    taken, options = set(codes.values()), []
    for one in named:
        code = codes.get(one[first].casefold()) or next(text for n in range(1, 1000) if (text := f"{cut}-{n}") not in taken)
        taken.add(code)
        options.append(Option(code=code, label=one))
    changed = lineage.versioned(_asked_last(house, survey_id, question.id), question.model_copy(update={"options": tuple(options)}))
    sections = [
        section.model_copy(update={"questions": tuple(changed if one.id == question.id else one for one in section.questions)})
        for section in before.sections
    ]
    after = before.model_copy(update={"sections": tuple(sections)})
    if not Surveys(house.records).keep_draft(launching.of_staff(house, survey_id).id, after, before):
        raise ScopeError("Somebody else changed this survey while you were writing.", hint="Yours was not kept: look at theirs, then make it again.")


def _asked_last(house: House, survey_id: str, question: str) -> Question | None:
    """A question as it was asked last; None before that."""
    surveys = Surveys(house.records)
    versions = range(surveys.get(survey_id).versions, 0, -1)
    return next((found for number in versions if (found := surveys.version(survey_id, number).question(question))), None)


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def least(house: House) -> int:
    """Of how many people at least are results shown?"""
    return promise.least(house)


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def lines_to_call(house: House) -> list[str]:
    """What stands at the end of the form for those who need somebody to talk to."""
    return promise.support(house)


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def received(house: House, wave_id: str) -> str:
    """At least how many have answered an open wave, in tens, in words: all that anybody is told while it is open."""
    wave = next((one for one in Surveys(house.records).waves() if one.id == wave_id), None)
    if wave is None or launching.of_staff(house, wave.survey_id).family != EMPLOYEE:
        raise ScopeError("This is not a wave of an employee survey.")
    if wave.state != "open":
        return "This survey is closed. How many answered stands with its results."
    n = banding.at_least(StaffAnswers(house.records).received(wave.id))
    return f"At least {say.count(n)} answers so far." if n else "Fewer than ten answers so far."


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def archive(house: House, survey_id: str, who: str, *, archived: bool) -> None:
    """Put an employee survey out of sight, or back; nothing of it is lost."""
    Surveys(house.records).archive(launching.of_staff(house, survey_id).id, who, archived=archived)
