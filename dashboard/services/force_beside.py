"""Did force change more, when the policy did, than force that the policy does not touch? Beside the plain estimate of every change of policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.privacy.estimates import Finding
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Event, Point, Series, TrendPlot
from dashboard.schema.result import Estimate, NumberTable
from dashboard.schema.scope import Scope
from dashboard.services.force_months import about, first_month, monthly, with_force
from dashboard.services.policies import listing
from dashboard.services.restricted import restricted
from dashboard.stats.controlled import BROKE, DRIFTED, REASONS, Controlled, controlled

if TYPE_CHECKING:
    from dashboard.services.house import House
    from dashboard.store.policies import Policy

MEASURE = "trend.controlled"
BESIDE, CAPTION = "beside", "caption"
COLUMNS, KINDS = ("Compared with", "Times the change of the comparison"), ("", "times")
NOTHING = "nothing named"
TOO_FEW = "No comparison: it needs 24 months of both before and 12 after, and 10 incidents of each on each side."
HINT = "Name force that the policy does not touch where the change of policy is entered, on the Data page."


def judged(house: House, policy: Policy, scope: Scope) -> Controlled | None:
    """The change beside that of the comparison which was named with the policy; None where none was named."""
    if not policy.comparison:
        return None
    own, other = (monthly(house, force_type, scope) for force_type in (policy.force_type, policy.comparison))
    return controlled(own, other, first_month(policy), house.settings)


def cells(policy: Policy, found: Controlled | None) -> tuple[object, ...]:
    """The comparison and its estimate in a row of a table."""
    if found is None:
        return NOTHING, Estimate.unavailable("No comparison was named with this change of policy.")
    return with_force(policy.comparison).capitalize(), found.effect


def after(policy: Policy, effect: Estimate | None) -> str:
    """What the comparison says, as a sentence behind the plain one; nothing where there is none."""
    if effect is None:
        return ""
    what = f"{with_force(policy.comparison)}, which it does not touch"
    if not effect.known or effect.low is None or effect.high is None or effect.value is None:
        return f" Compared with {what}: {effect.reason or 'not shown, because the numbers are small.'}"
    inside = f"(95% interval {effect.low:.2f} to {effect.high:.2f} times)"
    if effect.low <= 1 <= effect.high:
        return f" Compared with {what}: no clear change, {effect.value:.2f} times {inside}."
    return f" Compared with {what}: {abs(1 - effect.value):.0%} {'fewer' if effect.value < 1 else 'more'} {inside}."


def remarks(policy: Policy, found: Controlled | None) -> list[str]:
    """What the comparison rests on, in words, and why it was refused where it was."""
    if found is None:
        return []
    what = with_force(policy.comparison)
    told = [
        f"The comparison with {what} holds only if this policy does not touch them and officers did not turn to them instead; whatever else happened "
        "must have moved both alike. Whoever named it may have seen the numbers by then."
    ]
    if not found.effect.known:
        told.append(public_reason(found))
    return told


def public_reason(found: Controlled) -> str:
    """Why there is no comparison, without the counts that were too few."""
    failed = [REASONS[gate.name] for gate in found.gates if gate.name in (BROKE, DRIFTED) and not gate.passed]
    return f"No comparison: {'; '.join(failed)}." if failed else TOO_FEW


def findings(house: House, policy: Policy) -> list[Finding]:
    """The comparison as the public may see it: withheld where it rests on few incidents of either series."""
    found = judged(house, policy, Scope())
    if found is None:
        return []
    sides = [
        sum(month.count or 0 for month in one.months if (month.month < found.policy) == early)
        for one in (found.plain, found.comparison)
        for early in (True, False)
    ]
    fewest = min(sides)
    name = f"{policy.id}|{BESIDE}"
    if not found.effect.known:
        return [Finding(name, Estimate.unavailable(public_reason(found)), 1e9)]
    return [
        Finding(name, found.effect, fewest),
        *(Finding(f"{policy.id}|{CAPTION}|{text}", Estimate(1.0), fewest) for text in remarks(policy, found)),
    ]


@restricted(Permission.SEE_WORKBENCH)
def answer(house: House, scope: Scope) -> Answer:
    """Every change of policy with a comparison judged beside it, for staff; the first one is drawn."""
    changes = [one for one in listing(house) if one.comparison]
    if house.facts.span("use_of_force")[0] is None or not changes:
        raise NotEnoughData("No change of policy has a comparison: there is no use of force, or none was named.", hint=HINT)
    every = [(policy, one) for policy in changes if (one := judged(house, policy, scope)) is not None]
    policy, best = next(((policy, one) for policy, one in every if one.effect.known), every[0])
    rows = tuple((p.title, f"{p.date}", about(p).capitalize(), one.plain.effect, *cells(p, one), one.drift) for p, one in every)
    columns = ("Policy", "From", "Counted", "Times the expected, alone", *COLUMNS, "Drift apart before, times a year")
    return Answer(
        MEASURE,
        "Did it change more than what the policy does not touch?",
        f"{policy.title}: {about(policy)}: {best.sentence}",
        best.status,
        (_picture(policy, best),) if best.plain.months else (),
        (NumberTable("Changes of policy beside their comparison", columns, rows, kinds=("", "", "", "times", "", "times", "times")),),
        best.gates,
        tuple(remarks(policy, best)),
        best,
        house.provenance("use_of_force"),
    )


def _picture(policy: Policy, found: Controlled) -> TrendPlot:
    """Both series by month."""
    gap = Estimate.unavailable("No report in this month.")
    drawn = tuple(
        Series(what.capitalize(), "", tuple(Point(m.month, gap if m.count is None else Estimate(m.count, None, None, m.count)) for m in one.months))
        for what, one in ((about(policy), found.plain), (with_force(policy.comparison), found.comparison))
    )
    events = (Event(f"{policy.date:%Y-%m}", policy.title),)
    return TrendPlot(policy.title, "By month, as counted", drawn, "number", "incidents", events)
