"""Mappings of surveys that are kept: found again by their headings, made to fit the file at hand, exported and brought in as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import MappingError
from dashboard.schema.survey_mapping import SurveyColumn, SurveyMapping, from_json
from dashboard.services.forms import today
from dashboard.services.restricted import restricted
from dashboard.store.saved import Saved
from data_sources.surveys.base import SurveyExport
from data_sources.surveys.propose import propose

if TYPE_CHECKING:
    from dashboard.services.house import House

TABLE = "survey"  # the table name under which mappings of surveys are saved
CLOSE_ENOUGH = 0.8


@restricted(Permission.IMPORT_DATA)
def listing(house: House) -> list[SurveyMapping]:
    """Every saved mapping of a survey, by name. One that can no longer be read is passed over."""
    found = []
    for kept in Saved(house.records).mappings(TABLE):
        try:
            found.append(from_json(str(kept.payload["json"])))
        except MappingError:
            continue
    return found


@restricted(Permission.IMPORT_DATA)
def named(house: House, name: str) -> SurveyMapping:
    """The saved mapping of that name; MappingError names the ones there are."""
    known = {one.name: one for one in listing(house)}
    if name not in known:
        raise MappingError(f"There is no saved mapping '{name}' of a survey.", hint=f"There are: {', '.join(known) or 'none yet'}.")
    return known[name]


@restricted(Permission.IMPORT_DATA)
def keep(house: House, mapping: SurveyMapping, who: str) -> None:
    """Save a mapping; an older one of a survey under that name is replaced. MappingError when the name is taken by a mapping of other data."""
    saved = Saved(house.records)
    if any(one.name == mapping.name.strip() and one.table != TABLE for one in saved.mappings()):
        raise MappingError(f"A mapping of other data is named '{mapping.name}'.", hint="Choose another name.")
    made = mapping.model_copy(update={"made_by": who, "made_on": today(house).isoformat()})
    saved.keep_mapping(mapping.name, TABLE, {"json": made.as_json()}, who)


@restricted(Permission.IMPORT_DATA)
def forget(house: House, name: str) -> None:
    """Delete a saved mapping; what was imported with it stays."""
    named(house, name)
    Saved(house.records).drop_mapping(name)


def fitting(house: House, export: SurveyExport) -> SurveyMapping | None:
    """The saved mapping that is most like this file, if any is near."""
    headings = [column.heading for column in export.columns]
    near = max(listing(house), key=lambda one: one.likeness(headings), default=None)
    return near if near is not None and near.likeness(headings) >= CLOSE_ENOUGH else None


def adapted(mapping: SurveyMapping, export: SurveyExport) -> tuple[SurveyMapping, tuple[str, ...]]:
    """The mapping for this very file, and what had to be changed: columns that are not in it are left out, new ones get a proposal.

    MappingError when no column of the mapping is in the file.
    """
    there: dict[tuple[str, str], int] = {}
    for column in export.columns:
        there[column.heading, column.option] = there.get((column.heading, column.option), 0) + 1
    kept = [one for one in mapping.columns if there.get((one.heading, one.option), 0) >= one.occurrence]
    if not kept:
        raise MappingError(f"None of the columns of the mapping '{mapping.name}' is in this file.", hint="Choose another mapping.")
    known = {(one.heading, one.option, one.occurrence) for one in mapping.columns}
    new = [one for one in propose(export).columns if (one.heading, one.option, one.occurrence) not in known]
    taken = {one.stored_as for one in kept} | {one.role for one in kept}
    fresh = [_free(one, taken) for one in new]
    notes = []
    if len(kept) < len(mapping.columns):
        gone = [one.heading for one in mapping.columns if one not in kept]
        notes.append(f"Not in this file: {', '.join(gone[:5])}{' and more' if len(gone) > 5 else ''}.")
    if fresh:
        notes.append(f"New in this file, and proposed: {', '.join(one.heading for one in fresh[:5])}{' and more' if len(fresh) > 5 else ''}.")
    places = {(column.heading, column.option): place for place, column in enumerate(export.columns)}
    columns = sorted([*kept, *fresh], key=lambda one: places[one.heading, one.option])
    return mapping.model_copy(update={"columns": tuple(columns)}), tuple(notes)


def _free(one: SurveyColumn, taken: set[str]) -> SurveyColumn:
    """A proposed column that takes nothing away from the mapping's own: a role or question it gives already becomes a question of its own."""
    if one.role in {"drop", "question"} and (one.question not in taken or not one.question):
        return one
    if one.role not in taken and one.stored_as not in taken:
        return one
    name = f"X_new{len(one.heading)}_{sum(map(ord, one.heading + one.option)) % 10_000}"
    return one.model_copy(update={"role": "question", "question": name, "reason": "a question of its own"})
