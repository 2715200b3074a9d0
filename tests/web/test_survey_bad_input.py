"""Whatever goes wrong with a form, it comes back with everything typed and one sentence at the field, and nothing wrong is stored."""

from __future__ import annotations

import re

import pytest

from dashboard.schema import bank
from dashboard.schema.questions import Condition, Option, Row
from dashboard.services import forms
from dashboard.store.surveys import Surveys
from tests.web.conftest import origin
from tests.web.surveying import DAY, YES_NO, ask, begin, key_of, made_of, open_survey, post, stored

ROWS = (Row(id="G_a", label={"en": "Speed"}), Row(id="G_b", label={"en": "Care"}))
NONE = Option(code="none", label={"en": "None of these"}, alone=True)
EVERY_KIND = (
    ask("S", dont_know=True),
    ask("M", "multi", pick=2, options=(*YES_NO, Option(code="maybe", label={"en": "Maybe"}), NONE)),
    ask("L", "scale", prefer_not=True),
    ask("G", "grid", rows=ROWS, required=True),
    ask("T", "ten"),
    ask("R", "rating"),
    ask("N", "number", low=0, high=120),
    ask("W", "text"),
    ask("X", "long_text"),
    ask("D", "date"),
    ask("I", "note"),
)
GOOD = {
    "S": "yes",
    "M": ["yes", "no"],
    "L": "prefer_not",
    "G_a": "yes",
    "G_b": "no",
    "T": "0",
    "R": "5",
    "N": "12,5",
    "W": " w ",
    "X": "x",
    "D": "2026-02-28",
}
BAD = [
    ("S", "maybe", "not among the choices"),
    ("S", ["yes", "no"], "not among the choices"),
    ("S", "not_applicable", "not among the choices"),
    ("M", ["yes", "no", "maybe"], "up to 2"),
    ("M", ["yes", "other"], "not among the choices"),
    ("M", ["yes", "none"], "do not go together"),
    ("L", "9", "not among the choices"),
    ("G_b", "", "This answer is needed"),
    ("G_a", "dont_know", "not among the choices"),
    ("T", "11", "not among the choices"),
    ("T", "-1", "not among the choices"),
    ("R", "0", "not among the choices"),
    ("N", "121", "from 0 to 120"),
    ("N", "twelve", "from 0 to 120"),
    ("N", "nan", "from 0 to 120"),
    ("W", "w" * 301, "up to 300 characters"),
    ("X", "x" * 4001, "up to 4000 characters"),
    ("D", "31/12/2026", "year-month-day"),
    ("D", "2026-02-30", "year-month-day"),
]


@pytest.fixture
def every(web, served):
    return open_survey(served, made_of(*EVERY_KIND))


def test_every_kind_of_question_is_stored_as_what_it_is(web, served, every):
    answer = post(web, every[0], begin(web, every[0]), **GOOD)
    assert answer.status_code == 200, answer.text
    (kept,) = stored(served, every[1])
    answers = {"S": "yes", "M": ["yes", "no"], "L": "prefer_not", "G_a": "yes", "G_b": "no", "T": 0, "R": 5, "N": 12.5, "D": "2026-02-28"}
    assert kept["answers"] == answers
    assert kept["comments"] == {"W": "w", "X": "x"}


@pytest.mark.parametrize("mistake", BAD, ids=[f"{name}-{str(value)[:20]}" for name, value, _ in BAD])
def test_a_mistake_is_said_at_its_field_and_above_and_all_else_stays(web, served, every, mistake):
    name, value, sentence = mistake
    answer = post(web, every[0], begin(web, every[0]), **{**GOOD, name: value})
    assert answer.status_code == 422
    assert stored(served, every[1]) == []
    assert re.search(rf'<p class="error" id="e-{name}">[^<]*{re.escape(sentence)}', answer.text)
    assert re.search(rf'<a href="#f-{name}">[^<]*{re.escape(sentence)}', answer.text)
    assert f'id="f-{name}"' in answer.text
    assert f'aria-describedby="e-{name}"' in answer.text
    assert "<title>Error: " in answer.text
    for other, kept in GOOD.items():
        for one in [kept] if isinstance(kept, str) else kept:
            if other != name:
                assert shows(answer.text, other, one), (other, one)
    if isinstance(value, str) and name in {"N", "W", "X", "D"}:
        assert value in answer.text


