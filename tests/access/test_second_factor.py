"""The second factor: codes as RFC 6238 says, each good once; recovery codes; asked for by roles; secrets unreadable in the records."""

from __future__ import annotations

import base64
import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest

from dashboard.access.account import Account
from dashboard.access.by_password import Visit
from dashboard.access.principal import ANYONE
from dashboard.access.second_factor import SecondFactor, new_codes, step_of
from dashboard.access.sessions import CODE, ENROL, Sessions
from dashboard.errors import AccessDenied, TooSoon
from dashboard.settings import DEFAULTS
from dashboard.store.audit import Audit
from dashboard.store.people import People
from tests.access.conftest import GOOD

# RFC 6238, appendix B, SHA-1, the last six of eight digits
RFC = base64.b32encode(b"12345678901234567890").decode()
VECTORS = [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")]


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_codes_are_those_of_the_standard(seconds, code):
    moment = dt.datetime.fromtimestamp(seconds, dt.UTC)
    assert step_of(RFC, code, moment) == seconds // 30
    assert step_of(RFC, f"{code[:3]} {code[3:]}", moment + dt.timedelta(seconds=30)) == seconds // 30
    assert step_of(RFC, code, moment + dt.timedelta(seconds=90)) is None


@pytest.mark.parametrize("typed", ["", "28708", "2870820", "٢٨٧٠٨٢", "abcdef", "28708é"])
def test_what_is_not_six_digits_is_no_code(typed):
    assert step_of(RFC, typed, dt.datetime.fromtimestamp(59, dt.UTC)) is None


@pytest.fixture
def factor(sessions, ana):
    """Ana's second factor, turned on; and her recovery codes."""
    one = SecondFactor(sessions, ana.id)
    one.begin()
    return one, one.confirm(pyotp.TOTP(one.secret()).at(sessions.clock()))


def code(one, clock):
    return pyotp.TOTP(one.secret()).at(clock())


def test_it_counts_only_after_a_code_from_the_app_was_typed(sessions, ana, door, clock):
    one = SecondFactor(sessions, ana.id)
    one.begin()
    assert door.enter("ana", GOOD, Visit()).stage == ""
    with pytest.raises(AccessDenied, match="does not fit"):
        one.confirm("000000" if code(one, clock) != "000000" else "111111")
    assert not one.on
    one.confirm(code(one, clock))
    assert one.on
    assert door.enter("ana", GOOD, Visit()).stage == CODE


def test_the_password_alone_opens_nothing(sessions, door, ana, factor, clock):
    entry = door.enter("ana", GOOD, Visit())
    assert sessions.principal(entry.token) is ANYONE
    assert sessions.of(ana.id) == []
    with pytest.raises(AccessDenied):
        Account.of(sessions, entry.token)
    clock.pass_seconds(30)
    factor[0].check(code(factor[0], clock))
    token = sessions.finish(entry.token)
    assert sessions.principal(token).name == "Ana"
    assert sessions.principal(entry.token) is ANYONE
    with pytest.raises(AccessDenied, match="too long"):
        sessions.finish(entry.token)


def test_the_second_step_waits_ten_minutes_and_no_longer(sessions, door, ana, factor, clock):
    entry = door.enter("ana", GOOD, Visit())
    clock.pass_minutes(10)
    assert sessions.waiting(entry.token) is None
    with pytest.raises(AccessDenied, match="too long"):
        sessions.finish(entry.token)


def test_a_full_session_is_not_one_that_waits(sessions, door, ana):
    entry = door.enter("ana", GOOD, Visit())
    assert sessions.waiting(entry.token) is None


def test_a_code_is_good_once_also_of_many_at_once(sessions, factor, clock):
    one, _ = factor
    with pytest.raises(AccessDenied, match="used before"):
        one.check(code(one, clock))
    clock.pass_seconds(30)
    now = code(one, clock)

    def attempt(_):
        try:
            one.check(now)
        except AccessDenied:
            return False
        return True

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(attempt, range(6))) == 1
    clock.pass_minutes(30)
    earlier = pyotp.TOTP(one.secret()).at(clock.now - dt.timedelta(seconds=30))
    clock_code = code(one, clock)
    one.check(clock_code)
    with pytest.raises(AccessDenied):
        one.check(earlier)


