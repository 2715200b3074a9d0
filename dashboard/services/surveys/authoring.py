"""How does a survey come to be? Begun from a template or blank, written, opened, shared, closed, put away. For authors only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import ScopeError, StoreError
from dashboard.schema import bank, lineage
from dashboard.schema.questions import Definition, Section
from dashboard.services.forms import today
from dashboard.services.restricted import restricted
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
KINDS = {
    "web": "Website",
    "poster": "Poster",
    "newsletter": "Newsletter",
    "nextdoor": "Nextdoor",
    "facebook": "Facebook",
    "patrol_card": "Patrol card",
    "event": "Event",
    "text": "Text message",
    "email": "E-mail",
    "kiosk": "Shared tablet (kiosk)",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything an author needs of one survey."""

    survey: Survey
    waves: tuple[Wave, ...]
    channels: tuple[Channel, ...]
    mistakes: tuple[str, ...]
    reworded: tuple[str, ...]
    breaks: tuple[str, ...]

    @property
    def open_wave(self) -> Wave | None:
        """The wave that takes answers now."""
        return next((wave for wave in self.waves if wave.state == "open"), None)


def templates() -> dict[str, str]:
    """What a survey can begin from."""
    return {**bank.templates("community", "post_contact", "event"), BLANK: "A blank survey"}


@restricted(Permission.MANAGE_SURVEYS)
def listing(house: House) -> list[Survey]:
    """Every survey, the newest first."""
    return Surveys(house.records).all()


@restricted(Permission.MANAGE_SURVEYS)
def begin(house: House, template: str, title: str, who: str) -> Survey:
    """A new survey from a template, with this agency's districts as areas."""
    areas = tuple(str(name) for name in house.facts.values("stops", "district")) if "stops" in house.facts.tables() else ()
    if template == BLANK:
        words = {"en": title or "New survey"}
        made = Definition(title=words, purpose={"en": "The {agency} would like to know what you think."}, sections=(Section(),))
    else:
        made = bank.template(template, areas)
        made = made.model_copy(update={"title": {**made.title, "en": title}}) if title else made
    return Surveys(house.records).new(made, title or made.title["en"], who)


@restricted(Permission.MANAGE_SURVEYS)
def desk(house: House, survey_id: str) -> Desk:
    """One survey as its author works on it."""
    surveys = Surveys(house.records)
    survey = surveys.get(survey_id)
    launched = surveys.version(survey_id, survey.versions) if survey.versions else None
    names = tuple(one.id for one in survey.draft.questions())
    broken = lineage.breaks(launched, survey.draft, names) if launched else []
    return Desk(
        survey,
        tuple(surveys.waves(survey_id)),
        tuple(surveys.channels(survey_id)),
        tuple(survey.draft.mistakes()),
        tuple(lineage.reworded(launched, survey.draft)) if launched else (),
        tuple(one.sentence for one in broken),
    )


@restricted(Permission.MANAGE_SURVEYS)
def keep(house: House, survey_id: str, definition: Definition) -> None:
    """Keep the draft. A launched question that was reworded gets its next version, so that its line knows."""
    surveys = Surveys(house.records)
    survey = surveys.get(survey_id)
    if survey.versions:
        definition = _next_versions(surveys.version(survey_id, survey.versions), definition)
    surveys.keep_draft(survey_id, definition)


def _next_versions(launched: Definition, draft: Definition) -> Definition:
    """The draft with new version numbers for what was reworded."""
    changed = set(lineage.reworded(launched, draft))
    sections = []
    for section in draft.sections:
        questions = tuple(one.model_copy(update={"version": one.version + 1}) if one.id in changed else one for one in section.questions)
        sections.append(section.model_copy(update={"questions": questions}))
    return draft.model_copy(update={"sections": tuple(sections)})


@restricted(Permission.MANAGE_SURVEYS)
def launch(house: House, survey_id: str, name: str, who: str, *, opens: dt.date, closes: dt.date | None, sampling: str) -> Wave:
    """Open a wave with the draft as it stands. ScopeError names what is missing first."""
    survey = Surveys(house.records).get(survey_id)
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
    from dashboard.services.surveys import results

    wave = Surveys(house.records).close(wave_id, who, today(house))
    Intake(house.records).flush(wave_id, rest=True)
    HalfFilled(house.records).end(wave_id)
    results.renew(house, wave.survey_id, who)
    return wave


@restricted(Permission.MANAGE_SURVEYS)
def archive(house: House, survey_id: str, who: str, *, archived: bool) -> None:
    """Put a survey out of sight, or back."""
    Surveys(house.records).archive(survey_id, who, archived=archived)


@restricted(Permission.MANAGE_SURVEYS)
def add_channel(house: House, survey_id: str, kind: str, name: str) -> Channel:
    """A link of its own for one way of asking."""
    if kind not in KINDS:
        raise ScopeError("Choose one of the ways to share.")
    return Surveys(house.records).add_channel(survey_id, name or KINDS[kind], kind)


@restricted(Permission.MANAGE_SURVEYS)
def switch_channel(house: House, code: str, *, off: bool) -> None:
    """Close one link, or open it again."""
    Surveys(house.records).switch_channel(code, off=off)


@restricted(Permission.MANAGE_SURVEYS)
def invite(house: House, survey_id: str, rows: Sequence[Sequence[str]], address: str) -> list[list[str]]:
    """A list of people with a single-use link each. The list is not kept, only the hashes of the links: hand it on now."""
    surveys = Surveys(house.records)
    channels = [one for one in surveys.channels(survey_id) if not one.off]
    if not channels:
        raise StoreError("The survey has no link yet.", hint="Open it first, or add a link.")
    tokens = surveys.invite(survey_id, len(rows))
    return [[*row, f"{address}/s/{channels[0].code}?t={token}"] for row, token in zip(rows, tokens, strict=True)]


def share_text(network: str, title: str, agency: str, link: str) -> str:
    """What to post beside the link."""
    short = f"{agency} asks: {title}. Four minutes, anonymous: {link}"
    ask = f"{agency} would like to hear how it is doing in our area"
    texts = {
        "nextdoor": f"Hello neighbors, {ask}: {title}. It is anonymous and takes a few minutes. {link}",
        "facebook": f"How are we doing? {title}. Your answers are anonymous, and the results are published: {link}",
        "newsletter": f"{title}\n\n{ask}. It takes a few minutes and is anonymous.\n{link}",
        "text": f"{agency}: {title} {link}",
    }
    return texts.get(network, short)
