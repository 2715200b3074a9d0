"""The shape of every number that leaves the house: a value, its interval, its n, and whether it may be believed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum


class Status(StrEnum):
    """OK; CAUTION (shown with its reason); UNAVAILABLE (a sentence: why, and what would be needed); WITHHELD (too few persons)."""

    OK = "ok"
    CAUTION = "caution"
    UNAVAILABLE = "not available"
    WITHHELD = "not shown"


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number with its 95 % interval. An unknown value is None, never 0; `reason` says why."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: float = 0.0
    status: Status = Status.OK
    reason: str = ""

    @classmethod
    def unavailable(cls, reason: str, n: float = 0.0) -> Estimate:
        """No number can be given; the reason says why and what would be needed."""
        return cls(None, None, None, n, Status.UNAVAILABLE, reason)

    @property
    def known(self) -> bool:
        """Whether there is a value to show."""
        return self.value is not None

    def with_caution(self, reason: str) -> Estimate:
        """The same number, marked: shown with its reason. An unavailable number stays unavailable."""
        if self.status in {Status.UNAVAILABLE, Status.WITHHELD}:
            return self
        joined = f"{self.reason} {reason}".strip() if reason not in self.reason else self.reason
        return replace(self, status=Status.CAUTION, reason=joined)


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition a number had to meet: what was needed, what was there, and whether it passed."""

    name: str
    needed: str
    found: str
    passed: bool


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a number comes from: data version, imports, release, and the settings that were in force."""

    data_version: str = ""
    imports: tuple[str, ...] = ()
    release: str = ""
    settings: tuple[tuple[str, str], ...] = ()
    sample: bool = False


@dataclass(frozen=True, slots=True)
class NumberTable:
    """The numbers behind a picture: `columns` are headings, `rows` hold text, Estimates or plain numbers, and `kinds` says how each column is
    written ('percent', 'points', 'times', 'count' or 'number'; '' or nothing for as it comes).
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    notes: tuple[str, ...] = field(default=())
    kinds: tuple[str, ...] = field(default=())

    def kind(self, place: int) -> str:
        """How the column at this place is written."""
        return self.kinds[place] if place < len(self.kinds) and self.kinds[place] else "number"