def shows(text, name, value):
    """Whether the page holds this value in this field."""
    if name in {"N", "W", "D"}:
        return re.search(rf'name="{name}" value="{re.escape(value)}"', text)
    return f">{value}</textarea>" in text if name == "X" else re.search(rf'name="{name}" value="{value}" checked', text)


def test_a_number_with_one_limit_names_that_limit(web, served):
    code, _ = open_survey(served, made_of(ask("N", "number", low=18)))
    assert "at least 18" in post(web, code, begin(web, code), N="3").text


def test_a_page_cannot_be_jumped_over_to_leave_a_needed_answer_out(web, served):
    last = ask("C", show_if=Condition(question="B", any_of=("yes",)))
    code, wave = open_survey(served, made_of(ask("A", required=True), ask("B", show_if=Condition(question="A", any_of=("yes", "no"))), last))
    key = begin(web, code)
    answer = post(web, code, key, page="3", C="yes")
    assert answer.status_code == 422
    assert "This answer is needed" in answer.text
    assert "Question A?" in answer.text
    assert stored(served, wave) == []
    post(web, code, key, A="yes")
    post(web, code, key, page="2", B="yes")
    assert post(web, code, key, page="3", C="yes").status_code == 200
    assert [one["answers"] for one in stored(served, wave)] == [{"A": "yes", "B": "yes", "C": "yes"}]


def test_who_goes_back_keeps_what_could_not_be_read_and_is_told_before_it_is_sent(web, served):
    made = made_of(ask("A"), ask("N", "number", show_if=Condition(question="A", any_of=("yes",))))
    code, wave = open_survey(served, made)
    key = begin(web, code)
    post(web, code, key, A="yes")
    post(web, code, key, page="2", N="a lot", action="back")
    assert 'value="a lot"' in web.get(f"/s/{code}/{key}?page=2").text
    answer = post(web, code, key, page="3")
    assert answer.status_code == 422
    assert "write a number" in answer.text
    assert 'value="a lot"' in answer.text
    assert stored(served, wave) == []


def test_a_survey_that_closes_meanwhile_gives_everything_back(web, served):
    code, wave = open_survey(served, made_of(ask("A"), ask("X", "long_text")))
    key = begin(web, code)
    Surveys(served.records).close(wave.id, "Ada", DAY)
    for _ in range(2):  # before and after the link's memory has noticed
        answer = post(web, code, key, A="yes", X="a long thought")
        assert answer.status_code == 410
        assert "closed before your answers arrived" in answer.text
        assert "a long thought" in answer.text
        forms._found.cache_clear()
    assert stored(served, wave) == []


def test_a_form_of_several_pages_sent_ten_times_is_one_and_changed_is_refused(web, served):
    code, wave = open_survey(served, made_of(ask("A"), ask("B", show_if=Condition(question="A", any_of=("yes",)))))
    key = begin(web, code)
    post(web, code, key, A="yes")
    answers = [post(web, code, key, page="2", B="no") for _ in range(10)]
    assert {one.status_code for one in answers} == {200}
    assert len({re.search(r"Receipt (\w{8})", one.text)[1] for one in answers}) == 1
    assert all("Nothing was stored twice" in one.text for one in answers[1:])
    changed = post(web, code, key, page="2", B="yes")
    assert changed.status_code == 409
    assert "already sent from this page" in changed.text
    assert re.search(r'name="B" value="yes" checked', changed.text)
    assert [one["answers"] for one in stored(served, wave)] == [{"A": "yes", "B": "no"}]


