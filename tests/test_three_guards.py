"""The page list, the first line of a page, the service: each alone keeps a page closed, on a real server with the other two taken away."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.access.roles import permissions_of
from dashboard.ui import menu
from tests.serving import CLOSED, Running, Tab, serving

# page -> words that only its content holds
INSIDE = {
    "disparity_workbench": "Tests that differ clearly",
    "board_review": "for a finding of the board",
    "post_contact": "people wait for a call",
    "surveys": "Begin a survey",
    "staff_surveys": "Begin a staff survey",
    "audit": "Is the log whole?",
    "library_desk": "Keep this document",
    "my_unit": "No unit of yours is known here",
    "settings": "Change a setting",
    "people": "Look at one person",
    "review": "wait for review",
    "data_sources": "Look at one import",
    "morale": "Engagement is",
    "retention": "consider leaving within a year",
    "early_intervention": "would be found",
}
REFUSED = "This part is not open to you"
VISITORS = ["", "council"]
PAIRS = [(page, role) for page in INSIDE for role in VISITORS if menu.BY_NAME[page].permission not in permissions_of([role] if role else [])]


@pytest.fixture(scope="module")
def weak(riverton, tmp_path_factory) -> Iterator[tuple[Running, Path]]:
    """A server whose guards a test may take away, and the file that says which are left."""
    folder = tmp_path_factory.mktemp("weak")
    shutil.copytree(riverton.home.path, folder / "home")
    left = folder / "left.txt"
    left.write_text("list page service")
    with serving(folder / "home", str(Path(__file__).with_name("weakened.py")), GUARDS_LEFT=str(left)) as running:
        yield running, left


def opened(weak, left, page, role):
    """The page as this visitor gets it with only these guards left."""
    running, file = weak
    file.write_text(left)
    with Tab(running.address, running.token(role)) as tab:
        return tab.open(menu.BY_NAME[page].address)


def test_every_restricted_page_is_tried_here():
    assert set(INSIDE) == {row.name for row in menu.PAGES if row.permission != "see_public"}


@pytest.mark.parametrize(("page", "role"), PAIRS)
def test_without_any_guard_the_page_would_be_open(weak, page, role):
    assert INSIDE[page] in opened(weak, "none", page, role).text


@pytest.mark.parametrize(("page", "role"), PAIRS)
@pytest.mark.parametrize("left", ["list", "page"])
def test_the_page_list_alone_and_the_first_line_alone_keep_it_closed(weak, left, page, role):
    found = opened(weak, left, page, role)
    assert CLOSED in found.text
    assert menu.BY_NAME[page].question not in found.text
    assert INSIDE[page] not in found.text


@pytest.mark.parametrize(("page", "role"), PAIRS)
def test_the_service_alone_gives_nothing_even_when_the_answer_is_already_kept(weak, page, role):
    opened(weak, "none", page, role)
    found = opened(weak, "service", page, role)
    assert REFUSED in found.text
    assert INSIDE[page] not in found.text
    assert not found.kinds & {"plotly_chart", "table", "arrow_data_frame", "arrow_table"}
