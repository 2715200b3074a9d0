"""The sessions, the name and the kind of this home: what the server's routes and pages share, opened once per process."""

from __future__ import annotations

import os
from functools import cache, lru_cache
from pathlib import Path

from dashboard.access.sessions import Sessions
from dashboard.settings import Settings
from dashboard.store.home import Home
from dashboard.store.records import Records
from dashboard.store.saved import Saved

DEFAULT_HOME = "home"


@cache
def home() -> Home:
    """The folder of data that this server works on, from COMMON_GROUND_HOME."""
    return Home(os.environ.get("COMMON_GROUND_HOME", DEFAULT_HOME))


@cache
def records() -> Records:
    """The records of this home."""
    return Records(home())


def settings() -> Settings:
    """The settings in force."""
    return Saved(records()).settings()


@cache
def sessions() -> Sessions:
    """The sessions of this home."""
    return Sessions(records(), settings, is_sample())


def agency_name() -> str:
    """The agency as it stands on every page."""
    return settings().text("agency.name")


def site_key() -> bytes:
    """The site's secret; read once, since it never changes while a server runs."""
    return _site_key(home().path)


@lru_cache(maxsize=4)
def _site_key(path: Path) -> bytes:
    """The secret of the home in this folder."""
    return Home(path).site_key


def is_sample() -> bool:
    """Whether the data of this home is the sample agency's."""
    return home().sample
