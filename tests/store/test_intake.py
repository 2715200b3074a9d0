"""Answers are stored once, moved on without their order, and never tied to whoever was invited. On both databases."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest
from sqlalchemy import inspect, select

from dashboard.errors import StoreError
from dashboard.schema import bank
from dashboard.store.intake import CHANGED, CLOSED, REPLAYED, STORED, USED, Accepted, Intake, Submission
from dashboard.store.records import Records
from dashboard.store.survey_tables import CommentRow, FollowUpRow, PendingRow, ResponseRow, SentRow
from dashboard.store.surveys import Surveys, Wave

DAY = dt.date(2026, 3, 2)


@pytest.fixture
def wave(records: Records) -> Wave:
    surveys = Surveys(records)
    survey = surveys.new(bank.template("community", ("North",)), "Residents", "Ada")
    return surveys.launch(survey.id, "spring", "Ada", opens=DAY)


def form(wave: Wave, key: str, **more: object) -> Submission:
    plain = Submission(key, wave.id, wave.survey_id, "web", "en", DAY, {"C1": 3, "C19": "North"}, {"C18": f"words of {key}"})
    return replace(plain, **more)  # type: ignore[arg-type]


def test_ten_replays_store_one_and_give_the_same_receipt(records: Records, wave: Wave) -> None:
    door = Intake(records)
    first = door.accept([form(wave, "k")])[0]
    again = [door.accept([form(wave, "k")])[0] for _ in range(10)]
    assert first.outcome == STORED
    assert {one.outcome for one in again} == {REPLAYED}
    assert {one.receipt for one in again} == {first.receipt}
    assert door.received(wave.id) == 1


def test_a_changed_body_under_the_same_key_is_not_stored(records: Records, wave: Wave) -> None:
    door = Intake(records)
    door.accept([form(wave, "k")])
    assert door.accept([form(wave, "k", answers={"C1": 5})])[0].outcome == CHANGED
    assert door.received(wave.id) == 1


def test_twice_in_one_batch_is_one(records: Records, wave: Wave) -> None:
    assert [one.outcome for one in Intake(records).accept([form(wave, "k"), form(wave, "k")])] == [STORED, REPLAYED]


def test_a_closed_wave_takes_nothing(records: Records, wave: Wave) -> None:
    Surveys(records).close(wave.id, "Ada", DAY)
    assert Intake(records).accept([form(wave, "k")])[0] == Accepted(CLOSED)
    assert Intake(records).received(wave.id) == 0


def test_of_many_posts_with_one_invitation_exactly_one_is_stored(records: Records, wave: Wave) -> None:
    token = Surveys(records).invite(wave.survey_id, 1)[0]
    found: list[str] = []

    def send(number: int) -> None:
        found.append(Intake(records).accept([form(wave, f"k{number}", token=token)])[0].outcome)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted([STORED, *[USED] * 19])
    assert Surveys(records).invitations(wave.survey_id) == (1, 1)


def test_fewer_than_ten_wait_and_ten_are_moved_in_another_order(records: Records, wave: Wave) -> None:
    door = Intake(records)
    door.accept([form(wave, f"k{n}", answers={"C1": 3, "n": n}) for n in range(9)])
    assert door.flush(wave.id) == 0
    door.accept([form(wave, f"k{n}", answers={"C1": 3, "n": n}) for n in range(9, 40)])
    assert door.waiting() == [wave.id]
    assert door.flush(wave.id) == 40
    with records.read() as session:
        kept = [row.answers["n"] for row in session.scalars(select(ResponseRow))]
        texts = [row.original for row in session.scalars(select(CommentRow))]
        assert session.scalars(select(PendingRow)).all() == []
    assert sorted(kept) == list(range(40))
    assert kept != list(range(40))
    assert sorted(texts) == sorted(f"words of k{n}" for n in range(40))


def test_the_rest_moves_when_a_wave_ends(records: Records, wave: Wave) -> None:
    Intake(records).accept([form(wave, "k")])
    assert Intake(records).flush(wave.id, rest=True) == 1


def test_no_column_could_tell_who_or_when(records: Records) -> None:
    records.upgrade()
    for table in (ResponseRow, CommentRow, PendingRow, SentRow):
        names = {column["name"] for column in inspect(records.engine).get_columns(table.__tablename__)}
        assert not names & {"ip", "user_agent", "moment", "created", "time", "token", "token_hash", "person_id", "number"}


def test_a_wish_to_be_called_is_kept_apart(records: Records, wave: Wave) -> None:
    Intake(records).accept([form(wave, "k", follow_up=("Jo", "555-0100", "please call"))])
    with records.read() as session:
        pending = session.scalars(select(PendingRow)).one()
        wish = session.scalars(select(FollowUpRow)).one()
    assert wish.phone == "555-0100"
    assert "555-0100" not in str(pending.payload)
    assert wish.id != pending.id


def test_a_draft_is_kept_under_its_link_and_goes_when_it_is_sent(records: Records, wave: Wave) -> None:
    door = Intake(records)
    door.keep_draft("link", wave.id, 1, {"C1": 2}, DAY)
    door.keep_draft("link", wave.id, 2, {"C1": 4}, DAY)
    assert door.draft("link") == (wave.id, 2, {"C1": 4})
    assert door.drafts(wave.id) == {2: 1}
    door.accept([form(wave, "link")])
    assert door.draft("link") is None
    assert door.receipt("link")


def test_forgotten_drafts_go(records: Records, wave: Wave) -> None:
    door = Intake(records)
    door.keep_draft("link", wave.id, 1, {}, DAY)
    assert door.forget_drafts(DAY) == 0
    assert door.forget_drafts(DAY + dt.timedelta(days=1)) == 1


def test_an_unchanged_draft_opens_again_as_the_same_version(records: Records, wave: Wave) -> None:
    surveys = Surveys(records)
    with pytest.raises(StoreError, match="open"):
        surveys.launch(wave.survey_id, "summer", "Ada", opens=DAY)
    surveys.close(wave.id, "Ada", DAY)
    assert surveys.launch(wave.survey_id, "summer", "Ada", opens=DAY).version == 1
    surveys.close(surveys.waves(wave.survey_id)[-1].id, "Ada", DAY)
    surveys.keep_draft(wave.survey_id, bank.template("calea"))
    assert surveys.launch(wave.survey_id, "autumn", "Ada", opens=DAY).version == 2
    assert surveys.version(wave.survey_id, 1) == bank.template("community", ("North",))


def test_a_link_leads_to_the_open_wave_and_an_unknown_one_nowhere(records: Records, wave: Wave) -> None:
    surveys = Surveys(records)
    link = surveys.add_channel(wave.survey_id, "Poster", "poster")
    found = surveys.behind(link.code)
    assert found is not None
    assert found[2] is not None
    assert found[2].id == wave.id
    assert surveys.behind("nothing") is None


def test_an_open_survey_is_not_archived(records: Records, wave: Wave) -> None:
    with pytest.raises(StoreError, match="still open"):
        Surveys(records).archive(wave.survey_id, "Ada")
