"""When officers search, do they find contraband less often in one group, as they would if it were searched on weaker evidence?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dashboard.errors import MeasureError
from dashboard.registry import measure
from dashboard.schema.result import Estimate, Gate, Status
from dashboard.schema.words import in_order, label
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats.intervals import UNKNOWN, UNKNOWN_LIMIT, checked_share, chi_square_p
from dashboard.stats.rates import difference, proportion, with_unknown_caution
from dashboard.stats.strata import Stratum, mean_of_places, mh_difference, mh_ratio

LEAST, CALM = 30, 50  # searches in the aggregate: below the first no number, below the second caution
BASIS_COVERAGE = 0.50
POINT = 0.0005  # differences smaller than this print as 0.0 points and have no sign


@dataclass(frozen=True, slots=True)
class PlaceCounts:
    """Searches and hits of one group in one place, after the search rule and the month gate were applied."""

    place: str
    group: str
    searches: int
    hits: int


@dataclass(frozen=True, slots=True)
class RuleCounts:
    """The counts under one search rule, how many searches it set aside or could not classify, and how well the basis was recorded."""

    rule: str
    cells: tuple[PlaceCounts, ...]
    set_aside: int = 0
    unclassified: int = 0
    basis_coverage: float | None = None


@dataclass(frozen=True, slots=True)
class MovesMost:
    """The place whose leaving out moves the aggregate difference most: the difference without it, and whether it must be named."""

    place: str
    without: float
    shift: float
    named: bool


@dataclass(frozen=True, slots=True)
class EqualHits:
    """Knowles, Persico & Todd's chi-square for equal hit rates: statistic, degrees of freedom and p (None: not available)."""

    statistic: float | None
    df: int
    p: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class GroupOutcome:
    """One group's hit rate and its comparison with the reference: in the aggregate, within places, and place by place.

    Comparisons are None for the reference itself. `simpson` is set when aggregate and within-place signs differ; `words` say so.
    """

    group: str
    searches: int
    hits: int
    hit_rate: Estimate
    difference: Estimate | None
    mh_ratio: Estimate | None
    mh_difference: Estimate | None
    mean_of_places: Estimate
    reference_mean_of_places: Estimate | None
    places_compared: int
    places_lower: int
    simpson: bool
    words: str
    moves_most: MovesMost | None


@dataclass(frozen=True, slots=True)
class OutcomeResult:
    """Hit rates of all groups under one rule, with gates, notes and the overall status."""

    rule: str
    reference: str
    groups: tuple[GroupOutcome, ...]
    equal_hits: EqualHits
    gates: tuple[Gate, ...]
    notes: tuple[str, ...]
    status: Status

    def group(self, name: str) -> GroupOutcome:
        """This group's row. Raises MeasureError if it was never searched under this rule."""
        for row in self.groups:
            if row.group == name:
                return row
        raise MeasureError(f"No search of '{name}' is counted under the rule '{self.rule}'.")


@dataclass(frozen=True, slots=True)
class OutcomeStrip:
    """The test under every rule; `headline` is the one the setting asks for, or all searches when the basis is hardly recorded."""

    headline: OutcomeResult
    results: tuple[OutcomeResult, ...]
    notes: tuple[str, ...]


