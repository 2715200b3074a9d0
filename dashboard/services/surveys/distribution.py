"""How did the answers to each question fall? Shares of every answer, why others gave none, means of numbers: out of one wave, for one layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.privacy import survey_cells
from dashboard.schema.questions import MISSING
from dashboard.schema.result import Estimate
from dashboard.services.surveys import frame as columns
from dashboard.services.surveys.frame import Frame
from dashboard.stats import survey_scores

Floats = NDArray[np.float64]
QUARTILES = 4  # times the least number of answers, from which quartiles are shown


def written(found: Estimate) -> list[float | None]:
    """A number with its interval and effective n, as it is frozen."""
    return [None if one is None else round(one, 4) for one in (found.value, found.low, found.high, found.n)]


def parts(table: Frame) -> dict[str, dict[str, Floats]]:
    """Question -> answer -> 1 for those who gave it, 0 for those who gave another, nan for those who gave none."""
    found: dict[str, dict[str, Floats]] = {name: columns.option_shares(*one) for name, one in table.chosen.items()}
    for name, item in table.items.items():
        there = np.isfinite(item.code)
        levels = range(1, item.points + 1)
        found[name] = {str(level): np.where(there, (item.code == level).astype(float), np.nan) for level in levels}
    return found


def of_wave(table: Frame, weights: Floats | None, k: int, given: Mapping[str, Mapping[str, Floats]]) -> dict[str, Any]:
    """What is frozen of every question of a wave for the layer with this least number of answers; `given` are its `parts`.

    `shares` question -> answer -> share with interval: an answer that fewer than k gave is left out with the next smallest; where all gave one
    answer there is none. `answered` question -> people behind it. `apart` question -> reason -> share of those asked who gave no answer for it.
    `numbers` question -> mean with interval, and quartiles where there are enough answers.
    """
    shares: dict[str, dict[str, list[float | None]]] = {}
    answered: dict[str, int] = {}
    for name, options in given.items():
        n = int(np.isfinite(next(iter(options.values()))).sum()) if options else 0
        if n < k:
            continue
        answered[name] = n
        counts = [int(np.nansum(hits)) for hits in options.values()]
        if survey_cells.homogeneous([float(one) for one in counts]):
            continue
        keep = _kept(counts, k, about_people=name in columns.CUTS.values())
        shares[name] = {code: written(survey_scores.share(hits, weights)) for (code, hits), on in zip(options.items(), keep, strict=True) if on}
    numbers = {name: made for name, values in table.numbers.items() if (made := _number(values, weights, k))}
    answered |= {name: int(np.isfinite(table.numbers[name]).sum()) for name in numbers}
    return {"shares": shares, "answered": answered, "apart": _apart(table, answered, k), "numbers": numbers}


def _kept(counts: list[int], k: int, *, about_people: bool) -> list[bool]:
    """Which answers may be shown. An opinion that nobody holds is a finding and is shown as none, as long as all others may be shown; a group of
    people that nobody belongs to is hidden like a small one.
    """
    if not about_people and all(count >= k or not count for count in counts):
        return [True] * len(counts)
    return survey_cells.within_cut([max(count, 0) for count in counts], k)


def _apart(table: Frame, answered: Mapping[str, int], k: int) -> dict[str, dict[str, float]]:
    """Why people gave no answer, as a share of those who said anything; a reason that fewer than k gave is left out."""
    found = {}
    for name, reasons in table.missing.items():
        if name not in answered:
            continue
        total = answered[name] + sum(reasons.values())
        kept = {reason: round(count / total, 4) for reason, count in reasons.items() if count >= k and reason in MISSING}
        if kept:
            found[name] = kept
    return found


def _number(values: Floats, weights: Floats | None, k: int) -> dict[str, Any] | None:
    """The mean of a number, and its quartiles where they are nobody's own; none under k answers, or where all are equal."""
    there = values[np.isfinite(values)]
    if len(there) < k or survey_cells.alike(there):
        return None
    made: dict[str, Any] = {"mean": written(survey_scores.mean(values, weights, low=-np.inf, high=np.inf))}
    if len(there) >= QUARTILES * k:
        made["quartiles"] = [float(one) for one in np.quantile(there, [0.25, 0.5, 0.75])]
    return made
