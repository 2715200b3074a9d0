"""What stands behind a survey link, and what becomes of the answers sent there? Between the public form and the store."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from dashboard.access.roles import Permission
from dashboard.schema import employee, phrases
from dashboard.schema.questions import EMPLOYEE, Definition
from dashboard.services.employee import promise
from dashboard.services.restricted import restricted
from dashboard.store import intake
from dashboard.store.half_filled import HalfFilled
from dashboard.store.intake import Accepted, Intake, Submission
from dashboard.store.staff_actions import StaffActions
from dashboard.store.staff_answers import StaffAnswers
from dashboard.store.surveys import Surveys

if TYPE_CHECKING:
    from dashboard.services.house import House

__all__ = [
    "Accepted",
    "Form",
    "Submission",
    "accept",
    "find",
    "give_up",
    "half_filled",
    "intake",
    "invitation",
    "keep",
    "preview",
    "preview_of_staff",
    "resume",
    "sent",
    "today",
    "week_of",
]

FRESH = 1.0  # seconds for which what stands behind a link is remembered; whether a wave is open is asked again when an answer is stored
MOVE_EVERY = 2.0  # seconds between moves of waiting answers
OPEN, SOON, CLOSED = "open", "soon", "closed"
KIOSK = "kiosk"  # the kind of link that belongs on a shared device


@dataclass(frozen=True, slots=True)
class Form:
    """A survey as one link shows it: `state` open, soon (opens on `opens`) or closed; `draft` for an author's preview."""

    code: str
    survey_id: str
    wave_id: str
    channel: str
    definition: Definition
    state: str
    agency: str
    opens: dt.date | None = None
    draft: bool = False
    per_minute: int = 60
    day: dt.date = dt.date.min
    kiosk: bool = False
    promise: Mapping[str, Any] = field(default_factory=dict)
    support: tuple[str, ...] = ()
    followed: bool = False
    divided: str = ""

    @property
    def of_staff(self) -> bool:
        """Whether employees answer: then nothing is kept before they send, and nothing but their answers after."""
        return self.definition.family == EMPLOYEE

    @property
    def carries(self) -> bool:
        """Whether the answers so far travel with the pages instead of being stored."""
        return self.draft or self.of_staff

    @property
    def bound(self) -> str:
        """What a key of this form is good for: one wave, or one draft."""
        return self.wave_id or f"draft {self.survey_id}"

    def preview_at(self, **more: str) -> str:
        """The address of the preview of a draft, divided as it is looked at."""
        words = ({"divided": self.divided} if self.divided else {}) | more
        return f"/s/preview/{self.survey_id}{'?' if words else ''}{urlencode(words)}"

    def phrases(self, language: str) -> Mapping[str, str]:
        """The form's own words in this language."""
        return phrases.spoken(language, self.definition.phrases)

    def say(self, words: Mapping[str, str], language: str) -> str:
        """A text of the survey in this language, with the agency's name in its place."""
        return named(words.get(language) or words.get(self.definition.languages[0]) or next(iter(words.values()), ""), self.agency)


def named(text: str, agency: str) -> str:
    """A text with the agency's name in its place."""
    return text.replace("The {agency}", agency).replace("the {agency}", agency).replace("{agency}", agency)


def today(house: House) -> dt.date:
    """The day in the agency's own zone."""
    return dt.datetime.now(ZoneInfo(house.settings.text("import.timezone"))).date()


def find(house: House, code: str) -> Form | None:
    """The form behind a link; None for an unknown link, or one of a survey that was never opened."""
    return _found(house.home.path, house.home.records_url, code, int(time.monotonic() / FRESH))


