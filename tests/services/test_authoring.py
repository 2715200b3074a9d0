"""Surveys from beginning to end, as their authors see them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dashboard.access.principal import Principal
from dashboard.errors import AccessDenied, ScopeError, StoreError
from dashboard.services.house import House
from dashboard.services.surveys import authoring, watching
from dashboard.store.intake import Intake, Submission

DAY = dt.date(2026, 1, 5)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    return House(tmp_path / "home")


def opened(house: House) -> authoring.Desk:
    survey = authoring.begin(house, "post_contact_short", "Well?", "Ada")
    authoring.launch(house, survey.id, "", "Ada", opens=DAY, closes=None, sampling="opt_in")
    return authoring.desk(house, survey.id)


def test_a_template_can_be_opened_at_once_and_gets_a_link(house: House) -> None:
    desk = opened(house)
    assert desk.open_wave is not None
    assert [one.kind for one in desk.channels] == ["web"]


def test_a_blank_survey_cannot_be_opened_and_says_why(house: House) -> None:
    survey = authoring.begin(house, "blank", "Mine", "Ada")
    with pytest.raises(ScopeError, match="no question"):
        authoring.launch(house, survey.id, "w", "Ada", opens=DAY, closes=None, sampling="opt_in")


def test_a_missing_translation_stops_the_opening(house: House) -> None:
    survey = authoring.begin(house, "post_contact_short", "", "Ada")
    authoring.keep(house, survey.id, survey.draft.model_copy(update={"languages": ("en", "es", "vi")}))
    with pytest.raises(ScopeError, match="translation is missing"):
        authoring.launch(house, survey.id, "w", "Ada", opens=DAY, closes=None, sampling="opt_in")


def test_a_launched_question_reworded_gets_its_next_version_and_the_break_is_told(house: House) -> None:
    desk = opened(house)
    draft = desk.survey.draft
    first = draft.sections[0].questions[0]
    changed = first.model_copy(update={"wording": {**first.wording, "en": "They were polite."}})
    section = draft.sections[0].model_copy(update={"questions": (changed, *draft.sections[0].questions[1:])})
    authoring.keep(house, desk.survey.id, draft.model_copy(update={"sections": (section,)}))
    again = authoring.desk(house, desk.survey.id)
    assert again.survey.draft.question("P1").version == 2
    assert any("worded anew (P1)" in one for one in again.breaks)


def test_an_open_survey_is_counted_in_steps_of_five(house: House) -> None:
    desk = opened(house)
    wave = desk.open_wave
    forms = [Submission(f"k{n}", wave.id, wave.survey_id, "web", "en", DAY, {"P1": 4}) for n in range(8)]
    Intake(house.records).accept(forms)
    assert "At least 5 answers so far" in watching.arriving(house, wave).sentence
    closed = authoring.close(house, wave.id, "Ada")
    assert "8 answers were stored" in watching.arriving(house, closed).sentence


def test_invitations_come_back_with_a_link_each_and_only_hashes_stay(house: House) -> None:
    desk = opened(house)
    made = authoring.invite(house, desk.survey.id, [["Ann", "a@example.org"], ["Bo", "b@example.org"]], "https://x.example")
    links = [row[2] for row in made]
    assert len(set(links)) == 2
    assert all(link.startswith(f"https://x.example/s/{desk.channels[0].code}?t=") for link in links)
    kept = (house.home.path / "records.sqlite").read_bytes() + (house.home.path / "records.sqlite-wal").read_bytes()
    assert b"a@example.org" not in kept
    assert links[0].partition("?t=")[2].encode() not in kept


def test_only_authors_may(house: House) -> None:
    visitor = House(house.home, visitor=Principal("p", "P", ("command",)))
    for ask in (lambda: authoring.listing(visitor), lambda: authoring.begin(visitor, "blank", "x", "P")):
        with pytest.raises(AccessDenied):
            ask()


def test_dates_that_cannot_be_are_refused_in_words(house: House) -> None:
    survey = authoring.begin(house, "post_contact_short", "", "Ada")
    with pytest.raises(ScopeError, match="before the first"):
        authoring.launch(house, survey.id, "w", "Ada", opens=DAY, closes=DAY - dt.timedelta(days=1), sampling="opt_in")
    with pytest.raises(StoreError, match="no link"):
        authoring.invite(house, survey.id, [["A"]], "")
