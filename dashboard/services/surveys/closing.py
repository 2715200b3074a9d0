"""What follows when a wave has closed or answers were brought in: results are frozen, comments are read, their counts are frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.services.restricted import restricted
from dashboard.services.surveys import comments, results, voices_release
from dashboard.services.surveys.comments import Done
from dashboard.store.surveys import Surveys

if TYPE_CHECKING:
    from dashboard.services.house import House


@restricted(Permission.MANAGE_SURVEYS)
def finish(house: House, survey_id: str, who: str) -> Done:
    """Freeze the results of a survey, read its new comments, and freeze what they raise."""
    results.renew(house, survey_id, who)
    done = comments.read(house)
    _count_again(house, survey_id if not done.again else "", who)
    return done


@restricted(Permission.MANAGE_SURVEYS)
def read_all(house: House, who: str) -> Done:
    """Read what is unread in all surveys (everything, where codebook or roster changed), and freeze their counts again where they differ."""
    done = comments.read(house)
    _count_again(house, "", who)
    return done


def _count_again(house: House, survey_id: str, who: str) -> None:
    """The counts of one survey, or of all."""
    for name in [survey_id] if survey_id else [one.id for one in Surveys(house.records).all()]:
        voices_release.renew(house, name, who)
