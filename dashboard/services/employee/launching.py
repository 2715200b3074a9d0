"""Open an employee survey: fix how its results may be divided, see what would be hidden, promise that to everybody, invite. For HR only."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dashboard.access.roles import Permission
from dashboard.errors import ScopeError
from dashboard.privacy import staff_cells
from dashboard.privacy.staff_cells import Cut
from dashboard.schema import employee
from dashboard.schema.employee import Division
from dashboard.schema.questions import EMPLOYEE, Definition
from dashboard.services.employee import promise
from dashboard.services.restricted import restricted
from dashboard.store.staff_answers import Declared, StaffAnswers
from dashboard.store.survey_imports import UNDONE, SurveyImports
from dashboard.store.surveys import Survey, Surveys, Wave

if TYPE_CHECKING:
    from dashboard.services.house import House

MOST_CUTS, MOST_CROSSINGS = 6, 3
CHANNEL = "Invitation"
Heads = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would be shown of one cell: people in it, answers expected, and whether it would be shown."""

    cut: str
    level: str
    people: float | None
    expected: int | None
    shown: bool | None


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def cuts_of(house: House, survey_id: str) -> dict[str, dict[str, str]]:
    """By what could this survey's results be divided? Cut -> code -> words."""
    draft = of_staff(house, survey_id).draft
    return {
        name: {option.code: option.label.get("en", option.code) for option in question.options} for name, question in employee.cuts(draft).items()
    }


def of_staff(house: House, survey_id: str) -> Survey:
    """The survey, if it is one of employees."""
    survey = Surveys(house.records).get(survey_id)
    if survey.family != EMPLOYEE:
        raise ScopeError("This is not an employee survey.")
    return survey


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def promised(house: House, survey_id: str, division: Division) -> dict[str, dict[str, list[str]]]:
    """What respondents would be promised with these cuts, by language."""
    draft = of_staff(house, survey_id).draft
    _checked(draft, division)
    return promise.made(house, draft, division)


def _checked(draft: Definition, division: Division) -> None:
    """Refuse cuts that the survey does not ask for, and more than can be kept safe."""
    known = employee.cuts(draft)
    unknown = [one for one in division.cuts if one not in known]
    if unknown:
        raise ScopeError(f"The survey does not ask for {', '.join(unknown)}.", hint=f"It asks for: {', '.join(known) or 'nothing of that kind'}.")
    bounded(division)


def bounded(division: Division) -> None:
    """Refuse crossings of what is not declared, and more than can be kept safe."""
    if any(len(set(one)) != 2 or not set(one) <= set(division.cuts) for one in division.crossings):
        raise ScopeError("A crossing joins two of the declared ways to divide.")
    if len(set(division.cuts)) > MOST_CUTS or len({frozenset(one) for one in division.crossings}) > MOST_CROSSINGS:
        raise ScopeError(f"At most {MOST_CUTS} ways to divide and {MOST_CROSSINGS} crossings.", hint="The more there are, the less can be shown.")


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def outlook(
    house: House,
    survey_id: str,
    division: Division,
    rate: float,
    *,
    heads: Heads | None = None,
    roster: Sequence[Mapping[str, str]] = (),
) -> list[Outlook]:
    """Which groups would be hidden if `rate` (0 to 1) of the people answered?

    With a `roster` (a row a person, without a name: cut -> code) everything is seen together, crossings too; with numbers of people a cut alone
    (`heads`), each cut by itself.
    """
    draft = of_staff(house, survey_id).draft
    _checked(draft, division)
    if not 0 < rate <= 1:
        raise ScopeError("The expected response lies between 1 and 100 percent.")
    k = promise.least(house)
    return _by_roster(draft, division, roster, rate, k) if roster else _by_heads(draft, division, heads or {}, rate, k)


