"""What do comments raise? By the saved codebook, whose versions trends compare; and by discovery, which finds groups of words but names nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from dashboard.errors import MeasureError
from dashboard.schema.result import Status
from dashboard.text.counts import content_words
from dashboard.text.phrases import Lookup, struck_places, words_of
from dashboard.text.wordlists import toml

CODEBOOK = toml("codebook.toml")
VERSION: str = CODEBOOK["version"]
IDS: tuple[str, ...] = tuple(theme["id"] for theme in CODEBOOK["theme"])
LANGUAGES = ("en", "es")
CARRIES = 0.2  # normalised weight from which a comment carries a discovered theme
TOP = 10


def labels(language: str = "en") -> Mapping[str, str]:
    """The label of every theme, in English unless the codebook has this language."""
    return {theme["id"]: theme.get(language if language in LANGUAGES else "en") for theme in CODEBOOK["theme"]}


@cache
def _lookups(language: str) -> tuple[Lookup, Lookup]:
    """What stands for a theme, and what is struck out before, in one language."""
    pairs = list(enumerate(CODEBOOK["theme"]))
    meant = Lookup.of((entry, number) for number, theme in pairs for entry in theme[f"{language}_words"])
    struck = Lookup.of((entry, number) for number, theme in pairs for entry in theme.get(f"{language}_not", ()))
    return meant, struck


def of(text: str, language: str = "en") -> tuple[str, ...]:
    """Which themes of the codebook does this comment carry, in the codebook's order?

    Language 'en' or 'es'; '' (too short to tell) tries both; any other language has no words in the codebook and gives ().
    """
    words = words_of(text)
    spoken = LANGUAGES if language == "" else (language,) if language in LANGUAGES else ()
    found: set[int] = set()
    for one in spoken:
        found |= _in(words, *_lookups(one))
    return tuple(IDS[number] for number in sorted(found))


def _in(words: Sequence[str], meant: Lookup, struck: Lookup) -> set[int]:
    """Numbers of the themes in these words."""
    met = [(number, place, length) for place in range(len(words)) for number, length in meant.at(words, place)]
    if not met:
        return set()
    gone = struck_places(words, struck)
    return {number for number, place, length in met if number not in gone or gone[number].isdisjoint(range(place, place + length))}


@dataclass(frozen=True, slots=True)
class Theme:
    """One discovered theme: its top words, and how many comments carry it (and which, by their place in the input)."""

    words: tuple[str, ...]
    comments: int
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Discovered:
    """Themes found in `n` comments, the most common first; `carried` comments carry at least one. Not available below the minimum."""

    themes: tuple[Theme, ...]
    n: int
    carried: int
    status: Status
    sentence: str


def discover(texts: Sequence[str], count: int = 12, minimum: int = 300) -> Discovered:
    """Which groups of words occur together in these comments?

    TF-IDF over one and two words (in at least 5 comments and at most half of them, 5,000 features) and non-negative matrix factorisation from
    the nndsvda start: the same comments give the same themes. `count` 6 to 20. A comment carries a theme whose share of its weights is at least
    CARRIES. Fewer than `minimum` comments: not available, the codebook still works. Raises MeasureError for a count outside 6 to 20.
    """
    if not 6 <= count <= 20:
        raise MeasureError(f"{count} themes cannot be asked for.", hint="Choose 6 to 20.")
    full = [text for text in texts if text.strip()]
    if len(full) < minimum:
        return Discovered((), len(full), 0, Status.UNAVAILABLE, f"Not available: {len(full)} comments, and {minimum} are needed to discover themes.")
    return _factored(texts, count)


def _factored(texts: Sequence[str], count: int) -> Discovered:
    """Vectorise, factor, read the themes off."""
    import warnings

    import numpy as np
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectoriser = TfidfVectorizer(
        tokenizer=content_words, token_pattern=None, lowercase=False, ngram_range=(1, 2), min_df=5, max_df=0.5, max_features=5000, dtype=np.float32,
    )  # fmt: skip
    n = sum(bool(text.strip()) for text in texts)
    try:
        weights = vectoriser.fit_transform(texts)
    except ValueError:  # no word in five comments
        return Discovered((), n, 0, Status.UNAVAILABLE, "Not available: no word occurs in five comments.")
    if min(weights.shape) <= count:
        return Discovered((), n, 0, Status.UNAVAILABLE, f"Not available: too few different words for {count} themes.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = NMF(n_components=count, init="nndsvda", max_iter=200, random_state=0)
        of_comments = model.fit_transform(weights)
    total = of_comments.sum(axis=1, keepdims=True)
    shares = np.divide(of_comments, total, out=np.zeros_like(of_comments), where=total > 0)
    terms = vectoriser.get_feature_names_out()
    found = []
    for row, share in zip(model.components_, shares.T, strict=True):
        top = np.lexsort((np.arange(len(row)), -row))[:TOP]
        members = tuple(int(one) for one in np.flatnonzero(share >= CARRIES))
        found.append(Theme(tuple(str(terms[one]) for one in top if row[one] > 0), len(members), members))
    found.sort(key=lambda theme: (-theme.comments, theme.words))
    carried = int((shares.max(axis=1) >= CARRIES).sum())
    return Discovered(tuple(found), n, carried, Status.OK, f"{count} groups of words were found in {n:,} comments; {carried:,} carry at least one.")
