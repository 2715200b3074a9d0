"""Asking for a link by mail: the same answer for everybody, and only where a mail server is named."""

from __future__ import annotations

import re
import time

import pytest

from dashboard.services import forgotten
from dashboard.web import flood
from tests.web.conftest import origin


@pytest.fixture
def asked(monkeypatch):
    """What was asked of the sender, which is tried with a real mail server in tests/services/test_people.py."""
    found = []
    monkeypatch.setenv("COMMON_GROUND_SMTP", "smtp://127.0.0.1:1")
    monkeypatch.setenv("COMMON_GROUND_MAIL_FROM", "a@b.example")
    monkeypatch.setattr(forgotten, "send", lambda house, typed, base: found.append((typed, base)) or time.sleep(0.3))
    return found


def ask(web, name):
    token = re.search(r'name="form_token" value="([^"]+)"', web.get("/sign-in/forgot").text).group(1)
    return web.post("/sign-in/forgot", data={"form_token": token, "name": name}, headers=origin(web))


def test_it_is_not_there_without_a_mail_server(web, monkeypatch):
    monkeypatch.delenv("COMMON_GROUND_SMTP", raising=False)
    assert web.get("/sign-in/forgot").status_code == 404
    assert "/sign-in/forgot" not in web.get("/sign-in").text


def test_the_answer_is_the_same_for_all(web, asked):
    assert "/sign-in/forgot" in web.get("/sign-in").text
    known, unknown = ask(web, "analyst"), ask(web, "no such person <b>")
    plain = [re.sub(r'value="[^"]+"', "", one.text) for one in (known, unknown)]
    assert plain[0] == plain[1]
    assert known.status_code == unknown.status_code == 200
    time.sleep(0.5)
    assert [typed for typed, _ in asked] == ["analyst", "no such person <b>"]
    assert asked[0][1] == str(web.base_url).rstrip("/")


def test_the_link_leads_to_the_public_address_whatever_a_visitor_sends(web, asked, monkeypatch):
    monkeypatch.setenv("COMMON_GROUND_URL", "https://trust.example.gov")
    token = re.search(r'name="form_token" value="([^"]+)"', web.get("/sign-in/forgot").text).group(1)
    headers = {"Origin": "https://trust.example.gov", "Cookie": f"__Host-cg_form={token}"}
    assert web.post("/sign-in/forgot", data={"form_token": token, "name": "x"}, headers=headers).status_code == 200
    time.sleep(0.5)
    assert asked[0][1] == "https://trust.example.gov"


def test_a_form_from_elsewhere_asks_for_nothing_and_a_flood_is_stopped(web, asked, monkeypatch):
    web.get("/sign-in/forgot")
    data = {"form_token": web.cookies["cg_form"], "name": "analyst"}
    assert web.post("/sign-in/forgot", data=data, headers={"Origin": "https://evil.example"}).status_code == 403
    monkeypatch.setattr(flood, "SIGN_INS", flood.Flood(most=2, seconds=60.0))
    assert [ask(web, "analyst").status_code for _ in range(4)] == [200, 200, 429, 429]
