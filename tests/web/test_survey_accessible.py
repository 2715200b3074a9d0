"""The form as people with a phone, a keyboard, a screen reader or a large zoom meet it: in a real browser, judged by axe-core against WCAG 2.2 AA."""

from __future__ import annotations

from importlib.resources import files

import pytest

from dashboard.schema import bank, phrases
from dashboard.schema.questions import Definition, Section
from dashboard.store.surveys import Surveys
from tests.browsing import chromium
from tests.web.surveying import DAY, ask, begin, made_of, open_survey, post, stored
from tests.web.test_survey_bad_input import EVERY_KIND

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIEWS = [(320, "light", "es"), (390, "dark", "en"), (1280, "light", "en"), (1280, "dark", "es")]


@pytest.fixture(scope="module")
def browser():
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def axe():
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def opened(browser, width=390, scheme="light", script=True):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=script)
    context.set_default_timeout(10_000)
    return context.new_page()


def judged(tab, axe):
    """What axe-core objects to, and whether anything has to be scrolled sideways."""
    tab.evaluate(axe)
    found = tab.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]] == []
    assert len(found["passes"]) > 10
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def send(tab):
    tab.locator("button[value=next]:not(.trap)").click()


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_every_page_of_the_community_survey(web, served, browser, axe, view):
    width, scheme, language = view
    code, _ = open_survey(served, bank.template("community", ("Harbor", "Northgate")))
    tab = opened(browser, width, scheme)
    tab.goto(f"{web.base_url}/s/{code}?lang={language}")
    for number in range(1, 7):
        assert tab.locator("html").get_attribute("lang") == language
        assert tab.locator("progress").get_attribute("value") == str(number)
        judged(tab, axe)
        send(tab)
    assert tab.get_by_role("heading", level=1).inner_text().startswith("Gracias" if language == "es" else "Thank you")
    judged(tab, axe)
    tab.context.close()


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_every_kind_of_question_with_every_mistake(web, served, browser, axe, view):
    width, scheme, _ = view
    needed = tuple(one.model_copy(update={"required": one.kind != "note"}) for one in EVERY_KIND)
    code, _ = open_survey(served, made_of(*needed))
    tab = opened(browser, width, scheme)
    tab.goto(f"{web.base_url}/s/{code}")
    judged(tab, axe)
    send(tab)
    assert tab.locator("#errors").evaluate("one => one === document.activeElement"), "the list of mistakes has the focus"
    judged(tab, axe)
    links = tab.locator("#errors a")
    assert links.count() == 11
    for number in range(links.count()):
        links.nth(number).click()
        name = links.nth(number).get_attribute("href")[3:]
        assert tab.evaluate("document.activeElement.id") == f"f-{name}"
    tab.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_that_say_one_thing_and_the_shared_tablet(web, served, browser, axe, scheme):
    tab = opened(browser, 390, scheme)
    code, wave = open_survey(served, bank.template("post_contact"), kind="kiosk")
    tab.goto(f"{web.base_url}/s/{code}")
    judged(tab, axe)
    tab.locator("#idle").evaluate("one => one.hidden = false")
    judged(tab, axe)
    Surveys(served.records).close(wave.id, "Ada", DAY)
    for address in ("/s/nothing", f"/s/{open_survey(served, made_of(ask('A'), invited_only=True))[0]}"):
        tab.goto(f"{web.base_url}{address}")
        judged(tab, axe)
    tab.context.close()


def test_a_language_that_runs_from_right_to_left(web, served, browser, axe):
    words = {"ar": "سؤال"}
    own = {name: {"ar": f"{text} ع"} for name, text in phrases.phrases("en").items()}
    made = Definition(
        title=words, purpose=words, languages=("ar", "en"), phrases=own, sections=(Section(title=words, questions=(bank.questions()["C1"],)),)
    )
    code, _ = open_survey(served, made)
    tab = opened(browser, 320)
    tab.goto(f"{web.base_url}/s/{code}?lang=ar")
    assert tab.locator("html").get_attribute("dir") == "rtl"
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert tab.get_by_text("Who asks ع").is_visible()
    judged(tab, axe)
    tab.context.close()


def test_a_keyboard_is_enough_and_no_script_is_needed(web, served, browser):
    code, wave = open_survey(served, made_of(ask("A"), ask("M", "multi"), ask("X", "long_text")))
    tab = opened(browser, script=False)
    tab.goto(f"{web.base_url}/s/{code}")
    assert tab.locator("script").count() == 0
    tab.keyboard.press("Tab")
    tab.keyboard.press("Space")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Space")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    tab.keyboard.type("by keyboard")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.get_by_role("heading", name="Thank you: your answers are stored").wait_for()
    (kept,) = stored(served, wave)
    assert kept["answers"] == {"A": "no", "M": ["yes"]}
    assert kept["comments"] == {"X": "by keyboard"}
    tab.context.close()


def test_enter_in_a_field_goes_on_and_never_changes_the_language(web, served, browser):
    words = {"en": "Word?", "es": "¿Palabra?"}
    code, _ = open_survey(served, made_of(ask("W", "text", wording=words), languages=("en", "es")))
    tab = opened(browser, script=False)
    tab.goto(f"{web.base_url}/s/{code}?lang=es")
    tab.get_by_label("¿Palabra?").fill("hola")
    tab.keyboard.press("Enter")
    tab.get_by_role("heading", name="Gracias: sus respuestas están guardadas").wait_for()
    tab.context.close()


def test_a_left_tablet_asks_and_then_forgets(web, served, browser):
    code, _ = open_survey(served, bank.template("community", ("Harbor",)), kind="kiosk")
    tab = opened(browser)
    tab.clock.install()
    tab.goto(f"{web.base_url}/s/{code}")
    tab.get_by_label("Not at all").first.check()
    send(tab)
    tab.get_by_text("Page 2 of 6").wait_for()
    left = tab.url
    tab.clock.run_for(60_000)
    tab.keyboard.press("Tab")
    tab.clock.run_for(89_000)
    assert not tab.locator("#idle").is_visible()
    tab.clock.run_for(2_000)
    assert tab.locator("#idle button").evaluate("one => one === document.activeElement")
    tab.get_by_role("button", name="I am still here").click()
    assert not tab.locator("#idle").is_visible()
    tab.clock.run_for(91_000)
    tab.clock.run_for(20_000)
    tab.get_by_text("Page 1 of 6").wait_for()
    assert tab.locator("input:checked").count() == 0
    tab.goto(left)
    assert tab.locator("input:checked").count() == 0
    tab.get_by_role("heading", name="Let us begin again").wait_for()
    tab.context.close()


@pytest.mark.parametrize("name", list(bank.templates()))
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_of_every_template_is_below_50_kb(web, served, name, language):
    code, wave = open_survey(served, bank.template(name, tuple(f"District number {number}" for number in range(30))))
    token = Surveys(served.records).invite(wave.survey_id, 1)[0]
    key, page = begin(web, code, lang=language, t=token), 1
    answer = web.get(f"/s/{code}", params={"lang": language, "t": token})
    while True:
        assert len(answer.content) < 50_000, (name, page)
        answer = post(web, code, key, page=str(page), lang=language, t=token)
        if answer.status_code != 303:
            break
        answer = web.get(answer.headers["location"])
        page += 1
    assert answer.status_code == 200
    assert len(answer.content) < 50_000
