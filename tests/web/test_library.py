"""Documents and questions over HTTP: a page among the documents cannot act, and whoever asks leaves no trace."""

import pytest

from dashboard.services.library import asking, shelf
from dashboard.web import ask, flood
from tests.web.conftest import origin, sign_in

QUESTION = "Why are so few searches recorded in Harbor?"


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """Nobody has asked yet, and nobody is too quick."""
    monkeypatch.setattr(flood, "ASKS", flood.Flood(most=5, seconds=600.0))
    monkeypatch.setattr(ask, "LEAST_SECONDS", -100.0)


def test_a_document_is_shown_but_can_neither_run_nor_fetch_nor_send(web, served):
    one = next(one for one in shelf.documents(served) if one.document.title == "Use of force")
    answer = web.get(f"/documents/{one.document.id}")
    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox;" in policy
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy
    assert b"De-escalation is tried" in answer.content
    assert b"De-escalation" not in web.get(f"/documents/{one.document.id}/1").content
    for wrong in ("0x1", "999", "-1", "a" * 300):
        assert web.get(f"/documents/{one.document.id}/{wrong}").status_code == 404


def test_a_draft_is_for_those_who_keep_the_library(web, served):
    from dashboard.services.library import desk

    draft = next(one for one in desk.documents(served) if one.title == "Drones")
    assert web.get(f"/documents/{draft.id}").status_code == 404
    assert web.get(f"/api/library/{draft.id}/1").status_code == 403
    sign_in(web, served, "command")
    assert b"missing persons" in web.get(f"/api/library/{draft.id}/1").content


def test_the_calendar_of_meetings_is_open(web):
    answer = web.get("/calendar/meetings.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "Community advisory council" in answer.text


def form(web):
    """The form's hidden fields as a browser holds them."""
    text = web.get("/ask").text
    return {name: text.split(f'name="{name}" value="')[1].split('"')[0] for name in ("form_token", "key")}


def post(web, **fields):
    """Send the form."""
    return web.post("/ask", data=form(web) | fields, headers=origin(web))


def test_a_question_without_a_script_reaches_the_queue_and_not_the_public(web, served):
    assert "<script" not in web.get("/ask").text
    answer = post(web, question=QUESTION)
    assert (answer.status_code, "was stored" in answer.text) == (200, True)
    assert QUESTION in {one.words for one in asking.queue(served)}
    assert QUESTION not in web.get("/ask").text


def test_answers_are_on_the_page_with_everything_escaped(web, served):
    import dataclasses

    post(web, question="<img src=x onerror=alert(1)> is this shown?")
    one = next(one for one in asking.queue(served) if "onerror" in one.words)
    asking.settle(served, dataclasses.replace(one, state="answered", answer="<b>No</b>"), "test")
    text = web.get("/ask").text
    assert "<img src=x" not in text
    assert "&lt;img" in text
    assert "&lt;b&gt;No" in text


def test_a_machine_is_thanked_and_forgotten(web, served, monkeypatch):
    before = len(asking.queue(served))
    assert post(web, question=QUESTION + " now", website="http://spam").status_code == 200
    monkeypatch.setattr(ask, "LEAST_SECONDS", 60.0)
    assert post(web, question=QUESTION + " again").status_code == 200
    assert len(asking.queue(served)) == before


def test_a_form_from_elsewhere_or_with_a_made_up_key_is_refused(web):
    fields = form(web) | {"question": QUESTION}
    assert web.post("/ask", data=fields, headers={"Origin": "https://evil.example"}).status_code == 403
    assert web.post("/ask", data=fields | {"key": "x" * 34}, headers=origin(web)).status_code == 403
    assert web.post("/ask", data=fields | {"form_token": ""}, headers=origin(web)).status_code == 403
    assert web.post("/ask", data=fields | {"question": "y" * 20_000}, headers=origin(web)).status_code == 403


def test_what_was_typed_is_not_lost_when_it_is_too_short(web):
    answer = post(web, question="<short>")
    assert answer.status_code == 400
    assert "&lt;short&gt;" in answer.text


def test_a_flood_of_questions_waits_and_others_read_on(web):
    codes = [post(web, question=f"{QUESTION} {n}").status_code for n in range(6)]
    assert codes == [200] * 5 + [429]
    assert web.get("/ask").status_code == 200
