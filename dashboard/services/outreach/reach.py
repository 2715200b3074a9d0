"""Where did we show up, whom did we reach, and who was left out?"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.outreach import KINDS
from dashboard.schema.picture import Bar, BarPlot, Dot, DotPlot, Picture
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import in_order, label
from dashboard.services.benchmark import population_benchmark
from dashboard.services.outreach import held
from dashboard.services.outreach.held import ELSEWHERE, Year
from dashboard.stats import reach

if TYPE_CHECKING:
    from dashboard.services.house import House

QUESTION = "Where did we show up, and whom did we reach?"
VISITS = "Attendance counts visits: somebody who came five times counts five times. It was counted at the door."


def answer(house: House, _scope: Scope | None = None, year: str = "") -> Answer:
    """Events and visits per 1,000 residents by district in one year."""
    found = held.year(house, year)
    people = held.residents(house)
    places = {name: _per_thousand(found, name, people) for name in found.came if name != ELSEWHERE}
    bars = tuple(Bar(name, one) for name, one in _ordered(places))
    total = found.released.count(year=found.name)
    subtitle = f"Visits to events per 1,000 residents, {found.name}; {say.count(len(found.events))} events, {say.count(total)} visits"
    pictures: tuple[Picture, ...] = (BarPlot("Reach of outreach by district", subtitle, bars, "number", "visits per 1,000 residents"),)
    return Answer(
        "outreach.share",
        QUESTION,
        _sentence(found, places, total),
        Status.OK if found.events else Status.UNAVAILABLE,
        pictures if any(one.known for one in places.values()) else (),
        (_by_district(found, places, people), _by_kind(found)),
        (),
        (VISITS, "Counts of 1 to 4 people are not shown. Events for the whole agency belong to no district."),
        found,
        held.provenance(house, found.released),
        public=True,
    )


def _per_thousand(found: Year, name: str, people: dict[str, int]) -> Estimate:
    """Visits per 1,000 residents of a district; an exact count of what happened, so without an interval."""
    came = found.came.get(name)
    if came is None:
        return Estimate(None, status=Status.WITHHELD, reason="Fewer than 5 people, or it would give such a number away.")
    if not people.get(name):
        return Estimate.unavailable("No number of residents for this district.", came)
    uncounted = [one for one in found.of(name) if one.attendance is None]
    one = Estimate(1000.0 * came / people[name], n=came)
    return one.with_caution(f"Attendance was not counted at {len(uncounted)} of {len(found.of(name))} events.") if uncounted else one


def _ordered(places: dict[str, Estimate]) -> list[tuple[str, Estimate]]:
    """The most reached first, those not shown last."""
    return sorted(places.items(), key=lambda pair: (not pair[1].known, -(pair[1].value or 0.0), pair[0]))


def _sentence(found: Year, places: dict[str, Estimate], total: int | None) -> str:
    """How much, how many districts, who was left out."""
    went = [name for name in places if found.of(name)]
    left = [name for name in places if not found.of(name)]
    start = f"In {found.name} {say.count(len(found.events))} events were held"
    start += f", in {len(went)} of {len(places)} districts; {say.count(total)} visits were counted." if places else "."
    missed = f" No event was held in {say.listed(left)}." if left else ""
    known = [(name, one.value or 0.0) for name, one in _ordered(places) if one.known and found.of(name)]
    spread = ""
    if len(known) > 1:
        (most, high), (least, low) = known[0], known[-1]
        spread = f" Most visits per 1,000 residents: {most} ({say.plain(high)}); fewest among districts with events: {least} ({say.plain(low)})."
    return start + missed + spread


def _by_district(found: Year, places: dict[str, Estimate], people: dict[str, int]) -> NumberTable:
    """Every district with its events."""
    rows = []
    for name in [*places, *([ELSEWHERE] if ELSEWHERE in found.came else [])]:
        mine = found.of(name)
        reached = places.get(name, Estimate.unavailable("Belongs to no district."))
        spoken = sorted({part.strip() for one in mine for part in one.languages.split(",") if part.strip()})
        rows.append((name, len(mine), say.count(found.came.get(name)), reached, say.count(people[name]) if name in people else "", ", ".join(spoken)))
    heads = ("District", "Events", "Visits", "Visits per 1,000 residents", "Residents", "Languages")
    return NumberTable(f"District by district, {found.name}", heads, tuple(rows), kinds=("", "count", "", "number", "", ""))


def _by_kind(found: Year) -> NumberTable:
    """How many events of each kind."""
    kinds = Counter(one.kind for one in found.events)
    rows = tuple((title, kinds[kind]) for kind, title in KINDS.items() if kinds[kind])
    return NumberTable(f"Kinds of events, {found.name}", ("Kind", "Events"), rows, kinds=("", "count"))


def groups(house: House, year: str = "") -> Answer:
    """Who came, beside who lives here, over the events at which groups were counted."""
    found = held.year(house, year)
    counted = [one for one in found.events if one.groups]
    if not counted:
        raise NotEnoughData(f"Who came was not counted by group in {found.name}.", hint="Groups can be written down with each event.")
    released = held.groups(house, counted)
    everyone = population_benchmark(house, Scope(), "residents")
    if everyone is None:
        raise NotEnoughData("There is no table of residents to compare with.", hint="Import a population table.")
    total = sum(everyone.counts.values())
    of_all = [float(sum(one.groups.values())) for one in counted]
    shares = {}
    for group in in_order([one for one in released.levels("group") if everyone.counts.get(one)]):
        of_group = [float(one.groups.get(group, 0)) for one in counted]
        hidden = released.count(group=group) is None
        withheld = Estimate(None, status=Status.WITHHELD, reason="Fewer than 5 people, or it would give such a number away.")
        shares[group] = withheld if hidden else reach.share(of_group, of_all, everyone.counts[group] / total)
    subtitle = f"Times their share of residents; 95% intervals; {say.count(released.count())} visits to {len(counted)} events, {found.name}"
    dots = tuple(Dot(label(group), one, group) for group, one in shares.items())
    picture = DotPlot("Who comes to events", subtitle, dots, "log", 1.0, "as among residents", "times their share of residents")
    rows = tuple((label(group), say.count(released.count(group=group)), everyone.counts[group] / total, one) for group, one in shares.items())
    table = NumberTable("Groups", ("Group", "Visits", "Share of residents", "Times their share"), rows, kinds=("", "", "percent", "times"))
    return Answer(
        "outreach.share",
        "Do those who come look like those who live here?",
        _group_sentence(shares),
        Status.OK if any(one.known for one in shares.values()) else Status.UNAVAILABLE,
        (picture,),
        (table,),
        (),
        (VISITS,),
        shares,
        held.provenance(house, released),
        public=True,
    )


def _group_sentence(shares: dict[str, Estimate]) -> str:
    """Who comes clearly less or more than their share."""
    known = {label(group): one for group, one in shares.items() if one.known and one.low is not None and one.high is not None}
    if not known:
        return "Too few events counted groups to compare."
    less = [f"{name} ({say.compact(one, 'times')})" for name, one in known.items() if (one.high or math.inf) < 1]
    more = [f"{name} ({say.compact(one, 'times')})" for name, one in known.items() if (one.low or 0.0) > 1]
    parts = [f"{word} their share of residents: {say.listed(names)}" for word, names in (("clearly below", less), ("clearly above", more)) if names]
    text = "; ".join(parts) or "no group came clearly more or less than its share of residents"
    return f"{text[0].upper()}{text[1:]}."
