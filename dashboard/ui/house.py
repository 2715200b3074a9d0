"""The one house that all pages of this server ask."""

from __future__ import annotations

from dashboard.access.door import home
from dashboard.services.house import House


def house() -> House:
    """The house over this server's home under the settings stored now; its stores stay open between runs."""
    return House(home())
