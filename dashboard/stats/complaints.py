"""How many complaints, how decided, under both denominators, and were cameras on?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.errors import MeasureError
from dashboard.registry import measure
from dashboard.schema.result import Estimate, Gate
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats import rates
from dashboard.stats.intervals import checked_counts

INVESTIGATED = ("sustained", "not_sustained", "unfounded", "exonerated")
OPEN = ("pending",)
NOT_DECIDED = ("unknown",)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Cases by how they were decided: sustained of all closed, and sustained of those fully investigated, which are never the same question."""

    cases: int
    open: int
    closed: int
    investigated: int
    sustained: int
    of_closed: Estimate
    of_investigated: Estimate
    gates: tuple[Gate, ...] = ()


@measure(
    "complaints.outcomes",
    title="How complaints are decided",
    question="How many complaints are there, and how are they decided?",
    formula="sustained / all closed, and sustained / (sustained + not sustained + unfounded + exonerated), each with Wilson's interval",
    minimum="30 closed cases",
    assumptions=("A case is decided as its gravest finding is.", "What counts as fully investigated ends in one of four findings."),
    criticisms=(
        "A low share can mean weak complaints or weak investigation; these data cannot tell.",
        "Who may close a case without investigation differs between agencies, so shares are not comparable between them.",
    ),
    source="Wilson 1927; Walker 2001, Police Accountability; de-duplicated after codes are mapped",
    page=(
        "A sustained share depends on which cases count as investigated, so both are given. A low share can mean weak complaints or weak "
        "investigation; these data cannot tell."
    ),
    tables=("complaints",),
    columns=("complaint_id", "finding", "complainant_type"),
    settings=("complaints.min_cases",),
)
def outcomes(findings: Mapping[str, int], settings: Settings = DEFAULTS) -> Outcomes:
    """How many cases are closed, investigated and sustained? `findings` counts cases by finding; pending cases are open and in no rate.

    Cases closed without an investigation stay in the first share and out of the second. Source: Wilson 1927.
    """
    checked_counts(**{name: float(n) for name, n in findings.items()})
    least = int(settings.number("complaints.min_cases"))
    total = sum(findings.values())
    waiting = sum(findings.get(name, 0) for name in (*OPEN, *NOT_DECIDED))
    closed = total - waiting
    full = sum(findings.get(name, 0) for name in INVESTIGATED)
    hits = findings.get("sustained", 0)
    gates = (
        Gate("Closed cases", f"at least {least}", f"{closed:,}", closed >= least),
        Gate("Investigated cases", f"at least {least}", f"{full:,}", full >= least),
    )
    return Outcomes(total, waiting, closed, full, hits, _share(hits, closed, gates[0], settings), _share(hits, full, gates[1], settings), gates)


def _share(hits: int, n: int, gate: Gate, settings: Settings) -> Estimate:
    """A share, or why there is none."""
    if not gate.passed:
        return Estimate.unavailable(f"{gate.name}: {gate.found}, needed {gate.needed}.", n)
    return rates.proportion(hits, n, settings)


@dataclass(frozen=True, slots=True)
class Activation:
    """Events with an expected recording: the share with a recording found."""

    expected: int
    found: int
    share: Estimate


@measure(
    "cameras.active",
    title="Camera activation",
    question="Was a recording found where one was expected?",
    formula="events with a recording found / events with an expected recording, with Wilson's interval",
    minimum="10 events",
    assumptions=("The rule that says when a recording is expected was applied to every event alike.",),
    criticisms=("No recording found is not the same as the camera being off: files are lost, mislabelled or not matched.",),
    source="Wilson 1927; matching of dispatched events to recordings as in Las Vegas and New York audits, 2017-2019",
    page=(
        "Events where policy expects a recording, and how many have one. An event without a match is shown as 'no recording found', "
        "not as 'off': matching can fail too."
    ),
    tables=("camera_activations",),
    columns=("recording_expected", "recording_found"),
    settings=("cameras.min_events",),
)
def activation(found: int, expected: int, settings: Settings = DEFAULTS) -> Activation:
    """Which share of events with an expected recording has one? Raises MeasureError when more were found than expected. Source: Wilson 1927."""
    if found > expected:
        raise MeasureError(f"{found} recordings were found for {expected} expected ones.", hint="Count events, not files.")
    least = int(settings.number("cameras.min_events"))
    if expected < least:
        return Activation(expected, found, Estimate.unavailable(f"{expected} events with an expected recording, needed {least}.", expected))
    return Activation(expected, found, rates.proportion(found, expected, settings))
