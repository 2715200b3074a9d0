"""What did a survey say? Computed once when a wave closes, protected, frozen; every page, file and briefing reads only that."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.services.house import House


def renew(house: House, survey_id: str, who: str) -> None:
    """Compute and freeze the results of a survey's closed waves."""
