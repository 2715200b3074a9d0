"""An early-intervention officer's path in a real browser: the comparison, the list after a reason, a record, a case to its decision and back."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from dashboard.services.early import model
from dashboard.services.house import House
from dashboard.store.audit import Audit
from dashboard.store.officer_cases import OfficerCases
from tests.browsing import chromium
from tests.serving import Running, serving

pytestmark = pytest.mark.browser
ROLE = "professional_standards"
LIST_REASON, RECORD_REASON = "Weekly review of patterns", "Preparing the talk with the sergeant"


@pytest.fixture(scope="module")
def running(riverton: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("early") / "home"
    shutil.copytree(riverton.home.path, home)
    with serving(home) as one:
        yield one


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


def still(tab: Page) -> None:
    """Until the page has answered what was done last."""
    tab.wait_for_timeout(400)
    tab.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for()


def signed_in(browser: Browser, running: Running, role: str) -> Page:
    tab = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    tab.context.set_default_timeout(40_000)
    tab.goto(f"{running.address}/sign-in/{running.link(role)}")
    tab.get_by_role("button", name="Continue").click()
    tab.get_by_text("Riverton Police Department").first.wait_for()
    tab.goto(f"{running.address}/early-intervention")
    return tab


def chosen(tab: Page, box: str, option: str) -> None:
    """Choose in a box."""
    field = tab.get_by_role("combobox", name=box, exact=True)
    field.scroll_into_view_if_needed()
    tab.wait_for_timeout(300)
    field.click()
    tab.get_by_role("option", name=option, exact=True).click()


def written(tab: Page, box: str, text: str) -> None:
    """Fill a box and leave it."""
    field = tab.get_by_label(box, exact=True)
    field.scroll_into_view_if_needed()
    field.fill(text)
    tab.get_by_role("button", name="Write it down").last.click()
    still(tab)


def test_the_path(browser: Browser, running: Running) -> None:
    first = model.model(running.house).review.for_review[0]
    name = f"Officer {first.name[:8].upper()}"
    tab = signed_in(browser, running, ROLE)
    tab.get_by_text("would turn out ordinary").first.wait_for()
    tab.get_by_text("Nothing happens automatically").first.wait_for()
    tab.get_by_text("What falls by itself").wait_for()
    still(tab)
    assert name not in tab.inner_text("[data-testid=stMain]"), "nobody is listed before a reason"

    tab.get_by_role("button", name="Open the list").click()
    tab.get_by_text("Say why you are looking").wait_for()
    tab.get_by_label("Reason", exact=True).fill(LIST_REASON)
    tab.get_by_role("button", name="Open the list").click()
    tab.get_by_text(f"{name} for review").wait_for()
    still(tab)

    chosen(tab, "Officer", name)
    tab.get_by_label("Why do you open this record?").fill(RECORD_REASON)
    tab.get_by_role("button", name="Open the record").click()
    tab.get_by_role("heading", name=name).wait_for()
    still(tab)

    tab.get_by_label("Why is this taken up?").fill("Differs on one shift")
    tab.get_by_role("button", name="Take this pattern up").click()
    tab.get_by_text("next: a conversation with the supervisor").wait_for()
    still(tab)
    written(tab, "What was said, in a few words", "Talked about the evening shift")
    tab.get_by_text("next: a decision").wait_for()
    still(tab)
    chosen(tab, "What was decided?", "No action")
    written(tab, "Why", "First look")
    tab.get_by_text("Decision: No action").wait_for()
    still(tab)
    tab.get_by_role("button", name="Take the last step back").click()
    tab.get_by_text("Taken back by Professional_Standards").wait_for()
    tab.get_by_text("next: a decision").wait_for()
    still(tab)

    house = running.house
    (case,) = OfficerCases(house.records).all()
    assert (case.officer_key, case.next) == (first.name, "decision")
    assert [one.undone is None for one in case.steps] == [True, True, False]
    audit = Audit(house.records)
    me = running.person(ROLE).id
    assert [line.details["reason"] for line in audit.search(action="officers_listed")] == [LIST_REASON], "one line an opening"
    views = audit.search(action="officer_viewed")
    assert [(line.who, line.subject, line.details["reason"]) for line in views] == [(me, first.name, RECORD_REASON)]
    assert audit.verify().whole
    tab.context.close()


def test_others_meet_a_closed_door(browser: Browser, running: Running) -> None:
    for role in ("analyst", "admin", "supervisor"):
        tab = signed_in(browser, running, role)
        tab.get_by_text("This page is not open to you").wait_for()
        assert "peers" not in tab.inner_text("[data-testid=stMain]").lower()
        tab.context.close()


def test_a_due_look_again_is_listed(browser: Browser, running: Running, tmp_path: Path) -> None:
    cases = OfficerCases(running.house.records)
    (case,) = cases.all()
    cases.step(case.id, "decision", "test", choice="training", text="Course", due=dt.date.today() - dt.timedelta(days=1))
    tab = signed_in(browser, running, "command")
    tab.get_by_text("1 case under way").wait_for()
    tab.get_by_text("(due)").wait_for()
    tab.set_viewport_size({"width": 390, "height": 800})
    still(tab)
    wide = tab.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth")
    assert wide <= 392, "nothing scrolls sideways on a phone"
    tab.screenshot(path=str(tmp_path / "phone.png"))
    tab.context.close()
