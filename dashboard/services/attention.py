"""What needs attention first? Clear falls and deadlines that have passed, out of what this visitor may see anyway, in a declared order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.errors import CommonGroundError
from dashboard.schema import say
from dashboard.schema.outreach import HELD
from dashboard.schema.scope import Scope
from dashboard.services import force
from dashboard.services.accountability import times
from dashboard.services.outreach import promises
from dashboard.services.surveys import contact, reading, trust
from dashboard.stats import compare, rates, survey_scores
from dashboard.stats.duration import Durations
from dashboard.store.outreach import Outreach

if TYPE_CHECKING:
    from dashboard.services.house import House

TRUST = "ti-1"
QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that needs attention: in one sentence, with the page that carries the rest."""

    sentence: str
    page: str


def concerns(house: House, day: dt.date, scope: Scope) -> tuple[Concern, ...]:
    """Everything that needs attention on this day, most urgent first: trust that fell clearly, for staff the people who wait for a
    call, deadlines that have passed, force that rose clearly. `scope` says for whom.

    The order is declared, not computed: people before papers, and what the agency owes before what merely moved.
    """
    found: list[Concern] = []
    for look in LOOKS:
        try:
            found += look(house, day, scope)
        except CommonGroundError:
            continue  # nothing to look at, or not open to this visitor: the page itself says so in words
    return tuple(found)


def _trust(house: House, _day: dt.date, _scope: Scope) -> list[Concern]:
    """Districts in which trust fell clearly, after allowing for how many were looked at; said where no event was held there that year."""
    found = reading.results(house, "community")
    changes = {name: trust.last_change(found, TRUST, "area", name) for name in found.levels(TRUST, "area")}
    marked = compare.family({name: survey_scores.p_value(gap) for name, (gap, _) in changes.items()})
    fell = [one.name for one in marked.members if one.stands_out and (changes[one.name][0].value or 0.0) < 0]
    year = str(found.latest["opens"])[:4]
    events = [one for one in Outreach(house.records).events() if one.state == HELD and str(one.day.year) == year]
    said = []
    for name in sorted(fell, key=lambda one: changes[one][0].value or 0.0):
        gap, since = changes[name]
        spread = f"(95% interval {gap.low:+.1f} to {gap.high:+.1f})"
        moved = f"{gap.value:+.1f} points".replace("-", "−")
        text = f"Trust fell clearly in {name}: {moved} since {since} {spread.replace('-', '−')}."
        none = events and all(one.district != name for one in events)
        said.append(Concern(f"{text} No outreach event was held there in {year}." if none else text, "outreach" if none else "trust"))
    return said


def _complaints(house: House, _day: dt.date, scope: Scope) -> list[Concern]:
    """Complaints that are open past the agency's target."""
    result = times.to_decision(house, scope).result
    if not isinstance(result, Durations) or result.open_past_target < 1:
        return []
    n = result.open_past_target
    return [Concern(f"{say.count(n)} complaints are still open past the target of {result.target:g} days.", "complaints")]


def _footage(house: House, _day: dt.date, scope: Scope) -> list[Concern]:
    """Requests for footage that are open past the law's limit."""
    result = times.to_release(house, scope).result
    if not isinstance(result, Durations) or result.open_past_target < 1:
        return []
    n = result.open_past_target
    return [Concern(f"{say.count(n)} requests for footage are open past the limit of {result.target:g} days.", "complaints")]


def _promises(house: House, day: dt.date, _scope: Scope) -> list[Concern]:
    """Promises of outreach that are overdue."""
    late = [one for one in Outreach(house.records).promises() if promises.overdue(one, day)]
    if not late:
        return []
    oldest = min(late, key=lambda one: one.due or day)
    are = "promise made at an event is" if len(late) == 1 else "promises made at events are"
    return [Concern(f"{say.count(len(late))} {are} overdue, the oldest since {oldest.due:%Y-%m-%d}: {oldest.words}.", "outreach")]


def _force(house: House, _day: dt.date, scope: Scope) -> list[Concern]:
    """Force that rose clearly between the last two whole years."""
    counts = force.over_time(house, scope).result
    if not isinstance(counts, Mapping):
        return []
    years: dict[str, list[int]] = {}
    for quarter, n in counts.items():
        if n is not None and "-Q" in quarter:
            years.setdefault(quarter[:4], []).append(n)
    whole = [(year, sum(parts)) for year, parts in sorted(years.items()) if len(parts) == QUARTERS]
    if len(whole) < 2:
        return []
    (before, old), (year, new) = whole[-2:]
    ratio = rates.rate_ratio(new, 1.0, old, 1.0)
    if ratio.low is None or ratio.low <= 1:
        return []
    return [Concern(f"Force was used in {say.count(new)} incidents in {year}, clearly more than the {say.count(old)} of {before}.", "use_of_force")]


def _calls(house: House, _day: dt.date, _scope: Scope) -> list[Concern]:
    """People who asked to be called and still wait: for those who may see the list."""
    waiting = [one for one in contact.follow_ups(house) if one.state in {"new", "no answer"}]
    if not waiting:
        return []
    longest = max(contact.waiting_weeks(house, one) for one in waiting)
    people = "person waits" if len(waiting) == 1 else "people wait"
    return [Concern(f"{say.count(len(waiting))} {people} for a call they asked for, the longest for {longest} weeks.", "post_contact")]


LOOKS: tuple[Callable[[House, dt.date, Scope], list[Concern]], ...] = (_trust, _calls, _complaints, _footage, _promises, _force)
