"""Who in Riverton truly uses force more than peers, and where is it merely busier? Planted for early intervention (truth.py, 6)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from data_sources.sample import truth

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
EVENING = (840, 1320)  # minutes of the evening shift


def ratios(drawn: Floats) -> Floats:
    """Each officer's true ratio: ordinary differences with mean 1, the planted outliers at theirs. `drawn`: gamma, mean 1."""
    power, shape = truth.OFFICER_FORCE_POWER, truth.OFFICER_FORCE_SHAPE
    mean = math.gamma(shape + power) / math.gamma(shape) / shape**power
    out = np.asarray(drawn**power / mean)
    out[list(truth.FORCE_OUTLIERS)] = truth.FORCE_OUTLIER_RATIO
    out[list(truth.FORCE_UNLUCKY)] = 1.0
    return out


def paces(drawn: Floats) -> Floats:
    """How busily each officer works: as drawn, but for those who are only to be unlucky."""
    out = drawn.copy()
    out[list(truth.FORCE_UNLUCKY)] = truth.FORCE_UNLUCKY_PACE
    return out


def busy(district: Ints, minute: Ints) -> Floats:
    """How many times as often is force used here and now, whoever is on duty? More in the evening of the busy district."""
    here = (district == truth.DISTRICTS.index(truth.FORCE_BUSY_DISTRICT)) & (minute >= EVENING[0]) & (minute < EVENING[1])
    return np.where(here, truth.FORCE_BUSY_RATIO, 1.0)
