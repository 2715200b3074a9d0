"""A civilian reviewer's path in a real browser: read what is released, draw a sample by lot, judge a case, see agreement, recommend, be answered."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from dashboard.services.house import House
from dashboard.store.audit import Audit
from dashboard.store.oversight import Oversight
from tests.browsing import chromium
from tests.serving import CLOSED, Running, serving

pytestmark = pytest.mark.browser
SEED = "4711"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def server(riverton: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server over a copy of the sample agency."""
    home = tmp_path_factory.mktemp("board") / "home"
    shutil.copytree(riverton.home.path, home)
    with serving(home) as running:
        yield running


def opened(browser: Browser, server: Running, address: str, role: str = "", width: int = 1280) -> Page:
    """A page as this visitor opens it."""
    context = browser.new_context(viewport={"width": width, "height": 1000})
    if role:
        context.add_cookies([{"name": "cg_session", "value": server.token(role), "url": server.address}])
    tab = context.new_page()
    tab.set_default_timeout(60_000)
    tab.goto(f"{server.address}/{address}")
    tab.locator("h1").first.wait_for()  # before the first run begins nothing runs either
    still(tab)
    return tab


def still(tab: Page) -> None:
    """Until the page has answered what was done last."""
    tab.wait_for_timeout(400)
    tab.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for()


def said(tab: Page) -> str:
    """Everything on the page."""
    return tab.locator("[data-testid='stMain']").inner_text()


def test_a_reviewers_path(browser: Browser, server: Running) -> None:
    store = Oversight(server.house.records)
    before = len(store.samples())

    tab = opened(browser, server, "complaints", "council")
    text = said(tab)
    assert re.search(r"\d+ complaints were received", text)
    assert "Time to a decision" in text
    assert "Appeals by how they ended" in text, "a released table"

    tab.goto(f"{server.address}/board-review")
    still(tab)
    tab.get_by_role("spinbutton", name="How many cases").fill("15")
    tab.get_by_role("spinbutton", name="How many cases").press("Tab")
    tab.get_by_role("textbox", name="Seed (empty: a new one)").fill(SEED)
    tab.get_by_role("button", name="Draw the sample").click()
    tab.get_by_text(re.compile(rf"15 of \d+ cases were drawn with the seed {SEED}")).wait_for()
    assert len(store.samples()) == before + 1
    drawn = store.samples()[0]
    assert (drawn.seed, drawn.size, drawn.who) == (int(SEED), 15, server.person("council").name)

    waiting = int(re.search(r"(\d+) cases wait for a finding", said(tab)).group(1))  # type: ignore[union-attr]
    number = re.search(r"Case (C\d+)", said(tab)).group(1)  # type: ignore[union-attr]
    tab.get_by_text("Not sustained", exact=True).first.click()
    tab.get_by_label("Why (kept in the board's records)").fill("The footage does not show it.")
    tab.get_by_role("button", name="Keep this finding").click()
    tab.get_by_text(f"The board's finding on case {number} is kept.").wait_for()
    still(tab)
    assert f"{waiting - 1} cases wait" in said(tab)
    (kept,) = [one for one in store.reviews() if one.case == number and one.note == "The footage does not show it."]
    assert kept.agency
    assert "Board and agency came to the same finding in" in said(tab)

    tab.get_by_label("A new recommendation").fill("Answer within a month")
    tab.get_by_label("What the board recommends, and why").fill("Write to every complainant within thirty days.")
    tab.get_by_role("button", name="Recommend", exact=True).click()
    tab.get_by_text("The recommendation is kept.").wait_for()
    tab.context.close()

    agency = opened(browser, server, "board-review", "professional_standards")
    assert agency.get_by_role("button", name="Draw the sample").count() == 0
    assert agency.get_by_role("button", name="Keep this finding").count() == 0
    proposal = agency.get_by_test_id("stExpander").filter(has_text="Answer within a month: made")
    proposal.locator("summary").click()
    proposal.get_by_label("Why, or what was done").fill("From next month on.")
    proposal.get_by_role("button", name="Keep this step").click()
    agency.get_by_text("'Answer within a month' is now: accepted.").wait_for()
    agency.context.close()
    assert [step.state for step in next(one for one in store.recommendations() if one.title == "Answer within a month").steps] == ["made", "accepted"]

    actions = {line.action for line in Audit(server.house.records).search(limit=50)}
    assert {"board sample", "board finding", "board recommendation", "board recommendation step"} <= actions


def test_residents_are_sent_away_and_a_phone_needs_no_sideways_scroll(browser: Browser, server: Running) -> None:
    closed = opened(browser, server, "board-review")
    assert CLOSED in said(closed)
    closed.context.close()
    for address, role in (("complaints", ""), ("board-review", "council")):
        phone = opened(browser, server, address, role, width=390)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        phone.context.close()


def test_the_home_of_this_test_is_a_copy(server: Running, riverton: House) -> None:
    assert Path(server.house.home.path) != Path(riverton.home.path)
