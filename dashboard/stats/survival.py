"""How long until something happens, when for some it has not happened yet? Kaplan-Meier and Aalen-Johansen on counts of cases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import MeasureError
from dashboard.schema.result import Estimate
from dashboard.stats.intervals import TAIL, Z, wilson

DRAWS, CHUNK = 1000, 100
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spell:
    """`n` cases that lasted `days` and then ended with `outcome`; '' is not ended yet (censored). `entered` is the day on which they came under
    observation, later than 0 for cases that were filed before the data begin.
    """

    days: float
    outcome: str
    n: int = 1
    entered: float = 0.0


@dataclass(frozen=True, slots=True)
class Curve:
    """What was seen on each day on which a case ended: at risk, ended, the share not ended with its interval, and by outcome the share ended so."""

    days: tuple[float, ...]
    at_risk: tuple[float, ...]
    ended: tuple[float, ...]
    survival: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    incidence: tuple[tuple[str, tuple[float, ...]], ...]
    followed: float
    cases: int

    def place(self, day: float) -> int:
        """The place of the last ending on or before this day; -1 before the first."""
        return int(np.searchsorted(np.array(self.days), day, side="right")) - 1

    def share_of(self, outcome: str, day: float) -> float:
        """The share that ended so by this day."""
        values = dict(self.incidence).get(outcome, ())
        place = self.place(day)
        return values[place] if values and place >= 0 else 0.0


@dataclass(frozen=True, slots=True)
class _Cases:
    """Spells as arrays; `code` is the place of the outcome, -1 for cases that have not ended."""

    days: Any
    entered: Any
    n: Any
    code: Any
    outcomes: tuple[str, ...]


def curve(spells: Sequence[Spell]) -> Curve:
    """The share not ended (Kaplan-Meier, Greenwood's variance on the log-log scale) and the share ended by each outcome (Aalen-Johansen).

    S(t) = prod(1 - d/n); F_k(t) = sum S(t-) d_k / n over the days on which cases ended; a case counts as at risk after the day it entered and up
    to its own last day. Raises MeasureError for days below 0. Sources: Kaplan and Meier 1958; Aalen and Johansen 1978; Kalbfleisch and
    Prentice 2002, section 1.4.
    """
    cases = _arrays(spells)
    grid = np.unique(cases.days[(cases.code >= 0) & (cases.n > 0)])
    at_risk, ended = _risk(cases, cases.n, grid)
    total = ended.sum(axis=0)
    survival, incidence = _steps(at_risk, ended)
    low, high = _limits(at_risk, total, survival)
    kept = tuple((name, _listed(row)) for name, row in zip(cases.outcomes, incidence, strict=True))
    followed = float(cases.days[cases.n > 0].max()) if (cases.n > 0).any() else 0.0
    return Curve(_listed(grid), _listed(at_risk), _listed(total), _listed(survival), _listed(low), _listed(high), kept, followed, int(cases.n.sum()))


def _listed(values: Numbers) -> tuple[float, ...]:
    """Plain numbers."""
    return tuple(map(float, values))


def _arrays(spells: Sequence[Spell]) -> _Cases:
    """The spells as arrays."""
    if any(one.days < 0 or one.n < 0 or not math.isfinite(one.days) for one in spells):
        raise MeasureError("A case lasts at least 0 days.", hint="Leave out cases whose dates contradict each other.")
    outcomes = tuple(sorted({one.outcome for one in spells if one.outcome}))
    place = {name: number for number, name in enumerate(outcomes)}
    code = np.array([place.get(one.outcome, -1) for one in spells], dtype=np.intp)
    days, entered, n = (np.array([getattr(one, name) for one in spells], dtype=float) for name in ("days", "entered", "n"))
    return _Cases(days, entered, n, code, outcomes)


def _risk(cases: _Cases, n: Any, grid: Any) -> tuple[Any, Any]:
    """How many are at risk on each day of the grid, and how many end so: (..., T) and (..., K, T); `n` may have a leading axis of draws."""
    leaving = np.searchsorted(grid, cases.days, side="right")  # at risk on the grid days before this place
    coming = np.where(cases.entered <= 0, 0, np.searchsorted(grid, cases.entered, side="right"))  # and from this place on: after the day of entry
    lead = n.shape[:-1]
    change: Any = np.zeros((*lead, len(grid) + 1))
    add: Any = np.add.at
    add(change, (..., coming), np.where(coming < leaving, n, 0.0))
    add(change, (..., leaving), np.where(coming < leaving, -n, 0.0))
    ended: Any = np.zeros((*lead, len(cases.outcomes), len(grid)))
    place = np.searchsorted(grid, cases.days)
    done = (cases.code >= 0) & (place < len(grid))
    if done.any():
        add(ended, (..., cases.code[done], place[done]), n[..., done])
    return np.cumsum(change, axis=-1)[..., :-1], ended


def _steps(at_risk: Any, ended: Any) -> tuple[Any, Any]:
    """The share not ended after each day, and by outcome the share ended so."""
    safe = np.where(at_risk > 0, at_risk, 1.0)
    survival = np.cumprod(1.0 - ended.sum(axis=-2) / safe, axis=-1)
    before = np.concatenate([np.ones((*survival.shape[:-1], 1)), survival[..., :-1]], axis=-1)
    incidence = np.cumsum(before[..., None, :] * ended / safe[..., None, :], axis=-1)
    return survival, incidence


def _limits(at_risk: Numbers, total: Numbers, survival: Numbers) -> tuple[Numbers, Numbers]:
    """95 % limits of the share not ended. Where all have ended, what Wilson's interval allows for as many as were at risk at the beginning."""
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.cumsum(np.where(at_risk > total, total / (at_risk * (at_risk - total)), 0.0))
        half = Z * np.sqrt(spread) / np.abs(np.log(survival))
        low, high = survival ** np.exp(half), survival ** np.exp(-half)
    gone = survival <= 0
    if gone.any():
        top = float(wilson(0, max(1.0, float(at_risk[0])))[1])
        low, high = np.where(gone, 0.0, low), np.where(gone, top, high)
    return low, high


def ended_by(found: Curve, day: float) -> Estimate:
    """Which share has ended by this day? 1 - S with its interval; before the first ending 0, with the interval that so many at risk allow."""
    place = found.place(day)
    if place < 0:
        n = found.at_risk[0] if found.at_risk else float(found.cases)
        return Estimate(0.0, 0.0, float(wilson(0, n)[1]), found.cases) if n > 0 else Estimate.unavailable("There are no cases.")
    return Estimate(1 - found.survival[place], 1 - found.high[place], 1 - found.low[place], found.cases)


def median(found: Curve) -> Estimate:
    """After how many days has half of the cases ended? Where it is not reached, no value and the days that were seen as the lower end.

    Interval: the days on which the limits of the curve cross one half (Brookmeyer and Crowley 1982, on the log-log scale).
    """
    first = (_crossing(found.days, values) for values in (found.survival, found.low, found.high))
    value, low, high = first
    if value is None:
        return Estimate(None, found.followed if low is None else low, None, found.cases)
    return Estimate(value, low, high, found.cases)


def _crossing(days: Sequence[float], values: Sequence[float]) -> float | None:
    """The first day on which a falling curve is at one half or below."""
    return next((day for day, value in zip(days, values, strict=True) if value <= 0.5 + 1e-12), None)


def incidence_by(spells: Sequence[Spell], day: float, *, draws: int = DRAWS, seed: int = 1) -> dict[str, Estimate]:
    """Which share has ended by each outcome by this day? Aalen-Johansen; the interval is a bootstrap by case with a fixed seed."""
    found, cases = curve(spells), _arrays(spells)
    if not found.cases or not cases.outcomes:
        return {}
    place = found.place(day)
    if place < 0:
        top = float(wilson(0, found.cases)[1])
        return {name: Estimate(0.0, 0.0, top, found.cases) for name in cases.outcomes}
    rng, grid = np.random.default_rng(seed), np.array(found.days[: place + 1])
    drawn: list[Any] = []
    for start in range(0, draws, CHUNK):
        again = rng.multinomial(found.cases, cases.n / found.cases, size=min(CHUNK, draws - start)).astype(float)
        drawn.append(_steps(*_risk(cases, again, grid))[1][..., -1])
    limits = np.quantile(np.concatenate(drawn), [TAIL, 1 - TAIL], axis=0)
    said = {}
    for number, name in enumerate(cases.outcomes):
        value = found.share_of(name, day)
        said[name] = Estimate(value, min(float(limits[0, number]), value), max(float(limits[1, number]), value), found.cases)
    return said


def difference(one: Estimate, other: Estimate) -> Estimate:
    """How many points apart are two shares? Their intervals squared and added (Zou and Donner 2008)."""
    if one.value is None or other.value is None or one.low is None or one.high is None or other.low is None or other.high is None:
        return Estimate.unavailable("One of the two has too few cases.")
    gap = one.value - other.value
    low = gap - math.hypot(one.value - one.low, other.high - other.value)
    high = gap + math.hypot(one.high - one.value, other.value - other.low)
    return Estimate(gap, low, high, one.n + other.n)
