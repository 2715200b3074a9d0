"""Fixtures for all rooms: the sample agency in a home of its own, made once per test worker."""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner

from dashboard.services import sample
from dashboard.services.house import House

SMALL = 30_000
# files in which single tests take minutes: begun first, so that at the end no worker waits for the other
LONG = ("tests/test_staff_life.py", "tests/e2e/", "tests/attacks/", "tests/test_three_guards.py", "tests/test_canary.py", "tests/test_server.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first, the others in their order."""
    items.sort(key=lambda item: next((place for place, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG)))


@pytest.fixture(scope="session", autouse=True)
def components() -> Iterator[None]:
    """Which packages bring parts for pages? Streamlit reads the description of every installed one for each page that a test opens: here once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", functools.cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session")
def riverton(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The sample agency at a quarter of its size. Read it, do not write to it: other tests read it too (`riverton.home.path` is its folder)."""
    os.environ.pop("COMMON_GROUND_RECORDS", None)
    home = tmp_path_factory.mktemp("riverton") / "home"
    sample.make(home, SMALL)
    return House(home)


@pytest.fixture
def own_riverton(riverton: House, tmp_path: Path) -> House:
    """The sample agency in a home that a test may write into."""
    shutil.copytree(riverton.home.path, tmp_path / "home")
    return House(tmp_path / "home")
