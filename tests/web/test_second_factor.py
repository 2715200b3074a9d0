"""The second factor over HTTP: asked for at sign-in, turned on with a QR code that this server draws, recovery codes shown once."""

from __future__ import annotations

import re
import time

import pyotp
import pytest

from dashboard.access import door
from dashboard.access.by_password import PasswordDoor
from dashboard.access.principal import Principal
from dashboard.access.second_factor import SecondFactor
from dashboard.services import people
from dashboard.services.house import House
from dashboard.store.audit import Audit
from dashboard.store.people import People
from dashboard.store.saved import Saved
from tests.web.conftest import origin
from tests.web.test_by_password import GOOD, enter


@pytest.fixture
def eve(served, web):
    """A new person with a password and without a second factor."""
    person = People(served.records).add("Eve", f"eve{time.time_ns()}", ["supervisor"])
    PasswordDoor(door.sessions()).set(person.id, GOOD, person.id)
    return person


def post(web, address, shown, **fields):
    """A form of a page that was shown."""
    token = re.search(r'name="form_token" value="([^"]+)"', shown.text).group(1)
    return web.post(address, data={"form_token": token, **fields}, headers=origin(web))


def secret_of(page):
    return "".join(re.search(r"<code>([A-Z2-7 ]+)</code>", page.text).group(1).split())


def turn_on(web):
    """Turn it on from the account; the secret and the page with recovery codes."""
    answer = post(web, "/account/second-factor/begin", web.get("/account"))
    assert answer.headers["location"] == "/account/second-factor"
    page = web.get("/account/second-factor")
    secret = secret_of(page)
    return secret, post(web, "/account/second-factor", page, code=pyotp.TOTP(secret).now())


def fresh_code(person):
    """A code that was not used yet: of the next half minute."""
    return pyotp.TOTP(SecondFactor(door.sessions(), person.id).secret()).at(int(time.time()) + 30)


def test_it_is_turned_on_with_a_picture_drawn_here_and_shows_recovery_codes_once(web, eve, served):
    enter(web, eve)
    before = web.cookies["cg_session"]
    secret, shown = turn_on(web)
    assert shown.status_code == 200
    assert len(re.findall(r"<li>[A-Z2-7]{5}-[A-Z2-7]{5}</li>", shown.text)) == 10
    assert shown.headers["cache-control"] == "no-store"
    assert web.cookies["cg_session"] != before
    assert not door.sessions().principal(before).signed_in
    assert "On since" in web.get("/account").text
    assert web.get("/account/second-factor").headers["location"] == "/account"
    assert secret not in web.get("/account").text


def test_the_page_with_the_picture_loads_nothing_from_anywhere(web, eve):
    enter(web, eve)
    post(web, "/account/second-factor/begin", web.get("/account"))
    page = web.get("/account/second-factor")
    assert "<svg" in page.text
    assert not re.search(r'(src|href)="(https?:)?//', page.text.replace("http://www.w3.org/2000/svg", ""))
    assert "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"


def test_afterwards_the_password_alone_opens_nothing(web, eve):
    enter(web, eve)
    turn_on(web)
    web.cookies.delete("cg_session")
    answer = enter(web, eve)
    assert answer.headers["location"] == "/sign-in/code"
    assert not door.sessions().principal(web.cookies["cg_session"]).signed_in
    for address in ("/account", "/account/second-factor"):
        assert web.get(address).headers["location"] == "/sign-in?to=/account"
    wrong = post(web, "/sign-in/code", web.get("/sign-in/code"), code="000000")
    assert wrong.status_code == 401
    assert "does not fit" in wrong.text
    done = post(web, "/sign-in/code", wrong, code=fresh_code(eve))
    assert done.headers["location"] == "/"
    assert door.sessions().principal(web.cookies["cg_session"]).name == "Eve"


def test_a_recovery_code_opens_the_door_once(web, eve):
    enter(web, eve)
    _, shown = turn_on(web)
    recovery = re.findall(r"<li>([A-Z2-7-]{11})</li>", shown.text)[0]
    for status in (303, 401):
        web.cookies.delete("cg_session")
        enter(web, eve)
        assert post(web, "/sign-in/code", web.get("/sign-in/code"), code=recovery).status_code == status


def test_without_the_first_step_the_second_is_not_asked(web):
    assert web.get("/sign-in/code").headers["location"] == "/sign-in"
    answer = post(web, "/sign-in/code", web.get("/sign-in"), code="123456")
    assert answer.headers["location"] == "/sign-in"


def test_a_role_that_asks_for_it_leads_to_the_picture_at_sign_in(web, eve, served):
    Saved(served.records).set("sign_in.second_factor", "supervisor", "test")
    try:
        answer = enter(web, eve)
        assert answer.headers["location"] == "/account/second-factor"
        assert not door.sessions().principal(web.cookies["cg_session"]).signed_in
        page = web.get("/account/second-factor")
        wrong = post(web, "/account/second-factor", page, code="1")
        assert wrong.status_code == 401
        assert secret_of(wrong) == secret_of(page)
        shown = post(web, "/account/second-factor", wrong, code=pyotp.TOTP(secret_of(page)).now())
        assert "recovery codes" in shown.text
        assert door.sessions().principal(web.cookies["cg_session"]).roles == ("supervisor",)
        refused = post(web, "/account/second-factor/off", web.get("/account"), current=GOOD)
        assert "stays on" in refused.text
    finally:
        Saved(served.records).reset("sign_in.second_factor", "test")


def test_it_is_turned_off_and_codes_are_renewed_after_the_password(web, eve):
    enter(web, eve)
    turn_on(web)
    for address in ("/account/second-factor/codes", "/account/second-factor/off"):
        assert "current password is not right" in post(web, address, web.get("/account"), current="wrong").text
    assert len(re.findall(r"<li>[A-Z2-7-]{11}</li>", post(web, "/account/second-factor/codes", web.get("/account"), current=GOOD).text)) == 10
    assert post(web, "/account/second-factor/off", web.get("/account"), current=GOOD).headers["location"] == "/account?done=factor-off"
    assert enter(web, eve).headers["location"] == "/"


def test_an_administrator_resets_it_which_ends_sessions_and_is_written_down(web, eve, served):
    enter(web, eve)
    turn_on(web)
    root = People(served.records).named("admin")
    house = House(served.home, visitor=Principal(root.id, "Admin", ("admin",)))
    people.reset_second_factor(house, eve.id)
    assert not door.sessions().principal(web.cookies["cg_session"]).signed_in
    line = Audit(served.records).search(action="second_factor_off")[0]
    assert (line.who, line.subject) == (root.id, eve.id)
    web.cookies.delete("cg_session")
    assert enter(web, eve).headers["location"] == "/"


@pytest.mark.parametrize("address", ["/sign-in/code", "/account/second-factor", "/account/second-factor/begin", "/account/second-factor/off"])
def test_forms_from_elsewhere_are_refused(web, eve, address):
    enter(web, eve)
    data = {"form_token": web.cookies["cg_form"], "code": "1", "current": GOOD}
    assert web.post(address, data=data, headers={"Origin": "https://evil.example"}).status_code == 403
