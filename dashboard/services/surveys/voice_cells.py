"""Comments as columns, and which counts of them may leave: by wave, by period, by area, so that no smaller sample can be had by subtraction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.privacy import survey_cells
from dashboard.store.comments import Read

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Least:
    """From how many comments on something is shown: a `cell` (place and wave) at all, a `theme` or word in it, a mean `tone`."""

    cell: int
    theme: int
    tone: int


@dataclass(frozen=True, slots=True)
class Corpus:
    """Read comments as columns (n,): `wave` and `area` numbers (-1: no area), `tone` (nan: none), `carries` theme -> marks."""

    waves: tuple[str, ...]
    areas: tuple[str, ...]
    wave: Ints
    area: Ints
    language: NDArray[np.str_]
    tone: Floats
    carries: Mapping[str, Bools]
    texts: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many comments."""
        return len(self.texts)

    def part(self, keep: Bools) -> Corpus:
        """Some of the comments."""
        places = np.flatnonzero(keep)
        carries = {theme: marks[places] for theme, marks in self.carries.items()}
        texts = tuple(self.texts[place] for place in places)
        return Corpus(self.waves, self.areas, self.wave[places], self.area[places], self.language[places], self.tone[places], carries, texts)

    def of_waves(self, names: Sequence[str]) -> Corpus:
        """The comments of these waves."""
        return self.part(np.isin(self.wave, [self.waves.index(name) for name in names if name in self.waves]))


def corpus(rows: Sequence[Read], waves: Sequence[str], themes: Sequence[str], languages: Sequence[str]) -> tuple[Corpus, Corpus]:
    """The comments in the languages that themes are known in, and those in others."""
    areas = tuple(sorted({row.area for row in rows} - {""}))
    place = {name: number for number, name in enumerate(areas)} | {"": -1}
    order = {name: number for number, name in enumerate(waves)}
    held = [set(row.themes) for row in rows]
    whole = Corpus(
        tuple(waves),
        areas,
        np.array([order[row.wave_id] for row in rows], dtype=np.int64),
        np.array([place[row.area] for row in rows], dtype=np.int64),
        np.array([row.language for row in rows], dtype=np.str_),
        np.array([np.nan if row.tone is None else row.tone for row in rows], dtype=np.float64),
        {theme: np.array([theme in one for one in held], dtype=bool) for theme in themes},
        tuple(row.text for row in rows),
    )
    known = np.isin(whole.language, list(languages))
    return whole.part(known), whole.part(~known)


def theme_counts(part: Corpus, least: Least) -> dict[str, int]:
    """Theme -> comments, of those themes that may be shown: enough comments, and not simply everyone's."""
    counts = {theme: int(marks.sum()) for theme, marks in part.carries.items()}
    return {theme: n for theme, n in counts.items() if least.theme <= n < part.size}


def safe_sum(counts: Sequence[int], least: int) -> bool:
    """Whether a sum may stand beside those of its parts that are shown (at least `least`): none hidden, or several that count enough together."""
    hidden = [n for n in counts if n < least]
    return not hidden or (len(hidden) > 1 and sum(hidden) >= least)


def shown_areas(part: Corpus, keep: Bools, least: int, allowed: Sequence[bool] | None = None) -> list[bool]:
    """Which areas may be shown, for the comments in `keep` only."""
    codes, size = part.area[keep], len(part.areas)
    if not len(codes) or not size:
        return [False] * size
    return survey_cells.protect({"area": codes}, {"area": size}, least, None if allowed is None else {"area": allowed})["area"]


def area_counts(part: Corpus, keep: Bools) -> Ints:
    """How many of the comments in `keep` come from each area."""
    codes = part.area[keep]
    return np.bincount(codes[codes >= 0], minlength=len(part.areas))


@dataclass(frozen=True, slots=True)
class Grid:
    """Theme by area over one period: how many comments of each area, which of them carry each theme; None where it may not be shown."""

    comments: Mapping[str, int | None]
    themes: Mapping[str, Mapping[str, int | None]]
    totals: Mapping[str, int]


def grid(part: Corpus, least: Least, by_wave: Mapping[str, Sequence[int]], wider: Grid | None = None) -> Grid:
    """The protected table of a period. `by_wave`: theme -> its counts wave by wave, which stand elsewhere; `wider` is the staff's table."""
    everyone = np.ones(part.size, dtype=bool)
    base = shown_areas(part, everyone, least.cell, _allowed(part, None if wider is None else wider.comments))
    sizes = area_counts(part, everyone)
    comments = {name: int(n) if on else None for name, n, on in zip(part.areas, sizes, base, strict=True)}
    themes: dict[str, dict[str, int | None]] = {}
    totals: dict[str, int] = {}
    for theme, marks in part.carries.items():
        n = int(marks.sum())
        known = least.theme <= n < part.size and safe_sum(by_wave.get(theme, ()), least.theme)
        if not known or (wider is not None and theme not in wider.totals):
            continue
        counts = area_counts(part, marks)
        bounds = base if wider is None else [on and wider.themes[theme][name] is not None for on, name in zip(base, part.areas, strict=True)]
        shown = shown_areas(part, marks, least.theme, bounds)
        if any(on and count == size for on, count, size in zip(shown, counts, sizes, strict=True)):
            shown = [False] * len(shown)
        totals[theme] = n
        themes[theme] = {name: int(count) if on else None for name, count, on in zip(part.areas, counts, shown, strict=True)}
    return Grid(comments, themes, totals)


def _allowed(part: Corpus, comments: Mapping[str, int | None] | None) -> list[bool] | None:
    """The areas that another layer shows."""
    return None if comments is None else [comments.get(name) is not None for name in part.areas]
