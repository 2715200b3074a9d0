"""A real server, cold, and a real browser: nobody sees a page that is not theirs, and the server ends cleanly."""

from __future__ import annotations

import re
import shutil
import signal
import time
from collections.abc import Iterator

import httpx
import pytest

from dashboard.store.audit import Audit
from dashboard.store.people import People
from tests.browsing import chromium
from tests.serving import CLOSED, Running, serving

STAFF_PAGES = ("disparity-workbench", "data-sources")

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(riverton, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`python -m dashboard serve` over the sample agency, as a person starts it; nobody has opened a page yet."""
    home = tmp_path_factory.mktemp("server") / "home"
    shutil.copytree(riverton.home.path, home)
    with serving(home) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """A real Chromium."""
    with chromium() as one:
        yield one


@pytest.fixture
def tab(browser):
    """A new browser, signed in nowhere."""
    context = browser.new_context()
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def sign_in(tab, server, role):
    """Sign this browser in through a one-time link."""
    tab.goto(f"{server.address}/sign-in/{server.link(role)}")
    tab.get_by_role("button", name="Continue").click()
    tab.get_by_text("Riverton Police Department").first.wait_for()


def title(tab):
    """The page's heading, once it is there."""
    heading = tab.get_by_role("heading", level=1).first
    heading.wait_for()
    return heading.inner_text()


@pytest.mark.parametrize("page", STAFF_PAGES)
def test_a_deep_link_to_a_staff_page_on_a_cold_server_shows_nothing_of_it(server, tab, page):
    tab.goto(f"{server.address}/{page}")
    assert title(tab) == CLOSED
    assert tab.locator("input[type=file]").count() == 0
    assert tab.get_by_text("Side by side").count() == 0
    assert tab.get_by_role("link", name="Disparity workbench").count() == 0


def test_one_link_signs_in_and_opens_the_staff_pages(server, tab):
    sign_in(tab, server, "analyst")
    tab.goto(f"{server.address}/disparity-workbench")
    assert title(tab).startswith("Do all the tests")
    tab.get_by_text("Tests that differ clearly from White").wait_for()
    cookie = next(one for one in tab.context.cookies() if one["name"] == "cg_session")
    assert cookie["httpOnly"] is True
    assert "cg_session" not in tab.evaluate("document.cookie")


def test_an_open_tab_loses_the_page_when_the_role_is_taken_away(server, tab):
    people = People(server.house.records)
    person = people.add("Stale", f"stale-{time.time_ns()}", ["analyst"])
    sign_in(tab, server, person.sign_in_name)
    tab.goto(f"{server.address}/disparity-workbench")
    tab.get_by_text("Tests that differ clearly from White").wait_for()
    people.set_roles(person.id, ["hr"], by="test")
    tab.get_by_role("combobox", name="Test").click()
    tab.get_by_role("option", name="Counts").click()
    tab.get_by_role("heading", name=CLOSED).wait_for()
    assert tab.get_by_text("Stops by group").count() == 0
    denied = Audit(server.house.records).search(action="denied", who=person.id)
    assert [line.subject for line in denied][:1] == ["page disparity_workbench"]


def test_signing_out_closes_the_staff_pages(server, tab):
    sign_in(tab, server, "analyst")
    tab.goto(f"{server.address}/sign-out")
    tab.get_by_role("button").first.click()
    tab.goto(f"{server.address}/data-sources")
    assert title(tab) == CLOSED


def test_the_council_reads_the_public_pages_and_nothing_more(server, tab):
    sign_in(tab, server, "council")
    tab.goto(f"{server.address}/stops")
    tab.get_by_text("Who is searched").first.wait_for()
    tab.goto(f"{server.address}/data-sources")
    assert title(tab) == CLOSED


def test_looking_as_a_resident_hides_the_staff_pages(server, tab):
    sign_in(tab, server, "admin")
    tab.goto(f"{server.address}/data-sources")
    assert title(tab).startswith("What came in")
    tab.get_by_role("button", name="Admin").click()
    tab.get_by_role("combobox", name="Look as").click()
    tab.get_by_role("option", name="Resident (public)").click()
    tab.get_by_role("heading", name=CLOSED).wait_for()


def test_a_filter_goes_into_the_address_and_a_shared_address_opens_the_same_view(server, tab):
    tab.goto(f"{server.address}/stops")
    tab.get_by_role("combobox", name="District").click()
    tab.get_by_role("option", name="Harbor").click()
    tab.get_by_text("all years, Harbor").first.wait_for()
    assert "district=Harbor" in tab.url
    other = tab.context.new_page()
    other.goto(tab.url)
    other.get_by_text("all years, Harbor").first.wait_for()


def test_the_public_pages_say_sample_data_and_offer_the_way_in(server, tab):
    tab.goto(f"{server.address}/")
    title(tab)
    assert tab.get_by_text("Sample data").first.is_visible()
    assert tab.get_by_role("link", name="Sign in").is_visible()


def test_nothing_is_fetched_from_elsewhere_and_no_protection_is_run_into(server, tab):
    asked, said = [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    sign_in(tab, server, "analyst")
    for page, words in (("stops", "Who is searched"), ("disparity-workbench", "Tests that differ clearly"), ("data-sources", "Drop exports here")):
        tab.goto(f"{server.address}/{page}")
        tab.get_by_text(words).first.wait_for()
    assert [url for url in asked if not re.match(rf"({server.address}|ws://127\.0\.0\.1|data:|blob:)", url)] == []
    assert [text for text in said if "Content Security Policy" in text or "Refused to" in text] == []


def test_the_server_ends_within_ten_seconds_and_leaves_nobody_behind(tmp_path):
    with serving(tmp_path / "home") as running:
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(10)
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{running.address}/health")
