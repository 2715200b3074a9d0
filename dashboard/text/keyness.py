"""Which words set two groups of comments apart? Log odds with an informative prior (Monroe, Colaresi and Quinn 2008)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.text.counts import content_words

PRIOR = 1000.0  # words that the prior is worth
MIN_USES, MIN_COMMENTS, LEVEL = 10, 5, 0.05
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Word:
    """One word: uses in each group, comments in both, log odds `d` (above 0: more in the first group), z and q."""

    word: str
    first: int
    second: int
    comments: int
    d: float
    z: float
    q: float


@dataclass(frozen=True, slots=True)
class Keyness:
    """The words that set two groups apart, largest z first, out of `tested` words of `n_first` and `n_second` comments."""

    words: tuple[Word, ...]
    tested: int
    n_first: int
    n_second: int
    sentence: str


def log_odds(y1: Floats, y2: Floats, prior: float = PRIOR, *, totals: tuple[float, float] | None = None) -> tuple[Floats, Floats]:
    """d and z of every word from its uses in two groups (k,).

    alpha_w = prior (y1 + y2)_w / total; d = ln((y1+a)/(n1+a0-y1-a)) - ln((y2+a)/(n2+a0-y2-a)); z = d / sqrt(1/(y1+a) + 1/(y2+a)).
    `totals`: all words of each group where y1 and y2 are not all of them.
    """
    n1, n2 = totals or (float(y1.sum()), float(y2.sum()))
    alpha = prior * (y1 + y2) / (n1 + n2)
    d = np.log((y1 + alpha) / (n1 + prior - y1 - alpha)) - np.log((y2 + alpha) / (n2 + prior - y2 - alpha))
    z = d / np.sqrt(1 / (y1 + alpha) + 1 / (y2 + alpha))
    return np.asarray(d), np.asarray(z)


def compare(
    first: Sequence[str], second: Sequence[str], *, once: bool = True, uses: int = MIN_USES, comments: int = MIN_COMMENTS, level: float = LEVEL
) -> Keyness:
    """Which words does one group of comments use more than the other?

    A word counts once per comment (`once`), so that one long comment does not carry it. Shown: q <= `level` (Benjamini-Hochberg over all words of
    at least `uses` uses in at least `comments` comments). Stop words of English and Spanish are left out.
    """
    counted = [_counted(texts, once=once) for texts in (first, second)]
    (uses1, in1), (uses2, in2) = counted
    vocabulary = sorted(uses1.keys() | uses2.keys())
    y1, y2 = (np.array([one[word] for word in vocabulary], dtype=np.float64) for one in (uses1, uses2))
    if not y1.sum() or not y2.sum():
        return Keyness((), 0, len(first), len(second), "Not available: one of the groups has no words.")
    d, z = log_odds(y1, y2)
    kept = [place for place, word in enumerate(vocabulary) if y1[place] + y2[place] >= uses and in1[word] + in2[word] >= comments]
    q = _adjusted([math.erfc(abs(z[place]) / math.sqrt(2)) for place in kept])
    made = [
        Word(
            vocabulary[place], int(y1[place]), int(y2[place]), in1[vocabulary[place]] + in2[vocabulary[place]], float(d[place]), float(z[place]), one
        )
        for place, one in zip(kept, q, strict=True)
        if one <= level
    ]
    made.sort(key=lambda word: (-word.z, word.word))
    said = f"{len(made) or 'No'} of {len(kept)} words set the two groups apart." if kept else "No word is used often enough to compare."
    return Keyness(tuple(made), len(kept), len(first), len(second), said)


def words(first: Sequence[str], second: Sequence[str], *, once: bool = True) -> tuple[Word, ...]:
    """The words that set the first group of comments apart from the second, largest z first (below 0: the second group's words)."""
    return compare(first, second, once=once).words


def _counted(texts: Sequence[str], *, once: bool) -> tuple[Counter[str], Counter[str]]:
    """Uses of every word, and in how many comments."""
    uses: Counter[str] = Counter()
    comments: Counter[str] = Counter()
    for text in texts:
        found = content_words(text)
        different = set(found)
        comments.update(different)
        uses.update(different if once else found)
    return uses, comments


def _adjusted(p: Sequence[float]) -> list[float]:
    """Benjamini-Hochberg q of each p, in the order given."""
    m = len(p)
    order = sorted(range(m), key=lambda place: p[place])
    result, smallest = [0.0] * m, 1.0
    for rank in range(m, 0, -1):
        smallest = min(smallest, p[order[rank - 1]] * m / rank)
        result[order[rank - 1]] = smallest
    return result
