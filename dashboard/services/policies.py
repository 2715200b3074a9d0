"""Which policies changed, and when? Entered by hand or from the template file, drawn on the trend of force."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import ReleaseRefused, SourceError
from dashboard.schema.words import FORCE_TYPES
from dashboard.services.restricted import restricted

if TYPE_CHECKING:
    from dashboard.services.house import House
    from dashboard.store.policies import Policies, Policy

COLUMNS = ("date", "title", "what_changed", "force_type", "bans_it", "link", "compare_with")
TEMPLATE = (
    ",".join(COLUMNS) + "\n2024-07-01,Takedowns only against active resistance,Officers first try to talk,takedown,no,https://example.org/policy,\n"
)
MOST_BYTES = 1_000_000
YES, NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0", ""}
EARLIEST = dt.date(1970, 1, 1)
Change = Callable[[str], int | None]  # made by the named person; how many are new
Line = tuple[dt.date, str, str, str, bool, str, str]


def _store(house: House) -> Policies:
    from dashboard.store.policies import Policies

    return Policies(house.records)


def listing(house: House) -> list[Policy]:
    """Every change of policy, by date: a matter of public record."""
    return _store(house).all()


def version(house: House) -> str:
    """The state of the list: published estimates depend on it."""
    return ";".join(f"{one.id}:{one.date}:{one.force_type}:{one.bans}:{one.comparison}" for one in listing(house))


@restricted(Permission.IMPORT_DATA)
def enter(house: House, given: Mapping[str, str], who: str) -> int:
    """Keep one change of policy, from the columns of the template. SourceError says what will not do."""
    return _kept(house, [line(given, "")], who)


@restricted(Permission.IMPORT_DATA)
def take(house: House, name: str, content: bytes, who: str) -> int:
    """Keep every change in a file of the template; all or none. Returns how many are new."""
    return _kept(house, read(name, content), who)


@restricted(Permission.IMPORT_DATA)
def remove(house: House, policy: str, who: str) -> None:
    """Take one off the list."""
    _store(house).remove(policy, who)
    _publish(house, who)


def read(name: str, content: bytes) -> list[Line]:
    """The lines of a file of the template. SourceError names the first line that will not do."""
    if len(content) > MOST_BYTES:
        raise SourceError("A list of policy changes is small; this file is not one.", where=name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    rows = csv.DictReader(io.StringIO(text))
    header = {(field or "").strip().lower().replace(" ", "_"): field for field in rows.fieldnames or ()}
    missing = [column for column in ("date", "title") if column not in header]
    if missing:
        raise SourceError(f"The file has no column {missing[0]}.", hint=f"The template has: {', '.join(COLUMNS)}.", where=name)
    found = []
    for place, row in enumerate(rows, 2):
        cells = {column: (row.get(field) or "").strip() for column, field in header.items()}
        if any(cells.values()):
            found.append(line(cells, f"{name}, line {place}"))
    if not found:
        raise SourceError("The file holds no change of policy.", where=name)
    return found


def line(given: Mapping[str, str], where: str) -> Line:
    """One change, checked."""
    cells = {name: (given.get(name) or "").strip() for name in COLUMNS}
    try:
        date = dt.date.fromisoformat(cells["date"])
    except ValueError as error:
        raise SourceError(f"'{cells['date']}' is not a date.", hint="Write it as 2024-05-31.", where=where) from error
    if date < EARLIEST:
        raise SourceError("The date lies before 1970.", where=where)
    if not cells["title"] or len(cells["title"]) > 200:
        raise SourceError("A change of policy needs a title of at most 200 letters.", where=where)
    if cells["force_type"] and cells["force_type"] not in FORCE_TYPES:
        raise SourceError(f"There is no force type '{cells['force_type']}'.", hint=f"Leave it empty or use: {', '.join(FORCE_TYPES)}.", where=where)
    _comparison(cells["compare_with"], cells["force_type"], where)
    bans = cells["bans_it"].lower()
    if bans not in YES | NO:
        raise SourceError(f"'{cells['bans_it']}' is neither yes nor no.", where=where)
    if bans in YES and not cells["force_type"]:
        raise SourceError("A ban needs the force type that it bans.", where=where)
    if cells["link"] and not cells["link"].startswith(("https://", "http://")):
        raise SourceError("A link begins with https://.", where=where)
    return date, cells["title"], cells["what_changed"][:4000], cells["force_type"], bans in YES, cells["link"][:500], cells["compare_with"]


def _comparison(named: str, about: str, where: str) -> None:
    """The force that a change does not touch, checked: another type than the one it is about."""
    if named and named not in FORCE_TYPES:
        raise SourceError(f"There is no force type '{named}'.", hint=f"Leave compare_with empty or use: {', '.join(FORCE_TYPES)}.", where=where)
    if named and not about:
        raise SourceError("A change about all force has nothing to be compared with.", hint="Leave compare_with empty.", where=where)
    if named and named == about:
        raise SourceError("A change cannot be compared with the force that it is about.", hint="Name force that it does not touch.", where=where)


def _kept(house: House, lines: Sequence[Line], who: str) -> int:
    """Keep these and publish what follows from them."""
    fresh = _store(house).add(lines, who)
    _publish(house, who)
    return fresh


def _publish(house: House, who: str) -> None:
    """The published estimates follow the list; a refused release leaves the old one in force."""
    from dashboard.services import releases

    with contextlib.suppress(ReleaseRefused):
        releases.publish(house, who)
