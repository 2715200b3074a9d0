"""A survey from its first word to its result, in a real browser: written, translated, opened, answered by link and by code, killed, closed, read."""

from __future__ import annotations

import io
import random
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page

from dashboard.services.house import House
from dashboard.store.answers import Answers
from dashboard.store.saved import Saved
from dashboard.store.survey_counts import WaveCounts
from dashboard.store.surveys import Surveys, Wave
from tests.browsing import chromium
from tests.serving import Running, serving

pytestmark = pytest.mark.browser
AGENCY = "Lakeside Police Department"
TITLE = "How are we doing in Lakeside?"
QUESTION = ("Do you know an officer by name?", "¿Conoce a algún agente por su nombre?")
ENOUGH = 40  # acknowledged forms before the server is killed
PAGES = 6
PEOPLE = 6  # who send at the same time


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


def decoded(picture: bytes) -> str:
    """What a QR code says, as an independent reader (ZXing) sees it."""
    import zxingcpp

    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    return found.text


def still(tab: Page) -> None:
    """Until the page has answered what was done last."""
    tab.wait_for_timeout(300)
    tab.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for()


def step(tab: Page, name: str) -> None:
    """One step of the Surveys page."""
    still(tab)
    tab.get_by_role("radio", name=name, exact=True).click()
    still(tab)


def chosen(tab: Page, box: str, option: str) -> None:
    """Choose in a box."""
    still(tab)
    field = tab.get_by_role("combobox", name=box, exact=True)
    field.scroll_into_view_if_needed()  # a box that has to be scrolled to closes again
    tab.wait_for_timeout(300)
    field.click()
    tab.get_by_role("option", name=option, exact=True).click()
    still(tab)


class Author:
    """The author at the Surveys page."""

    def __init__(self, browser: Browser, running: Running) -> None:
        self.address = running.address
        self.tab = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        self.tab.context.set_default_timeout(30_000)
        self.tab.goto(f"{running.address}/sign-in/{running.link('analyst')}")
        self.tab.get_by_role("button", name="Continue").click()
        self.tab.get_by_text(AGENCY).first.wait_for()
        self.tab.goto(f"{running.address}/surveys")

    def writes(self) -> None:
        """A survey from a template with a question of one's own, which is then translated."""
        tab = self.tab
        tab.get_by_text("There is no survey yet").wait_for()
        chosen(tab, "Start from", "Community survey")
        tab.get_by_label("Title", exact=True).fill(TITLE)
        tab.get_by_role("button", name="Begin", exact=True).click()
        tab.get_by_text("is a draft").wait_for()
        tab.get_by_role("button", name="Add a question").first.click()
        chosen(tab, "Or your own", "One choice")
        tab.get_by_label("Your question (English)").fill(QUESTION[0])
        tab.get_by_role("button", name="Add", exact=True).click()
        tab.get_by_text("One thing to do before it can be opened").wait_for()
        tab.get_by_text("A translation is missing (es: Q1: the question)").wait_for()
        step(tab, "Translate")
        tab.get_by_text("One text is not in Spanish yet").wait_for()
        tab.get_by_label(f"Q1: question: {QUESTION[0]}").fill(QUESTION[1])
        tab.get_by_role("button", name="Keep these translations").click()
        tab.get_by_text("Everything is in Spanish").wait_for()

    def previews(self) -> str:
        """The first page on the drawn phone, in Spanish."""
        step(self.tab, "Preview")
        self.tab.get_by_text("Nothing that is sent here is stored").wait_for()
        self.tab.get_by_role("radio", name="Spanish").click()
        form = self.tab.frame_locator("iframe").frame_locator("iframe")
        form.get_by_text(QUESTION[1]).wait_for()
        return form.locator("main").inner_text()

    def opens(self) -> None:
        """The first wave."""
        step(self.tab, "Open and close")
        self.tab.get_by_role("button", name="Open this survey").click()
        self.tab.get_by_text("is open since").first.wait_for()
        self.tab.get_by_text("Its links, codes and posters are under Share").wait_for()

    def shares(self) -> Locator:
        """A poster of its own, for readers of Spanish: its code as the browser draws it."""
        tab = self.tab
        step(tab, "Share")
        tab.get_by_text("work on this machine only").wait_for()
        chosen(tab, "Where", "Poster")
        tab.get_by_label("Name", exact=True).fill("Library poster")
        tab.get_by_role("button", name="Make the link").click()
        tab.get_by_text("Library poster").first.wait_for()
        tab.get_by_role("radio", name="Spanish").click()
        still(tab)
        tab.wait_for_load_state("networkidle")
        for _ in range(100):  # the page's own rules forbid a script that waits inside it
            if tab.evaluate("[...document.images].every(one => one.complete)"):
                break
            tab.wait_for_timeout(100)
        return tab.locator("img[src*='qr.svg']")

    def closes(self) -> None:
        """The end of the wave, asked twice."""
        step(self.tab, "Open and close")
        self.tab.get_by_role("button", name="Close this survey").click()
        self.tab.get_by_role("button", name="Close it").click()
        self.tab.get_by_text("is closed; one wave so far").wait_for()


