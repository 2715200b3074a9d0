"""How well do the rules of this room do on comments labelled by hand? Computed live, so that what the Methods page prints is what the rules do."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dashboard.text import language, redact, sentiment, themes
from dashboard.text.labelled import Item, Labelled, comments, roster
from dashboard.text.spans import Span

NEUTRAL = 0.05  # VADER's own limit between neutral and not
OPTIMISTIC = "The author of the rules wrote these comments, so real ones will come out worse."


@dataclass(frozen=True, slots=True)
class Kind:
    """Items of one kind: how many were labelled, found with the agency's roster, and found without one."""

    kind: str
    items: int
    found: int
    without_roster: int

    @property
    def recall(self) -> float:
        """The share found, with the roster."""
        return self.found / self.items


@dataclass(frozen=True, slots=True)
class Redaction:
    """Recall by kind and over all; `altered` of `clean` comments that hold nothing to take out; `needless` marks in comments that do."""

    kinds: tuple[Kind, ...]
    items: int
    found: int
    without_roster: int
    clean: int
    altered: int
    needless: int

    @property
    def recall(self) -> float:
        """The share of all items found, with the roster."""
        return self.found / self.items


@dataclass(frozen=True, slots=True)
class Tone:
    """English comments by tone: three-way accuracy, chance that a positive scores above a negative (AUC), wrong signs, share scored."""

    n: int
    accuracy: float
    auc: float
    wrong_sign: int
    scored: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """One theme, rules against hand: how many by hand, by rules, by both, and Cohen's kappa."""

    theme: str
    hand: int
    rules: int
    both: int
    kappa: float

    @property
    def precision(self) -> float | None:
        """Of those the rules marked, the share that is right."""
        return self.both / self.rules if self.rules else None

    @property
    def recall(self) -> float | None:
        """Of those a person marked, the share that the rules marked too."""
        return self.both / self.hand if self.hand else None


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured on `n` labelled comments, and how to take it (`caution`). `language` is the share of comments whose language was told."""

    n: int
    redaction: Redaction
    language: float
    tone: Tone
    themes: tuple[Agreement, ...]
    all_themes: Agreement
    versions: tuple[tuple[str, str], ...]
    caution: str


def measure(*, kept_only: bool = False) -> Quality:
    """How good are redaction, language, tone and themes on the labelled comments? `kept_only`: the half that nobody looked at to mend rules."""
    chosen = [one for one in comments() if one.kept or not kept_only]
    versions = (("codebook", themes.VERSION), ("tone words", sentiment.VERSION))
    told = [language.of(one.text) == one.language for one in chosen]
    by_theme = agreement([one.themes for one in chosen], [frozenset(themes.of(one.text, one.language)) for one in chosen])
    return Quality(len(chosen), _redaction(chosen), sum(told) / len(told), _tone(chosen), *by_theme, versions, OPTIMISTIC)


def _redaction(chosen: Sequence[Labelled]) -> Redaction:
    """Items found with and without the roster, and what was altered needlessly."""
    pairs: list[tuple[str, bool, bool]] = []
    altered = needless = 0
    for one in chosen:
        spans = redact.found(one.text, roster())[1]
        bare = redact.found(one.text)[1]
        pairs += [(item.kind, covered(one.text, item, spans), covered(one.text, item, bare)) for item in one.items]
        if one.clean:
            altered += bool(spans)
        else:
            needless += sum(not any(span.start < item.end and item.start < span.end for item in one.items) for span in spans)
    kinds = [_kind(kind, [pair for pair in pairs if pair[0] == kind]) for kind in redact.KINDS if any(pair[0] == kind for pair in pairs)]
    found, bare_found = sum(pair[1] for pair in pairs), sum(pair[2] for pair in pairs)
    return Redaction(tuple(kinds), len(pairs), found, bare_found, sum(one.clean for one in chosen), altered, needless)


def _kind(kind: str, pairs: Sequence[tuple[str, bool, bool]]) -> Kind:
    """One kind's counts."""
    return Kind(kind, len(pairs), sum(pair[1] for pair in pairs), sum(pair[2] for pair in pairs))


def covered(text: str, item: Item, spans: Iterable[Span]) -> bool:
    """Whether no letter or digit of the item is left (a possessive s may stay)."""
    end = item.end - 2 if text[: item.end].endswith(("'s", "’s")) else item.end
    places = {place for span in spans for place in range(span.start, span.end)}
    return all(place in places for place in range(item.start, end) if text[place].isalnum())


def _tone(chosen: Sequence[Labelled]) -> Tone:
    """Tone against the hand's, over English comments as they are read after redaction."""
    pairs = [
        (one.tone, sentiment.tone(redact.comment(one.text, roster()).text, "en") or 0.0)
        for one in chosen
        if one.language == "en" and not one.part.startswith("hostile")
    ]
    right = sum(hand == sign(value) for hand, value in pairs)
    wrong = sum(hand * sign(value) < 0 for hand, value in pairs)
    return Tone(len(pairs), right / len(pairs), auc(pairs), wrong, sum(value != 0 for _, value in pairs) / len(pairs))


def sign(value: float) -> int:
    """Which of the three classes: 1, 0 or -1."""
    return 0 if abs(value) < NEUTRAL else int(math.copysign(1, value))


def auc(pairs: Sequence[tuple[int, float]]) -> float:
    """The chance that a positive one (hand above 0) scores above a negative one, ties counted half; nan without both."""
    good, bad = [value for hand, value in pairs if hand > 0], [value for hand, value in pairs if hand < 0]
    if not good or not bad:
        return math.nan
    above = sum((one > other) + 0.5 * (one == other) for one in good for other in bad)
    return above / (len(good) * len(bad))


def agreement(hand: Sequence[frozenset[str]], rules: Sequence[frozenset[str]]) -> tuple[tuple[Agreement, ...], Agreement]:
    """Each theme by hand and by rules over the same comments, and all theme marks taken together."""
    made = [_agreed(theme, [theme in one for one in hand], [theme in one for one in rules]) for theme in themes.IDS]
    every = _agreed("all", [t in one for t in themes.IDS for one in hand], [t in one for t in themes.IDS for one in rules])
    return tuple(made), every


def _agreed(theme: str, hand: Sequence[bool], rules: Sequence[bool]) -> Agreement:
    """Counts and Cohen's kappa of two judges."""
    both = sum(a and b for a, b in zip(hand, rules, strict=True))
    return Agreement(theme, sum(hand), sum(rules), both, kappa(hand, rules))


def kappa(first: Sequence[bool], second: Sequence[bool]) -> float:
    """Cohen's kappa of two judges' yes and no (Cohen 1960); 1.0 where both said the same to all."""
    n = len(first)
    seen = sum(a == b for a, b in zip(first, second, strict=True)) / n
    p, q = sum(first) / n, sum(second) / n
    chance = p * q + (1 - p) * (1 - q)
    return (seen - chance) / (1 - chance) if chance < 1 else 1.0
