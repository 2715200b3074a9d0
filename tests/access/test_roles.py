"""One table of roles: who may do what, in words that a reader can check against the plan."""

import pytest

from dashboard.access.principal import ANYONE, Principal
from dashboard.access.roles import ROLES, TITLES, Permission, permissions_of
from dashboard.errors import AccessDenied
from dashboard.schema.scope import Audience
from dashboard.settings import STAFF_ROLES

WHO_MAY = {
    "see_public": {*ROLES},
    "see_council": {"council", "command", "analyst"},
    "see_workbench": {"supervisor", "command", "professional_standards", "analyst"},
    "see_post_contact": {"supervisor", "command", "analyst"},
    "see_briefing": {"command", "analyst"},
    "see_employee_results": {"command", "hr"},
    "see_early_intervention": {"command", "professional_standards"},
    "see_oversight": {"council", "command", "professional_standards"},
    "review_complaints": {"council"},
    "answer_board": {"command", "professional_standards"},
    "import_data": {"analyst", "admin"},
    "manage_surveys": {"analyst"},
    "manage_library": {"command", "analyst"},
    "see_own_unit": {"supervisor"},
    "manage_outreach": {"supervisor", "command", "analyst"},
    "manage_employee_surveys": {"hr"},
    "manage_people": {"admin"},
    "manage_settings": {"admin"},
    "see_audit": {"admin"},
}


def test_the_table_is_the_plan():
    assert set(WHO_MAY) == {permission.value for permission in Permission}
    for permission, expected in WHO_MAY.items():
        assert {role for role in ROLES if Principal("p", "P", (role,)).may(permission)} == expected, permission


def test_admin_alone_sees_neither_employee_answers_nor_officers():
    admin = Principal("a", "A", ("admin",))
    assert not admin.may(Permission.SEE_EMPLOYEE_RESULTS)
    assert not admin.may(Permission.SEE_EARLY_INTERVENTION)


def test_every_role_has_a_title():
    assert set(TITLES) == set(ROLES)


def test_the_table_cannot_be_changed_at_run_time():
    with pytest.raises(TypeError):
        ROLES["public"] = frozenset(Permission)


def test_roles_add_up():
    assert permissions_of(["hr", "supervisor"]) == ROLES["hr"] | ROLES["supervisor"]


def test_an_unknown_role_is_refused_not_ignored():
    with pytest.raises(AccessDenied, match="no role named 'chief'"):
        permissions_of(["chief"])


def test_looking_as_a_role_takes_the_own_roles_away():
    person = Principal("p", "P", ("admin", "analyst", "command"), looks_as="council")
    assert person.permissions == ROLES["council"]


@pytest.mark.parametrize(
    ("roles", "audience"),
    [
        ((), Audience.PUBLIC),
        (("hr",), Audience.PUBLIC),
        (("admin",), Audience.PUBLIC),
        (("council",), Audience.COUNCIL),
        (("analyst",), Audience.STAFF),
    ],
)
def test_only_a_staff_permission_reads_unreleased_numbers(roles, audience):
    assert Principal("p", "P", roles).audience is audience


def test_the_hint_tells_the_public_to_sign_in_and_a_person_to_ask():
    with pytest.raises(AccessDenied) as public:
        ANYONE.require("import_data")
    with pytest.raises(AccessDenied) as person:
        Principal("p", "P", ("hr",)).require("import_data")
    assert "Sign in" in public.value.hint
    assert "administrator" in person.value.hint


def test_the_setting_about_second_factors_knows_every_role():
    assert tuple(role for role in ROLES if role != "public") == STAFF_ROLES
