"""A pulse in a real browser: HR begins and launches it, sixty people answer over HTTP, HR closes it and reads; each role is sent what it may see."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from dashboard.access.principal import Principal
from dashboard.access.roles import ROLES
from dashboard.services.employee import desk, inviting, staff_list
from dashboard.services.house import House
from dashboard.store.saved import Saved
from dashboard.ui import menu
from tests.browsing import chromium
from tests.e2e.test_survey_life import step, still
from tests.serving import Running, Tab, serving
from tests.test_staff_life import answer

pytestmark = pytest.mark.browser
TITLE, WAVE = "Kittiwake pulse", "Goldcrest"
UNITS = (("Patrol", "patrol", 26), ("Investigations", "investigations", 18), ("Traffic and special operations", "special", 16))
LOOKED_AT = os.environ.get("COMMON_GROUND_PICTURES", "")  # a folder for pictures, to be looked at


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


def picture(tab: Page, name: str) -> None:
    """Keep what the page looks like, where somebody wants to look."""
    if LOOKED_AT:
        tab.screenshot(path=Path(LOOKED_AT) / f"{name}.png", full_page=True)


def signed_in(browser: Browser, running: Running, role: str, page: str) -> Page:
    """A tab of this role at a page."""
    tab = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    tab.context.set_default_timeout(60_000)
    tab.goto(f"{running.address}/sign-in/{running.link(role)}")
    tab.get_by_role("button", name="Continue").click()
    tab.wait_for_url(f"{running.address}/")
    tab.goto(f"{running.address}/{page}")
    return tab


def launched(tab: Page) -> None:
    """HR begins a pulse from the template and opens its wave."""
    tab.get_by_text("No staff survey was begun yet").wait_for()
    tab.get_by_label("Title", exact=True).fill(TITLE)
    tab.get_by_role("button", name="Begin", exact=True).click()
    tab.get_by_text("What everybody is promised").wait_for()
    still(tab)
    picture(tab, "launch")
    tab.get_by_label("Name of this wave").fill(WAVE)
    tab.get_by_role("button", name="Launch this survey").click()
    tab.get_by_text("Fewer than ten answers so far").first.wait_for()


def answered(running: Running) -> list[dict[str, Any]]:
    """HR invites sixty people, and they answer by their links."""
    hr = House(running.house.home, visitor=Principal(running.person("hr").id, "Hana", ("hr",)))
    (listed,) = desk.listing(hr)
    wave = desk.desk(hr, listed.survey.id).open_wave
    assert wave is not None
    rows = [f"Person {unit} {n},{code}{n}@kitti.example,{unit},yes" for unit, code, size in UNITS for n in range(size)]
    given = staff_list.read(hr, "staff.csv", "\n".join(["Name,E-mail,Unit,Sworn", *rows]).encode())
    made = inviting.invite(hr, wave.id, staff_list.people(given), running.address, "Hana")
    units = [code for _, code, size in UNITS for _ in range(size)]
    rng, answers = np.random.default_rng(5), []
    with httpx.Client(base_url=running.address, timeout=60) as client:
        for (_, link), unit in zip(made.links, units, strict=True):
            own: dict[str, Any] = {name: int(rng.integers(1, 6)) for name in ("M11", "FEVS-Q71", "M3", "M2")}
            own |= {"ENPS1": int(rng.integers(0, 11)), "U1": unit, "U5": "sworn"}
            answer(client, link, own)
            answers.append(own)
    return answers


def test_hr_launches_sixty_answer_hr_closes_and_each_role_is_sent_what_it_may_see(browser, tmp_path, monkeypatch):
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    with serving(tmp_path / "home") as running:
        Saved(running.house.records).set("survey.forms_per_minute", 600, "Ada")
        tab = signed_in(browser, running, "hr", "staff-surveys")
        launched(tab)
        answers = answered(running)
        tab.goto(f"{running.address}/staff-surveys")
        tab.get_by_text("At least 60 answers so far").wait_for()
        step(tab, "Close and results")
        tab.get_by_role("button", name="Close this survey").click()
        tab.get_by_role("button", name="Close it", exact=True).click()
        tab.get_by_text("Results for everybody together are shown.").wait_for()
        still(tab)
        picture(tab, "closed")
        mean = f"{float(np.mean([25 * (one['M11'] - 1) for one in answers])):.1f}"
        for role in ("hr", "command"):
            own = signed_in(browser, running, role, "morale")
            own.get_by_text("Pulse by pulse").wait_for()
            still(own)
            own.get_by_text(WAVE).first.wait_for()
            picture(own, f"morale-{role}")
            with Tab(running.address, running.token(role)) as sent:
                text = sent.open("morale").text
            assert WAVE in text
            assert mean in text
        for role in ["", *(one for one in ROLES if one not in {"hr", "command"})]:
            token = running.token(role)
            for row in menu.PAGES:
                with Tab(running.address, token) as sent:
                    text = sent.open(row.address).text
                assert TITLE not in text or (role, row.name) == ("admin", "audit"), (role, row.name)
                assert WAVE not in text or (role, row.name) == ("admin", "audit"), (role, row.name)
        running.house.records.close()
