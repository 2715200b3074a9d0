"""HR brings a staff survey of another tool in on the page: what is unknown stops it, groups and receipt are shown, nothing of a row is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dashboard.services.employee import bringing
from dashboard.services.house import House
from dashboard.ui.staff_bring import KEY, Bring
from tests.ui.conftest import words

FILE = Path(__file__).parents[1] / "fixtures" / "staff" / "google_forms_staff.csv"


@pytest.fixture
def own(nothing, tmp_path):
    shutil.copytree(nothing.home.path, tmp_path / "home")
    return House(tmp_path / "home")


@pytest.fixture
def page(own, open_page):
    app = open_page(own, "staff_surveys", "hr")
    app.segmented_control[0].set_value("bring").run()
    assert not app.exception
    return app


def press(app, label):
    return next(one for one in app.button if one.label == label).click().run(timeout=30)


def cells(app):
    return "\n".join(str(value) for table in app.table for value in table.value.to_numpy().ravel())


def given(app, own):
    (look,) = bringing.look_at(own, FILE.name, FILE.read_bytes())
    app.session_state[KEY] = Bring(FILE.name, b"", looks=[look], round=1)
    return app.run(timeout=30)


def test_nothing_is_said_of_imports_before_there_is_one(page):
    assert "are not kept" in words(page)
    assert "What came in" not in words(page)


def test_a_file_is_checked_settled_frozen_and_taken_back(page, own):
    app = press(given(page, own), "Check what would be shown")
    assert "3 different answers are in no table" in words(app)
    next(one for one in app.checkbox if one.label.startswith("Leave out all")).check()
    app = press(app, "Take these meanings")
    assert not app.exception
    assert "Patrol, Investigations, Dispatch" in words(app)
    assert "Falconry" not in words(app)
    app = press(app, "Freeze the results")
    assert not app.exception
    assert "No single answer is kept." in words(app)
    assert KEY not in app.session_state
    (done,) = bringing.listing(own)
    receipt = next(one for one in app.selectbox if one.label == "Its receipt")
    app = receipt.set_value(done.id).run()
    assert "taken: about 120" in words(app).replace("\\", "")
    assert "e-mail address (about 120)" in cells(app).replace("\\", "")
    app = press(app, "Take this file back")
    assert "leave every page" in words(app)
    bringing.undo(own, done.id, "Hana")
    assert "taken back" in cells(app.run())
    assert not app.exception


def test_groups_changed_after_a_check_are_checked_again(page, own):
    app = press(given(page, own), "Check what would be shown")
    next(one for one in app.checkbox if one.label.startswith("Leave out all")).check()
    app = press(app, "Take these meanings")
    by = next(one for one in app.multiselect if one.label == "Divide results by")
    app = by.set_value(["unit"]).run()
    assert "check again" in words(app)
    assert next(one for one in app.button if one.label == "Freeze the results").disabled


def test_putting_it_away_keeps_nothing(page, own):
    app = press(given(page, own), "Put the file away")
    assert KEY not in app.session_state
    assert bringing.listing(own) == []
