"""The plain routes behind their guard over a small home, with a client that is not signed in and ways to sign in."""

from __future__ import annotations

import csv
import shutil
import socket
import ssl
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from dashboard.access import door
from dashboard.access.roles import ROLES
from dashboard.schema import bank
from dashboard.services import forms, imports
from dashboard.services.house import House
from dashboard.store.ledger import Ledger
from dashboard.store.people import People
from dashboard.store.surveys import Wave
from dashboard.web import flood, sending
from dashboard.web.middleware import middleware
from dashboard.web.routes import routes

HEADER = "raw_row_number,date,time,location,subject_race,subject_sex,type,search_conducted,contraband_found,outcome"
NASTY = "=HYPERLINK(1)"
TLS = ssl.create_default_context()  # read once: a client of its own would read all certificates for every test, and speaks plain HTTP here


@pytest.fixture(scope="session")
def served(riverton: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A home of its own with the sample agency, one import that set a row aside, and one person a role."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(riverton.home.path, folder / "home")
    house = House(folder / "home")
    rows = [f"{n},2024-05-{n % 27 + 1:02d},10:00,Main Street,white,male,vehicular,FALSE,NA,warning" for n in range(40)]
    (folder / "extra.csv").write_text("\n".join([HEADER, *rows, f"99,not a date,10:00,{NASTY},white,male,vehicular,FALSE,NA,warning"]) + "\n")
    (staged,) = imports.stage(house, [folder / "extra.csv"])
    assert house.facts.commit(staged, "test").quarantined == 1  # without a new release, which takes long and which no test here reads
    Ledger(house.records, house.facts).rebuild()
    people = People(house.records)
    for role in ROLES:
        people.named(role) or people.add(role.title(), role, [role])
    return house


@pytest.fixture(scope="session")
def listening() -> Iterator[str]:
    """The routes behind their guard, on a real server on a free port of this machine."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes(), middleware=middleware()), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def web(listening: str, served: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """A client of the routes over the small home."""
    monkeypatch.setenv("COMMON_GROUND_HOME", str(served.home.path))
    monkeypatch.delenv("COMMON_GROUND_URL", raising=False)
    monkeypatch.setattr(flood, "SIGN_INS", flood.Flood(most=20, seconds=60.0))
    forget()
    with httpx.Client(base_url=listening, follow_redirects=False, verify=TLS) as client:
        yield client
    forget()


def origin(web: httpx.Client) -> dict[str, str]:
    """What a browser says of a form on our own page."""
    return {"Origin": str(web.base_url).rstrip("/")}


def forget() -> None:
    """Let the door open anew."""
    for one in (door.home, door.records, door.sessions):
        one.cache_clear()


def link_for(house: House, role: str) -> str:
    """A one-time token for the person with this role."""
    return door.sessions().make_link(People(house.records).named(role).id)


def sign_in(web: httpx.Client, house: House, role: str) -> None:
    """Sign this client in as a browser would."""
    token = link_for(house, role)
    web.get(f"/sign-in/{token}")
    answer = web.post(f"/sign-in/{token}", data={"form_token": web.cookies["cg_form"]}, headers=origin(web))
    assert answer.status_code == 303, answer.text


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a CSV answer."""
    return list(csv.DictReader(text.splitlines()))


def import_with_rows_set_aside(house: House) -> str:
    """The id of the import that set a row aside."""
    return next(entry.receipt.import_id for entry in imports.listing(house) if entry.receipt.quarantined)


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody has sent anything yet, and no link is remembered."""
    monkeypatch.setattr(flood, "FORMS", flood.Flood(most=60, seconds=60.0))
    monkeypatch.setattr(flood, "PAGES", flood.Flood(most=600, seconds=60.0))
    monkeypatch.setattr(flood, "DATA", flood.Flood(most=240, seconds=60.0))
    monkeypatch.setattr(sending, "BURSTS", sending.Bursts())
    forms._found.cache_clear()
    yield
    forms._found.cache_clear()


@pytest.fixture
def short(web: httpx.Client, served: House) -> tuple[str, Wave]:
    """A survey of one page."""
    from tests.web import surveying

    return surveying.open_survey(served, bank.template("post_contact_short"))


@pytest.fixture
def long(web: httpx.Client, served: House) -> tuple[str, Wave]:
    """A survey of several pages."""
    from tests.web import surveying

    return surveying.open_survey(served, bank.template("community", ("Harbor", "Northgate")))


from tests.services.conftest import empty, imported, made, stage, stops, with_stops  # noqa: E402, F401  homes that a release can be made in
