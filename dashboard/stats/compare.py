"""Which of many differences stand out, what is the best guess for a small place, and what could have been seen at all?"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from dashboard.errors import MeasureError
from dashboard.registry import measure
from dashboard.schema.result import Estimate, Status
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats.intervals import Z, checked_counts

METHODS = ("bh", "by")
MIN_PLACES = 5


@dataclass(frozen=True, slots=True)
class Member:
    """One comparison of a family: its p-value, its adjusted q, and whether it stands out."""

    name: str
    p: float
    q: float
    stands_out: bool


@dataclass(frozen=True, slots=True)
class Family:
    """A declared family of `m` comparisons, smallest p first. Hidden members count in m and are not listed; refused ones are in neither."""

    name: str
    m: int
    method: str
    level: float
    members: tuple[Member, ...]
    refused: tuple[str, ...]
    sentence: str

    @property
    def standing_out(self) -> tuple[str, ...]:
        """The names of the comparisons that stand out."""
        return tuple(member.name for member in self.members if member.stands_out)


@measure(
    "compare.family",
    title="Many comparisons",
    question="Which of these many differences stand out?",
    formula="Benjamini-Hochberg: q_(i) = min over j >= i of p_(j) m / j; stands out at q <= 0.05; Benjamini-Yekutieli on request",
    minimum="one p-value; with one there is no adjustment",
    assumptions=("The family was declared before the numbers were seen.", "P-values are independent or positively related."),
    criticisms=("An unmarked difference may still be real.", "A family chosen after looking marks too much."),
    source="Benjamini & Hochberg 1995, J. R. Stat. Soc. B 57, 289-300; Benjamini & Yekutieli 2001, Ann. Stat. 29, 1165-1188",
    page=(
        "We looked at m comparisons, so about one in twenty would look unusual by chance; we mark those that remain after allowing for that. "
        "The unmarked may still be real."
    ),
    columns=("race_group", "district"),
    settings=("family.q",),
)
def family(
    p_values: Mapping[str, float | None],
    q: float | None = None,
    method: str = "bh",
    *,
    name: str = "",
    hidden: Collection[str] = (),
    settings: Settings = DEFAULTS,
) -> Family:
    """Which members of one declared family stand out at false discovery rate `q`?

    `p_values` maps names to p; None is a refused comparison and is not in m. `hidden` members are in m but not listed. Ties keep
    the order of their names. Raises MeasureError for a p outside 0 to 1, or an unknown method.
    """
    if method not in METHODS:
        raise MeasureError(f"There is no method '{method}'.", hint=f"Choose one of: {', '.join(METHODS)}.")
    level = settings.number("family.q") if q is None else q
    known = {one: p for one, p in p_values.items() if p is not None}
    for one, p in known.items():
        if not 0 <= p <= 1:
            raise MeasureError(f"The p-value of '{one}' is {p}, outside 0 to 1.")
    ordered = sorted(known.items(), key=lambda pair: (pair[1], pair[0]))
    adjusted = _adjusted([p for _, p in ordered], method)
    members = tuple(Member(one, p, new, new <= level) for (one, p), new in zip(ordered, adjusted, strict=True) if one not in hidden)
    refused = tuple(sorted(one for one, p in p_values.items() if p is None))
    return Family(name, len(known), method, level, members, refused, _family_sentence(len(known), members))


def _adjusted(ordered: Sequence[float], method: str) -> list[float]:
    """The adjusted q of each p-value, given in rising order."""
    m = len(ordered)
    factor = m * (sum(1 / rank for rank in range(1, m + 1)) if method == "by" else 1.0)
    result, smallest = [0.0] * m, 1.0
    for rank in range(m, 0, -1):
        smallest = min(smallest, ordered[rank - 1] * (factor / rank))
        result[rank - 1] = smallest
    return result


def _family_sentence(m: int, members: Sequence[Member]) -> str:
    """What was looked at, and how much remains."""
    if m == 0:
        return "No comparison could be made."
    marked = sum(member.stands_out for member in members)
    if m == 1:
        return f"One comparison was made, so nothing was adjusted; it {'stands out' if marked else 'does not stand out'}."
    return f"We looked at {m} comparisons; after allowing for that, {marked or 'none'} {'stands' if marked == 1 else 'stand'} out."


@dataclass(frozen=True, slots=True)
class ShrunkPlace:
    """One place: its own value and standard error, and its best guess, on the scale of the input (usually a logarithm)."""

    name: str
    raw: float
    se: float
    shrunk: Estimate


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Places moved toward their centre. `tau2` is the variance between places beyond chance; at 0 all places get the centre."""

    centre: Estimate
    tau2: float | None
    places: tuple[ShrunkPlace, ...]
    status: Status
    sentence: str

    def ranked(self) -> tuple[ShrunkPlace, ...]:
        """The places by their best guess, largest first; ties by name."""
        return tuple(sorted(self.places, key=lambda place: (-(place.shrunk.value or 0.0), place.name)))


