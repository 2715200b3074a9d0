"""What was each officer's work, cell by cell: days on a posting, arrests made, or, where neither is known, the time between records?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.services.early import events as found_events
from dashboard.services.early.events import UNKNOWN, Window
from dashboard.services.early.kinds import HALF_YEAR, Kind
from dashboard.stats.peers_expected import Work

if TYPE_CHECKING:
    from dashboard.store.facts import Facts

LEVELS = ("unit", "district", "shift", "month")
COVERED = 0.5  # postings are used when they cover this share of the events


@dataclass(frozen=True, slots=True)
class Officers:
    """The work of all officers as arrays, who they are, who served long enough, and what had to be left out."""

    names: tuple[str, ...]
    work: Work
    enough: NDArray[np.bool_]
    events: pd.DataFrame
    unnamed: int
    outside: int
    basis: str


def bases(facts: Facts, kind: Kind, when: Window) -> tuple[str, ...]:
    """By which work can officers be compared here? The best first; 'inferred' only where nothing better is stored."""
    events, _ = found_events.of(facts, kind, when.scope)
    there = []
    if facts.version("officers") >= 0 and len(events):
        posts = found_events.postings(facts)
        if len(found_events.posted(events, posts)) >= COVERED * len(events):
            there.append("days")
    if facts.version("arrests") >= 0:
        known = facts.tally("arrests", by=("officer_key",), scope=when.scope)["officer_key"].dropna()
        if len(events) and events["officer"].isin(set(known)).mean() >= COVERED:
            there.append("arrests")
    return tuple(there) or ("inferred",)


def gathered(facts: Facts, kind: Kind, when: Window, basis: str) -> Officers:
    """The work of all officers under one basis."""
    events, unnamed = found_events.of(facts, kind, when.scope)
    if basis == "days":
        return _by_days(facts, when, events, unnamed)
    if basis == "arrests":
        return _by_arrests(facts, when, events, unnamed)
    return _inferred(facts, when, events, unnamed)


def _by_days(facts: Facts, when: Window, events: pd.DataFrame, unnamed: int) -> Officers:
    """Days on each posting, month by month; an event belongs to the posting of its day."""
    posts = found_events.postings(facts)
    placed = found_events.posted(events, posts)
    days = _days(posts, when)
    served = days.groupby("officer")["exposure"].sum()
    made = _joined(days, placed)
    return _officers(made, placed, (unnamed, len(events) - len(placed)), "days", served >= HALF_YEAR)


def _days(posts: pd.DataFrame, when: Window) -> pd.DataFrame:
    """One row per posting and month that it reaches into: officer, cell and days."""
    start, end = pd.Timestamp(when.start), pd.Timestamp(when.end) + pd.Timedelta(days=1)
    begins, ends = posts["begins"].clip(lower=start), (posts["ends"] + pd.Timedelta(days=1)).clip(upper=end)
    live = (ends > begins).to_numpy()
    posts, begins, ends = posts[live], begins[live].to_numpy("datetime64[D]"), ends[live].to_numpy("datetime64[D]")
    edges = np.arange(np.datetime64(when.start, "M"), np.datetime64(when.end, "M") + 2).astype("datetime64[D]")
    inside = np.minimum(ends[:, None], edges[None, 1:]) - np.maximum(begins[:, None], edges[None, :-1])
    row, column = np.nonzero(inside > np.timedelta64(0, "D"))
    first = when.start.year * 12 + when.start.month - 1
    kept = posts[["officer", "unit", "district", "shift"]].iloc[row].reset_index(drop=True)
    return kept.assign(month=first + column, exposure=inside[row, column].astype(float))


def _by_arrests(facts: Facts, when: Window, events: pd.DataFrame, unnamed: int) -> Officers:
    """Arrests made in each district, shift and month, against the events there; the unit is the posting's, where postings are stored."""
    frame = facts.tally("arrests", by=("officer_key", "district", "hour", "date"), scope=when.scope)
    frame = frame[frame["officer_key"].notna()]
    made = pd.DataFrame(
        {
            "officer": frame["officer_key"].astype(str),
            "district": frame["district"].astype(object).where(frame["district"].notna(), UNKNOWN),
            "shift": found_events.watch(frame["hour"]),
            "date": pd.to_datetime(frame["date"]),
            "exposure": frame["n"].astype(float),
        }
    )
    made["month"] = found_events.month_of(made["date"])
    units = _units(facts)
    made["unit"], events = made["officer"].map(units).fillna(UNKNOWN), events.assign(unit=events["officer"].map(units).fillna(UNKNOWN))
    known = events[events["officer"].isin(set(made["officer"]))]
    enough = made.groupby("officer")["month"].nunique() >= 6
    return _officers(_joined(made.drop(columns="date"), known), known, (unnamed, len(events) - len(known)), "arrests", enough)


def _units(facts: Facts) -> pd.Series:
    """Each officer's latest unit."""
    if facts.version("officers") < 0:
        return pd.Series(dtype=object)
    posts = found_events.postings(facts).sort_values("begins")
    return posts.drop_duplicates("officer", keep="last").set_index("officer")["unit"]


def _inferred(facts: Facts, when: Window, events: pd.DataFrame, unnamed: int) -> Officers:
    """Days between an officer's first and last record, spread over the districts and shifts of the own records. Cautious: see the notes."""
    seen = found_events.activity(facts)
    spans = seen.groupby("officer")["date"].agg(["min", "max"])
    start, end = pd.Timestamp(when.start), pd.Timestamp(when.end)
    days = (spans["max"].clip(upper=end) - spans["min"].clip(lower=start)).dt.days + 1
    days = days[(days > 0) & (spans["max"] >= start) & (spans["min"] <= end)]
    placed = seen[seen["placed"] & seen["officer"].isin(set(days.index))]
    mix = placed.groupby(["officer", "district", "shift"]).size().rename("n").reset_index()
    mix["exposure"] = mix["n"] / mix.groupby("officer")["n"].transform("sum") * mix["officer"].map(days)
    made = mix.drop(columns="n").assign(unit=UNKNOWN, month=0)
    known = events[events["officer"].isin(set(made["officer"]))].assign(unit=UNKNOWN, month=0)
    return _officers(_joined(made, known), known, (unnamed, len(events) - len(known)), "inferred", days >= HALF_YEAR)


def _joined(exposure: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Exposure and events in one table, a row per officer and cell."""
    columns = ["officer", *LEVELS]
    both = pd.concat([exposure[[*columns, "exposure"]].assign(events=0.0), events[columns].assign(exposure=0.0, events=1.0)], ignore_index=True)
    for name in columns[:-1]:
        both[name] = pd.Categorical(both[name])
    return both.groupby(columns, observed=True, sort=True)[["exposure", "events"]].sum().reset_index()


def _officers(made: pd.DataFrame, events: pd.DataFrame, left_out: tuple[int, int], basis: str, enough: pd.Series) -> Officers:
    """The arrays."""
    who = made["officer"].cat.remove_unused_categories()
    names = tuple(str(one) for one in who.cat.categories)
    cells = {name: pd.factorize(made[name])[0].astype(np.int64) for name in LEVELS}
    work = Work(len(names), who.cat.codes.to_numpy(np.int64), cells, made["exposure"].to_numpy(float), made["events"].to_numpy(float))
    long_enough = enough.reindex(list(names)).fillna(False).to_numpy(bool)
    return Officers(names, work, long_enough, events, *left_out, basis)
