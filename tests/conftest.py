"""Fixtures for all rooms: the sample agency in a home of its own, made once per test worker."""

from __future__ import annotations

import functools
import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner

from dashboard.services import sample
from dashboard.services.house import House
from tests import quick
from tests.untouched import Untouched

SMALL = 30_000
SHARED: list[Untouched] = []  # the home that all tests of this worker read, once it is made
# files in which single tests take minutes: begun first, so that at the end no worker waits for the other
LONG = ("tests/test_staff_life.py", "tests/e2e/", "tests/attacks/", "tests/test_three_guards.py", "tests/test_canary.py", "tests/test_server.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first, the others in their order."""
    items.sort(key=lambda item: next((place for place, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG)))


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: Python's collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """At the end all of it goes again."""
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def quickly() -> Iterator[None]:
    """The same work once, not for every test.

    Streamlit reads the description of every installed package for each page that a test opens. Every new home would run all migrations, and
    every commit would wait for the disk: tests/store/test_records.py holds both to what the program does.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", functools.cache(manifest_scanner.scan_component_manifests))
        quick.records(patch)
        yield


@pytest.fixture(scope="session")
def riverton(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[House]:
    """The sample agency at a quarter of its size. Read it, do not write to it: other tests read it too (`riverton.home.path` is its folder)."""
    os.environ.pop("COMMON_GROUND_RECORDS", None)
    home, folder = tmp_path_factory.mktemp("riverton") / "home", tmp_path_factory.getbasetemp()
    if worker_id == "master":
        sample.make(home, SMALL)
    else:
        shutil.copytree(quick.made_once(folder.parent / "riverton", lambda place: sample.make(place, SMALL)), home)
    house = House(home)
    house.records.settle()
    SHARED.append(Untouched(home))
    yield house
    SHARED.pop().close()


@pytest.fixture(scope="module", autouse=True)
def nothing_is_written_into_what_all_read() -> Iterator[None]:
    """After each file of tests: is the shared sample agency as it was? Two tests that wrote into it once broke others, by the order they ran in."""
    yield
    for one in SHARED:
        changes = one.changes()
        assert not changes, f"this file wrote into `riverton`, which other tests read: {'; '.join(changes[:8])}. Use `own_riverton` or a copy."


@pytest.fixture
def own_riverton(riverton: House, tmp_path: Path) -> House:
    """The sample agency in a home that a test may write into."""
    shutil.copytree(riverton.home.path, tmp_path / "home")
    return House(tmp_path / "home")