@measure(
    "compare.shrink",
    title="Best guess for small places",
    question="What is the best guess for a small place?",
    formula="tau2 of DerSimonian & Laird; shrunk = mu + tau2 / (tau2 + se^2) (y - mu), interval with the variance of mu added",
    minimum="5 places",
    assumptions=("Places differ around one centre like draws from a normal distribution.", "Standard errors are known."),
    criticisms=("A place that truly differs but has few events will look ordinary.", "The uncertainty of tau2 is not in the interval."),
    source="DerSimonian & Laird 1986, Control. Clin. Trials 7, 177-188; Morris 1983, JASA 78, 47-55",
    page=(
        "Small places swing by chance, so each is moved toward the average in proportion to how little it tells us. "
        "A place that truly differs but has few events will look more ordinary than it is."
    ),
    columns=("district",),
)
def shrink(y: Sequence[float], se: Sequence[float], names: Sequence[str]) -> Shrunk:
    """What is each place's best guess, given values `y` (log ratios) and their standard errors?

    Raises MeasureError for lengths that differ, a standard error that is not positive, or the logarithm of a zero count.
    """
    if not len(y) == len(se) == len(names):
        raise MeasureError(f"{len(y)} values, {len(se)} standard errors and {len(names)} names do not fit.")
    for name, value, error in zip(names, y, se, strict=True):
        if not (math.isfinite(value) and math.isfinite(error) and error > 0):
            raise MeasureError(f"'{name}' has no usable value or standard error.", hint="A zero count enters by its Poisson model, not by ln 0.")
    k = len(y)
    if k < MIN_PLACES:
        reason = f"Not available: {k} places, and {MIN_PLACES} are needed to learn how places differ."
        none = Estimate.unavailable(reason, k)
        places = tuple(ShrunkPlace(*place, none) for place in zip(names, y, se, strict=True))
        return Shrunk(none, None, places, Status.UNAVAILABLE, reason)
    tau2 = _between(y, se)
    weights = [1 / (error**2 + tau2) for error in se]
    mu, mu_var = sum(w * value for w, value in zip(weights, y, strict=True)) / sum(weights), 1 / sum(weights)
    places = tuple(ShrunkPlace(name, value, error, _guess(value, error, mu, mu_var, tau2)) for name, value, error in zip(names, y, se, strict=True))
    centre = Estimate(mu, mu - Z * math.sqrt(mu_var), mu + Z * math.sqrt(mu_var), k)
    sentence = f"{k} places were moved toward their average." if tau2 > 0 else "No difference between places beyond chance was found."
    return Shrunk(centre, tau2, places, Status.OK, sentence)


def _between(y: Sequence[float], se: Sequence[float]) -> float:
    """How much do places differ beyond chance? The moment estimate of DerSimonian & Laird, never below 0."""
    weights = [1 / error**2 for error in se]
    total = sum(weights)
    mean = sum(w * value for w, value in zip(weights, y, strict=True)) / total
    scatter = sum(w * (value - mean) ** 2 for w, value in zip(weights, y, strict=True))
    return max(0.0, (scatter - (len(y) - 1)) / (total - sum(w * w for w in weights) / total))


def _guess(value: float, error: float, mu: float, mu_var: float, tau2: float) -> Estimate:
    """One place's best guess and its interval."""
    keep = tau2 / (tau2 + error**2)
    shrunk = mu + keep * (value - mu)
    half = Z * math.sqrt(keep * error**2 + (1 - keep) ** 2 * mu_var)
    return Estimate(shrunk, shrunk - half, shrunk + half, 1)


