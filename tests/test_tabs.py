"""Every role before every page on a real server, through the connection that a browser's tab holds; and tabs that outlive a right."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import text
from websockets.exceptions import ConnectionClosed, InvalidStatus

from dashboard.access.principal import Principal
from dashboard.access.roles import ROLES
from dashboard.services import imports
from dashboard.store.audit import Audit
from dashboard.store.people import People
from dashboard.ui import menu
from tests.serving import CLOSED, Running, Tab, serving

QUIET = {"None", "heading", "markdown", "page_link", "space"}  # what a closed page and the bar above it may hold
PEOPLE = ["", *ROLES]
STAFF = "disparity-workbench"


@pytest.fixture(scope="module")
def server(riverton, tmp_path_factory) -> Iterator[Running]:
    """A server over the sample agency with one person a role; nobody has opened a page yet."""
    home = tmp_path_factory.mktemp("tabs") / "home"
    shutil.copytree(riverton.home.path, home)
    with serving(home) as running:
        yield running


@pytest.fixture
def analyst(server):
    """A new analyst, whose rights a test may take away; the person and the session."""
    person = People(server.house.records).add("Temporary", f"temporary-{time.time_ns()}", ["analyst"])
    return person, server.token(person.sign_in_name)


def closed(page):
    return CLOSED in page.text and page.kinds <= QUIET | {"button", "selectbox"}


def test_cold_deep_links_of_the_public_show_nothing_of_the_page(server):
    for row in menu.closed_to(Principal()):
        with Tab(server.address) as tab:
            page = tab.open(row.address)
        assert CLOSED in page.text
        assert row.question not in page.text
        assert page.kinds <= QUIET, page.kinds


@pytest.mark.parametrize("role", PEOPLE)
def test_every_role_opens_its_pages_and_no_other(server, role):
    visitor = Principal("p", "P", (role,) if role else ())
    token = server.token(role)
    for row in menu.PAGES:
        with Tab(server.address, token) as tab:
            page = tab.open(row.address)
        assert (row.question in page.text) is visitor.may(row.permission), row.name
        assert (CLOSED in page.text) is not visitor.may(row.permission), row.name


@pytest.mark.parametrize("role", [role for role in ROLES if not Principal("p", "P", (role,)).may("see_workbench")])
def test_a_denied_page_is_in_the_audit_log(server, role):
    with Tab(server.address, server.token(role)) as tab:
        tab.open(STAFF)
    who = server.person(role).id
    assert "page disparity_workbench" in [line.subject for line in Audit(server.house.records).search(action="denied", who=who)]


def take_role(server, person, token):
    People(server.house.records).set_roles(person.id, ["hr"], by="test")


def disable(server, person, token):
    People(server.house.records).set_disabled(person.id, True, by="test")


def sign_out(server, person, token):
    server.sessions().close(token)


def look_as_resident(server, person, token):
    server.sessions().look_as(token, "public")


def stay_idle(server, person, token):
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=server.house.settings.number("session.idle_minutes") + 1)
    with server.house.records.write() as session:
        session.execute(text("update sessions set last_seen = :t where person_id = :p"), {"t": long_ago.isoformat(sep=" ")[:26], "p": person.id})


@pytest.mark.parametrize("end", [take_role, disable, sign_out, look_as_resident, stay_idle])
def test_an_open_tab_loses_the_page_on_its_next_run(server, analyst, end):
    person, token = analyst
    with Tab(server.address, token) as tab:
        assert "Tests that differ clearly" in tab.open(STAFF).text
        end(server, person, token)
        assert closed(tab.open(STAFF))
        assert closed(tab.open("data-sources"))


@pytest.mark.parametrize("page", ["people", "audit", "settings"])
def test_an_open_tab_of_a_former_administrator_shows_and_changes_nothing(server, page):
    people = People(server.house.records)
    server.person("admin")
    person = people.add("Former", f"former-{time.time_ns()}", ["admin"])
    with Tab(server.address, server.token(person.sign_in_name)) as tab:
        assert menu.BY_NAME[page].question in tab.open(page).text
        buttons = {one.id: True for label, one in tab.open(page).widgets.items() if label in {"Invite", "Keep", "Check every line"}}
        people.set_roles(person.id, ["hr"], by="test")
        before = Audit(server.house.records).head().number
        assert closed(tab.open(page, **buttons))
        assert {line.action for line in Audit(server.house.records).search(limit=20) if line.number > before} <= {"denied"}


def test_a_supervisor_of_one_district_is_sent_no_other(server):
    districts = sorted(map(str, server.house.facts.values("stops", "district")))
    people = People(server.house.records)
    person = people.add("Limited", f"limited-{time.time_ns()}", ["supervisor"])
    people.set_places(person.id, districts[:1], (), by="test")
    with Tab(server.address, server.token("analyst")) as tab:
        assert all(one in tab.open(STAFF, "test=districts").text for one in districts)
    with Tab(server.address, server.token(person.sign_in_name)) as tab:
        for query in ("test=counts", "test=districts", f"test=counts&district={districts[1]}"):
            text = tab.open(STAFF, query).text
            assert menu.BY_NAME["disparity_workbench"].question in text
            assert not [one for one in districts[1:] if one in text], query


def press_undo(tab, name):
    """Choose the import with this id and ask to undo it; returns a function that confirms in the dialog, as an open dialog does: alone."""
    page = tab.open("data-sources")
    choice = page.widgets["Look at one import"]
    assert len(set(choice.options)) == len(choice.options), "two imports look alike"
    option = next(one for one in choice.options if name in one)
    page = tab.open("data-sources", **{choice.id: option})
    page = tab.open("data-sources", **{choice.id: option, page.widgets["Undo this import"].id: True})
    (fragment,) = page.fragments
    return lambda: tab.open("data-sources", fragment=fragment, **{choice.id: option, page.widgets["Undo it"].id: True})


def contacts(server):
    """The one import of contacts."""
    (receipt,) = [entry.receipt for entry in imports.listing(server.house) if entry.receipt.table == "contacts"]
    return receipt


def test_a_dialog_that_was_open_when_the_right_was_taken_does_nothing(server, analyst):
    person, token = analyst
    with Tab(server.address, token) as tab:
        confirm = press_undo(tab, contacts(server).import_id)
        take_role(server, person, token)
        assert "not open to you" in confirm().text
        assert contacts(server).state == "committed"
        denied = Audit(server.house.records).search(action="denied", who=person.id)
        assert denied[0].subject == "undo"
        People(server.house.records).set_roles(person.id, ["analyst"], by="test")
        confirm()
        assert contacts(server).state == "undone"


@pytest.mark.parametrize("thief", ["", "council", "analyst"])
@pytest.mark.parametrize("at", ["while it is open", "after a break"])
def test_the_id_of_anothers_tab_opens_nothing(server, analyst, thief, at):
    _, token = analyst
    with Tab(server.address, token) as owner:
        assert "Tests that differ clearly" in owner.open(STAFF).text
        if at == "after a break":
            owner.connection.close()
        mark = hashlib.sha256(b"tab " + token.encode()).hexdigest()
        with Tab(server.address, server.token(thief), known_as=owner.id, **{"X-Common-Ground-Tab": mark}) as tab:
            page = tab.open(STAFF)
            assert tab.id != owner.id
            assert closed(page) is (thief != "analyst")
        if at == "while it is open":
            assert "Tests that differ clearly" in owner.open(STAFF).text


def test_after_a_break_ones_own_tab_comes_back(server, analyst):
    _, token = analyst
    with Tab(server.address, token) as before:
        before.open(STAFF)
    with Tab(server.address, token, known_as=before.id) as after:
        after.open(STAFF)
        assert after.id == before.id


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example", "Origin": "http://evil.example"}])
def test_no_page_elsewhere_opens_a_tab(server, headers):
    address = server.address
    with pytest.raises((InvalidStatus, ConnectionClosed)), Tab(address, server.token("analyst"), **headers) as tab:
        tab.open(STAFF)


def test_a_name_pointed_at_this_machine_is_not_answered(server):
    answer = httpx.get(f"{server.address}/", headers={"Host": "evil.example"})
    assert answer.status_code == 421
    assert "COMMON_GROUND_URL" in answer.text


@pytest.mark.parametrize("address", ["/", "/disparity-workbench", "/_stcore/health", "/_stcore/host-config", "/no/such/page", "/static/none.js"])
def test_the_pages_own_answers_are_protected_too(server, address):
    headers = httpx.get(f"{server.address}{address}").headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "object-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_nobody_elsewhere_may_steer_the_pages(server):
    assert httpx.get(f"{server.address}/_stcore/host-config").json()["allowedOrigins"] == []


@pytest.mark.parametrize("hidden", ["metrics", "agent/openapi.json", "agent/interact", "agent/mcp", "script-health-check"])
def test_the_engine_room_is_hidden(server, hidden):
    for address in (f"/_stcore/{hidden}", f"/_stcore/{hidden}/", f"//_stcore/{hidden}", f"/%5fstcore/{hidden}"):
        for method in ("GET", "POST"):
            assert httpx.request(method, f"{server.address}{address}").status_code in {404, 405}


@pytest.mark.parametrize("role", PEOPLE)
def test_only_those_whose_pages_take_files_send_some(server, role):
    visitor = Principal("p", "P", (role,) if role else ())
    may = any(visitor.may(one) for one in ("import_data", "manage_employee_surveys", "manage_library", "manage_outreach"))
    with Tab(server.address, server.token(role)) as tab:
        tab.open("")
        cookies = {"cg_session": server.token(role)} if role else {}
        answer = httpx.put(f"{server.address}/_stcore/upload_file/{tab.id}/1", files={"file": ("a.csv", b"x,y")}, cookies=cookies)
    assert answer.status_code == 403
    assert ("Only people who may import" in answer.text) is not may  # who may is stopped by the form's own token instead


def half_a_form(running, token):
    """A request whose body has only begun, and what is still to come of it."""
    port = int(running.address.rpartition(":")[2])
    body = f"form_token={token}".encode()
    head = (
        f"POST /sign-out HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {running.address}\r\nCookie: cg_form={token}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(head.encode() + body[:5])
    return connection, body[5:]


def test_the_server_answers_what_was_asked_and_ends_in_time(riverton, tmp_path):
    """A tab is open and computing, a connection is kept, one form is on its way and arrives, another never does."""
    home = tmp_path / "home"
    shutil.copytree(riverton.home.path, home)
    with serving(home) as running, Tab(running.address) as tab, httpx.Client(base_url=running.address) as kept:
        tab.open("stops")
        assert kept.get("/health").status_code == 200
        arriving, rest = half_a_form(running, "arriving")
        never, _ = half_a_form(running, "never")
        with Tab(running.address, running.token("analyst")) as busy, arriving, never:
            busy.ask(STAFF, "test=threshold")
            time.sleep(0.5)
            running.process.terminate()
            started = time.monotonic()
            time.sleep(0.5)
            arriving.sendall(rest)
            assert arriving.recv(4000).startswith(b"HTTP/1.1 303")
            running.process.wait(10)
            assert time.monotonic() - started < 10
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{running.address}/health")


def test_the_server_refuses_to_start_unsafe(tmp_path):
    with pytest.raises(AssertionError, match="ended before"), serving(tmp_path / "home", STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION="false"):
        pass
