"""Do the people who answered stand for the people who live here? Weights that bring each margin to the census, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import NotEnoughData
from dashboard.registry import measure

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST, LEAST_SHARE = 5, 0.05  # respondents, share of the population: smaller categories join their neighbour
TRIM = 5.0  # no weight above so many times the mean
TOLERANCE, PASSES = 0.001, 100


@dataclass(frozen=True, slots=True)
class Margin:
    """One known margin: its categories in an order in which neighbours are alike, and their shares of the population (sum 1).

    The categories of a `whole` one are never joined.
    """

    name: str
    categories: tuple[str, ...]
    shares: tuple[float, ...]
    source: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Raked:
    """`weights` (n,) with mean 1; `deff` by Kish, `n_eff` = n / deff; which categories were joined; how far the margins are off at the end."""

    weights: Floats
    deff: float
    n_eff: float
    joined: tuple[str, ...]
    passes: int
    largest_difference: float
    trimmed: int
    margins: tuple[str, ...]


def kish(weights: Floats) -> float:
    """The design effect of unequal weights: n * sum(w^2) / (sum w)^2 (Kish 1965)."""
    total = float(weights.sum())
    return float(len(weights) * (weights**2).sum() / total**2) if total > 0 else float("nan")


@measure(
    "survey.raking",
    title="Weights by raking",
    question="Do the people who answered stand for the people who live here?",
    formula="Iterative proportional fitting: each margin in turn is scaled to its population shares until no margin is off by 0.001; weights above "
    "5 times the mean are trimmed inside the loop; deff = n sum(w^2) / (sum w)^2, effective n = n / deff.",
    minimum="every category of every margin needs a respondent after small ones joined their neighbour",
    assumptions=(
        "Within each combination of the margins, those who answered think like those who did not.",
        "The margins describe the same people that the survey is about.",
    ),
    criticisms=(
        "Weighting corrects who answered only as far as the margins explain it; an open link stays an open link.",
        "Unequal weights widen every interval: a design effect of 2 halves the number of answers.",
    ),
    source="Deming & Stephan 1940; Izrael, Battaglia & Frankel 2009; Kish 1965",
    page="Answers are weighted so that area, age, race and gender match the census, and area by race too where such a table was brought in and each "
    "of its cells has at least 5 answers. Weighting makes the effective number of answers smaller than the number of people, and it cannot mend what "
    "the census does not measure.",
    tables=(),
)
def rake(codes: Mapping[str, Ints], margins: Sequence[Margin], *, trim: float = TRIM, tolerance: float = TOLERANCE, join: bool = True) -> Raked:
    """Weights for n respondents. `codes` margin -> (n,) category numbers, -1 where unknown: they keep their own share, nobody is dropped.

    NotEnoughData when a category of the population has no respondent, or when the passes do not come to rest.
    """
    joined: list[str] = []
    fitted = []
    for margin in margins:
        code, shares, told = _joined(margin, codes[margin.name]) if join and not margin.whole else (codes[margin.name], np.array(margin.shares), ())
        joined += told
        known = code >= 0
        present = np.bincount(code[known], minlength=len(shares))
        if (present[shares > 0] == 0).any():
            empty = np.flatnonzero((present == 0) & (shares > 0))
            names = ", ".join(margin.categories[int(place)] for place in empty[:3])
            raise NotEnoughData(f"Nobody answered in a category of {margin.name} ({names}), so the answers cannot be weighted.")
        fitted.append((code, known, shares / shares.sum()))
    return _fit(fitted, [one.name for one in margins], tuple(joined), trim, tolerance)


def _fit(fitted: list[tuple[Ints, NDArray[np.bool_], Floats]], names: list[str], joined: tuple[str, ...], trim: float, tolerance: float) -> Raked:
    """The passes."""
    size = len(fitted[0][0]) if fitted else 0
    weights = np.ones(size)
    largest, passes, cut = 0.0, 0, 0
    for number in range(1, PASSES + 1):
        passes = number
        for code, known, shares in fitted:
            total = weights[known].sum()
            have = np.bincount(code[known], weights=weights[known], minlength=len(shares))
            with np.errstate(divide="ignore", invalid="ignore"):
                factor = np.where(have > 0, shares * total / have, 1.0)
            weights[known] *= factor[code[known]]
        weights /= weights.mean()
        over = weights > trim
        cut = int(over.sum())
        weights[over] = trim
        weights /= weights.mean()
        largest = max((_off(weights, *one) for one in fitted), default=0.0)
        if largest < tolerance:
            break
    else:
        raise NotEnoughData(f"The weights did not come to rest: after {PASSES} passes a margin is still off by {largest:.3f}.")
    deff = kish(weights)
    return Raked(weights, deff, size / deff, joined, passes, largest, cut, tuple(names))


def _off(weights: Floats, code: Ints, known: NDArray[np.bool_], shares: Floats) -> float:
    """How far is a margin from its target, at most?"""
    have = np.bincount(code[known], weights=weights[known], minlength=len(shares))
    return float(np.abs(have / have.sum() - shares).max())


def _joined(margin: Margin, code: Ints) -> tuple[Ints, Floats, tuple[str, ...]]:
    """Join categories with fewer than 5 respondents or under 5 % of the population to the smaller of their neighbours."""
    groups = [[place] for place in range(len(margin.categories))]
    shares = [float(share) for share in margin.shares]
    counts = [int((code == place).sum()) for place in range(len(margin.categories))]
    told = []
    while len(groups) > 2:
        small = [place for place in range(len(groups)) if counts[place] < LEAST or shares[place] < LEAST_SHARE]
        if not small:
            break
        place = min(small, key=lambda one: shares[one])
        sides = [one for one in (place - 1, place + 1) if 0 <= one < len(groups)]
        to = min(sides, key=lambda one: shares[one])
        told.append(f"{margin.name}: {' / '.join(margin.categories[one] for one in (*groups[to], *groups[place]))}")
        groups[to] += groups[place]
        shares[to] += shares[place]
        counts[to] += counts[place]
        for kept in (groups, shares, counts):
            del kept[place]
    number = np.full(len(margin.categories), -1, dtype=np.int64)
    for place, members in enumerate(groups):
        number[members] = place
    made = np.where(code >= 0, number[np.maximum(code, 0)], -1)
    return made, np.array(shares), tuple(told)
