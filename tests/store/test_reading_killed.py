"""The process that reads comments with a new list of names is killed, again and again: nothing old is handed out, and it goes on where it was."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.access.principal import ANYONE, Principal
from dashboard.services.house import House
from dashboard.services.surveys import closing, comments, review, roster, standing, upkeep, voices_read, voices_words
from dashboard.web import reader
from tests import talking
from tests.talking import PLAIN, WHO

ROOT = Path(__file__).resolve().parents[2]
MANY = 7_000
ODD = "Zorblatt drives too fast on our block, and that was number"
KILLS = 2


@pytest.fixture
def town(tmp_path: Path, records_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A home on each database with a released comment and counted words that hold the name of an officer whom no list knew."""
    if records_url.startswith("sqlite"):
        monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    else:
        monkeypatch.setenv("COMMON_GROUND_RECORDS", records_url)
    house = talking.town(tmp_path)
    said = [(f"{ODD if place % 2 else PLAIN} {place}.", "North") for place in range(MANY)]
    talking.wave(house, dt.date(2024, 4, 1), said)
    one = review.following(house, "traffic")
    assert one is not None
    review.judge(house, one.id, review.RELEASED, WHO)
    assert "zorblatt" in handed_out(house)
    yield house
    house.records.close()


def handed_out(house: House) -> str:
    """Everything that readers, the reviewer and files can be handed, in small letters."""
    found: list[object] = [one.redacted for one in standing.comments(house).waiting(most=MANY)]
    for seen in (house, House(house.home, visitor=ANYONE)):
        found += [
            voices_words.quotes(seen, "traffic"),
            voices_words.search(seen, "block"),
            voices_words.cloud(seen),
            voices_read.voices(seen).content,
        ]
    return str(found).lower()


def reading(house: House) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "dashboard", "comments", "--home", str(house.home.path)]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL)


def reviewer(house: House) -> House:
    return House(house.home, visitor=Principal("r", "R", ("analyst",)))


def test_killed_in_the_middle_it_hands_out_nothing_old_and_goes_on(town: House) -> None:
    assert roster.take(reviewer(town), b"Quimby Zorblatt", WHO) == 1
    assert comments.counts(town).again == MANY, "the request returned before anything was read"
    left = MANY
    for _ in range(KILLS):
        running = reading(town)
        until = time.monotonic() + 60
        while comments.counts(town).again == left and time.monotonic() < until:
            time.sleep(0.02)
        running.send_signal(signal.SIGKILL)
        assert running.wait() == -signal.SIGKILL, "it was killed, it had not ended"
        now = comments.counts(town).again
        assert 0 < now < left
        assert "zorblatt" not in handed_out(town)
        assert not standing.settled(town)
        left = now
    assert upkeep.to_read(town) == left
    running = reading(town)
    assert running.wait(120) == 0
    assert (comments.counts(town).again, upkeep.to_read(town)) == (0, 0)
    assert "zorblatt" not in handed_out(town)
    assert "[name] drives" in handed_out(town)
    assert voices_words.cloud(town).result


def test_the_server_begins_the_reading_stops_it_and_goes_on(town: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    roster.take(reviewer(town), b"Quimby Zorblatt", WHO)
    first = reader.Reader()
    first.look(town)
    until = time.monotonic() + 60
    while comments.counts(town).again == MANY and time.monotonic() < until:
        first.look(town)
        time.sleep(0.02)
    first.stop()
    left = comments.counts(town).again
    assert 0 < left < MANY
    assert "zorblatt" not in handed_out(town)
    later = reader.Reader()
    while upkeep.to_read(town) and time.monotonic() < until + 60:
        later.look(town)
        time.sleep(0.1)
    assert upkeep.to_read(town) == 0
    assert "zorblatt" not in handed_out(town)
    later.stop()


def test_a_list_that_changes_while_comments_are_counted_freezes_no_part_of_them(town: House, monkeypatch: pytest.MonkeyPatch) -> None:
    before = voices_read.voices(town).latest["n"]
    real = comments.read

    def meanwhile(house: House) -> comments.Done:
        done = real(house)
        closing_names = b"Quimby Zorblatt\nUlla Ypsilon"
        monkeypatch.setattr(closing.comments, "read", real)
        monkeypatch.setattr(closing, "AT_ONCE", 10)
        roster.take(reviewer(town), closing_names, WHO)
        return done

    monkeypatch.setattr(closing.comments, "read", meanwhile)
    upkeep.read_on(town)
    assert comments.counts(town).again == MANY
    assert voices_read.voices(town).latest["n"] == before
    assert upkeep.to_read(town) == MANY
    upkeep.read_on(town)
    assert (upkeep.to_read(town), voices_read.voices(town).latest["n"]) == (0, before)
    assert "zorblatt" not in handed_out(town)
