"""Did force change when the policy did? The interrupted series of every change of policy on the list."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.privacy.estimates import Finding, ReleasedEstimates, release_estimates
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Event, Point, Series, TrendPlot
from dashboard.schema.result import Estimate, NumberTable
from dashboard.schema.scope import Scope
from dashboard.services import force_beside
from dashboard.services.force_months import about, first_month, monthly
from dashboard.services.policies import listing
from dashboard.services.restricted import restricted
from dashboard.stats.controlled import Controlled
from dashboard.stats.interrupted import Interrupted, interrupted

if TYPE_CHECKING:
    from dashboard.services.house import House
    from dashboard.store.policies import Policy

MEASURE = "trend.interrupted"
NEAR = 3  # months within which other changes are named
EFFECT, EXPECTED, CAPTION = "effect", "expected", "caption"
NEEDS = "no comparison is made: it needs 24 months of reports before and 12 after, and 10 incidents on each side."
HINT = "Enter a change of policy on the Data page, and import use of force for two years before it and one year after."


def judged(house: House, policy: Policy, scope: Scope) -> Interrupted:
    """The interrupted series of one change of policy."""
    return interrupted(monthly(house, policy.force_type, scope), first_month(policy), house.settings)


def remarks(policy: Policy, found: Interrupted, others: list[Policy]) -> list[str]:
    """What must be said beside the estimate: when the date was entered, what else changed near it, what other dates give, how it scatters."""
    told = [f"The date was entered on {policy.entered:%Y-%m-%d}; whoever entered it may have seen the numbers by then."]
    near = [one.title for one in others if one.id != policy.id and abs((one.date - policy.date).days) <= NEAR * 31]
    if near:
        told.append(f"Within three months of it also changed: {say.listed(near)}. The estimate cannot tell them apart.")
    if found.tried:
        share = f" (placebo p = {found.placebo_p:.2f})" if found.placebo_p is not None else ""
        told.append(f"The same look at {found.tried} earlier dates, when nothing changed, gave a larger break at {found.placebo} of them{share}.")
    else:
        told.append("There are too few months before the policy to try other dates for comparison.")
    if found.phi is not None and found.rho is not None:
        told.append(
            f"Months scatter {found.phi:.1f} times as much as chance alone; neighbouring months correlate {found.rho:.2f} (both are in the interval)."
        )
    return told


def published(house: House) -> ReleasedEstimates:
    """Every policy's effect, and what the time before led us to expect by quarter, as the public may see them.

    Rows are named 'policy|effect', 'policy|expected|2024-Q3' and 'policy|caption|sentence'. Estimates that rest on fewer than 30 incidents before
    or after the policy are withheld.
    """
    title = "Force before and after changes of policy"
    changes, findings = listing(house), []
    for policy in changes:
        found = judged(house, policy, Scope())
        before = sum(month.count or 0 for month in found.months if month.month < found.policy)
        after = sum(month.count or 0 for month in found.months if month.month >= found.policy)
        if not found.effect.known:
            findings.append(Finding(f"{policy.id}|{EFFECT}", Estimate.unavailable(NEEDS), 1e9))  # without the counts that were too few
            continue
        findings.append(Finding(f"{policy.id}|{EFFECT}", found.effect, min(before, after)))
        findings += [Finding(f"{policy.id}|{EXPECTED}|{quarter}", one, min(before, after)) for quarter, one in by_quarter(found).items()]
        findings += force_beside.findings(house, policy)
        findings += [Finding(f"{policy.id}|{CAPTION}|{text}", Estimate(1.0), min(before, after)) for text in remarks(policy, found, changes)]
    return release_estimates(MEASURE, title, findings)


def by_quarter(found: Interrupted) -> dict[str, Estimate]:
    """The continuation of before, summed over whole quarters; the ends are summed too, because they move together."""
    sums: dict[str, list[Estimate]] = {}
    for month in found.months:
        if month.expected is not None:
            sums.setdefault(f"{month.month[:4]}-Q{(int(month.month[5:7]) + 2) // 3}", []).append(month.expected)
    whole = {quarter: parts for quarter, parts in sums.items() if len(parts) == 3}
    return {
        quarter: Estimate(sum(p.value or 0 for p in parts), sum(p.low or 0 for p in parts), sum(p.high or 0 for p in parts), parts[0].n)
        for quarter, parts in whole.items()
    }


@restricted(Permission.SEE_WORKBENCH)
def answer(house: House, scope: Scope) -> Answer:
    """Every policy on the list judged by its monthly series, for staff; the first one is drawn."""
    changes = listing(house)
    if house.facts.span("use_of_force")[0] is None or not changes:
        raise NotEnoughData("No change of policy can be judged: there is no use of force, or no policy date is entered.", hint=HINT)
    found = [(policy, judged(house, policy, scope)) for policy in changes]
    return answered(house, found, changes, {policy.id: one for policy in changes if (one := force_beside.judged(house, policy, scope)) is not None})


def answered(
    house: House, found: list[tuple[Policy, Interrupted]], changes: list[Policy], compared: Mapping[str, Controlled] = MappingProxyType({})
) -> Answer:
    """The answer over judged policies; the best known first. `compared` are the comparisons by policy, where one is named."""
    policy, best = next(((p, one) for p, one in found if one.effect.known), found[0])
    rows = tuple(
        (p.title, f"{p.date}", about(p).capitalize(), one.effect, one.placebo_p, *force_beside.cells(p, compared.get(p.id))) for p, one in found
    )
    columns = ("Policy", "From", "Counted", "Times the expected, 12 months on", "Placebo p", *force_beside.COLUMNS)
    beside = compared.get(policy.id)
    return Answer(
        MEASURE,
        "Did things change when the policy did?",
        f"{policy.title}: {about(policy)}: {best.sentence}{force_beside.after(policy, beside.effect if beside else None)}",
        best.status,
        (picture(policy, best, changes),) if best.months else (),
        (NumberTable("Changes of policy and what followed", columns, rows, kinds=("", "", "", "times", "number", *force_beside.KINDS)),),
        (*best.gates, *(beside.gates if beside else ())),
        (*remarks(policy, best, changes), *force_beside.remarks(policy, beside)),
        best,
        house.provenance("use_of_force"),
    )


def picture(policy: Policy, found: Interrupted, changes: list[Policy]) -> TrendPlot:
    """The months as counted, and the continuation of before with its band."""
    gap = Estimate.unavailable("No report in this month.")
    counted = tuple(Point(m.month, gap if m.count is None else Estimate(m.count, None, None, m.count)) for m in found.months)
    expected = tuple(Point(m.month, m.expected) for m in found.months if m.expected is not None)
    series = (Series("As counted", "", counted), Series("If before had gone on", "", expected, dashed=True))
    events = tuple(Event(f"{one.date:%Y-%m}", one.title) for one in changes if one.id == policy.id or not one.force_type)
    return TrendPlot(policy.title, f"{about(policy).capitalize()} by month; the band is the 95% interval", series, "number", "incidents", events)
