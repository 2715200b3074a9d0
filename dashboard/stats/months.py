"""Which months were recorded well enough to count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.errors import MeasureError
from dashboard.schema.result import Gate
from dashboard.settings import DEFAULTS, Settings


@dataclass(frozen=True, slots=True)
class MonthCoverage:
    """One month ('2024-05'): its rows, how many carry every field that is needed, and whether it is a month of stops."""

    month: str
    rows: int
    complete: int
    stops: bool = True


@dataclass(frozen=True, slots=True)
class ObservedMonths:
    """The months that may be used, and those left out with the reason, both in order."""

    used: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    gate: Gate

    @property
    def count(self) -> int:
        """How many months may be used."""
        return len(self.used)


def observed_months(months: Iterable[MonthCoverage], asked: int | None = None, settings: Settings = DEFAULTS) -> ObservedMonths:
    """Which months were observed? Each needs the coverage, and a stop series the number of stops, that the settings ask for.

    `asked` is the number of months in the period when some have no row at all. Raises MeasureError for a month given twice or
    with more complete rows than rows. Source: months rule of Pierson et al. 2020.
    """
    coverage, least = settings.number("rates.months_coverage"), settings.number("rates.months_min_stops")
    used: list[str] = []
    left_out: list[tuple[str, str]] = []
    seen: set[str] = set()
    for month in sorted(months, key=lambda one: one.month):
        if month.month in seen:
            raise MeasureError(f"The month {month.month} is given twice.")
        if not 0 <= month.complete <= month.rows:
            raise MeasureError(f"{month.month} has {month.complete} complete rows of {month.rows}.")
        seen.add(month.month)
        if month.rows == 0:
            left_out.append((month.month, "no rows"))
        elif month.stops and month.rows < least:
            left_out.append((month.month, f"{month.rows} stops, fewer than {least:g}"))
        elif month.complete / month.rows < coverage:
            left_out.append((month.month, f"{month.complete / month.rows:.0%} of rows complete, below {coverage:.0%}"))
        else:
            used.append(month.month)
    total = len(seen) if asked is None else asked
    gate = Gate("observed months", f"at least half of {total} months", f"{len(used)} observed", total > 0 and len(used) * 2 >= total)
    return ObservedMonths(tuple(used), tuple(left_out), gate)


def common_months(first: ObservedMonths, second: ObservedMonths) -> tuple[str, ...]:
    """Which months were observed for both? A ratio of two groups uses only these."""
    return tuple(month for month in first.used if month in set(second.used))
