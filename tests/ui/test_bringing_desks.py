"""Both desks that bring answers of other tools in read a file again when a person says what only a person knows, and let it go when told to."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboard.errors import SourceError
from dashboard.ui import bringing, staff_bring
from tests.ui.conftest import press, words

AGREE = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")
ROWS = [f"{1 + n % 9}/{1 + n % 7}/2024 9:00:00,{AGREE[n % 5]},{AGREE[n % 4]}" for n in range(60)]
CONTENT = "\n".join(["Timestamp,I am proud to work here,Things get better", *ROWS]).encode()
DESKS = {"surveys": (bringing, "analyst"), "staff_surveys": (staff_bring, "hr")}


@pytest.fixture(params=list(DESKS))
def desk(request, own, open_page):
    """The page of a desk with a file on its way in, and the desk."""
    module, role = DESKS[request.param]
    app = open_page(own, request.param, role)
    app.segmented_control[0].set_value("bring").run()
    found = module.Bring("answers.csv", CONTENT)
    found.read(lambda name, content, **asked: _looks(request.param, own, name, content, asked))
    if module is bringing:
        found.mappings = {number: one.mapping for number, one in enumerate(found.looks)}
    app.session_state[module.KEY] = found
    app.run(timeout=30)
    assert not app.exception
    return app, module


def _looks(page, house, name, content, asked):
    """What the service of a desk finds."""
    from dashboard.services.employee import bringing as of_staff
    from dashboard.services.surveys import bringing as of_residents

    return (of_residents if page == "surveys" else of_staff).look_at(house, name, content, **asked | {"progress": None})


def test_the_order_of_dates_is_asked_and_the_file_read_again(desk):
    app, module = desk
    before = app.session_state[module.KEY].round
    for label, order in (("Day first (3 April is 3/4)", "dmy"), ("Month first (3 April is 4/3)", "mdy")):
        next(one for one in app.radio if "Which comes first?" in one.label).set_value(order).run(timeout=30)
        assert not app.exception
        found = app.session_state[module.KEY]
        assert found.order == order, label
        assert found.round > before
        before = found.round
        assert found.looks[0].export.receipt.rows_kept == 60
        last = max(dt.date.fromisoformat(str(one)) for one in found.looks[0].export.answers.column("_week").to_pylist())
        assert last.month == (7 if order == "dmy" else 9), "the month is one of 1 to 7, the other of 1 to 9"


def test_a_file_that_cannot_be_read_says_why_and_is_read_again(desk):
    app, module = desk
    found = app.session_state[module.KEY]
    found.looks, found.failure = [], SourceError("Nobody knows this file.", hint="Say which tool wrote it.")
    app.session_state[module.KEY] = found
    app.run()
    assert "Nobody knows this file" in words(app)
    press(app, "Read it again")
    assert not app.exception
    assert app.session_state[module.KEY].failure is None
    assert len(app.session_state[module.KEY].looks) == 1


def test_it_is_put_away_when_told_to(desk):
    app, module = desk
    press(app, "Put the file away")
    assert not app.exception
    assert module.KEY not in app.session_state
    assert not app.success
