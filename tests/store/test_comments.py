"""Comments on both databases: read once their wave has closed, judged once, acting at once, originals gone when they are no longer needed."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, update

from dashboard.errors import StoreError
from dashboard.schema import bank
from dashboard.store.answers import Answers
from dashboard.store.audit import Audit
from dashboard.store.comments import KEPT_BACK, RELEASED, Comments, Counts
from dashboard.store.home import Home
from dashboard.store.intake import new_comment
from dashboard.store.originals import seal_older
from dashboard.store.records import Records
from dashboard.store.survey_tables import CommentRow
from dashboard.store.surveys import Surveys, Wave

DAY = dt.date(2025, 3, 3)


@pytest.fixture
def wave(records: Records) -> Wave:
    surveys = Surveys(records)
    survey = surveys.new(bank.template("community", ("North",)), "Residents", "Ada")
    made = surveys.launch(survey.id, "spring", "Ada", opens=DAY)
    Answers(records).add_comments([new_comment(made.id, "C18", f"original {number}", "North") for number in range(6)])
    return made


def read(records: Records, **more: object) -> list[str]:
    """Read everything as a machine would; the ids."""
    names = []
    for batch in Comments(records).to_read():
        kept = {"language": "en", "tone": 0.2, "themes": "traffic", "marks": "NAME", **more}
        Comments(records).keep_read([{"id": one.id, "redacted": f"safe {one.original[-1]}", **kept} for one in batch])
        names += [one.id for one in batch]
    return names


def originals(records: Records) -> list[str]:
    """Originals that are still there, of whatever state."""
    with records.read() as session:
        return sorted(row for row in session.scalars(select(CommentRow.original)) if row)


def test_nobody_reads_the_words_of_an_open_survey(records: Records, wave: Wave) -> None:
    assert list(Comments(records).to_read()) == []
    assert Comments(records).counts() == Counts(coming=6)
    Surveys(records).close(wave.id, "Ada", DAY)
    assert len(read(records)) == 6
    assert list(Comments(records).to_read()) == []
    assert Comments(records).counts() == Counts(waiting=6)


def test_results_never_get_an_original(records: Records, wave: Wave) -> None:
    Surveys(records).close(wave.id, "Ada", DAY)
    read(records)
    found = Comments(records).of_waves([wave.id])
    assert len(found) == 6
    assert "original" not in str(found)
    assert "original" not in str(Comments(records).released([wave.id]))


def test_a_judgement_acts_at_once_is_audited_and_is_given_once(records: Records, wave: Wave) -> None:
    Surveys(records).close(wave.id, "Ada", DAY)
    first, second, *_ = read(records)
    store = Comments(records)
    store.judge([first], RELEASED, "Ada", corrected="safer", purge=False)
    store.judge([second], KEPT_BACK, "Ada", purge=False)
    assert [(one.id, one.text) for one in store.released([wave.id])] == [(first, "safer")]
    with pytest.raises(StoreError, match="judged this comment already"):
        store.judge([first], KEPT_BACK, "Bo", purge=False)
    assert store.counts() == Counts(waiting=4, released=1, kept_back=1)
    lines = {(line.who, line.action, line.subject) for line in Audit(records).search()}
    assert {("Ada", "comment released", first), ("Ada", "comment kept back", second)} <= lines
    store.take_back(first, "Bo")
    assert store.released([wave.id]) == []
    assert store.counts().waiting == 5
    with pytest.raises(StoreError, match="waits already"):
        store.take_back(first, "Bo")


def test_an_unread_comment_cannot_be_released(records: Records, wave: Wave) -> None:
    with records.read() as session:
        name = session.scalars(select(CommentRow.id)).first() or ""
    with pytest.raises(StoreError):
        Comments(records).judge([name], RELEASED, "Ada", purge=False)


def test_originals_go_when_they_were_judged_but_the_last_can_be_taken_back(records: Records, wave: Wave) -> None:
    Surveys(records).close(wave.id, "Ada", DAY)
    first, second, *_ = read(records)
    store = Comments(records)
    store.judge([first], RELEASED, "Ada", purge=True)
    assert len(originals(records)) == 6
    store.judge([second], RELEASED, "Ada", purge=True)
    assert len(originals(records)) == 5
    assert store.take_back(second, "Ada").original.startswith("original")
    assert store.take_back(first, "Ada").original == ""
    store.purge()
    assert len(originals(records)) == 5
    store.purge(waiting=True)
    assert originals(records) == []


def test_the_queue_filters_by_theme_counts_and_sets_aside(records: Records, wave: Wave) -> None:
    Surveys(records).close(wave.id, "Ada", DAY)
    names = read(records)
    store = Comments(records)
    store.keep_read([{"id": names[0], "themes": "force,traffic"}, {"id": names[1], "themes": "forces"}, {"id": names[2], "themes": ""}], anew=True)
    assert store.waiting_by_theme() == {"traffic": 4, "force": 1, "forces": 1, "": 1}
    assert [one.id for one in store.waiting("force", most=9)] == [names[0]]
    assert store.waiting("force", [names[0]]) == []
    assert store.waiting("f%") == []
    one = store.waiting("force")[0]
    assert (one.original, one.redacted, one.marks, one.survey) == ("original " + one.redacted[-1], one.redacted, ("NAME",), "Residents")
    assert store.marks()[1] == {"NAME": 6}


def test_comments_of_an_import_that_was_undone_are_gone(records: Records, wave: Wave) -> None:
    Surveys(records).close(wave.id, "Ada", DAY)
    read(records)
    with pytest.raises(StoreError, match="no longer there"):
        Comments(records).judge(["gone"], RELEASED, "Ada", purge=False)
    with pytest.raises(StoreError, match="no longer there"):
        Comments(records).take_back("gone", "Ada")


def test_a_deleted_original_is_not_left_in_the_file(home: Home) -> None:
    records = Records(home)
    made = Surveys(records).launch(Surveys(records).new(bank.template("community", ("North",)), "R", "Ada").id, "w", "Ada", opens=DAY)
    canary = "CANARY-7f3a " * 40
    Answers(records).add_comments([new_comment(made.id, "C18", canary, "North") for _ in range(3)])
    Surveys(records).close(made.id, "Ada", DAY)
    read(records)
    assert not _holding(home, records), "it lies there sealed"
    with records.write() as session:
        session.execute(update(CommentRow).values(original=canary, original_key=""))  # as before originals were sealed
    assert _holding(home, records)
    assert seal_older(records) == 3
    assert not _holding(home, records)
    Comments(records).purge(waiting=True)
    assert originals(records) == []


def _holding(home: Home, records: Records) -> list[str]:
    """Files of the records that hold the canary."""
    with records.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return [file.name for file in home.path.glob("records.sqlite*") if b"CANARY" in file.read_bytes()]


def test_what_was_read_under_another_standing_is_handed_to_nobody(records: Records, wave: Wave) -> None:
    Surveys(records).close(wave.id, "Ada", DAY)
    first, *_ = read(records)
    Comments(records).judge([first], RELEASED, "Ada", purge=False)
    now = Comments(records, "new names")
    assert (now.released([wave.id]), now.of_waves([wave.id]), now.waiting(most=9), now.waiting_by_theme()) == ([], [], [], {})
    assert now.marks() == (0, {})
    assert now.counts() == Counts(again=6)
    (batch,) = now.to_read()
    with pytest.raises(StoreError, match="read again"):
        now.judge([batch[0].id if batch[0].id != first else batch[1].id], RELEASED, "Ada", purge=False)
    now.keep_read([{"id": one.id, "redacted": "safe"} for one in batch[:4]])
    assert now.counts().again == 2
    assert [len(rest) for rest in now.to_read()] == [2], "it goes on where it was stopped"
    now.keep_read([{"id": one.id, "redacted": "late"} for one in batch])
    assert {one.text for one in now.of_waves([wave.id])} == {"safe", "late"}
    assert sum(one.text == "safe" for one in now.of_waves([wave.id])) == 4, "what another process has read meanwhile stays"
