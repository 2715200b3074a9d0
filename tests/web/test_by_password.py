"""Signing in by password over HTTP, the link that sets one, and the account page: plain forms, no script."""

from __future__ import annotations

import re
import time

import pytest

from dashboard.access import door, passwords
from dashboard.access.by_password import PasswordDoor
from dashboard.store.audit import Audit
from dashboard.store.people import People
from dashboard.store.sign_ins import WELCOME
from tests.web.conftest import origin, sign_in

GOOD, OTHER = "a long walk to the harbor", "seven paper boats at noon"


@pytest.fixture
def dora(served, web):
    """A new person with a password; the sign-in name."""
    name = f"dora{time.time_ns()}"
    person = People(served.records).add("Dora <b>Diaz</b>", name, ["analyst"])
    PasswordDoor(door.sessions()).set(person.id, GOOD, person.id)
    return person


def send(web, address, **fields):
    """A form of ours, filled and sent."""
    page = web.get(address.rpartition("/")[0] if address.startswith("/account/") else address)
    token = re.search(r'name="form_token" value="([^"]+)"', page.text).group(1)
    return web.post(address, data={"form_token": token, **fields}, headers=origin(web))


def enter(web, person, password=GOOD, **more):
    return send(web, "/sign-in", name=person.sign_in_name, password=password, **more)


def test_name_and_password_open_a_session(web, dora):
    answer = enter(web, dora)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert door.sessions().principal(web.cookies["cg_session"]).person_id == dora.id
    assert answer.headers["cache-control"] == "no-store"
    cookies = [value.lower() for name, value in answer.headers.multi_items() if name == "set-cookie"]
    assert all("httponly" in one for one in cookies)
    (known,) = [one for one in cookies if one.startswith("cg_known=")]
    assert "samesite=strict" in known
    assert "max-age=15552000" in known


@pytest.mark.parametrize(("name", "password"), [("nobody at all", GOOD), (None, "wrong"), (None, "")])
def test_a_wrong_try_says_so_keeps_the_name_and_never_shows_the_password(web, dora, name, password):
    answer = send(web, "/sign-in", name=name or dora.sign_in_name, password=password)
    assert answer.status_code == 401
    assert "do not fit" in answer.text
    assert f'value="{name or dora.sign_in_name}"' in answer.text
    assert "cg_session" not in web.cookies
    assert not password or password not in answer.text


def test_what_was_typed_is_shown_as_text_only(web):
    answer = send(web, "/sign-in", name='"><script>alert(1)</script>', password="x")
    assert "<script>" not in answer.text


def test_after_many_wrong_tries_the_page_says_how_long_to_wait(web, dora, monkeypatch):
    monkeypatch.setattr(passwords, "matches", lambda *_: False)
    found = [enter(web, dora, "wrong") for _ in range(7)]
    assert [one.status_code for one in found] == [401] * 6 + [429]
    assert "Wait 1 second" in found[-1].text
    assert found[-1].headers["retry-after"] == "1"


