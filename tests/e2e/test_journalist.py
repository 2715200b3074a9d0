"""A journalist's path in a real browser: find a number on a page, find its table, download it, work the number out by hand, quote it for ever."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from dashboard.services.house import House
from tests.browsing import chromium
from tests.serving import Running, serving

pytestmark = pytest.mark.browser
SLOW = 60_000


@pytest.fixture(scope="module")
def running(riverton: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("journalist") / "home"
    shutil.copytree(riverton.home.path, home)
    with serving(home) as one:
        yield one


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


def by_hand(rows: list[dict[str, str]], **levels: str) -> int:
    """The one count with these levels and totals otherwise."""
    names = ("year", "district", "race_group", "step", "arrest")
    (found,) = [row for row in rows if all(row[name] == levels.get(name, "all") for name in names)]
    return int(found["count"])


def test_a_number_on_a_page_is_found_in_the_table_and_can_be_quoted_for_ever(running: Running, browser: Browser, tmp_path: Path):
    tab = browser.new_context(accept_downloads=True, viewport={"width": 1280, "height": 1000}).new_page()
    tab.goto(f"{running.address}/stops")
    expect(tab.get_by_text("The numbers behind it").nth(1)).to_be_visible(timeout=SLOW)
    for one in tab.get_by_text("The numbers behind it").all():
        one.click()
    tab.wait_for_timeout(2_000)
    read = tab.locator("[data-testid=stMain]").inner_text()

    tab.goto(f"{running.address}/open-data")
    link = tab.locator('a[href$="/data/stops.csv"]').first
    expect(link).to_be_visible(timeout=SLOW)
    address = link.get_attribute("href") or ""
    text = httpx.get(f"{running.address}/data/stops.csv").text
    with tab.expect_download() as waiting:  # the link opens a tab of its own, which a browser without a window does not show
        tab.evaluate(
            "(address) => { const a = document.createElement('a'); a.href = address; a.download = ''; document.body.append(a); a.click(); }", address
        )
    waiting.value.save_as(tmp_path / "stops.csv")
    assert (tmp_path / "stops.csv").read_text() == text
    assert "sample-data" in waiting.value.suggested_filename

    rows = list(csv.DictReader((tmp_path / "stops.csv").read_text().splitlines()))
    for group in ("black", "white"):
        searched, stopped = by_hand(rows, race_group=group, step="searched"), by_hand(rows, race_group=group)
        share = f"{100 * searched / stopped:.1f}".removesuffix(".0") + "%"
        assert share in read, (group, share)

    release = rows[0]["release"]
    for_ever = httpx.get(f"{running.address}/data/releases/{release}/stops.csv")
    assert for_ever.text == text
    tab.close()


def test_a_resident_asks_without_a_script_and_finds_the_rules(running: Running, browser: Browser):
    tab = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800}).new_page()
    tab.goto(f"{running.address}/ask")
    tab.wait_for_timeout(3_500)
    tab.get_by_label("Your question").fill("Where can I read how foot pursuits are decided?")
    tab.get_by_role("button", name="Send the question").click()
    expect(tab.get_by_text("Your question was stored")).to_be_visible()
    tab.close()
