"""Do the words that HR shows to everybody about an action tell more than its release holds? No number but released ones, no hidden group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dashboard.privacy import staff_texts
from dashboard.privacy.employee_release import NOT_SHOWN, SHOWN, StaffRelease
from dashboard.privacy.staff_cells import WHOLE
from dashboard.services.employee import reading
from dashboard.store.staff_releases import StaffReleases

if TYPE_CHECKING:
    from dashboard.services.house import House

SHARES = ("favourable", "neutral", "unfavourable")


def faults(house: House, survey_id: str, release_id: str, question: str, texts: Sequence[str], *, unit: str = "") -> Iterator[str]:
    """What in these texts is not released, each in one sentence. A release that was replaced counts as its correction does.

    Those of one `unit` read of their own unit and of everybody.
    """
    release = _in_force(house, survey_id, release_id)
    numbers = _numbers(release, question, unit) if release else set()
    yield from staff_texts.unreleased(texts, numbers, _hidden(release, question) if release else ())


def _in_force(house: House, survey_id: str, release_id: str) -> StaffRelease | None:
    """The release that holds now for the wave of this one; None when the survey has none."""
    releases = StaffReleases(house.records)
    one = releases.named(release_id)
    return reading.restored(releases.of_wave(one.wave_id)[0]) if one is not None and one.survey_id == survey_id else None


def _numbers(release: StaffRelease, question: str, unit: str = "") -> set[str]:
    """The whole staff's, and one unit's, released numbers of a question, as they may be written: shares in percent."""
    places = {(WHOLE, ""), (reading.UNIT, unit)}
    own = [row for row in release.rows if row[0] == question and (row[2], row[3]) in places and row[-1] == SHOWN and row[5] is not None]
    values = [100 * float(row[5]) if row[4] in SHARES else float(row[5]) for row in own]
    return {text for value in values for text in (f"{value:.1f}", f"{value:.0f}")}


def _hidden(release: StaffRelease, question: str) -> list[str]:
    """The groups of which nothing is shown for a question, as people call them."""
    shown = {(row[2], row[3]) for row in release.rows if row[0] == question and row[-1] != NOT_SHOWN}
    levels = ((cut, level, words) for cut, one in release.about["cuts"].items() for level, words in one.get("levels", {}).items())
    return [str(words) for cut, level, words in levels if (cut, level) not in shown]
