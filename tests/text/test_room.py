"""The room itself: light to import, without clock or network, its word lists consistent with each other."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.text import wordlists

ROOM = Path(wordlists.__file__).parent
OUTSIDE = {"os", "socket", "time", "datetime", "urllib", "requests", "httpx", "subprocess", "shutil", "tempfile", "io", "pathlib", "random"}


@pytest.mark.parametrize("path", sorted(ROOM.glob("*.py")), ids=lambda path: path.name)
def test_no_clock_no_network_no_chance(path):
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    assert found.isdisjoint(OUTSIDE)


def test_importing_the_room_is_light():
    names = ", ".join(f"dashboard.text.{path.stem}" for path in ROOM.glob("*.py") if path.stem != "__init__")
    code = f"import sys, {names}; print([one for one in ('sklearn', 'scipy', 'pandas', 'py3langid', 'vaderSentiment') if one in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOM.parents[1], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_name_lists_do_not_contradict_each_other():
    kinds = {kind: wordlists.names(kind) for kind in ("given", "soft", "words", "family", "family_words", "family_words_es", "korean")}
    assert all(len(names) > 20 for names in kinds.values())
    assert kinds["given"].isdisjoint(kinds["soft"])
    assert kinds["given"].isdisjoint(kinds["words"])
    assert kinds["family"].isdisjoint(kinds["family_words"])
    assert all(name == wordlists.folded(name) and " " not in name for names in kinds.values() for name in names)
    assert kinds["given"].isdisjoint(wordlists.listed("english_stops") | wordlists.listed("not_names"))
    assert kinds["family"].isdisjoint(wordlists.listed("english_stops") | wordlists.listed("titles"))


def test_every_file_of_the_room_says_that_it_is_free():
    for path in ROOM.iterdir():
        if path.suffix in {".toml", ".txt"} and path.name != "patterns.toml":
            assert "CC0" in path.read_text(encoding="utf-8")[:600], path.name
