"""Within places, how do two groups compare? Mantel-Haenszel ratio and difference, and the unweighted mean of places."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.schema.result import Estimate
from dashboard.stats.intervals import Z, log_normal


@dataclass(frozen=True, slots=True)
class Stratum:
    """One place: `a` hits of `n1` searches in the group, `c` hits of `n0` in the reference."""

    place: str
    a: float
    n1: float
    c: float
    n0: float


def total_searches(strata: Sequence[Stratum]) -> float:
    """How many searches of both groups are compared within places?"""
    return sum(one.n1 + one.n0 for one in strata)


def mh_ratio(strata: Sequence[Stratum]) -> Estimate:
    """How many times the reference's share, within places? Interval of Greenland & Robins 1985, Biometrics 41, 55-68.

    Zero hits of the group give 0 without an interval; zero hits of the reference give no value.
    """
    n = total_searches(strata)
    top = sum(one.a * one.n0 / (one.n0 + one.n1) for one in strata)
    bottom = sum(one.c * one.n1 / (one.n0 + one.n1) for one in strata)
    if bottom == 0:
        return Estimate.unavailable("No ratio: the reference group has no hits in the places compared.", n)
    if top == 0:
        return Estimate(0.0, None, None, n).with_caution("This group has no hits in the places compared, so no interval can be given.")
    spread = 0.0
    for one in strata:
        size = one.n0 + one.n1
        spread += (one.n1 * one.n0 * (one.a + one.c) - one.a * one.c * size) / size**2
    variance = spread / (top * bottom)
    if variance <= 0:
        return Estimate(top / bottom, None, None, n).with_caution("Every search succeeded, so no interval can be given.")
    low, high = log_normal(top / bottom, variance)
    return Estimate(top / bottom, low, high, n)


def mh_difference(strata: Sequence[Stratum]) -> Estimate:
    """How many points apart, within places? Interval of Sato 1989, Biometrics 45, 1323-1324 (good for many small places too)."""
    n = total_searches(strata)
    weight = sum(one.n1 * one.n0 / (one.n1 + one.n0) for one in strata)
    if weight == 0:
        return Estimate.unavailable("No difference: no place has searches of both groups.", n)
    value = sum((one.a * one.n0 - one.c * one.n1) / (one.n1 + one.n0) for one in strata) / weight
    first = second = 0.0
    for one in strata:
        size = one.n1 + one.n0
        first += (one.n1**2 * one.c - one.n0**2 * one.a + one.n1 * one.n0 * (one.n0 - one.n1) / 2) / size**2
        second += (one.a * (one.n0 - one.c) + one.c * (one.n1 - one.a)) / (2 * size)
    half = Z * math.sqrt(max(0.0, value * first + second)) / weight
    if half == 0:
        return Estimate(value, None, None, n).with_caution("Hits are all or none in every place, so no interval can be given.")
    return Estimate(value, max(-1.0, value - half), min(1.0, value + half), n)


def mean_of_places(hits_and_searches: Sequence[tuple[float, float]]) -> Estimate:
    """What is the unweighted mean of the places' hit rates? Standard error sqrt(sum of variances) / k; n is the number of places.

    Places of any size count alike, as in the published figures of the Stanford Open Policing Project.
    """
    places = [(hits / searches, searches) for hits, searches in hits_and_searches if searches > 0]
    if not places:
        return Estimate.unavailable("No mean: no place has enough searches.", 0)
    count = len(places)
    value = sum(rate for rate, _ in places) / count
    half = Z * math.sqrt(sum(rate * (1 - rate) / searches for rate, searches in places)) / count
    if half == 0:
        return Estimate(value, None, None, count).with_caution("Hits are all or none in every place, so no interval can be given.")
    return Estimate(value, max(0.0, value - half), min(1.0, value + half), count)
