"""How does a survey come to be? Begun from a template or blank, written, opened, closed, put away. For authors only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import ScopeError
from dashboard.schema import bank, exchange, lineage
from dashboard.schema.questions import EMPLOYEE, Definition, Question, Section
from dashboard.services.forms import today
from dashboard.services.restricted import restricted
from dashboard.services.surveys import authors
from dashboard.services.surveys.authors import Listed
from dashboard.store.half_filled import HalfFilled
from dashboard.store.intake import Intake
from dashboard.store.surveys import Channel, Survey, Surveys, Wave

if TYPE_CHECKING:
    from dashboard.services.house import House

BLANK = "blank"
SAMPLING = {
    "opt_in": "An open link: whoever wishes answers",
    "probability": "A random sample was invited",
    "census": "Everyone concerned was invited",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything an author needs of one survey: `launched` are its questions as they were asked last, `taken` every name ever used."""

    survey: Survey
    waves: tuple[Wave, ...]
    channels: tuple[Channel, ...]
    mistakes: tuple[str, ...]
    breaks: tuple[str, ...]
    launched: Mapping[str, Question]
    taken: frozenset[str]

    @property
    def open_wave(self) -> Wave | None:
        """The wave that takes answers, now or from a later day on."""
        return next((wave for wave in self.waves if wave.state == "open"), None)


@restricted(Permission.MANAGE_SURVEYS)
def templates(house: House) -> dict[str, str]:
    """What a survey can begin from; employee surveys for those who may run them."""
    return {**bank.templates("community", "post_contact", "event"), BLANK: "A blank survey"}


@restricted(Permission.MANAGE_SURVEYS)
def listing(house: House) -> list[Listed]:
    """Every survey that this visitor may work on, those in use first, then the newest."""
    return authors.listed(house, lambda one: one.family != EMPLOYEE or authors.runs_staff(house))


@restricted(Permission.MANAGE_SURVEYS)
def begin(house: House, template: str, title: str, who: str, *, copy_of: str = "", file: str = "") -> Survey:
    """A new survey from a template with this agency's districts as areas, blank, as a copy of another survey's draft, or out of a `file`'s text."""
    if file:
        made = exchange.read(file)
    elif copy_of:
        made = authors.opened(house, copy_of).draft
    elif template == BLANK:
        made = Definition(title={"en": "New survey"}, purpose={"en": "The {agency} would like to know what you think."}, sections=(Section(),))
    else:
        made = bank.template(template, areas(house))
    if made.family == EMPLOYEE:
        house.require(Permission.MANAGE_EMPLOYEE_SURVEYS, "employee survey")
    language = made.languages[0]
    made = made.model_copy(update={"title": {**made.title, language: title}}) if title else made
    return Surveys(house.records).new(made, made.title.get(language) or next(iter(made.title.values())), who)


@restricted(Permission.MANAGE_SURVEYS)
def areas(house: House) -> tuple[str, ...]:
    """Which districts can people say that they live in? Those of the imported stops; none before any came in."""
    return tuple(str(name) for name in house.facts.values("stops", "district")) if "stops" in house.facts.tables() else ()


@restricted(Permission.MANAGE_SURVEYS)
def desk(house: House, survey_id: str) -> Desk:
    """One survey as its author works on it."""
    surveys = Surveys(house.records)
    survey = authors.opened(house, survey_id)
    launched = authors.asked_last(house, survey)
    broken = [found for one in survey.draft.questions() if one.id in launched and (found := lineage.same_line(launched[one.id], one))]
    return Desk(
        survey,
        tuple(surveys.waves(survey_id)),
        tuple(surveys.channels(survey_id)),
        tuple(survey.draft.mistakes()),
        tuple(one.sentence for one in broken),
        launched,
        authors.names_taken((*launched.values(), *survey.draft.questions())),
    )


@restricted(Permission.MANAGE_SURVEYS)
def keep(house: House, survey_id: str, definition: Definition, before: Definition | None = None) -> None:
    """Keep the draft. A question that was asked already and is changed gets its next version, so that its line knows.

    `before` is the draft that the author was looking at: ScopeError when somebody else has changed it since.
    """
    authors.keep(house, authors.opened(house, survey_id), definition, before)


@restricted(Permission.MANAGE_SURVEYS)
def known_phrases(house: House, language: str) -> dict[str, str]:
    """The form's own words in a language, as another survey of this agency says them: they need to be written once only."""
    found: dict[str, str] = {}
    for survey in reversed(Surveys(house.records).all()):
        found |= {name: words[language] for name, words in survey.draft.phrases.items() if words.get(language)}
    return found


@restricted(Permission.MANAGE_SURVEYS)
def launch(house: House, survey_id: str, name: str, who: str, *, opens: dt.date, closes: dt.date | None, sampling: str) -> Wave:
    """Open a wave with the draft as it stands. ScopeError names what is missing first."""
    survey = authors.not_of_staff(house, survey_id, "An employee survey is opened with its groups declared.")
    mistakes = survey.draft.mistakes()
    if mistakes:
        raise ScopeError(f"The survey cannot be opened yet: {mistakes[0]}", hint=f"{len(mistakes)} things are listed under Questions.")
    if closes is not None and closes < opens:
        raise ScopeError("The last day lies before the first.", hint="Choose a later last day, or none.")
    if sampling not in SAMPLING:
        raise ScopeError("Say how people come to be asked.")
    surveys = Surveys(house.records)
    wave = surveys.launch(survey_id, name.strip() or f"{opens:%Y-%m}", who, opens=opens, closes=closes, sampling=sampling)
    if not surveys.channels(survey_id):
        surveys.add_channel(survey_id, "Website", "web")
    return wave


@restricted(Permission.MANAGE_SURVEYS)
def close(house: House, wave_id: str, who: str) -> Wave:
    """Close a wave: no more answers; those waiting are moved on; the results are computed and frozen."""
    from dashboard.services.employee import closing as staff
    from dashboard.services.surveys import closing

    found = next((one for one in Surveys(house.records).waves() if one.id == wave_id), None)
    if found is not None and authors.of_staff(house, found):
        staff.close(house, wave_id, who)
        return next(one for one in Surveys(house.records).waves() if one.id == wave_id)
    wave = Surveys(house.records).close(wave_id, who, today(house))
    Intake(house.records).flush(wave_id, rest=True)
    HalfFilled(house.records).end(wave_id)
    closing.finish(house, wave.survey_id, who)
    return wave


@restricted(Permission.MANAGE_SURVEYS)
def archive(house: House, survey_id: str, who: str, *, archived: bool) -> None:
    """Put a survey out of sight, or back."""
    authors.opened(house, survey_id)
    Surveys(house.records).archive(survey_id, who, archived=archived)
