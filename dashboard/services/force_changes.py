"""What changed in policy, what followed, and are banned techniques still used? The last part of the Use of force page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Event, Point, Series, TrendPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.schema.scope import Audience, Scope
from dashboard.services import force_beside, force_policies, releases
from dashboard.services import force_catalog as catalog
from dashboard.services.force import technique_word
from dashboard.services.force_counts import Counts, Numbers, estimate, numbers
from dashboard.services.force_months import about, with_force
from dashboard.services.policies import listing

if TYPE_CHECKING:
    from dashboard.services.house import House
    from dashboard.store.policies import Policy

NO_POLICY = "No change of policy has been entered."
HINT = "Enter it on the Data page, with its date and the force it is about."


def names(house: House) -> dict[str, str]:
    """The changes of policy that can be looked at, by id, the newest first."""
    return {one.id: f"{one.title} ({one.date})" for one in reversed(listing(house))}


def followed(house: House, scope: Scope, chosen: str) -> Answer:
    """What followed a change of policy, against a continuation of what came before."""
    changes = listing(house)
    policy = next((one for one in changes if one.id == chosen), None)
    if policy is None:
        raise NotEnoughData(NO_POLICY, hint=HINT)
    if scope.audience is Audience.STAFF:
        narrowed = scope.narrowed(start=None, end=None, groups=())
        numbers(house, narrowed, catalog.INCIDENTS)  # asks for the permission
        within = house.within(narrowed)
        found, beside = force_policies.judged(house, policy, within), force_beside.judged(house, policy, within)
        return force_policies.answered(house, [(policy, found)], changes, {policy.id: beside} if beside is not None else {})
    return _released(house, scope, policy, changes)


def _released(house: House, scope: Scope, policy: Policy, changes: list[Policy]) -> Answer:
    """The same from the released quarters and the released estimates."""
    found = numbers(house, scope.narrowed(start=None, end=None), catalog.INCIDENTS, catalog.TECHNIQUE)
    rows = {name: one for name, one in releases.in_force(house).test(force_policies.MEASURE).rows if name.startswith(f"{policy.id}|")}
    effect = rows.get(f"{policy.id}|{force_policies.EFFECT}")
    if effect is None:
        raise NotEnoughData("What followed this change has not been published yet.", hint="The next import publishes it.")
    beside = rows.get(f"{policy.id}|{force_beside.BESIDE}")
    expected = {name.rpartition("|")[2]: one for name, one in rows.items() if f"|{force_policies.EXPECTED}|" in name}
    told = tuple(name.partition(f"|{force_policies.CAPTION}|")[2] for name in rows if f"|{force_policies.CAPTION}|" in name)
    table, level = _table(found, policy)
    counted = tuple(Point(q, estimate(table.count(quarter=q, **level))) for q in table.levels("quarter"))
    series = [Series("As counted", "", counted)]
    if any(one.known for one in expected.values()):
        series.append(Series("If before had gone on", "", tuple(Point(q, one) for q, one in expected.items()), dashed=True))
    events = (Event(f"{policy.date.year}-Q{(policy.date.month + 2) // 3}", policy.title),)
    subtitle = f"{about(policy).capitalize()} by quarter; the band is the 95% interval of the continuation"
    return Answer(
        force_policies.MEASURE,
        "Did things change when the policy did?",
        _sentence(policy, effect) + force_beside.after(policy, beside),
        effect.status if effect.status is not Status.WITHHELD else Status.WITHHELD,
        (TrendPlot(policy.title, subtitle, tuple(series), "number", "incidents", events),),
        (
            NumberTable(
                "The change of policy",
                ("Policy", "From", "Counted", "Times the expected, 12 months on", *(force_beside.COLUMNS if beside else ())),
                ((policy.title, f"{policy.date}", about(policy).capitalize(), effect, *_compared(policy, beside)),),
                kinds=("", "", "", "times", *(force_beside.KINDS if beside else ())),
            ),
        ),
        (),
        (*_words(policy), *told),
        effect,
        found.provenance,
        public=True,
    )


def _table(found: Numbers, policy: Policy) -> tuple[Counts, dict[str, str]]:
    """Where the counts of a policy's force are, and under which level."""
    if not policy.force_type:
        return found.table(catalog.INCIDENTS), {}
    return found.table(catalog.TECHNIQUE + policy.force_type), {"use": catalog.USED}


