"""What the public and the council see: every number here comes out of a released table and out of nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData, ScopeError
from dashboard.privacy.release import Released
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Bar, BarPlot, Dot, DotPlot, Picture, Point, Series, TrendPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services import catalog, releases
from dashboard.services.counts import known_groups
from dashboard.services.searches import ASK, NEVER, never_found
from dashboard.stats import compare, rates

if TYPE_CHECKING:
    from dashboard.services.house import House

PAGE = "Stops and disparities"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision after a stop: its key, what is counted (numerator and denominator cells), and its words."""

    key: str
    title: str
    question: str
    verb: str
    dimension: str
    hit: str
    base: str
    noun: str


DECISIONS: tuple[Decision, ...] = (
    Decision("search", "Who is searched", "Once stopped, who is searched?", "searched", "step", catalog.SEARCHED, "all", "stops with a search"),
    Decision(
        "find", "What searches find", "Do searches of each group find as much?", "", "step", catalog.FOUND, catalog.TESTED, "searches with a find"
    ),
    Decision("arrest", "Who is arrested", "Once stopped, who is arrested?", "arrested", "arrest", catalog.ARRESTED, "all", "stops with an arrest"),
)


@dataclass(frozen=True, slots=True)
class Slice:
    """A declared cut of the released table: one year or all, one district or all."""

    year: str = "all"
    district: str = "all"


def slice_of(released: Released, scope: Scope) -> Slice:
    """Which declared cut does the visitor ask for? Whole years, and one district, never both: ScopeError says so."""
    district = scope.districts[0] if len(scope.districts) == 1 else "all"
    if district != "all" and district not in released.levels("district"):
        raise ScopeError(f"There is no published district '{district}'.", hint=f"Published: {say.listed(list(released.levels('district')))}.")
    year = "all"
    if scope.start is not None and scope.end is not None and scope.start.year == scope.end.year:
        year = str(scope.start.year)
    if year != "all" and year not in released.levels("year"):
        raise ScopeError(f"Nothing is published for {year}.", hint=f"Published years: {say.listed(list(released.levels('year')))}.")
    return Slice(year, district)


def share(released: Released, decision: Decision, group: str, cut: Slice, least: int) -> Estimate:
    """The share of one group for one decision, from released counts alone: withheld where a count is, or the base is under `least`."""
    levels = {"race_group": group, "year": cut.year, "district": cut.district}
    base_levels = levels if decision.base == "all" else {**levels, decision.dimension: decision.base}
    if not released.has(**levels, **{decision.dimension: decision.hit}):
        return Estimate.unavailable("Published by year or by district, not by both at once.")
    k, n = released.count(**levels, **{decision.dimension: decision.hit}), released.count(**base_levels)
    if k is None or n is None:
        return Estimate(None, n=float(n or 0), status=Status.WITHHELD, reason="Withheld: too few people, or it would reveal a withheld number.")
    if n < least:
        return Estimate(None, n=n, status=Status.WITHHELD, reason=f"Withheld: fewer than {least} to divide by.")
    return rates.proportion(k, n)


def groups_of(released: Released) -> list[str]:
    """Groups that can be compared."""
    return known_groups(released.levels("race_group"))


def decision(house: House, scope: Scope, key: str) -> Answer:
    """One decision, all groups, against the reference group."""
    edition = releases.in_force(house)
    released = edition.table("stops")
    cut = slice_of(released, scope)
    one = next(d for d in DECISIONS if d.key == key)
    least = int(house.settings.number("release.min_denominator"))
    shares = {group: share(released, one, group, cut, least) for group in groups_of(released)}
    if key == "find":
        _believable(shares)
    reference = house.settings.text("groups.reference")
    gaps = _gaps(shares, reference)
    marked = _standing_out(shares, gaps, reference, house)
    measure = "outcome.hit_rates" if key == "find" else "rates.difference"
    return Answer(
        measure,
        one.question,
        _sentence(one, shares, gaps, marked, house),
        Status.OK if any(e.known for e in shares.values()) else Status.UNAVAILABLE,
        _pictures(one, shares, marked, reference, cut),
        (_table(one, released, shares, gaps, cut),),
        (),
        _notes(released, shares),
        gaps,
        edition.provenance(house),
        public=True,
    )


