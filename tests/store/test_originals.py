"""Originals of comments lie sealed: unreadable without their key, bound to their comment; those from before are sealed, however it is stopped."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select, update

from dashboard.schema import bank
from dashboard.store import originals
from dashboard.store.answers import Answers
from dashboard.store.comments import Comments
from dashboard.store.intake import new_comment
from dashboard.store.originals import Originals, seal_older
from dashboard.store.records import Records
from dashboard.store.survey_tables import CommentRow
from dashboard.store.surveys import Surveys, Wave

DAY = dt.date(2025, 3, 3)
WORDS = [f"My neighbour at number {number} was stopped." for number in range(7)]


@pytest.fixture
def wave(records: Records) -> Wave:
    surveys = Surveys(records)
    survey = surveys.new(bank.template("community", ("North",)), "Residents", "Ada")
    made = surveys.launch(survey.id, "spring", "Ada", opens=DAY)
    add(records, made, WORDS)
    surveys.close(made.id, "Ada", DAY)
    return made


def add(records: Records, wave: Wave, words: list[str]) -> None:
    Answers(records).add_comments([new_comment(wave.id, "C18", text, "North") for text in words])


def stored(records: Records) -> list[tuple[str, str]]:
    """What lies in the records, and the key that it names."""
    with records.read() as session:
        return [(row[0], row[1]) for row in session.execute(select(CommentRow.original, CommentRow.original_key).order_by(CommentRow.id))]


def read(records: Records) -> list[str]:
    return sorted(one.original for batch in Comments(records).to_read() for one in batch)


def as_before(records: Records) -> None:
    """Lay the originals down as they were stored before they were sealed."""
    opener = Originals(records.home)
    with records.write() as session:
        for row in session.scalars(select(CommentRow)):
            row.original, row.original_key = opener.opened(row) or "", ""


def keys(records: Records) -> list[Path]:
    return sorted(records.home.comment_keys.glob("*.key"))


def test_what_lies_in_the_records_is_not_what_was_written(records: Records, wave: Wave) -> None:
    assert all("neighbour" not in text and key for text, key in stored(records))
    assert len({len(text) for text, _ in stored(records)}) == 1, "sizes of short texts tell nothing"
    assert read(records) == WORDS
    (key,) = keys(records)
    assert key.stat().st_mode & 0o777 == 0o600


def test_without_the_key_nobody_reads_and_with_it_everybody_does_again(records: Records, wave: Wave, tmp_path: Path) -> None:
    (key,) = keys(records)
    away = key.rename(tmp_path / key.name)
    assert read(records) == [""] * 7
    assert all(one.lost for batch in Comments(records).to_read() for one in batch)
    assert Comments(records).locked() == 7
    add(records, wave, ["Written while the key was away."])
    assert len(keys(records)) == 1
    assert Comments(records).locked() == 7
    away.rename(key)
    assert read(records) == sorted([*WORDS, "Written while the key was away."])
    assert Comments(records).locked() == 0


def test_a_sealed_text_does_not_open_beside_another_comment(records: Records, wave: Wave) -> None:
    with records.write() as session:
        first, second = session.scalars(select(CommentRow).limit(2))
        second.original = first.original
    assert sum(one.lost for batch in Comments(records).to_read() for one in batch) == 1


def test_those_from_before_are_sealed_however_often_it_is_stopped(records: Records, wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    as_before(records)
    assert read(records) == WORDS, "they are read as they are until then"
    monkeypatch.setattr(originals, "AT_ONCE", 2)
    sealed, calls = Originals.sealed, []

    def stops(self: Originals, name: str, text: str) -> dict[str, str]:
        calls.append(name)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return sealed(self, name, text)

    monkeypatch.setattr(Originals, "sealed", stops)
    with pytest.raises(KeyboardInterrupt):
        seal_older(records)
    assert sum(bool(key) for _, key in stored(records)) == 2, "whole portions only"
    assert read(records) == WORDS
    assert seal_older(records) == 5
    assert all(key and "neighbour" not in text for text, key in stored(records))
    assert read(records) == WORDS
    assert seal_older(records) == 0


def test_what_was_deleted_before_is_not_brought_back(records: Records, wave: Wave) -> None:
    as_before(records)
    with records.write() as session:
        session.execute(update(CommentRow).values(original=""))
    assert seal_older(records) == 0
    assert {text for text, _ in stored(records)} == {""}