@measure(
    "outcome.hit_rates",
    title="Outcome test",
    question="When officers search, do they find contraband less often in one group, as they would if it were searched on weaker evidence?",
    formula="hits/searches per group; Newcombe difference; Mantel-Haenszel ratio and difference within places; mean and count of places",
    minimum="30 searches per group; within places 50 searches of each group in at least 3 places",
    reference="groups.reference",
    assumptions=(
        "Officers search to find contraband.",
        "The average search stands in for the search that just clears the bar.",
        "Hits are recorded alike for all groups.",
    ),
    criticisms=(
        "Infra-marginality: averages differ when risk is spread differently, even under one bar.",
        "Which searches are counted can change the sign.",
        "An aggregate can reverse what holds in every place (Simpson).",
    ),
    source="Becker 1957; Knowles, Persico & Todd 2001, J. Polit. Econ. 109, 203-229; Simoiu, Corbett-Davies & Goel 2017, Ann. Appl. Stat. 11",
    page=(
        "If officers set the same bar for everyone, searches that just clear it should succeed equally often, and we compare the average as "
        "a stand-in. The average can mislead in both directions when groups differ in how risk is spread (infra-marginality); the threshold "
        "test was made for that."
    ),
    columns=("race_group", "search_conducted", "contraband_found", "district"),
    settings=("groups.reference", "outcome.searches", "outcome.min_per_place", "outcome.min_places", "outcome.contraband"),
)
def hit_rates(
    cells: Iterable[PlaceCounts],
    reference: str | None = None,
    settings: Settings = DEFAULTS,
    *,
    rule: str = "",
    contraband_without_search: int = 0,
) -> OutcomeResult:
    """How often do searches of each group succeed, in the aggregate and within places?

    A group or place named 'unknown' counts in the totals but is never compared or used as a place. Raises MeasureError when a
    cell has more hits than searches. Source: Knowles, Persico & Todd 2001; Greenland & Robins 1985; Sato 1989.
    """
    reference, rule = reference or settings.text("groups.reference"), rule or settings.text("outcome.searches")
    table = _Table(cells)
    groups = in_order(table.groups)
    rows = tuple(_group(table, group, reference, settings) for group in groups)
    gates = _gates(table, rows, reference, settings)
    notes = []
    if contraband_without_search:
        notes.append(f"{contraband_without_search} records of contraband without a search were set to missing.")
    unplaced = sum(searches for (place, _), (searches, _) in table.cells.items() if place in {"", UNKNOWN})
    if unplaced:
        notes.append(f"{unplaced} searches have no place: they count in the aggregate and in no place.")
    return OutcomeResult(rule, reference, rows, _equal_hits(table), gates, tuple(notes), _status(rows, gates))


def strip(rules: Sequence[RuleCounts], reference: str | None = None, settings: Settings = DEFAULTS) -> OutcomeStrip:
    """Does the answer depend on which searches are counted? All rules at once, with the headline of the setting.

    Below half of the searches with a recorded basis no rule can be applied, and all searches are the headline, said so in
    `notes`. Raises MeasureError when the rule that is needed was not counted.
    """
    results, notes = [], []
    for counts in rules:
        result = hit_rates(counts.cells, reference, settings, rule=counts.rule)
        results.append(result)
        if counts.set_aside or counts.unclassified:
            notes.append(f"{counts.rule}: {counts.set_aside} searches set aside, {counts.unclassified} in neither class.")
    wanted = settings.text("outcome.searches")
    coverage = next((counts.basis_coverage for counts in rules if counts.rule == wanted), None)
    if coverage is not None and coverage < BASIS_COVERAGE and wanted != "all":
        notes.append(f"The basis is recorded for {coverage:.0%} of searches, below {BASIS_COVERAGE:.0%}: no rule is applied, all searches count.")
        wanted = "all"
    for result in results:
        if result.rule == wanted:
            return OutcomeStrip(result, tuple(results), tuple(notes))
    raise MeasureError(f"No counts were given for the search rule '{wanted}'.")


