"""Single sign-on against a real provider over loopback HTTP, written here with joserfc: its word is taken only when everything about it is right."""

from __future__ import annotations

import base64
import html
import re
import time
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwk, jwt

from dashboard.access import door
from dashboard.services import people
from dashboard.services.house import House
from dashboard.store.audit import Audit
from dashboard.store.people import People
from dashboard.store.saved import Saved
from dashboard.store.sign_ins import WELCOME
from dashboard.web import provider as ours
from tests.providing import CLIENT, KEPT, providing
from tests.serving import serving
from tests.web.conftest import origin


@pytest.fixture(scope="module")
def running():
    with providing() as one:
        yield one


@pytest.fixture
def there(running, monkeypatch):
    """The provider, named in the environment."""
    running.reset()
    ours._client.cache_clear()
    monkeypatch.setenv("COMMON_GROUND_OIDC_ISSUER", running.issuer)
    monkeypatch.setenv("COMMON_GROUND_OIDC_CLIENT_ID", CLIENT)
    monkeypatch.setenv("COMMON_GROUND_OIDC_CLIENT_SECRET", KEPT)
    monkeypatch.setenv("COMMON_GROUND_OIDC_NAME", "City login")
    yield running
    ours._client.cache_clear()


@pytest.fixture
def linked(there, served, web):
    """A person who was invited and came by the provider."""
    there.subject = f"subject-{time.time_ns()}"
    person = People(served.records).add("Sam", f"sam{time.time_ns()}", ["supervisor"])
    link = door.sessions().make_link(person.id, purpose=WELCOME)
    answer = come_back(web, leave(web, f"/welcome/{link}/provider", f"/welcome/{link}"))
    assert answer.status_code == 303, answer.text
    web.cookies.delete("cg_session")
    return person


def leave(web, address="/sign-in/provider", page="/sign-in", **fields):
    """Off to the provider; where the browser is sent."""
    token = re.search(r'name="form_token" value="([^"]+)"', web.get(page).text).group(1)
    answer = web.post(address, data={"form_token": token, **fields}, headers=origin(web))
    assert answer.status_code == 200, answer.text
    return place(answer)


def place(answer):
    """Where the page that moves on leads."""
    return html.unescape(re.search(r'<a href="(http[^"]+)">Go on', answer.text).group(1))


def come_back(web, location):
    """The provider sends the browser back."""
    return web.get(httpx.get(location).headers["location"])


def here(web):
    return door.sessions().principal(web.cookies.get("cg_session"))


