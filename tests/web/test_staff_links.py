"""The file of staff links over HTTP: for the one who asked for it, never kept by anybody on the way, not there for others."""

from __future__ import annotations

import pytest

from dashboard.access.address import session_cookie
from dashboard.access.principal import Principal
from dashboard.access.roles import ROLES
from dashboard.services.employee import handover
from dashboard.services.house import House
from dashboard.store.people import People
from tests.web.conftest import sign_in


def laid(served, session="of nobody else"):
    person = People(served.records).named("hr")
    return handover.lay_down(House(served.home, visitor=Principal(person.id, person.name, ("hr",))), b"name,link\n", session)


def test_hr_fetches_the_file_and_no_cache_keeps_it(web, served):
    sign_in(web, served, "hr")
    address = f"/api/staff-surveys/links/{laid(served, web.cookies[session_cookie()])}"
    got = web.get(address)
    assert got.status_code == 200
    assert got.content == b"name,link\n"
    assert got.headers["cache-control"] == "no-store"
    assert "attachment" in got.headers["content-disposition"]
    again = web.get(address)
    assert again.status_code == 410
    assert "from the same list and code" in again.text


def test_another_session_of_the_same_person_gets_nothing(web, served):
    sign_in(web, served, "hr")
    assert web.get(f"/api/staff-surveys/links/{laid(served)}").status_code == 410


@pytest.mark.parametrize("role", ["", *[role for role in ROLES if role != "hr"]])
def test_for_everybody_else_it_is_not_there(web, served, role):
    if role:
        sign_in(web, served, role)
    assert web.get(f"/api/staff-surveys/links/{laid(served)}").status_code == 404
