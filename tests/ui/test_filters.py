"""Filters live in the address: known words narrow the page, anything else is dropped without a word of trouble."""

import pytest

from tests.ui.conftest import words

HOSTILE = ["../../etc/passwd", "<script>alert(1)</script>", "'; drop table stops; --", "2024\x00", "x" * 5000, "🙂", "=1+1", "9999", ""]


def chosen(app, label):
    return next(box.value for box in app.selectbox if box.label == label)


def test_a_year_in_the_address_narrows_the_page(riverton, open_page):
    app = open_page(riverton, "stops", period="2024")
    assert chosen(app, "Period") == "2024"
    assert "2024, the whole agency" in words(app)


def test_a_district_in_the_address_narrows_the_page(riverton, open_page):
    app = open_page(riverton, "stops", district="Harbor")
    assert chosen(app, "District") == "Harbor"
    assert "all years, Harbor" in words(app)


@pytest.mark.parametrize("name", ["period", "district", "test", "searches", "multirace", "unheard_of"])
@pytest.mark.parametrize("value", HOSTILE)
def test_unknown_words_in_the_address_are_dropped(riverton, open_page, name, value):
    app = open_page(riverton, "stops", "", **{name: value})
    assert not app.exception
    assert chosen(app, "Period") == "all"
    assert value[:40] not in words(app) or not value


def test_a_choice_narrows_the_page(riverton, open_page):
    app = open_page(riverton, "stops")
    next(box for box in app.selectbox if box.label == "District").set_value("Harbor").run()
    assert "all years, Harbor" in words(app)


@pytest.mark.parametrize("title", ["Counts", "Benchmark test", "Outcome test", "Veil of darkness", "District by district", "Over time"])
def test_every_quick_test_of_the_workbench_opens_from_the_address(riverton, open_page, title):
    app = open_page(riverton, "disparity_workbench", "analyst", test=title)
    assert not app.exception
    assert chosen(app, "Test") == {"Counts": "counts"}.get(title, chosen(app, "Test"))
    assert app.table, words(app)


def test_the_public_is_never_offered_what_is_not_published(riverton, open_page):
    app = open_page(riverton, "stops")
    assert not [box for box in app.selectbox if box.label in {"Test", "Searches counted"}]


def test_the_public_chooses_a_year_or_a_district_never_both(riverton, open_page):
    app = open_page(riverton, "stops", period="2024")
    next(box for box in app.selectbox if box.label == "District").set_value("Harbor").run()
    assert (chosen(app, "Period"), chosen(app, "District")) == ("all", "Harbor")
    assert "all years, Harbor" in words(app)
    next(box for box in app.selectbox if box.label == "Period").set_value("2023").run()
    assert (chosen(app, "Period"), chosen(app, "District")) == ("2023", "all")
    assert "2023, the whole agency" in words(app)


def test_an_address_with_both_says_what_is_shown(riverton, open_page):
    said = words(open_page(riverton, "stops", period="2024", district="Harbor"))
    assert "by year or by district, not by both" in said
    assert "2024, the whole agency" in said


def test_staff_may_choose_both(riverton, open_page):
    app = open_page(riverton, "disparity_workbench", "analyst", period="2024", district="Harbor", test="Counts")
    assert (chosen(app, "Period"), chosen(app, "District")) == ("2024", "Harbor")
    assert "not by both" not in words(app)
