"""The annual report on the library desk, as somebody who keeps the library uses it."""

from __future__ import annotations

from dashboard.access.principal import ANYONE
from dashboard.services import imports
from dashboard.services.house import House
from dashboard.services.library import shelf
from tests.reports.conftest import HEADER, ROWS
from tests.ui.conftest import press, words


def cells(app):
    return "\n".join(str(value) for table in app.table for value in table.value.to_numpy().ravel())


def test_one_press_assembles_the_year_and_a_person_publishes_and_withdraws_it(own, tmp_path, open_page):
    (tmp_path / "stops.csv").write_text("\n".join([HEADER, *ROWS]) + "\n")
    imports.bring(own, [tmp_path / "stops.csv"], "test")
    everybody = House(own.home, visitor=ANYONE)
    app = press(open_page(own, "library_desk", "analyst", part="Annual report"), "Assemble the report")
    assert "lies in the library as a draft" in words(app)
    assert "Trust, Use of force, Complaints and accountability, Outreach, What changed" in words(app)
    assert cells(app).count("not public") == 2
    assert shelf.documents(everybody) == []
    app = press(app, "Publish both")
    assert "not public" not in cells(app)
    assert shelf.documents(everybody)[0].document.title == "Annual transparency report 2024"
    app = press(press(app, "Assemble the report"), "Publish new versions")
    assert [one.current.number for one in shelf.documents(everybody)] == [2, 2]
    app = press(app, "Withdraw both")
    assert shelf.documents(everybody) == []
    assert [one.label for one in app.button if "again" in one.label] == ["Publish both again"]


def test_without_anything_published_the_desk_says_so(own, open_page):
    app = open_page(own, "library_desk", "analyst", part="Annual report")
    assert "no year to report" in words(app)
    assert not app.exception