def _believable(shares: dict[str, Estimate]) -> None:
    """NotEnoughData where not one of many searches found anything: then finds are not recorded."""
    known = [_counts(one) for one in shares.values() if one.known]
    searched = sum(n for _, n in known)
    if never_found(sum(k for k, _ in known), searched):
        raise NotEnoughData(NEVER.format(n=f"{searched:,}"), hint=ASK)


def _gaps(shares: dict[str, Estimate], reference: str) -> dict[str, Estimate]:
    """Differences in points from the reference, from the same released counts."""
    base = shares.get(reference)
    if base is None or base.value is None:
        return {}
    found = {}
    for group, own in shares.items():
        if group != reference and own.value is not None:
            found[group] = rates.difference(*_counts(own), *_counts(base))
    return found


def _standing_out(shares: dict[str, Estimate], gaps: dict[str, Estimate], reference: str, house: House) -> set[str]:
    """Which groups differ clearly, after allowing for how many are compared on this decision."""
    base = shares.get(reference)
    if base is None or base.value is None:
        return set()
    p_values = {g: rates.p_of_difference(*_counts(shares[g]), *_counts(base)) for g in gaps}
    return set(compare.family(p_values, name="groups on one decision", settings=house.settings).standing_out)


def _counts(one: Estimate) -> tuple[int, int]:
    """The whole counts behind a released share."""
    return round((one.value or 0.0) * one.n), round(one.n)


def _sentence(one: Decision, shares: dict[str, Estimate], gaps: dict[str, Estimate], marked: set[str], house: House) -> str:
    """The largest clear difference in words; where there is none, the gap that could have been seen."""
    reference = house.settings.text("groups.reference")
    base = shares.get(reference)
    if base is None or base.value is None:
        return f"Too few {one.noun} of {label(reference)} people are published to compare with."
    start = f"{say.percent(base.value)} of {label(reference)} people stopped were {one.verb}"
    if one.key == "find":
        start = f"Searches of {label(reference)} people found something {say.percent(base.value)} of the time"
    clear = sorted(marked, key=lambda g: -abs(gaps[g].value or 0))
    if clear:
        parts = [f"{label(g)} people {say.percent(shares[g].value or 0)} ({_more(gaps[g])})" for g in clear[:3]]
        return f"{start}; {say.listed(parts)}."
    if not gaps:
        return f"{start}; other groups have too few to show."
    smallest = min(gaps, key=lambda g: shares[g].n)
    seen = compare.power(base.value, base.n, shares[smallest].n, settings=house.settings)
    gap = f" With these numbers a gap of {say.distance(seen.gap)} points would probably have been noticed." if seen.gap else ""
    return f"{start}; no other group differs clearly.{gap} A null is not exoneration."


def _more(gap: Estimate) -> str:
    """'2.1 points more, 95% interval 1.2 to 3.0'."""
    value, low, high = gap.value or 0.0, gap.low or 0.0, gap.high or 0.0
    ends = sorted((abs(low), abs(high)))
    side = "more" if value > 0 else "less"
    return f"{say.distance(value)} points {side}, 95% interval {say.distance(ends[0])} to {say.distance(ends[1])}"


def _where(cut: Slice) -> str:
    """The slice in words."""
    return f"{'all years' if cut.year == 'all' else cut.year}, {'the whole agency' if cut.district == 'all' else cut.district}"


def _pictures(one: Decision, shares: dict[str, Estimate], marked: set[str], reference: str, cut: Slice) -> tuple[Picture, ...]:
    """Shares of all groups."""
    dots = tuple(Dot(label(g), e, g, stands_out=g in marked) for g, e in shares.items())
    total = sum(e.n for e in shares.values())
    base = shares.get(reference)
    line = base.value if base is not None else None
    subtitle = f"Share of people, {_where(cut)}; 95% intervals; {total:,.0f} {'searches' if one.key == 'find' else 'stops'}"
    return (DotPlot(one.title, subtitle, dots, "percent", line, label(reference), one.noun),)


def _table(one: Decision, released: Released, shares: dict[str, Estimate], gaps: dict[str, Estimate], cut: Slice) -> NumberTable:
    """Counts, shares and differences."""
    rows = []
    for group, own in shares.items():
        levels = {"race_group": group, "year": cut.year, "district": cut.district}
        key = {**levels, one.dimension: one.hit}
        hits = released.count(**key) if released.has(**key) else None
        base = released.count(**levels) if one.base == "all" else released.count(**levels, **{one.dimension: one.base})
        rows.append((label(group), say.count(base), say.count(hits), own, gaps.get(group)))
    columns = ("Group", "Searches" if one.key == "find" else "Stops", one.noun.capitalize(), "Share", "Difference")
    return NumberTable(f"{one.title}, {_where(cut)}", columns, tuple(rows), kinds=("", "", "", "percent", "points"))


