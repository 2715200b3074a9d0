"""A release becomes a flat table: its rows, its columns, and where it comes from. Reads released tables and public survey results, nothing else."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.privacy.release import Released
from dashboard.services import open_dictionary, releases
from dashboard.store import open_files
from dashboard.store.survey_releases import SurveyRelease

if TYPE_CHECKING:
    from dashboard.services.house import House

SURVEY = "survey-"
ALIKE = "at least 90% gave the same answer"
SURVEY_COLUMNS = (
    *(("wave", "string"), ("opens", "string"), ("closes", "string"), ("question", "string"), ("cut", "string"), ("level", "string")),
    *(("statistic", "string"), ("answer", "string"), ("value", "number"), ("low", "number"), ("high", "number"), ("answers", "number")),
)
MARKS = (("status", "string"), ("release", "string"), ("sample_data", "string"))
PERIOD = re.compile(r"\d{4}(-Q[1-4])?")
STATISTICS = ("mean", "positive", "plain")


@dataclass(frozen=True, slots=True)
class OpenTable:
    """One published table: what it is, where it comes from, and the file that holds its rows.

    `kinds` holds 'string', 'integer' or 'number' for each column; `dimensions` are the columns that the read interface may filter on.
    """

    name: str
    title: str
    description: str
    release: str
    made_on: str
    replaces: str
    checksum: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    dimensions: tuple[str, ...]
    file: Path
    count: int
    withheld: int
    period: tuple[str, str]
    method: str
    rules: tuple[tuple[str, str], ...]
    words: tuple[tuple[str, str], ...]
    sample: bool
    licence: str


_MADE: dict[tuple[str, ...], OpenTable] = {}
MOST_MADE = 256


def of_release(house: House, released: Released, edition: releases.Edition, replaces: str = "") -> OpenTable:
    """A table of counts; described once, because a release never changes."""
    key = (str(house.home.path), edition.release_id, released.name, house.settings.text("open_data.licence"), house.name)
    return remembered(key, lambda: _of_release(house, released, edition, replaces))


def of_survey(house: House, found: SurveyRelease) -> OpenTable:
    """The public results of one survey; described once."""
    key = (str(house.home.path), found.id, found.survey_id, house.settings.text("open_data.licence"), house.name)
    return remembered(key, lambda: _of_survey(house, found))


def remembered(key: tuple[str, ...], make: Callable[[], OpenTable]) -> OpenTable:
    """The table as it was described before, if its file is still what was written."""
    known = _MADE.get(key)
    if known is not None and open_files.sound(known.file):
        return known
    while len(_MADE) >= MOST_MADE:
        _MADE.pop(next(iter(_MADE)), None)
    _MADE[key] = make()
    return _MADE[key]


def _of_release(house: House, released: Released, edition: releases.Edition, replaces: str) -> OpenTable:
    """A table of counts."""
    dimensions = tuple(one.name for one in released.dimensions)
    columns = (*((name, "string") for name in dimensions), ("count", "integer"), *MARKS)
    sample = mark(house)
    rows = ((*key, value, "not shown" if value is None else "shown", edition.release_id, sample) for key, value in released.cells.items())
    file = kept(house, edition.release_id, released.name, columns, rows)
    period = _period(released)
    levels = {level for key in released.cells for level in key}
    return OpenTable(
        released.name,
        released.title,
        open_dictionary.description(released.name, released.title),
        edition.release_id,
        edition.made_on,
        replaces,
        released.checksum,
        tuple(name for name, _ in columns),
        tuple(kind for _, kind in columns),
        dimensions,
        file,
        len(released.cells),
        released.withheld,
        period,
        "release.suppression",
        edition.settings,
        tuple((word, open_dictionary.WORDS[word]) for word in open_dictionary.WORDS if word in levels),
        house.home.sample,
        house.settings.text("open_data.licence"),
    )


def _period(released: Released) -> tuple[str, str]:
    """First and last day of a table that is divided by years or quarters; nothing for others."""
    for one in released.dimensions:
        known = sorted(level for level in one.levels if PERIOD.fullmatch(level))
        if one.name in {"year", "quarter"} and known:
            return _days(known[0])[0], _days(known[-1])[1]
    return "", ""


def _days(level: str) -> tuple[str, str]:
    """First and last day of '2024' or '2024-Q3'."""
    year, _, quarter = level.partition("-Q")
    first, last = (3 * int(quarter) - 2, 3 * int(quarter)) if quarter else (1, 12)
    return f"{year}-{first:02d}-01", f"{year}-{last:02d}-{30 if last in {6, 9} else 31}"


def _of_survey(house: House, found: SurveyRelease) -> OpenTable:
    """The public results of one survey."""
    content = found.content
    name = survey_name(found.survey_id)
    columns = (*SURVEY_COLUMNS, *MARKS)
    file = kept(house, found.id, name, columns, _survey_rows(house, found))
    asked = {str(one): str(about["text"]).replace("{agency}", house.name) for one, about in content["questions"].items()}
    waves = list(content["waves"])
    title = str(content["title"])
    return OpenTable(
        name,
        title,
        f"What residents answered in the survey '{title}', round by round, as released: means, shares and their 95% intervals.",
        found.id,
        f"{found.created:%Y-%m-%d}",
        found.replaces or "",
        hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest(),
        tuple(column for column, _ in columns),
        tuple(kind for _, kind in columns),
        ("wave", "question", "cut", "level", "statistic", "answer"),
        file,
        open_files.count(file),
        sum(row[9 + 3] != "shown" for row in _survey_rows(house, found)),
        (str(waves[0]["opens"]), str(waves[-1]["closes"])),
        "survey.trust" if content["family"] == "community" else "survey.shares",
        (("least answers", str(content["k"])),),
        tuple(sorted(asked.items())),
        house.home.sample,
        house.settings.text("open_data.licence"),
    )


def survey_name(survey_id: str) -> str:
    """The name of a survey's table, as it stands in addresses."""
    return SURVEY + "".join(sign if sign.isascii() and (sign.isalnum() or sign == "-") else "-" for sign in survey_id)


def _survey_rows(house: House, found: SurveyRelease) -> Iterator[tuple[object, ...]]:
    """Every number of every wave; what is not in the release is not known here either."""
    sample = mark(house)
    for wave in found.content["waves"]:
        start = (str(wave["name"]), str(wave["opens"]), str(wave["closes"]))
        for question, cuts in wave["cells"].items():
            for cut, levels in cuts.items():
                for level, cell in levels.items():
                    place = (*start, question, cut, level)
                    if cell.get("alike"):
                        yield (*place, "mean", "", None, None, None, float(cell["n"]), ALIKE, found.id, sample)
                    for statistic in STATISTICS if not cell.get("alike") else ():
                        if statistic in cell:
                            value, low, high, n = cell[statistic]
                            yield (*place, statistic, "", value, low, high, n, "shown" if value is not None else "not shown", found.id, sample)
        for question, shares in wave["shares"].items():
            for answer, (value, low, high, n) in shares.items():
                yield (*start, question, "whole", "", "share", str(answer), value, low, high, n, "shown", found.id, sample)


def mark(house: House) -> str:
    """Whether the agency is invented."""
    return "yes" if house.home.sample else "no"


def kept(house: House, release: str, name: str, columns: tuple[tuple[str, str], ...], rows: Iterator[tuple[object, ...]]) -> Path:
    """The file of this table; written on the first ask, because a release never changes."""
    path = open_files.place(house.home, release, name)
    if not open_files.sound(path):
        open_files.write(path, columns, rows)
    return path
