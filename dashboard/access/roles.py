"""Which role may do what: one table, read by the pages, the routes and the services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from dashboard.errors import AccessDenied


class Permission(StrEnum):
    """One thing a person may see or do."""

    SEE_PUBLIC = "see_public"
    SEE_COUNCIL = "see_council"
    SEE_WORKBENCH = "see_workbench"
    SEE_POST_CONTACT = "see_post_contact"
    SEE_BRIEFING = "see_briefing"
    SEE_EMPLOYEE_RESULTS = "see_employee_results"
    SEE_EARLY_INTERVENTION = "see_early_intervention"
    SEE_OVERSIGHT = "see_oversight"
    REVIEW_COMPLAINTS = "review_complaints"
    ANSWER_BOARD = "answer_board"
    IMPORT_DATA = "import_data"
    MANAGE_SURVEYS = "manage_surveys"
    MANAGE_OUTREACH = "manage_outreach"
    SEE_OWN_UNIT = "see_own_unit"
    MANAGE_LIBRARY = "manage_library"
    MANAGE_EMPLOYEE_SURVEYS = "manage_employee_surveys"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_SETTINGS = "manage_settings"
    SEE_AUDIT = "see_audit"


_P = Permission

# Employee results are for hr and command, employee surveys are run by hr alone; officers' records for professional standards and command; admin, by
# that role alone, sees neither.
ROLES: Mapping[str, frozenset[Permission]] = MappingProxyType(
    {
        "public": frozenset({_P.SEE_PUBLIC}),
        "council": frozenset({_P.SEE_PUBLIC, _P.SEE_COUNCIL, _P.SEE_OVERSIGHT, _P.REVIEW_COMPLAINTS}),
        "supervisor": frozenset({_P.SEE_PUBLIC, _P.SEE_WORKBENCH, _P.SEE_POST_CONTACT, _P.MANAGE_OUTREACH, _P.SEE_OWN_UNIT}),
        "command": frozenset(
            {
                _P.SEE_PUBLIC,
                _P.SEE_COUNCIL,
                _P.SEE_WORKBENCH,
                _P.SEE_POST_CONTACT,
                _P.SEE_BRIEFING,
                _P.SEE_EMPLOYEE_RESULTS,
                _P.SEE_EARLY_INTERVENTION,
                _P.SEE_OVERSIGHT,
                _P.ANSWER_BOARD,
                _P.MANAGE_OUTREACH,
                _P.MANAGE_LIBRARY,
            }
        ),
        "hr": frozenset({_P.SEE_PUBLIC, _P.SEE_EMPLOYEE_RESULTS, _P.MANAGE_EMPLOYEE_SURVEYS}),
        "professional_standards": frozenset({_P.SEE_PUBLIC, _P.SEE_WORKBENCH, _P.SEE_EARLY_INTERVENTION, _P.SEE_OVERSIGHT, _P.ANSWER_BOARD}),
        "analyst": frozenset(
            {
                _P.SEE_PUBLIC,
                _P.SEE_COUNCIL,
                _P.SEE_WORKBENCH,
                _P.SEE_POST_CONTACT,
                _P.SEE_BRIEFING,
                _P.IMPORT_DATA,
                _P.MANAGE_SURVEYS,
                _P.MANAGE_OUTREACH,
                _P.MANAGE_LIBRARY,
            }
        ),
        "admin": frozenset({_P.SEE_PUBLIC, _P.IMPORT_DATA, _P.MANAGE_PEOPLE, _P.MANAGE_SETTINGS, _P.SEE_AUDIT}),
    }
)

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "public": "Resident (public)",
        "council": "Advisory council",
        "supervisor": "Supervisor",
        "command": "Command staff",
        "hr": "HR and wellness",
        "professional_standards": "Professional standards",
        "analyst": "Analyst",
        "admin": "Administrator",
    }
)


# What a permission lets a person do, for the page People and docs/roles.md.
MEANS: Mapping[str, str] = MappingProxyType(
    {
        "see_public": "Read the public pages",
        "see_council": "Read what is released to the advisory council",
        "see_workbench": "Use the Disparity workbench",
        "see_post_contact": "Read post-contact results and call people back who asked for it",
        "see_briefing": "Make the briefing",
        "see_employee_results": "Read released results of the employee survey",
        "see_early_intervention": "Review officers; every view is written down",
        "see_oversight": "Read the review board's samples, findings and recommendations",
        "review_complaints": "Draw complaints for audit, judge them, recommend",
        "answer_board": "Answer the review board's recommendations",
        "import_data": "Import data and undo imports",
        "manage_surveys": "Write, open and close surveys of residents, and review their comments",
        "manage_library": "Keep the library: documents, meetings, answers to questions",
        "see_own_unit": "Read released results of the employee survey of the own unit, where it is shown",
        "manage_outreach": "Write outreach events and promises down",
        "manage_employee_surveys": "Launch, invite to and close employee surveys; opens no survey or comment of residents",
        "manage_people": "Invite people, give roles, end sessions",
        "manage_settings": "Change settings",
        "see_audit": "Read and check the audit log",
    }
)


def meaning(permission: Permission) -> str:
    """A permission as people read it."""
    return MEANS.get(permission, permission.value.replace("_", " ").capitalize())


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """What may somebody with these roles do? Everyone may see the public pages; an unknown role is refused, never ignored."""
    granted = set(ROLES["public"])
    for role in roles:
        if role not in ROLES:
            raise AccessDenied(f"There is no role named '{role}'.", hint=f"The roles are: {', '.join(ROLES)}.")
        granted |= ROLES[role]
    return frozenset(granted)
