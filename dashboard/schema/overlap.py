"""An export that was issued again: what it shares with an import that is stored already, and what is to become of the stored rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Choice = Literal["update", "replace", "add"]
UPDATE: Choice = "update"  # changed rows take their new values; rows missing now stay
REPLACE: Choice = "replace"  # as update, and rows missing now go
ADD: Choice = "add"  # stored rows stay as they are
CHOICES: tuple[Choice, ...] = (REPLACE, UPDATE, ADD)


@dataclass(frozen=True, slots=True)
class Overlap:
    """What a staged export shares with one earlier import of its source and agency.

    `same` rows are stored already, `changed` ones with other values under the same number; `missing` are that import's rows between `first` and
    `last`, the first and last day of the staged export, that the export no longer has. `unnumbered`: the rows carry no number, so a corrected row
    looks like a new one and a missing one.
    """

    import_id: str
    files: tuple[str, ...]
    same: int
    changed: int
    missing: int
    first: dt.date | int | None
    last: dt.date | int | None
    unnumbered: bool = False

    @property
    def asks(self) -> bool:
        """Is there something to decide?"""
        return bool(self.changed or self.missing)