@pytest.mark.parametrize(
    ("to", "place"),
    [
        ("/disparity-workbench", "/disparity-workbench"),
        ("/stops?district=Harbor&period=2024", "/stops?district=Harbor&period=2024"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\r\nX: y", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_afterwards_the_page_that_was_wanted_is_opened_and_no_other_site(web, dora, to, place):
    assert enter(web, dora, to=to).headers["location"] == place


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_sign_in_form_from_elsewhere_is_refused(web, dora, headers):
    web.get("/sign-in")
    data = {"form_token": web.cookies["cg_form"], "name": dora.sign_in_name, "password": GOOD}
    assert web.post("/sign-in", data=data, headers=headers).status_code == 403


def test_forms_in_two_tabs_both_work(web, dora):
    first = re.search(r'name="form_token" value="([^"]+)"', web.get("/sign-in").text).group(1)
    web.get("/sign-out")
    data = {"form_token": first, "name": dora.sign_in_name, "password": GOOD}
    assert web.post("/sign-in", data=data, headers=origin(web)).status_code == 303


def test_behind_tls_the_known_browser_is_bound_to_the_host(web, dora, monkeypatch):
    monkeypatch.setenv("COMMON_GROUND_URL", "https://trust.example.gov")
    token = re.search(r'name="form_token" value="([^"]+)"', web.get("/sign-in").text).group(1)
    headers = {"Origin": "https://trust.example.gov", "Cookie": f"__Host-cg_form={token}"}
    answer = web.post("/sign-in", data={"form_token": token, "name": dora.sign_in_name, "password": GOOD}, headers=headers)
    cookies = [value for name, value in answer.headers.multi_items() if name == "set-cookie"]
    assert {one.partition("=")[0] for one in cookies} == {"__Host-cg_session", "__Host-cg_known"}
    assert all("; Secure" in one for one in cookies)


# The link that sets a password


@pytest.fixture
def invited(served, web):
    """A person without a password, and the link that lets them set one."""
    person = People(served.records).add("Ines", f"ines{time.time_ns()}", ["hr"])
    return person, f"/welcome/{door.sessions().make_link(person.id, purpose=WELCOME)}"


def test_the_link_asks_for_a_password_and_signs_in_once(web, invited):
    person, link = invited
    for _ in range(2):
        page = web.get(link)
        assert page.status_code == 200
        assert person.sign_in_name in page.text
    answer = send(web, link, password=OTHER, again=OTHER)
    assert answer.status_code == 303
    assert door.sessions().principal(web.cookies["cg_session"]).name == "Ines"
    assert web.get(link).status_code == 410
    web.cookies.delete("cg_session")
    assert enter(web, person, OTHER).status_code == 303


@pytest.mark.parametrize(
    ("word", "again", "said"), [("short", "short", "at least 12"), (OTHER, GOOD, "not alike"), ("password12345", "password12345", "guess")]
)
def test_a_password_that_will_not_do_leaves_the_link_good(web, invited, word, again, said):
    _, link = invited
    answer = send(web, link, password=word, again=again)
    assert answer.status_code == 422
    assert said in answer.text
    assert word not in answer.text.replace(said, "")
    assert send(web, link, password=OTHER, again=OTHER).status_code == 303


def test_a_link_that_sets_a_password_does_not_sign_in_by_itself_and_the_other_way_round(web, invited, served):
    person, link = invited
    token = link.rpartition("/")[2]
    assert send(web, f"/sign-in/{token}").status_code == 410
    assert send(web, link, password=OTHER, again=OTHER).status_code == 303
    plain = door.sessions().make_link(person.id)
    assert web.get(f"/welcome/{plain}").status_code == 410


def test_an_invited_person_cannot_rename_themselves_into_another(web, invited, served):
    person, link = invited
    send(web, link, password=OTHER, again=OTHER, name="Admin", sign_in_name="admin2", email="a@b.example")
    now = People(served.records).get(person.id)
    assert (now.name, now.sign_in_name, now.email) == ("Ines", person.sign_in_name, "")


# The account page


def test_the_account_is_for_who_is_signed_in(web):
    assert web.get("/account").headers["location"] == "/sign-in?to=/account"
    web.get("/sign-in")
    for name in ("details", "password", "session"):
        answer = web.post(f"/account/{name}", data={"form_token": web.cookies["cg_form"]}, headers=origin(web))
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?to=/account")


def test_the_account_page_shows_the_person_as_text(web, dora):
    enter(web, dora)
    page = web.get("/account")
    assert page.status_code == 200
    assert "Dora &lt;b&gt;Diaz" in page.text
    assert "Analyst" in page.text
    assert "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"


def test_a_new_password_needs_the_old_one_and_ends_other_sessions(web, dora, served):
    enter(web, dora)
    elsewhere, _ = door.sessions().admit(dora.id, "password", device="Firefox on Windows")
    assert "Firefox on Windows" in web.get("/account").text
    wrong = send(web, "/account/password", current="wrong", password=OTHER, again=OTHER)
    assert wrong.status_code == 422
    assert "current password is not right" in wrong.text
    answer = send(web, "/account/password", current=GOOD, password=OTHER, again=OTHER)
    assert answer.headers["location"] == "/account?done=password"
    assert "was changed" in web.get("/account?done=password").text
    assert not door.sessions().principal(elsewhere).signed_in
    assert door.sessions().principal(web.cookies["cg_session"]).signed_in


def test_a_new_address_needs_the_password_since_links_may_be_sent_to_it(web, dora, served):
    enter(web, dora)
    assert send(web, "/account/details", name="Dora", email="dora@riverton.example").status_code == 422
    assert People(served.records).get(dora.id).email == ""
    assert send(web, "/account/details", name="Dora", email="dora@riverton.example", current=GOOD).status_code == 303
    assert People(served.records).get(dora.id).email == "dora@riverton.example"
    assert send(web, "/account/details", name="Dora D.", email="dora@riverton.example").status_code == 303
    assert Audit(served.records).search(action="details_changed", who=dora.id)[0].details == {"changed": ["name"]}


@pytest.mark.parametrize(("name", "email"), [("", ""), ("Dora", "no address"), ("Dora", "a@b.example\nBcc: all@riverton.example"), ("D\x00", "")])
def test_details_that_will_not_do_are_refused_in_words(web, dora, name, email):
    enter(web, dora)
    answer = send(web, "/account/details", name=name, email=email, current=GOOD)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_one_ends_ones_own_sessions_and_nobody_elses(web, dora, served):
    enter(web, dora)
    mine, _ = door.sessions().admit(dora.id, "password")
    other = People(served.records).named("council")
    theirs, _ = door.sessions().admit(other.id, "password")
    marks = {token: next(one.mark for one in door.sessions().of(who)) for token, who in ((mine, dora.id), (theirs, other.id))}
    send(web, "/account/session", mark=marks[theirs])
    assert door.sessions().principal(theirs).signed_in
    send(web, "/account/session", mark=marks[mine])
    assert not door.sessions().principal(mine).signed_in
    assert Audit(served.records).search(action="session_ended")[0].subject == dora.id


def test_who_came_by_link_sets_a_password_without_an_old_one(web, served):
    person = People(served.records).add("Lee", f"lee{time.time_ns()}", ["hr"])
    token = door.sessions().make_link(person.id)
    send(web, f"/sign-in/{token}")
    assert "Set a password" in web.get("/account").text
    assert send(web, "/account/password", password=OTHER, again=OTHER).status_code == 303
    assert enter(web, person, OTHER).status_code == 303


def test_an_unknown_word_behind_done_says_nothing(web, served):
    sign_in(web, served, "analyst")
    assert "hacked" not in web.get("/account?done=hacked").text
