"""How does a number move over time, and is this month unusual for the month?"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.errors import MeasureError
from dashboard.registry import measure
from dashboard.schema.result import Estimate, Gate, Status
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats.intervals import Z, checked_counts
from dashboard.stats.rates import difference, dispersion, proportion, rate, rate_ratio

KINDS = ("share", "rate")
MONTHS_BEFORE = 12


@dataclass(frozen=True, slots=True)
class PeriodCounts:
    """One period: `events` of `base` trials (share) or over `base` exposure (rate). Events None means no data were recorded.

    `partial` marks a period that is not over or not wholly observed; `definition` names the policy, form or system in force.
    """

    period: str
    events: float | None
    base: float | None
    partial: bool = False
    definition: str = ""


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One drawn point. `segment` numbers the unbroken stretch it belongs to: lines join points of one segment only."""

    period: str
    events: float
    base: float
    estimate: Estimate
    partial: bool
    segment: int


@dataclass(frozen=True, slots=True)
class Trend:
    """The points, the periods without data (`gaps`, drawn as nothing), where the definition changed, and what to say."""

    kind: str
    points: tuple[TrendPoint, ...]
    gaps: tuple[str, ...]
    breaks: tuple[str, ...]
    mean: float | None
    notes: tuple[str, ...]

    def change(self, first: str, second: str, settings: Settings = DEFAULTS) -> Estimate:
        """How did the number change from the first period to the second: difference of shares (1.2), or ratio of rates (1.4)?

        Refused (MeasureError) for a partial period, a gap, or two periods on either side of a definition change.
        """
        earlier, later = self._whole(first), self._whole(second)
        between = [period for period in self.breaks if earlier.period < period <= later.period or later.period < period <= earlier.period]
        if between:
            raise MeasureError(f"The definition changed at {between[0]}, so {first} and {second} cannot be compared.")
        if self.kind == "share":
            return difference(later.events, later.base, earlier.events, earlier.base, settings=settings)
        return rate_ratio(later.events, later.base, earlier.events, earlier.base, settings=settings)

    def _whole(self, period: str) -> TrendPoint:
        """The point of a period that may be compared."""
        for point in self.points:
            if point.period == period:
                if point.partial:
                    raise MeasureError(f"{period} is a partial period and is never compared.")
                return point
        raise MeasureError(f"{period} has no data.")


@measure(
    "trend.periods",
    title="Trend",
    question="How did this number move over time?",
    formula="one share (Wilson) or rate (Garwood) per period; change by Newcombe's difference or the ratio of rates",
    minimum="one period with data; partial periods are drawn hollow and never compared",
    assumptions=("Recording and definitions stay the same within one stretch.", "Periods are independent."),
    criticisms=("Changes in recording look like changes in conduct.", "Looking every week finds something unusual by chance."),
    source="Newcombe 1998, Stat. Med. 17, 873-890; Garwood 1936, Biometrika 28, 437-442",
    page="Each point carries its own uncertainty, so look at bands and not at wiggles. Changes in recording look like changes in conduct.",
    columns=("date",),
    settings=("rates.min_n",),
)
def periods(counts: Sequence[PeriodCounts], kind: str = "share", *, per: float = 1.0, looks: int = 1, settings: Settings = DEFAULTS) -> Trend:
    """What is the number in each period, and where does the line break?

    `looks` is how often the series has been looked at (weekly reviews print it). A period without data is a gap and is in no mean;
    a recorded zero is a point with an interval. Raises MeasureError when periods repeat or are out of order.
    """
    if kind not in KINDS:
        raise MeasureError(f"There is no kind '{kind}'.", hint=f"Choose one of: {', '.join(KINDS)}.")
    names = [one.period for one in counts]
    if names != sorted(set(names)):
        raise MeasureError("Periods repeat or are out of order.", hint="Name them so that they sort, such as 2024-05.")
    points: list[TrendPoint] = []
    gaps, breaks, segment, joined = [], [], 0, False
    definition: str | None = None
    for one in counts:
        if definition is not None and one.definition != definition:
            breaks.append(one.period)
            joined = False
        definition = one.definition
        if one.events is None or one.base is None or one.base == 0:
            gaps.append(one.period)
            joined = False
            continue
        segment += 0 if joined else 1
        joined = True
        value = proportion(one.events, one.base, settings) if kind == "share" else rate(one.events, one.base, per=per).estimate
        points.append(TrendPoint(one.period, one.events, one.base, value, one.partial, segment))
    whole = [point.estimate.value for point in points if not point.partial and point.estimate.value is not None]
    notes = () if looks <= 1 else (f"This series has been looked at {looks} times; about one look in twenty shows something unusual by chance.",)
    return Trend(kind, tuple(points), tuple(gaps), tuple(breaks), sum(whole) / len(whole) if whole else None, notes)


