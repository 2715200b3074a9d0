"""What stands before every route: hidden addresses, uploads for importers only, protective headers, our own 404."""

import pytest

from dashboard.services import arrivals
from dashboard.store.audit import Audit
from dashboard.web.routes import PREFIXES
from tests.web.conftest import NASTY, import_with_rows_set_aside, rows_of, sign_in

UPLOAD = "/_stcore/upload_file/session/file"
MAY_IMPORT = {"analyst", "admin"}
MAY_SEND = MAY_IMPORT | {"hr", "command", "supervisor"}  # lists of staff; documents of the library; lists of outreach events
OTHERS = {"council", "hr", "supervisor", "command", "professional_standards"}


@pytest.mark.parametrize("address", ["/sign-in", "/data", "/data/stops.csv", "/health", "/nothing", "/sign-out", "/_stcore/metrics"])
def test_every_answer_is_protected(web, address):
    headers = web.get(address).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "'unsafe-eval'" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert "strict-transport-security" not in headers


@pytest.mark.parametrize("address", ["/_stcore/metrics", "/_stcore/metrics/", "/_stcore/script-health-check"])
def test_the_engine_room_is_hidden(web, address):
    assert web.get(address).status_code == 404


@pytest.mark.parametrize("prefix", PREFIXES)
def test_nothing_under_our_addresses_falls_through_to_the_pages(web, prefix):
    for method in ("GET", "POST", "PUT", "DELETE"):
        answer = web.request(method, f"{prefix}/no/such/thing")
        assert answer.status_code == 404
        assert "streamlit" not in answer.text.lower()


@pytest.mark.parametrize("address", [UPLOAD, UPLOAD + "/"])
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_the_public_may_not_send_files(web, address, method):
    assert web.request(method, address, content=b"x").status_code == 403


@pytest.mark.parametrize("role", sorted(MAY_IMPORT | OTHERS))
def test_only_those_whose_pages_take_files_reach_the_upload(web, served, role):
    sign_in(web, served, role)
    answer = web.put(UPLOAD, content=b"x")
    assert answer.status_code == (404 if role in MAY_SEND else 403)  # 404: these routes alone hold no upload


def test_a_made_up_session_may_not_send_files(web):
    web.cookies.set("cg_session", "x" * 43)
    assert web.put(UPLOAD, content=b"x").status_code == 403


@pytest.mark.parametrize("role", ["", *sorted(OTHERS)])
def test_rows_set_aside_do_not_exist_for_those_who_may_not_import(web, served, role):
    if role:
        sign_in(web, served, role)
    answer = web.get(f"/api/imports/{import_with_rows_set_aside(served)}/quarantine.csv")
    assert answer.status_code == 404
    assert "Main" not in answer.text
    denied = [line for line in Audit(served.records).search(action="denied") if line.subject == "quarantine"]
    assert bool(denied) or not role


def test_rows_set_aside_reach_an_analyst_harmless_and_unkept(web, served):
    sign_in(web, served, "analyst")
    answer = web.get(f"/api/imports/{import_with_rows_set_aside(served)}/quarantine.csv")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    (row,) = rows_of(answer.text)
    assert "date" in row["sentence"]
    assert f"'{NASTY}" in row.values()


@pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e%2frecords", "a" * 200])
def test_an_unknown_import_is_not_found(web, served, name):
    sign_in(web, served, "analyst")
    assert web.get(f"/api/imports/{name}/quarantine.csv").status_code == 404


def test_health_says_nothing_about_the_data(web, served, monkeypatch):
    assert web.get("/health").json() == {"status": "ok"}


def test_a_dropped_file_cannot_leave_its_folder(served):
    dropped = arrivals.keep(served, [("../../evil.csv", b"x"), ("..", b"y"), ("a/b\\c.csv", b"z"), ("evil.csv", b"w")])
    try:
        assert all(path.parent == dropped.folder for path in dropped.paths)
        assert len(set(dropped.paths)) == 4
    finally:
        arrivals.forget(dropped)
