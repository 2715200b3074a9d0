"""The comparison of all officers on one kind of event, computed from scratch: earlier reviews do not enter it."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.schema.result import Provenance
from dashboard.services.early import events, work
from dashboard.services.early.events import Window, kind_named
from dashboard.services.early.kinds import BASES, Kind
from dashboard.services.restricted import restricted
from dashboard.stats import peers, peers_expected, peers_rules
from dashboard.stats.peers import Review, Reviewed
from dashboard.stats.peers_rules import Rules

if TYPE_CHECKING:
    from dashboard.services.house import House


@dataclass(frozen=True, slots=True)
class Model:
    """One run of the comparison: of which events, over which days, by which work; its figures, and what could not be counted."""

    kind: Kind
    basis: str
    bases: tuple[str, ...]
    when: Window
    review: Review
    rules: Rules
    unnamed: int
    outside: int
    provenance: Provenance
    where: Mapping[str, tuple[tuple[str, int], ...]] = field(repr=False)

    def officer(self, key: str) -> Reviewed | None:
        """One officer's figures."""
        return next((one for one in self.review.officers if one.name == key), None)


@restricted(Permission.SEE_EARLY_INTERVENTION)
def model(house: House, kind: str = "force", basis: str = "") -> Model:
    """The comparison over the months in force, up to the last event stored."""
    return compute(house, kind, basis)


def compute(house: House, name: str, basis: str = "", end: dt.date | None = None, months: int | None = None) -> Model:
    """The comparison up to a day. NotEnoughData when no event names an officer."""
    kind, facts = kind_named(name), house.facts
    when = events.window(facts, kind, months or int(house.settings.number("peers.window_months")), end)
    there = work.bases(facts, kind, when)
    chosen = basis if basis in there else there[0]
    found = work.gathered(facts, kind, when, chosen)
    if found.events.empty:
        raise NotEnoughData(f"No {kind.one} of these months names an officer.", hint="Map the officer's number when you import them.")
    expected = peers_expected.expected(found.work)
    version = house.version(kind.table, "officers", "arrests")
    reviewed = peers.review(found.names, expected, enough=list(found.enough), seed=zlib.crc32(version.encode()), settings=house.settings)
    fixed = _over_threshold(house, kind, found.events, when)
    where = _where(found.events, {one.name for one in reviewed.for_review})
    rules = peers_rules.rules(reviewed, fixed)
    source = house.provenance(*(table for table in (kind.table, "officers", "arrests") if house.facts.version(table) >= 0))
    return Model(kind, chosen, there, when, reviewed, rules, found.unnamed, found.outside, source, where)


def _over_threshold(house: House, kind: Kind, rows: pd.DataFrame, when: Window) -> dict[str, set[str]]:
    """The classic rule: so many in the last twelve months."""
    least = int(house.settings.number(kind.threshold))
    recent = rows[rows["date"] > pd.Timestamp(when.end) - pd.DateOffset(months=12)]
    counts = recent.groupby("officer").size()
    return {f"{least} or more in 12 months": {str(one) for one in counts.index[counts >= least]}}


def _where(rows: pd.DataFrame, wanted: set[str]) -> dict[str, tuple[tuple[str, int], ...]]:
    """For each of these officers where the events happened: (place and shift in words, how many), the most first."""
    chosen = rows[rows["officer"].isin(wanted)]
    out: dict[str, tuple[tuple[str, int], ...]] = {}
    for officer, own in chosen.groupby("officer", observed=True):
        counted = own.groupby(["district", "shift"], observed=True).size().sort_values(ascending=False)
        out[str(officer)] = tuple((_place(str(district), str(shift)), int(n)) for (district, shift), n in counted.items())
    return out


def _place(district: str, shift: str) -> str:
    """A district and a shift in words."""
    parts = [district] if district != events.UNKNOWN else []
    parts += [f"{shift} shift"] if shift not in (events.UNKNOWN, "unknown") else []
    return ", ".join(parts) or "place not recorded"


def basis_labels(found: Model) -> dict[str, str]:
    """By which work can officers be compared here?"""
    return {one: BASES[one] for one in found.bases}
