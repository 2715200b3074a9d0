"""Whose count is higher than the same assignments explain, by more than officers ordinarily differ, and how sure is that?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import MeasureError
from dashboard.registry import measure
from dashboard.schema.result import Estimate, Gate, Status
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats import peers_model as model
from dashboard.stats.peers_expected import Expected
from dashboard.stats.peers_model import Shape

Floats = NDArray[np.float64]
MIN_OFFICERS = 20
SOUGHT, SOUGHT_RATIO = 20, 3.0  # "of 20 officers at 3 times, how many would be found?"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One officer: events observed and expected, the shrunk ratio with its interval, and how sure it is that it exceeds the stated ratio.

    `sure` is that chance, so 1 - `sure` is the officer's local false-discovery rate; `top` the chance of being among the highest 5 %.
    `ordinary` and `chance` say how often an ordinary officer would have as many: with ordinary differences, and by pure chance.
    `level` is the place in the narrowing that the peers come from. Not `compared`: too little work, or no peers; `reason` says which.
    """

    name: str
    observed: int
    expected: float | None
    exposure: float
    peers: int
    level: int
    ratio: Estimate
    sure: float | None
    top: float | None
    ordinary: float | None
    chance: float | None
    compared: bool
    for_review: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """All officers, those for review first. `false_flags` is the expected number among them who would turn out ordinary.

    `found_of_20` says how many of 20 officers at 3 times their peers would be expected to be flagged.
    """

    officers: tuple[Reviewed, ...]
    shape: Shape | None
    ratio: float
    certainty: float
    min_events: int
    compared: int
    false_flags: float
    found_of_20: float | None
    status: Status
    gates: tuple[Gate, ...]
    sentence: str

    @property
    def for_review(self) -> tuple[Reviewed, ...]:
        """Those whose pattern differs."""
        return tuple(one for one in self.officers if one.for_review)


@measure(
    "peers.review",
    title="Officers against true peers",
    question="Whose count is higher than the same assignment explains, by more than officers ordinarily differ, and how sure are we?",
    formula="E_i = sum over cells of the officer's exposure x the other officers' rate; O_i ~ Poisson(E_i theta_i), theta_i ~ Gamma(a, a), "
    "a from the negative binomial likelihood and averaged over what the data say of it; for review when P(theta_i > 1.5 | data) >= 0.80 and "
    "O_i >= 3; expected false flags = sum of 1 - P over those flagged",
    minimum="20 officers; 6 months and an expected count of 1 for each; a cell of peers has 5 other officers and 20 events of theirs",
    assumptions=(
        "Within a unit, shift, district and period officers meet comparable work.",
        "Officers' ordinary ratios differ like a gamma distribution around 1.",
    ),
    criticisms=(
        "Assignments are not random, and what is never reported is never counted.",
        "If a whole unit is off, a comparison within it cannot see it.",
        "Officers who differ but have few events stay unseen; the page says how many of 20 would be found.",
    ),
    source="Efron & Morris 1975, JASA 70, 311-319; Spiegelhalter 2005, Stat. Med. 24, 1185-1202; Ridgeway & MacDonald 2009, JASA 104, 661-668",
    page=(
        "Compares an officer with colleagues who had the same assignments, and allows for ordinary differences between people. "
        "Assignments are not random, and what is never reported is never counted."
    ),
    tables=("use_of_force", "complaints", "officers", "arrests"),
    columns=("officer_key", "date"),
    settings=("peers.ratio", "peers.certainty", "peers.min_events", "peers.min_expected", "peers.window_months"),
)
def review(names: Sequence[str], found: Expected, *, enough: Sequence[bool] | None = None, seed: int = 0, settings: Settings = DEFAULTS) -> Review:
    """Whose pattern differs? `names` one per officer of `found`; `enough` marks who served long enough to be compared.

    Flags are computed from these counts alone; earlier flags do not enter. MeasureError when names and counts differ in number.
    """
    if len(names) != len(found.observed):
        raise MeasureError("Every officer needs a name and counts.")
    known = np.isfinite(found.expected) & (np.nan_to_num(found.expected) > 0)
    long_enough = np.ones(len(names), dtype=bool) if enough is None else np.asarray(enough, dtype=bool)
    compared = known & long_enough & (np.nan_to_num(found.expected) >= settings.number("peers.min_expected"))
    gates: tuple[Gate, ...] = (Gate("Officers compared", f"{MIN_OFFICERS}", f"{int(compared.sum())}", int(compared.sum()) >= MIN_OFFICERS),)
    ratio, certainty, least = (settings.number(f"peers.{name}") for name in ("ratio", "certainty", "min_events"))
    if not gates[0].passed:
        said = (
            f"Only {int(compared.sum())} officers can be compared with peers; {MIN_OFFICERS} are needed to know how far officers ordinarily differ."
        )
        rows = tuple(_unjudged(names[i], found, i, "There are too few officers to compare.") for i in range(len(names)))
        return Review(rows, None, ratio, certainty, int(least), int(compared.sum()), 0.0, None, Status.UNAVAILABLE, gates, said)
    true_peers = compared & (
        found.level < len(found.narrowing) - 1
    )  # whoever has only the whole agency as peers tells nothing of ordinary differences
    fitted = true_peers if true_peers.sum() >= MIN_OFFICERS else compared
    shape = model.shape(found.observed[fitted], found.expected[fitted])
    figures = _figures(shape, found, known, ratio)
    figures["top"][compared] = model.top(shape, found.observed[compared], found.expected[compared], seed)
    flagged = compared & (figures["sure"] >= certainty) & (found.observed >= least)
    rows = tuple(_row(names[i], found, figures, i, (bool(compared[i]), bool(flagged[i]), bool(long_enough[i]))) for i in range(len(names)))
    ordered = sorted(rows, key=lambda one: (not one.for_review, -(one.sure or 0.0), -one.observed, one.name))
    false = float((1 - figures["sure"][flagged]).sum())
    seen = findable(shape, found.expected[fitted], settings)
    gates += (
        Gate("Ordinary differences", "found beyond chance", "none found" if shape.at_bound else f"spread {shape.spread:.2f}", not shape.at_bound),
    )
    said = _sentence(int(flagged.sum()), int(compared.sum()), false, seen)
    return Review(tuple(ordered), shape, ratio, certainty, int(least), int(compared.sum()), false, seen, Status.OK, gates, said)


