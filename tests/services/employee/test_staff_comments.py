"""What staff wrote: HR alone judges it, in redacted words; others' comments are out of reach here; an order of chance."""

from __future__ import annotations

import pytest

from dashboard.access.principal import Principal
from dashboard.access.roles import ROLES
from dashboard.errors import AccessDenied, ScopeError
from dashboard.schema import bank
from dashboard.services.employee import closing, comments
from dashboard.services.house import House
from dashboard.services.surveys import asked
from dashboard.store import intake
from dashboard.store.answers import Answers
from dashboard.store.surveys import Surveys
from tests.services.employee.staffing import DAY, answered, opened, staff


@pytest.fixture
def closed(empty):
    wave = opened(empty)
    answered(empty, wave, staff(), comments=[f"Call me at 555-010-{1000 + number} about radios." for number in range(25)])
    closing.close(empty, wave.id, "Hana")
    return wave


def test_hr_judges_redacted_words_and_reads_what_is_released(empty, closed):
    hr = House(empty.home, visitor=Principal("h", "Hana", ("hr",)))
    first = comments.following(hr, closed.survey_id)
    assert first.left == 25
    assert "555" not in first.text
    assert (first.wave, first.question) == (closed.name, "M12"), "this pulse asks for no words, so that only the code is known"
    asks = Surveys(empty.records).new(bank.template("employee_full"), "Full", "Hana")
    wave = Surveys(empty.records).launch(asks.id, "full", "Hana", opens=closed.opens)
    assert asked.wording(hr, asks.id, wave.version, "M12") == "One change that would most improve your work."
    comments.judge(hr, closed.survey_id, first.id, "More radios.", "Hana", release=True)
    second = comments.following(hr, closed.survey_id)
    assert (second.left, second.id != first.id) == (24, True)
    comments.judge(hr, closed.survey_id, second.id, second.text, "Hana", release=False)
    assert comments.released(hr, closed.survey_id, closed.id) == ["More radios."]
    with pytest.raises(ScopeError, match="does not wait here"):
        comments.judge(hr, closed.survey_id, first.id, "Again.", "Hana", release=True)


def test_the_order_is_new_each_time(empty, closed):
    while (one := comments.following(empty, closed.survey_id)) is not None:
        comments.judge(empty, closed.survey_id, one.id, f"Text {one.left}", "Hana", release=True)
    assert len({tuple(comments.released(empty, closed.survey_id, closed.id)) for _ in range(4)}) > 1


def test_a_residents_comment_can_neither_be_read_nor_judged_here(empty, closed):
    from dashboard.schema import bank

    surveys = Surveys(empty.records)
    other = surveys.new(bank.template("community", ("North",)), "Residents", "Ada")
    wave = surveys.launch(other.id, "w", "Ada", opens=DAY)
    surveys.close(wave.id, "Ada", DAY)
    Answers(empty.records).add_comments([intake.new_comment(wave.id, "C18", "secret", "") | {"id": "0" * 32, "redacted": "secret"}])
    hr = House(empty.home, visitor=Principal("h", "Hana", ("hr",)))
    assert comments.following(hr, closed.survey_id).text != "secret"
    for act in (
        lambda: comments.judge(hr, closed.survey_id, "0" * 32, "x", "Hana", release=True),
        lambda: comments.following(hr, other.id),
        lambda: comments.released(hr, other.id, wave.id),
        lambda: comments.released(hr, closed.survey_id, wave.id),
    ):
        with pytest.raises(ScopeError):
            act()


@pytest.mark.parametrize("role", [role for role in ROLES if role != "hr"])
def test_nobody_else_reads_them(empty, closed, role):
    house = House(empty.home, visitor=Principal("p", "P", (role,)))
    for act in (lambda: comments.following(house, closed.survey_id), lambda: comments.released(house, closed.survey_id, closed.id)):
        with pytest.raises(AccessDenied):
            act()
