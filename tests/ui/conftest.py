"""Pages run as Streamlit runs them, over a full, a one-row and an empty home, as any role."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.access import door
from dashboard.services import imports
from dashboard.services.house import House
from dashboard.store.people import People
from dashboard.ui import visit

HEADER = "raw_row_number,date,time,location,subject_race,subject_sex,type,search_conducted,contraband_found,outcome"
ONE_ROW = "1,2024-05-01,10:00,Main Street,white,male,vehicular,FALSE,NA,warning"

Open = Callable[..., AppTest]


def page_script(name: str) -> None:
    """One page inside a navigation that knows all pages, so that links between them work; the shell's list of permitted pages is left out."""
    import streamlit as st

    from dashboard.ui import menu

    rows = [st.Page(row.path, title=row.title, url_path=row.address or "overview", default=row.name == name) for row in menu.PAGES]
    st.navigation(rows, position="hidden").run()


@pytest.fixture(scope="session")
def one_row(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A home with a single stop."""
    folder = tmp_path_factory.mktemp("one")
    (folder / "one.csv").write_text(f"{HEADER}\n{ONE_ROW}\n")
    house = House(folder / "home")
    (receipt,) = imports.bring(house, [folder / "one.csv"], "test")
    assert receipt.accepted == 1
    return house


@pytest.fixture(scope="session")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A home into which nothing came."""
    return House(tmp_path_factory.mktemp("nothing") / "home")


@pytest.fixture
def own(nothing: House, tmp_path: Path) -> House:
    """An empty home of one's own."""
    shutil.copytree(nothing.home.path, tmp_path / "home")
    return House(tmp_path / "home")


@pytest.fixture
def homes(riverton: House, one_row: House, nothing: House) -> dict[str, House]:
    """The three homes by name."""
    return {"full": riverton, "one row": one_row, "empty": nothing}


def press(app: AppTest, label: str) -> AppTest:
    """The page after this button."""
    return next(one for one in app.button if one.label == label).click().run()


def token_of(house: House, role: str) -> str | None:
    """A session of a person with this role; None for the public."""
    if not role:
        return None
    people = People(house.records)
    person = people.named(role) or people.add(role.title(), role, [role])
    sessions = door.sessions()
    return sessions.open(sessions.make_link(person.id))


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """A function that opens a page over a home as a role, with words in the address."""

    def one(house: House, name: str, role: str = "", **address: str) -> AppTest:
        monkeypatch.setenv("COMMON_GROUND_HOME", str(house.home.path))
        forget()
        token = token_of(house, role)
        monkeypatch.setattr(visit, "token", lambda: token)
        app = AppTest.from_function(page_script, kwargs={"name": name}, default_timeout=60)
        for word, value in address.items():
            app.query_params[word] = value
        return app.run()

    yield one
    forget()


def forget() -> None:
    """Let the door open anew, and nothing kept answer for another home."""
    for cached in (door.home, door.records, door.sessions):
        cached.cache_clear()
    st.cache_resource.clear()


def words(app: AppTest) -> str:
    """Everything a page says."""
    parts = [*app.title, *app.header, *app.subheader, *app.markdown, *app.caption, *app.info, *app.warning, *app.success, *app.text]
    return "\n".join(str(part.value) for part in parts)
