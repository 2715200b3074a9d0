"""The annual report: the same numbers as the pages, nothing that is not public, and files that everybody can read."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import itertools
import re
from html.parser import HTMLParser
from importlib import resources

import pypdf
import pytest

from dashboard.access.principal import ANYONE, Principal
from dashboard.errors import AccessDenied, NotEnoughData, ScopeError
from dashboard.reports import annual
from dashboard.schema import say
from dashboard.schema.cells import written
from dashboard.schema.library import HTML, PDF
from dashboard.schema.result import Estimate
from dashboard.schema.scope import Audience
from dashboard.services import beside, force, force_rates, forms, public_tests, published, releases
from dashboard.services.accountability import cameras, funnel, times
from dashboard.services.annual import parts
from dashboard.services.annual.year import ALL_YEARS, assemble, whole_year, years
from dashboard.services.house import House
from dashboard.services.library import upload
from dashboard.services.outreach import reach
from dashboard.services.surveys import trust
from dashboard.ui import filters
from tests.browsing import chromium

YEAR = 2025
DAY = dt.date(2026, 3, 1)


@pytest.fixture(scope="module")
def files(riverton):
    """The sample agency's year as files."""
    return annual.make(riverton, YEAR)


@pytest.fixture(scope="module")
def public(riverton):
    """The sample agency as anybody sees it."""
    return House(riverton.home, visitor=ANYONE)


