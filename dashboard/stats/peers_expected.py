"""How many events would colleagues with the same assignments have had? Expected counts, each officer left out of the own comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import MeasureError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
OTHERS = 5  # other officers that a cell needs
EVENTS = 20  # events of others that a cell needs

# From the narrowest comparison to the widest. Months go first, since few cells hold twenty events in one; the unit goes last, since
# detectives and patrol officers differ more in what they meet than two districts do.
NARROWING: tuple[tuple[str, ...], ...] = (
    ("unit", "district", "shift", "month"),
    ("unit", "district", "shift"),
    ("unit", "shift"),
    ("unit",),
    (),
)


@dataclass(frozen=True, slots=True)
class Work:
    """What officers did where: one row per officer and cell, as equally long arrays.

    `officer` and every level of `cells` ('unit', 'district', 'shift', 'month') are codes from 0; `exposure` is days or arrests, 0 where an
    officer had events in a cell without other work there; `events` happened in that cell. Rows of the same officer and cell are added up.
    """

    officers: int
    officer: Ints
    cells: dict[str, Ints]
    exposure: Floats
    events: Floats


@dataclass(frozen=True, slots=True)
class Expected:
    """Per officer: events observed, events expected (NaN where there are no peers), exposure, how many peers, and the level compared on.

    `level` is the place in `narrowing` that carries most of the officer's exposure; -1 where there is none.
    """

    observed: Floats
    expected: Floats
    exposure: Floats
    peers: Ints
    level: Ints
    narrowing: tuple[tuple[str, ...], ...]


def expected(work: Work, narrowing: Sequence[Sequence[str]] = NARROWING, others: int = OTHERS, events: int = EVENTS) -> Expected:
    """What would colleagues in the same cells have had? `E_i = sum_c x_ic (A_c - a_ic) / (X_c - x_ic)`, leave-one-out.

    A cell needs `others` other officers and `events` events of theirs; else the next wider cell of `narrowing` is used for that row.
    MeasureError when exposure is not positive or arrays differ in length.
    """
    rows = len(work.officer)
    if any(len(one) != rows for one in (*work.cells.values(), work.exposure, work.events)):
        raise MeasureError("The columns of the work of officers differ in length.")
    if rows and (not np.isfinite(work.exposure).all() or float(work.exposure.min()) < 0):
        raise MeasureError("The exposure of officers is never negative or missing.")
    total, share = np.zeros(work.officers), np.zeros((len(narrowing), work.officers))
    peers = np.zeros((len(narrowing), work.officers), dtype=np.int64)
    left = np.ones(rows, dtype=bool)
    for place, level in enumerate(narrowing):
        if not left.any():
            break
        rate, colleagues, good = _level(work, tuple(level), others, events)
        now = left & good
        total += np.bincount(work.officer[now], work.exposure[now] * rate[now], work.officers)
        share[place] += np.bincount(work.officer[now], work.exposure[now], work.officers)
        np.maximum.at(peers[place], work.officer[now], colleagues[now])
        left &= ~good
    missing = np.bincount(work.officer[left], work.exposure[left], work.officers)
    exposure = np.asarray(np.bincount(work.officer, work.exposure, work.officers), dtype=float)
    main = np.where(share.max(axis=0) > 0, share.argmax(axis=0), -1)
    widest = peers[np.maximum(main, 0), np.arange(work.officers)]
    known = (exposure > 0) & (missing == 0)
    return Expected(
        np.asarray(np.bincount(work.officer, work.events, work.officers), dtype=float),
        np.where(known, total, np.nan),
        exposure,
        np.where(main >= 0, widest, 0),
        main,
        tuple(tuple(level) for level in narrowing),
    )


def _level(work: Work, names: tuple[str, ...], others: int, events: int) -> tuple[Floats, Ints, NDArray[np.bool_]]:
    """Per row at this level: the others' rate in its cell, how many others there are, and whether that is enough."""
    cell = np.zeros(len(work.officer), dtype=np.int64)
    for name in names:
        codes = work.cells[name]
        cell = cell * (int(codes.max(initial=0)) + 1) + codes
    if names:
        cell = np.unique(cell, return_inverse=True)[1].astype(np.int64)
    cells = int(cell.max(initial=0)) + 1
    pair, place = np.unique(cell * work.officers + work.officer, return_inverse=True)
    own_exposure = np.bincount(place, work.exposure)[place]
    own_events = np.bincount(place, work.events)[place]
    there = np.bincount(pair // work.officers, minlength=cells)[cell] - 1
    exposure = np.bincount(cell, work.exposure, cells)[cell] - own_exposure
    happened = np.bincount(cell, work.events, cells)[cell] - own_events
    good = (there >= others) & (happened >= events) & (exposure > 0)
    return np.divide(happened, exposure, out=np.zeros(len(cell)), where=exposure > 0), there.astype(np.int64), good
