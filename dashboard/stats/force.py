"""How often is force used, against whose number, and how severe is it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.errors import MeasureError
from dashboard.registry import measure
from dashboard.schema.result import Estimate, Gate, Status
from dashboard.schema.words import in_order
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats.intervals import checked_counts
from dashboard.stats.rates import difference, proportion, rate, with_unknown_caution
from dashboard.stats.ratios import rate_ratio

EVERYONE = "everyone"
LEAST = 10  # events a group needs for a ratio
LEAST_SUBJECTS = 30
DRAWS = 2_000
LEVELS = (1, 2, 3, 4)
UNKNOWN = frozenset({"unknown", "not recorded"})


@dataclass(frozen=True, slots=True)
class Exposure:
    """What force is divided by: `counts` by group (or EVERYONE alone where groups are not known) over the named `period`, and `per` how many."""

    name: str
    label: str
    per: float
    counts: Mapping[str, float]
    period: str = ""


@dataclass(frozen=True, slots=True)
class ForceRate:
    """One group on one exposure: its subjects, the exposure, the rate, and the ratio to the reference (None for the reference and for everyone)."""

    exposure: str
    group: str
    subjects: float
    exposed: float | None
    rate: Estimate
    ratio: Estimate | None


@dataclass(frozen=True, slots=True)
class ForceRates:
    """All groups on all exposures, side by side."""

    reference: str
    rows: tuple[ForceRate, ...]
    gates: tuple[Gate, ...]
    status: Status

    def row(self, exposure: str, group: str) -> ForceRate | None:
        """One cell."""
        return next((row for row in self.rows if row.exposure == exposure and row.group == group), None)


@measure(
    "force.rates",
    title="Force per arrest, per call and per resident",
    question="How often is force used, and against whose number?",
    formula="distinct subjects over arrests, calls and residents (Garwood); ratios as rates.rate_ratio, all denominators side by side",
    minimum="10 subjects in both groups for a ratio; a denominator of the same period and area",
    reference="groups.reference",
    assumptions=("Subjects and the denominator come from the same place and period.", "A subject of one incident counts once, however many rows."),
    criticisms=(
        "If arrests are themselves unequal, the rate per arrest understates the difference.",
        "Residents are not the people whom police meet.",
        "One person in two incidents counts twice.",
    ),
    source="Tregle, Nix & Alpert 2019, J. Crime Justice 42, 18-31; Garwood 1936, Biometrika 28, 437-442",
    page=(
        "Per arrest compares with people already in custody, per resident with everyone; each answers another question. "
        "If arrests are themselves unequal, the rate per arrest understates the difference."
    ),
    tables=("use_of_force", "arrests", "contacts", "population"),
    columns=("incident_id", "subject_key", "race_group"),
    settings=("groups.reference", "rates.exact_below"),
)
def force_rates(
    subjects: Mapping[str, float],
    exposures: Sequence[Exposure],
    reference: str = "white",
    *,
    period: str = "",
    settings: Settings = DEFAULTS,
) -> ForceRates:
    """How many subjects of force per arrest, per call, per resident, by group, and how many times the reference?

    `subjects` are distinct subjects by group, unknown included, of `period`. An exposure of another period is refused with MeasureError.
    """
    checked_counts(**dict(subjects))
    for one in exposures:
        if one.period != period:
            raise MeasureError(f"The {one.label} are of {one.period or 'another period'}, the force of {period or 'another'}.")
        checked_counts(**{group: count for group, count in one.counts.items() if count is not None})
    total = sum(subjects.values())
    rows: list[ForceRate] = []
    for one in exposures:
        whole = sum(one.counts.values())
        rows.append(ForceRate(one.name, EVERYONE, total, whole, rate(total, whole, per=one.per).estimate, None))
        groups = [group for group in in_order(set(subjects) | set(one.counts)) if group not in {*UNKNOWN, EVERYONE}]
        for group in groups if EVERYONE not in one.counts else ():
            exposed = one.counts.get(group)
            own = rate(subjects.get(group, 0), exposed, per=one.per).estimate
            ratio = None if group == reference else _ratio(subjects, one, group, reference, settings)
            rows.append(ForceRate(one.name, group, subjects.get(group, 0), exposed, own, ratio))
    gates = tuple(Gate(one.label, "above 0", f"{sum(one.counts.values()):,.0f}", sum(one.counts.values()) > 0) for one in exposures)
    known = any(row.rate.known for row in rows)
    return ForceRates(reference, tuple(rows), gates, Status.OK if known else Status.UNAVAILABLE)


def _ratio(subjects: Mapping[str, float], one: Exposure, group: str, reference: str, settings: Settings) -> Estimate:
    """The ratio of one group to the reference; too few subjects on either side give none."""
    a, b = subjects.get(group, 0), subjects.get(reference, 0)
    if min(a, b) < LEAST:
        return Estimate.unavailable(f"No ratio: {min(a, b):g} subjects in one of the groups, and {LEAST} are needed.", a + b)
    found = rate_ratio(a, one.counts.get(group), b, one.counts.get(reference), settings=settings)
    unknown = sum(count for name, count in subjects.items() if name in UNKNOWN)
    return with_unknown_caution(found, unknown, sum(subjects.values()))


@dataclass(frozen=True, slots=True)
class GroupSeverity:
    """One group: subjects by level, the share at or above each level, and the chance of a higher level than a subject of the reference."""

    group: str
    subjects: int
    levels: Mapping[int, int]
    at_least: Mapping[int, Estimate]
    gap: Mapping[int, Estimate]
    higher: Estimate | None


@dataclass(frozen=True, slots=True)
class Severity:
    """The whole distribution over the levels, by group, against the reference."""

    reference: str
    groups: tuple[GroupSeverity, ...]
    unlevelled: int
    gates: tuple[Gate, ...]
    status: Status


Pattern = tuple[tuple[str, int], ...]  # (group, highest level) of every subject of one incident


@measure(
    "force.severity",
    title="How severe the force was",
    question="When force is used, how severe is it, and is it alike for all groups?",
    formula="share at or above each level (Wilson, Newcombe); P(A > B) + .5 P(A = B) with a bootstrap by incident",
    minimum="30 subjects in both groups",
    reference="groups.reference",
    assumptions=("A subject's level is the highest that was used on them.", "The agency's scale did not change in the period."),
    criticisms=(
        "A level says what was used, not whether it was justified.",
        "Levels follow this agency's own scale and are not comparable between agencies.",
    ),
    source="Agresti 2010, Analysis of Ordinal Categorical Data, 2nd ed., section 2.1; bootstrap by cluster as in Davison & Hinkley 1997, ch. 3.8",
    page=("Levels follow this agency's own scale and are not comparable between agencies. A level says what was used, not whether it was justified."),
    tables=("use_of_force",),
    columns=("force_level", "race_group"),
    settings=("groups.reference", "rates.min_n"),
)
def severity(
    incidents: Mapping[Pattern, int], reference: str = "white", *, unlevelled: int = 0, seed: int = 1, settings: Settings = DEFAULTS
) -> Severity:
    """How are subjects spread over the levels, by group, and whose level tends to be higher?

    `incidents` counts incidents by the (group, level) of their subjects. `unlevelled` subjects have no level and are said beside. The bootstrap
    draws whole incidents, because subjects of one incident meet the same officers; the same `seed` gives the same interval.
    """
    checked_counts(**{str(place): count for place, count in enumerate(incidents.values())})
    wrong = {level for pattern in incidents for _, level in pattern} - set(LEVELS)
    if wrong:
        raise MeasureError(f"There is no level {sorted(wrong)[0]}.", hint="Levels run from 1, lowest, to 4, deadly.")
    groups = [group for group in in_order({group for pattern in incidents for group, _ in pattern}) if group not in UNKNOWN]
    cube = _cube(incidents, groups)
    weights = np.array(list(incidents.values()), dtype=float)
    table = np.tensordot(weights, cube, axes=1) if len(weights) else np.zeros((len(groups), len(LEVELS)))
    base = groups.index(reference) if reference in groups else -1
    draws = np.random.default_rng(seed).multinomial(int(weights.sum()), weights / weights.sum(), DRAWS) if weights.sum() else np.zeros((0, 0))
    found = tuple(_group(group, place, table, cube, draws, base, settings) for place, group in enumerate(groups))
    gates = tuple(Gate(f"subjects: {one.group}", f"{LEAST_SUBJECTS}", f"{one.subjects}", one.subjects >= LEAST_SUBJECTS) for one in found)
    return Severity(reference, found, unlevelled, gates, Status.OK if table.sum() else Status.UNAVAILABLE)


def _cube(incidents: Mapping[Pattern, int], groups: Sequence[str]) -> np.ndarray:
    """Subjects of each pattern by group and level, shape (patterns, groups, levels)."""
    places = {group: place for place, group in enumerate(groups)}
    cube = np.zeros((len(incidents), len(groups), len(LEVELS)))
    for row, pattern in enumerate(incidents):
        for group, level in pattern:
            if group in places:
                cube[row, places[group], level - 1] += 1
    return cube


def _group(  # noqa: PLR0917
    group: str, place: int, table: np.ndarray, cube: np.ndarray, draws: np.ndarray, base: int, settings: Settings
) -> GroupSeverity:
    """One group's distribution against the reference."""
    own = table[place]
    n = int(own.sum())
    reach = {level: int(own[level - 1 :].sum()) for level in LEVELS}
    at_least = {level: proportion(reach[level], n, settings) for level in LEVELS[1:]}
    if base < 0 or place == base:
        return GroupSeverity(group, n, _levels(own), at_least, {}, None)
    other = table[base]
    m = int(other.sum())
    gap = {level: difference(reach[level], n, int(other[level - 1 :].sum()), m, settings=settings) for level in LEVELS[1:]}
    if min(n, m) < LEAST_SUBJECTS:
        needed = f"No comparison: {min(n, m)} subjects in one of the groups, and {LEAST_SUBJECTS} are needed."
        return GroupSeverity(group, n, _levels(own), at_least, gap, Estimate.unavailable(needed, n + m))
    first, second = draws @ cube[:, place], draws @ cube[:, base]
    tossed = _dominance(first, second)
    low, high = np.nanquantile(tossed, (0.025, 0.975))
    value = float(_dominance(own[None], other[None])[0])
    return GroupSeverity(group, n, _levels(own), at_least, gap, Estimate(value, float(low), float(high), n + m))


def _levels(counts: np.ndarray) -> dict[int, int]:
    """Counts by level."""
    return {level: int(counts[level - 1]) for level in LEVELS}


def _dominance(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """P(A > B) + .5 P(A = B) for rows of counts by level, shape (draws, levels)."""
    a, b = first / np.maximum(first.sum(axis=1, keepdims=True), 1), second / np.maximum(second.sum(axis=1, keepdims=True), 1)
    below = np.cumsum(b, axis=1) - b
    return np.asarray((a * (below + b / 2)).sum(axis=1))
