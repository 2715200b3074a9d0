"""Compared with who could have been stopped, is a group stopped more often, and does the answer depend on whom we compare with?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dashboard.errors import MeasureError
from dashboard.registry import measure
from dashboard.schema.result import Estimate, Gate, Status
from dashboard.schema.words import in_order, label
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats.intervals import UNKNOWN, UNKNOWN_LIMIT, checked_counts, log_normal
from dashboard.stats.rates import proportion, with_unknown_caution

MIN_STOPS = 10
OTHERS = "all others"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One estimate of who was there to be stopped.

    `counts` and their standard errors `se` are per group; `fault` is what is known to be wrong with it. `stops` replaces the
    numerator where the benchmark needs another one (commuting hours, residents only).
    """

    name: str
    label: str
    universe: str
    counts: Mapping[str, float]
    se: Mapping[str, float] = field(default_factory=dict)
    fault: str = ""
    stops: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class BenchmarkRow:
    """One group on one benchmark. `share_of_stops` is also the break-even share: what the group would have to be of the people at risk."""

    benchmark: str
    group: str
    stops: float | None
    counted: float | None
    ratio: Estimate
    against_others: Estimate
    index: Estimate
    break_even: Estimate

    @property
    def status(self) -> Status:
        """The status of the ratio with the reference group."""
        return self.ratio.status


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """How often a group stands above or below the reference over all benchmarks, and the sentence that says so."""

    group: str
    available: int
    higher: int
    lower: int
    clearly_higher: int
    clearly_lower: int
    smallest: float | None
    largest: float | None
    sentence: str


@dataclass(frozen=True, slots=True)
class BenchmarkResult:
    """Every group on every benchmark, one answer per group, and what limits it. `unknown_stops` are counted, never spread."""

    reference: str
    benchmarks: tuple[Benchmark, ...]
    rows: tuple[BenchmarkRow, ...]
    answers: tuple[GroupAnswer, ...]
    unknown_stops: float
    all_stops: float
    gates: tuple[Gate, ...]
    notes: tuple[str, ...]
    status: Status

    def row(self, benchmark: str, group: str) -> BenchmarkRow:
        """The row of this group on this benchmark. Raises MeasureError if there is none."""
        for row in self.rows:
            if (row.benchmark, row.group) == (benchmark, group):
                return row
        raise MeasureError(f"There is no row for '{group}' on '{benchmark}'.")


def harmonised(counts: Mapping[str, float], table: Mapping[str, str]) -> dict[str, float]:
    """What are these counts in the coarser list of groups? Every group must stand in the declared table; none is guessed."""
    result: dict[str, float] = {}
    for group, count in counts.items():
        if group not in table:
            raise MeasureError(f"The group '{group}' is not in the table of groups.", hint="Declare which coarser group it belongs to.")
        checked_counts(**{group: count})
        result[table[group]] = result.get(table[group], 0.0) + count
    return result


def driving_population(
    resident: Mapping[str, tuple[float, float]], out: Mapping[str, tuple[float, float]], into: Mapping[str, tuple[float, float]]
) -> tuple[dict[str, float], dict[str, float]]:
    """Who is on the road in commuting hours: resident drivers, less those who leave, plus those who come in?

    Each mapping is group -> (count, standard error). Returns counts and standard errors for the groups that all three name.
    Raises MeasureError when more leave than live there. Source: after the estimated driving population of Connecticut's CTRP3.
    """
    counts, errors = {}, {}
    for group in (group for group in resident if group in out and group in into):
        parts = (resident[group], out[group], into[group])
        count = parts[0][0] - parts[1][0] + parts[2][0]
        if count < 0:
            raise MeasureError(f"More {label(group)} drivers leave than live there.", hint="Check that both tables cover the same area.")
        counts[group], errors[group] = count, math.sqrt(sum(error**2 for _, error in parts))
    return counts, errors


