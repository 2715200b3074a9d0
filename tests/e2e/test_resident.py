"""A resident's path on a phone: a number, what it means, the rule behind it, a question, an event for the calendar, feedback in Spanish."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import httpx
import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, Page, expect

from dashboard.schema import bank
from dashboard.services.house import House
from dashboard.services.library import asking
from dashboard.services.outreach import desk
from dashboard.store.outreach import Outreach
from dashboard.store.survey_counts import WaveCounts
from dashboard.store.surveys import Surveys
from tests.browsing import chromium
from tests.serving import Running, serving

pytestmark = pytest.mark.browser
WIDE, TALL, SLOW = 390, 844, 60_000
AGENT = "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# wide tables scroll in a frame of their own (WCAG 1.4.10 lets data tables); the browser itself gives such a frame to the keyboard
LEFT_OUT = {"scrollable-region-focusable": {"enabled": False}}
# WCAG 2.2, 2.5.8: a target is 24 by 24, or no other target meets a circle of 24 around its middle, or it stands in a line of text
SMALL_TARGETS = """() => {
  const wanted = 'a[href], button, input, select, textarea, summary, [role=button], [role=tab], [role=radio], [role=combobox]';
  const seen = [...document.querySelectorAll(wanted)].filter(one => one.checkVisibility({opacityProperty: true, visibilityProperty: true})
    && !one.closest('[aria-hidden=true]'));
  const boxes = seen.map(one => {
    const own = one.getBoundingClientRect(), label = one.labels && one.labels.length ? one.labels[0].getBoundingClientRect() : own;
    return {one, left: Math.min(own.left, label.left), right: Math.max(own.right, label.right), top: Math.min(own.top, label.top),
      bottom: Math.max(own.bottom, label.bottom)};
  }).filter(box => box.right - box.left > 1 && box.bottom - box.top > 1 && box.right > 0 && box.left < innerWidth);
  const near = (box, x, y) => Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom)) < 12;
  const inLine = one => getComputedStyle(one).display === 'inline' && one.parentElement.innerText.trim() !== one.innerText.trim();
  return boxes.filter(box => box.right - box.left < 24 || box.bottom - box.top < 24)
    .filter(box => !inLine(box.one))
    .filter(box => boxes.some(other => other !== box && !other.one.contains(box.one) && !box.one.contains(other.one)
      && near(other, (box.left + box.right) / 2, (box.top + box.bottom) / 2)))
    .map(box => box.one.outerHTML.slice(0, 120));
}"""
SIDEWAYS = "() => Math.max(document.documentElement.scrollWidth, document.querySelector('[data-testid=stMain]')?.scrollWidth ?? 0) - innerWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def server(riverton: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server over a copy of the sample agency."""
    home = tmp_path_factory.mktemp("resident") / "home"
    shutil.copytree(riverton.home.path, home)
    with serving(home) as running:
        yield running


@pytest.fixture(scope="module")
def feedback(server: Running) -> str:
    """The code of a feedback form that belongs to an event of its own."""
    house, store = server.house, Surveys(server.house.records)
    survey = store.new(bank.template("event", ("Harbor", "Northgate")), "What did you think?", "Ana")
    store.launch(survey.id, "2026", "Ana", opens=dt.date(2026, 1, 5))
    store.add_channel(survey.id, "Poster", "poster")
    event = next(one for one in Outreach(house.records).events() if one.state == "held")
    return desk.ask_feedback(house, event.id, survey.id, "Ana")


def phone(browser: Browser, scheme: str) -> Page:
    """A phone that is held in a hand: fingers, no pointer."""
    context = browser.new_context(
        viewport={"width": WIDE, "height": TALL}, has_touch=True, is_mobile=True, color_scheme=scheme, user_agent=AGENT, accept_downloads=True
    )
    context.set_default_timeout(SLOW)
    return context.new_page()


def still(tab: Page) -> None:
    """Until the page has answered."""
    tab.get_by_role("heading", level=1).first.wait_for()
    if tab.locator("[data-testid=stApp]").count():
        tab.wait_for_timeout(1_000)
        tab.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def pictured(tab: Page, step: str) -> None:
    """A picture of this step for a person to look at, in the folder that CG_PICTURES names."""
    if folder := os.environ.get("CG_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        tab.screenshot(path=f"{folder}/{step}.png")


def judged(tab: Page, axe: str, step: str) -> None:
    """What a phone must not meet: sideways scrolling, targets too small for a finger, what axe-core objects to; with text at twice its size too."""
    pictured(tab, step)
    assert tab.evaluate(SIDEWAYS) <= 0, step
    assert tab.evaluate(SMALL_TARGETS) == [], step
    tab.evaluate(axe)
    found = tab.evaluate("([tags, rules]) => axe.run({runOnly: {type: 'tag', values: tags}, rules})", [RULES, LEFT_OUT])
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]] == [], step
    assert len(found["passes"]) > 5, step
    tab.evaluate("document.documentElement.style.fontSize = '200%'")
    tab.wait_for_timeout(400)
    pictured(tab, f"{step}-large")
    assert tab.evaluate(SIDEWAYS) <= 0, f"{step}, large text"
    button = tab.get_by_test_id("stExpandSidebarButton")
    if button.count():
        box = button.bounding_box()
        assert box is not None, step
        assert 0 <= box["x"] <= WIDE - box["width"], f"{step}: the menu's button is out of reach with large text"
    tab.evaluate("document.documentElement.style.fontSize = ''")