@dataclass(frozen=True, slots=True)
class Power:
    """The smallest gap that would probably have been noticed. `up` and `down` are in shares (None: no share that far exists)."""

    up: float | None
    down: float | None
    target: float
    sentence: str

    @property
    def gap(self) -> float | None:
        """The gap to print: the larger of the two, so that nothing is promised that one direction cannot keep."""
        return max((one for one in (self.up, self.down) if one is not None), default=None)


@measure(
    "compare.power",
    title="What could have been seen",
    question="Could we have seen a difference that matters?",
    formula="smallest q with |q - p| = 1.960 sqrt(pbar(1-pbar)(1/n1+1/n2)) + 0.842 sqrt(p(1-p)/n1 + q(1-q)/n2); n divided by deff",
    minimum="1 event in each group",
    reference="groups.reference",
    assumptions=("Events are independent once n is divided by the design effect.", "The reference share is known."),
    criticisms=("It says what size would have been noticed, not what is there.", "Power at the observed difference says nothing new and is refused."),
    source="Fleiss, Levin & Paik 2003, Statistical Methods for Rates and Proportions, 3rd ed., ch. 4; Hoenig & Heisey 2001, Am. Stat. 55",
    page=(
        "With these numbers we would probably have noticed a gap of the size printed or more; a smaller one could be there. "
        "A null is not exoneration."
    ),
    settings=("power.target", "groups.reference"),
)
def power(p: float, n1: float, n2: float, *, deff: float = 1.0, settings: Settings = DEFAULTS) -> Power:
    """Which gap between two shares would probably have been noticed, given the reference share p of n1 and n2 in the other group?

    Takes no observed difference: power at what was seen is refused by construction. Raises MeasureError for p outside 0 to 1.
    Source: Fleiss, Levin & Paik 2003, ch. 4.
    """
    checked_counts(n1=n1, n2=n2)
    target = settings.number("power.target")
    if not 0 <= p <= 1 or deff < 1:
        raise MeasureError(f"A share of {p} or a design effect of {deff} is not possible.")
    if n1 == 0 or n2 == 0:
        return Power(None, None, target, "Not available: one of the groups has no events.")
    up, down = (_detectable(p, n1 / deff, n2 / deff, target, end) for end in (1.0, 0.0))
    result = Power(up, down, target, "")
    if result.gap is None:
        return Power(None, None, target, "With these numbers no gap, however large, would probably have been noticed. A null is not exoneration.")
    noticed = f"a gap of {100 * result.gap:.1f} points or more"
    if up is None or down is None:
        noticed += f" {'upward' if down is None else 'downward'}, and none {'downward' if down is None else 'upward'}"
    sentence = f"With these numbers we would probably have noticed {noticed}; a smaller one could be there. A null is not exoneration."
    return Power(up, down, target, sentence)


def _detectable(p: float, n1: float, n2: float, target: float, end: float) -> float | None:
    """The smallest gap toward `end` (0 or 1) that is noticed with the target chance; None when even the end would not be."""
    from scipy.optimize import brentq
    from scipy.special import ndtri

    z_power = float(ndtri(target))

    def excess(q: float) -> float:
        pooled = (n1 * p + n2 * q) / (n1 + n2)
        null = math.sqrt(max(0.0, pooled * (1 - pooled)) * (1 / n1 + 1 / n2))
        return abs(q - p) - Z * null - z_power * math.sqrt(p * (1 - p) / n1 + q * (1 - q) / n2)

    if p == end or excess(end) < 0:
        return None
    start = p + (end - p) * 1e-9
    if excess(start) >= 0:
        return abs(start - p)
    return abs(float(brentq(excess, start, end, xtol=1e-12)) - p)


def power_ratio(a: float, b: float, phi: float = 1.0, settings: Settings = DEFAULTS) -> float | None:
    """Which ratio of two rates would probably have been noticed, given the numbers of events? None without events in both.

    `exp((z_.975 + z_power) sqrt(phi/a + phi/b))`; the same ratio turned over is noticed downward.
    """
    from scipy.special import ndtri

    checked_counts(events=a, reference_events=b)
    if a == 0 or b == 0:
        return None
    return math.exp((Z + float(ndtri(settings.number("power.target")))) * math.sqrt(max(1.0, phi) * (1 / a + 1 / b)))
