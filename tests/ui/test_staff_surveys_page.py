"""The Staff surveys page as HR uses it: begun, its groups looked at with a list, launched, invited to, closed, and what is withheld."""

from __future__ import annotations

import shutil

import pytest

from dashboard.services.employee import closing
from dashboard.services.employee.staff_list import StaffList, propose
from dashboard.services.house import House
from dashboard.store.staff_answers import StaffAnswers
from dashboard.store.surveys import Surveys
from dashboard.ui.staff_list import LIST
from tests.services.employee.staffing import Officer, sent
from tests.ui.conftest import words

HEAD = ("Name", "E-mail", "Unit", "Sworn")


@pytest.fixture
def own(nothing, tmp_path, monkeypatch):
    """An empty home of one's own, without a mail server."""
    monkeypatch.delenv("COMMON_GROUND_SMTP", raising=False)
    shutil.copytree(nothing.home.path, tmp_path / "home")
    return House(tmp_path / "home")


@pytest.fixture
def page(own, open_page):
    app = open_page(own, "staff_surveys", "hr")
    assert not app.exception
    return app


def press(app, label):
    return next(one for one in app.button if one.label == label).click().run()


def with_list(app, unit="Patrol"):
    rows = tuple((f"Person {number}", f"p{number}@x.example", unit if number % 2 else "Investigations", "yes") for number in range(40))
    app.session_state[LIST] = StaffList(HEAD, rows, propose(HEAD))
    return app.run()


def begin(app):
    next(one for one in app.text_input if one.label == "Title").set_value("Spring <b>pulse</b>")
    return press(app, "Begin")


def cells(app):
    return "\n".join(str(value) for table in app.table for value in table.value.to_numpy().ravel())


def test_a_pulse_is_begun_and_its_promise_is_read(page):
    app = begin(page)
    assert not app.exception
    said = words(app)
    assert "What this does not protect against" in said
    assert "by unit and sworn or civilian" in said
    assert "988" in said
    assert "<b>" not in said.replace("\\<b\\>", "")


def test_a_list_shows_what_would_be_hidden(page):
    app = with_list(begin(page))
    assert not app.exception
    assert "A list of **40** people" in words(app)
    assert "expected answers" in words(app)
    assert "not shown: fewer than 10" in cells(app)
    assert "Person 1" not in words(app) + cells(app)


def test_a_list_with_other_words_is_one_sentence_with_a_way_on(page):
    app = with_list(begin(page), unit="Harbor")
    assert "the survey does not offer" in words(app)
    assert not [one for one in app.button if one.label == "Launch this survey"]
    app = press(app, "Take the list's own 2 words for unit")
    assert not app.exception
    assert "Harbor" in cells(app)


def test_launched_invited_to_and_closed(page, own):
    app = press(with_list(begin(page)), "Launch this survey")
    assert not app.exception
    said = words(app)
    assert "Fewer than ten answers so far" in said.replace("\\", "")
    (survey,) = Surveys(own.records).all()
    (wave,) = Surveys(own.records).waves(survey.id)
    assert StaffAnswers(own.records).declared(wave.id).heads["unit"] == {
        "patrol": 20.0,
        "investigations": 20.0,
        **dict.fromkeys(("special", "community", "communications", "support"), 0.0),
    }
    app = press(app, "Invite 40 people")
    assert "40 new links" in words(app)
    assert "stored nowhere" in words(app)
    tokens = Surveys(own.records).invite(survey.id, 30)
    for number, token in enumerate(tokens):
        sent(own, wave, Officer(number, "", "", {"M11": 1 + number % 5, "U1": "patrol" if number % 2 else "investigations"}), token)
    assert "At least 30 answers so far" in words(app.run()).replace("\\", "")
    app.session_state[f"cg_staff_step_{survey.id}_True"] = "Close and results"
    app = press(app.run(), "Close this survey")
    assert "cannot be taken back" in words(app)
    closing.close(own, wave.id, "Hana")  # a dialog's own button cannot be pressed here
    app.session_state[f"cg_staff_step_{survey.id}_False"] = "Close and results"
    app = app.run()
    assert "Results for everybody together are shown" in words(app).replace("\\", "")
    assert "Which is which is not said" in cells(app).replace("\\", "")
    assert any(len(one.value) == 64 for one in app.code)


def test_the_page_keeps_the_list_in_the_tab_and_nowhere_else(page, own):
    app = with_list(begin(page))
    assert isinstance(app.session_state[LIST], StaffList)
    app = press(app, "Let the list go")
    assert LIST not in app.session_state
    own.records.settle()
    found = b"".join(file.read_bytes() for file in own.home.path.rglob("*") if file.is_file())
    assert b"x.example" not in found