def _notes(released: Released, shares: dict[str, Estimate]) -> tuple[str, ...]:
    """What is withheld, and that a stop is not a person."""
    hidden = sum(e.status is Status.WITHHELD for e in shares.values())
    notes = ["Each stop counts once, however often the same person is stopped."]
    if hidden:
        notes.append(f"{hidden} of {len(shares)} groups are not shown because too few people are behind them; not shown does not mean zero.")
    return tuple(notes)


def volume(house: House, scope: Scope) -> Answer:
    """How many stops, by group and year: the overview's answer; up to the year of the slice, where it has one."""
    edition = releases.in_force(house)
    released = edition.table("stops")
    until = slice_of(released, scope).year
    years = [year for year in released.levels("year") if until == "all" or year <= until]
    groups = groups_of(released)
    totals = {year: released.count(year=year) for year in years}
    series = Series("All stops", "", tuple(Point(year, _count(totals[year])) for year in years))
    last = years[-1]
    when = {} if until == "all" else {"year": until}
    bars = tuple(Bar(label(g), _count(released.count(race_group=g, **when)), g) for g in groups)
    sentence = f"{say.count(totals[last])} stops of people were recorded in {last}"
    if totals[last] is None:
        sentence = f"How many stops were recorded in {last} is not shown, because it would give a withheld number away"
    before = totals.get(years[-2]) if len(years) > 1 else None
    now = totals[last]
    if before and now:
        sentence += f", {change(rates_ratio(now, before), years[-2])}"
    rows = tuple(
        (label(g), *(say.count(released.count(year=y, race_group=g)) for y in years), say.count(released.count(race_group=g))) for g in groups
    )
    shown = f"{years[0]} to {last}" if until == "all" else until
    return Answer(
        "trend.periods",
        "How many people are stopped, and is it changing?",
        sentence + ".",
        Status.OK,
        (
            TrendPlot(
                "Stops of people by year", f"Number of stops; {say.count(released.count())} in all published years", (series,), "number", "stops"
            ),
            BarPlot("Stops by group", f"Number of stops, {shown}", bars, "number", "stops"),
        ),
        (NumberTable("Stops by group and year", ("Group", *years, "All published years"), rows),),
        (),
        ("Each stop counts once, however often the same person is stopped.",),
        totals,
        edition.provenance(house),
        public=True,
    )


def _count(value: int | None) -> Estimate:
    """A published count as an estimate without an interval."""
    if value is None:
        return Estimate(None, status=Status.WITHHELD, reason="Withheld: too few people.")
    return Estimate(float(value), None, None, value)


def change(ratio: Estimate, year: str) -> str:
    """A ratio of counts as '4.2% fewer than in 2024 (95% interval 2.6% fewer to 5.7% fewer)'."""

    def side(value: float) -> str:
        return f"{say.percent(abs(value - 1))} {'more' if value > 1 else 'fewer'}"

    inside = f" (95% interval {side(ratio.low)} to {side(ratio.high)})" if ratio.low is not None and ratio.high is not None else ""
    return f"{side(ratio.value or 1.0)} than in {year}{inside}"


def rates_ratio(now: int, before: int) -> Estimate:
    """This year's stops over last year's, with its interval."""
    from dashboard.stats.ratios import rate_ratio

    return rate_ratio(now, 1.0, before, 1.0)


def answer(house: House, scope: Scope) -> Answer:
    """The disclosure report of the edition in force: what is shown and what is withheld."""
    edition = releases.in_force(house)
    rows = tuple((t.title, len(t.cells), t.withheld, t.checksum[:12]) for t in edition.tables)
    hidden, cells = sum(t.withheld for t in edition.tables), sum(len(t.cells) for t in edition.tables)
    return Answer(
        "release.suppression",
        "What is published, and what is withheld?",
        f"{say.count(cells - hidden)} of {say.count(cells)} published counts are shown; "
        f"{say.count(hidden)} are withheld so that nobody can be singled out.",
        Status.OK,
        (),
        (NumberTable(f"Release {edition.release_id} of {edition.made_on}", ("Table", "Counts", "Withheld", "Checksum"), rows),),
        (),
        (),
        {t.name: t.withheld for t in edition.tables},
        edition.provenance(house),
        public=True,
    )
