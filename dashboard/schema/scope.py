"""Which slice of the facts is asked for, and for whom: the only way to say it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from dashboard.errors import ScopeError


class Audience(StrEnum):
    """Who will see the answer. PUBLIC and COUNCIL see released tables only."""

    PUBLIC = "public"
    COUNCIL = "council"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Scope:
    """A slice: first and last day (inclusive), districts, groups, further `where` equalities, and the audience.

    Empty tuples mean "all". `where` is sorted (column, values) pairs in canonical names. Frozen and hashable, so it keys caches.
    """

    start: dt.date | None = None
    end: dt.date | None = None
    districts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    audience: Audience = Audience.PUBLIC

    def __post_init__(self) -> None:
        if self.start and self.end and self.start > self.end:
            raise ScopeError(f"The period ends ({self.end}) before it starts ({self.start}).", hint="Exchange the two dates.")

    @classmethod
    def of(cls, where: Mapping[str, tuple[str, ...]] | None = None, audience: Audience = Audience.STAFF) -> Scope:
        """A slice from `column=value` pairs, as the command line writes them; `from` and `to` are dates, `district` and the group are lifted out."""
        rest = dict(where or {})
        start, end = rest.pop("from", ()), rest.pop("to", ())
        districts, groups = rest.pop("district", ()), rest.pop("race_group", ())
        pairs = tuple(sorted((name, tuple(sorted(values))) for name, values in rest.items()))
        return cls(_day(start), _day(end), tuple(sorted(districts)), tuple(groups), pairs, audience)

    def narrowed(self, **changes: object) -> Scope:
        """The same slice with some fields replaced."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def and_where(self, column: str, *values: str) -> Scope:
        """The same slice, with one more equality."""
        kept = tuple(pair for pair in self.where if pair[0] != column)
        return replace(self, where=tuple(sorted((*kept, (column, tuple(sorted(values)))))))


def _day(values: tuple[str, ...]) -> dt.date | None:
    """One ISO date, or none."""
    if not values:
        return None
    try:
        return dt.date.fromisoformat(values[0])
    except ValueError as error:
        raise ScopeError(f"'{values[0]}' is not a date.", hint="Write it as 2024-05-31.") from error
