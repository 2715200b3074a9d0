"""How long until a complaint is decided, or footage released, with open cases counted for the time they have been open?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.registry import measure
from dashboard.schema.result import Estimate, Gate
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats import survival
from dashboard.stats.survival import Curve, Spell

POINTS = 120  # days drawn of a curve at most


@dataclass(frozen=True, slots=True)
class Durations:
    """Time to an ending: the share ended by the target day, the median, how many are still open and past the target, the share of each outcome by
    the target day, and the curve as (day, share ended) with the share of each outcome beside it.
    """

    target: float
    cases: int
    ended: int
    open: int
    open_past_target: int
    by_target: Estimate
    median: Estimate
    outcomes: tuple[tuple[str, Estimate], ...]
    curve: tuple[tuple[float, Estimate], ...]
    outcome_curves: tuple[tuple[str, tuple[tuple[float, float], ...]], ...]
    gates: tuple[Gate, ...] = ()


@measure(
    "complaints.time",
    title="Time to a decision",
    question="How long until a complaint is decided?",
    formula="S(t) = prod(1 - d/n), Greenwood on the log-log scale; F_k(t) = sum S(t-) d_k/n; share in time = 1 - S(target)",
    minimum="30 cases and 10 decisions; follow-up reaches the target day",
    assumptions=("Open cases will be decided like those already decided.", "The data's end is the day to which open cases were seen."),
    criticisms=(
        "If hard cases stay open longer for reasons that the data do not hold, the curve is too quick.",
        "One minus a curve for each outcome alone adds to more than 1; it is never shown.",
    ),
    source="Kaplan and Meier 1958, JASA 53; Aalen and Johansen 1978, Scand. J. Stat. 5; Brookmeyer and Crowley 1982",
    page=(
        "Open cases are counted for the time we have seen them, so recent cases do not make us look fast. "
        "It assumes that open cases will be decided like those already decided."
    ),
    tables=("complaints",),
    columns=("received_date", "closed_date", "status", "finding"),
    settings=("complaints.target_days", "complaints.min_cases", "complaints.min_decisions"),
)
def time_to_decision(spells: Sequence[Spell], settings: Settings = DEFAULTS) -> Durations:
    """How long until a decision, against the agency's target day? `spells` count cases by days and outcome ('' is open).

    Below the gates the shares are not available. Sources: Kaplan and Meier 1958; Aalen and Johansen 1978.
    """
    least = (int(settings.number("complaints.min_cases")), int(settings.number("complaints.min_decisions")))
    return _durations(spells, settings.number("complaints.target_days"), *least, noun="decisions")


@measure(
    "cameras.release",
    title="Time to the release of footage",
    question="Was body-camera footage released in time?",
    formula="as complaints.time: Aalen-Johansen with released and withheld as competing outcomes, pending requests censored at the data's end",
    minimum="10 requests; fewer are listed one by one",
    assumptions=("Pending requests will be decided like those already decided.", "The clock starts where the agency's rule says."),
    criticisms=("A lawful hold is an outcome of its own here, but only if it was recorded as one.", "Requests never written down are not counted."),
    source="Aalen and Johansen 1978, Scand. J. Stat. 5, 141-150",
    page=(
        "Time from the start of the clock to public release, with footage still unreleased counted so far. "
        "Lawful holds are shown as their own outcome."
    ),
    tables=("bwc_requests",),
    columns=("requested_date", "released_date", "denied_date", "denial_reason"),
    settings=("cameras.release_days", "cameras.clock", "cameras.min_events"),
)
def time_to_release(spells: Sequence[Spell], settings: Settings = DEFAULTS) -> Durations:
    """Was footage released within the limit, with requests still pending counted so far? Outcomes: 'released' and each ground for withholding.

    All still open gives a share of 0 and a median that is not reached, never 'not available'. Source: Aalen and Johansen 1978.
    """
    least = int(settings.number("cameras.min_events"))
    return _durations(spells, settings.number("cameras.release_days"), least, 0, noun="decided requests")


def _durations(spells: Sequence[Spell], target: float, min_cases: int, min_ended: int, *, noun: str) -> Durations:
    """Shares, median and curves, or why there are none."""
    found = survival.curve(spells)
    ended = sum(one.n for one in spells if one.outcome)
    still = [one for one in spells if not one.outcome]
    late = sum(one.n for one in still if one.days > target)
    gates = (
        Gate("Cases", f"at least {min_cases}", f"{found.cases:,}", found.cases >= min_cases),
        Gate(noun.capitalize(), f"at least {min_ended}", f"{ended:,}", ended >= min_ended),
        Gate("Follow-up", f"{target:g} days", f"{found.followed:g} days", found.followed >= target or (not still and found.cases > 0)),
    )
    failed = next((gate for gate in gates if not gate.passed), None)
    open_ = sum(one.n for one in still)
    if failed is not None or not found.cases:
        gate = failed or gates[0]
        reason = f"{gate.name}: {gate.found}, needed {gate.needed}."
        none = Estimate.unavailable(reason, found.cases)
        middle = none if failed is None or failed.name != "Follow-up" else survival.median(found)
        return Durations(target, found.cases, ended, open_, late, none, middle, (), _drawn(found), (), gates)
    outcomes = tuple(survival.incidence_by(spells, target).items())
    by_target = survival.ended_by(found, target)
    return Durations(target, found.cases, ended, open_, late, by_target, survival.median(found), outcomes, _drawn(found), _by_outcome(found), gates)


def _places(found: Curve) -> list[int]:
    """The endings that are drawn: all, or so many evenly spread."""
    many = len(found.days)
    return list(range(many)) if many <= POINTS else sorted({round(step * (many - 1) / (POINTS - 1)) for step in range(POINTS)})


def _drawn(found: Curve) -> tuple[tuple[float, Estimate], ...]:
    """The share ended after each day."""
    share = ((1 - found.survival[p], 1 - found.high[p], 1 - found.low[p]) for p in _places(found))
    return tuple((found.days[p], Estimate(*one, found.at_risk[p])) for p, one in zip(_places(found), share, strict=True))


def _by_outcome(found: Curve) -> tuple[tuple[str, tuple[tuple[float, float], ...]], ...]:
    """The share ended by each outcome after each day."""
    return tuple((name, tuple((found.days[p], values[p]) for p in _places(found))) for name, values in found.incidence)


def compared(groups: Mapping[str, Durations], reference: str) -> dict[str, Estimate]:
    """How many points apart is each group's share in time from the reference's?"""
    base = groups[reference].by_target
    return {name: survival.difference(one.by_target, base) for name, one in groups.items() if name != reference}
