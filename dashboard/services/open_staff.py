"""Staff results that HR shows to everybody, as open tables: one a wave, the very numbers of the page Our people, and no others.

They come out of frozen releases that were audited as one whole (privacy/employee_release.py). What HR takes back, or a correction replaces
by a release that shows less, can no more be had.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dashboard.errors import ScopeError
from dashboard.schema import say
from dashboard.schema.questions import EMPLOYEE
from dashboard.schema.result import Estimate, Status
from dashboard.services import open_tables
from dashboard.services.employee import reading, showing
from dashboard.services.employee.reading import StaffWave
from dashboard.services.open_tables import MARKS, SURVEY_COLUMNS, OpenTable
from dashboard.store import open_files
from dashboard.store.staff_releases import Frozen, StaffReleases
from dashboard.store.surveys import Surveys

if TYPE_CHECKING:
    from dashboard.services.house import House

STAFF = "staff-"


def shown(house: House) -> list[Frozen]:
    """The releases in force that HR shows to everybody, survey by survey in the order of their waves."""
    store, found = StaffReleases(house.records), []
    for survey in Surveys(house.records).all():
        if survey.family == EMPLOYEE and not survey.archived:
            mine = [one for one in store.of_survey(survey.id) if one.public]
            found += sorted(mine, key=lambda one: str(reading.whole_only(one).about["opens"]))
    return found


def replaced(house: House) -> list[Frozen]:
    """Releases that HR showed and that a correction replaced by one which shows less: named, never given."""
    store = StaffReleases(house.records)
    return [older for one in shown(house) for older in store.of_wave(one.wave_id) if older.id != one.id and older.public]


def name_of(one: Frozen) -> str:
    """The name of a wave's table, as it stands in addresses."""
    clean = (re.sub(r"[^A-Za-z0-9-]", "-", part) for part in (one.survey_id, str(reading.whole_only(one).about["opens"])))
    return STAFF + "-".join(clean)


def title_of(house: House, one: Frozen) -> str:
    """The title of a wave's table."""
    titles = {survey.id: survey.title for survey in Surveys(house.records).all()}
    return f"{titles.get(one.survey_id, 'Staff survey')}, {reading.whole_only(one).name}: the whole staff"


def tables(house: House) -> list[OpenTable]:
    """One table for each wave that is shown."""
    return [_table(house, one) for one in shown(house)]


def past(house: House, release: str) -> list[OpenTable]:
    """The table of one release. ScopeError unless HR shows it now."""
    found = [_table(house, one) for one in shown(house) if one.id == release]
    if not found:
        raise ScopeError(f"There is no release '{release}'.", hint="/data/releases lists every release.")
    return found


def _table(house: House, one: Frozen) -> OpenTable:
    """A wave's table, described once: a frozen release never changes."""
    key = (str(house.home.path), one.id, one.survey_id, house.settings.text("open_data.licence"), house.name)
    return open_tables.remembered(key, lambda: _made(house, one))


def _made(house: House, one: Frozen) -> OpenTable:
    """The table of one frozen release."""
    wave, name = reading.whole_only(one), name_of(one)
    columns = (*SURVEY_COLUMNS, *MARKS)
    rows = list(_rows(wave, one.id, open_tables.mark(house)))
    file = open_tables.kept(house, one.id, name, columns, iter(rows))
    asked = {question: wave.text(question) for question in wave.about["questions"] if any(row[3] == question for row in rows)}
    heads = {code: words for code, _, words in showing.HEADLINES if any(row[3] == code for row in rows)}
    return OpenTable(
        name,
        title_of(house, one),
        "What the whole staff answered in one wave, as HR shows it to everybody: headline numbers and the favourable share of each statement. "
        "Units and other groups are never published.",
        one.id,
        f"{one.created:%Y-%m-%d}",
        "",
        one.sha256,
        tuple(column for column, _ in columns),
        tuple(kind for _, kind in columns),
        ("wave", "question", "statistic"),
        file,
        open_files.count(file),
        sum(row[-3] != "shown" for row in rows),
        (str(wave.about["opens"]), str(wave.about["closes"])),
        "employee.margin",
        (("least answers", str(wave.about["k"])),),
        tuple(sorted((asked | heads).items())),
        house.home.sample,
        house.settings.text("open_data.licence"),
    )


def _rows(wave: StaffWave, release: str, sample: str) -> Iterator[tuple[object, ...]]:
    """One row a number; whoever reads the page reads the same."""
    start = (wave.name, str(wave.about["opens"]), str(wave.about["closes"]))
    for (question, statistic), number in showing.everybody_reads(wave).items():
        value, low, high = (number.value, number.low, number.high) if number.status is not Status.WITHHELD else (None, None, None)
        yield (*start, question, "whole", "", statistic, "", value, low, high, number.n or None, _status(number), release, sample)


def _status(one: Estimate) -> str:
    """Shown, not shown, or that one end only is said."""
    if one.status is Status.WITHHELD or (one.value is None and not say.bound(one)):
        return "not shown"
    return "shown" if one.value is not None else "at least the lower end" if one.low is not None else "at most the upper end"
