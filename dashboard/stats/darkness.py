"""At the same clock time, is a group's share among stopped drivers lower after dark, when it is harder to see who is driving?

Grogger & Ridgeway (2006), Testing for racial profiling in traffic stops from behind a veil of darkness, JASA 101; the window, the clock spline
and the gates follow the Stanford Open Policing project (Pierson et al. 2020), the clock-change variant Ridgeway (2009).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import NotEnoughData
from dashboard.registry import measure
from dashboard.schema.result import Estimate, Gate
from dashboard.schema.words import in_order
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats.cells_glm import Z95
from dashboard.stats.intervals import UNKNOWN
from dashboard.stats.twilight import (
    Classified,
    Place,
    SetAside,
    Sky,
    TwilightWindow,
    VeilCounts,
    classify,
    evening,
    gather,
    judge,
    near_changes,
    seasons,
    tables_for,
    window,
)
from dashboard.stats.veil_gates import crude_odds_ratio, data_gates, file_cautions, full_years, heaping, minimum, share, thin
from dashboard.stats.veil_model import Pair, Plan, fitted, pair_of

__all__ = ["Place", "TwilightWindow", "VeilCounts", "VeilResult", "classify", "crude_odds_ratio", "evening", "heaping", "veil", "window"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ALL_OTHERS = "all_others"


@dataclass(frozen=True, slots=True)
class Variant:
    """The same comparison done another way: beta (share after dark against daylight, log odds) with its interval and standard error."""

    key: str
    label: str
    beta: Estimate
    se: float | None = None


@dataclass(frozen=True, slots=True)
class GroupVeil:
    """One group against the reference. `odds_ratio` is exp(-beta): the odds of the group in daylight against the dark.

    Above 1 is the direction expected if visible race mattered. `light`, `dark` and the reference's are window stops; shares are of all window
    stops with a known group; `crude` is the odds ratio with nothing held fixed; `beta_range` spans the headline and all variants.
    """

    group: str
    odds_ratio: Estimate
    beta: Estimate
    se: float | None
    crude: Estimate
    share_light: Estimate
    share_dark: Estimate
    light: float
    dark: float
    reference_light: float
    reference_dark: float
    variants: tuple[Variant, ...]
    beta_range: tuple[float, float] | None
    depends_on_model: bool
    gates: tuple[Gate, ...]
    left_out: float = 0.0


@dataclass(frozen=True, slots=True)
class VeilResult:
    """All groups against the reference, the gates on the data, what was set aside, and which window and sun were used (minutes of the day)."""

    reference: str
    groups: tuple[GroupVeil, ...]
    gates: tuple[Gate, ...]
    set_aside: SetAside
    window_stops: float
    unknown_stops: float
    clusters: int
    clustered_by: str
    window_minutes: tuple[int, int]
    sun: str
    notes: tuple[str, ...]


def _variant(key: str, label: str, pair: Pair | None, plan: Plan, reason: str = "") -> Variant:
    """One row of the list that always stands beside the headline; a variant that cannot be fitted says why."""
    if pair is None:
        return Variant(key, label, Estimate.unavailable(reason))
    try:
        beta, se, _, _ = fitted(pair, plan)
    except NotEnoughData as error:
        return Variant(key, label, Estimate.unavailable(str(error), float(pair.n.sum())))
    return Variant(key, label, Estimate(beta, beta - Z95 * se, beta + Z95 * se, float(pair.n.sum())), se)


@dataclass(frozen=True, slots=True)
class _Sets:
    """The same stops classified in every way that the variants need: as they are, with dusk moved, and near clock changes only."""

    main: Classified
    shifted: tuple[tuple[int, Classified], ...]
    changes: Classified | None


def _sets(counts: VeilCounts, tables: Sky, settings: Settings, beside: bool) -> _Sets:
    """Classify once per shift of dusk, and once for the clock-change variant."""
    verdict = judge(counts, tables, settings)
    main = gather(counts, tables, verdict, seasons(tables))
    if not beside:
        return _Sets(main, (), None)
    most = int(settings.number("darkness.shift_minutes"))
    shifts = [shift for shift in range(-most, most + 1) if shift]
    moved = tuple((shift, gather(counts, tables, judge(counts, tables, settings, shift), seasons(tables))) for shift in shifts)
    near, number = near_changes(tables)
    return _Sets(main, moved, gather(counts, tables, verdict, (near, number)) if number else None)


def _beside(sets: _Sets, group: int, reference: Ints, df: int, pair: Pair) -> tuple[Variant, ...]:
    """Dusk moved, other splines, without controls, time x place, and the days around clock changes (a to e)."""
    rows = [
        _variant(
            f"dusk{shift:+d}",
            f"Sunset and dusk moved by {shift:+d} minute{'s' if abs(shift) > 1 else ''}",
            pair_of(cells, group, reference),
            Plan(df),
        )
        for shift, cells in sets.shifted
    ]
    rows += [_variant(f"df{other}", f"Clock-time curve with {other} degrees of freedom", pair, Plan(other)) for other in range(3, 9) if other != df]
    rows += [
        _variant("no_place", "Without place", pair, Plan(df, place=False)),
        _variant("no_season", "Without season", pair, Plan(df, period=False)),
        _variant("no_controls", "Without place and season", pair, Plan(df, place=False, period=False)),
        _variant("time_by_place", "A clock-time curve for each place", pair, Plan(df, interaction=True)),
    ]
    near = None if sets.changes is None else pair_of(sets.changes, group, reference)
    reason = "This time zone has no clock changes in the period."
    return (*rows, _variant("clock_change", "Only within 30 days of a clock change", near, Plan(df), reason))


@dataclass(frozen=True, slots=True)
class _Sides:
    """Window stops by group (columns of the counts) in daylight and in the dark."""

    light: Floats
    dark: Floats

    @classmethod
    def of(cls, cells: Classified) -> _Sides:
        """Add up the cells."""
        dark = cells.cell_dark > 0
        return cls(cells.counts[~dark].sum(axis=0), cells.counts[dark].sum(axis=0))


def _compared(name: str, group: int, reference: Ints, *, sets: _Sets, known: Ints, settings: Settings, cautions: tuple[str, ...]) -> GroupVeil:
    """One group against the reference: gates first, then the plain numbers, the model, and everything beside it."""
    sides = _Sides.of(sets.main)
    light, dark = float(sides.light[group]), float(sides.dark[group])
    other_light, other_dark = float(sides.light[reference].sum()), float(sides.dark[reference].sum())
    shares = share(light, float(sides.light[known].sum())), share(dark, float(sides.dark[known].sum()))
    crude = crude_odds_ratio(light, dark, other_light, other_dark)
    gates = (minimum(name, light, dark), minimum("the reference", other_light, other_dark))
    n, df = light + dark, int(settings.number("darkness.df"))
    beta = ratio = Estimate.unavailable(f"At least {gates[0].needed} are needed, of the group and of the reference.", n)
    se: float | None = None
    left: float = 0.0
    variants: tuple[Variant, ...] = ()
    if all(gate.passed for gate in gates):
        pair = pair_of(sets.main, group, reference)
        try:
            value, se, left, _ = fitted(pair, Plan(df))
            beta = Estimate(value, value - Z95 * se, value + Z95 * se, n)
            ratio = Estimate(float(np.exp(-value)), float(np.exp(-value - Z95 * se)), float(np.exp(-value + Z95 * se)), n)
        except NotEnoughData as error:
            beta = ratio = Estimate.unavailable(str(error), n)
        variants = _beside(sets, group, reference, df, pair) if sets.shifted or sets.changes else ()
    values = [row.beta.value for row in variants if row.beta.value is not None] + ([beta.value] if beta.value is not None else [])
    depends = bool(values) and min(values) < 0 < max(values)
    for caution in (*cautions, *(("The sign depends on the model.",) if depends else ())):
        beta, ratio = beta.with_caution(caution), ratio.with_caution(caution)
    spread = (min(values), max(values)) if values else None
    return GroupVeil(name, ratio, beta, se, crude, *shares, light, dark, other_light, other_dark, variants, spread, depends, gates, left)


def _reference_codes(counts: VeilCounts, reference: str, known: Ints) -> Ints:
    """The codes of the reference group; all known groups when each is compared with all others."""
    if reference == ALL_OTHERS:
        return known
    if reference not in counts.groups:
        raise NotEnoughData(f"No stops of the reference group '{reference}'.", hint=f"Groups here: {', '.join(counts.groups)}.")
    return np.array([counts.groups.index(reference)])


@measure(
    "darkness.veil",
    title="Veil of darkness",
    question="At the same clock time, is the share of a group among drivers stopped lower after dark, when race is harder to see?",
    formula=(
        "logit P(group | group or reference) = alpha + beta dark + ns(minute, df 6) + place + season x year, on stops between the earliest and the "
        "latest dusk of the year outside twilight; odds ratio exp(-beta), daylight against dark; sandwich variance clustered by date or officer."
    ),
    columns=("date", "time", "district", "race_group"),
    minimum="100 stops in the window with 30 in daylight and 30 in the dark, of the group and of the reference.",
    reference="White drivers by default",
    assumptions=(
        "Who drives at a given clock time does not change with darkness.",
        "Officers see who is driving less well after dark.",
        "Dates, times and places are recorded as they were.",
    ),
    criticisms=(
        "Street lights and cues other than race weaken the veil.",
        "Seasonal driving and equipment stops that happen only at night can hide or mimic an effect.",
        "It speaks of who is stopped at the margin of visibility, not of all stops.",
    ),
    source="Grogger & Ridgeway (2006), JASA 101(475); Pierson et al. (2020), Nature Human Behaviour 4; Ridgeway (2009)",
    page=(
        "At the same time of day, in summer and winter light, the mix of drivers should not change if officers cannot see who is driving. "
        "Street lights, visible cues other than race, seasonal driving, equipment stops that only happen at night and drivers who change behaviour "
        "can all hide or mimic an effect, so no difference is not exoneration."
    ),
    settings=("groups.reference", "darkness.sun", "darkness.shift_minutes", "darkness.window", "darkness.edges", "darkness.df"),
)
def veil(  # noqa: PLR0917
    counts: VeilCounts,
    places: Mapping[str, Place],
    reference: str,
    zone: str,
    settings: Settings = DEFAULTS,
    seed: int = 0,
    *,
    clock: Floats | None = None,
    beside: bool = True,
) -> VeilResult:
    """By how much do the odds of stopping each group change between daylight and dark, at the same clock time, place and season?

    `counts` by date, exact minute, place and group (officer as `cluster` where known; else the interval clusters by date); `reference` is a group or
    "all_others"; `zone` a time-zone name; `clock` 1,440 counts of stops over the whole day, to look for rounded times where `counts` hold only
    evenings.
    `seed` is accepted like everywhere and unused: nothing here is random. `beside` adds the list of other ways to do it.
    Raises MeasureError on contradictory rows, NotEnoughData without stops of the reference.
    """
    tables = tables_for(counts, places, zone, settings)
    known = np.array([code for code, name in enumerate(counts.groups) if name != UNKNOWN], dtype=np.int64)
    base = _reference_codes(counts, reference, known)
    sets = _sets(counts, tables, settings, beside)
    full, place_years, number = full_years(counts, tables)
    gates, cautions = data_gates(counts, full, place_years, clock)
    in_window = sets.main.counts.sum(axis=0)
    unknown = float(in_window.sum() - in_window[known].sum())
    clusters = int(np.count_nonzero(np.bincount(sets.main.cluster))) if len(sets.main.cluster) else 0
    cautions += file_cautions(unknown, float(in_window.sum()), clusters, settings)
    rows = []
    for group in known:
        if group in base and reference != ALL_OTHERS:
            continue
        others = base[base != group]
        crowd = thin(counts, place_years, number, int(group), others)
        warn = cautions if crowd.passed else (*cautions, f"Only {crowd.found} of this group, hold 100 stops of both groups.")
        row = _compared(counts.groups[group], int(group), others, sets=sets, known=known, settings=settings, cautions=warn)
        rows.append(replace(row, gates=(*row.gates, crowd)))
    by = "date" if counts.cluster is None else "officer"
    span = (sets.main.low, sets.main.high)
    method = settings.text("darkness.sun")
    ordered = tuple(sorted(rows, key=lambda row: in_order([item.group for item in rows]).index(row.group)))
    notes = _notes(sets.main.set_aside, unknown, by)
    return VeilResult(reference, ordered, gates, sets.main.set_aside, float(in_window.sum()), unknown, clusters, by, span, method, notes)


def _notes(left: SetAside, unknown: float, by: str) -> tuple[str, ...]:
    """What was left out, in words; and how the interval was made."""
    parts = (
        (left.outside_window, "outside the hours that are light in summer and dark in winter"),
        (left.twilight, "between sunset and dusk"),
        (left.no_dusk, "on days without a dusk"),
        (left.clock_change, "in an hour that a clock change skipped or repeated"),
        (unknown, "without a recorded group"),
    )
    told = tuple(f"{count:,.0f} stops {where} are set aside." for count, where in parts if count)
    return (*told, f"Intervals allow for stops on the same {'day' if by == 'date' else 'officer'} going together.")
