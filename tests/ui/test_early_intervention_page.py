"""The page Early intervention: an opened list and record are one line each in the audit log, however often the page is drawn again."""

from __future__ import annotations

import datetime as dt
import shutil

from dashboard.services.early import cases, model
from dashboard.services.house import House
from dashboard.store.audit import Audit
from dashboard.store.officer_cases import OfficerCases
from tests.ui.conftest import press, words


def test_an_opening_is_written_down_once(riverton, tmp_path, open_page):
    shutil.copytree(riverton.home.path, tmp_path / "home")
    house = House(tmp_path / "home")
    first = model.model(house).review.for_review[0].name
    app = open_page(house, "early_intervention", "professional_standards")
    next(one for one in app.text_input if one.label == "Reason").set_value("Weekly review")
    press(app, "Open the list")
    app.selectbox(key=next(one.key for one in app.selectbox if one.label == "Officer")).set_value(first)
    next(one for one in app.text_input if one.label.startswith("Why do you open")).set_value("Before the talk")
    press(app, "Open the record")
    for _ in range(2):
        app.run()
    press(app, "Take this pattern up")
    assert not app.exception
    assert "next: a conversation with the supervisor" in words(app)
    audit = Audit(house.records)
    assert [one.details["reason"] for one in audit.search(action="officers_listed")] == ["Weekly review"]
    assert [(one.subject, one.details["reason"]) for one in audit.search(action="officer_viewed")] == [(first, "Before the talk")]
    audited = audit.head().number
    (case,) = OfficerCases(house.records).all()
    cases.talked(house, case.id, "Talked about the evening shift")
    cases.decided(house, case.id, "training", "De-escalation course", dt.date.today() + dt.timedelta(days=100))
    app.run()
    assert not app.exception
    assert "Did the pattern change?" in words(app)
    assert "too early" in words(app).lower()
    assert audit.head().number == audited + 2, "the two steps, and no second look"
    press(app, "Close this record")
    app.run()
    assert len(audit.search(action="officer_viewed")) == 1
