"""The walls of the house: who may import whom, and how large a room may grow."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = [*sorted(p for folder in ("dashboard", "data_sources", "pages") for p in (ROOT / folder).rglob("*.py")), ROOT / "Home.py"]
GROUND = {"errors", "settings", "registry"}
# room -> rooms of ours that it may import (beside the ground)
ALLOWED = {
    "schema": set(),
    "stats": {"schema"},
    "text": {"schema"},
    "privacy": {"schema"},
    "data_sources": {"schema"},
    "store": {"schema"},
    "access": {"schema", "store"},
    "services": {"schema", "stats", "text", "privacy", "store", "access", "data_sources"},
    "charts": {"schema"},
    "reports": {"schema", "services", "charts"},
    "web": {"schema", "services", "access", "charts", "privacy"},
    "ui": {"schema", "services", "charts", "access", "reports"},
    "cli": {"schema", "services", "access", "web", "charts", "reports"},
    "pages": {"schema", "services", "charts", "access", "ui"},
    "home": {"ui", "web"},
}
# foreign package -> rooms that alone may import it
FOREIGN = {
    "streamlit": {"ui", "pages", "home"},
    "streamlit_authenticator": {"ui", "access"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "deltalake": {"store"},
    "ibis": {"store", "data_sources"},
    "duckdb": {"store", "data_sources"},
    "plotly": {"charts"},
    "starlette": {"web", "home"},
    "jinja2": {"web", "reports"},
    "statsmodels": {"stats"},
    "scipy": {"stats", "text", "privacy"},
    "python_calamine": {"data_sources"},
    "pydantic": {"schema"},
    "vaderSentiment": {"text"},
    "py3langid": {"text"},
    "sklearn": {"text", "stats"},
    "segno": {"web"},
    "icalendar": {"services"},
    "pypdf": {"data_sources"},
    "zxcvbn": {"access"},
    "authlib": {"web"},
    "joserfc": {"web"},
    "httpx2": {"web"},
    "pyotp": {"access"},
    "cryptography": {"store", "access"},
    "typst": {"reports", "web"},
    "wordcloud": {"charts"},
}
PURE = {"stats", "privacy"}  # no file, no clock, no network
IMPURE = {"pathlib", "os", "socket", "time", "requests", "httpx", "urllib", "subprocess", "shutil", "tempfile", "io"}


def room_of(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    if parts[0] in {"pages", "data_sources"}:
        return parts[0]
    if parts[0] == "Home.py":
        return "home"
    if len(parts) == 2:
        return "cli" if parts[1] in {"__main__.py", "cli.py"} else "ground"
    return parts[1]


def imports_of(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.append(node.module)
            names += [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "dashboard" else []
    return names


def our_room(name: str) -> str | None:
    parts = name.split(".")
    if parts[0] in {"data_sources", "pages"}:
        return parts[0]
    if parts[0] == "dashboard" and len(parts) > 1 and parts[1] not in GROUND and not parts[1].startswith("__"):
        return parts[1]
    return None


@pytest.mark.parametrize("path", OURS, ids=lambda p: str(p.relative_to(ROOT)))
def test_floors_and_foreign_packages(path):
    room = room_of(path)
    wrong = []
    for name in imports_of(path):
        other = our_room(name)
        if room == "ground" and (other or name.split(".")[0] in FOREIGN):
            wrong.append(f"the ground imports {name}")
        if room != "ground" and other and other != room and other not in ALLOWED[room]:
            wrong.append(f"{room} may not import {other} ({name})")
        allowed = FOREIGN.get(name.split(".")[0])
        if allowed is not None and room not in allowed:
            wrong.append(f"{room} may not import {name}; only {', '.join(sorted(allowed))}")
        if room in PURE and name.split(".")[0] in IMPURE:
            wrong.append(f"{room} is pure and may not import {name}")
    assert not wrong


@pytest.mark.parametrize("path", OURS, ids=lambda p: str(p.relative_to(ROOT)))
def test_size_and_plainness(path):
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    assert lines <= 400, f"{lines} lines; split it"
    if room_of(path) == "pages":
        assert lines <= 80
        assert not [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.ClassDef | ast.Lambda)]
    assert not re.search(r"unsafe_allow_html|\bst\.html\b|NotImplementedError|TODO|FIXME", text)
    if "session_state" in text:
        assert path.relative_to(ROOT).as_posix() == "dashboard/ui/state.py"
    if re.search(r"\bst\.cache_(data|resource)\b", text):
        assert path.relative_to(ROOT).as_posix() == "dashboard/ui/cache.py"


@pytest.mark.parametrize("path", OURS, ids=lambda p: str(p.relative_to(ROOT)))
def test_functions_are_short(path):
    long = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.end_lineno and node.body:
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            size = node.end_lineno - body[0].lineno + 1
            if size > 48:
                long.append(f"{node.name}: {size} lines")
    assert not long


def test_every_page_begins_with_its_guard():
    for path in (ROOT / "pages").rglob("*.py"):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        first = next(
            n for n in body if not isinstance(n, ast.Import | ast.ImportFrom) and not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))
        )
        assert ast.unparse(first).startswith("ui.page("), path.name


def test_start_is_standard_library_only_and_short():
    path = ROOT / "start.py"
    assert path.read_text(encoding="utf-8").count("\n") <= 150
    assert all(name.split(".")[0] in sys.stdlib_module_names for name in imports_of(path))


def test_no_drawer_of_junk():
    assert not [p for p in OURS if p.stem in {"utils", "helpers", "manager", "processor", "misc", "common"}]


def test_every_package_says_what_it_is():
    for path in OURS:
        if path.name == "__init__.py":
            assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path
