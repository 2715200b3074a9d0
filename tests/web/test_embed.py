"""Charts on other sites: who may frame them and nothing else of ours, released numbers only, a page that runs nothing and fetches nothing."""

import re
from html import unescape

import pytest

from dashboard.errors import NotEnoughData
from dashboard.schema.scope import Audience, Scope
from dashboard.services import embeds, force, open_data
from dashboard.services.house import House
from dashboard.store.saved import Saved
from dashboard.web import flood
from tests.web.conftest import sign_in

CHART = "/embed/stops/search"
SURVEY = "survey-riverton-community"
ALLOWED = ("https://www.example-news.com", "https://*.example.gov")
ELSEWHERE = ["/", "/data", "/data/stops.csv", "/health", "/ask", "/sign-in", "/documents/none", "/calendar/meetings.ics", "/embed", "/embed/stops"]


def ancestors(answer) -> list[str]:
    """Who may frame this answer."""
    (found,) = [part.strip() for part in answer.headers["content-security-policy"].split(";") if part.strip().startswith("frame-ancestors")]
    return found.split()[1:]


@pytest.fixture
def allowed(served):
    """The agency lets two sites show its charts, as long as the test runs."""
    saved = Saved(served.records)
    saved.set("open_data.framed_by", ", ".join(ALLOWED), "test", "test of frames")
    yield ALLOWED
    saved.reset("open_data.framed_by", "test", "test of frames")


def test_nobody_may_frame_a_chart_before_the_agency_says_so(web):
    answer = web.get(CHART)
    assert answer.status_code == 200
    assert ancestors(answer) == ["'none'"]
    assert answer.headers["x-frame-options"] == "DENY"


def test_the_named_sites_may_frame_charts_and_nothing_else_of_ours(web, allowed):
    for address in (CHART, "/embed/force_incidents/force", "/embed/stops/nothing", f"/embed/{SURVEY}/trust-ti-1"):
        answer = web.get(address)
        assert ancestors(answer) == list(allowed), address
        assert "x-frame-options" not in answer.headers, "the older header knows no hosts and would keep the named ones out"
    for address in ELSEWHERE:
        answer = web.get(address)
        assert ancestors(answer) == ["'none'"], address
        assert answer.headers["x-frame-options"] == "DENY", address


def test_a_framed_chart_runs_nothing_sends_nothing_and_fetches_nothing_from_elsewhere(web, allowed):
    answer = web.get(CHART)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script-src" not in policy
    assert "'unsafe" not in policy
    assert "<script" not in answer.text
    assert not re.search(r' style="| on[a-z]+="', answer.text), "the policy would block it"
    assert "set-cookie" not in answer.headers
    outer = {link for link in re.findall(r'(?:src|href)="(https?://[^"]+)"', answer.text) if not link.startswith(str(web.base_url))}
    assert not outer


def test_a_framed_chart_says_what_it_shows_from_where_as_of_when_and_where_to_check_it(web, served):
    found = embeds.framed(served, "stops", "search")
    text = unescape(web.get(CHART).text)
    assert found.answer.sentence in text
    assert "95% interval" in text
    assert found.table.release in text
    assert found.table.made_on in text
    assert "Sample data" in text
    assert '/stops#search"' in text
    assert '/data/stops.csv"' in text
    for row in found.answer.tables[0].rows:
        assert f'<th scope="row">{row[0]}</th>' in text
    for picture in re.findall(r'<svg [^>]*aria-label="([^"]+)"', text):
        assert found.answer.pictures[0].title in picture
        assert all(dot.label in picture for dot in found.answer.pictures[0].dots)


def test_a_year_or_a_district_is_in_the_address_and_in_the_way_back(web, served):
    whole, year = (unescape(web.get(f"{CHART}{more}").text) for more in ("", "?period=2024"))
    assert embeds.framed(served, "stops", "search", "2024").answer.sentence in year
    assert "/stops?period=2024#search" in year
    assert whole != year


@pytest.mark.parametrize(
    "address",
    [
        "/embed/officers/search",
        "/embed/stops/officers",
        "/embed/complaints/search",
        "/embed/stops/search-2",
        "/embed/stops/search-9",
        "/embed/stops/volume-3",
        "/embed/stops/search?period=1066",
        "/embed/stops/search?period=2024-01",
        "/embed/stops/search?district=Nowhere",
        "/embed/survey-riverton-pulse/trust-ti-1",
        "/embed/survey-riverton-contact/trust-ti-1",
        "/embed/stops/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/embed/%3Cscript%3E/search",
        "/embed/stops/search?district=%3Cscript%3E",
    ],
)
def test_what_is_not_published_is_not_shown(web, address):
    answer = web.get(address)
    assert answer.status_code == 404
    assert "<script" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("role", ["analyst", "command", "hr"])
def test_staff_get_the_very_bytes_that_everybody_gets(web, served, role):
    addresses = (CHART, "/embed/force_people/force-rates", f"/embed/{SURVEY}/trust-ti-1-by-area")
    before = [web.get(address).text for address in addresses]
    sign_in(web, served, role)
    assert [web.get(address).text for address in addresses] == before


def test_every_listed_chart_is_released_and_the_service_refuses_staff_numbers(served, monkeypatch):
    listed = embeds.listing(served)
    assert len(listed) > 60
    edition = {one.release for one in open_data.tables(served)}
    for one in listed:
        found = embeds.framed(served, *one.split("/"))
        assert found.answer.public
        assert found.answer.provenance.release in edition
    seen: list[House] = []

    def staff(house, scope, survey):
        seen.append(house)
        return force.over_time(House(served.home), Scope(audience=Audience.STAFF))

    monkeypatch.setattr(embeds, "CHARTS", {"search": embeds.Chart("search", "", "stops", "stops", staff)})
    with pytest.raises(NotEnoughData, match="not published"):
        embeds.framed(House(served.home), "stops", "search")
    assert not seen[0].visitor.signed_in


def test_one_source_cannot_ask_for_ever(web, monkeypatch):
    monkeypatch.setattr(flood, "EMBEDS", flood.Flood(most=2, seconds=60.0))
    assert [web.get(CHART).status_code for _ in range(3)] == [200, 200, 429]
