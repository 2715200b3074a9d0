"""Every route before everybody: anonymous and each role, with each method. A route that is not in the table fails the test until somebody decides."""

from __future__ import annotations

import pytest
from starlette.routing import Route

from dashboard.access.principal import Principal
from dashboard.access.roles import ROLES
from dashboard.store.audit import Audit
from dashboard.store.people import People
from dashboard.web import routes as all_routes
from tests.web.conftest import import_with_rows_set_aside, origin, sign_in

PEOPLE = ["", *ROLES]
ALL = "see_public"
# path of the route -> an address, the permission it needs, the answer for those who have it, and for the others
TABLE = {
    "/sign-in": ("/sign-in", ALL, 200, 0),
    "/sign-in/provider": ("/sign-in/provider", ALL, 200, 0),  # GET is a link that does not exist, shown like any; see test_provider.py
    "/sign-in/provider/back": ("/sign-in/provider/back", ALL, 404, 0),
    "/welcome/{token}/provider": ("/welcome/no-such-link/provider", "FORM", 404, 404),
    "/sign-in/code": ("/sign-in/code", ALL, 303, 0),
    "/account/second-factor": ("/account/second-factor", ALL, 303, 0),  # back to the account, or to sign in: see test_second_factor.py
    "/account/second-factor/begin": ("/account/second-factor/begin", "FORM", 404, 404),
    "/account/second-factor/codes": ("/account/second-factor/codes", "FORM", 404, 404),
    "/account/second-factor/off": ("/account/second-factor/off", "FORM", 404, 404),
    "/sign-in/forgot": ("/sign-in/forgot", ALL, 404, 0),  # 200 where a mail server is named: see test_forgotten.py
    "/sign-in/{token}": ("/sign-in/no-such-link", ALL, 200, 0),
    "/sign-out": ("/sign-out", ALL, 200, 0),
    "/welcome/{token}": ("/welcome/no-such-link", ALL, 410, 0),
    "/account": ("/account", "SIGNED IN", 200, 303),
    "/account/details": ("/account/details", "FORM", 404, 404),
    "/account/password": ("/account/password", "FORM", 404, 404),
    "/account/session": ("/account/session", "FORM", 404, 404),
    "/health": ("/health", ALL, 200, 0),
    "/fonts/{name}": ("/fonts/LICENSE.txt", ALL, 200, 0),
    "/brand/{name}": ("/brand/icon.svg", ALL, 200, 0),
    "/calendar/outreach.ics": ("/calendar/outreach.ics", ALL, 200, 0),
    "/calendar/meetings.ics": ("/calendar/meetings.ics", ALL, 200, 0),
    "/documents/{document}": ("/documents/no-such-document", ALL, 404, 0),
    "/documents/{document}/{number}": ("/documents/no-such-document/1", ALL, 404, 0),
    "/api/library/{document}/{number}": ("/api/library/no-such-document/1", "manage_library", 404, 403),
    "/ask": ("/ask", ALL, 200, 0),
    "/data": ("/data", ALL, 200, 0),
    "/data/{file}": ("/data/stops.csv", ALL, 200, 0),
    "/data/{name}/rows": ("/data/stops/rows", ALL, 200, 0),
    "/data/datapackage.json": ("/data/datapackage.json", ALL, 200, 0),
    "/data/catalog.jsonld": ("/data/catalog.jsonld", ALL, 200, 0),
    "/data/data.json": ("/data/data.json", ALL, 200, 0),
    "/data/releases": ("/data/releases", ALL, 200, 0),
    "/data/releases/{release}/datapackage.json": ("/data/releases/no-such-release/datapackage.json", ALL, 404, 0),
    "/data/releases/{release}/{file}": ("/data/releases/no-such-release/stops.csv", ALL, 404, 0),
    "/embed/{table}/{chart}": ("/embed/no-such-table/no-such-chart", ALL, 404, 0),  # what is there: see test_embed.py
    "/s/{code}": ("/s/no-such-survey", ALL, 404, 0),
    "/s/{code}/{key}": ("/s/no-such-survey/no-such-key", ALL, 404, 0),
    "/s/{code}/qr.svg": ("/s/no-such-survey/qr.svg", ALL, 404, 0),
    "/s/{code}/qr.png": ("/s/no-such-survey/qr.png", ALL, 404, 0),
    "/s/{code}/sheet.pdf": ("/s/no-such-survey/sheet.pdf", ALL, 404, 0),
    "/s/{code}/cards.pdf": ("/s/no-such-survey/cards.pdf", ALL, 404, 0),
    "/s/preview/{survey}/phone": ("/s/preview/no-such-survey/phone", "manage_surveys manage_employee_surveys", 404, 403),
    "/s/preview/{survey}": ("/s/preview/no-such-survey", "manage_surveys manage_employee_surveys", 404, 403),
    "/api/surveys/{survey}/invitations": ("/api/surveys/no-such-survey/invitations", "manage_surveys", 404, 403),
    "/api/surveys/{survey}/survey.json": ("/api/surveys/no-such-survey/survey.json", "manage_surveys", 404, 403),
    "/api/staff-surveys/links/{name}": ("/api/staff-surveys/links/no-such-file", "manage_employee_surveys", 410, 404),
    "/api/imports/{import_id}/quarantine.csv": ("/api/imports/IMPORT/quarantine.csv", "import_data", 200, 404),
}


