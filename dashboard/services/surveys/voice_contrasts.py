"""What moved, and what sets two groups of comments apart? Computed with everything at hand, frozen only where both sides may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dashboard.services.surveys.voice_cells import Corpus, Grid, Least
from dashboard.stats import compare, rates
from dashboard.stats.intervals import wilson
from dashboard.text import keyness
from dashboard.text.keyness import Keyness

Counts = tuple[int, int, int, int]  # k1, n1, k2, n2: the newer or the one group first
MOST_WORDS = 30
SEPARATOR = "\x1f"


def share(k: int, n: int) -> list[float]:
    """A share as it is frozen: comments, share, low, high."""
    low, high = wilson(k, n)
    return [k, round(k / n, 4), round(float(low), 4), round(float(high), 4)]


def _gap(counts: Counts, q: float | None, *, loud: bool) -> list[Any]:
    """A difference of shares as it is frozen: value, low, high, q, whether it stands out."""
    found = rates.difference(*counts)
    numbers = [None if one is None else round(float(one), 4) for one in (found.value, found.low, found.high)]
    return [*numbers, None if q is None else round(q, 5), loud]


def _family(asked: Mapping[str, Counts], shown: set[str]) -> dict[str, list[Any]]:
    """The differences that may be shown, each judged beside all that were looked at, also those that stay hidden."""
    p = {name: rates.p_of_difference(*counts) for name, counts in asked.items()}
    judged = {one.name: one for one in compare.family(p).members}
    made = {}
    for name in sorted(shown & asked.keys()):
        one = judged.get(name)
        made[name] = _gap(asked[name], one.q if one else None, loud=bool(one and one.stands_out))
    return made


def changes(first: Corpus, second: Corpus, shown_first: Mapping[str, Any], shown_second: Mapping[str, Any]) -> dict[str, list[Any]]:
    """How far each theme moved between two waves; the family is all themes of the codebook."""
    if not first.size or not second.size:
        return {}
    asked = {theme: (int(marks.sum()), second.size, int(first.carries[theme].sum()), first.size) for theme, marks in second.carries.items()}
    return _family(asked, set(shown_first) & set(shown_second))


def period_changes(first: Corpus, before: Grid, second: Corpus, now: Grid) -> dict[str, Any]:
    """How far each theme moved between two periods: everywhere, and theme by theme in each area (one family of all themes and areas)."""
    asked: dict[tuple[str, str], Counts] = {}
    for name in set(first.areas) & set(second.areas):
        old, new = (part.part(part.area == part.areas.index(name)) for part in (first, second))
        if old.size and new.size:
            asked |= {(theme, name): (int(new.carries[theme].sum()), new.size, int(old.carries[theme].sum()), old.size) for theme in new.carries}
    shown = {
        (theme, name)
        for theme in set(before.totals) & set(now.totals)
        for name, n in now.themes[theme].items()
        if n is not None and before.themes[theme].get(name) is not None
    }
    return {"changes": changes(first, second, before.totals, now.totals), "changes_by_area": _by_theme(asked, shown)}


def areas_apart(part: Corpus, table: Grid) -> dict[str, dict[str, list[Any]]]:
    """Theme -> area -> how far its share lies from that of all other comments; one family of all themes and areas."""
    asked: dict[tuple[str, str], Counts] = {}
    for place, name in enumerate(part.areas):
        inside = part.area == place
        n = int(inside.sum())
        if 0 < n < part.size:
            asked |= {(theme, name): (int(marks[inside].sum()), n, int(marks[~inside].sum()), part.size - n) for theme, marks in part.carries.items()}
    return _by_theme(asked, {(theme, name) for theme, by_area in table.themes.items() for name, n in by_area.items() if n is not None})


def _by_theme(asked: Mapping[tuple[str, str], Counts], shown: set[tuple[str, str]]) -> dict[str, dict[str, list[Any]]]:
    """Differences of one family over themes and areas, as theme -> area -> difference."""
    keys = {SEPARATOR.join(key): counts for key, counts in asked.items()}
    found: dict[str, dict[str, list[Any]]] = {}
    for key, gap in _family(keys, {SEPARATOR.join(one) for one in shown}).items():
        theme, _, name = key.partition(SEPARATOR)
        found.setdefault(theme, {})[name] = gap
    return found


def compared(first: Corpus, second: Corpus) -> Keyness:
    """Which English words set two groups apart, from five comments on: what both layers take theirs from."""
    return keyness.compare(_in_main_language(first), _in_main_language(second))


def words(key: str, heads: tuple[str, str], found: Keyness, least: Least) -> dict[str, Any]:
    """The words that set two groups apart, the most telling first, with the share of each side's comments that use them.

    The shares stand together or not at all: a few such comments on one side would follow from the other share and the words of the waves.
    """
    rows = []
    enough = [one for one in found.words if one.comments >= least.theme]
    for one in sorted(enough, key=lambda word: -abs(word.z))[:MOST_WORDS]:
        sides = ((one.first, found.n_first), (one.second, found.n_second))
        open_ = all(k == 0 or k >= least.theme for k, _ in sides)
        rows.append([one.word, one.z > 0, *(share(k, n) if open_ else None for k, n in sides)])
    return {"key": key, "heads": list(heads), "n": [found.n_first, found.n_second], "tested": found.tested, "words": rows}


def _in_main_language(part: Corpus) -> list[str]:
    """The English comments: two languages side by side would only set each other's words apart."""
    return [part.texts[place] for place in np.flatnonzero(part.language != "es")]