def local_month(moment: dt.datetime, timezone: str) -> str:
    """Which month does this moment belong to where it happened? Raises MeasureError for a moment without an offset."""
    from zoneinfo import ZoneInfo

    if moment.tzinfo is None:
        raise MeasureError("The moment carries no time zone, so its local month is not known.")
    return moment.astimezone(ZoneInfo(timezone)).strftime("%Y-%m")


@dataclass(frozen=True, slots=True)
class SeasonMonth:
    """One month under review: its count, what was expected, and the 95 % prediction band (None where no band can be given)."""

    month: str
    count: float
    expected: float | None
    low: float | None
    high: float | None

    @property
    def unusual(self) -> bool | None:
        """Whether the count lies outside its band; None without a band."""
        if self.low is None or self.high is None:
            return None
        return not self.low <= self.count <= self.high


@dataclass(frozen=True, slots=True)
class Season:
    """The latest months against the same months a year before (`ratio`), and against the seasonal band."""

    ratio: Estimate
    months: tuple[SeasonMonth, ...]
    phi: float | None
    gates: tuple[Gate, ...]
    status: Status
    sentence: str


@measure(
    "trend.season",
    title="Season",
    question="Is this month unusual for the month?",
    formula="ratio to the same months a year before; Poisson with trend, two harmonics, ln days and phi: mu -/+ 1.96 sqrt(phi mu + var mu)",
    minimum="12 earlier months for the ratio, 36 for the band",
    assumptions=("The season keeps its shape.", "Trend is linear on the log scale.", "Scatter is phi times the mean, independent by month."),
    criticisms=("A lasting change in recording looks unusual every month.", "Months that follow each other alike make the band too narrow."),
    source="McCullagh & Nelder 1989, Generalized Linear Models, ch. 6 and 9; harmonics as in Stolwijk et al. 1999, JECH 53, 235-238",
    page="Compared with the same season before. Months differ in days and events; the band already allows for that and for ordinary scatter.",
    columns=("date",),
    settings=("trend.min_periods",),
)
def season(monthly: Sequence[tuple[str, float | None]], last: int = 1, settings: Settings = DEFAULTS) -> Season:
    """Are the latest `last` months unusual for their season?

    `monthly` are (month '2024-05', count) in order; None is a month without data. Earlier months alone make the expectation.
    Raises MeasureError when months repeat, are out of order, or a count is negative.
    """
    names = [month for month, _ in monthly]
    if names != sorted(set(names)):
        raise MeasureError("Months repeat or are out of order.", hint="Name them like 2024-05.")
    for month, count in monthly:
        if count is not None:
            checked_counts(**{month: count})
    known = [(month, float(count)) for month, count in monthly if count is not None]
    review = [(month, count) for month, count in known if month in names[len(names) - last :]]
    before = [(month, count) for month, count in known if month not in names[len(names) - last :]]
    needed = settings.number("trend.min_periods")
    gates = (
        Gate("earlier months for the ratio", f"{MONTHS_BEFORE}", f"{len(before)}", len(before) >= MONTHS_BEFORE),
        Gate("earlier months for the band", f"{needed:g}", f"{len(before)}", len(before) >= needed),
    )
    fitted = _Harmonics(before) if gates[1].passed and sum(count for _, count in before) > 0 else None
    phi = fitted.phi if fitted else dispersion([count for _, count in before])
    ratio = _year_before(review, before, phi or 1.0, gates[0].passed, settings)
    months = tuple(fitted.band(month, count) if fitted else SeasonMonth(month, count, None, None, None) for month, count in review)
    status = Status.UNAVAILABLE if not review or not (ratio.known or fitted) else Status.OK if fitted else Status.CAUTION
    return Season(ratio, months, phi, gates, status, _season_sentence(months, len(before), needed))


