"""The password door: alike for every wrong try, slower after each, never shut for good, and open to those who know."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.access import passwords
from dashboard.access.by_password import PasswordDoor, Visit
from dashboard.access.principal import ANYONE
from dashboard.access.sessions import Sessions
from dashboard.errors import AccessDenied, PasswordRefused, TooSoon
from dashboard.settings import DEFAULTS
from dashboard.store.audit import Audit
from dashboard.store.passwords import Passwords
from dashboard.store.people import People
from dashboard.store.records import Records
from tests.access.conftest import GOOD, OTHER

HERE = Visit(source="192.0.2.1", device="Firefox on Windows")


@pytest.fixture
def quick(monkeypatch):
    """Hashes that cost nothing, where only the counting is tried."""
    monkeypatch.setattr(passwords, "matches", lambda word, stored, key: stored is not None and word == GOOD)


def attempt(door, name="ana", word="wrong", visit=HERE):
    """What a try came to: 'in', 'wrong', or the seconds to wait."""
    try:
        door.enter(name, word, visit)
    except TooSoon as soon:
        return soon.seconds
    except AccessDenied:
        return "wrong"
    return "in"


def test_the_right_password_opens_a_session_and_ends_the_one_before(door, ana, sessions):
    first = door.enter("ana", GOOD, HERE)
    assert sessions.principal(first.token).name == "Ana"
    second = door.enter(" ANA ", GOOD, Visit(before=first.token))
    assert sessions.principal(first.token) is ANYONE
    (one,) = sessions.of(ana.id)
    assert (one.how, one.stage, one.strong) == ("password", "", False)
    assert second.token != first.token


def test_every_wrong_try_is_answered_in_the_same_words(door, ana, records):
    People(records).add("Never set one", "ben")
    carl = People(records).add("Carl", "carl")
    door.set(carl.id, OTHER, carl.id)
    People(records).set_disabled(carl.id, True)
    said = set()
    for name, word in (
        ("ana", "wrong"),
        ("nobody", GOOD),
        ("ben", GOOD),
        ("carl", OTHER),
        ("ana", GOOD + " "),
        ("ana", ""),
        ("", ""),
        ("ana", "x" * 9000),
    ):
        with pytest.raises(AccessDenied) as denied:
            door.enter(name, word, Visit(source=name + word[:9]))
        said.add((denied.value.message, denied.value.hint))
    assert len(said) == 1


def test_a_failed_try_is_written_down_without_what_was_typed(door, ana, records):
    attempt(door, "ana", "my secret by mistake")
    attempt(door, "a password typed as name", "x")
    lines = Audit(records).search(action="sign_in_failed")
    assert [line.who for line in lines] == ["", ana.id]
    assert not Audit(records).search(words="secret")
    assert not Audit(records).search(words="typed as name")


def test_an_unknown_name_takes_as_long_as_a_wrong_password(door, ana):
    def seconds(name, n):
        started = time.perf_counter()
        attempt(door, name, "wrong", Visit(source=f"{name}{n}"))
        return time.perf_counter() - started

    times = {name: [] for name in ("ana", "nobody")}
    for n in range(5):
        for name, found in times.items():
            found.append(seconds(name, n))
    known, unknown = (statistics.median(found) for found in times.values())
    assert min(known, unknown) > 0.05, "the hash has its cost"
    assert 0.6 < known / unknown < 1.6, times


def test_waits_double_and_end_by_themselves(door, ana, clock, quick):
    assert [attempt(door) for _ in range(7)] == ["wrong"] * 6 + [1]
    assert attempt(door, word=GOOD) == 1, "the right password waits too: otherwise the wait would tell it"
    waits = []
    for _ in range(9):
        soon = attempt(door)
        clock.pass_seconds(soon)
        waits.append(soon)
        assert attempt(door) == "wrong"
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    clock.pass_seconds(60)
    assert attempt(door, word=GOOD) == "in"
    assert attempt(door) == "wrong", "a success forgets the failures"
    assert attempt(door, word=GOOD) == "in"


def test_tries_during_a_wait_do_not_make_it_longer(door, ana, clock, quick):
    for _ in range(6):
        attempt(door)
    for _ in range(50):
        assert attempt(door) == 1
    clock.pass_seconds(1)
    assert attempt(door, word=GOOD) == "in"


def test_unknown_names_wait_like_known_ones(door, ana, clock, quick):
    known = [attempt(door, "ana") for _ in range(8)]
    unknown = [attempt(door, "nobody", visit=Visit(source="elsewhere")) for _ in range(8)]
    assert known == unknown


def test_a_restart_forgets_no_failure(door, ana, records, clock, quick):
    for _ in range(6):
        attempt(door)
    records.close()
    again = PasswordDoor(Sessions(Records(records.home), lambda: DEFAULTS, clock=clock))
    assert attempt(again) == 1


def test_many_tries_at_once_do_not_slip_through(door, ana, quick):
    with ThreadPoolExecutor(8) as crowd:
        found = list(crowd.map(lambda _: attempt(door), range(40)))
    assert found.count("wrong") <= 7
    assert all(one == "wrong" or one <= 2 for one in found)


def test_one_source_that_tries_many_names_waits_and_others_do_not(door, ana, clock, quick):
    found = [attempt(door, f"name{n}") for n in range(40)]
    assert found.count("wrong") == 21
    assert attempt(door, "ana", GOOD) == 1
    assert attempt(door, "ana", GOOD, Visit(source="198.51.100.9")) == "in"
    clock.pass_minutes(121)
    assert attempt(door, "ana", GOOD) == "in"


def test_nobody_can_shut_a_person_out_of_a_browser_they_have_used(door, ana, clock, quick):
    mark = door.enter("ana", GOOD, HERE).mark
    for n in range(20):
        clock.pass_seconds(60)
        attempt(door, visit=Visit(source=f"botnet {n}"))
    assert attempt(door, word=GOOD, visit=Visit(source="a new phone")) == 60
    assert attempt(door, word=GOOD, visit=Visit(source="192.0.2.1", known=mark)) == "in"
    found = [attempt(door, visit=Visit(known=mark)) for _ in range(8)]
    assert found == ["wrong"] * 6 + [1, 1], "the mark spares no wait to whoever stole it"


def test_a_mark_is_worth_nothing_for_others_after_a_new_password_or_when_made_up(door, ana, records, quick, monkeypatch):
    ben = People(records).add("Ben", "ben")
    door.set(ben.id, OTHER, ben.id)
    mark = door.enter("ana", GOOD, HERE).mark
    for name in ("ana", "ben"):
        for n in range(10):
            attempt(door, name, visit=Visit(source=f"{name}{n}"))
    made_up = mark.partition(".")[0] + "." + "0" * 64
    for name, cookie in (("ben", mark), ("ana", made_up), ("ana", ""), ("ana", "é.ü")):
        assert isinstance(attempt(door, name, GOOD, Visit(known=cookie)), int)
    monkeypatch.undo()
    door.set(ana.id, OTHER, ana.id)
    assert isinstance(attempt(door, "ana", OTHER, Visit(known=mark)), int)


def test_no_name_and_no_address_can_be_read_from_the_counted_tries(door, ana, records, quick):
    attempt(door, "somebody@riverton.example", visit=Visit(source="203.0.113.77"))
    stored = b"".join(file.read_bytes() for file in records.home.path.rglob("*") if file.is_file())
    assert b"203.0.113.77" not in stored
    assert b"somebody@riverton" not in stored


def test_changing_the_password_asks_for_the_current_one_and_ends_other_sessions(door, ana, sessions):
    here, there = door.enter("ana", GOOD, Visit(source="1")), door.enter("ana", GOOD, Visit(source="2"))
    me = sessions.principal(here.token)
    with pytest.raises(AccessDenied, match="current password"):
        door.change(me, here.token, "wrong", OTHER)
    with pytest.raises(PasswordRefused, match="at least 12"):
        door.change(me, here.token, GOOD, "short")
    with pytest.raises(PasswordRefused, match="first that others"):
        door.change(me, here.token, GOOD, "password12345")
    assert sessions.principal(there.token).signed_in
    link = sessions.make_link(ana.id)
    door.change(me, here.token, GOOD, OTHER)
    assert sessions.principal(here.token).signed_in
    assert sessions.principal(there.token) is ANYONE
    with pytest.raises(AccessDenied):
        sessions.open(link)
    assert attempt(door, word=GOOD) == "wrong"
    assert attempt(door, word=OTHER) == "in"


def test_guessing_the_current_password_in_an_open_session_has_to_wait(door, ana, sessions, clock, quick):
    me = sessions.principal(door.enter("ana", GOOD, HERE).token)
    for _ in range(6):
        with pytest.raises(AccessDenied):
            door.confirm(me, "wrong")
    with pytest.raises(TooSoon):
        door.confirm(me, GOOD)
    clock.pass_seconds(1)
    door.confirm(me, GOOD)


def test_only_hashes_are_stored(door, ana, records):
    stored = b"".join(file.read_bytes() for file in records.home.path.rglob("*") if file.is_file())
    assert GOOD.encode() not in stored
    assert Passwords(records).of(ana.id).startswith("$2b$12$")
    assert "password_changed" in [line.action for line in Audit(records).search()]


def test_a_person_who_is_gone_cannot_be_given_a_password(door):
    with pytest.raises(Exception, match="no such person"):
        door.set("nobody", GOOD, "admin")