@measure(
    "benchmark.compare",
    title="Benchmark test",
    question="Compared with who could have been stopped, is a group stopped more often, and does the answer depend on whom we compare with?",
    formula="(a_g/B_g) / (a_ref/B_ref) per benchmark; exp(ln RR -/+ 1.96 sqrt(phi/a_g + phi/a_ref + var ln B_g + var ln B_ref))",
    minimum="10 stops in the group and in the reference; a benchmark known within 50 % of itself",
    reference="groups.reference",
    assumptions=("Each benchmark is proportional to the time at risk of a stop.", "Stops and benchmark use the same groups, area and period."),
    criticisms=(
        "No benchmark is the population at risk, and each fails in its own way.",
        "Deployment follows calls and crime, so a difference shows unequal exposure but not why.",
        "Groups are perceived in stops and self-reported in most benchmarks.",
    ),
    source="Ridgeway & MacDonald 2010, in Rice & White (eds), Race, Ethnicity and Policing; RIPA Board annual reports; CTRP3",
    page=(
        "This compares stops with an estimate of who was there to be stopped, and each estimate is wrong in its own way. "
        "Deployment follows calls and crime, so a difference shows unequal exposure to stops but cannot alone say why."
    ),
    tables=("stops", "population"),
    columns=("race_group",),
    settings=("groups.reference", "benchmark.max_cv", "rates.min_n"),
)
def compare(
    stops: Mapping[str, float],
    benchmarks: Sequence[Benchmark],
    reference: str | None = None,
    phi: float = 1.0,
    settings: Settings = DEFAULTS,
) -> BenchmarkResult:
    """How many times as often as the reference is each group stopped, on every benchmark side by side?

    `phi` is the dispersion of the stop counts. A benchmark that is missing a group gives a row that is not available, never a gap.
    Raises MeasureError on negative counts, or on two benchmarks of one name.
    """
    reference = reference or settings.text("groups.reference")
    checked_counts(**dict(stops))
    if len({one.name for one in benchmarks}) < len(benchmarks):
        raise MeasureError("Two benchmarks have the same name.")
    groups = [group for group in in_order(stops) if group != UNKNOWN]
    rows = tuple(_row(_Side(one, stops), group, reference, max(1.0, phi), settings) for one in benchmarks for group in groups)
    unknown, total = stops.get(UNKNOWN, 0.0), sum(stops.values())
    answers = tuple(_answer(group, reference, [row for row in rows if row.group == group]) for group in groups if group != reference)
    gates = (
        Gate("benchmarks", "at least 2", str(len(benchmarks)), len(benchmarks) >= 2),
        Gate("reference", f"{MIN_STOPS} stops of {label(reference)}", f"{stops.get(reference, 0):g}", stops.get(reference, 0) >= MIN_STOPS),
        Gate(
            "unknown group",
            f"at most {UNKNOWN_LIMIT:.0%} of stops",
            f"{unknown / total:.0%}" if total else "no stops",
            total > 0 and unknown / total <= UNKNOWN_LIMIT,
        ),
    )
    notes = ("One comparison only: another benchmark could give another answer.",) if len(benchmarks) == 1 else ()
    return BenchmarkResult(reference, tuple(benchmarks), rows, answers, unknown, total, gates, notes, _status(rows, reference, gates))


class _Side:
    """One benchmark with its own stops, cut to the groups known on both sides."""

    def __init__(self, benchmark: Benchmark, stops: Mapping[str, float]) -> None:
        own = stops if benchmark.stops is None else benchmark.stops
        checked_counts(**dict(own))
        checked_counts(**dict(benchmark.counts))
        self.benchmark, self.stops = benchmark, own
        self.shared = [group for group in own if group != UNKNOWN and benchmark.counts.get(group, 0) > 0]
        self.unknown, self.total = own.get(UNKNOWN, 0.0), sum(own.values())

    def counted(self, groups: Iterable[str]) -> tuple[float, float, float | None]:
        """Stops, people and the variance of the logarithm of people in these groups together; None if any error is unknown."""
        members = list(groups)
        people = sum(self.benchmark.counts[group] for group in members)
        errors = [self.benchmark.se.get(group) for group in members]
        known = [error for error in errors if error is not None]
        variance = sum(error**2 for error in known) / people**2 if people > 0 and len(known) == len(errors) else None
        return sum(self.stops[group] for group in members), people, variance


def _row(side: _Side, group: str, reference: str, phi: float, settings: Settings) -> BenchmarkRow:
    """One group on one benchmark."""
    counts, own = side.benchmark.counts, side.stops.get(group)
    if group not in side.shared:
        found = "counts nobody in it" if counts.get(group) == 0 else "does not count it"
        if own is None:
            found = "has no stops counted for it"
        none = Estimate.unavailable(f"Not available for {label(group)}: this benchmark {found}.", own or 0)
        return BenchmarkRow(side.benchmark.name, group, own, counts.get(group), none, none, none, none)
    others = [one for one in side.shared if one != group]
    if group == reference:
        ratio = Estimate(1.0, None, None, side.stops[group], reason="The reference group itself.")
    elif reference not in side.shared:
        ratio = Estimate.unavailable(f"Not available: this benchmark does not count {label(reference)}, the reference.", own or 0)
    else:
        ratio = _ratio(side, [group], [reference], phi, settings)
    against = _ratio(side, [group], others, phi, settings) if others else Estimate.unavailable("There is no other group.")
    all_stops, all_people, _ = side.counted(side.shared)
    share = _break_even(side.stops[group], all_stops, phi, settings)
    index = Estimate.unavailable("No index: no stops are counted.")
    if share.value is not None:
        people = counts[group] / all_people
        index = _scaled(share, 1 / people)
    return BenchmarkRow(side.benchmark.name, group, own, counts[group], ratio, against, index, share)


