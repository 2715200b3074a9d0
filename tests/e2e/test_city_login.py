"""Single sign-on in a real browser: from a public page to a provider on another site and back, in with the right role; all else stays out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.services import people
from dashboard.services.house import House
from tests.browsing import chromium
from tests.providing import CLIENT, KEPT, Provider, providing
from tests.serving import CLOSED, Running, serving

pytestmark = pytest.mark.browser
NAME = "City login"
REFUSED = "Single sign-on did not work"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def there() -> Iterator[Provider]:
    """The provider by another host name than ours: for a browser another site, as in life."""
    with providing("localhost") as one:
        one.asks = True
        yield one


@pytest.fixture(scope="module")
def server(riverton: House, there: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The whole server over a copy of the sample agency, with the provider named in its environment."""
    home = tmp_path_factory.mktemp("city") / "home"
    shutil.copytree(riverton.home.path, home)
    words = {"ISSUER": there.issuer, "CLIENT_ID": CLIENT, "CLIENT_SECRET": KEPT, "NAME": NAME}
    with serving(home, **{f"COMMON_GROUND_OIDC_{name}": value for name, value in words.items()}) as running:
        yield running


def fresh(browser: Browser, said: list[str]) -> Page:
    """A browser that was nowhere yet; what it complains about is kept."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    context.on("console", lambda message: said.append(message.text))
    return context.new_page()


def through(before: Page) -> Page:
    """From a public page to the sign-in page, which opens in a tab of its own, and on to the provider."""
    with before.context.expect_page() as opened:
        before.get_by_role("link", name="Sign in", exact=True).click()
    return off(opened.value)


def off(tab: Page) -> Page:
    """From the sign-in page to the provider's own page."""
    tab.get_by_role("button", name=f"Sign in with {NAME}").click()
    tab.get_by_role("heading", name=NAME).wait_for()
    return tab


def yes(tab: Page) -> None:
    """Say yes at the provider."""
    tab.get_by_role("button", name="Continue").click()


def session(tab: Page, server: Running) -> str:
    """The session that this browser holds, if any."""
    return next((one["value"] for one in tab.context.cookies(server.address) if one["name"] == "cg_session"), "")


def closed_at(tab: Page, server: Running, page: str) -> bool:
    """Whether this page is closed to who sits here."""
    tab.goto(f"{server.address}/{page}")
    heading = tab.get_by_role("heading", level=1).first
    heading.wait_for()
    return heading.inner_text() == CLOSED


def test_from_a_public_page_by_the_provider_into_the_own_pages_and_out_again(browser, server, there):
    said: list[str] = []
    tab = fresh(browser, said)
    way = people.invite(server.house, ("Hana Reyes", "hana-reyes", ""), ["hr"])
    tab.goto(f"{server.address}{way.path}")
    tab.get_by_role("button", name=f"Use {NAME}").click()
    tab.wait_for_url(f"{there.issuer}/**")
    yes(tab)
    tab.wait_for_url(f"{server.address}/")
    tab.get_by_role("button", name="Hana Reyes").click()
    expect(tab.get_by_text("Your roles: HR")).to_be_visible()
    first = session(tab, server)
    tab.get_by_role("button", name="Sign out").click()
    tab.get_by_role("link", name="Sign in", exact=True).wait_for()
    assert not server.sessions().principal(first).signed_in

    tab = through(tab)
    yes(tab)
    tab.wait_for_url(f"{server.address}/")
    tab.get_by_role("button", name="Hana Reyes").wait_for()
    assert closed_at(tab, server, "audit")
    assert not closed_at(tab, server, "morale")
    assert session(tab, server) != first
    kept = {one["name"]: one for one in tab.context.cookies()}
    assert (kept["cg_session"]["httpOnly"], kept["cg_session"]["sameSite"]) == (True, "Lax")
    assert "cg_provider" not in kept
    assert tab.evaluate("document.cookie").count("cg_session") == 0

    other = tab.context.new_page()
    other.goto(f"{server.address}/sign-out")
    other.get_by_role("button", name="Sign out").click()
    tab.get_by_test_id("stTopNav").get_by_role("link", name="Overview").click()
    tab.get_by_role("link", name="Sign in", exact=True).wait_for()
    assert closed_at(tab, server, "morale")
    assert [text for text in said if "Content Security Policy" in text or "Refused to" in text or "blocked" in text.lower()] == []


@pytest.mark.parametrize("wrong", ["nonce", "state", "another browser's answer"])
def test_what_this_browser_did_not_ask_lets_nobody_in(browser, server, there, wrong, request):
    request.addfinalizer(lambda: (setattr(there, "state", ""), there.lie.clear()))
    tab = fresh(browser, [])
    there.lie = {"nonce": "guessed"} if wrong == "nonce" else {}
    there.state = "guessed" if wrong == "state" else ""
    tab.goto(f"{server.address}/sign-in")
    off(tab)
    if wrong == "another browser's answer":
        mallory = fresh(browser, [])
        mallory.goto(f"{server.address}/sign-in")
        off(mallory)
        code, asked = list(there.codes.items())[-1]
        mallory.context.close()
        tab.goto(f"{asked['redirect_uri']}?code={code}&state={asked['state']}")
    else:
        yes(tab)
    tab.get_by_role("heading", name=REFUSED).wait_for()
    assert not session(tab, server)
    assert closed_at(tab, server, "morale")
    tab.context.close()
