"""What officers did well, brought in from a list; and which officer a badge number stands for, without keeping the number."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import SourceError
from dashboard.services.early.patterns import who
from dashboard.services.restricted import restricted
from dashboard.store.officer_cases import GOOD, Good, OfficerCases

if TYPE_CHECKING:
    from dashboard.services.house import House

COLUMNS = ("officer", "day", "kind", "text")


@restricted(Permission.SEE_EARLY_INTERVENTION)
def key_of(house: House, number: str) -> str:
    """The pseudonym of a badge number, made as imports make it (data_sources/expressions.pseudonym); '' for a blank."""
    folded = "".join(number.upper().split())
    return hashlib.sha256(f"{house.home.site_key.hex()}:officer:{folded}".encode()).hexdigest()[:16] if folded else ""


@restricted(Permission.SEE_EARLY_INTERVENTION)
def bring(house: House, path: Path) -> tuple[int, int]:
    """A CSV with the columns officer (badge number), day (2024-05-31), kind and text: how many were new, and how many were there already.

    SourceError names the first row that cannot be read; then nothing is stored. The same list twice adds nothing.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError("The list could not be read.", hint="Save it as CSV in UTF-8.") from error
    if rows and (missing := [name for name in COLUMNS if name not in rows[0]]):
        raise SourceError(f"The list has no column '{missing[0]}'.", hint=f"It needs: {', '.join(COLUMNS)}.")
    wanted = [_read(house, row, place) for place, row in enumerate(rows, 2)]
    cases = OfficerCases(house.records)
    new = sum(cases.commend(one, who(house)) for one in wanted)
    return new, len(wanted) - new


def _read(house: House, row: dict[str, str], line: int) -> Good:
    """One row of the list."""
    key, kind, text = key_of(house, row["officer"] or ""), (row["kind"] or "").strip().lower(), (row["text"] or "").strip()
    if not key:
        raise SourceError(f"Row {line} names no officer.")
    if kind not in GOOD:
        raise SourceError(f"Row {line}: '{kind}' is no kind of commendation.", hint=f"The kinds are: {', '.join(GOOD)}.")
    try:
        day = dt.date.fromisoformat((row["day"] or "").strip())
    except ValueError as error:
        raise SourceError(f"Row {line}: '{row['day']}' is not a day.", hint="Write it as 2024-05-31.") from error
    name = hashlib.sha256("\x1f".join((key, day.isoformat(), kind, text)).encode()).hexdigest()[:40]
    return Good(name, key, day, kind, text)
