"""Embed this: beside every released chart, never beside staff numbers, for the very slice that is shown."""

import re

import pytest

from dashboard.store.saved import Saved


def frames(app) -> list[str]:
    """The addresses of all frames that a page offers to copy."""
    return [found[1] for one in app.code if (found := re.match(r'<iframe src="[^"]*(/embed/[^"]+)"', one.value))]


@pytest.mark.parametrize(
    ("page", "least", "among"),
    [
        ("stops", 6, "/embed/stops/search"),
        ("use_of_force", 8, "/embed/force_people/force-rates"),
        ("complaints", 8, "/embed/complaints/time-to-decide"),
        ("trust", 4, "/embed/survey-riverton-community/trust-ti-1"),
    ],
)
def test_every_public_chart_offers_a_frame(riverton, open_page, page, least, among):
    app = open_page(riverton, page)
    assert not app.exception
    assert among in frames(app)
    assert len(frames(app)) >= least
    assert any("No other site may show" in one.value for one in app.caption), "the portal says how a site is allowed"


def test_the_frame_shows_the_slice_that_the_page_shows(riverton, open_page):
    app = open_page(riverton, "stops")
    app.selectbox(key="period").set_value("2024").run()
    found = frames(app)
    assert "/embed/stops/search?period=2024" in found
    assert "/embed/stops/daylight" in found, "published for all years together, so its address names no year"


def test_another_measure_has_another_frame(riverton, open_page):
    app = open_page(riverton, "trust")
    app.selectbox(key="look").set_value("C2").run()
    assert "/embed/survey-riverton-community/trust-c2" in frames(app)


def test_staff_numbers_offer_no_frame(riverton, open_page):
    assert frames(open_page(riverton, "use_of_force", "analyst")) == []
    assert frames(open_page(riverton, "disparity_workbench", "analyst")) == []
    assert "/embed/stops/search" in frames(open_page(riverton, "stops", "analyst")), "the very same released numbers"


def test_the_portal_gives_any_chart_and_names_the_sites(own_riverton, open_page):
    Saved(own_riverton.records).set("open_data.framed_by", "www.example-news.com", "test", "test of frames")
    app = open_page(own_riverton, "open_data")
    app.selectbox(key="cg_embed").set_value("stops/volume").run()
    assert frames(app) == ["/embed/stops/volume", "/embed/stops/volume-2"]
    assert any("www.example-news.com" in one.value.replace("\\", "") for one in app.caption)


def test_nothing_published_offers_nothing(open_page, homes):
    app = open_page(homes["empty"], "open_data")
    assert not app.exception
    assert frames(app) == []
