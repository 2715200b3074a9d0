"""Which cells of a survey may be shown, so that nobody can be singled out, not even by subtraction?

Rules R1 to R5 of the confidentiality plan: at least k answers to the question; within each cut never one hidden cell alone and never hidden cells
that sum to fewer than k (those who gave no answer to the cut count as a hidden cell); no two shown cells of which one lies inside the other with
fewer than k between; and no respondent whose answer the shown cells together all but fix (leverage at most 0.5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
LEVERAGE = 0.5
RIDGE = 1e-11  # of the trace: far below what the limit can notice
WORD = 8  # bytes


def within_cut(counts: Sequence[int], k: int, rest: int = 0) -> list[bool]:
    """Which cells of one cut may be shown: `counts` a cell each, `rest` those in none (direct members of the whole), who count as a hidden cell.

    Cells under k are hidden; then the smallest shown one too, until the hidden ones number none, or two and at least k people together.
    """
    shown = [count >= k for count in counts]
    while any(shown):
        hidden = [count for count, on in zip(counts, shown, strict=True) if not on]
        people = sum(hidden) + rest
        parts = len(hidden) + (1 if rest else 0)
        if not hidden and (rest == 0 or rest >= k):
            break
        if parts >= 2 and people >= k:
            break
        place = min((place for place, on in enumerate(shown) if on), key=lambda one: counts[one])
        shown[place] = False
    return shown


def protect(
    codes: Mapping[str, Ints], sizes: Mapping[str, int], k: int, allowed: Mapping[str, Sequence[bool]] | None = None
) -> dict[str, list[bool]]:
    """Which cells of every cut may be shown, for those who answered one question.

    `codes` cut -> (n,) cell numbers, -1 for none; `sizes` cut -> number of cells. `allowed`: only cells that another layer shows may be shown.
    """
    n = len(next(iter(codes.values()))) if codes else 0
    shown: dict[str, list[bool]] = {}
    for cut, size in sizes.items():
        counts = np.bincount(codes[cut][codes[cut] >= 0], minlength=size)
        kept = within_cut([int(one) for one in counts], k, int((codes[cut] < 0).sum())) if n >= k else [False] * size
        if allowed is not None:
            kept = _within(kept, allowed[cut], counts, k, int((codes[cut] < 0).sum()))
        shown[cut] = kept
    _nested(codes, sizes, shown, k)
    _leverage(codes, sizes, shown)
    return shown


def _within(kept: Sequence[bool], allowed: Sequence[bool], counts: NDArray[np.int64], k: int, rest: int) -> list[bool]:
    """The cells that both layers may show, made safe again."""
    both = [one and other for one, other in zip(kept, allowed, strict=True)]
    hidden = sum(int(count) for count, on in zip(counts, both, strict=True) if not on) + rest
    parts = sum(not on for on in both) + (1 if rest else 0)
    if any(both) and parts and (parts < 2 or hidden < k) and not (parts == 1 and rest >= k and all(both)):
        place = min((place for place, on in enumerate(both) if on), key=lambda one: int(counts[one]))
        both[place] = False
        return _within(both, both, counts, k, rest)
    return both


def _nested(codes: Mapping[str, Ints], sizes: Mapping[str, int], shown: dict[str, list[bool]], k: int) -> None:
    """Hide a cell that lies inside a shown cell of another cut with fewer than k people between them."""
    for one, other in permutations(sizes, 2):
        both = (codes[one] >= 0) & (codes[other] >= 0)
        cross = np.bincount(codes[one][both] * sizes[other] + codes[other][both], minlength=sizes[one] * sizes[other]).reshape(
            sizes[one], sizes[other]
        )
        outer = np.bincount(codes[one][codes[one] >= 0], minlength=sizes[one])
        inner = np.bincount(codes[other][codes[other] >= 0], minlength=sizes[other])
        for a, b in np.argwhere((cross == inner[None, :]) & (inner[None, :] > 0)):
            if shown[one][a] and shown[other][b] and 0 < outer[a] - inner[b] < k:
                shown[other][int(b)] = False


def membership(codes: Mapping[str, Ints], sizes: Mapping[str, int], shown: Mapping[str, Sequence[bool]]) -> NDArray[np.float64]:
    """Who is in which shown cell: (n, 1 + shown cells), the whole first."""
    n = len(next(iter(codes.values())))
    columns = [np.ones(n)]
    columns += [(codes[cut] == cell).astype(float) for cut, size in sizes.items() for cell in range(size) if shown[cut][cell]]
    return np.column_stack(columns)


def leverage(members: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the shown cells together fix each person's answer: the diagonal of the projection on their span, 0 to 1 (n,)."""
    packed = np.packbits(members.astype(bool), axis=1)  # few bytes a person: equal people are found far quicker
    if packed.shape[1] <= WORD:  # as one number a person, quicker still
        padded = np.zeros((len(packed), WORD), dtype=np.uint8)
        padded[:, : packed.shape[1]] = packed
        _, first, place = np.unique(padded.view(np.uint64).ravel(), return_index=True, return_inverse=True)
    else:
        _, first, place = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    patterns = members[first]
    gram = members.T @ members
    gram[np.diag_indices_from(gram)] += RIDGE * max(1.0, float(np.trace(gram)))  # cells that sum to the whole make it singular
    found = np.einsum("ij,ij->i", patterns @ np.linalg.inv(gram), patterns)
    return np.asarray(found[place.ravel()])


def _leverage(codes: Mapping[str, Ints], sizes: Mapping[str, int], shown: dict[str, list[bool]]) -> None:
    """Drop the cut with the most cells until nobody's answer is all but fixed."""
    if not codes or not len(next(iter(codes.values()))):
        return
    while any(any(cells) for cells in shown.values()):
        if float(leverage(membership(codes, sizes, shown)).max()) <= LEVERAGE:
            return
        worst = max((cut for cut in shown if any(shown[cut])), key=lambda cut: sum(shown[cut]))
        shown[worst] = [False] * sizes[worst]


def homogeneous(counts: Sequence[float], most: float = 1.0) -> bool:
    """Whether all answers of a cell fall into one box, so that any figure would give everyone's answer away (R7)."""
    total = sum(counts)
    return total > 0 and max(counts) >= most * total


def alike(values: NDArray[np.float64]) -> bool:
    """Whether all these answers (n,) are the same one: `homogeneous` where a box is one value. None are not alike."""
    return len(values) > 0 and bool(values.min() == values.max())