def by_menu(tab: Page, name: str) -> None:
    """To another page, by the menu, with a finger."""
    tab.get_by_test_id("stExpandSidebarButton").tap()
    link = tab.get_by_test_id("stSidebarNavLink").filter(has_text=re.compile(f"^{name}$"))
    expect(link).to_be_in_viewport()
    assert (link.bounding_box() or {"height": 0})["height"] >= 24
    link.tap()
    tab.wait_for_timeout(600)
    still(tab)


@pytest.mark.parametrize("scheme", ["dark", "light"] if os.environ.get("CG_PICTURES") else ["dark"])  # both when somebody looks
def test_a_residents_path_on_a_phone(browser: Browser, server: Running, axe: str, feedback: str, scheme: str) -> None:
    tab = phone(browser, scheme)
    tab.goto(server.address)
    still(tab)
    _a_number_and_what_it_means(tab, axe, scheme)
    _a_rule_and_a_question(tab, axe, scheme, server)
    _an_event(tab, axe, scheme, server)
    _feedback(tab, axe, scheme, server, feedback)
    tab.context.close()


def _a_number_and_what_it_means(tab: Page, axe: str, scheme: str) -> None:
    """Overview, then Use of force: a number with its interval, and how to read it."""
    expect(tab.get_by_text(re.compile(r"Trust index is [\d.]+ of 100 .*95% interval")).first).to_be_visible()
    judged(tab, axe, f"1-overview-{scheme}")
    by_menu(tab, "Use of force")
    expect(tab.get_by_text(re.compile(r"\d+ incidents with force in \d{4}.*95% interval [\d.]+ to [\d.]+")).first).to_be_visible()
    judged(tab, axe, f"2-force-{scheme}")
    tab.get_by_text("How to read this").first.tap()
    expect(tab.get_by_text(re.compile("Known criticism")).first).to_be_visible()
    tab.get_by_text("How to read this").first.scroll_into_view_if_needed()
    tab.wait_for_timeout(600)
    judged(tab, axe, f"3-what-it-means-{scheme}")


def _a_rule_and_a_question(tab: Page, axe: str, scheme: str, server: Running) -> None:
    """Library: find and read the policy on force; then ask."""
    by_menu(tab, "Library")
    tab.get_by_label("Search in titles and text").fill("force")
    tab.get_by_label("Search in titles and text").press("Enter")
    still(tab)
    judged(tab, axe, f"4-library-{scheme}")
    with tab.context.expect_page() as opening:
        tab.get_by_role("link", name="Use of force", exact=True).last.tap()
    policy = opening.value
    still(policy)
    assert policy.url.startswith(f"{server.address}/documents/")
    assert "force" in policy.locator("body").inner_text().lower()
    pictured(policy, f"5-policy-{scheme}")
    size = policy.context.new_cdp_session(policy).send("Page.getLayoutMetrics")  # a document runs no script, the test's neither
    assert size["cssContentSize"]["width"] <= WIDE
    policy.close()
    tab.get_by_role("radio", name="Questions").tap()
    still(tab)
    assert tab.url.endswith("part=Questions")
    judged(tab, axe, f"6-questions-{scheme}")
    tab.goto(f"{server.address}/ask")
    judged(tab, axe, f"7-ask-{scheme}")
    tab.get_by_label("Your question").fill(f"Who reads the reports on force ({scheme})?")
    tab.wait_for_timeout(3_200)  # what is sent faster than a person types is taken for a machine's
    tab.get_by_role("button", name="Send the question").tap()
    expect(tab.get_by_text("Your question was stored")).to_be_visible()
    judged(tab, axe, f"8-asked-{scheme}")
    assert any(f"({scheme})" in one.words for one in asking.queue(server.house))


def _an_event(tab: Page, axe: str, scheme: str, server: Running) -> None:
    """Outreach: a coming event, and the file that puts it into the phone's calendar."""
    tab.goto(server.address)
    still(tab)
    by_menu(tab, "Outreach")
    event = next(one for one in sorted(Outreach(server.house.records).events(), key=lambda one: one.day) if one.state == "planned")
    named = tab.get_by_text(event.title, exact=True).first
    named.scroll_into_view_if_needed()
    expect(named).to_be_visible()
    judged(tab, axe, f"9-outreach-{scheme}")
    link = tab.get_by_role("link", name="Calendar (iCalendar file)").get_attribute("href")
    file = httpx.get(f"{server.address}{link}")
    assert file.headers["content-type"].startswith("text/calendar")
    assert event.title in [str(one["summary"]) for one in Calendar.from_ical(file.content).walk("VEVENT")]


def _feedback(tab: Page, axe: str, scheme: str, server: Running, code: str) -> None:
    """The address on the event's card: the form in the browser's language, then in Spanish; the receipt."""
    tab.goto(f"{server.address}/s/{code}")
    expect(tab.locator("html")).to_have_attribute("lang", "en")
    judged(tab, axe, f"10-form-{scheme}")
    tab.get_by_role("button", name="Español").tap()
    expect(tab.locator("html")).to_have_attribute("lang", "es")
    judged(tab, axe, f"11-spanish-{scheme}")
    tab.locator("label:has(input[type=radio])").first.tap()
    send = tab.locator("button[value=next]:not(.trap)")
    while send.count():
        judged(tab, axe, f"12-before-sending-{scheme}")
        send.tap()
        tab.wait_for_timeout(500)
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Gracias")
    judged(tab, axe, f"13-thanks-{scheme}")
    surveys = Surveys(server.house.records)
    (wave,) = [wave for survey in surveys.all() if code in {one.code for one in surveys.channels(survey.id)} for wave in surveys.waves(survey.id)]
    assert WaveCounts(server.house.records).links(wave.id)[code] >= 1
    assert "es" in WaveCounts(server.house.records).languages(wave.id)
