"""Every page, as every role, over a full, a one-row and an empty home: never a traceback, always the question, closed to those it is not for."""

import ast

import pytest

from dashboard.access.principal import Principal
from dashboard.access.roles import ROLES
from dashboard.ui import menu
from tests.ui.conftest import words

CLOSED = "This page is not open to you"
NAMES = [row.name for row in menu.PAGES]


@pytest.mark.parametrize("role", ["", *ROLES])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["full", "one row", "empty"])
def test_a_page_says_its_question_or_that_it_is_closed(homes, open_page, kind, name, role):
    app = open_page(homes[kind], name, role)
    assert not app.exception, app.exception
    row = menu.BY_NAME[name]
    may = Principal("p", "P", (role,) if role else ()).may(row.permission)
    assert app.title[0].value == (row.question if may else CLOSED)
    said = words(app)
    assert "Traceback" not in said
    assert "could not be completed" not in said
    if not may:
        assert len(app.main.children) <= 4
        assert not app.selectbox


@pytest.mark.parametrize("name", ["stops", "open_data", "disparity_workbench"])
def test_an_empty_home_explains_the_next_step(homes, open_page, name):
    said = words(open_page(homes["empty"], name, "analyst"))
    assert "mport" in said, said


def test_an_empty_overview_says_once_what_comes_next_for_whoever_looks(homes, open_page):
    for role, step in (("analyst", "Data sources: "), ("hr", "Staff surveys: "), ("admin", "People: ")):
        app = open_page(homes["empty"], "overview", role)
        links = [one.proto.label for one in app.get("page_link")]
        assert any(link.startswith(step) for link in links), (role, links)
        assert not app.header, "no empty parts below"
    app = open_page(homes["empty"], "overview")
    assert "has not published anything here yet" in words(app)
    assert [one.proto.label for one in app.get("page_link")] == ["Library"]


def test_one_part_of_a_page_says_the_same_lack_once(homes, open_page):
    app = open_page(homes["one row"], "overview")
    parts, lacks = [], set()
    for one in app.main:
        if one.type == "header":
            lacks = set()
        elif one.type == "markdown" and "Not enough data" in one.value:
            assert one.value not in lacks, one.value
            lacks.add(one.value)
            parts.append(one.value)
    assert parts


def test_an_empty_data_page_invites_the_first_file(homes, open_page):
    said = words(open_page(homes["empty"], "data_sources", "analyst"))
    assert "Nothing has been imported yet" in said


def test_a_home_with_one_stop_gives_no_rate_away(homes, open_page):
    app = open_page(homes["one row"], "stops")
    assert "100%" not in words(app)
    for table in app.table:
        assert not table.value.map(lambda cell: str(cell) in {"1", "1 stop"}).to_numpy().any()


@pytest.mark.parametrize("row", menu.PAGES, ids=NAMES)
def test_a_page_is_short_has_no_logic_and_is_guarded_first(row):
    text = row.path.read_text(encoding="utf-8")
    body = ast.parse(text).body
    assert len(text.splitlines()) <= 80
    assert not [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.For | ast.While)]
    first = next(node for node in body if not isinstance(node, ast.Import | ast.ImportFrom) and not _docstring(node))
    assert ast.unparse(first) == f"ui.page('{row.name}')"


def _docstring(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def test_the_list_names_every_page_file_once():
    files = sorted((menu.ROOT / "pages").rglob("*.py"))
    assert sorted(row.path for row in menu.PAGES) == [file for file in files if file.name != "__init__.py"]
    assert len({row.address for row in menu.PAGES}) == len(menu.PAGES)


@pytest.mark.parametrize("role", ["", *ROLES])
def test_the_menu_holds_exactly_the_permitted_pages(role):
    visitor = Principal("p" if role else "", "P", (role,) if role else ())
    assert {row.name for row in menu.pages_for(visitor)} == {row.name for row in menu.PAGES if row.permission in visitor.permissions}
    assert set(menu.pages_for(visitor)) | set(menu.closed_to(visitor)) == set(menu.PAGES)
