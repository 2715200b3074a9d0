"""A home with a clock that a test turns, and people in it."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboard.access.by_password import PasswordDoor
from dashboard.access.sessions import Sessions
from dashboard.settings import DEFAULTS
from dashboard.store.home import Home
from dashboard.store.people import People
from dashboard.store.records import Records

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
GOOD = "a long walk to the harbor"
OTHER = "seven paper boats at noon"


class Clock:
    """A clock that a test turns."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now

    def pass_seconds(self, seconds):
        self.now += dt.timedelta(seconds=seconds)

    def pass_minutes(self, minutes):
        self.pass_seconds(minutes * 60)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def records(tmp_path, monkeypatch):
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    return Records(Home(tmp_path / "home"))


@pytest.fixture
def sessions(records, clock):
    return Sessions(records, lambda: DEFAULTS, sample=False, clock=clock)


@pytest.fixture
def person(records):
    return People(records).add("Ana", "ana", ["analyst"])


@pytest.fixture
def door(sessions):
    return PasswordDoor(sessions)


@pytest.fixture
def ana(door, person):
    """Ana, who has a password."""
    door.set(person.id, GOOD, person.id)
    return person
