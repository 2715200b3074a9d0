"""Which events does each officer have, when, where and on which shift? One row per officer and event, however many rows the source has."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from dashboard.errors import NotEnoughData
from dashboard.schema.scope import Audience, Scope
from dashboard.services.early.kinds import KINDS, Kind
from dashboard.store.facts import STAFF, Facts

UNKNOWN = "not recorded"
WATCHES = (("night", 0, 6), ("day", 6, 14), ("evening", 14, 22), ("night", 22, 24))  # hours of a shift where no posting says it


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day that officers are compared over."""

    start: dt.date
    end: dt.date

    @property
    def scope(self) -> Scope:
        """As a slice."""
        return Scope(self.start, self.end, audience=Audience.STAFF)


def window(facts: Facts, kind: Kind, months: int, end: dt.date | None = None) -> Window:
    """The months before the last event stored, or before `end`. NotEnoughData when nothing is stored."""
    last = facts.span(kind.table)[1]
    if last is None:
        raise NotEnoughData(f"There are no {kind.many} to compare officers on.", hint=f"Import {kind.title.lower()} with officers on the Data page.")
    stop = min(last, end) if end else last
    start = (pd.Timestamp(stop) + pd.Timedelta(days=1) - pd.DateOffset(months=months)).date()
    return Window(start, stop)


def of(facts: Facts, kind: Kind, scope: Scope) -> tuple[pd.DataFrame, int]:
    """Columns officer, event, date, district, shift (by the clock), month; and how many events name no officer."""
    by = ("officer_key", kind.key, kind.date, "district", *(("hour",) if kind.timed else ()))
    for column, values in kind.where:
        scope = scope.and_where(column, *values)
    frame = facts.tally(kind.table, by=by, scope=scope)
    named = frame["officer_key"].notna()
    unnamed = int(frame.loc[~named, kind.key].nunique())
    rows = frame[named].drop_duplicates(["officer_key", kind.key])
    found = pd.DataFrame(
        {
            "officer": rows["officer_key"].astype(str),
            "event": rows[kind.key].astype(str),
            "date": pd.to_datetime(rows[kind.date]),
            "district": rows["district"].astype(object).where(rows["district"].notna(), UNKNOWN),
            "shift": watch(rows["hour"]) if kind.timed else UNKNOWN,
        }
    ).reset_index(drop=True)
    found["month"] = month_of(found["date"])
    return found, unnamed


def watch(hours: pd.Series) -> pd.Series:
    """The shift by the clock: night from 22, day from 6, evening from 14; an unknown hour is not recorded."""
    out = pd.Series(UNKNOWN, index=hours.index, dtype=object)
    known = pd.to_numeric(hours, errors="coerce")
    for name, first, last in WATCHES:
        out[(known >= first) & (known < last)] = name
    return out


def month_of(dates: pd.Series) -> pd.Series:
    """Months counted from year 0."""
    return dates.dt.year * 12 + dates.dt.month - 1


def postings(facts: Facts, scope: Scope = STAFF) -> pd.DataFrame:
    """Columns officer, unit, district, shift, begins, ends (the far future while it lasts), rank."""
    by = ("officer_key", "assignment", "district", "shift", "rank_group", "valid_from", "valid_to")
    frame = facts.tally("officers", by=by, scope=scope)
    text = {new: frame[old].astype(object).where(frame[old].notna(), UNKNOWN) for new, old in (("unit", "assignment"), ("district", "district"))}
    return pd.DataFrame(
        {
            "officer": frame["officer_key"].astype(str),
            **text,
            "shift": frame["shift"].astype(object).where(frame["shift"].notna(), UNKNOWN),
            "rank": frame["rank_group"].astype(object).where(frame["rank_group"].notna(), UNKNOWN),
            "begins": pd.to_datetime(frame["valid_from"]),
            "ends": pd.to_datetime(frame["valid_to"]).fillna(pd.Timestamp("2200-01-01")),
        }
    )


def posted(events: pd.DataFrame, posts: pd.DataFrame) -> pd.DataFrame:
    """The events with unit, district and shift of the posting that held on their day; events without one are left out."""
    if events.empty or posts.empty:
        return events.assign(unit=UNKNOWN).iloc[0:0]
    left = events.drop(columns=["district", "shift"]).sort_values("date")
    right = posts[["officer", "unit", "district", "shift", "begins", "ends"]].sort_values("begins")
    left["date"], right["begins"] = left["date"].astype("datetime64[ns]"), right["begins"].astype("datetime64[ns]")
    joined = pd.merge_asof(left, right, left_on="date", right_on="begins", by="officer")
    return joined[joined["begins"].notna() & (joined["date"] <= joined["ends"])]


def activity(facts: Facts, scope: Scope = STAFF) -> pd.DataFrame:
    """Everything that names an officer in any table: officer, date, district, shift, n. For who has no postings."""
    parts = []
    for table, date in (("stops", "date"), ("arrests", "date"), ("use_of_force", "date"), ("complaints", "received_date")):
        if facts.version(table) < 0:
            continue
        timed = ("hour",) if table != "complaints" else ()
        frame = facts.tally(table, by=("officer_key", date, "district", *timed), scope=scope)
        frame = frame[frame["officer_key"].notna()]
        parts.append(
            pd.DataFrame(
                {
                    "officer": frame["officer_key"].astype(str),
                    "date": pd.to_datetime(frame[date]),
                    "district": frame["district"].astype(object).where(frame["district"].notna(), UNKNOWN),
                    "shift": watch(frame["hour"]) if timed else UNKNOWN,
                    "placed": table != "complaints",
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["officer", "date", "district", "shift", "placed"])


def kind_named(name: str) -> Kind:
    """The kind of this name, or the first."""
    return KINDS.get(name, KINDS["force"])