def test_a_key_is_good_for_its_own_survey_only(web, served):
    one, _ = open_survey(served, made_of(ask("A")))
    other, wave = open_survey(served, made_of(ask("A")))
    answer = post(web, other, begin(web, one), A="yes")
    assert answer.status_code == 403
    assert re.search(r'name="A" value="yes" checked', answer.text)
    assert stored(served, wave) == []
    assert post(web, other, key_of(answer.text), A="yes").status_code == 200


def test_a_survey_by_invitation_takes_nothing_without_one_whatever_is_posted(web, served):
    code, wave = open_survey(served, made_of(ask("A"), invited_only=True))
    token = Surveys(served.records).invite(wave.survey_id, 1)[0]
    key = begin(web, code, t=token)
    for wrong in ({}, {"t": "made-up"}):
        answer = post(web, code, key, A="yes", **wrong)
        assert answer.status_code == 403
        assert "by invitation" in answer.text
        assert re.search(r'name="A" value="yes" checked', answer.text)
    assert stored(served, wave) == []
    assert post(web, code, key, A="yes", t=token).status_code == 200
    used = post(web, code, begin_again(web, code, key), A="no", t=token)
    assert used.status_code in {403, 409}
    assert len(stored(served, wave)) == 1


def begin_again(web, code, key):
    """A fresh key without opening the form, which an invitation that was used no longer opens."""
    return key_of(post(web, code, "made-up", A="no").text)


def test_a_device_that_answered_sends_no_second_form_from_another_tab(web, served):
    code, wave = open_survey(served, made_of(ask("A"), once_per_device=True))
    first, second = begin(web, code), begin(web, code)
    assert post(web, code, first, A="yes").status_code == 200
    again = post(web, code, second, A="no")
    assert again.status_code == 409
    assert "already answered" in again.text
    replay = post(web, code, first, A="yes")
    assert "Nothing was stored twice" in replay.text
    assert len(stored(served, wave)) == 1


def test_far_too_much_is_refused_in_words(web, served, every):
    answer = post(web, every[0], begin(web, every[0]), X="x" * 1_100_000)
    assert answer.status_code == 413
    assert "still there" in answer.text
    much = post(web, every[0], begin(web, every[0]), X="x" * 400_000)
    assert much.status_code == 422
    assert "x" * 400_000 in much.text


def test_nonsense_is_never_a_broken_page(web, served, every):
    key = begin(web, every[0])
    for fields in ({"page": "-1"}, {"page": "999999"}, {"page": "two"}, {"lang": "xx"}, {"action": "lang-xx"}, {"action": "explode"}, {"S": "\x00"}):
        assert post(web, every[0], key, **fields).status_code in {200, 303, 422}, fields
    for path in ("?page=0", "?page=-1", "?page=9999999999999999999999", "?page=%00"):
        assert web.get(f"/s/{every[0]}/{key}{path}").status_code in {200, 404}
    assert web.post(f"/s/{every[0]}", content=b"\xff\xfe", headers={"content-type": "application/x-www-form-urlencoded"}).status_code in {403, 413}
    assert web.post(f"/s/{every[0]}", content=b"{}", headers={"content-type": "application/json", **origin(web)}).status_code in {403, 413}


def test_pages_are_not_kept_without_end_for_one_network(web, served, monkeypatch):
    from dashboard.web import flood

    monkeypatch.setattr(flood, "PAGES", flood.Flood(most=3, seconds=60.0))
    code, _ = open_survey(served, bank.template("community", ("Harbor",)))
    monkeypatch.setattr(flood.PAGES, "full", lambda source, most=0: flood.Flood.full(flood.PAGES, source, 3))
    statuses = [post(web, code, begin(web, code), C1="3").status_code for _ in range(5)]
    assert statuses == [303, 303, 303, 429, 429]
