"""A chart of ours on somebody else's page, in a real browser: shown on a site that the agency named, kept out of another, nothing from a third."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from dashboard.services.house import House
from dashboard.store.saved import Saved
from tests.browsing import chromium
from tests.serving import serving

pytestmark = pytest.mark.browser
SLOW = 60_000


@contextmanager
def news(page: str) -> Iterator[str]:
    """Somebody else's site with this one page."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_chart_stands_on_a_site_that_the_agency_named_and_on_no_other(riverton: House, tmp_path: Path):
    shutil.copytree(riverton.home.path, tmp_path / "home")
    with serving(tmp_path / "home") as running, chromium() as browser:
        page = f"<h1>Evening News</h1><iframe src='{running.address}/embed/stops/search' width='700' height='700'></iframe>"
        with news(page) as named, news(page) as other:
            Saved(running.house.records).set("open_data.framed_by", named, "test", "test of frames")
            tab = browser.new_page()
            asked: list[str] = []
            tab.on("request", lambda request: asked.append(urlsplit(request.url).netloc))

            tab.goto(named)
            inside = tab.frame_locator("iframe")
            expect(inside.get_by_role("heading", name="Who is searched")).to_be_visible(timeout=SLOW)
            expect(inside.locator(".wide svg")).to_be_visible()
            expect(inside.locator(".narrow svg")).to_be_hidden()
            inside.get_by_text("The numbers behind it").click()
            expect(inside.locator("table")).to_be_visible()
            assert set(asked) == {urlsplit(named).netloc, urlsplit(running.address).netloc}

            tab.goto(other)
            expect(tab.get_by_role("heading", name="Evening News")).to_be_visible()
            tab.wait_for_timeout(1_500)
            assert "Who is searched" not in "".join(frame.content() for frame in tab.frames if frame != tab.main_frame)
