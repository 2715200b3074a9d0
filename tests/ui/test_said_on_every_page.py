"""What every page owes its visitor: whose data this is, text of people as text, files without formulas, roles tried on over sample data only."""

import ast
import csv
import io
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.access import door
from dashboard.schema.answer import Answer
from dashboard.schema.result import Estimate, NumberTable, Provenance, Status
from dashboard.ui import frame, menu, visit
from dashboard.ui.plain import SIGNS, escaped
from tests.ui.conftest import forget, token_of, words

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]
ROOT = Path(menu.ROOT)


@pytest.fixture
def shell(monkeypatch):
    """A function that opens the whole shell over a home as a role."""

    def one(house, role=""):
        monkeypatch.setenv("COMMON_GROUND_HOME", str(house.home.path))
        forget()
        token = token_of(house, role)
        monkeypatch.setattr(visit, "token", lambda: token)
        return AppTest.from_file(str(ROOT / "dashboard/ui/shell.py"), default_timeout=60).run()

    yield one
    forget()


@pytest.mark.parametrize("role", ["", "council", "analyst"])
@pytest.mark.parametrize(("kind", "sample"), [("full", True), ("one row", False), ("empty", False)])
def test_sample_data_is_said_above_every_page_of_the_sample_and_nowhere_else(homes, shell, kind, sample, role):
    app = shell(homes[kind], role)
    assert not app.exception
    assert ("Sample data" in words(app)) is sample
    assert door.is_sample() is sample


def test_a_signed_in_visitor_of_the_sample_may_look_as_another_role(riverton, shell):
    app = shell(riverton, "admin")
    box = next(box for box in app.selectbox if box.label == "Look as")
    app = box.set_value("council").run()
    assert not app.exception
    assert visit.visitor().looks_as == "council"
    app = next(box for box in app.selectbox if box.label == "Look as").set_value("").run()
    assert visit.visitor().looks_as == ""


@pytest.mark.parametrize("kind", ["one row", "empty"])
def test_over_real_data_nobody_looks_as_another(homes, shell, kind):
    assert not [box for box in shell(homes[kind], "admin").selectbox if box.label == "Look as"]


def test_the_public_is_offered_no_role(riverton, shell):
    assert not [box for box in shell(riverton).selectbox if box.label == "Look as"]


def answered(*cells):
    """A public answer with these cells."""
    table = NumberTable("=title", ("-Group", "Share"), tuple((cell, Estimate(0.5, 0.4, 0.6, 10)) for cell in cells))
    return Answer("m", "=question", "s", Status.OK, (), (table,), (), (), None, Provenance(), public=True)


def test_no_cell_of_a_download_is_a_formula(riverton, monkeypatch):
    monkeypatch.setattr(frame, "origin", lambda found: "origin")
    rows = list(csv.reader(io.StringIO(frame.as_csv(answered(*FORMULAS)))))
    texts = [cell for row in rows for cell in row]
    assert not [cell for cell in texts if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert {f"'{formula}" for formula in FORMULAS} <= set(texts)


def test_numbers_of_a_download_stay_numbers_and_hidden_ones_stay_hidden(monkeypatch):
    monkeypatch.setattr(frame, "origin", lambda found: "origin")
    hidden = Estimate(3.0, 1.0, 5.0, 3, Status.WITHHELD, "few")
    table = NumberTable("t", ("Gap", "Share"), ((-0.25, hidden), (-3, Estimate.unavailable("none"))))
    answer = Answer("m", "q", "s", Status.OK, (), (table,), (), (), None, Provenance(), public=True)
    rows = list(csv.reader(io.StringIO(frame.as_csv(answer))))
    assert rows[-2] == ["-0.25", "not shown", "", "", ""]
    assert rows[-1][:4] == ["-3", "not available", "", ""]


@pytest.mark.parametrize(
    "text", ["<script>x</script>", "![a](http://x)", "[a](javascript:x)", "# big", "**b**", ":red[x]", "$x$", "`c`", "a|b", "~~s~~"]
)
def test_text_of_people_is_escaped_to_the_last_sign(text):
    out = escaped(text)
    assert re.sub(r"\\(.)", r"\1", out) == text
    assert not re.search(rf"(?<!\\)[{re.escape(''.join(SIGNS - {chr(92)}))}]", re.sub(r"\\\\", "", out))


def test_no_room_writes_markup_of_its_own():
    for file in [*(ROOT / "dashboard").rglob("*.py"), *(ROOT / "pages").rglob("*.py"), ROOT / "Home.py"]:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"unsafe_allow_html|st\.html\(|components\.v1|st\.write\(|unsafe_allow_javascript", text), file


