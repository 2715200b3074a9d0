"""What follows when a wave has closed or answers were brought in: results are frozen, comments are read, their counts are frozen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.services.restricted import restricted
from dashboard.services.surveys import comments, results, standing, voices_release
from dashboard.services.surveys.comments import Done
from dashboard.store.surveys import Surveys

if TYPE_CHECKING:
    from dashboard.services.house import House

AT_ONCE = 2_000  # comments that are read while somebody waits; more are left to the server's upkeep, which begins within seconds


@restricted(Permission.MANAGE_SURVEYS)
def finish(house: House, survey_id: str, who: str) -> Done:
    """Freeze the results of a survey, read its new comments, and freeze what they raise.

    Over the network many comments are left to the server's upkeep: they are hidden until it has read them.
    """
    results.renew(house, survey_id, who)
    return _read(house, survey_id, who)


@restricted(Permission.MANAGE_SURVEYS)
def new_names(house: House, who: str) -> Done:
    """The roster has changed: what was read under the old one is hidden from this moment, and read again; many of them by the server's upkeep."""
    return _read(house, "", who)


@restricted(Permission.MANAGE_SURVEYS)
def read_all(house: House, who: str) -> Done:
    """Read what is to be read in all surveys, and freeze their counts again where they differ. Resumes where it was stopped."""
    under = standing.now(house)
    done = comments.read(house)
    _count(house, [one.id for one in Surveys(house.records).all()], under, who)
    return done


def _count(house: House, survey_ids: Sequence[str], under: str, who: str) -> None:
    """Count these surveys. Where the names have changed meanwhile it stays unsettled, and is done again."""
    standing.counting(house, under)
    counted = [voices_release.renew(house, name, who) for name in survey_ids]
    if all(counted):
        standing.settle(house, under)


def _read(house: House, survey_id: str, who: str) -> Done:
    """Read now, or leave it to the server; the counts of one survey, or of all where others may have changed too."""
    known = comments.counts(house)
    if house.visitor is not None and known.to_read > AT_ONCE:
        standing.unsettle(house)
        return Done(0, 0, known)
    if not survey_id or known.again or not standing.settled(house):
        return read_all(house, who)
    under = standing.now(house)
    done = comments.read(house)
    _count(house, [survey_id], under, who)
    return done
