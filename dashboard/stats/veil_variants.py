"""What does the veil of darkness say when it is computed in every other declared way?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import NotEnoughData
from dashboard.schema.result import Estimate
from dashboard.settings import Settings
from dashboard.stats.cells_glm import Z95
from dashboard.stats.twilight import Sky, VeilCounts, VeilEvenings
from dashboard.stats.veil_atoms import Atoms, atoms_of
from dashboard.stats.veil_cells import Calendar, Classified, Moved, calendar, gather
from dashboard.stats.veil_model import Pair, Plan, VeilFit, fitted, moved_pair, pair_of
from dashboard.stats.veil_result import Variant

Ints = NDArray[np.int64]

NO_CHANGES = "This time zone has no clock changes in the period."


def _variant(key: str, label: str, pair: Pair, plan: Plan, near: VeilFit | None) -> Variant:
    """One row of the list that always stands beside the headline; a variant that cannot be fitted says why."""
    try:
        found = fitted(pair, plan, near)
    except NotEnoughData as error:
        return Variant(key, label, Estimate.unavailable(str(error), pair.stops))
    return Variant(key, label, interval(found, pair.stops), found.se)


def interval(found: VeilFit, n: float) -> Estimate:
    """Beta with its 95 % interval."""
    return Estimate(found.beta, found.beta - Z95 * found.se, found.beta + Z95 * found.se, n)


def _other_calendar(pair: Pair, plan: Plan, near: VeilFit | None) -> Variant:
    """The time of year held fixed the other way."""
    if plan.calendar == "season":
        return _variant("smooth", "Smooth curve of the date", pair, replace(plan, calendar="smooth"), near)
    return _variant("season", "Steps per season and year (published method)", pair, replace(plan, calendar="season"), near)


def _other_controls(pair: Pair, plan: Plan, near: VeilFit | None) -> list[Variant]:
    """Other curves of the clock, fewer controls, time x place."""
    others = [df for df in range(3, 9) if df != plan.df]
    return [
        *(_variant(f"df{df}", f"Clock curve, {df} degrees of freedom", pair, replace(plan, df=df), near) for df in others),
        _variant("no_place", "Without place", pair, replace(plan, place=False), near),
        _variant("no_calendar", "Without time of year", pair, replace(plan, calendar="none"), near),
        _variant("no_controls", "Without place and time of year", pair, replace(plan, place=False, calendar="none"), near),
        _variant("time_by_place", "Clock curve for each place", pair, replace(plan, interaction=True), near),
    ]


@dataclass(frozen=True, slots=True)
class Stops:
    """The stops, the sky over them, how they are classified as they are, and what changes when dusk is moved."""

    atoms: Atoms
    tables: Sky
    days: Calendar
    main: Classified
    moved: Mapping[int, Moved]

    @classmethod
    def of(cls, counts: VeilCounts | VeilEvenings, tables: Sky, settings: Settings, variants: bool) -> Stops:
        """Join and classify the counts."""
        atoms, days = atoms_of(counts, tables, settings), calendar(tables)
        most = int(settings.number("darkness.shift_minutes")) if variants else 0
        shifts = [shift for shift in range(-most, most + 1) if shift]
        return cls(atoms, tables, days, *gather(atoms, tables, days, settings, shifts))


Fits = Mapping[int, tuple[VeilFit | None, Pair]]  # by group: the headline, and its counts against the reference


def beside(stops: Stops, fits: Fits, against: Mapping[int, Ints], plan: Plan, settings: Settings) -> dict[int, tuple[Variant, ...]]:
    """Every other declared way for every group: dusk moved, other models on the same cells, the days around clock changes."""
    near = gather(stops.atoms, stops.tables, stops.days, settings, near=True)[0] if len(stops.tables.change_days) else None
    found: dict[int, tuple[Variant, ...]] = {}
    for group, (fit, pair) in fits.items():
        rows = [_other_calendar(pair, plan, fit)]
        for shift, moved in stops.moved.items():
            label = f"Dusk {abs(shift)} minute{'s' if abs(shift) > 1 else ''} {'earlier' if shift < 0 else 'later'}"
            rows.append(_variant(f"dusk{shift:+d}", label, moved_pair(pair, moved, group, against[group]), plan, fit))
        around = None if near is None else pair_of(near, group, against[group])
        found[group] = (*rows, *_other_controls(pair, plan, fit), _around_changes(around, plan))
    return found


def _around_changes(pair: Pair | None, plan: Plan) -> Variant:
    """Only the days around clock changes, with an intercept for each change."""
    key, label = "clock_change", "Within 30 days of a clock change"
    if pair is None:
        return Variant(key, label, Estimate.unavailable(NO_CHANGES))
    return _variant(key, label, pair, replace(plan, calendar="change"), None)
