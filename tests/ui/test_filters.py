"""Filters live in the address: known words narrow the page, anything else is dropped without a word of trouble."""

import pytest

from dashboard.services import imports
from dashboard.services.house import House
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


@pytest.fixture(scope="session")
def two_agencies(tmp_path_factory):
    """A home into which two agencies brought their stops."""
    folder = tmp_path_factory.mktemp("two")
    uk = (
        "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,Self-defined ethnicity,"
        "Officer-defined ethnicity,Legislation,Object of search,Outcome,Outcome linked to object of search,Removal of more than just outer clothing"
    )
    row = "Person search,2022-06-{day:02d}T10:{minute:02d}:00+00:00,False,,{lat},-0.5,Male,18-24,White,{group},Misuse,Drugs,Arrest,True,False"
    house = House(folder / "home")
    for name, size in (("north", 60), ("south", 40)):
        rows = [row.format(day=1 + n % 28, minute=n % 60, group="Black" if n % 3 else "White", lat=50 + size / 100) for n in range(size)]
        path = folder / f"2022-06-{name}-stop-and-search.csv"
        path.write_text("\n".join([uk, *rows]))
        imports.bring(house, [path], "test")
    return house


def test_staff_choose_one_of_several_agencies(two_agencies, open_page):
    whole = open_page(two_agencies, "disparity_workbench", "analyst", test="Counts")
    assert "2 agencies are counted together" in words(whole)
    assert "100 people were stopped" in words(whole)
    one = open_page(two_agencies, "disparity_workbench", "analyst", test="Counts", agency="south")
    assert "40 people were stopped" in words(one)
    assert "counted together" not in words(one)


def test_one_agency_needs_no_such_choice(riverton, open_page):
    app = open_page(riverton, "disparity_workbench", "analyst", test="Counts")
    assert "Agency" not in [box.label for box in app.selectbox]
