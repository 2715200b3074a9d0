"""Sessions: opened once by a link, looked up anew on every run, ended by the clock, by a sign-out and by a changed person."""

import datetime as dt
import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from dashboard.access.principal import ANYONE
from dashboard.access.sessions import Sessions
from dashboard.errors import AccessDenied, StoreError
from dashboard.settings import DEFAULTS
from dashboard.store.audit import Audit
from dashboard.store.people import People
from dashboard.store.releases import Releases
from dashboard.store.saved import Saved


def signed_in(sessions, person):
    return sessions.open(sessions.make_link(person.id))


def actions(records):
    return [line.action for line in Audit(records).search()]


def test_a_link_signs_in_once(sessions, person, records):
    link = sessions.make_link(person.id)
    token = sessions.open(link)
    assert sessions.principal(token).name == "Ana"
    with pytest.raises(AccessDenied, match="used or has expired"):
        sessions.open(link)
    assert actions(records) == ["sign_in_failed", "sign_in", "person_added"]


def test_of_many_who_use_a_link_at_once_one_wins(sessions, person):
    link = sessions.make_link(person.id)

    def attempt(_):
        try:
            return sessions.open(link)
        except AccessDenied:
            return None

    with ThreadPoolExecutor(8) as crowd:
        won = [token for token in crowd.map(attempt, range(16)) if token]
    assert len(won) == 1


def test_a_link_expires(sessions, person, clock):
    link = sessions.make_link(person.id, dt.timedelta(hours=1))
    clock.pass_minutes(60)
    with pytest.raises(AccessDenied):
        sessions.open(link)


def test_tokens_are_long_and_stored_only_as_hashes(sessions, person, records):
    link = sessions.make_link(person.id)
    token = sessions.open(link)
    assert min(len(link), len(token)) >= 43
    assert token != link
    path = records.home.path
    stored = b"".join(file.read_bytes() for file in path.rglob("*") if file.is_file())
    assert token.encode() not in stored
    assert link.encode() not in stored


def test_no_token_or_a_wrong_one_is_anyone(sessions):
    assert sessions.principal(None) is ANYONE
    assert sessions.principal("") is ANYONE
    assert sessions.principal("x" * 43) is ANYONE


def test_idle_ends_a_session_and_use_keeps_it(sessions, person, clock):
    token = signed_in(sessions, person)
    for _ in range(4):
        clock.pass_minutes(20)
        assert sessions.principal(token).signed_in
    clock.pass_minutes(DEFAULTS.number("session.idle_minutes"))
    assert sessions.principal(token) is ANYONE


def test_even_a_busy_session_ends_at_its_limit(sessions, person, clock):
    token = signed_in(sessions, person)
    for _ in range(int(DEFAULTS.number("session.absolute_hours") * 3)):
        clock.pass_minutes(20)
        last = sessions.principal(token).signed_in
    assert last is False


def test_an_old_session_does_not_come_back_when_the_clock_goes_back(sessions, person, clock, records):
    token = signed_in(sessions, person)
    sessions.close(token)
    clock.pass_minutes(-10)
    assert sessions.principal(token) is ANYONE
    assert "sign_out" in actions(records)


def test_a_changed_role_acts_on_the_next_look(sessions, person, records):
    token = signed_in(sessions, person)
    assert sessions.principal(token).may("import_data")
    People(records).set_roles(person.id, ["hr"], by="admin")
    assert not sessions.principal(token).may("import_data")
    assert sessions.principal(token).may("see_employee_results")


def test_a_disabled_person_is_out_at_once_and_gets_no_link(sessions, person, records):
    token, link = signed_in(sessions, person), sessions.make_link(person.id)
    People(records).set_disabled(person.id, True)
    assert sessions.principal(token) is ANYONE
    with pytest.raises(AccessDenied):
        sessions.make_link(person.id)
    with pytest.raises(AccessDenied):
        sessions.open(link)


def test_an_unknown_role_in_the_records_grants_nothing(sessions, person, records):
    token = signed_in(sessions, person)
    with records.write() as session:
        session.execute(text("update person_roles set role = 'emperor'"))
    assert sessions.principal(token).permissions == ANYONE.permissions


def test_looking_as_another_role_is_for_sample_data(sessions, person, records, clock):
    token = signed_in(sessions, person)
    with pytest.raises(AccessDenied, match="only over sample data"):
        sessions.look_as(token, "command")
    demo = Sessions(records, lambda: DEFAULTS, sample=True, clock=clock)
    demo.look_as(token, "council")
    assert demo.principal(token).effective_roles == ("council",)
    assert sessions.principal(token).effective_roles == ("analyst",)
    demo.look_as(token, "")
    assert demo.principal(token).effective_roles == ("analyst",)
    with pytest.raises(AccessDenied, match="no role"):
        demo.look_as(token, "emperor")
    with pytest.raises(AccessDenied, match="Sign in first"):
        demo.look_as("nobody", "council")


