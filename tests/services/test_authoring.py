"""Surveys from beginning to end, as their authors see them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dashboard.access.principal import Principal
from dashboard.errors import AccessDenied, ScopeError, StoreError
from dashboard.schema import bank, editing
from dashboard.schema.questions import Definition
from dashboard.services.house import House
from dashboard.services.surveys import authoring, authors, sharing, upkeep
from dashboard.store.audit import Audit
from dashboard.store.half_filled import HalfFilled
from dashboard.store.intake import CLOSED, STORED, Intake, Submission
from dashboard.store.survey_counts import WaveCounts
from dashboard.store.surveys import Surveys

DAY = dt.date(2026, 1, 5)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    return House(tmp_path / "home")


def opened(house: House, template: str = "post_contact_short", **more: dt.date | None) -> authoring.Desk:
    survey = authoring.begin(house, template, "Well?", "Ada")
    days = {"opens": DAY, "closes": None} | more
    authoring.launch(house, survey.id, "", "Ada", sampling="opt_in", **days)  # type: ignore[arg-type]
    return authoring.desk(house, survey.id)


def reworded(draft: Definition, words: str) -> Definition:
    first = draft.sections[0].questions[0]
    return editing.replaced(draft, 0, 0, first.model_copy(update={"wording": {**first.wording, "en": words}}))


def test_a_template_can_be_opened_at_once_and_gets_a_link(house: House) -> None:
    desk = opened(house)
    assert desk.open_wave is not None
    assert [one.kind for one in desk.channels] == ["web"]


@pytest.mark.parametrize("template", [*bank.templates(), authoring.BLANK])
def test_everything_a_survey_can_begin_from_begins(house: House, template: str) -> None:
    survey = authoring.begin(house, template, "", "Ada")
    assert survey.title
    assert survey.draft.sections


def test_a_copy_is_a_survey_of_its_own(house: House) -> None:
    desk = opened(house)
    copy = authoring.begin(house, "", "Again", "Ada", copy_of=desk.survey.id)
    assert copy.id != desk.survey.id
    assert copy.title == "Again"
    assert copy.draft.sections == desk.survey.draft.sections
    assert authoring.desk(house, copy.id).waves == ()


def test_a_blank_survey_cannot_be_opened_and_says_why(house: House) -> None:
    survey = authoring.begin(house, "blank", "Mine", "Ada")
    with pytest.raises(ScopeError, match="no question"):
        authoring.launch(house, survey.id, "w", "Ada", opens=DAY, closes=None, sampling="opt_in")


def test_a_missing_translation_stops_the_opening(house: House) -> None:
    survey = authoring.begin(house, "post_contact_short", "", "Ada")
    authoring.keep(house, survey.id, survey.draft.model_copy(update={"languages": ("en", "es", "vi")}))
    with pytest.raises(ScopeError, match="translation is missing"):
        authoring.launch(house, survey.id, "w", "Ada", opens=DAY, closes=None, sampling="opt_in")


def test_a_question_that_was_asked_gets_its_next_version_and_the_break_is_told(house: House) -> None:
    desk = opened(house)
    authoring.keep(house, desk.survey.id, reworded(desk.survey.draft, "They were polite."))
    authoring.keep(house, desk.survey.id, reworded(authoring.desk(house, desk.survey.id).survey.draft, "They were very polite."))
    again = authoring.desk(house, desk.survey.id)
    assert again.survey.draft.question("P1").version == 2
    assert any("worded anew (P1)" in one for one in again.breaks)
    assert again.launched["P1"].wording["en"] == "The officer (or employee) treated me with respect."
    back = reworded(again.survey.draft, "The officer (or employee)  treated me with respect.")
    authoring.keep(house, desk.survey.id, back)
    assert authoring.desk(house, desk.survey.id).survey.draft.question("P1").version == 1


def test_a_question_taken_out_and_put_in_again_knows_its_last_version(house: House) -> None:
    desk = opened(house)
    first = desk.survey.draft.sections[0].questions[0]
    authoring.close(house, desk.waves[0].id, "Ada")
    authoring.keep(house, desk.survey.id, editing.replaced(desk.survey.draft, 0, 0))
    authoring.launch(house, desk.survey.id, "second", "Ada", opens=DAY, closes=None, sampling="opt_in")
    authoring.close(house, authoring.desk(house, desk.survey.id).waves[-1].id, "Ada")
    changed = first.model_copy(update={"wording": {"en": "Other words.", "es": "Otras palabras."}})
    authoring.keep(house, desk.survey.id, editing.added(authoring.desk(house, desk.survey.id).survey.draft, 0, [changed]))
    assert authoring.desk(house, desk.survey.id).survey.draft.question("P1").version == 2


def test_another_language_is_no_new_version(house: House) -> None:
    desk = opened(house)
    first = desk.survey.draft.sections[0].questions[0]
    more = first.model_copy(update={"wording": {**first.wording, "vi": "Xin chào"}})
    authoring.keep(house, desk.survey.id, editing.replaced(desk.survey.draft, 0, 0, more))
    assert authoring.desk(house, desk.survey.id).survey.draft.question("P1").version == 1


def test_what_was_launched_never_changes(house: House) -> None:
    desk = opened(house)
    before = Surveys(house.records).version(desk.survey.id, 1)
    authoring.keep(house, desk.survey.id, reworded(desk.survey.draft, "Else."))
    authoring.close(house, desk.waves[0].id, "Ada")
    wave = authoring.launch(house, desk.survey.id, "next", "Ada", opens=DAY, closes=None, sampling="opt_in")
    assert wave.version == 2
    assert Surveys(house.records).version(desk.survey.id, 1) == before


def test_of_two_authors_the_second_is_told_and_nothing_is_overwritten(house: House) -> None:
    survey = authoring.begin(house, "post_contact_short", "", "Ada")
    authoring.keep(house, survey.id, reworded(survey.draft, "By Ada."), survey.draft)
    with pytest.raises(ScopeError, match="Somebody else"):
        authoring.keep(house, survey.id, reworded(survey.draft, "By Bo."), survey.draft)
    assert authoring.desk(house, survey.id).survey.draft.question("P1").wording["en"] == "By Ada."


def test_states_in_the_list(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authors, "today", lambda house: DAY)
    draft = authoring.begin(house, "event", "Draft", "Ada")
    running = opened(house).survey
    later = opened(house, opens=DAY + dt.timedelta(days=3)).survey
    over = opened(house, opens=DAY - dt.timedelta(days=9), closes=DAY - dt.timedelta(days=1)).survey
    away = authoring.begin(house, "event", "Away", "Ada")
    authoring.archive(house, away.id, "Ada", archived=True)
    states = {one.survey.id: one.state for one in authoring.listing(house)}
    assert states == {draft.id: "draft", running.id: "open", later.id: "opens later", over.id: "closed", away.id: "archived"}
    assert authoring.listing(house)[-1].survey.id == away.id


def submission(wave: authoring.Wave, key: str) -> Submission:
    return Submission(key, wave.id, wave.survey_id, "web", "en", DAY, {"P1": 4})


def test_a_wave_ends_after_its_last_day_by_itself_and_keeps_what_it_was_given(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = opened(house, closes=DAY + dt.timedelta(days=1))
    wave = desk.waves[0]
    assert Intake(house.records).accept([submission(wave, "a")])[0].outcome == STORED
    HalfFilled(house.records).keep("half", wave.id, 1, {"P1": 1}, DAY)
    for day, closed in ((DAY, []), (DAY + dt.timedelta(days=1), []), (DAY + dt.timedelta(days=2), [wave.name]), (DAY + dt.timedelta(days=3), [])):
        monkeypatch.setattr(upkeep, "today", lambda house, day=day: day)
        assert upkeep.tidy(house) == closed
    assert Intake(house.records).accept([submission(wave, "b")])[0].outcome == CLOSED
    assert WaveCounts(house.records).received(wave.id) == 1
    assert HalfFilled(house.records).find("half") is None
    ended = authoring.desk(house, desk.survey.id).waves[0]
    assert (ended.state, ended.closes) == ("closed", DAY + dt.timedelta(days=1))
    assert [line.who for line in Audit(house.records).search(action="survey closed")] == ["the calendar"]


def test_waiting_answers_move_on_without_anybody_asking(house: House) -> None:
    wave = opened(house).waves[0]
    Intake(house.records).accept([submission(wave, f"k{n}") for n in range(9)])
    assert upkeep.move_on(house) == 0
    Intake(house.records).accept([submission(wave, "k9")])
    assert upkeep.move_on(house) == 10


def test_half_filled_forms_go_after_thirty_days(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    wave = opened(house).waves[0]
    HalfFilled(house.records).keep("half", wave.id, 1, {"P1": 1}, DAY)
    for days, there in ((30, True), (31, False)):
        monkeypatch.setattr(upkeep, "today", lambda house, days=days: DAY + dt.timedelta(days=days))
        upkeep.tidy(house)
        assert (HalfFilled(house.records).find("half") is not None) is there


def test_invitations_come_back_with_a_link_each_and_only_hashes_stay(house: House) -> None:
    desk = opened(house)
    made = sharing.invite(house, desk.survey.id, [["Ann", "a@example.org"], ["Bo", "b@example.org"]], "https://x.example", "Ada")
    links = [row[2] for row in made]
    assert len(set(links)) == 2
    assert all(link.startswith(f"https://x.example/s/{desk.channels[0].code}?t=") for link in links)
    kept = (house.home.path / "records.sqlite").read_bytes() + (house.home.path / "records.sqlite-wal").read_bytes()
    assert b"a@example.org" not in kept
    assert links[0].partition("?t=")[2].encode() not in kept
    assert sharing.invitations(house, desk.survey.id) == (2, 0)


def test_invitations_go_through_the_link_for_e_mail_and_never_through_a_tablet(house: House) -> None:
    desk = opened(house)
    mail = sharing.add_channel(house, desk.survey.id, "email", "", "Ada")
    sharing.add_channel(house, desk.survey.id, "kiosk", "A tablet", "Ada")
    assert mail.code in sharing.invite(house, desk.survey.id, [["Ann"]], "", "Ada")[0][1]
    for one in authoring.desk(house, desk.survey.id).channels:
        if one.kind != "kiosk":
            sharing.switch_channel(house, one.code, "Ada", off=True)
    with pytest.raises(StoreError, match="no open link"):
        sharing.invite(house, desk.survey.id, [["Ann"]], "", "Ada")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", list(sharing.KINDS))
def test_texts_to_post_hold_the_link_and_promise_what_the_form_promises(house: House, kind: str, language: str) -> None:
    for template in ("community", "post_contact"):
        draft = authoring.begin(house, template, "", "Ada").draft
        text = sharing.share_text(kind, draft, "Riverton PD", "https://x.example/s/abc", language)
        assert "https://x.example/s/abc" in text
        assert draft.title[language] in text
        assert "{" not in text
        assert ("nonym" in text or "nónim" in text) <= (template == "community")


def test_what_is_done_with_a_survey_is_in_the_audit_log(house: House) -> None:
    desk = opened(house)
    sharing.add_channel(house, desk.survey.id, "poster", "Library", "Ada")
    sharing.invite(house, desk.survey.id, [["Ann"]], "", "Ada")
    authoring.close(house, desk.waves[0].id, "Ada")
    actions = {line.action for line in Audit(house.records).search(who="Ada")}
    assert {"survey begun", "survey opened", "survey link", "survey invitations", "survey closed"} <= actions


def test_only_authors_may(house: House) -> None:
    visitor = House(house.home, visitor=Principal("p", "P", ("command",)))
    for ask in (
        lambda: authoring.listing(visitor),
        lambda: authoring.begin(visitor, "blank", "x", "P"),
        lambda: sharing.invite(visitor, "s", [], ""),
    ):
        with pytest.raises(AccessDenied):
            ask()


def test_dates_that_cannot_be_are_refused_in_words(house: House) -> None:
    survey = authoring.begin(house, "post_contact_short", "", "Ada")
    with pytest.raises(ScopeError, match="before the first"):
        authoring.launch(house, survey.id, "w", "Ada", opens=DAY, closes=DAY - dt.timedelta(days=1), sampling="opt_in")
    with pytest.raises(StoreError, match="no open link"):
        sharing.invite(house, survey.id, [["A"]], "")


def test_the_form_s_own_words_are_written_once_for_all_surveys(house: House) -> None:
    survey = authoring.begin(house, "event", "", "Ada")
    authoring.keep(house, survey.id, survey.draft.model_copy(update={"phrases": {"next": {"vi": "Tiếp"}}}))
    assert authoring.known_phrases(house, "vi") == {"next": "Tiếp"}