class _Table:
    """Counts by place and group, each checked; cells of the same place and group add up."""

    def __init__(self, cells: Iterable[PlaceCounts]) -> None:
        self.cells: dict[tuple[str, str], tuple[int, int]] = {}
        for cell in cells:
            checked_share(cell.hits, cell.searches, "hits", "searches")
            searches, hits = self.cells.get((cell.place, cell.group), (0, 0))
            self.cells[cell.place, cell.group] = searches + cell.searches, hits + cell.hits
        self.totals: dict[str, tuple[int, int]] = {}
        for (_, group), (made, found) in self.cells.items():
            before, earlier = self.totals.get(group, (0, 0))
            self.totals[group] = before + made, earlier + found
        self.groups = {group for _, group in self.cells}
        self.places = sorted({place for place, _ in self.cells} - {"", UNKNOWN})

    def total(self, group: str, without: str | None = None) -> tuple[int, int]:
        """Searches and hits of a group, everywhere or leaving one place out."""
        searches, hits = self.totals.get(group, (0, 0))
        if without is None:
            return searches, hits
        away, found = self.at(without, group)
        return searches - away, hits - found

    def at(self, place: str, group: str) -> tuple[int, int]:
        """Searches and hits of a group in a place; no cell means no search was made."""
        return self.cells.get((place, group), (0, 0))

    def strata(self, group: str, reference: str, least: float) -> list[Stratum]:
        """The places with enough searches of both groups."""
        found = []
        for place in self.places:
            (n1, a), (n0, c) = self.at(place, group), self.at(place, reference)
            if n1 >= least and n0 >= least:
                found.append(Stratum(place, a, n1, c, n0))
        return found

    @property
    def unknown(self) -> tuple[int, int]:
        """Searches of unknown group, and all searches."""
        return self.total(UNKNOWN)[0], sum(searches for searches, _ in self.cells.values())


def _group(table: _Table, group: str, reference: str, settings: Settings) -> GroupOutcome:
    """One group: its hit rate and, unless it is the reference or unknown, every comparison."""
    searches, hits = table.total(group)
    least, places = settings.number("outcome.min_per_place"), settings.number("outcome.min_places")
    rate = _gated(proportion(hits, searches, settings), searches)
    alone = [table.at(place, group) for place in table.places]
    own_mean = mean_of_places([(found, made) for made, found in alone if made >= least])
    if group in {reference, UNKNOWN} or reference not in table.groups:
        return GroupOutcome(group, searches, hits, rate, None, None, None, own_mean, None, 0, 0, False, "", None)
    base, base_hits = table.total(reference)
    gap = _gated(difference(hits, searches, base_hits, base, settings=settings), min(searches, base))
    gap = with_unknown_caution(gap, *table.unknown)
    strata = table.strata(group, reference, least)
    if len(strata) >= places:
        ratio, within = mh_ratio(strata), mh_difference(strata)
        own_mean, base_mean = mean_of_places([(one.a, one.n1) for one in strata]), mean_of_places([(one.c, one.n0) for one in strata])
    else:
        reason = f"Not available within places: {len(strata)} places have {least:g} searches of each group, and {places:g} are needed."
        ratio = within = own_mean = base_mean = Estimate.unavailable(reason, len(strata))
    ratio, within = (with_unknown_caution(one, *table.unknown) for one in (ratio, within))
    lower = sum(one.a / one.n1 < one.c / one.n0 for one in strata)
    simpson, words = _simpson(group, reference, gap, within, strata)
    moves = _moves_most(table, group, reference, gap)
    return GroupOutcome(
        group, searches, hits, rate, gap, ratio, within, own_mean, base_mean, len(strata), lower, simpson, words, moves
    )  # fmt: skip


def _gated(estimate: Estimate, searches: int) -> Estimate:
    """No number below 30 searches, caution below 50."""
    if searches < LEAST:
        return Estimate.unavailable(f"Not available: {searches} searches, and {LEAST} are needed.", searches)
    if searches < CALM:
        return estimate.with_caution(f"Only {searches} searches, fewer than {CALM}.")
    return estimate


def _sign(value: float) -> int:
    """Up, down, or too small to print."""
    return 0 if abs(value) < POINT else (1 if value > 0 else -1)


