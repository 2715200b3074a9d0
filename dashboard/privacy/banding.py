"""How exactly may a number about staff be said? Coarse enough that it does not count people one by one."""

from __future__ import annotations

import math
from dataclasses import dataclass

PEOPLE = 5  # numbers of people are said in steps of five
MANY = 100  # from so many answers on, shares are said to the percent; below, in steps of five
EDGE = 0.10  # shares beyond this edge, at either end, are only said to be beyond it
POINTS_EDGE = 80.0
Interval = tuple[float, float] | tuple[None, None]
AT_LEAST, AT_MOST, SAID = "at_least", "at_most", "shown"


@dataclass(frozen=True, slots=True)
class Share:
    """A share as it may be said: `value`, and whether it is the share itself, or the edge that the share lies beyond."""

    value: float
    status: str


def people(n: float) -> int:
    """12 -> 10, 13 -> 15: the nearest multiple of five."""
    return math.floor(n / PEOPLE + 0.5) * PEOPLE


def at_least(n: int, step: int = 10) -> int:
    """37 -> 30: what is said of answers while a survey is open."""
    return n // step * step


def share(p: float, n: int) -> Share:
    """A share of n answers: 'at least 90 %' and 'at most 10 %' at the ends, else to the percent from 100 answers on, or to five percent."""
    if p >= 1 - EDGE - 1e-9:
        return Share(1 - EDGE, AT_LEAST)
    if p <= EDGE + 1e-9:
        return Share(EDGE, AT_MOST)
    step = 0.01 if n >= MANY else 0.05
    rounded = round(round(p / step) * step, 4)
    return Share(round(min(max(rounded, EDGE + step), 1 - EDGE - step), 4), SAID)


def score(value: float, *, banded: bool = False) -> float:
    """A score of 0 to 100, to one decimal; in steps of five where the share beside it is `banded`, or the score would tell how far beyond it lies."""
    return float(round(value / PEOPLE) * PEOPLE) if banded else round(value, 1)


def few(n: int) -> bool:
    """Whether so few answered that the width of an interval beside a banded share would tell how alike they are."""
    return n < MANY


def points(value: float, n: int) -> Share:
    """A score in points from -100 to 100: whole ones from 100 answers on, else in steps of five; beyond 80 either way only that it is beyond.

    At 80 nine of ten recommend, or nine of ten do not: the same edge as a share's.
    """
    if abs(value) >= POINTS_EDGE - 1e-9:
        return Share(math.copysign(POINTS_EDGE, value), AT_LEAST if value > 0 else AT_MOST)
    step = 1 if n >= MANY else 5
    inside = POINTS_EDGE - step
    return Share(float(min(max(round(value / step) * step, -inside), inside)), SAID)


def around(value: float, low: float | None, high: float | None, step: float = 1.0, ends: tuple[float, float] = (0.0, 100.0)) -> Interval:
    """The interval of a rounded `value`: half as wide as `low` to `high` at its wider side, in whole steps up, and drawn around the rounded value.

    Around the value itself its middle would undo the rounding.
    """
    if low is None or high is None:
        return None, None
    half = math.ceil(max(high - value, value - low) / step - 1e-9) * step
    return round(max(ends[0], value - half), 4), round(min(ends[1], value + half), 4)


def outward(low: float | None, high: float | None, step: float = 1.0) -> Interval:
    """An interval widened to whole steps."""
    if low is None or high is None:
        return None, None
    return round(math.floor(low / step + 1e-9) * step, 4), round(math.ceil(high / step - 1e-9) * step, 4)