def _figures(shape: Shape, found: Expected, known: NDArray[np.bool_], ratio: float) -> dict[str, Floats]:
    """Everything that is computed for each officer by itself."""
    out = {name: np.full(len(found.observed), np.nan) for name in ("mean", "low", "high", "sure", "top", "ordinary", "chance")}
    observed, expected = found.observed[known], found.expected[known]
    out["mean"][known], out["low"][known], out["high"][known] = model.ratios(shape, observed, expected)
    out["sure"][known] = model.above(shape, observed, expected, ratio)
    out["ordinary"][known], out["chance"][known] = model.tails(shape, observed, expected)
    return out


def _row(name: str, found: Expected, figures: dict[str, Floats], i: int, marks: tuple[bool, bool, bool]) -> Reviewed:
    """One officer with the figures; `marks`: compared, for review, served long enough."""
    compared, flagged, long_enough = marks
    if not np.isfinite(figures["sure"][i]):
        return _unjudged(name, found, i, "No peers: too few colleagues with the same assignments, or no work recorded.")
    why = "" if compared else "Served less than six months in this period." if not long_enough else "Not enough work to compare."
    ratio = Estimate(float(figures["mean"][i]), float(figures["low"][i]), float(figures["high"][i]), int(found.observed[i]))
    return Reviewed(
        name,
        int(found.observed[i]),
        float(found.expected[i]),
        float(found.exposure[i]),
        int(found.peers[i]),
        int(found.level[i]),
        ratio if compared else ratio.with_caution(why),
        float(figures["sure"][i]),
        float(figures["top"][i]) if compared else None,
        float(figures["ordinary"][i]),
        float(figures["chance"][i]),
        compared,
        flagged,
        why,
    )


def _unjudged(name: str, found: Expected, i: int, why: str) -> Reviewed:
    """One officer who cannot be compared: never 'no concern'."""
    expected = float(found.expected[i]) if np.isfinite(found.expected[i]) else None
    none = Estimate.unavailable(why)
    return Reviewed(
        name,
        int(found.observed[i]),
        expected,
        float(found.exposure[i]),
        int(found.peers[i]),
        int(found.level[i]),
        none,
        *(None,) * 4,
        False,
        False,
        why,
    )


def findable(shape: Shape, expected: Floats, settings: Settings = DEFAULTS, ratio: float = SOUGHT_RATIO, of: int = SOUGHT) -> float:
    """Of 20 officers at 3 times their peers, how many would be flagged? They work like those compared; Poisson tail at the first flag."""
    from scipy.special import gammainc

    first = first_flag(shape, expected, settings)
    return float(of * gammainc(first, ratio * expected).mean())


def first_flag(shape: Shape, expected: Floats, settings: Settings = DEFAULTS) -> Floats:
    """From which count on is an officer with this expectation flagged? By bisection; the count is at least `peers.min_events`."""
    ratio, certainty = settings.number("peers.ratio"), settings.number("peers.certainty")
    low = np.full(len(expected), settings.number("peers.min_events") - 1)
    high = np.maximum(low + 1, 50 + 20 * expected)
    high = np.where(model.above(shape, np.floor(high), expected, ratio) >= certainty, np.floor(high), 1e6)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        enough = (model.above(shape, middle, expected, ratio) >= certainty) & (middle >= settings.number("peers.min_events"))
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high


def _sentence(flagged: int, compared: int, false: float, seen: float) -> str:
    """The answer: how many for review, how many of them would turn out ordinary, and how many like them would be found at all."""
    people = "officer's pattern differs" if flagged == 1 else "officers' patterns differ"
    first = f"{flagged or 'No'} {people} from peers, of {compared:,} compared"
    doubt = (
        f"; about {false:.1f} of them would turn out ordinary"
        if flagged > 1
        else f" (the chance that it is ordinary: {false:.0%})"
        if flagged
        else ""
    )
    return f"{first}{doubt}. Of 20 officers at 3 times their peers about {seen:.0f} would be found."
