"""The file of staff links over HTTP: for the one who asked for it, never kept by anybody on the way, not there for others."""

from __future__ import annotations

import pytest

from dashboard.access.principal import Principal
from dashboard.access.roles import ROLES
from dashboard.services.employee import handover
from dashboard.services.house import House
from dashboard.store.people import People
from tests.web.conftest import sign_in


def laid(served):
    person = People(served.records).named("hr")
    return handover.lay_down(House(served.home, visitor=Principal(person.id, person.name, ("hr",))), b"name,link\n")


def test_hr_fetches_the_file_and_no_cache_keeps_it(web, served):
    sign_in(web, served, "hr")
    got = web.get(f"/api/staff-surveys/links/{laid(served)}")
    assert got.status_code == 200
    assert got.content == b"name,link\n"
    assert got.headers["cache-control"] == "no-store"
    assert "attachment" in got.headers["content-disposition"]


@pytest.mark.parametrize("role", ["", *[role for role in ROLES if role != "hr"]])
def test_for_everybody_else_it_is_not_there(web, served, role):
    if role:
        sign_in(web, served, role)
    assert web.get(f"/api/staff-surveys/links/{laid(served)}").status_code == 404