def test_a_denial_is_written_down_for_people_not_for_the_public(sessions, person, records):
    token = signed_in(sessions, person)
    sessions.denied(sessions.principal(token), "page people")
    sessions.denied(ANYONE, "page people")
    denied = Audit(records).search(action="denied")
    assert [(line.who, line.subject) for line in denied] == [(person.id, "page people")]
    assert Audit(records).verify().whole


def test_only_the_sha256_of_a_token_is_stored(sessions, person, records):
    link = sessions.make_link(person.id)
    token = sessions.open(link)
    with records.read() as session:
        kept = {*session.scalars(text("select token_hash from sessions")), *session.scalars(text("select token_hash from sign_in_links"))}
    assert kept == {hashlib.sha256(one.encode()).hexdigest() for one in (token, link)}


def test_no_token_is_given_twice_and_a_new_sign_in_ends_the_one_before_in_that_browser(sessions, person):
    tokens = [signed_in(sessions, person) for _ in range(20)]
    assert len(set(tokens)) == 20
    first, other = tokens[:2]
    new = sessions.open(sessions.make_link(person.id), before=first)
    assert new not in tokens
    assert not sessions.principal(first).signed_in
    assert sessions.principal(other).signed_in


def test_a_failed_sign_in_leaves_the_session_before_as_it_was(sessions, person):
    token = signed_in(sessions, person)
    with pytest.raises(AccessDenied):
        sessions.open("no such link", before=token)
    assert sessions.principal(token).signed_in


def test_links_offered_before_a_person_was_shut_out_stay_spent(sessions, person, records):
    link, token = sessions.make_link(person.id), signed_in(sessions, person)
    People(records).set_disabled(person.id, True)
    People(records).set_disabled(person.id, False)
    assert sessions.principal(token) is ANYONE
    with pytest.raises(AccessDenied, match="used or has expired"):
        sessions.open(link)
    assert sessions.principal(signed_in(sessions, person)).signed_in


def test_the_limits_are_half_an_hour_idle_and_twelve_hours_in_all():
    assert DEFAULTS.number("session.idle_minutes") == 30
    assert DEFAULTS.number("session.absolute_hours") == 12


def test_changed_limits_act_on_sessions_that_are_open(records, person, clock):
    hasty = Sessions(records, lambda: DEFAULTS.with_changes({"session.idle_minutes": 5}), clock=clock)
    token = signed_in(hasty, person)
    clock.pass_minutes(5)
    assert hasty.principal(token) is ANYONE


def test_every_change_of_a_person_is_written_down_with_who_made_it(records):
    people = People(records)
    people.add("Root", "root", ["admin"])
    ben = people.add("Ben", "ben", ["hr"], by="root")
    people.set_roles(ben.id, ["admin", "hr"], by="eve")
    people.set_disabled(ben.id, True, by="eve")
    people.set_disabled(ben.id, False, by="root")
    lines = [(line.who, line.action, line.subject) for line in reversed(Audit(records).search()) if line.subject == ben.id]
    assert lines == [
        ("root", "person_added", ben.id),
        ("eve", "roles_changed", ben.id),
        ("eve", "person_disabled", ben.id),
        ("root", "person_enabled", ben.id),
    ]
    assert Audit(records).search(action="roles_changed")[0].details == {"from": ["hr"], "to": ["admin", "hr"]}
    assert Audit(records).verify().whole


def test_a_change_that_fails_leaves_no_line(records):
    People(records).add("Ben", "ben")
    with pytest.raises(StoreError):
        People(records).add("Other Ben", "BEN")
    with pytest.raises(StoreError):
        People(records).set_roles("nobody", ["admin"], by="eve")
    assert actions(records) == ["person_added"]


def test_changed_settings_and_releases_are_written_down(records):
    Saved(records).set("session.idle_minutes", 10, "eve")
    Saved(records).reset("session.idle_minutes", "root")
    release = Releases(records).publish({"title": "Stops"}, b"payload", "ann")
    lines = [(line.who, line.action, line.subject) for line in reversed(Audit(records).search())]
    assert lines == [("eve", "setting", "session.idle_minutes"), ("root", "setting", "session.idle_minutes"), ("ann", "release", release.id)]
    assert Audit(records).search(who="eve")[0].details == {"from": "default", "to": 10}
