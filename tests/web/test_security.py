"""Forms from elsewhere, forms that are broken or too large, floods, records that cannot be read: each a short refusal, never a traceback."""

import socket

import pytest
from starlette.datastructures import Headers

from dashboard.access import door
from dashboard.store.audit import Audit
from dashboard.web import flood
from dashboard.web.security import same_origin
from tests.web.conftest import forget, link_for, origin, sign_in


@pytest.mark.parametrize(
    ("public", "headers", "ours"),
    [
        ("", {"host": "127.0.0.1:8501", "origin": "http://127.0.0.1:8501"}, True),
        ("", {"host": "localhost", "origin": "http://localhost"}, True),
        ("", {"host": "localhost:80", "origin": "http://localhost"}, True),
        ("", {"host": "127.0.0.1:8501", "origin": "http://127.0.0.1:8502"}, False),
        ("", {"host": "127.0.0.1:8501", "origin": "https://127.0.0.1:8501"}, False),
        ("", {"host": "127.0.0.1:8501", "origin": "http://localhost:8501"}, False),
        ("", {"host": "", "origin": "null"}, False),
        ("", {"origin": "http://"}, False),
        ("", {"host": "127.0.0.1:8501", "origin": "http://127.0.0.1:99999"}, False),
        ("", {"host": "localhost", "sec-fetch-site": "same-origin"}, True),
        ("", {"host": "localhost"}, False),
        ("https://trust.example.gov", {"host": "127.0.0.1:8501", "origin": "https://trust.example.gov"}, True),
        ("https://Trust.example.gov:443/", {"host": "127.0.0.1:8501", "origin": "https://trust.example.gov"}, True),
        ("https://trust.example.gov", {"host": "127.0.0.1:8501", "origin": "http://trust.example.gov"}, False),
        ("https://trust.example.gov", {"host": "127.0.0.1:8501", "origin": "http://127.0.0.1:8501"}, False),
        ("https://trust.example.gov", {"origin": "https://trust.example.gov.evil.example"}, False),
        ("https://trust.example.gov", {"origin": "https://trust.example.gov", "sec-fetch-site": "cross-site"}, False),
    ],
)
def test_a_form_is_ours_when_scheme_host_and_port_are_ours(monkeypatch, public, headers, ours):
    monkeypatch.setenv("COMMON_GROUND_URL", public)
    assert same_origin(Headers(headers)) is ours


def post_form(web, address, **more):
    """The form's token as field and cookie, from our own page."""
    web.get(address)
    headers = {**origin(web), **more.pop("headers", {})}
    return web.post(address, headers=headers, **more)


@pytest.mark.parametrize("field", ["é", "\u202e", "\x00", "🙂"])
def test_a_form_token_in_other_letters_is_refused_in_words(web, served, field):
    answer = post_form(web, f"/sign-in/{link_for(served, 'analyst')}", data={"form_token": field})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"not a form", "multipart/form-data; boundary=x"),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--", "multipart/form-data; boundary=x"),
        (b"{}", "application/json"),
        (b"&".join(b"f%d=1" % n for n in range(50)), "application/x-www-form-urlencoded"),
        (b"", "application/x-www-form-urlencoded"),
    ],
)
@pytest.mark.parametrize("address", ["/sign-out", "/sign-in/LINK"])
def test_a_broken_form_is_refused_and_changes_nothing(web, served, address, body, kind):
    link = link_for(served, "analyst")
    answer = post_form(web, address.replace("LINK", link), content=body, headers={"Content-Type": kind})
    assert answer.status_code in {400, 403}
    assert "Traceback" not in answer.text
    assert door.sessions().open(link)


def test_a_form_that_is_too_large_is_refused_unread(web, served):
    link = link_for(served, "analyst")
    token = web.get(f"/sign-in/{link}") and web.cookies["cg_form"]
    large = {"form_token": token, "more": "x" * 20_000}
    assert web.post(f"/sign-in/{link}", data=large, headers=origin(web)).status_code == 403


def test_a_form_that_does_not_say_its_size_is_refused(web, served):
    link = link_for(served, "analyst")
    token = web.get(f"/sign-in/{link}") and web.cookies["cg_form"]
    headers = {**origin(web), "Content-Type": "application/x-www-form-urlencoded"}
    assert web.post(f"/sign-in/{link}", content=iter([f"form_token={token}".encode()]), headers=headers).status_code == 403
    assert web.post(f"/sign-in/{link}", content=f"form_token={token}".encode(), headers=headers).status_code == 303


def test_failed_sign_ins_of_one_source_are_slowed_and_a_good_link_waits_a_minute_at_most(web, served, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(flood, "SIGN_INS", flood.Flood(most=3, seconds=60.0, clock=lambda: now[0]))
    good = link_for(served, "analyst")
    token = web.get(f"/sign-in/{good}") and web.cookies["cg_form"]
    before = len(Audit(served.records).search(action="sign_in_failed", limit=10_000))
    tries = [web.post(f"/sign-in/wrong{n}", data={"form_token": token}, headers=origin(web)).status_code for n in range(6)]
    assert tries == [410, 410, 410, 429, 429, 429]
    assert len(Audit(served.records).search(action="sign_in_failed", limit=10_000)) == before + 3
    assert web.post(f"/sign-in/{good}", data={"form_token": token}, headers=origin(web)).status_code == 429
    assert web.get("/sign-in").status_code == web.get("/data").status_code == 200
    now[0] = 61.0
    assert web.post(f"/sign-in/{good}", data={"form_token": token}, headers=origin(web)).status_code == 303


def test_a_new_sign_in_in_one_browser_ends_the_session_before(web, served):
    sign_in(web, served, "analyst")
    first = web.cookies["cg_session"]
    sign_in(web, served, "council")
    assert web.cookies["cg_session"] != first
    assert not door.sessions().principal(first).signed_in
    assert door.sessions().principal(web.cookies["cg_session"]).name == "Council"


READING = ["/sign-in", "/sign-in/some-link", "/sign-out", "/data", "/data/stops.csv", "/api/imports/a/quarantine.csv", "/health"]


@pytest.mark.parametrize("address", READING)
def test_records_that_cannot_be_read_are_said_in_words_and_let_nobody_in(web, tmp_path, monkeypatch, address):
    (tmp_path / "records.sqlite").write_bytes(b"this is no database" * 400)
    monkeypatch.setenv("COMMON_GROUND_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COMMON_GROUND_RECORDS", f"sqlite:///{tmp_path / 'records.sqlite'}")
    forget()
    web.cookies.set("cg_session", "x" * 43)
    for method, where in (("GET", address), ("PUT", "/_stcore/upload_file/a/b")):
        answer = web.request(method, where)
        assert answer.status_code in {403, 404, 503} if method == "PUT" else answer.status_code in {200, 503}
        assert "Traceback" not in answer.text
        assert "sqlite" not in answer.text.lower()
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert web.get("/health").status_code == 503


def test_half_a_form_is_not_waited_for(web, served, monkeypatch):
    monkeypatch.setattr("dashboard.web.posted.PATIENCE", 0.2)
    with socket.create_connection((web.base_url.host, web.base_url.port), timeout=5) as slow:
        head = f"POST /sign-out HTTP/1.1\r\nHost: {web.base_url.host}\r\nContent-Length: 100"
        kind = "Content-Type: application/x-www-form-urlencoded"
        slow.sendall(f"{head}\r\n{kind}\r\n\r\nform".encode())
        assert slow.recv(2000).startswith(b"HTTP/1.1 403")