def counted(draft: Definition, division: Division, roster: Sequence[Mapping[str, str]]) -> dict[str, dict[str, float]]:
    """How many people each declared cell has, from a roster without names; ScopeError for values that the survey does not offer."""
    table = _as_cuts(draft, division, roster)
    found: dict[str, dict[str, float]] = {"whole": {"": float(len(roster))}}
    for one in table:
        counts = np.bincount(one.codes[one.codes >= 0], minlength=len(one.levels))
        found[one.name] = {level: float(n) for level, n in zip(one.levels, counts, strict=True)}
    return found


def _as_cuts(draft: Definition, division: Division, roster: Sequence[Mapping[str, str]]) -> list[Cut]:
    """A roster as cuts and crossings. Codes and English words are both understood."""
    found: dict[str, Cut] = {}
    for name in division.cuts:
        options = employee.cuts(draft)[name].options
        places = {text.strip().casefold(): at for at, option in enumerate(options) for text in (option.code, option.label.get("en", ""))}
        values = [str(row.get(name, "")).strip().casefold() for row in roster]
        unknown = sorted({value for value in values if value and value not in places})
        if unknown:
            raise ScopeError(f"The list has {name} values that the survey does not offer: {', '.join(unknown[:5])}.", hint="Use the survey's words.")
        codes = np.array([places.get(value, -1) for value in values], dtype=np.int64)
        found[name] = Cut(name, tuple(option.code for option in options), codes)
    return [*found.values(), *(staff_cells.crossed(found[one], found[other]) for one, other in division.crossings)]


def _by_roster(draft: Definition, division: Division, roster: Sequence[Mapping[str, str]], rate: float, k: int) -> list[Outlook]:
    """Everybody in one table, thinned evenly to the expected answers, and protected as the release job would."""
    table = _as_cuts(draft, division, roster)
    order = np.lexsort([one.codes for one in table]) if table else np.arange(len(roster))
    answers = np.zeros(len(roster), dtype=bool)
    answers[order] = np.floor(np.arange(1, len(roster) + 1) * rate) > np.floor(np.arange(len(roster)) * rate)
    shown = staff_cells.protect([one.only(answers) for one in table], np.zeros(int(answers.sum()), dtype=np.int64), k, counted=True)
    made = [Outlook("whole", "", float(len(roster)), int(answers.sum()), shown.whole)]
    for one in table:
        for at, level in enumerate(one.levels):
            here = one.codes == at
            made.append(Outlook(one.name, level, float(here.sum()), int((here & answers).sum()), bool(shown.cells[one.name][at])))
    return made


def _by_heads(draft: Definition, division: Division, heads: Heads, rate: float, k: int) -> list[Outlook]:
    """Each cut by itself from its numbers of people; a crossing cannot be foreseen from those."""
    made = []
    for name in division.cuts:
        levels = [option.code for option in employee.cuts(draft)[name].options]
        people = [heads.get(name, {}).get(level) for level in levels]
        if any(one is None for one in people):
            made += [Outlook(name, level, one, None if one is None else round(one * rate), None) for level, one in zip(levels, people, strict=True)]
            continue
        expected = [round((one or 0) * rate) for one in people]
        codes = np.repeat(np.arange(len(levels)), expected)
        shown = staff_cells.protect([Cut(name, tuple(levels), codes)], np.zeros(len(codes), dtype=np.int64), k, counted=True)
        made += [Outlook(name, level, one, n, bool(on)) for level, one, n, on in zip(levels, people, expected, shown.cells[name], strict=True)]
    for one, other in division.crossings:
        made += [Outlook(f"{one}*{other}", "", None, None, None)]
    return made


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def launch(
    house: House,
    survey_id: str,
    name: str,
    who: str,
    *,
    opens: dt.date,
    closes: dt.date | None,
    division: Division,
    heads: Heads | None = None,
) -> Wave:
    """Open a wave with its cuts and crossings fixed and its promise made. Rotating questions take their turn, and what people are by which results
    are not divided is not asked. ScopeError names what is missing.
    """
    surveys, survey = Surveys(house.records), of_staff(house, survey_id)
    _checked(survey.draft, division)
    draft = employee.asked_of(survey.draft, division, len(surveys.waves(survey_id)))
    mistakes = [*survey.draft.mistakes(), *draft.mistakes()]
    if mistakes:
        raise ScopeError(f"The survey cannot be opened yet: {mistakes[0]}", hint=f"{len(mistakes)} things are listed under Questions.")
    if closes is not None and closes < opens:
        raise ScopeError("The last day lies before the first.", hint="Choose a later last day, or none.")
    _apart(house, draft, opens)
    declared = Declared(division, dict(heads or {}), promise.made(house, draft, division), promise.terms(house))
    store = StaffAnswers(house.records)

    def fix(session: Any, wave_id: str) -> None:
        store.declare(session, wave_id, declared)

    title = name.strip() or f"{opens:%Y-%m}"
    wave = surveys.launch(survey_id, title, who, opens=opens, closes=closes, sampling="census", within=fix, asked=draft)
    if not surveys.channels(survey_id):
        surveys.add_channel(survey_id, CHANNEL, "email")
    return wave


