"""Answers are stored once, moved on without their order, and never tied to whoever was invited. On both databases."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import inspect, select

from dashboard.errors import StoreError
from dashboard.schema import bank
from dashboard.store.half_filled import HalfFilled
from dashboard.store.home import Home
from dashboard.store.intake import CHANGED, CLOSED, NOT_INVITED, REPLAYED, STORED, USED, Accepted, Intake, Submission
from dashboard.store.records import Records
from dashboard.store.survey_counts import WaveCounts
from dashboard.store.survey_tables import CommentRow, FollowUpRow, PendingRow, ResponseRow, SentRow
from dashboard.store.surveys import Surveys, Wave
from tests.together import at_once

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
    assert WaveCounts(records).received(wave.id) == 1


def test_a_changed_body_under_the_same_key_is_not_stored(records: Records, wave: Wave) -> None:
    door = Intake(records)
    door.accept([form(wave, "k")])
    assert door.accept([form(wave, "k", answers={"C1": 5})])[0].outcome == CHANGED
    assert WaveCounts(records).received(wave.id) == 1


def test_twice_in_one_batch_is_one(records: Records, wave: Wave) -> None:
    assert [one.outcome for one in Intake(records).accept([form(wave, "k"), form(wave, "k")])] == [STORED, REPLAYED]


def test_a_closed_wave_takes_nothing(records: Records, wave: Wave) -> None:
    Surveys(records).close(wave.id, "Ada", DAY)
    assert Intake(records).accept([form(wave, "k")])[0] == Accepted(CLOSED)
    assert WaveCounts(records).received(wave.id) == 0


def test_of_fifty_posts_with_one_invitation_exactly_one_is_stored(records: Records, wave: Wave) -> None:
    token = Surveys(records).invite(wave.survey_id, 1)[0]
    found: list[str] = []
    send = lambda number: found.append(Intake(records).accept([form(wave, f"k{number}", token=token)])[0].outcome)  # noqa: E731
    assert at_once(send, 50) == []
    assert sorted(found) == sorted([STORED, *[USED] * 49])
    assert Surveys(records).invitations(wave.survey_id) == (1, 1)
    assert WaveCounts(records).received(wave.id) == 1


def test_fewer_than_ten_wait_and_ten_are_moved_in_another_order(records: Records, wave: Wave) -> None:
    door = Intake(records)
    door.accept([form(wave, f"k{n}", answers={"C1": 3, "n": n}) for n in range(9)])
    assert door.flush(wave.id) == 0
    door.accept([form(wave, f"k{n}", answers={"C1": 3, "n": n}) for n in range(9, 40)])
    assert door.waiting() == [wave.id]
    assert door.flush(wave.id) == 40
    with records.read() as session:
        kept = [row.answers["n"] for row in session.scalars(select(ResponseRow))]
        texts = [door.originals.opened(row) for row in session.scalars(select(CommentRow))]
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


def test_a_half_filled_form_is_kept_under_its_link_and_goes_when_it_is_sent(records: Records, wave: Wave) -> None:
    door, halves = Intake(records), HalfFilled(records)
    halves.keep("link", wave.id, 1, {"C1": 2}, DAY)
    halves.keep("link", wave.id, 2, {"C1": 4}, DAY)
    assert halves.find("link") == (wave.id, 2, {"C1": 4})
    assert WaveCounts(records).left(wave.id) == {2: 1}
    door.accept([form(wave, "link")])
    assert halves.find("link") is None
    assert door.receipt("link")
    assert WaveCounts(records).left(wave.id) == {}


def test_old_and_ended_forms_go_and_only_their_count_stays(records: Records, wave: Wave) -> None:
    halves = HalfFilled(records)
    halves.keep("old", wave.id, 1, {"C1": 1}, DAY)
    halves.keep("new", wave.id, 3, {"C1": 1}, DAY + dt.timedelta(days=1))
    assert halves.forget(DAY) == 0
    assert halves.forget(DAY + dt.timedelta(days=1)) == 1
    assert halves.end(wave.id) == 1
    assert halves.find("new") is None
    assert WaveCounts(records).left(wave.id) == {1: 1, 3: 1}


def test_who_gives_up_leaves_nothing(records: Records, wave: Wave) -> None:
    halves = HalfFilled(records)
    halves.keep("link", wave.id, 1, {"C1": 2}, DAY)
    halves.give_up("link")
    assert halves.find("link") is None
    assert WaveCounts(records).left(wave.id) == {}


def test_one_form_kept_by_two_at_once_is_kept_once(records: Records, wave: Wave) -> None:
    trouble = at_once(lambda number: HalfFilled(records).keep("link", wave.id, 1, {"C1": number}, DAY), 8)
    assert trouble == []
    assert WaveCounts(records).left(wave.id) == {1: 1}


def test_answers_are_counted_by_link_and_the_link_is_not_in_the_answer(records: Records, wave: Wave) -> None:
    door = Intake(records)
    door.accept([form(wave, f"k{n}", link="library") for n in range(3)] + [form(wave, "k3", link="school")])
    door.accept([form(wave, "k4", link="library"), form(wave, "k0", link="library")])
    assert WaveCounts(records).links(wave.id) == {"library": 4, "school": 1}
    assert WaveCounts(records).languages(wave.id) == {"en": 5}
    with records.read() as session:
        assert not any("library" in str(row.payload) for row in session.scalars(select(PendingRow)))


def test_links_are_counted_right_when_many_send_at_once(records: Records, wave: Wave) -> None:
    assert at_once(lambda number: Intake(records).accept([form(wave, f"k{number}", link="library")]), 16) == []
    assert WaveCounts(records).links(wave.id) == {"library": 16}


def test_two_that_move_the_same_answers_at_once_move_each_once(records: Records, wave: Wave) -> None:
    Intake(records).accept([form(wave, f"k{n}", answers={"n": n}) for n in range(40)])
    assert at_once(lambda _: Intake(records).flush(wave.id), 6) == []
    with records.read() as session:
        assert sorted(row.answers["n"] for row in session.scalars(select(ResponseRow))) == list(range(40))


def test_an_answer_that_is_acknowledged_while_a_wave_closes_is_among_its_answers(records: Records, wave: Wave) -> None:
    """Closing ends the wave and moves the rest; whoever was told 'stored' is in it, whoever came later was told 'closed'."""
    told: list[str] = []

    def one(number: int) -> None:
        if number == 5:
            Surveys(records).close(wave.id, "Ada", DAY)
            Intake(records).flush(wave.id, rest=True)
        else:
            told.append(Intake(records).accept([form(wave, f"k{number}")])[0].outcome)

    assert at_once(one, 16) == []
    assert set(told) <= {STORED, CLOSED}
    with records.read() as session:
        assert session.scalars(select(PendingRow)).all() == []
        assert len(session.scalars(select(ResponseRow)).all()) == told.count(STORED)


def test_what_an_invitation_lets_in(records: Records, wave: Wave) -> None:
    door, token = Intake(records), Surveys(records).invite(wave.survey_id, 1)[0]
    assert door.accept([form(wave, "a", invited_only=True)])[0].outcome == NOT_INVITED
    assert door.accept([form(wave, "b", invited_only=True, token="made up")])[0].outcome == NOT_INVITED
    assert door.accept([form(wave, "c", invited_only=True, token=token)])[0].outcome == STORED
    assert door.accept([form(wave, "d", invited_only=True, token=token)])[0].outcome == USED
    assert door.accept([form(wave, "e", token=token)])[0].outcome == USED
    assert door.accept([form(wave, "f", token="made up")])[0].outcome == STORED


def test_nobody_can_try_answers_out_against_the_fingerprint_of_a_form(records: Records, wave: Wave) -> None:
    """Two people who answered alike have unlike fingerprints, so the database alone cannot tie a guess to a form."""
    Intake(records).accept([form(wave, "a", body="same"), form(wave, "b", body="same")])
    with records.read() as session:
        assert len({row.body_hash for row in session.scalars(select(SentRow))}) == 2
    assert Intake(records).sent("a", "same")[1]
    assert not Intake(records).sent("a", "other")[1]


def test_what_is_deleted_is_overwritten(home: Home) -> None:
    records = Records(home)
    with records.read() as session:
        assert session.connection().exec_driver_sql("PRAGMA secure_delete").scalar() == 1
    records.close()


def test_an_error_of_the_database_holds_nobodys_answers(records: Records, wave: Wave, caplog: pytest.LogCaptureFixture) -> None:
    with records.write() as session:
        session.connection().exec_driver_sql("drop table survey_follow_ups")
    with pytest.raises(StoreError) as error:
        Intake(records).accept([form(wave, "k", follow_up=("Jo", "555-0100", ""))])
    assert error.value.__cause__ is not None
    assert "555-0100" not in f"{error.value} {error.value.hint} {error.value.__cause__}"
    assert Intake(records).receipt("k") == ""


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
