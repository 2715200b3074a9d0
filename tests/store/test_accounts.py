"""Passwords, waits, links and sessions of accounts: the same promises on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from sqlalchemy import text

from dashboard.errors import StoreError
from dashboard.store.audit import Audit
from dashboard.store.passwords import Passwords
from dashboard.store.people import People
from dashboard.store.records import Records
from dashboard.store.sign_ins import SIGN_IN, WELCOME, Opening, SignIns
from dashboard.store.tries import Key, Rule, Tries

NOW = dt.datetime(2024, 3, 10, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
IDLE = dt.timedelta(minutes=30)
ONE = Key("account", "ann", Rule(free=2, longest=dt.timedelta(seconds=8), quiet=HOUR))
TWO = Key("source", "192.0.2.1", Rule(free=3, longest=dt.timedelta(seconds=4), quiet=HOUR))


def seconds(n: float) -> dt.timedelta:
    return dt.timedelta(seconds=n)


def test_waits_grow_to_their_limit_and_are_forgotten_when_it_is_quiet(records: Records) -> None:
    tries, now, found = Tries(records), NOW, []
    for _ in range(8):
        wait = tries.begin([ONE], now)
        found.append(wait.total_seconds() if wait else 0)
        now += wait or seconds(0)
    assert found == [0, 0, 0, 1, 0, 2, 0, 4]
    for _ in range(8):
        now += tries.begin([ONE], now) or seconds(0)
    assert tries.begin([ONE], now + seconds(0.5)) in {None, seconds(7.5)}
    assert [tries.begin([ONE], now + HOUR + seconds(9)) for _ in range(3)] == [None] * 3


def test_while_one_of_several_waits_none_is_counted(records: Records) -> None:
    tries = Tries(records)
    for _ in range(3):
        assert tries.begin([ONE, TWO], NOW) is None
    for _ in range(9):
        assert tries.begin([ONE, TWO], NOW) == seconds(1)
    assert tries.begin([TWO], NOW) is None


def test_success_clears_one_and_takes_only_its_own_try_off_the_other(records: Records) -> None:
    tries = Tries(records)
    for _ in range(3):
        tries.begin([ONE, TWO], NOW)
    tries.clear([ONE])
    tries.forgive([TWO], NOW)
    assert [tries.begin([ONE], NOW) for _ in range(4)] == [None, None, None, seconds(1)]
    assert [tries.begin([TWO], NOW) for _ in range(3)] == [None, None, seconds(1)]


def test_many_at_once_are_all_counted(records: Records) -> None:
    tries, found = Tries(records), []
    threads = [threading.Thread(target=lambda: found.append(tries.begin([ONE, TWO], NOW))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert found.count(None) == 3


def test_old_tries_are_swept_away(records: Records) -> None:
    Tries(records).begin([ONE], NOW)
    Tries(records).begin([TWO], NOW + dt.timedelta(days=2))
    with records.read() as session:
        assert session.scalar(text("select count(*) from sign_in_tries")) == 1


def test_a_password_is_found_by_name_until_the_person_is_shut_out(records: Records) -> None:
    people, passwords = People(records), Passwords(records)
    ann = people.add("Ann", "Ann")
    assert passwords.named("ann") is None
    passwords.set(ann.id, "hash one", ann.id)
    passwords.set(ann.id, "hash two", ann.id)
    assert passwords.named(" ANN ") == (ann.id, "hash two")
    assert passwords.of(ann.id) == "hash two"
    assert passwords.who_has_one() == {ann.id}
    people.set_disabled(ann.id, True)
    assert passwords.named("ann") is None
    with pytest.raises(StoreError, match="no such person"):
        passwords.set("nobody", "hash", "x")


def test_a_new_password_ends_the_other_sessions_and_spends_links(records: Records) -> None:
    ann, ben = People(records).add("Ann", "ann"), People(records).add("Ben", "ben")
    sign_ins = SignIns(records)
    here, there, bens = (sign_ins.open(who.id, HOUR, NOW) for who in (ann, ann, ben))
    link = sign_ins.offer_link(ann.id, HOUR, NOW)
    Passwords(records).set(ann.id, "hash", ann.id, keep=here, now=NOW)
    assert [sign_ins.find(token, IDLE, NOW) is not None for token in (here, there, bens)] == [True, False, True]
    assert sign_ins.use_link(link, NOW) is None


def test_a_link_serves_its_purpose_only_and_looking_at_it_uses_nothing(records: Records) -> None:
    ann, sign_ins = People(records).add("Ann", "ann"), SignIns(records)
    link = sign_ins.offer_link(ann.id, HOUR, NOW, WELCOME)
    assert sign_ins.use_link(link, NOW, SIGN_IN) is None
    for _ in range(2):
        assert sign_ins.look_at_link(link, NOW) == (ann.id, WELCOME)
    assert sign_ins.look_at_link(link, NOW + HOUR) is None
    assert sign_ins.use_link(link, NOW, WELCOME) == ann.id
    assert sign_ins.look_at_link(link, NOW) is None


def test_sessions_are_listed_as_they_were_opened_and_ended_one_by_one(records: Records) -> None:
    ann, sign_ins = People(records).add("Ann", "ann"), SignIns(records)
    phone = sign_ins.open(ann.id, HOUR, NOW, Opening("password", "Safari on iPhone", strong=False))
    sign_ins.open(ann.id, HOUR, NOW, Opening("password", "Edge on Windows", stage="code"))
    sign_ins.open(ann.id, seconds(1), NOW)
    later = NOW + seconds(2)
    (one,) = sign_ins.of(ann.id, IDLE, later)
    assert (one.how, one.device, one.strong, one.stage) == ("password", "Safari on iPhone", False, "")
    assert not sign_ins.close_marked("somebody else", one.mark, "eve", later)
    assert not sign_ins.close_marked(ann.id, "", "eve", later)
    assert sign_ins.close_marked(ann.id, one.mark, "eve", later)
    assert sign_ins.find(phone, IDLE, later) is None
    assert [(line.who, line.details["device"]) for line in Audit(records).search(action="session_ended")] == [("eve", "Safari on iPhone")]


def test_details_change_together_and_a_taken_name_changes_nothing(records: Records) -> None:
    people = People(records)
    ann, _ = people.add("Ann", "ann"), people.add("Ben", "ben")
    link = SignIns(records).offer_link(ann.id, HOUR, NOW)
    with pytest.raises(StoreError, match="taken"):
        people.set_details(ann.id, "Annie", "BEN", "a@b.example", ann.id)
    assert people.get(ann.id) == ann
    people.set_details(ann.id, "Annie", "Annie", "a@b.example", "eve")
    now = people.named("annie")
    assert now is not None
    assert (now.name, now.email) == ("Annie", "a@b.example")
    assert SignIns(records).use_link(link, NOW) is None
    assert Audit(records).search(action="details_changed")[0].details == {"changed": ["email", "name", "sign_in_name"]}
    people.set_details(ann.id, "Annie", "annie", "a@b.example", "eve")
    assert len(Audit(records).search(action="details_changed")) == 1


def test_records_from_before_accounts_keep_their_sessions_and_links(records: Records) -> None:
    """The columns that were added have what older rows mean."""
    ann = People(records).add("Ann", "ann")
    moments = {"t": "2024-03-10 12:00:00+00", "e": "2024-03-10 13:00:00+00"}
    if records.engine.dialect.name == "sqlite":
        moments = {name: value[:-3] + ".000000" for name, value in moments.items()}
    with records.write() as session:
        for table, columns in (("sessions", "created, last_seen, expires"), ("sign_in_links", "created, expires")):
            values = ":t, :t, :e" if table == "sessions" else ":t, :e"
            session.execute(
                text(f"insert into {table} (token_hash, person_id, {columns}) values (:h, :p, {values})"), {"h": table, "p": ann.id, **moments}
            )
    (one,) = SignIns(records).of(ann.id, IDLE, NOW)
    assert (one.how, one.stage, one.strong) == ("link", "", True)
    with records.read() as session:
        assert session.scalar(text("select purpose from sign_in_links")) == SIGN_IN