def _season_sentence(months: Sequence[SeasonMonth], earlier: int, needed: float) -> str:
    """What the band says in words."""
    if not months:
        return "The latest months have no data."
    judged = [month for month in months if month.unusual is not None]
    if not judged:
        return f"No band: {earlier} earlier months, and {needed:g} are needed."
    odd = [month.month for month in judged if month.unusual]
    return f"Outside what the season would lead us to expect: {', '.join(odd)}." if odd else "Within what the season would lead us to expect."


def _year_before(review: Sequence[tuple[str, float]], before: Sequence[tuple[str, float]], phi: float, enough: bool, settings: Settings) -> Estimate:
    """How many times the same months a year before? Months without a counterpart are left out of both."""
    if not enough:
        return Estimate.unavailable(f"No ratio: {len(before)} earlier months, and {MONTHS_BEFORE} are needed.")
    earlier = dict(before)
    pairs = [(month, count, f"{int(month[:4]) - 1}{month[4:]}") for month, count in review]
    pairs = [pair for pair in pairs if pair[2] in earlier]
    if not pairs:
        return Estimate.unavailable("No ratio: the same months a year before have no data.")
    a, b = sum(count for _, count, _ in pairs), sum(earlier[month] for _, _, month in pairs)
    days, days_before = sum(_days(month) for month, _, _ in pairs), sum(_days(month) for _, _, month in pairs)
    return rate_ratio(a, days, b, days_before, phi_a=phi, phi_b=phi, settings=settings)


def _days(month: str) -> int:
    """How many days has this month?"""
    return calendar.monthrange(int(month[:4]), int(month[5:7]))[1]


class _Harmonics:
    """A Poisson model of monthly counts: trend, two harmonics of the year, offset ln(days); phi from Pearson, never below 1."""

    def __init__(self, monthly: Sequence[tuple[str, float]]) -> None:
        self.start = self._number(monthly[0][0])
        self.scale = max(1.0, self._number(monthly[-1][0]) - self.start)
        X = np.array([self._row(month) for month, _ in monthly])
        y = np.array([count for _, count in monthly])
        offset = np.log([_days(month) for month, _ in monthly])
        eta = np.log(np.maximum(y, 0.5))
        beta = np.zeros(X.shape[1])
        for _ in range(50):
            mu = np.exp(eta)
            new = np.linalg.lstsq(X * np.sqrt(mu)[:, None], np.sqrt(mu) * (eta - offset + (y - mu) / mu), rcond=None)[0]
            moved, beta = float(np.abs(new - beta).max()), new
            eta = np.clip(X @ beta + offset, -30, 30)
            if moved < 1e-10:
                break
        mu = np.exp(eta)
        self.beta = beta
        self.phi = max(1.0, float(((y - mu) ** 2 / mu).sum()) / (len(y) - X.shape[1]))
        self.cov: Any = self.phi * np.linalg.pinv((X * mu[:, None]).T @ X)

    @staticmethod
    def _number(month: str) -> int:
        """Months since year 0."""
        return int(month[:4]) * 12 + int(month[5:7]) - 1

    def _row(self, month: str) -> list[float]:
        """The model's terms for one month."""
        angle = 2 * math.pi * (self._number(month) % 12) / 12
        trend = (self._number(month) - self.start) / self.scale
        return [1.0, trend, math.cos(angle), math.sin(angle), math.cos(2 * angle), math.sin(2 * angle)]

    def band(self, month: str, count: float) -> SeasonMonth:
        """What was to be expected in this month, with its 95 % prediction interval."""
        x = np.array(self._row(month))
        mu = float(np.exp(x @ self.beta + math.log(_days(month))))
        half = Z * math.sqrt(self.phi * mu + mu * mu * float(x @ self.cov @ x))
        return SeasonMonth(month, count, mu, max(0.0, mu - half), mu + half)