def _apart(house: House, draft: Definition, opens: dt.date) -> None:
    """Two surveys that ask the same people the same question shortly after each other could tell, by their difference, who joined or left."""
    near = recent(house, draft, opens)
    if near:
        days = int(house.settings.number("employee.days_between"))
        raise ScopeError(
            f"{next(iter(near))} asked staff some of these questions less than {days} days before.",
            hint="The two results together could single out whoever joined or left in between. Choose a later first day, or other questions.",
        )


def recent(
    house: House, definition: Definition, opens: dt.date, closes: dt.date | None = None, *, but: str = "", prints: Mapping[str, str] | None = None
) -> dict[str, set[str]]:
    """Which waves asked staff some of these questions too shortly before or after? Name -> answer ids of those questions; `but` leaves a wave out.

    A file that was taken back counts too, because its results were seen; except where the very same answers are read in the very same way again
    (`prints`: answer id -> fingerprint of how it was read).
    """
    days = dt.timedelta(days=int(house.settings.number("employee.days_between")))
    surveys = Surveys(house.records)
    found: dict[str, set[str]] = {}
    families = {one.id for one in surveys.all() if one.family == EMPLOYEE}
    mine, last_of_mine = answers_of(definition), closes or opens

    def near(first: dt.date, last: dt.date) -> bool:
        return opens - last < days and first - last_of_mine < days

    for wave in surveys.waves():
        if wave.survey_id in families and wave.id != but and near(wave.opens, wave.closes or max(opens, wave.opens)):
            found[wave.name] = shared(mine, answers_of(surveys.version(wave.survey_id, wave.version)))
    for one in SurveyImports(house.records).staff(state=UNDONE):
        for wave_asked in one.details.get("asked", ()):
            if near(dt.date.fromisoformat(wave_asked["opens"]), dt.date.fromisoformat(wave_asked["closes"])):
                other = {name: words for name, (words, print_) in wave_asked["questions"].items() if (prints or {}).get(name) != print_}
                found[f"{wave_asked['name']} (taken back)"] = shared(mine, other)
    return {name: names for name, names in found.items() if names}


def shared(mine: Mapping[str, str], theirs: Mapping[str, str]) -> set[str]:
    """The questions of `mine` that `theirs` ask too, by name or by wording."""
    worded = set(theirs.values())
    return {name for name, words in mine.items() if name in theirs or words in worded}


def answers_of(definition: Definition) -> dict[str, str]:
    """The answer ids of its questions with their wordings in short, without what people tell about themselves and without comments."""
    found: dict[str, str] = {}
    for one in definition.questions():
        if not one.concept.startswith(employee.CUT) and one.kind != "long_text":
            rows = {row.id: row.label.get("en", "") for row in one.rows} or dict.fromkeys(one.answer_ids(), "")
            found |= {name: _words(f"{one.wording.get('en', '')} {row}") for name, row in rows.items()}
    return found


def _words(text: str) -> str:
    """A question as it was worded, in short."""
    return hashlib.sha256(" ".join(text.casefold().split()).encode()).hexdigest()[:16]
