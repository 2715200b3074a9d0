"""Published figures of others (area, period, measure): stored, looked at by quarter, and set beside our own lines by an editor who says why."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData, ScopeError
from dashboard.services.restricted import restricted
from dashboard.services.surveys import bringing
from dashboard.store.audit import Audit
from dashboard.store.saved import Saved
from dashboard.store.survey_imports import TRACKER, Figure, SurveyImports
from data_sources.surveys.base import Tracker

if TYPE_CHECKING:
    from dashboard.services.house import House

TABLE = "benchmark"  # the table name under which benchmark lines are saved
SHARE, SCORE = "share", "score"  # percent of people who gave an upper answer; a score from 0 to 100
STORED_AS = "benchmark:"  # begins the name of a saved line


@dataclass(frozen=True, slots=True)
class Line:
    """One published figure beside one measure of ours.

    `published_by` names the source. `same_wording` is the editor's word that it was asked in the same words with the same answers; else the line is
    drawn as another question, under the tracker's own words.
    """

    id: str
    measure: str
    import_id: str
    area: str
    asked: str
    published_by: str
    same_wording: bool
    unit: str = SHARE

    @property
    def label(self) -> str:
        """The line's name on a picture."""
        return f"{self.published_by}, {self.area}" if self.same_wording else f"another question: {self.asked} ({self.published_by}, {self.area})"


@restricted(Permission.IMPORT_DATA)
def store(house: House, tracker: Tracker, title: str, who: str) -> bringing.Brought:
    """Store a tracker's published figures, as shares from 0 to 100. ImportConflict when the same file is stored already."""
    house.require(Permission.MANAGE_SURVEYS, "tracker import")
    bringing.not_twice(house, tracker.checksum)
    row = bringing.row_of("", TRACKER, tracker.file_name, tracker.checksum, who)
    imports = SurveyImports(house.records)
    receipt = {"rows_read": tracker.rows_read, "rows_kept": len(tracker.rows), "notes": [[note.sentence, note.count] for note in tracker.notes]}
    imports.begin({**row, "receipt": receipt, "mapping": {}, "state": "storing"})
    name, factor = (title.strip() or tracker.title)[:200], 100.0 / tracker.scale
    imports.add_figures(
        row["id"],
        [
            {"tracker": name, "area": one.area[:120], "period": one.date, "measure": one.measure[:300], "value": round(one.value * factor, 4)}
            for one in tracker.rows
        ],
    )
    imports.end(row["id"], {"overall": tracker.overall})
    return bringing.Brought(row["id"], "", ((name, len(tracker.rows)),), ())


def available(house: House) -> dict[str, str]:
    """The trackers that are stored: import id -> name. They are published figures, so everybody may see them."""
    return SurveyImports(house.records).trackers()


def choices(house: House, import_id: str) -> tuple[list[str], list[str]]:
    """The measures and areas of a tracker; the area that stands for all others first."""
    imports = SurveyImports(house.records)
    measures, areas = imports.choices(import_id)
    overall = str(imports.get(import_id).details.get("overall", "")) if measures else ""
    return measures, sorted(areas, key=lambda area: (area != overall, area))


def figures(house: House, import_id: str, measure: str, areas: Sequence[str] = ()) -> list[Figure]:
    """The figures of one measure. NotEnoughData when the tracker is not there (any more)."""
    found = SurveyImports(house.records).figures(import_id, measure, areas)
    if not found:
        raise NotEnoughData("These published figures are not here any more.", hint="Bring the file in again.")
    return found


def period_of(day: dt.date) -> str:
    """The quarter that ends with or contains a day, as pictures name it."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def lines(house: House, measure: str = "") -> list[Line]:
    """The benchmark lines that editors set, of one measure where one is named; lines whose tracker was taken back are left out."""
    known = available(house)
    found = [Line(**kept.payload["line"]) for kept in Saved(house.records).mappings(TABLE)]
    return [one for one in found if one.import_id in known and measure in {"", one.measure}]


def version(house: House) -> str:
    """Which lines and trackers are in force: part of every cache key."""
    told = json.dumps([[asdict(one) for one in lines(house)], sorted(available(house))])
    return hashlib.sha256(told.encode()).hexdigest()[:12]


@restricted(Permission.MANAGE_SURVEYS)
def attach(house: House, line: Mapping[str, Any], who: str) -> Line:
    """Set a published figure beside a measure of ours. ScopeError when it is not said who published it, or the figure is not there."""
    made = Line(**{**line, "id": secrets.token_hex(4)})
    if not made.published_by.strip():
        raise ScopeError("Say who published these figures.", hint="A benchmark needs a named public source.")
    if made.unit not in {SHARE, SCORE}:
        raise ScopeError("Say whether the figures are shares of people or scores.")
    measures, areas = choices(house, made.import_id)
    if made.asked not in measures or made.area not in areas:
        raise ScopeError("This tracker has no such figure.", hint="Choose one of its measures and areas.")
    Saved(house.records).keep_mapping(f"{STORED_AS}{made.id}", TABLE, {"line": asdict(made)}, who)
    Audit(house.records).append(who, "benchmark line", made.id, {"measure": made.measure, "label": made.label})
    return made


@restricted(Permission.MANAGE_SURVEYS)
def detach(house: House, line_id: str, who: str) -> None:
    """Take a benchmark line away again."""
    Saved(house.records).drop_mapping(f"{STORED_AS}{line_id}")
    Audit(house.records).append(who, "benchmark line removed", line_id)