def test_who_was_invited_comes_in_and_later_again_without_an_invitation(web, linked, there, served):
    answer = come_back(web, leave(web, to="/disparity-workbench"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/disparity-workbench")
    assert here(web).person_id == linked.id
    assert here(web).roles == ("supervisor",)
    (one,) = [session for session in door.sessions().of(linked.id) if session.how == "provider"][:1]
    assert one.stage == ""
    assert Audit(served.records).search(action="identity_linked")[0].who == linked.id


def test_what_is_asked_carries_state_nonce_and_a_challenge_and_no_more_than_who_it_is(web, linked, there):
    come_back(web, leave(web))
    asked = there.asked[-1]
    assert asked["scope"] == "openid"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 20
    assert len(asked["nonce"]) >= 20
    assert asked["redirect_uri"] == f"{str(web.base_url).rstrip('/')}/sign-in/provider/back"
    come_back(web, leave(web))
    assert there.asked[-1]["state"] != asked["state"]
    assert there.asked[-1]["nonce"] != asked["nonce"]


def test_somebody_the_provider_knows_and_we_do_not_stays_outside(web, there, served):
    there.subject = "stranger"
    answer = come_back(web, leave(web))
    assert answer.status_code == 403
    assert "Nobody here is linked" in answer.text
    assert not here(web).signed_in
    assert Audit(served.records).search(action="sign_in_failed")[0].subject == "single sign-on"


def test_the_same_name_at_another_provider_is_somebody_else(linked, there):
    assert door.sessions().records
    from dashboard.store.identities import Identities

    identities = Identities(door.sessions().records)
    assert identities.person(there.issuer, there.subject) == linked.id
    assert identities.person("https://other.example", there.subject) is None
    assert identities.person(there.issuer, there.subject.upper()) is None


def wrong(**claims):
    return lambda one: one.lie.update(claims)


def hmac_with_public_key(one):
    one.header, one.sign = {"alg": "HS256", "kid": "one"}, jwk.OctKey.import_key(KEPT)


LIES = {
    "another audience": wrong(aud="another-client"),
    "another audience that names us as party": wrong(aud="another-client", azp=CLIENT),
    "no audience": wrong(aud=None),
    "another issuer": wrong(iss="https://evil.example"),
    "no issuer": wrong(iss=None),
    "expired": wrong(exp=int(time.time()) - 3600, iat=int(time.time()) - 7200),
    "no end": wrong(exp=None),
    "not yet": wrong(nbf=int(time.time()) + 3600),
    "another nonce": wrong(nonce="guessed"),
    "no nonce": wrong(nonce=None),
    "no subject": wrong(sub=None),
    "another key": lambda one: setattr(one, "sign", one.other),
    "signed with the shared secret": hmac_with_public_key,
    "no token": lambda one: setattr(one, "no_token", True),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_with_anything_wrong_is_refused(web, linked, there, lie):
    LIES[lie](there)
    answer = come_back(web, leave(web))
    assert answer.status_code == 401, lie
    assert not here(web).signed_in
    assert there.issuer not in answer.text


def test_an_unsigned_token_is_refused(web, linked, there, monkeypatch):
    location = leave(web)
    back = httpx.get(location).headers["location"]

    def unsigned(header, claims, key, algorithms):
        def part(data):
            import json

            return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")

        return f"{part({'alg': 'none', 'kid': 'one'})}.{part(claims)}."

    monkeypatch.setattr(jwt, "encode", unsigned)
    assert web.get(back).status_code == 401
    assert not here(web).signed_in


def test_a_provider_that_goes_by_another_name_is_not_asked(web, there):
    there.about = {"issuer": "https://evil.example"}
    token = re.search(r'name="form_token" value="([^"]+)"', web.get("/sign-in").text).group(1)
    assert web.post("/sign-in/provider", data={"form_token": token}, headers=origin(web)).status_code == 401


@pytest.mark.parametrize("change", ["state", "cookie gone", "cookie of another", "code", "error", "nothing"])
def test_an_answer_to_what_this_browser_did_not_ask_is_refused(web, linked, there, change):
    back = httpx.get(leave(web)).headers["location"]
    if change == "state":
        back = back.replace("state=", "state=x")
    elif change == "cookie gone":
        web.cookies.delete("cg_provider")
    elif change == "cookie of another":
        httpx.get(leave(web))
    elif change == "code":
        back = re.sub(r"code=[^&]+", "code=made-up", back)
    elif change == "error":
        back = back.replace("code=", "error=access_denied&x=")
    else:
        back = back.partition("?")[0]
    assert web.get(back).status_code == 401
    assert not here(web).signed_in


def test_an_answer_counts_once(web, linked, there):
    back = httpx.get(leave(web)).headers["location"]
    kept = web.cookies["cg_provider"]
    assert web.get(back).status_code == 303
    web.cookies.delete("cg_session")
    web.cookies.set("cg_provider", kept)
    assert web.get(back).status_code == 401
    assert not here(web).signed_in


def test_an_invitation_links_once_and_an_identity_is_one_persons(web, linked, there, served):
    other = People(served.records).add("Other", f"other{time.time_ns()}", ["command"])
    link = door.sessions().make_link(other.id, purpose=WELCOME)
    answer = come_back(web, leave(web, f"/welcome/{link}/provider", f"/welcome/{link}"))
    assert answer.status_code == 403
    assert "belongs to somebody" in answer.text
    there.subject = f"new-{time.time_ns()}"
    location = leave(web, f"/welcome/{link}/provider", f"/welcome/{link}")
    assert come_back(web, location).status_code == 303
    assert here(web).person_id == other.id
    web.cookies.delete("cg_session")
    there.subject = f"third-{time.time_ns()}"
    token = re.search(r'name="form_token" value="([^"]+)"', web.get("/sign-in").text).group(1)
    spent = web.post(f"/welcome/{link}/provider", data={"form_token": token}, headers=origin(web))
    assert come_back(web, place(spent)).status_code == 403
    assert not here(web).signed_in


def test_a_closed_account_stays_closed_and_roles_are_ours(web, linked, there, served):
    there.lie = {"roles": ["admin"], "groups": ["admin"]}
    come_back(web, leave(web))
    assert here(web).roles == ("supervisor",)
    people.set_closed(House(served.home), linked.id, True)
    web.cookies.delete("cg_session")
    assert come_back(web, leave(web)).status_code == 403


def test_a_role_that_asks_for_a_second_factor_trusts_the_provider_only_when_it_says_so(web, linked, there, served):
    Saved(served.records).set("sign_in.second_factor", "supervisor", "test")
    try:
        assert come_back(web, leave(web)).headers["location"] == "/account/second-factor"
        assert not here(web).signed_in
        there.methods = ["pwd", "mfa"]
        assert come_back(web, leave(web)).headers["location"] == "/"
        assert here(web).roles == ("supervisor",)
    finally:
        Saved(served.records).reset("sign_in.second_factor", "test")


def test_the_travelling_cookie_is_unreadable_and_short_lived(web, there):
    token = re.search(r'name="form_token" value="([^"]+)"', web.get("/sign-in").text).group(1)
    answer = web.post("/sign-in/provider", data={"form_token": token}, headers=origin(web))
    (cookie,) = [value for name, value in answer.headers.multi_items() if name == "set-cookie" and "cg_provider" in value]
    asked = parse_qs(urlsplit(place(answer)).query)
    assert asked["nonce"][0] not in cookie
    assert "httponly" in cookie.lower()
    assert "max-age=600" in cookie.lower()


def test_a_form_from_elsewhere_does_not_begin_it(web, there):
    web.get("/sign-in")
    for address in ("/sign-in/provider", "/welcome/abc/provider"):
        data = {"form_token": web.cookies["cg_form"]}
        assert web.post(address, data=data, headers={"Origin": "https://evil.example"}).status_code == 403


def test_the_button_is_there_exactly_where_a_provider_is_named(web, there, monkeypatch):
    assert "Sign in with City login" in web.get("/sign-in").text
    monkeypatch.delenv("COMMON_GROUND_OIDC_ISSUER")
    assert "City login" not in web.get("/sign-in").text
    token = web.cookies["cg_form"]
    assert web.post("/sign-in/provider", data={"form_token": token}, headers=origin(web)).status_code == 404


def test_a_provider_in_the_clear_is_not_used(web, there, monkeypatch):
    monkeypatch.setenv("COMMON_GROUND_OIDC_ISSUER", "http://login.example.gov")
    token = re.search(r'name="form_token" value="([^"]+)"', web.get("/sign-in").text).group(1)
    assert web.post("/sign-in/provider", data={"form_token": token}, headers=origin(web)).status_code == 401


def test_it_works_in_the_whole_server_beside_the_pages_own_session(there, tmp_path):
    words = {"ISSUER": there.issuer, "CLIENT_ID": CLIENT, "CLIENT_SECRET": KEPT, "NAME": "City login"}
    with serving(tmp_path / "home", **{f"COMMON_GROUND_OIDC_{name}": value for name, value in words.items()}) as running:
        way = people.invite(running.house, ("Hana Reyes", "hana", ""), ["hr"])
        with httpx.Client(base_url=running.address) as browser:
            assert come_back(browser, leave(browser, f"{way.path}/provider", way.path)).status_code == 303
            assert running.sessions().principal(browser.cookies["cg_session"]).name == "Hana Reyes"
            browser.cookies.delete("cg_session")
            assert come_back(browser, leave(browser)).status_code == 303
            assert running.sessions().principal(browser.cookies["cg_session"]).roles == ("hr",)
