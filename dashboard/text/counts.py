"""Which words and themes were raised by enough different people to be shown? (Rule R9 and the minimum counts of comments.)"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from dashboard.text.phrases import words_of
from dashboard.text.wordlists import stops

STAFF, PUBLIC = 5, 10  # comments that a theme (or a theme within a group) needs
WORD = 5  # different comments that a word of a word cloud needs


@dataclass(frozen=True, slots=True)
class Frequency:
    """One word: in how many different comments, and their weight (the number itself where comments weigh alike)."""

    word: str
    comments: int
    weight: float


def content_words(text: str) -> list[str]:
    """The words of a comment that carry a subject: no stop words, no numbers, no single letters."""
    left_out = stops()
    return [one for one in (word.removesuffix("'s") for word in words_of(text)) if len(one) > 1 and one not in left_out and not one.isdigit()]


def least(*, public: bool) -> int:
    """From how many comments on may a theme be shown?"""
    return PUBLIC if public else STAFF


def shown(counted: Mapping[str, int], *, public: bool, minimum: int = 0) -> Mapping[str, int | None]:
    """Every key with its count, or None ('not shown') below the minimum. A higher `minimum` may be asked for, never a lower one."""
    floor = max(minimum, least(public=public))
    return {key: count if count >= floor else None for key, count in counted.items()}


def tally(themes: Sequence[Collection[str]]) -> Counter[str]:
    """How many comments carry each theme (one set of theme ids per comment)?"""
    return Counter(theme for one in themes for theme in set(one))


def frequencies(texts: Sequence[str], weights: Sequence[float] | None = None, *, minimum: int = WORD, most: int = 100) -> tuple[Frequency, ...]:
    """Which words do at least `minimum` different comments use, most weight first (ties by the word)?

    A word counts once per comment, with the comment's survey weight where `weights` are given. Never below WORD comments.
    """
    comments: Counter[str] = Counter()
    weight: defaultdict[str, float] = defaultdict(float)
    for text, one in zip(texts, weights or [1.0] * len(texts), strict=True):
        for word in set(content_words(text)):
            comments[word] += 1
            weight[word] += one
    floor = max(WORD, minimum)
    made = [Frequency(word, count, weight[word]) for word, count in comments.items() if count >= floor]
    return tuple(sorted(made, key=lambda one: (-one.weight, one.word))[:most])