class Page(HTMLParser):
    """What a reader of the page meets: tags with what they carry, and the tables as texts."""

    def __init__(self, content: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[tuple[str, list[list[str]]]] = []
        self.words: list[str] = []
        self.inside = ""
        self.feed(content.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.inside = tag
        if tag == "table":
            self.tables.append(("", []))
        elif tag == "tr":
            self.tables[-1][1].append([])
        elif tag in {"td", "th"}:
            self.tables[-1][1][-1].append("")

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside != "style":
            self.words.append(data)
        if self.inside == "caption":
            self.tables[-1] = (data, self.tables[-1][1])
        elif self.inside in {"td", "th"} and self.tables:
            self.tables[-1][1][-1][-1] += data.replace("\N{NO-BREAK SPACE}", " ")

    def text(self):
        return " ".join("".join(self.words).split())


@pytest.fixture(scope="module")
def page(files):
    return Page(files.html)


@pytest.fixture(scope="module")
def pdf(files):
    return pypdf.PdfReader(io.BytesIO(files.pdf))


def walked(node, found):
    """Every element of a structure tree, in reading order."""
    node = node.get_object()
    for one in node if isinstance(node, list) else [node]:
        each = one.get_object()
        if isinstance(each, dict) and "/S" in each:
            found.append(each)
        if isinstance(each, dict) and "/K" in each:
            walked(each["/K"], found)
    return found


def on_pages(scope):
    """What visitors of the public pages ask when they choose the year: written here on its own, not read from the report's list."""
    return [
        lambda h: published.volume(h, scope),
        lambda h: public_tests.stopped(h, scope),
        lambda h: published.decision(h, scope, "search"),
        lambda h: published.decision(h, scope, "find"),
        lambda h: published.decision(h, scope, "arrest"),
        lambda h: public_tests.at_night(h, scope),
        lambda h: force.over_time(h, scope),
        lambda h: force_rates.side_by_side(h, scope),
        lambda h: force.techniques(h, scope),
        lambda h: force.injuries(h, scope),
        lambda h: funnel.answer(h, scope),
        lambda h: times.to_decision(h, scope),
        lambda h: cameras.active(h, scope),
        lambda h: reach.answer(h, None, str(YEAR)),
        lambda h: reach.groups(h, str(YEAR)),
        trust.over_time,
    ]


@pytest.mark.parametrize("place", range(len(on_pages(None))))
def test_the_page_holds_the_sentence_and_every_cell_that_the_dashboard_shows(place, public, page):
    there = filters.published_choices(public)
    scope = filters.scope_of(there, str(YEAR), "all", "all", Audience.PUBLIC)
    answer = on_pages(scope)[place](public)
    assert answer.sentence in page.text()
    assert answer.tables
    for table in answer.tables:
        heads, rows = written(table)
        expected = [[head or "Row" for head in heads], *map(list, rows)]
        assert (table.title, expected) in page.tables


def test_counts_are_those_of_the_release_in_force(public, page):
    released = releases.in_force(public).table("stops")
    assert f"{say.count(released.count(year=str(YEAR)))} stops of people were recorded in {YEAR}" in page.text()
    cells = dict(page.tables)["Stops by group and year"]
    column = cells[0].index(str(YEAR))
    white = next(row for row in cells if row[0] == "White")
    assert white[column] == say.count(released.count(year=str(YEAR), race_group="white"))


def test_trust_of_the_year_is_the_one_beside_policing_on_the_overview(public, page):
    whole = beside.answer(public).tables[1]
    score = next(row[1] for row in whole.rows if row[0] == str(YEAR))
    assert isinstance(score, Estimate)
    everyone = dict(page.tables)["Trust by year, 0 to 100"][1]
    assert everyone[2] == say.compact(score)


def test_every_table_and_sentence_of_the_page_is_in_the_pdf(files, page, pdf):
    text = " ".join("".join(one.extract_text() for one in pdf.pages).replace("\N{NO-BREAK SPACE}", " ").split())
    squeezed = text.replace(" ", "")
    for part in files.year.parts:
        assert part.title.replace(" ", "") in squeezed
        for said in part.said:
            assert said.answer.sentence.replace(" ", "")[:60] in squeezed
    for title, rows in page.tables:
        assert title.replace(" ", "") in squeezed
        for cell in {cell for row in rows for cell in row if cell and len(cell) < 30}:
            assert cell.replace(" ", "") in squeezed, (title, cell)


def test_whoever_assembles_it_only_what_anybody_may_read_comes_in(riverton, files):
    everything = assemble(House(riverton.home, visitor=Principal("a", "A", ("command", "analyst", "professional_standards", "hr"))), YEAR)
    assert everything == files.year
    assert all(said.answer.public for part in files.year.parts for said in part.said)


def test_an_answer_that_is_not_public_is_left_out_with_a_sentence(riverton, monkeypatch):
    secret = parts.Asked("secret", lambda h, s: dataclasses.replace(published.volume(h, s), public=False, sentence="Secret 4711"), always=True)
    monkeypatch.setattr("dashboard.services.annual.year.PARTS", (parts.Declared("stops", "Stops", "Stops", (parts.PARTS[1].asked[0], secret)),))
    (part,) = assemble(riverton, YEAR).parts
    assert [said.answer.sentence for said in part.said] == [part.said[0].answer.sentence]
    assert "4711" not in f"{part}"
    assert part.missing == ("Secret: This is not published.",)


def test_the_board_s_recommendations_stay_with_council_and_agency(files, page):
    from dashboard.services.accountability import oversight

    assert files.year.parts[-1].missing[-1].startswith("Recommendations of the review board are open to the council")
    with pytest.raises(AccessDenied):
        oversight.recommendations(House("unused", visitor=ANYONE))


def test_a_number_of_all_years_is_not_taken_for_one_of_the_year(files):
    covers = {said.answer.question: said.covers for part in files.year.parts for said in part.said}
    assert covers["How many people were hurt?"] == ALL_YEARS
    assert covers["Which force is used?"] == str(YEAR)
    assert covers["How long until a complaint is decided?"] == ALL_YEARS


def test_an_earlier_year_speaks_of_itself(public):
    found = {said.answer.question: said.answer.sentence for part in assemble(public, 2024).parts for said in part.said}
    released = releases.in_force(public).table("stops")
    assert found["How many people are stopped, and is it changing?"].startswith(f"{say.count(released.count(year='2024'))} stops")
    assert " in 2024, " in found["How often is force used, and is it changing?"]
    assert " of 100 in 2024" in found["Did residents trust us?"]


def test_the_page_has_one_title_headings_in_order_and_a_language(page):
    tags = page.tags
    assert dict(tags)["html"] == {"lang": "en"}
    levels = [int(tag[1]) for tag, _ in tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert {"header", "main", "nav", "footer", "title"} <= {tag for tag, _ in tags}
    names = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(names) == len(set(names))
    aims = {str(attrs.get("href"))[1:] for tag, attrs in tags if tag == "a" and str(attrs.get("href")).startswith("#")}
    assert aims <= set(names)


def test_every_table_has_a_caption_and_scopes_and_every_figure_its_words_and_table(page):
    heads = [attrs for tag, attrs in page.tags if tag == "th"]
    assert all(attrs.get("scope") in {"col", "row"} for attrs in heads)
    assert all(title for title, _ in page.tables)
    assert all(all(row) for _, rows in page.tables for row in rows[:1])
    drawn = [attrs for tag, attrs in page.tags if attrs.get("role") == "img"]
    assert len(drawn) > 20
    assert all(len(str(attrs.get("aria-label"))) > 40 for attrs in drawn)
    opened = [tag for tag, _ in page.tags if tag in {"figure", "table", "h3"}]
    figures = [place for place, tag in enumerate(opened) if tag == "figure"]
    for place in figures:
        following = next(tag for tag in opened[place:] if tag != "figure")
        assert following == "table", "each figure has its table before the next question"


def test_nothing_on_the_page_acts_or_is_fetched(files, page):
    assert upload.checked("a.html", files.html, 20).media == HTML
    assert upload.checked("a.pdf", files.pdf, 20).media == PDF
    assert "script" not in {tag for tag, _ in page.tags}
    assert not [attrs for _, attrs in page.tags if "src" in attrs or "srcset" in attrs]
    assert "url(" not in files.html.decode()


def test_intervals_withheld_sources_licence_and_sample_are_said(files, page):
    text = page.text()
    for words in ("95% interval", "not shown", releases_of(files), "Creative Commons Zero", "Sample data", f"Made on {files.year.made_on}"):
        assert words in text
    assert "How the numbers are made, and their limits" in text
    assert len(files.year.methods) > 10


def releases_of(files):
    return next(said.answer.provenance.release for part in files.year.parts if part.name == "stops" for said in part.said)


@pytest.mark.browser
def test_a_browser_finds_nothing_to_object_to_and_no_sideways_scroll(files, tmp_path):
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    (tmp_path / "report.html").write_bytes(files.html)
    with chromium() as browser:
        for width, scheme in ((390, "light"), (1280, "dark")):
            tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
            tab.goto((tmp_path / "report.html").as_uri())
            tab.evaluate(axe)
            found = tab.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", rules)
            assert [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in found["violations"]] == []
            assert len(found["passes"]) > 10
            assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_pdf_is_tagged_with_title_language_alternative_texts_and_table_headers(files, pdf):
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert pdf.metadata.title == f"Annual transparency report {YEAR}"
    assert b"pdfuaid" in files.pdf or "pdfuaid" in pdf.xmp_metadata.stream.get_data().decode()
    found = walked(root["/StructTreeRoot"]["/K"], [])
    kinds = [one["/S"] for one in found]
    figures = [one for one in found if one["/S"] == "/Figure"]
    drawn = sum(len(said["figures"]) for part in annual.content(files.year)["parts"] for said in part["answers"])
    assert len(figures) == drawn > 20
    assert all(len(str(one.get("/Alt", ""))) > 40 for one in figures)
    tables = [one for one in found if one["/S"] == "/Table"]
    assert len(tables) > 25
    assert all(any(part["/S"] == "/TH" for part in walked(table["/K"], [])) for table in tables)
    levels = [int(kind[2:]) for kind in kinds if re.fullmatch(r"/H\d", kind)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_words_of_people_are_text_and_never_markup(stops_only):
    found = assemble(stops_only, 2024)
    lines = annual.content(dataclasses.replace(found, agency="<b>#panic()</b> *x* $y$ [z] \\"))
    assert b"<b>" not in annual.as_html(lines)
    assert b"&lt;b&gt;#panic()&lt;/b&gt;" in annual.as_html(lines)
    text = pypdf.PdfReader(io.BytesIO(annual.as_pdf(lines))).pages[0].extract_text()
    assert "<b>#panic()</b> *x* $y$ [z]" in text


def test_an_agency_with_stops_alone_has_a_report_that_says_what_is_missing(stops_only):
    assert years(stops_only) == [2024]
    files = annual.make(stops_only, 2024)
    there = {part.name for part in files.year.parts if part.said}
    assert there == {"stops"}
    text = Page(files.html).text()
    for part in files.year.parts:
        assert part.said or part.missing
        assert all(sentence in text for sentence in part.missing)
    assert "300 stops" in text
    assert "There is no published population to compare the stops with." in text
    assert "Data page" not in text, "hints for staff stay out of a public report"
    assert "No use of force is recorded or published" in text


def test_a_total_that_is_withheld_is_said_in_a_sentence(stops_only, monkeypatch):
    from dashboard.privacy.release import Released

    shown = Released.count

    def hidden(self, **levels):
        return None if levels == {"year": "2024"} else shown(self, **levels)

    monkeypatch.setattr(Released, "count", hidden)
    sentence = published.volume(House(stops_only.home, visitor=ANYONE), whole_year(2024)).sentence
    assert sentence.startswith("How many stops were recorded in 2024 is not shown")


def test_an_empty_agency_and_an_impossible_year_are_refused_in_one_sentence(empty_home, riverton):
    assert years(empty_home) == []
    with pytest.raises(NotEnoughData, match="nothing to report"):
        annual.make(empty_home, YEAR)
    with pytest.raises(NotEnoughData, match="nothing to report"):
        assemble(riverton, 2019)
    with pytest.raises(ScopeError):
        assemble(riverton, 12)


@pytest.fixture
def empty_home(tmp_path, monkeypatch):
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    return House(tmp_path / "home")


def test_a_year_that_is_not_over_says_so(stops_only, monkeypatch):
    monkeypatch.setattr(forms, "today", lambda house: dt.date(2024, 6, 30))
    assert assemble(stops_only, 2024).limits[0].startswith("2024 is not over")


def test_the_scope_of_the_report_is_that_of_the_public_filter(public):
    assert whole_year(YEAR) == filters.scope_of(filters.published_choices(public), str(YEAR), "all", "all", Audience.PUBLIC)
