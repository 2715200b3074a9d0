"""Whole numbers: of ten to thirty people, which ways of answering agree with every number said of their cell? If only one kind does, it is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
MOST = 27  # people in a cell: all ways in which so many can answer five boxes are gone through
Z = 1.959964
SLACK = 1e-6


@lru_cache(maxsize=64)
def ways(n: int, boxes: int = 5) -> Ints:
    """Every way in which n people can fall into the boxes (ways, boxes)."""
    if boxes == 1:
        return np.array([[n]])
    parts = [np.hstack([np.full((len(rest), 1), first), rest]) for first in range(n + 1) for rest in [ways(n - first, boxes - 1)]]
    return np.vstack(parts)


def agreeing(rows: Iterable[Mapping[str, Any]], population: float | None = None) -> Ints | None:
    """The ways of answering a five-box question that agree with its rows of one cell: favourable, mean, their intervals, and the number of people.

    None where the cell is too large to go through, or says nothing.
    """
    said = {row["statistic"]: row for row in rows}
    n = next((int(row["n"]) for row in said.values() if row["n"]), 0)
    if not n or n + 2 > MOST:
        return None
    found = np.vstack([ways(one) for one in range(max(10, n - 2), n + 3)])
    found = found[found.max(axis=1) < 0.9 * found.sum(axis=1) - SLACK]  # else nothing but that would be said
    people = found.sum(axis=1)
    fives = "mean" in said and all(row is None or row % 5 == 0 for row in (said["mean"][end] for end in ("value", "low", "high")))
    beyond = fives and said.get("favourable", {}).get("status") in {"at_least", "at_most"}
    if "favourable" in said:
        found, people = _keep(found, people, _share_agrees(found[:, 3:].sum(axis=1) / people, said["favourable"]))
    if "mean" in said and said["mean"]["value"] is not None:
        found, people = _keep(found, people, _mean_agrees(found, people, said["mean"], population, beyond))
    return found


def _keep(found: Ints, people: Ints, which: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    return found[which], people[which]


def _share_agrees(share: NDArray[np.float64], row: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Ways whose favourable share would be said like that."""
    if row["status"] == "at_least":
        return np.asarray(share >= row["value"] - SLACK)
    if row["status"] == "at_most":
        return np.asarray(share <= row["value"] + SLACK)
    edge = row["value"] in {0.15, 0.85}  # next to the band everything up to it is rounded onto this step
    half = 0.05 if edge else 0.025
    return np.asarray((np.abs(share - row["value"]) <= half + SLACK) & (share > 0.1) & (share < 0.9))


def _mean_agrees(found: Ints, people: Ints, row: Mapping[str, Any], population: float | None, said_beyond: bool) -> NDArray[np.bool_]:
    """Ways whose mean, and whose spread as the width of the interval tells it, would be said like that."""
    scores = np.arange(5) * 25.0
    mean = found @ scores / people
    banded = said_beyond  # in fives, with an interval that rests on nothing else
    agrees = np.abs(mean - row["value"]) <= (2.5 if banded else 0.05) + SLACK
    if banded or (row["low"] == 0 and row["high"] == 100):
        return np.asarray(agrees)
    spread = (found @ scores**2 - people * mean**2) / np.maximum(people - 1, 1)
    factor = np.where(people <= (population or 0), np.sqrt(np.maximum(0.0, ((population or 2) - people) / ((population or 2) - 1))), 1.0)
    half = Z * np.sqrt(np.maximum(spread, 0.0) / people) * factor
    width = row["value"] - row["low"] if row["low"] > 0 else row["high"] - row["value"]
    return np.asarray(agrees & (half <= width + 0.06) & (half >= width - 1.06))


def forced(found: Ints) -> str:
    """What these ways have in common that gives everybody away: all in one box, all favourable, nobody favourable; empty if nothing."""
    if not len(found):
        return ""
    people = found.sum(axis=1)
    if len(set(found.argmax(axis=1))) == 1 and bool((found.max(axis=1) == people).all()):
        return "one box"
    good = found[:, 3:].sum(axis=1)
    if bool((good == people).all()):
        return "all favourable"
    return "nobody favourable" if bool((good == 0).all()) else ""
