"""How far did each complaint come? Cases by stage, released ones for the public and the council, stored ones for staff."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData, ScopeError
from dashboard.schema import say
from dashboard.schema.result import Provenance
from dashboard.schema.scope import Audience, Scope
from dashboard.settings import Settings
from dashboard.store.cases import DISCIPLINED, tally_cases

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.services.house import House

TABLE = "complaints"
OPEN, UNKNOWN, OTHER = "open", "not_recorded", "closed_otherwise"
WITH, WITHOUT = "sustained_with_discipline", "sustained_without_discipline"
SUSTAINED, INVESTIGATED, CLOSED = "sustained", "investigated", "closed"
STAGES: tuple[str, ...] = (
    *(OPEN, UNKNOWN, "no_affidavit", "administratively_closed", "mediated_withdrawn", OTHER),
    *("unfounded", "exonerated", "not_sustained", WITHOUT, WITH),
)
SUMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (SUSTAINED, (WITHOUT, WITH)),
    (INVESTIGATED, STAGES[6:]),
    (CLOSED, STAGES[2:]),
)
LABELS: Mapping[str, str] = {
    OPEN: "Still open",
    UNKNOWN: "No finding recorded",
    "no_affidavit": "Closed: no sworn statement",
    "administratively_closed": "Closed without investigation",
    "mediated_withdrawn": "Mediated or withdrawn",
    OTHER: "Closed otherwise",
    "unfounded": "Unfounded",
    "exonerated": "Exonerated",
    "not_sustained": "Not sustained",
    WITHOUT: "Sustained, no discipline recorded",
    WITH: "Sustained, with discipline",
    SUSTAINED: "Sustained",
    INVESTIGATED: "Fully investigated",
    CLOSED: "Closed",
}
ALL = "all"
# what cases are divided by: the name of the division, the stored column
DIVISIONS: Mapping[str, str] = {"year": "year", "complainant": "complainant_type", "race_group": "complainant_race_group"}


@dataclass(frozen=True, slots=True)
class Counted:
    """Cases by level of a division and by stage; None where a count is withheld. `public` is True when all came out of a release."""

    division: str
    levels: tuple[str, ...]
    counts: Mapping[tuple[str, str], int | None]
    provenance: Provenance
    public: bool
    where: str

    def count(self, stage: str, level: str = ALL) -> int | None:
        """Cases of a stage (or of all stages, `all`) at a level; 0 where there are none."""
        return self.counts.get((level, stage), 0)

    def findings(self, level: str = ALL) -> dict[str, int] | None:
        """Cases by finding as the measure wants them; None when one of the counts that it needs is withheld."""
        needed = {name: self.count(name, level) for name in (SUSTAINED, INVESTIGATED, CLOSED, ALL)}
        if any(n is None for n in needed.values()):
            return None
        sure = {name: n or 0 for name, n in needed.items()}
        return {
            "sustained": sure[SUSTAINED],
            "not_sustained": sure[INVESTIGATED] - sure[SUSTAINED],
            "administratively_closed": sure[CLOSED] - sure[INVESTIGATED],
            "pending": sure[ALL] - sure[CLOSED],
        }


def stage_of(frame: pd.DataFrame) -> pd.Series:
    """The stage of each line of a tally by finding and discipline."""
    stage = frame["finding"].astype(object)
    stage = stage.map({"pending": OPEN, "unknown": UNKNOWN, "other": OTHER, "expunged": OTHER}).fillna(stage)
    sustained = frame["finding"] == "sustained"
    stage = stage.mask(sustained, WITHOUT)
    return stage.mask(sustained & frame["discipline"].isin(DISCIPLINED), WITH)


def stored(house: House, scope: Scope, columns: tuple[str, ...]) -> pd.DataFrame:
    """Cases by these columns and their stage, from the stored facts. NotEnoughData without any."""
    frame = _every_way(house.home.path, house.version(TABLE), house.settings, scope.narrowed(audience=Audience.STAFF))
    if frame.empty:
        raise NotEnoughData("There are no complaints in this period and place.", hint="Import a complaints export on the page Data sources.")
    found: pd.DataFrame = frame.groupby([*columns, "stage"], observed=True)["n"].sum().reset_index()
    return found


@functools.lru_cache(maxsize=16)
def _every_way(path: Path, _version: str, settings: Settings, scope: Scope) -> pd.DataFrame:
    """Cases of a slice by every division and stage in this state of the data: the parts of a page ask for one after the other. Not to be changed."""
    from dashboard.services.house import House

    columns = tuple(DIVISIONS.values())
    frame = tally_cases(House(path, settings).facts, (*columns, "finding", "discipline"), scope)
    frame["stage"] = stage_of(frame)
    for column in columns:
        frame[column] = frame[column].astype(object).where(frame[column].notna(), "unknown").astype(str)
    return frame


def for_staff(house: House, scope: Scope) -> bool:
    """Are stored numbers asked for? Only those who may see staff numbers get them; everybody else reads what is released."""
    if scope.audience is not Audience.STAFF:
        return False
    house.require(Permission.SEE_WORKBENCH, "staff numbers of complaints")
    return True


def counted(house: House, scope: Scope, division: str = "") -> Counted:
    """Cases by stage, divided or not, for this audience."""
    return _stored(house, house.within(scope), division) if for_staff(house, scope) else _released(house, scope, division)


def _stored(house: House, scope: Scope, division: str) -> Counted:
    """From the facts: any period, any district."""
    columns = (DIVISIONS[division],) if division else ()
    frame = stored(house, scope, columns)
    levels = tuple(sorted(frame[columns[0]].unique())) if columns else ()
    counts: dict[tuple[str, str], int | None] = {}
    for level in (*levels, ALL):
        own = frame if level == ALL else frame[frame[DIVISIONS[division]] == level]
        by_stage = {str(stage): int(n) for stage, n in own.groupby("stage", observed=True)["n"].sum().items()}
        counts |= {(level, stage): by_stage.get(stage, 0) for stage in STAGES}
        counts |= {(level, name): sum(by_stage.get(part, 0) for part in parts) for name, parts in SUMS}
        counts[level, ALL] = int(own["n"].sum())
    return Counted(division, levels, counts, house.provenance(TABLE), False, _where(scope))


def _released(house: House, scope: Scope, division: str) -> Counted:
    """From the release in force: whole years, or another division over all years."""
    from dashboard.services import releases

    edition = releases.in_force(house)
    released = edition.table(TABLE)
    year = year_of(scope)
    if year != ALL and year not in released.levels("year"):
        raise ScopeError(f"Nothing is published for {year}.", hint=f"Published years: {say.listed(list(released.levels('year')))}.")
    if division and division != "year":
        year = ALL  # who complained and groups are published over all years only
    levels = released.levels(division) if division else ()
    counts: dict[tuple[str, str], int | None] = {}
    for level in (*levels, ALL):
        place = {"year": year} | ({division: level} if level != ALL else {})
        for stage in (*STAGES, *(name for name, _ in SUMS)):
            counts[level, stage] = released.count(**place, stage=stage)
        counts[level, ALL] = released.count(**place)
    origin = edition.provenance(house)
    return Counted(division, levels, counts, origin, True, "all published years" if year == ALL else year)


def year_of(scope: Scope) -> str:
    """The one year of a slice, or all."""
    same = scope.start is not None and scope.end is not None and scope.start.year == scope.end.year
    return str(scope.start.year) if same and scope.start is not None else ALL


def _where(scope: Scope) -> str:
    """The slice in words."""
    period = (
        "all years" if scope.start is None else f"{scope.start:%d %B %Y} to {scope.end:%d %B %Y}" if scope.end else f"from {scope.start:%d %B %Y}"
    )
    return f"{period}, {say.listed(list(scope.districts)) if scope.districts else 'the whole agency'}"
