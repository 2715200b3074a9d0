"""The measures of early intervention asked by name, for the command line and tests: uses of force, else complaints; no officer is named."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Bar, BarPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.services.early import answers
from dashboard.services.early.model import Model, compute
from dashboard.services.restricted import restricted
from dashboard.stats import peers_change

if TYPE_CHECKING:
    from dashboard.services.house import House

AFTER = 12  # months that were left out of the first comparison
TOP_SHARE = 0.05


def _stored(house: House) -> str:
    """The kind that there are events of."""
    return "complaints" if house.facts.version("use_of_force") < 0 <= house.facts.version("complaints") else "force"


@restricted(Permission.SEE_EARLY_INTERVENTION)
def review(house: House, scope: Scope) -> Answer:
    """Officers against peers."""
    return answers.overview(compute(house, _stored(house), end=scope.end))


@restricted(Permission.SEE_EARLY_INTERVENTION)
def rules(house: House, scope: Scope) -> Answer:
    """Other rules beside."""
    return answers.beside(compute(house, _stored(house), end=scope.end))


@restricted(Permission.SEE_EARLY_INTERVENTION)
def change(house: House, scope: Scope) -> Answer:
    """What became of the highest counts by themselves: the comparison a year ago, and what the year since brought."""
    return settling(house, _stored(house), scope.end)


@restricted(Permission.SEE_EARLY_INTERVENTION)
def falls(house: House, kind: str = "force") -> Answer:
    """The same for one kind of event."""
    return settling(house, kind)


def settling(house: House, kind: str, end: dt.date | None = None) -> Answer:
    """The highest raw counts of an earlier comparison: observed since, predicted with regression to the mean, and the raw counts carried on."""
    recent = compute(house, kind, end=end, months=AFTER)
    before = compute(house, kind, recent.basis, (pd.Timestamp(recent.when.start) - pd.Timedelta(days=1)).date())
    if before.review.shape is None:
        raise NotEnoughData("Too few officers can be compared a year ago.", hint="At least 20 officers with a year of records before are needed.")
    judged = [one for one in before.review.officers if one.compared and one.expected]
    highest = sorted(judged, key=lambda one: (-one.observed, one.name))[: max(1, round(TOP_SHARE * len(judged)))]
    later = [(one, now) for one in highest if (now := recent.officer(one.name)) is not None and now.expected]
    changes = [
        peers_change.change(one.observed, one.expected or 1.0, before.review.shape.value, now.observed, now.expected or 0.0) for one, now in later
    ]
    told = [one for one in changes if one.verdict != "too early"]
    if not told:
        raise NotEnoughData("It is too early to tell what became of high counts.", hint="A year of records after the comparison is needed.")
    return _settled(recent, told)


def _settled(recent: Model, told: list[peers_change.Change]) -> Answer:
    """The account in sums."""
    observed, naive = sum(one.observed for one in told), sum(one.naive for one in told)
    predicted = sum(one.predicted.value or 0.0 for one in told)
    people = "officer" if len(told) == 1 else "officers"
    said = (
        f"The {len(told)} {people} with the highest raw counts before had {observed} {recent.kind.many} in the year since: {predicted:.0f} were "
        f"expected with counts falling by themselves, {naive:.0f} had the counts gone on."
    )
    bars = (
        Bar("Observed since", Estimate(float(observed), n=len(told))),
        Bar("Expected without any action", Estimate(predicted, n=len(told))),
        Bar("Had the counts gone on", Estimate(naive, n=len(told))),
    )
    verdicts = {name: sum(one.verdict == name for one in told) for name in ("fell", "within", "rose")}
    rows = (
        ("Fewer than expected without any action", verdicts["fell"]),
        ("Within what was expected", verdicts["within"]),
        ("More than expected", verdicts["rose"]),
    )
    return Answer(
        "peers.change",
        "How much does a high count fall by itself?",
        said,
        Status.CAUTION if recent.basis == "inferred" else Status.OK,
        (BarPlot("High counts mostly fall by themselves", f"{recent.kind.many.capitalize()} of {len(told)} {people} in the last year", bars),),
        (NumberTable("The officers with the highest counts before", ("In the year since", "Officers"), rows, kinds=("", "count")),),
        (),
        ("A conversation must be judged against the middle bar, not against the last one.",),
        tuple(told),
        recent.provenance,
    )
