"""Is there anything to show yet? Asked by the front page of a dashboard that has just been set up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.services import releases
from dashboard.services.employee.reading import shown_to_all
from dashboard.services.surveys import reading
from dashboard.store.outreach import Outreach

if TYPE_CHECKING:
    from dashboard.services.house import House

__all__ = ["nothing_yet"]


def nothing_yet(house: House) -> bool:
    """Is nothing at all there for the front page: no published table, no closed survey of residents, no outreach event, no staff results for all?"""
    return not (releases.current_id(house) or reading.in_force(house) or Outreach(house.records).events() or shown_to_all(house))
