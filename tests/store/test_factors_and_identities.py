"""Second factors and identities elsewhere, on both databases: each code once, also when two arrive at once; one identity, one person."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from dashboard.errors import StoreError
from dashboard.store.account_tables import IdentityRow, RecoveryCodeRow, SecondFactorRow
from dashboard.store.factors import Factors
from dashboard.store.identities import Identities
from dashboard.store.people import People

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def person(records):
    return People(records).add("Ada", "ada", ["analyst"]).id


def count(records, table):
    with records.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_factor_counts_only_once_confirmed(records, person):
    factors = Factors(records)
    factors.begin(person, "first")
    assert factors.who_has_one() == frozenset()
    factors.begin(person, "second")
    assert factors.of(person).secret == "second"
    assert factors.confirm(person, 5, ["a", "b"], NOW)
    assert factors.who_has_one() == {person}
    factors.begin(person, "stolen")
    assert (factors.of(person).secret, factors.of(person).codes_left) == ("second", 2)
    assert factors.of(person).confirmed == NOW
    assert not factors.confirm(person, 9, ["c"], NOW)


def test_a_step_and_a_recovery_code_count_once_when_many_arrive_together(records, person):
    factors = Factors(records)
    factors.begin(person, "s")
    factors.confirm(person, 5, ["a"], NOW)
    with ThreadPoolExecutor(8) as pool:
        steps = list(pool.map(lambda _: factors.use_step(person, 6), range(8)))
        codes = list(pool.map(lambda _: factors.use_code(person, "a", NOW), range(8)))
    assert (sum(steps), sum(codes)) == (1, 1)
    assert not factors.use_step(person, 5)
    assert factors.use_step(person, 7)


def test_a_factor_goes_with_its_codes(records, person):
    factors = Factors(records)
    factors.begin(person, "s")
    factors.confirm(person, 5, ["a", "b"], NOW)
    assert factors.remove(person, "admin")
    assert not factors.remove(person, "admin")
    assert (count(records, SecondFactorRow), count(records, RecoveryCodeRow)) == (0, 0)


def test_an_identity_is_one_persons(records, person):
    identities, other = Identities(records), People(records).add("Bea", "bea", ["hr"]).id
    identities.link("https://one", "x", person, NOW)
    identities.link("https://two", "x", other, NOW)
    with pytest.raises(StoreError, match="belongs to somebody"):
        identities.link("https://one", "x", other, NOW)
    assert identities.person("https://one", "x") == person
    assert identities.person("https://three", "x") is None
    People(records).set_disabled(person, True)
    assert identities.person("https://one", "x") is None
    assert identities.unlink(other, person) == 1
    assert identities.unlink(other, person) == 0
    assert identities.who_has_one() == {person}
    assert count(records, IdentityRow) == 1


def test_of_two_who_claim_one_identity_at_once_one_gets_it(records, person):
    other = People(records).add("Bea", "bea", ["hr"]).id

    def claim(name):
        try:
            Identities(records).link("https://one", "y", name, NOW)
        except StoreError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(claim, [person, other])) == 1