def _compared(policy: Policy, beside: Estimate | None) -> tuple[object, ...]:
    """The comparison and its estimate, where one was published."""
    return (with_force(policy.comparison).capitalize(), beside) if beside is not None else ()


def _words(policy: Policy) -> list[str]:
    """What changed, and where to read it."""
    said = [f"What changed: {policy.changed.rstrip('.')}."] if policy.changed else []
    return said + ([f"The policy: {policy.link}"] if policy.link else [])


def _sentence(policy: Policy, effect: Estimate) -> str:
    """The effect in words."""
    what = about(policy)
    if effect.value is None:
        return f"{policy.title}: {effect.reason or 'too few incidents to publish a comparison.'}"
    inside = f"(95% interval {effect.low or 0:.2f} to {effect.high or 0:.2f} times)"
    if (effect.low or 0) <= 1 <= (effect.high or 2):
        times = f"{effect.value:.2f} times what the time before would have led us to expect"
        return f"{policy.title}: no clear change in {what} a year on, {times} {inside}."
    side = "fewer" if effect.value < 1 else "more"
    return (
        f"{policy.title}: {say.percent(abs(1 - effect.value))} {side} {what} a year on than the time before would have led us to expect {inside}. "
        "This is association, not proof."
    )


def banned(house: House, scope: Scope) -> Answer:
    """How often banned techniques were used before and since their ban, by whole quarters."""
    bans = [one for one in listing(house) if one.bans]
    if not bans:
        raise NotEnoughData("No ban of a technique has been entered.", hint="Enter it on the Data page as a change of policy that bans a technique.")
    found = numbers(house, scope.narrowed(start=None, end=None, groups=()), catalog.INCIDENTS, catalog.TECHNIQUE)
    rows: list[tuple[object, ...]] = []
    told: list[str] = []
    series: list[Series] = []
    for ban in bans:
        table = found.get(catalog.TECHNIQUE + ban.force_type)
        if table is None:
            rows.append((technique_word(ban.force_type), f"{ban.date}", "not available", "not available"))
            continue
        start = f"{ban.date.year}-Q{(ban.date.month + 2) // 3}"
        quarters = table.levels("quarter")
        before = _sum(table, [q for q in quarters if q < start])
        since = _sum(table, [q for q in quarters if q >= start])
        rows.append((technique_word(ban.force_type), f"{ban.date}", before, since))
        told.append(_since(ban, since))
        series.append(
            Series(technique_word(ban.force_type), "", tuple(Point(q, estimate(table.count(quarter=q, use=catalog.USED))) for q in quarters))
        )
    events = tuple(Event(f"{one.date.year}-Q{(one.date.month + 2) // 3}", one.title) for one in bans)
    return Answer(
        "trend.periods",
        "Are banned techniques still used?",
        " ".join(told) or "The reports do not name the banned technique, so nobody can say.",
        Status.OK if told else Status.UNAVAILABLE,
        (TrendPlot("Banned techniques", "Incidents by quarter", tuple(series), "number", "incidents", events),) if series else (),
        (
            NumberTable(
                "Banned techniques before and since the ban",
                ("Technique", "Banned from", "Incidents before", "Incidents since"),
                tuple(rows),
                kinds=("", "", "count", "count"),
            ),
        ),
        (),
        (
            "Counted from the quarter in which the ban began, which may hold some days before it."
            if found.public
            else "Counted from the day of the ban; before it, by whole quarters.",
            "Some bans allow the technique where deadly force would be allowed.",
        ),
        tuple(rows),
        found.provenance,
        public=found.public,
    )


def _sum(table: Counts, quarters: list[str]) -> Estimate:
    """The sum over quarters; when a quarter is withheld, so is the sum; no quarter is no number."""
    if not quarters:
        return Estimate.unavailable("The reports do not reach there.")
    counts = [table.count(quarter=q, use=catalog.USED) for q in quarters]
    return estimate(None) if any(n is None for n in counts) else estimate(sum(n or 0 for n in counts))


def _since(ban: Policy, since: Estimate) -> str:
    """One ban in words."""
    what = technique_word(ban.force_type)
    if since.status is Status.UNAVAILABLE:
        return f"{what}, banned from {ban.date}: the reports end before that."
    if not since.known:
        return f"{what}, banned from {ban.date}: the number since is not shown, because it is small; not shown does not mean zero."
    return f"{what}, banned from {ban.date}: {say.count(since.value)} incidents since."
