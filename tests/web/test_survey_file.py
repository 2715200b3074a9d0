"""A draft leaves as a file for its author alone, and comes back as the same survey."""

from __future__ import annotations

import pytest

from dashboard.access.roles import ROLES
from dashboard.schema import exchange
from dashboard.services.house import House
from dashboard.services.surveys import authoring
from tests.web.conftest import sign_in


@pytest.mark.parametrize("role", ["", *ROLES])
def test_a_draft_leaves_for_its_authors_only(web, served, role):
    survey = authoring.begin(House(served.home), "event", "Planned", "Ada")
    if role:
        sign_in(web, served, role)
    answer = web.get(f"/api/surveys/{survey.id}/survey.json")
    if role and "manage_surveys" in ROLES[role]:
        assert exchange.read(answer.text) == survey.draft
        assert answer.headers["content-disposition"] == f'attachment; filename="survey-{survey.id}.json"'
        assert answer.headers["cache-control"] == "no-store"
    else:
        assert answer.status_code == 403
        assert "Planned" not in answer.text