def test_guessing_has_to_wait(factor, clock):
    one, _ = factor
    for _ in range(6):
        with pytest.raises(AccessDenied):
            one.check("12 34 56 7")
    with pytest.raises(TooSoon):
        one.check(code(one, clock))


def test_each_recovery_code_works_once_in_any_case_and_for_its_person_only(sessions, factor, records, clock):
    one, codes = factor
    assert len(set(codes)) == 10
    assert all(len(code) == 11 for code in codes)
    other = People(records).add("Ben", "ben")
    theirs = SecondFactor(sessions, other.id)
    theirs.begin()
    theirs.confirm(code(theirs, clock))
    with pytest.raises(AccessDenied):
        theirs.check(codes[0])
    one.check(codes[0].lower().replace("-", " "))
    with pytest.raises(AccessDenied):
        one.check(codes[0])
    assert one.kept.codes_left == 9
    assert "recovery_code_used" in [line.action for line in Audit(records).search()]


def test_new_recovery_codes_make_the_old_ones_worthless(factor):
    one, codes = factor
    fresh = one.renew_codes()
    assert not set(fresh) & set(codes)
    with pytest.raises(AccessDenied):
        one.check(codes[3])
    one.check(fresh[3])


def test_neither_secret_nor_codes_can_be_read_in_the_records(factor, records):
    one, codes = factor
    stored = b"".join(file.read_bytes() for file in records.home.path.rglob("*") if file.is_file())
    assert one.secret().encode() not in stored
    for plain in codes:
        assert plain.encode() not in stored
        assert plain.replace("-", "").encode() not in stored


def test_codes_are_drawn_anew_each_time():
    assert len({code for _ in range(50) for code in new_codes()}) == 500


# Asked for by a role


@pytest.fixture
def strict(records, clock):
    """Sessions of a home in which analysts need a second factor."""
    return Sessions(records, lambda: DEFAULTS.with_changes({"sign_in.second_factor": "analyst, admin"}), clock=clock)


def test_a_role_that_asks_for_it_lets_nobody_in_without(strict, ana, clock):
    token, stage = strict.admit(ana.id, "password")
    assert stage == ENROL
    assert strict.principal(token) is ANYONE
    one = SecondFactor(strict, ana.id)
    one.confirm(code(one, clock))
    assert strict.principal(strict.finish(token)).roles == ("analyst",)
    assert strict.admit(ana.id, "password")[1] == CODE


def test_a_role_given_later_does_not_count_in_a_session_without_second_factor(strict, records):
    ben = People(records).add("Ben", "ben", ["hr"])
    token, stage = strict.admit(ben.id, "password")
    assert stage == ""
    People(records).set_roles(ben.id, ["hr", "analyst"], by="x")
    assert strict.principal(token).roles == ("hr",)
    assert strict.principal(strict.strengthened(token)).roles == ("hr", "analyst")
    assert strict.principal(token) is ANYONE


def test_a_setting_that_comes_later_acts_on_open_sessions(sessions, strict, ana):
    token, _ = sessions.admit(ana.id, "password")
    assert sessions.principal(token).roles == ("analyst",)
    assert strict.principal(token).roles == ()


def test_the_link_made_at_the_machine_needs_none(strict, ana):
    assert strict.principal(strict.open(strict.make_link(ana.id))).roles == ("analyst",)


def test_where_a_role_asks_for_it_nobody_turns_it_off(strict, ana, clock):
    one = SecondFactor(strict, ana.id)
    one.begin()
    one.confirm(code(one, clock))
    token = strict.open(strict.make_link(ana.id))
    with pytest.raises(AccessDenied, match="stays on"):
        Account.of(strict, token).turn_second_factor_off(GOOD)
    assert one.on


def test_turning_it_off_asks_for_the_password(sessions, ana, factor):
    one, _ = factor
    account = Account.of(sessions, sessions.open(sessions.make_link(ana.id)))
    with pytest.raises(AccessDenied, match="current password"):
        account.turn_second_factor_off("wrong")
    account.turn_second_factor_off(GOOD)
    assert not one.on
    assert "second_factor_off" in [line.action for line in Audit(sessions.records).search(who=ana.id)]
