"""What must happen to surveys without anybody asking: waiting answers move on, forgotten forms go, waves end on their last day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dashboard.services.forms import today
from dashboard.services.surveys import comments, standing
from dashboard.services.surveys.comments import Done
from dashboard.store.half_filled import HalfFilled
from dashboard.store.intake import Intake
from dashboard.store.lock import alone
from dashboard.store.originals import seal_older
from dashboard.store.staff_answers import StaffAnswers
from dashboard.store.staff_links import StaffLinks
from dashboard.store.surveys import Surveys

if TYPE_CHECKING:
    from dashboard.services.house import House

HALF_FILLED = dt.timedelta(days=30)  # so long a half-filled form can be gone on with; the notice to respondents says so
CALENDAR = "the calendar"
UPKEEP = "upkeep"
LOCK = "reading.lock"


def move_on(house: House) -> int:
    """Move waiting answers on, without their order, where ten or more of a wave have come together. How many."""
    door, staff = Intake(house.records), StaffAnswers(house.records)
    return sum(door.flush(wave_id) for wave_id in door.waiting()) + sum(staff.flush(wave_id) for wave_id in staff.waiting())


def to_read(house: House) -> int:
    """How many comments wait for the machine; 0 when everything was read and counted under the names and rules in force."""
    return 0 if standing.settled(house) else max(1, comments.counts(house).to_read)


def read_on(house: House, who: str = UPKEEP, wait: float = 0.0) -> Done:
    """Read and count what is to be read. ImportConflict when another process does it already, after so many seconds of waiting."""
    from dashboard.services.surveys import closing

    with alone(house.home.path / LOCK, wait, "The comments are being read already."):
        return closing.read_all(house, who)


def tidy(house: House) -> list[str]:
    """Seal comments from before they were sealed, forget half-filled forms that are too old and links that nobody fetched, and close the waves whose
    last day has passed.

    The names of the waves that were closed.
    """
    from dashboard.services.surveys import authoring

    seal_older(house.records)
    day = today(house)
    HalfFilled(house.records).forget(day - HALF_FILLED)
    StaffLinks(house.records, house.home.site_key).tidy()
    due = [wave for wave in Surveys(house.records).waves() if wave.state == "open" and wave.closes is not None and wave.closes < day]
    for wave in due:
        authoring.close(house, wave.id, CALENDAR)
    return [wave.name for wave in due]
