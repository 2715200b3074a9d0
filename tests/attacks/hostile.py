"""A staff that is easy to betray: people alone in their group, units that all agree or all disagree, and the releases a careless house would make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np

from dashboard.privacy import banding, employee_release, staff_cells
from dashboard.privacy.employee_release import StaffRelease
from dashboard.privacy.staff_audit import Verdict
from dashboard.privacy.staff_cells import Shown
from dashboard.schema import bank
from dashboard.schema.employee import Division
from dashboard.services.employee import numbers, release
from tests.attacks.exposed import Exposed, of_answers

UNITS = ("patrol", "investigations", "special", "community", "communications", "support")
SIZES = (46, 14, 24, 12, 24, 30)
CUTS = Division(("unit", "sworn", "tenure"), (("unit", "sworn"),))
ITEMS = ("M11", "FEVS-Q71", "M3", "M2", "M8")
ALL_FOR, ALL_AGAINST = "special", "communications"
Answers = list[dict[str, Any]]


def answers(seed: int = 3) -> Answers:
    """What everybody answers. One civilian in investigations, one sworn officer in support; `special` is content, `communications` is not."""
    rng = np.random.default_rng(seed)
    found: Answers = []
    for unit, size in zip(UNITS, SIZES, strict=True):
        for place in range(size):
            civilian = unit in {"communications", "support"}
            sworn = "civilian" if civilian != (unit in {"investigations", "support"} and place == 0) else "sworn"
            steps = rng.integers(1, 6, len(ITEMS))
            if unit == ALL_FOR:
                steps = rng.integers(4, 6, len(ITEMS))
            if unit == ALL_AGAINST:
                steps = rng.integers(1, 3, len(ITEMS))
            enps = 10 - place % 2 if unit == ALL_FOR else int(rng.integers(0, 7)) if unit == ALL_AGAINST else int(rng.integers(0, 11))
            row = {name: int(step) for name, step in zip(ITEMS, steps, strict=True)}
            found.append(row | {"ENPS1": enps, "U1": unit, "U5": sworn, "U4": ("0-4", "5-9", "10-19", "20+")[int(rng.integers(0, 4))]})
    return found


def definition() -> Any:
    """The annual survey: it asks everything that is answered here."""
    return bank.template("employee_full")


def released(given: Sequence[Mapping[str, Any]], heads: Mapping[str, Mapping[str, float]] | None = None) -> StaffRelease:
    """The release of these answers, as the house makes it."""
    return release.compute(given, release.Wave({"k": 10, "cuts": {}}, definition(), CUTS, heads or {}))


def wave(given: Answers, *made: StaffRelease) -> Exposed:
    """What an attacker has of them."""
    return of_answers("hostile", given, definition(), CUTS, *(made or (released(given),)))


@contextmanager
def minimum_alone() -> Iterator[None]:
    """A careless house: every cell with ten answers is shown, and nobody looks at what they tell together."""

    def protect(cuts: Sequence[staff_cells.Cut], boxes: staff_cells.Ints, k: int = 10, *_: Any, **__: Any) -> Shown:
        many = {one.name: np.bincount(one.codes[one.codes >= 0], minlength=len(one.levels)) >= k for one in cuts}
        return Shown(len(boxes) >= k, many)

    with mock.patch.object(staff_cells, "protect", protect), mock.patch.object(employee_release, "verdict", return_value=Verdict(1, 10, None, 0.0)):
        yield


@contextmanager
def banding_undone() -> Iterator[None]:
    """A careless house: shares are banded, but means, promoters and indices are said beside them to the decimal, around themselves."""

    def exact(value: float, *, banded: bool = False) -> float:
        return round(value, 1)

    def around(value: float, low: float | None, high: float | None, *_: Any) -> banding.Interval:
        return banding.outward(low, high)

    def points(value: float, _n: int) -> banding.Share:
        return banding.Share(round(value, 1), banding.SAID)

    def said(column: Any) -> float:
        return 100.0 * float(np.nanmean(column))

    with (
        mock.patch.object(banding, "score", exact),
        mock.patch.object(banding, "around", around),
        mock.patch.object(banding, "points", points),
        mock.patch.object(banding, "few", return_value=False),
        mock.patch.object(numbers, "_said", said),
        mock.patch.object(numbers, "_banded", return_value=False),
    ):
        yield
