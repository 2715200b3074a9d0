"""What the tests of the survey form share: a survey that is open, a page that is sent, what was stored."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import httpx
from sqlalchemy import select

from dashboard.schema.questions import Definition, Option, Question, Section
from dashboard.services.house import House
from dashboard.store.survey_tables import PendingRow, ResponseRow
from dashboard.store.surveys import Surveys, Wave
from tests.web.conftest import origin

DAY = dt.date(2026, 1, 5)
YES_NO = (Option(code="yes", label={"en": "Yes"}), Option(code="no", label={"en": "No"}))


def open_survey(house: House, definition: Definition, kind: str = "poster") -> tuple[str, Wave]:
    """A survey that is open: its link and its wave."""
    surveys = Surveys(house.records)
    survey = surveys.new(definition, "A survey", "Ada")
    wave = surveys.launch(survey.id, "spring", "Ada", opens=DAY)
    return surveys.add_channel(survey.id, kind.title(), kind).code, wave


def made_of(*questions: Question, **more: Any) -> Definition:
    """A survey of one section."""
    return Definition(title={"en": "T"}, purpose={"en": "P"}, sections=(Section(questions=questions),), **more)


def ask(name: str, kind: str = "single", **more: Any) -> Question:
    """A question; yes or no unless it says otherwise."""
    plain: dict[str, Any] = {"wording": {"en": f"Question {name}?"}}
    if kind in {"single", "multi", "scale", "grid"}:
        plain["options"] = YES_NO
    return Question(id=name, kind=kind, concept=name.lower(), **(plain | more))  # type: ignore[arg-type]


def key_of(text: str) -> str:
    """The key in a page."""
    found = re.search(r'name="key" value="([\w-]+)"', text)
    assert found, text
    return found[1]


def begin(web: httpx.Client, code: str, **query: str) -> str:
    """Open the form: its key."""
    return key_of(web.get(f"/s/{code}", params=query).text)


def post(web: httpx.Client, code: str, key: str, **fields: object) -> httpx.Response:
    """Send one page."""
    return web.post(f"/s/{code}", data={"key": key, "page": "1", "lang": "en", "action": "next", **fields}, headers=origin(web))


def stored(house: House, wave: Wave) -> list[dict[str, Any]]:
    """Everything that waits or was moved on, as payloads."""
    with house.records.read() as session:
        waiting = [row.payload for row in session.scalars(select(PendingRow).where(PendingRow.wave_id == wave.id))]
        moved = session.scalars(select(ResponseRow).where(ResponseRow.wave_id == wave.id))
        return waiting + [{"channel": row.channel, "language": row.language, "flags": row.flags, "answers": row.answers} for row in moved]
