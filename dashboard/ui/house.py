"""The one house that all pages of this server ask."""

from __future__ import annotations

from dashboard.access import door
from dashboard.access.principal import Principal
from dashboard.services.house import House
from dashboard.settings import Settings
from dashboard.ui import state, visit


def settings() -> Settings:
    """The settings in force, read once in each run of a page: a page that changes one runs again."""
    return state.once_a_run(f"settings of {door.home().path}", door.settings)


def house(visitor: Principal | None = None) -> House:
    """The house over this server's home for the visitor of this run, under the settings in force; its stores stay open between runs."""
    return House(door.home(), settings(), visitor or visit.visitor())