@lru_cache(maxsize=256)
def _found(path: Path, _url: str, code: str, _moment: int) -> Form | None:
    """Looked up at most once a second: a link that is shared gets many readers at once."""
    from dashboard.services.house import House

    house = House(path)
    found = Surveys(house.records).behind(code)
    if found is None:
        return None
    channel, survey, wave = found
    if wave is None:
        return None
    day = today(house)
    state = OPEN if wave.open_on(day) and not channel.off and not survey.archived else SOON if wave.state == OPEN and day < wave.opens else CLOSED
    definition = _version(path, house.home.records_url, survey.id, wave.version)
    most = int(house.settings.number("survey.forms_per_minute"))
    kiosk = channel.kind == KIOSK
    made = Form(code, survey.id, wave.id, channel.kind, definition, state, house.name, wave.opens, per_minute=most, day=day, kiosk=kiosk)
    if not made.of_staff:
        return made
    declared = StaffAnswers(house.records).declared(wave.id)
    told = bool(StaffActions(house.records).all(shown=True))
    return replace(made, promise=declared.promise if declared else {}, support=tuple(promise.support(house)), followed=told)


@lru_cache(maxsize=64)
def _version(path: Path, _url: str, survey_id: str, number: int) -> Definition:
    """A launched wording never changes, so it is kept."""
    from dashboard.services.house import House

    return Surveys(House(path).records).version(survey_id, number)


@restricted(Permission.MANAGE_SURVEYS)
def preview(house: House, survey_id: str) -> Form:
    """The author's draft as respondents would see it; nothing sent there is stored."""
    survey = Surveys(house.records).get(survey_id)
    if survey.family == EMPLOYEE:
        return preview_of_staff(house, survey_id)
    return Form("preview", survey.id, "", "preview", survey.draft, OPEN, house.name, draft=True)


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def preview_of_staff(house: House, survey_id: str, divided: str = "") -> Form:
    """The next wave of an employee survey as respondents would see it, with the promise that goes with these cuts and crossings.

    `divided` names them, such as 'unit,shift,unit*shift'; every cut and no crossing when it is empty. Nothing sent there is stored.
    """
    from dashboard.services.employee import launching

    surveys, survey = Surveys(house.records), launching.of_staff(house, survey_id)
    division = employee.division(divided) if divided else employee.Division(tuple(employee.cuts(survey.draft)))
    promised = launching.promised(house, survey_id, division)
    asked = employee.asked_of(survey.draft, division, len(surveys.waves(survey_id)))
    made = Form("preview", survey.id, "", "preview", asked, OPEN, house.name, draft=True, divided=divided)
    return replace(made, promise=promised, support=tuple(promise.support(house)))


def accept(house: House, forms: Sequence[Submission]) -> list[Accepted]:
    """Store forms durably, in one commit; moving them on without their order is the work of `upkeep`."""
    return Intake(house.records).accept(forms)


def keep(house: House, key: str, wave_id: str, page: int, answers: Mapping[str, Any]) -> None:
    """Keep a half-filled form under its private link."""
    HalfFilled(house.records).keep(key, wave_id, page, answers, today(house))


def give_up(house: House, key: str) -> None:
    """Forget a half-filled form, because its respondent says so or left a shared device."""
    HalfFilled(house.records).give_up(key)


def resume(house: House, key: str) -> tuple[int, dict[str, Any]] | str | None:
    """What is behind a private link: the page reached with the answers so far, the receipt of a form that was sent, or None."""
    receipt = Intake(house.records).receipt(key)
    if receipt:
        return receipt
    found = HalfFilled(house.records).find(key)
    return None if found is None else (found[1], found[2])


def half_filled(house: House, key: str) -> dict[str, Any] | None:
    """The answers of a half-filled form so far; None when there is none."""
    found = HalfFilled(house.records).find(key)
    return None if found is None else found[2]


def sent(house: House, key: str, body: str) -> tuple[str, bool]:
    """The receipt of a form that was sent (empty: it was not), and whether it was sent with this body."""
    return Intake(house.records).sent(key, body)


def invitation(house: House, form: Form, token: str) -> bool:
    """Whether this invitation may still be used; without one only where the survey asks for none."""
    if not form.definition.invited_only:
        return True
    found = Intake(house.records).invited(token, form.survey_id) if token else None
    return found is not None if form.of_staff else found is True  # whether a member of staff has answered is told to nobody, whoever holds the link


def week_of(day: dt.date) -> dt.date:
    """The Monday of a day's week: the finest time that is kept with an answer."""
    return day - dt.timedelta(days=day.weekday())
