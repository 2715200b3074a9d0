"""How do many comments sound together? A word list with our own words for policing over VADER; English only, and never a verdict on one comment."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.schema.result import Estimate
from dashboard.text.wordlists import table

MINIMUM = 30  # scored comments of a group
DRAWS = 2000
LONG, PIECE = 120, 60  # words: a longer comment is read in pieces
EMOJIS = 20  # of one comment that are read
VERSION, OVERRIDES = table("tone_words.csv")
_APART = re.compile(r"(?<=[.!?;])\s+|\n+")
_NOBODY = re.compile(r"\b(?:nobody|no one|noone)\b", re.I)  # turns what follows, as "never" does
Floats = NDArray[np.float64]


@cache
def _analyzer() -> tuple[Any, re.Pattern[str]]:
    """VADER with our words laid over its list, and the pattern that joins our phrases to single words."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    found = SentimentIntensityAnalyzer()
    phrases = []
    for row in OVERRIDES:
        words = row["word"]
        found.lexicon[words.replace(" ", "_")] = float(row["value"])
        if " " in words:
            phrases.append(words)
    return found, re.compile(rf"\b(?:{_any_of(phrases)})\b", re.I)


def _any_of(phrases: Sequence[str]) -> str:
    """A pattern of these phrases, the longest first, branching by first letter and first word so that few are tried at each place."""
    by_word: defaultdict[str, list[str]] = defaultdict(list)
    for one in sorted(phrases, key=len, reverse=True):
        first, _, rest = one.partition(" ")
        by_word[first].append(re.escape(rest))
    by_letter: defaultdict[str, list[str]] = defaultdict(list)
    for first, endings in by_word.items():
        by_letter[first[0]].append(rf"{re.escape(first[1:])}\ (?:{'|'.join(endings)})")
    return "|".join(f"{letter}(?:{'|'.join(branches)})" for letter, branches in by_letter.items())


def tone(text: str, language: str = "en") -> float | None:
    """How does this comment sound: VADER's compound from -1 to 1 with our overrides (version VERSION)?

    0.0 means that no word of the list was met: not scored. None for any language but English: the list reads no other. Use only over many
    comments together. Hutto and Gilbert (2014), VADER, ICWSM-14.
    """
    if language != "en":
        return None
    analyzer, phrases = _analyzer()
    joined = _NOBODY.sub("never", phrases.sub(lambda match: match.group().replace(" ", "_"), text.replace("’", "'")))
    if not joined.isascii():
        joined = _few_emojis(joined, analyzer.emojis)
    pieces = [joined] if joined.count(" ") < LONG else _pieces(joined)
    scores = [float(analyzer.polarity_scores(piece)["compound"]) for piece in pieces]
    met = [one for one in scores if one != 0.0]
    return sum(met) / len(met) if met else 0.0


def _few_emojis(text: str, emojis: Container[str]) -> str:
    """The text with its first EMOJIS emojis: VADER spells each out, and a line of thousands would take it minutes."""
    made: list[str] = []
    met = 0
    for letter in text:
        if letter in emojis:
            met += 1
            if met > EMOJIS:
                continue
        made.append(letter)
    return "".join(made)


def _pieces(text: str) -> list[str]:
    """A long comment by its sentences, each of at most PIECE words."""
    made = []
    for sentence in _APART.split(text):
        words = sentence.split()
        made += [" ".join(words[start : start + PIECE]) for start in range(0, len(words), PIECE)]
    return made


@dataclass(frozen=True, slots=True)
class ToneSummary:
    """The tone of a group of comments: `mean` over the scored ones, how many were scored, had no word of the list, or are in another language."""

    mean: Estimate
    n: int
    scored: int
    unscored: int
    other_language: int

    @property
    def share_scored(self) -> float | None:
        """Scored among those in English; None where there are none."""
        read = self.scored + self.unscored
        return self.scored / read if read else None


def summary(tones: Sequence[float | None], *, minimum: int = MINIMUM, seed: int = 0) -> ToneSummary:
    """What is the mean tone of these comments, with its interval from a bootstrap over comments?

    `tones` one per comment: None in another language, 0.0 not scored. Fewer than `minimum` scored: not available. The interval is the 2.5 and
    97.5 percentile of DRAWS resamples of the comments read; the same tones and seed give the same interval.
    """
    read = _read(tones)
    scored = int((read != 0).sum())
    counts = len(tones), scored, len(read) - scored, len(tones) - len(read)
    if scored < minimum:
        reason = f"Not available: {scored} scored comments, and {minimum} are needed."
        return ToneSummary(Estimate.unavailable(reason, scored), *counts)
    drawn = _means(read, seed)
    low, high = np.percentile(drawn, (2.5, 97.5))
    return ToneSummary(Estimate(float(read[read != 0].mean()), float(low), float(high), scored), *counts)


def difference(first: Sequence[float | None], second: Sequence[float | None], *, minimum: int = MINIMUM, seed: int = 0) -> Estimate:
    """How much higher is the mean tone of the first group (or period) than of the second? Both need `minimum` scored comments."""
    groups = [_read(tones) for tones in (first, second)]
    scored = [int((one != 0).sum()) for one in groups]
    if min(scored) < minimum:
        return Estimate.unavailable(f"Not available: {scored[0]} and {scored[1]} scored comments, and {minimum} are needed in each.", min(scored))
    gaps = _means(groups[0], seed) - _means(groups[1], seed + 1)
    low, high = np.percentile(gaps, (2.5, 97.5))
    value = float(groups[0][groups[0] != 0].mean() - groups[1][groups[1] != 0].mean())
    return Estimate(value, float(low), float(high), min(scored))


def _read(tones: Sequence[float | None]) -> Floats:
    """The tones of comments in English."""
    return np.array([one for one in tones if one is not None], dtype=np.float64)


def _means(read: Floats, seed: int) -> Floats:
    """Mean of the scored in each of DRAWS resamples of the comments (values are few, so counts are drawn, not comments)."""
    values, counts = np.unique(read, return_counts=True)
    drawn = np.random.default_rng(seed).multinomial(len(read), counts / len(read), size=DRAWS)
    scored = drawn[:, values != 0]
    total = scored.sum(axis=1)
    return np.asarray(scored @ values[values != 0] / np.maximum(total, 1), dtype=np.float64)
