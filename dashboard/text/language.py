"""Which language is a comment written in?"""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Any

from dashboard.text.wordlists import listed

# What residents of the United States write most at home; a guess outside this list is more often a slip than a language.
LANGUAGES = ("en", "es", "fr", "pt", "it", "de", "pl", "ru", "uk", "ar", "fa", "hi", "ur", "bn", "zh", "ja", "ko", "vi", "tl", "ht", "so", "am", "sw")
PRIOR = {"en": 8.0, "es": 4.0}  # against 1 for every other language
HINT = 4.0
SURE = 0.7
MOST = 600  # characters that are looked at
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_MARK = re.compile(r"\[[^\[\]]{1,20}\]")


@cache
def _identifier() -> Any:
    """py3langid with probabilities, restricted to LANGUAGES."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    found.set_languages([one for one in LANGUAGES if one in found.labels])
    return found


def of(text: str, given: str = "") -> str:
    """Which language is this comment in: an ISO 639-1 code, or '' where it is too short to tell?

    `given` is the language the form was answered in: a hint that weighs little. Marks of redaction do not count. Function words that only
    English or only Spanish has decide by themselves; what they leave open goes to py3langid (Lui and Baldwin 2012), weighted by LANGUAGES.
    """
    words = [one.replace("’", "'") for one in _WORD.findall(_MARK.sub(" ", text[:MOST]).lower())]
    english, spanish = (sum(one in listed(key) for one in words) for key in ("only_english", "only_spanish"))
    more, fewer = max(english, spanish), min(english, spanish)
    if more >= 2 and more >= 3 * fewer and 5 * more >= len(words):
        return "en" if english > spanish else "es"
    if sum(map(len, words)) < 3:
        return ""
    return _guessed(" ".join(words), given)


def _guessed(text: str, given: str) -> str:
    """The most probable language once priors and hint are in; '' below SURE."""
    ranked = {one: p * PRIOR.get(one, 1.0) * (HINT if one == given else 1.0) for one, p in _identifier().rank(text)}
    best = max(ranked, key=lambda one: ranked[one])
    total = math.fsum(ranked.values())
    return best if total > 0 and ranked[best] / total >= SURE else ""
