"""Which counts does a question need? The store's grouped frames turned into plain mappings, always through `facts.tally`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from dashboard.schema.scope import Audience, Scope
from dashboard.schema.words import in_order

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.store.facts import Facts

UNRECORDED = "not recorded"
PERSON_STOPS: tuple[str, ...] = ("vehicular", "pedestrian", "bicycle", "other", "unknown")


def staff(scope: Scope) -> Scope:
    """The same slice, read with staff rights by a service that will release or withhold what it finds."""
    return scope.narrowed(audience=Audience.STAFF)


def of_persons(scope: Scope) -> Scope:
    """The same slice without rows that record no person (a vehicle searched on its own)."""
    if any(column == "stop_type" for column, _ in scope.where):
        return staff(scope)
    return staff(scope).and_where("stop_type", *PERSON_STOPS)


def tally(facts: Facts, table: str, by: tuple[str, ...], scope: Scope, sums: tuple[str, ...] = ()) -> pd.DataFrame:
    """Counts by columns, with empty words written as 'not recorded'. Columns: `by`, n, sums."""
    frame = facts.tally(table, by=by, scope=scope, sums=sums)
    for column in by:
        if frame[column].dtype == object or str(frame[column].dtype).startswith(("str", "category")):
            frame[column] = frame[column].astype(object).where(frame[column].notna(), UNRECORDED)
    return frame


def by_group(frame: pd.DataFrame, value: str = "n", column: str = "race_group") -> dict[str, int]:
    """One number per group, in the fixed order of groups."""
    totals = frame.groupby(column, observed=True)[value].sum()
    return {group: int(totals[group]) for group in in_order(totals.index)}


def known_groups(counts: Mapping[str, object] | Iterable[str]) -> list[str]:
    """Groups that can be compared: in order, without unknown."""
    return [group for group in in_order(counts) if group not in {"unknown", UNRECORDED}]


def true_of(frame: pd.DataFrame, column: str) -> pd.Series:
    """Rows where a three-state flag is true; unknown is not true."""
    return frame[column].map(lambda value: value is True or str(value).lower() == "true").astype(bool)


def false_of(frame: pd.DataFrame, column: str) -> pd.Series:
    """Rows where a three-state flag is false; unknown is not false."""
    return frame[column].map(lambda value: value is False or str(value).lower() == "false").astype(bool)
