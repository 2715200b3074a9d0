"""The form as employees see it: what it promises, that it keeps nothing before it is sent, and that it tells nobody who has answered."""

from __future__ import annotations

import datetime as dt
import html
import json
import re

import httpx
import pytest
from sqlalchemy import func, select

from dashboard.schema import bank
from dashboard.schema.employee import Division
from dashboard.services.employee import launching
from dashboard.services.house import House
from dashboard.store.staff_answers import StaffAnswers
from dashboard.store.staff_tables import StaffPendingRow
from dashboard.store.survey_counts import WaveCounts
from dashboard.store.survey_tables import CountRow, DraftRow, InvitationRow, PendingRow, SentRow
from dashboard.store.surveys import Surveys, Wave, hashed
from tests.web.conftest import origin
from tests.web.surveying import key_of

DAY = dt.date(2026, 1, 5)


@pytest.fixture
def pulse(served: House) -> tuple[str, Wave, list[str]]:
    """An open pulse of two pages: its code, its wave, invitations."""
    surveys = Surveys(served.records)
    survey = surveys.new(bank.template("employee_full"), "Annual", "Hana", name="")
    division = Division(("unit", "sworn"), (("unit", "sworn"),))
    served_now = House(served.home).with_settings({"employee.days_between": 28})
    for one in surveys.waves():  # other tests of this module opened theirs on the same day
        if one.state == "open" and one.survey_id != survey.id and surveys.get(one.survey_id).family == "employee":
            surveys.close(one.id, "Hana", DAY - dt.timedelta(days=60))
    wave = launching.launch(served_now, survey.id, "spring", "Hana", opens=DAY, closes=None, division=division)
    return surveys.channels(survey.id)[0].code, wave, surveys.invite(survey.id, 4)


def page(web: httpx.Client, code: str, text: str, number: int, **fields: str) -> httpx.Response:
    """Send one page on, with what the page before carried."""
    found = re.search(r'name="carried" value="([^"]*)"', text)
    hidden = {"key": key_of(text), "page": str(number), "lang": "en", "action": "next", "carried": html.unescape(found[1]) if found else ""}
    token = re.search(r'name="t" value="([^"]*)"', text)
    return web.post(f"/s/{code}", data={**hidden, "t": token[1] if token else "", **fields}, headers=origin(web))


def through(web: httpx.Client, code: str, token: str, **fields: str) -> httpx.Response:
    """The whole form, answers on the first page, the rest left out."""
    got = web.get(f"/s/{code}", params={"t": token})
    assert got.status_code == 200
    pages = len(bank.template("employee_full").sections)
    for number in range(1, pages + 1):
        got = page(web, code, got.text, number, **(fields if number == 1 else {}))
    return got


def test_the_promise_is_said_before_the_first_question_in_both_languages(web, pulse):
    code, _, tokens = pulse
    text = web.get(f"/s/{code}", params={"t": tokens[0], "lang": "en"}).text
    for part in ("What others see", "by unit, sworn or civilian and sworn or civilian within unit", "at least 10 answers", "steps of ten"):
        assert part in text
    assert "What this does not protect against" in text
    assert "full control of the server" in text
    assert "De qué no protege esto" in web.get(f"/s/{code}", params={"t": tokens[0], "lang": "es"}).text


def test_nothing_is_stored_before_the_last_button(web, pulse, served):
    code, wave, tokens = pulse
    got = web.get(f"/s/{code}", params={"t": tokens[0]})
    got = page(web, code, got.text, 1, **{"FEVS-Q3": "4", "M6": "5"})
    assert got.status_code == 200
    assert json.loads(html.unescape(re.search(r'name="carried" value="([^"]*)"', got.text)[1])) == {"FEVS-Q3": 4, "M6": 5}
    assert "private link" not in got.text
    with served.records.read() as session:
        for table in (DraftRow, PendingRow, StaffPendingRow, SentRow, CountRow):
            assert session.scalar(select(func.count()).select_from(table).where(table.wave_id == wave.id)) == 0
        assert session.get(InvitationRow, hashed(tokens[0])).used is False


def test_a_form_that_is_sent_is_sealed_and_ends_with_lines_to_call(web, pulse, served):
    code, wave, tokens = pulse
    got = through(web, code, tokens[0], **{"FEVS-Q3": "4"})
    assert "the answers sent with this link are stored" in got.text
    assert "988 Suicide &amp; Crisis Lifeline" in got.text
    assert "Receipt" not in got.text
    assert "set-cookie" not in got.headers
    assert StaffAnswers(served.records).received(wave.id) == 1
    counts = WaveCounts(served.records)
    assert counts.received(wave.id) == 0
    assert counts.links(wave.id) == {}
    with served.records.read() as session:
        (row,) = session.scalars(select(StaffPendingRow).where(StaffPendingRow.wave_id == wave.id))
    assert b"FEVS" not in row.sealed
    sealed = json.loads(StaffAnswers(served.records).keys.open(row.key, row.id, row.sealed))
    assert sealed == {"answers": {"FEVS-Q3": 4}, "comments": {}}


def test_a_used_link_looks_like_an_unused_one_to_whoever_holds_it(web, pulse, served):
    code, wave, tokens = pulse

    def plain(text: str) -> str:
        return re.sub(r'value="[\w-]{20,}"', "", text)

    through(web, code, tokens[0], **{"FEVS-Q3": "4"})
    used, unused = (web.get(f"/s/{code}", params={"t": token}) for token in tokens[:2])
    assert plain(used.text) == plain(unused.text)
    assert used.status_code == unused.status_code == 200
    again, first = (through(web, code, token, **{"FEVS-Q3": "1"}) for token in tokens[:2])
    assert again.text == first.text
    assert again.status_code == first.status_code == 200
    assert StaffAnswers(served.records).received(wave.id) == 2


def test_a_link_that_is_nobodys_is_turned_away(web, pulse):
    code, _, _ = pulse
    assert web.get(f"/s/{code}", params={"t": "made-up"}).status_code == 403
    assert web.get(f"/s/{code}").status_code == 403


def test_what_was_tampered_with_on_the_way_is_left_out(web, pulse, served):
    code, wave, tokens = pulse
    got = web.get(f"/s/{code}", params={"t": tokens[2]})
    evil = json.dumps({"FEVS-Q3": 9, "FEVS-Q4": "<b>", "FEVS-Q6": 2, "U1": "nowhere", "name": "Ada", "M12": "x" * 9000})
    last = len(bank.template("employee_full").sections)
    got = web.post(
        f"/s/{code}",
        data={"key": key_of(got.text), "page": str(last), "lang": "en", "action": "next", "carried": evil, "t": tokens[2]},
        headers=origin(web),
    )
    assert "are stored" in got.text
    with served.records.read() as session:
        (row,) = session.scalars(select(StaffPendingRow).where(StaffPendingRow.wave_id == wave.id))
    assert json.loads(StaffAnswers(served.records).keys.open(row.key, row.id, row.sealed)) == {"answers": {"FEVS-Q6": 2}, "comments": {}}