def named(address, house):
    """The address with the id of an import in it, which is looked up only where it is needed."""
    return address.replace("IMPORT", import_with_rows_set_aside(house)) if "IMPORT" in address else address


def ours():
    """Our routes, without the 404 that ends each prefix."""
    return [one for one in all_routes.routes() if isinstance(one, Route) and one.endpoint is not all_routes.nothing]


def test_every_route_stands_in_the_table():
    assert {one.path for one in ours()} == set(TABLE)


def test_every_route_lies_under_a_prefix_that_ends_in_our_404():
    for one in ours():
        assert any(one.path == prefix or one.path.startswith(f"{prefix}/") for prefix in all_routes.PREFIXES)


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("path", TABLE)
def test_a_route_answers_those_it_is_for_and_nobody_else(web, served, path, role):
    address, permission, given, refused = TABLE[path]
    if role:
        sign_in(web, served, role)
    address = named(address, served)
    visitor = Principal("p" if role else "", "P", (role,) if role else ())
    may = visitor.signed_in if permission in {"SIGNED IN", "FORM"} else any(visitor.may(one) for one in permission.split())
    assert web.get(address).status_code == (given if may else refused)
    assert web.head(address).status_code == (given if may else refused)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", TABLE)
def test_other_methods_change_nothing(web, served, path, method):
    sign_in(web, served, "analyst")
    address = named(TABLE[path][0], served)
    before = Audit(served.records).head()
    answered = web.request(method, address, headers=origin(web))
    if method == "OPTIONS" and path.startswith("/data"):  # other sites may read what is released: the question before it is answered, with nothing
        assert (answered.status_code, answered.content, answered.headers["access-control-allow-methods"]) == (204, b"", "GET, HEAD")
    else:
        assert answered.status_code in {403, 404, 405}
    assert Audit(served.records).head() == before
    assert web.get("/sign-in").text.count("You are signed in as Analyst") == 1


@pytest.mark.parametrize("path", [path for path, row in TABLE.items() if row[1] == ALL])
def test_reading_leaves_no_trace_in_the_records(web, served, path):
    before = Audit(served.records).head(), [one.id for one in People(served.records).all()]
    for _ in range(2):
        web.get(TABLE[path][0])
    assert (Audit(served.records).head(), [one.id for one in People(served.records).all()]) == before


@pytest.mark.parametrize("role", [role for role in ROLES if "import_data" not in ROLES[role]])
def test_what_is_refused_to_a_person_is_written_down(web, served, role):
    sign_in(web, served, role)
    web.get(f"/api/imports/{import_with_rows_set_aside(served)}/quarantine.csv")
    web.put("/_stcore/upload_file/a/b", content=b"x")
    who = People(served.records).named(role).id
    refused = {"quarantine"} if {"manage_employee_surveys", "manage_library", "manage_outreach"} & ROLES[role] else {"quarantine", "upload"}
    assert refused <= {line.subject for line in Audit(served.records).search(action="denied", who=who)}


def test_what_is_refused_to_the_public_does_not_fill_the_log(web, served):
    before = Audit(served.records).head()
    for _ in range(5):
        web.get(f"/api/imports/{import_with_rows_set_aside(served)}/quarantine.csv")
        web.put("/_stcore/upload_file/a/b", content=b"x")
    assert Audit(served.records).head() == before


def test_who_took_rows_set_aside_away_is_written_down(web, served):
    sign_in(web, served, "analyst")
    name = import_with_rows_set_aside(served)
    assert web.get(f"/api/imports/{name}/quarantine.csv").status_code == 200
    newest = Audit(served.records).search(action="export")[0]
    assert (newest.who, newest.subject) == (People(served.records).named("analyst").id, f"rows set aside by import {name}")