def _simpson(group: str, reference: str, gap: Estimate, within: Estimate, strata: Sequence[Stratum]) -> tuple[bool, str]:
    """Do the aggregate and the places point in different directions, and what does that mean in words?"""
    if gap.value is None or within.value is None or _sign(gap.value) * _sign(within.value) >= 0:
        return False, ""
    more = ("more", "less") if gap.value > 0 else ("less", "more")
    name, base = label(group), label(reference)
    a, n1 = sum(one.a for one in strata), sum(one.n1 for one in strata)
    c, n0 = sum(one.c for one in strata), sum(one.n0 for one in strata)
    opening = f"Searches of {name} people find {more[0]} overall than searches of {base} people"
    if _sign(a / n1 - c / n0) == _sign(gap.value):
        return True, f"{opening} because more of them happen where searches find {more[0]}; within places they find {more[1]}."
    return True, f"{opening}, but the places with enough searches to compare do not show it: within them they find {more[1]}."


def _moves_most(table: _Table, group: str, reference: str, gap: Estimate) -> MovesMost | None:
    """Which single place, left out, moves the aggregate difference most? Named when by more than half its half-width."""
    if gap.value is None or gap.low is None or gap.high is None:
        return None
    best: MovesMost | None = None
    for place in table.places:
        (n1, a), (n0, c) = table.total(group, without=place), table.total(reference, without=place)
        if n1 == 0 or n0 == 0:
            continue
        without = a / n1 - c / n0
        shift = without - gap.value
        if best is None or abs(shift) > abs(best.shift):
            best = MovesMost(place, without, shift, abs(shift) > (gap.high - gap.low) / 4)
    return best


def _equal_hits(table: _Table) -> EqualHits:
    """Are all known groups' hit rates equal? Pearson's chi-square on their searches (Knowles, Persico & Todd 2001)."""
    totals = [table.total(group) for group in sorted(table.groups - {UNKNOWN})]
    totals = [(searches, hits) for searches, hits in totals if searches > 0]
    all_searches, all_hits = sum(searches for searches, _ in totals), sum(hits for _, hits in totals)
    df = len(totals) - 1
    if df < 1 or all_hits in {0, all_searches}:
        return EqualHits(None, max(df, 0), None, "Needs two groups with searches, and both hits and misses.")
    p = all_hits / all_searches
    statistic = sum((hits - searches * p) ** 2 / (searches * p * (1 - p)) for searches, hits in totals)
    few = min(searches for searches, _ in totals) * min(p, 1 - p) < 5
    return EqualHits(statistic, df, chi_square_p(statistic, df), "A group expects fewer than 5 hits or misses." if few else "")


def _gates(table: _Table, rows: Sequence[GroupOutcome], reference: str, settings: Settings) -> tuple[Gate, ...]:
    """What had to be there, and was it?"""
    least, places = settings.number("outcome.min_per_place"), settings.number("outcome.min_places")
    unknown, total = table.unknown
    gates = [Gate(f"searches of {label(row.group)}", f"{LEAST}", f"{row.searches}", row.searches >= LEAST) for row in rows if row.group != UNKNOWN]
    gates += [
        Gate(
            f"places for {label(row.group)}",
            f"{places:g} places with {least:g} searches of each group",
            f"{row.places_compared}",
            row.places_compared >= places,
        )
        for row in rows
        if row.difference is not None
    ]
    gates.append(Gate("reference", f"searches of {label(reference)}", str(table.total(reference)[0]), table.total(reference)[0] > 0))
    share = f"{unknown / total:.0%}" if total else "no searches"
    gates.append(Gate("unknown group", f"at most {UNKNOWN_LIMIT:.0%} of searches", share, total > 0 and unknown / total <= UNKNOWN_LIMIT))
    return tuple(gates)


def _status(rows: Sequence[GroupOutcome], gates: Sequence[Gate]) -> Status:
    """May the answer be believed as a whole?"""
    compared = [row.difference for row in rows if row.difference is not None]
    if not any(one.known for one in compared):
        return Status.UNAVAILABLE
    calm = all(gate.passed for gate in gates) and all(one.status is Status.OK for one in compared) and not any(row.simpson for row in rows)
    return Status.OK if calm else Status.CAUTION
