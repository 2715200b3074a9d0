"""Signing in over HTTP: the link shows a form, the form opens the session, and nothing else does."""

import re

import pytest

from dashboard.access import door
from dashboard.store.audit import Audit
from tests.web.conftest import link_for, origin, sign_in


def form_of(web, address):
    """The form's own token, as a browser would find it in the page."""
    page = web.get(address)
    assert page.status_code == 200
    return re.search(r'name="form_token" value="([^"]+)"', page.text).group(1)


def cookies_set(answer):
    return [value for name, value in answer.headers.multi_items() if name == "set-cookie"]


def test_opening_a_link_changes_nothing(web, served):
    token = link_for(served, "analyst")
    for _ in range(3):
        assert web.get(f"/sign-in/{token}").status_code == 200
    assert "cg_session" not in web.cookies
    sign_in(web, served, "analyst")


def test_the_form_opens_a_session_whose_cookie_scripts_cannot_read(web, served):
    token = link_for(served, "analyst")
    field = form_of(web, f"/sign-in/{token}")
    answer = web.post(f"/sign-in/{token}", data={"form_token": field}, headers=origin(web))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    (cookie,) = [one for one in cookies_set(answer) if one.startswith("cg_session=")]
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= attributes
    assert not any(part.startswith(("domain", "expires", "max-age")) for part in attributes)
    assert answer.headers["cache-control"] == "no-store"
    assert door.sessions().principal(web.cookies["cg_session"]).name == "Analyst"


def test_behind_tls_the_cookie_is_secure_and_bound_to_the_host(web, served, monkeypatch):
    monkeypatch.setenv("COMMON_GROUND_URL", "https://trust.example.gov")
    token = link_for(served, "analyst")
    field = form_of(web, f"/sign-in/{token}")
    headers = {"Origin": "https://trust.example.gov", "Cookie": f"__Host-cg_form={field}"}
    answer = web.post(f"/sign-in/{token}", data={"form_token": field}, headers=headers)
    (cookie,) = [one for one in cookies_set(answer) if one.startswith("__Host-cg_session=")]
    assert "; secure" in cookie.lower()
    assert "max-age=31536000" in answer.headers["strict-transport-security"]


def test_a_link_used_twice_is_spent(web, served):
    token = link_for(served, "analyst")
    field = form_of(web, f"/sign-in/{token}")
    assert web.post(f"/sign-in/{token}", data={"form_token": field}, headers=origin(web)).status_code == 303
    web.cookies.delete("cg_session")
    again = web.post(f"/sign-in/{token}", data={"form_token": field}, headers=origin(web))
    assert again.status_code == 410
    assert "used or has expired" in again.text
    assert "cg_session" not in web.cookies


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "OURS", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_form_from_elsewhere_is_refused_and_the_link_stays_good(web, served, headers):
    token = link_for(served, "analyst")
    field = form_of(web, f"/sign-in/{token}")
    headers = {name: value.replace("OURS", origin(web)["Origin"]) for name, value in headers.items()}
    assert web.post(f"/sign-in/{token}", data={"form_token": field}, headers=headers).status_code == 403
    assert web.post(f"/sign-in/{token}", data={"form_token": field}, headers=origin(web)).status_code == 303


@pytest.mark.parametrize("field", ["", "wrong", "x" * 5000])
def test_a_form_without_its_token_is_refused(web, served, field):
    token = link_for(served, "analyst")
    form_of(web, f"/sign-in/{token}")
    assert web.post(f"/sign-in/{token}", data={"form_token": field}, headers=origin(web)).status_code == 403


def test_a_form_without_its_cookie_is_refused(web, served):
    token = link_for(served, "analyst")
    field = form_of(web, f"/sign-in/{token}")
    web.cookies.clear()
    assert web.post(f"/sign-in/{token}", data={"form_token": field}, headers=origin(web)).status_code == 403


def test_signing_out_ends_the_session_on_the_server_and_a_kept_cookie_is_worth_nothing(web, served):
    sign_in(web, served, "analyst")
    kept = web.cookies["cg_session"]
    assert web.get("/sign-out").status_code == 200
    assert door.sessions().principal(kept).signed_in
    answer = web.post("/sign-out", data={"form_token": web.cookies["cg_form"]}, headers=origin(web))
    assert answer.status_code == 303
    assert not door.sessions().principal(kept).signed_in
    assert "sign_out" in [line.action for line in Audit(served.records).search()]


def test_the_sign_in_page_explains_links_and_asks_for_no_script(web):
    page = web.get("/sign-in")
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("address", ["/sign-in/" + "x" * 200, "/sign-in/a/b", "/sign-out/now"])
def test_addresses_nearby_do_not_exist(web, address):
    assert web.get(address).status_code == 404