def _break_even(own: float, total: float, phi: float, settings: Settings) -> Estimate:
    """What share of the people at risk would make the ratio 1? The group's share of stops, its interval widened by phi."""
    share = proportion(own / phi, total / phi, settings)
    return Estimate(share.value, share.low, share.high, total, share.status, share.reason)


def _scaled(share: Estimate, factor: float) -> Estimate:
    """A share over the benchmark's share; its interval holds the benchmark fixed."""
    low, high, value = share.low, share.high, share.value
    if low is None or high is None or value is None:
        return share
    return Estimate(value * factor, low * factor, high * factor, share.n, share.status, share.reason)


def _ratio(side: _Side, members: Sequence[str], base: Sequence[str], phi: float, settings: Settings) -> Estimate:
    """The ratio of stops per person between two sets of groups, with its gates."""
    (a, people, spread), (b, base_people, base_spread) = side.counted(members), side.counted(base)
    if min(a, b) < MIN_STOPS:
        return Estimate.unavailable(
            f"Too few stops: {a:g} against {b:g} of {label(base[0]) if len(base) == 1 else OTHERS}; each needs {MIN_STOPS}.", a + b
        )
    worst = max((math.sqrt(one) for one in (spread, base_spread) if one is not None), default=0.0)
    cautious, refused = settings.numbers("benchmark.max_cv")
    if worst > refused:
        return Estimate.unavailable(f"The benchmark is too uncertain: its error is {worst:.0%} of the count, above {refused:.0%}.", a + b)
    value = (a / people) / (b / base_people)
    low, high = log_normal(value, phi / a + phi / b + (spread or 0.0) + (base_spread or 0.0))
    result = Estimate(value, low, high, a + b)
    if spread is None or base_spread is None:
        result = result.with_caution("The benchmark's own error is not known, so the interval is a lower bound on the uncertainty.")
    if worst > cautious:
        result = result.with_caution(f"The benchmark's error is {worst:.0%} of the count.")
    return with_unknown_caution(result, side.unknown, side.total)


def _answer(group: str, reference: str, rows: Sequence[BenchmarkRow]) -> GroupAnswer:
    """Over all benchmarks, how often is the group above the reference, and how far do the answers reach?"""
    ratios = [row.ratio for row in rows if row.ratio.value is not None]
    values = [ratio.value for ratio in ratios if ratio.value is not None]
    higher, lower = sum(value > 1 for value in values), sum(value < 1 for value in values)
    above = sum(1 for ratio in ratios if ratio.low is not None and ratio.low > 1)
    below = sum(1 for ratio in ratios if ratio.high is not None and ratio.high < 1)
    name, base = label(group), label(reference)
    if not values:
        sentence = f"{name}: no benchmark can compare this group with {base}."
        return GroupAnswer(group, 0, 0, 0, 0, 0, None, None, sentence)
    of = f"of {len(values)} benchmark{'s' if len(values) > 1 else ''}"
    parts = []
    if higher:
        parts.append(f"higher than {base} on {higher} {of} (interval above 1 on {above})")
    if lower:
        parts.append(f"lower {'' if higher else f'than {base} '}on {lower} {of} (interval below 1 on {below})")
    sentence = f"{name}: {', '.join(parts) or f'equal to {base} on {len(values)} {of}'}; from {min(values):.1f} to {max(values):.1f} times."
    if len(rows) > len(values):
        sentence += f" Not available on {len(rows) - len(values)}."
    if len(values) == 1:
        sentence += " One comparison only."
    return GroupAnswer(group, len(values), higher, lower, above, below, min(values), max(values), sentence)


def _status(rows: Sequence[BenchmarkRow], reference: str, gates: Sequence[Gate]) -> Status:
    """May the answer be believed as a whole?"""
    compared = [row.ratio for row in rows if row.group != reference]
    if not any(ratio.known for ratio in compared):
        return Status.UNAVAILABLE
    calm = all(gate.passed for gate in gates) and all(ratio.status is Status.OK for ratio in compared)
    return Status.OK if calm else Status.CAUTION