def answers_on_a_phone(browser: Browser, link: str, language: str, words: dict[str, str]) -> str:
    """One respondent on a phone of 390 points whose browser runs no script: the receipt."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-US", java_script_enabled=False, is_mobile=True)
    context.set_default_timeout(30_000)
    tab = context.new_page()
    tab.goto(link)
    assert tab.locator("html").get_attribute("lang") == language
    tab.get_by_role("group", name=words["known"]).or_(tab.get_by_role("radiogroup", name=words["known"])).get_by_label(words["yes"]).check()
    for question in words["statements"]:
        tab.get_by_role("radiogroup", name=question).get_by_label(words["agree"], exact=True).check()
    for page in range(1, PAGES + 1):
        tab.locator(f"progress[value='{page}']").wait_for()
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
        tab.get_by_role("button", name=words["next" if page < PAGES else "send"], exact=True).last.click()
    tab.get_by_role("heading", name=words["thanks"], level=1).wait_for()
    found = re.search(words["receipt"] + r" (\w{8})", tab.locator("main").inner_text())
    assert found
    context.close()
    return found[1]


def walks_by_keyboard(browser: Browser, link: str) -> int:
    """The first page with the Tab key, arrows and Enter alone, forwards and once back: how many stops there are before the next page."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(30_000)
    tab = context.new_page()
    tab.goto(link)
    stops = 0
    while stops < 60:
        tab.keyboard.press("Tab")
        stops += 1
        name = tab.evaluate("document.activeElement.name || ''")
        if name == "C2":
            tab.keyboard.press("Space")
            tab.keyboard.press("ArrowDown")
            assert tab.evaluate("document.activeElement.value") == "2", "an arrow chooses the next answer"
        if tab.evaluate("document.activeElement.tagName") == "BUTTON" and "Next" in tab.evaluate("document.activeElement.innerText"):
            break
    assert stops < 60, "the button is never reached: the keyboard is caught somewhere"
    tab.keyboard.press("Shift+Tab")
    assert tab.evaluate("document.activeElement.tagName") == "INPUT"
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.locator("progress[value='2']").wait_for()
    context.close()
    return stops


ENGLISH = {
    "known": QUESTION[0],
    "yes": "Yes",
    "agree": "Agree",
    "statements": ["Officers here treat people with respect."],
    "next": "Next",
    "send": "Send my answers",
    "thanks": "Thank you: your answers are stored",
    "receipt": "Receipt",
}
SPANISH = {
    "known": QUESTION[1],
    "yes": "Sí",
    "agree": "De acuerdo",
    "statements": ["Los agentes de aquí tratan a la gente con respeto."],
    "next": "Siguiente",
    "send": "Enviar mis respuestas",
    "thanks": "Gracias: sus respuestas están guardadas",
    "receipt": "Recibo",
}


