"""What is written beside 'Other' is counted as that answer and stands in no result; a survey goes to another home as a file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dashboard.errors import ScopeError
from dashboard.schema import bank, editing, exchange
from dashboard.schema.editing import Line
from dashboard.services.house import House
from dashboard.services.surveys import authoring, each_question
from dashboard.store.intake import Intake, Submission

DAY = dt.date(2026, 1, 5)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    return House(tmp_path / "home")


def test_the_answer_is_counted_and_its_words_are_in_no_result(house: House) -> None:
    survey = authoring.begin(house, authoring.BLANK, "Ways", "Ada")
    ask = editing.new_question("single", {"en": "How do you come?"}, ())
    ask = editing.with_options(ask, [Line(1, "yes", {"en": "By bus"}), Line(2, "no", {"en": "Another way"})], specify="no")
    authoring.keep(house, survey.id, editing.added(survey.draft, 0, [ask]))
    wave = authoring.launch(house, survey.id, "spring", "Ada", opens=DAY, closes=None, sampling="opt_in")
    for number in range(60):
        chosen = {ask.id: "no" if number % 3 == 0 else "yes"}
        wrote = {ask.specified_id(): f"zeppelin {number}"} if number % 3 == 0 else {}
        Intake(house.records).accept([Submission(f"key{number}", wave.id, survey.id, "web", "en", DAY, chosen, wrote)])
    authoring.close(house, wave.id, "Ada")
    found = each_question.answer(house, survey.id, ask.id)
    shares = {row[1]: row[2].value for row in found.tables[0].rows}
    assert shares == {"By bus": pytest.approx(2 / 3, abs=1e-3), "Another way": pytest.approx(1 / 3, abs=1e-3)}
    assert any("'Another way' is counted" in note for note in found.notes)
    assert "zeppelin" not in repr(found) + repr(each_question.answer(house, survey.id))


def test_a_survey_begins_from_a_file_of_another_home(house: House) -> None:
    text = exchange.written(bank.template("event"))
    made = authoring.begin(house, authoring.BLANK, "Our event", "Ada", file=text)
    assert made.title == "Our event"
    assert [one.id for one in made.draft.questions()] == [one.id for one in bank.template("event").questions()]
    with pytest.raises(ScopeError, match="not a survey"):
        authoring.begin(house, authoring.BLANK, "", "Ada", file="{}")
