"""At the same clock time, is a group's share among stopped drivers lower after dark, when it is harder to see who is driving?

Grogger & Ridgeway (2006), Testing for racial profiling in traffic stops from behind a veil of darkness, JASA 101; the window, the clock spline
and the gates follow the Stanford Open Policing project (Pierson et al. 2020), the clock-change variant Ridgeway (2009). Where they hold the time of
year fixed by a step per season and year, the default here is a smooth curve of the date (veil_model.py says why); their way stands beside it.
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
from dashboard.stats.twilight import Place, TwilightWindow, VeilCounts, VeilEvenings, evening, tables_for, window
from dashboard.stats.veil_cells import Classified, SetAside, classify
from dashboard.stats.veil_gates import crowd, crude_odds_ratio, data_gates, file_cautions, heaping, minimum, share, thin
from dashboard.stats.veil_model import Pair, Plan, VeilFit, fitted, pair_of
from dashboard.stats.veil_result import GroupVeil, Variant, VeilResult
from dashboard.stats.veil_variants import Stops, beside, interval

__all__ = [
    "GroupVeil",
    "Place",
    "TwilightWindow",
    "Variant",
    "VeilCounts",
    "VeilEvenings",
    "VeilResult",
    "classify",
    "crude_odds_ratio",
    "evening",
    "heaping",
    "veil",
    "window",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ALL_OTHERS = "all_others"


@dataclass(frozen=True, slots=True)
class _Sides:
    """Window stops by group (columns of the counts) in daylight and in the dark."""

    light: Floats
    dark: Floats

    @classmethod
    def of(cls, cells: Classified) -> _Sides:
        """Add up the cells."""
        dark = cells.cells.dark
        return cls(cells.counts[:, ~dark].sum(axis=1), cells.counts[:, dark].sum(axis=1))


@dataclass(frozen=True, slots=True)
class _Headline:
    """One group before anything stands beside it: its gates, and the fit with its cells, or the reason why there is none."""

    gates: tuple[Gate, ...]
    pair: Pair | None = None
    fit: VeilFit | None = None
    reason: str = ""


def _headline(name: str, group: int, reference: Ints, *, stops: Stops, sides: _Sides, plan: Plan) -> _Headline:
    """Gates first, then the model."""
    gates = (
        minimum(name, float(sides.light[group]), float(sides.dark[group])),
        minimum("the reference", float(sides.light[reference].sum()), float(sides.dark[reference].sum())),
    )
    if not all(gate.passed for gate in gates):
        return _Headline(gates, reason=f"At least {gates[0].needed} are needed, of the group and of the reference.")
    pair = pair_of(stops.main, group, reference)
    try:
        return _Headline(gates, pair, fitted(pair, plan))
    except NotEnoughData as error:
        return _Headline(gates, pair, reason=str(error))


def _row(name: str, group: int, reference: Ints, *, sides: _Sides, known: Ints, found: _Headline, variants: tuple[Variant, ...]) -> GroupVeil:
    """One group against the reference in plain numbers, by the model, and by everything beside it."""
    light, dark = float(sides.light[group]), float(sides.dark[group])
    other_light, other_dark = float(sides.light[reference].sum()), float(sides.dark[reference].sum())
    shares = share(light, float(sides.light[known].sum())), share(dark, float(sides.dark[known].sum()))
    crude = crude_odds_ratio(light, dark, other_light, other_dark)
    n, fit = light + dark, found.fit
    beta = ratio = Estimate.unavailable(found.reason, n)
    if fit is not None:
        beta = interval(fit, n)
        value, low, high = (float(np.exp(-fit.beta + times * Z95 * fit.se)) for times in (0, -1, 1))
        ratio = Estimate(value, low, high, n)
    values = [row.beta.value for row in variants if row.beta.value is not None] + ([beta.value] if beta.value is not None else [])
    depends = bool(values) and min(values) < 0 < max(values)
    spread = (min(values), max(values)) if values else None
    se, left = (None, 0.0) if fit is None else (fit.se, fit.left_out)
    return GroupVeil(name, ratio, beta, se, crude, *shares, light, dark, other_light, other_dark, variants, spread, depends, found.gates, left)


def _careful(row: GroupVeil, cautions: tuple[str, ...]) -> GroupVeil:
    """The row with every caution on its numbers."""
    beta, ratio = row.beta, row.odds_ratio
    for caution in (*cautions, *(("The sign depends on the model.",) if row.depends_on_model else ())):
        beta, ratio = beta.with_caution(caution), ratio.with_caution(caution)
    return replace(row, beta=beta, odds_ratio=ratio)


def _reference_codes(counts: VeilCounts | VeilEvenings, reference: str, known: Ints) -> Ints:
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
        "logit P(group | group or reference) = alpha + beta dark + ns(minute, df 6) + place + ns(date, 6 per year), on stops between the "
        "earliest and the latest dusk of the year outside twilight; odds ratio exp(-beta), daylight against dark; sandwich variance clustered by "
        "date or officer. The published method has season x year in place of the curve of the date; but within a season light and dark stops lie "
        "on different dates, so that a share which drifts slowly leaks into beta (-0.147 is found where -0.2 is planted). It stands beside the "
        "result, and the setting darkness.calendar chooses it."
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
    settings=(
        "groups.reference",
        "darkness.sun",
        "darkness.shift_minutes",
        "darkness.window",
        "darkness.edges",
        "darkness.df",
        "darkness.calendar",
        "darkness.knots",
    ),
)
def veil(  # noqa: PLR0917
    counts: VeilCounts | VeilEvenings,
    places: Mapping[str, Place],
    reference: str,
    zone: str,
    settings: Settings = DEFAULTS,
    seed: int = 0,
    *,
    clock: Floats | None = None,
    variants: bool = True,
) -> VeilResult:
    """By how much do the odds of stopping each group change between daylight and dark, at the same clock time, place and time of year?

    `counts` by date, exact minute, place and group (officer as `cluster` where known; else the interval clusters by date); `reference` is a group or
    "all_others"; `zone` a time-zone name; `clock` 1,440 counts of stops over the whole day, to look for rounded times where `counts` hold only
    evenings.
    `seed` is accepted like everywhere and unused: nothing here is random. `variants` adds the list of other ways to do it.
    Raises MeasureError on contradictory rows, NotEnoughData without stops of the reference.
    """
    tables = tables_for(counts, places, zone, settings)
    known = np.array([code for code, name in enumerate(counts.groups) if name != UNKNOWN], dtype=np.int64)
    base = _reference_codes(counts, reference, known)
    stops = Stops.of(counts, tables, settings, variants)
    sides, plan = _Sides.of(stops.main), plan_of(settings)
    against = {int(group): base[base != group] for group in known if reference == ALL_OTHERS or group not in base}
    heads = {group: _headline(counts.groups[group], group, others, stops=stops, sides=sides, plan=plan) for group, others in against.items()}
    fits = {group: (head.fit, head.pair) for group, head in heads.items() if head.pair is not None}
    ways = beside(stops, fits, against, plan, settings) if variants else {}
    in_window = stops.main.counts.sum(axis=1)
    unknown = float(in_window.sum() - in_window[known].sum())
    by = "date" if stops.atoms.cluster is None else "officer"
    people = crowd(stops.atoms, tables)
    gates, cautions = data_gates(people, stops.atoms.clock if clock is None else clock)
    cautions += file_cautions(unknown, float(in_window.sum()), stops.main.clusters, settings)
    rows = []
    for group, others in against.items():
        enough = thin(people, group, others)
        warn = cautions if enough.passed else (*cautions, f"Only {enough.found} of this group, hold 100 stops of both groups.")
        row = _row(counts.groups[group], group, others, sides=sides, known=known, found=heads[group], variants=ways.get(group, ()))
        rows.append(replace(_careful(row, warn), gates=(*row.gates, enough)))
    order = in_order([item.group for item in rows])
    return VeilResult(
        reference,
        tuple(sorted(rows, key=lambda row: order.index(row.group))),
        gates,
        stops.main.set_aside,
        float(in_window.sum()),
        unknown,
        stops.main.clusters,
        by,
        (stops.main.cells.low, stops.main.cells.high),
        settings.text("darkness.sun"),
        _notes(stops.main.set_aside, unknown, by),
    )


def plan_of(settings: Settings) -> Plan:
    """The model that the settings ask for."""
    smooth = settings.text("darkness.calendar") == "smooth"
    return Plan(int(settings.number("darkness.df")), calendar="smooth" if smooth else "season", knots=settings.number("darkness.knots"))


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
