"""Saved mappings: proposed from names and values, corrected by a person, kept, found again by their header, exported as JSON."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import MappingError
from dashboard.schema import mapping as saved_mapping
from dashboard.schema.mapping import ColumnMap, Mapping, folded
from dashboard.schema.tables import table
from dashboard.services.restricted import restricted
from data_sources import files
from data_sources.base import Source
from data_sources.policing import generic
from data_sources.policing.propose import best_table, propose

if TYPE_CHECKING:
    from dashboard.services.house import House

MAKER = "dashboard.services.mappings:maker"
ENOUGH = 0.6
LOG = logging.getLogger(__name__)


def maker(text: str) -> Source:
    """The source that a mapping's JSON stands for; called by name in the process that reads the files."""
    return generic.as_source(saved_mapping.from_json(text))


@restricted(Permission.IMPORT_DATA)
def proposed(house: House, path: Path, target: str, chosen: MappingOf[str, str] | None = None) -> Mapping:
    """A first mapping for the first table in this file, with a reason for each column; with `chosen` (canonical column -> header), its words."""
    one = files.read(path, house.settings)[0]
    return propose(one.header, one.sample, target, chosen)


@restricted(Permission.IMPORT_DATA)
def likely_table(house: House, path: Path) -> str:
    """What a row of this file most likely describes: the name of a canonical table."""
    one = files.read(path, house.settings)[0]
    return best_table(one.header, one.sample)


def corrected(
    first: Mapping,
    columns: MappingOf[str, str],
    *,
    name: str,
    who: str,
    values: MappingOf[str, MappingOf[str, str]] | None = None,
    order: str = "",
) -> Mapping:
    """The mapping as the person wants it: canonical column -> header, words, and the order of day, month and year.

    MappingError in one sentence when it cannot be.
    """
    strange = [header for header in columns.values() if header and folded(header) not in first.signature]
    if strange:
        raise MappingError(f"The file has no column {', '.join(strange)}.", hint="Choose one of the file's own columns.")
    kept = {
        canonical: first.columns[canonical]
        if canonical in first.columns and first.columns[canonical].from_ == (header,)
        else ColumnMap.model_validate({"from": (header,), "reason": "Chosen by a person."})
        for canonical, header in columns.items()
        if header
    }
    if table(first.table).date not in kept and "date" in table(first.table).names:
        raise MappingError("The mapping names no column for the date.", hint="Choose the column that holds it.")
    data = json.loads(first.as_json())
    data["columns"] = {canonical: json.loads(one.model_dump_json(by_alias=True)) for canonical, one in kept.items()}
    data["values"] = {c: dict(v) for c, v in {**data.get("values", {}), **(values or {})}.items() if c in kept}
    data["dates"] |= {"order": order} if order else {}
    data |= {"name": name, "made_by": who, "made_on": dt.datetime.now(dt.UTC).date().isoformat()}
    return saved_mapping.from_json(json.dumps(data))


@restricted(Permission.IMPORT_DATA)
def keep(house: House, one: Mapping, who: str) -> None:
    """Save a mapping under its name; an older one of that name is replaced."""
    from dashboard.store.saved import Saved

    Saved(house.records).keep_mapping(one.name, one.table, json.loads(one.as_json()), who)


@restricted(Permission.IMPORT_DATA)
def kept(house: House) -> list[Mapping]:
    """Every saved mapping that can still be read; one that cannot is passed over, so that it never stands in the way of other files."""
    from dashboard.store.saved import Saved

    found = []
    for one in Saved(house.records).mappings():
        try:
            found.append(saved_mapping.from_json(json.dumps(dict(one.payload))))
        except MappingError as error:
            LOG.warning("the saved mapping %r is passed over: %s", one.name, error)
    return found


def fits(one: Mapping, header: Sequence[str]) -> bool:
    """Whether a mapping can read a file with this header: it looks alike, and every column that is asked for is there."""
    return one.likeness(header) >= ENOUGH and not missing(one, header)


def missing(one: Mapping, header: Sequence[str]) -> list[str]:
    """The headers that a mapping reads and a file does not have."""
    there = {folded(name) for name in header}
    wanted = [column.from_ for column in one.columns.values()]
    return sorted({", ".join(names) for names in wanted if not there & {folded(name) for name in names}})


def fitting(house: House, header: Sequence[str]) -> Mapping | None:
    """The saved mapping that can read a file with this header, the most alike of several."""
    found = sorted(((one.likeness(header), one.name, one) for one in kept(house) if fits(one, header)), key=lambda item: (-item[0], item[1]))
    return found[0][2] if found else None


@restricted(Permission.IMPORT_DATA)
def brought(house: House, content: bytes, header: Sequence[str]) -> Mapping:
    """A mapping from a JSON file that somebody exported, for a file with this header. MappingError in one sentence when it will not do."""
    try:
        one = saved_mapping.from_json(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise MappingError("The mapping is not a text file.", hint="Choose a .json file that was exported here.") from error
    gone = missing(one, header)
    if gone:
        raise MappingError(f"The mapping '{one.name}' reads columns that this file does not have: {'; '.join(gone)}.", hint="Make a mapping below.")
    return one


@restricted(Permission.IMPORT_DATA)
def source_from(house: House, name: str) -> Source:
    """The source of a saved mapping's name, or of a mapping's JSON file. MappingError when there is neither."""
    return generic.as_source(named(house, name))


@restricted(Permission.IMPORT_DATA)
def named(house: House, name: str) -> Mapping:
    """The saved mapping of that name, or the one in that JSON file. MappingError when there is neither."""
    path = Path(name)
    if path.suffix == ".json" and path.is_file():
        return saved_mapping.from_json(path.read_text(encoding="utf-8-sig", errors="replace"))
    for one in kept(house):
        if one.name == name:
            return one
    raise MappingError(f"There is no mapping '{name}'.", hint="Name a saved mapping, or a mapping's .json file.")
