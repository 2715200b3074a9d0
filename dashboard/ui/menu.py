"""Which pages are there, what does each answer, and who may see it? The one page list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from dashboard.access.principal import Principal
from dashboard.access.roles import Permission

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class PageRow:
    """One page: `name` is also its address, `file` is under pages/, `icon` a Material symbol, `section` its place in the menu."""

    name: str
    title: str
    question: str
    file: str
    icon: str
    section: str
    permission: Permission

    @property
    def path(self) -> Path:
        """The page's file."""
        return ROOT / "pages" / self.file

    @property
    def address(self) -> str:
        """The last part of the page's address; empty for the first page."""
        return "" if self.name == FIRST else self.name.replace("_", "-")


FIRST = "overview"
PUBLIC, STAFF, WORKFORCE, STANDARDS, MANAGE = (
    "",
    "Staff",
    "Workforce",
    "Professional standards",
    "Manage",
)  # an empty section stands in the open, the others fold

PAGES: tuple[PageRow, ...] = (
    PageRow(
        "overview",
        "Overview",
        "How is trust, and what changed?",
        "public/overview.py",
        "",
        PUBLIC,
        Permission.SEE_PUBLIC,
    ),
    PageRow(
        "trust",
        "Community trust",
        "Do residents trust us, where and who less, and is the change real?",
        "public/trust.py",
        "",
        PUBLIC,
        Permission.SEE_PUBLIC,
    ),
    PageRow(
        "stops", "Stops", "Are people treated alike at each decision: stop, search, arrest?", "public/stops.py", "", PUBLIC, Permission.SEE_PUBLIC
    ),
    PageRow(
        "use_of_force",
        "Use of force",
        "How often is force used, how severe is it, on whom, and was de-escalation tried?",
        "public/use_of_force.py",
        "",
        PUBLIC,
        Permission.SEE_PUBLIC,
    ),
    PageRow(
        "complaints",
        "Complaints",
        "How many complaints, how fast, how decided, what discipline, cameras on, footage released in time?",
        "public/complaints.py",
        "",
        PUBLIC,
        Permission.SEE_PUBLIC,
    ),
    PageRow(
        "voices",
        "Voices",
        "What are people talking about, and how do they feel about it?",
        "public/voices.py",
        "",
        PUBLIC,
        Permission.SEE_PUBLIC,
    ),
    PageRow(
        "outreach",
        "Outreach",
        "Where did we show up, whom did we reach, and did we do what we promised?",
        "public/outreach.py",
        "",
        PUBLIC,
        Permission.SEE_PUBLIC,
    ),
    PageRow(
        "our_people",
        "Our people",
        "How are our own people doing, and what is done about it?",
        "public/our_people.py",
        "",
        PUBLIC,
        Permission.SEE_PUBLIC,
    ),
    PageRow(
        "library",
        "Library",
        "What are the rules, what was reported, when can I speak, and what was answered?",
        "public/library.py",
        "",
        PUBLIC,
        Permission.SEE_PUBLIC,
    ),
    PageRow("open_data", "Open data", "May I have the tables behind these pages?", "public/open_data.py", "", PUBLIC, Permission.SEE_PUBLIC),
    PageRow("methods", "Methods", "How is each number made, and what can it not tell?", "public/methods.py", "", PUBLIC, Permission.SEE_PUBLIC),
    PageRow(
        "disparity_workbench",
        "Disparity workbench",
        "Do all the tests of equal treatment agree, and how far can each be trusted?",
        "staff/disparity_workbench.py",
        "",
        STAFF,
        Permission.SEE_WORKBENCH,
    ),
    PageRow(
        "post_contact",
        "Post-contact",
        "How do people rate the contact they had, and who asked for a call back?",
        "staff/post_contact.py",
        "",
        STAFF,
        Permission.SEE_POST_CONTACT,
    ),
    PageRow(
        "board_review",
        "Board review",
        "Which complaints does the board audit, does it agree with the agency, and what became of its recommendations?",
        "standards/board_review.py",
        "",
        STAFF,
        Permission.SEE_OVERSIGHT,
    ),
    # Briefing stands here; the section Professional standards follows Workforce.
    PageRow(
        "morale",
        "Morale and engagement",
        "How are we doing, where, is it changing, and what goes with it?",
        "workforce/morale.py",
        "",
        WORKFORCE,
        Permission.SEE_EMPLOYEE_RESULTS,
    ),
    PageRow(
        "retention",
        "Retention and wellness",
        "Who as a group may leave, how worn are people, and what would help?",
        "workforce/retention.py",
        "",
        WORKFORCE,
        Permission.SEE_EMPLOYEE_RESULTS,
    ),
    PageRow(
        "my_unit",
        "My unit",
        "How is my own unit doing, as far as it can be shown?",
        "workforce/my_unit.py",
        "",
        WORKFORCE,
        Permission.SEE_OWN_UNIT,
    ),
    PageRow(
        "staff_surveys",
        "Staff surveys",
        "What do we ask our people, what are they promised, and how does it go?",
        "workforce/staff_surveys.py",
        "",
        WORKFORCE,
        Permission.MANAGE_EMPLOYEE_SURVEYS,
    ),
    PageRow(
        "early_intervention",
        "Early intervention",
        "Whose pattern differs from true peers, what was done, did it help?",
        "standards/early_intervention.py",
        "",
        STANDARDS,
        Permission.SEE_EARLY_INTERVENTION,
    ),
    PageRow("surveys", "Surveys", "What do we ask, of whom, and how does it go?", "manage/surveys.py", "", MANAGE, Permission.MANAGE_SURVEYS),
    PageRow("review", "Comment review", "Which comments may be quoted?", "manage/review.py", "", MANAGE, Permission.MANAGE_SURVEYS),
    PageRow(
        "library_desk",
        "Library desk",
        "Which documents and meetings are public, and which questions wait?",
        "manage/library.py",
        "",
        MANAGE,
        Permission.MANAGE_LIBRARY,
    ),
    PageRow("data_sources", "Data sources", "What came in, when, and what was wrong with it?", "manage/data.py", "", MANAGE, Permission.IMPORT_DATA),
    PageRow("people", "People", "Who may see and do what?", "manage/people.py", "", MANAGE, Permission.MANAGE_PEOPLE),
    PageRow("audit", "Audit", "Who did what, and when?", "manage/audit.py", "", MANAGE, Permission.SEE_AUDIT),
    PageRow(
        "settings", "Settings", "Which thresholds and names are in force, and why?", "manage/settings.py", "", MANAGE, Permission.MANAGE_SETTINGS
    ),
)
BY_NAME = {row.name: row for row in PAGES}


def pages_for(visitor: Principal) -> tuple[PageRow, ...]:
    """The pages this visitor may see, in their order."""
    return tuple(row for row in PAGES if visitor.may(row.permission))


def closed_to(visitor: Principal) -> tuple[PageRow, ...]:
    """The pages this visitor may not see: their addresses answer that they are closed, never with the page."""
    return tuple(row for row in PAGES if not visitor.may(row.permission))


def page_for(name: str) -> st.Page:
    """The page as the menu and links know it."""
    row = BY_NAME[name]
    return st.Page(row.path, title=row.title, icon=row.icon or None, url_path=row.address, default=row.name == FIRST)
