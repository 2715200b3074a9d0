"""The one house that all pages of this server ask."""

from __future__ import annotations

from dashboard.access.door import home
from dashboard.services.house import House
from dashboard.ui import visit


def house() -> House:
    """The house over this server's home for the visitor of this run, under the settings stored now; its stores stay open between runs."""
    return House(home(), visitor=visit.visitor())