# file and expression -> why it may stand in markdown as it is
OWN_WORDS = {
    ("ask.py", "text"): "escaped in the line above",
    ("frame.py", "mark"): "three fixed phrases",
    ("our_people.py", "what"): "three fixed phrases",
    ("frame.py", "title"): "two fixed words",
    ("methods.py", "title"): "two fixed words",
    ("importing.py", "title"): "two fixed words",
    ("frame.py", "row.question"): "from the page list",
    ("imports_list.py", "receipt.first_date"): "a date",
    ("imports_list.py", "receipt.last_date"): "a date",
    ("imports_list.py", "receipt.import_id"): "letters and digits that we drew",
    ("filters.py", "chosen['period']"): "one of the offered years",
    ("head.py", "own"): "titles of roles",
    ("people.py", "people.LINK_DAYS"): "a number",
    ("head.py", "row.address"): "from the page list",
    ("downloads.py", "_facts(one)"): "its parts are escaped there",
    ("downloads.py", "_files(f'/data/releases/{one.id}/{name}')"): "links made of ids and table names that we drew",
    ("library.py", "one.document.id"): "letters and digits that we drew",
    ("library.py", "paper.document.id"): "letters and digits that we drew",
    ("library.py", "other.number"): "a number",
    ("library.py", "mark"): "a fixed phrase",
    ("library.py", "KINDS[paper.document.kind]"): "from a fixed list",
    ("library.py", "title"): "fixed words",
    ("library.py", "head"): "fixed words",
    ("library.py", "one.asked"): "a date",
    ("library.py", "one.answered"): "a date",
    ("library.py", "{'policy': 'Policies', 'report': 'Reports', 'agenda': 'Agendas'}.get(kind, title)"): "fixed words",
    ("library_desk.py", "QUESTION_STATES[one.state]"): "from a fixed list",
    ("library_desk.py", "one.asked"): "a date",
    ("survey_share.py", "HERE_ONLY"): "fixed words",
}
SPEAKING = {"markdown", "caption", "header", "subheader", "title", "info", "success", "warning", "error", "badge"}


def harmless(node: ast.expr, file: str) -> bool:
    """Whether an expression is fixed text, a number, escaped, or known to be our own words."""
    match node:
        case ast.Constant():
            parts = []
        case ast.IfExp():
            parts = [node.body, node.orelse]
        case ast.BinOp():
            parts = [node.left, node.right]
        case ast.JoinedStr():
            parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
        case ast.Call(func=ast.Attribute(attr="join")):
            parts = [one.elt if isinstance(one, ast.GeneratorExp | ast.ListComp) else one for one in node.args]
        case ast.Call() if ast.unparse(node.func) in {"escaped", "len", "say.count", "say.percent"}:
            parts = []
        case _:
            return (file, ast.unparse(node)) in OWN_WORDS
    return all(harmless(part, file) for part in parts)


def test_unescaped_text_would_be_found():
    for bad in ("found.sentence", "f'**{one.name}**'", "'a' + one.name", "', '.join(one.name for one in all)"):
        assert not harmless(ast.parse(bad, mode="eval").body, "frame.py")


@pytest.mark.parametrize("file", sorted((ROOT / "dashboard/ui").glob("*.py")), ids=lambda file: file.stem)
def test_whatever_is_put_into_markdown_is_escaped_or_our_own(file):
    calls = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call) and node.args]
    spoken = [
        node.args[0] for node in calls if isinstance(node.func, ast.Attribute) and node.func.attr in SPEAKING and "st" in ast.unparse(node.func)
    ]
    assert [ast.unparse(one) for one in spoken if not harmless(one, file.name)] == []