class Crowd:
    """Many people who answer at once, and remember the receipt they were shown."""

    def __init__(self, address: str, code: str) -> None:
        self.address, self.code = address, code
        self.told: dict[str, tuple[str, int]] = {}  # private link -> receipt, and what was answered
        self.stop = threading.Event()

    def run(self, enough: int) -> None:
        """Send until so many were acknowledged, then return while all still send."""
        threads = [threading.Thread(target=self._person, args=(number,), daemon=True) for number in range(PEOPLE)]
        for thread in threads:
            thread.start()
        until = time.monotonic() + 120
        while len(self.told) < enough:
            assert time.monotonic() < until, "too few were acknowledged in two minutes"
            time.sleep(0.02)

    def _person(self, number: int) -> None:
        rng = random.Random(number)
        while not self.stop.is_set():
            try:
                self._answer(rng.choice([1, 2, 2, 3, 4, 4, 5]))
            except httpx.HTTPError:
                return

    def _answer(self, level: int) -> None:
        with httpx.Client(base_url=self.address, timeout=20, headers={"Origin": self.address}) as web:
            found = re.search(r'name="key" value="([\w-]+)"', web.get(f"/s/{self.code}").text)
            assert found
            page: dict[str, Any] = {f"C{number}": str(level) for number in range(1, 7)}
            for number in range(1, 7):
                answer = web.post(f"/s/{self.code}", data={"key": found[1], "page": str(number), "lang": "en", "action": "next", **page})
                page = {}
            receipt = re.search(r"Receipt (\w{8})", answer.text)
            assert receipt, answer.text
            self.told[f"/s/{self.code}/{found[1]}"] = (receipt[1], level)


def test_a_survey_from_its_first_word_to_its_result(browser: Browser, tmp_path: Path) -> None:
    home = House(tmp_path / "home")
    Saved(home.records).set("agency.name", AGENCY, "test")
    Saved(home.records).set("survey.forms_per_minute", 100_000, "test")
    with serving(home.home.path) as running:
        author = Author(browser, running)
        author.writes()
        assert "Vista previa" in author.previews()
        author.opens()
        codes = author.shares()
        wave, links = opened(home)
        website, poster = links["Website"], links["Library poster"]
        seen = {decoded(codes.nth(number).screenshot()) for number in range(codes.count())}
        assert seen == {f"{running.address}/s/{code}?lang=es" for code in (website, poster)}
        printed = decoded(httpx.get(f"{running.address}/s/{poster}/qr.png", params={"lang": "es"}).content)
        receipts = {
            answers_on_a_phone(browser, f"{running.address}/s/{website}", "en", ENGLISH),
            answers_on_a_phone(browser, printed, "es", SPANISH),
        }
        assert len(receipts) == 2
        assert walks_by_keyboard(browser, f"{running.address}/s/{website}?lang=en") >= 7, "every question is a stop"
        crowd = Crowd(running.address, website)
        crowd.run(ENOUGH)
        running.process.kill()  # SIGKILL, while everybody is sending
        running.process.wait()
        crowd.stop.set()
    with serving(home.home.path) as again:
        for link, (receipt, _) in crowd.told.items():
            assert receipt in httpx.get(f"{again.address}{link}").text, "an acknowledged answer is lost"
        stored = WaveCounts(home.records).received(wave.id)
        assert len(crowd.told) + 2 <= stored <= len(crowd.told) + 2 + PEOPLE
        assert WaveCounts(home.records).links(wave.id)[poster] == 1
        author = Author(browser, again)
        author.closes()
        read_by_anybody(browser, again, expected(home, wave))


def opened(home: House) -> tuple[Wave, dict[str, str]]:
    """The wave that was opened, and its links by name."""
    surveys = Surveys(home.records)
    (survey,) = surveys.all()
    (wave,) = surveys.waves(survey.id)
    assert (wave.state, survey.title) == ("open", TITLE)
    return wave, {one.name: one.code for one in surveys.channels(survey.id)}


def expected(home: House, wave: Wave) -> str:
    """The trust index by its definition (surveys.md 3.4) from what is stored: whoever answered at least three elements; here all items are alike."""
    levels = [one.answers["C2"] for one in Answers(home.records).of_wave(wave.id) if "C6" in one.answers]
    mean = sum(25 * (level - 1) for level in levels) / len(levels)
    return f"Trust index is {mean:.1f} of 100 in {wave.name} ({len(levels)} answers)"


def read_by_anybody(browser: Browser, running: Running, sentence: str) -> None:
    """The public page shows the result of everybody who answered."""
    tab = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    tab.context.set_default_timeout(30_000)
    tab.goto(f"{running.address}/trust")
    tab.get_by_text(sentence).wait_for()
    tab.context.close()
