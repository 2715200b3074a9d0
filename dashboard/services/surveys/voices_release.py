"""What did people write about? Counted once when a wave closes, protected, frozen in two layers; every page and file reads only that."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import itertools
import json
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dashboard.access.roles import Permission
from dashboard.services.forms import today
from dashboard.services.restricted import restricted
from dashboard.services.surveys import standing
from dashboard.services.surveys import voice_cells as cells
from dashboard.services.surveys import voice_contrasts as contrasts
from dashboard.services.surveys.voice_cells import Corpus, Grid, Least
from dashboard.store.survey_releases import SurveyReleases
from dashboard.store.surveys import CLOSED, Surveys, Wave
from dashboard.text import counts, sentiment, themes
from dashboard.text.counts import Frequency
from dashboard.text.keyness import Keyness

if TYPE_CHECKING:
    from dashboard.services.house import House

LAYERS = {"staff": "voice_staff", "public": "voice_public"}
READABLE = (*themes.LANGUAGES, "")  # '' is too short to tell, and is looked up in all of them
FAMILIES = ("community", "event", "post_contact")
WORDS = 80


@restricted(Permission.MANAGE_SURVEYS)
def renew(house: House, survey_id: str, who: str) -> bool:
    """Count and freeze the comments of a survey's closed waves, for staff and for the public; nothing is frozen where nothing has changed.

    False, and nothing frozen, while some of them were not read under the standing in force: a part of them would be wrong numbers.
    """
    releases = SurveyReleases(house.records)
    before = {layer: releases.newest(survey_id, name) for layer, name in LAYERS.items()}
    waves = [wave for wave in Surveys(house.records).waves(survey_id) if wave.state == CLOSED]
    survey = Surveys(house.records).get(survey_id)
    if survey.family not in FAMILIES:
        return True
    store, names = standing.comments(house), [wave.id for wave in waves]
    rows = store.of_waves(names)
    if store.left(names):  # asked after the rows were read: another process may be reading them under newer names
        return False
    if not rows and not any(before.values()):
        return True
    known, others = cells.corpus(rows, [wave.id for wave in waves], themes.IDS, READABLE)
    old = {layer: one.content if one is not None else None for layer, one in before.items()}
    inside = staff_only(house, waves)
    periods = periods_of(waves, old["staff"], house.settings.text("text.area_period"), today(house), inside)
    about = {"title": survey.title, "family": survey.family, "codebook": themes.VERSION, "labels": dict(themes.labels("en"))}
    made: dict[str, dict[str, Any]] = {}
    shared = _Shared()
    for layer in LAYERS:  # the public layer shows only what the staff layer shows, and nothing of waves that are for staff
        mine = [wave for wave in waves if layer == "staff" or wave.id not in inside]
        job = _Job(known, others, mine, _least(house, layer), old[layer], shared)
        spans = [one for one in periods if layer == "staff" or not inside.intersection(one[1])]
        content = {**about, "k": dataclasses.asdict(job.least), "waves": job.waves_made(), "periods": job.periods_made(spans)}
        made[layer] = content | {"pairs": job.pairs(content)}
    if any(old[layer] != json.loads(json.dumps(made[layer])) for layer in LAYERS):
        releases.publish(survey_id, {name: made[layer] for layer, name in LAYERS.items()}, who)
    return True


def _least(house: House, layer: str) -> Least:
    """The minimum counts of a layer."""
    number = house.settings.number
    return Least(int(number("survey.min_comments")), int(number(f"text.min_{layer}")), sentiment.MINIMUM)


def staff_only(house: House, waves: Sequence[Wave]) -> set[str]:
    """The waves whose results are never published."""
    surveys = Surveys(house.records)
    return {wave.id for wave in waves if surveys.version(wave.survey_id, wave.version).staff_only}


def periods_of(
    waves: Sequence[Wave], before: Mapping[str, Any] | None, rule: str, day: dt.date, inside: Collection[str] = ()
) -> list[tuple[str, list[str]]]:
    """Over which waves are areas counted: (name, wave ids). What was published once keeps its waves, so that two versions cannot be subtracted.

    By year: the waves that opened in a calendar year, once it is over; those for staff only (`inside`) apart. By wave: each by itself.
    """
    there = {wave.id: wave for wave in waves}
    kept = [(str(one["name"]), [name for name in one["waves"] if name in there]) for one in (before or {}).get("periods", [])]
    kept = [(name, members) for name, members in kept if members]
    taken = {name for _, members in kept for name in members}
    free = [wave for wave in waves if wave.id not in taken]
    if rule == "wave":
        kept += [(wave.name, [wave.id]) for wave in free]
    else:
        found: dict[str, list[str]] = {}
        for wave in free:
            if wave.opens.year < day.year:
                found.setdefault(f"{wave.opens.year}{', for staff' if wave.id in inside else ''}", []).append(wave.id)
        kept += list(found.items())
    return sorted(kept, key=lambda one: min(there[name].opens for name in one[1]))


def tone(part: Corpus) -> list[float] | None:
    """A mean tone as it is frozen: mean, low, high, scored comments; None where too few were scored."""
    found = _tone(part.tone.tobytes())
    return None if found is None else list(found)


@functools.lru_cache(maxsize=1024)
def _tone(tones: bytes) -> tuple[float, ...] | None:
    """The mean of these tones; kept, because both layers ask for the same."""
    found = sentiment.summary([None if np.isnan(one) else float(one) for one in np.frombuffer(tones)])
    mean = found.mean
    if mean.value is None or mean.low is None or mean.high is None:
        return None
    return (round(mean.value, 4), round(mean.low, 4), round(mean.high, 4), found.scored)


@dataclasses.dataclass(frozen=True, slots=True)
class _Shared:
    """What is worked out once for both layers; each shows of it what it may."""

    grids: dict[str, Grid] = dataclasses.field(default_factory=dict)
    words: dict[str, tuple[Frequency, ...]] = dataclasses.field(default_factory=dict)
    pairs: dict[tuple[str, int, int], Keyness] = dataclasses.field(default_factory=dict)

    def frequencies(self, wave_id: str, part: Corpus) -> tuple[Frequency, ...]:
        """The words of a wave that at least five comments use."""
        if wave_id not in self.words:
            self.words[wave_id] = counts.frequencies(part.texts, most=WORDS)
        return self.words[wave_id]

    def compared(self, key: str, first: Corpus, second: Corpus) -> Keyness:
        """The words that set a pair apart; a pair of other waves has other sizes."""
        name = (key, first.size, second.size)
        if name not in self.pairs:
            self.pairs[name] = contrasts.compared(first, second)
        return self.pairs[name]


@dataclasses.dataclass(frozen=True, slots=True)
class _Job:
    """One layer of one survey: its comments, its minimum counts, and what was frozen before."""

    known: Corpus
    others: Corpus
    waves: Sequence[Wave]
    least: Least
    before: Mapping[str, Any] | None
    shared: _Shared

    @property
    def _comparable(self) -> bool:
        """Whether what was frozen before was counted by the same codebook and minimum counts."""
        before = self.before or {}
        return before.get("codebook") == themes.VERSION and before.get("k") == dataclasses.asdict(self.least)

    def waves_made(self) -> list[dict[str, Any]]:
        """Every wave."""
        made = [self._wave(wave) for wave in self.waves]
        for place, wave in enumerate(self.waves):
            earlier = earlier_of(self.waves, place)
            if earlier is not None:
                changes = contrasts.changes(self._part(self.waves[earlier]), self._part(wave), made[earlier]["themes"], made[place]["themes"])
                made[place] |= {"since": self.waves[earlier].name, "changes": changes}
        return made

    def _part(self, wave: Wave) -> Corpus:
        """The comments of one wave."""
        return self.known.of_waves([wave.id])

    def _wave(self, wave: Wave) -> dict[str, Any]:
        """One wave: its themes, tone, words and languages; a wave with too few comments is only named."""
        about = {"id": wave.id, "name": wave.name, "opens": wave.opens.isoformat(), "sampling": wave.sampling}
        part = self._part(wave)
        empty: dict[str, Any] = {"n": None, "themes": {}, "tone": None, "words": []}
        if part.size < self.least.cell:
            return about | empty
        made = about | {
            "n": part.size,
            "themes": {theme: contrasts.share(n, part.size) for theme, n in cells.theme_counts(part, self.least).items()},
            "tone": tone(part),
            "words": [[one.word, one.comments] for one in self.shared.frequencies(wave.id, part) if one.comments >= self.least.theme],
            **self._languages(part, self.others.of_waves([wave.id])),
        }
        return self._steady(made, next((one for one in (self.before or {}).get("waves", []) if one["id"] == wave.id), None))

    def _languages(self, part: Corpus, others: Corpus) -> dict[str, Any]:
        """How many comments are in English and how many in other languages, where neither is a handful; those in no language of the codebook."""
        english = int((part.language == "en").sum())
        told: dict[str, Any] = {}
        if min(english, part.size - english) >= self.least.theme:
            told["english"] = english
        if others.size >= self.least.theme:
            told["unread"] = others.size
        return told

    def _steady(self, made: dict[str, Any], earlier: Mapping[str, Any] | None) -> dict[str, Any]:
        """A correction changes a number only if it moves by nobody or by enough comments: else the difference would be them."""
        if earlier is None or earlier["n"] is None or not self._comparable:
            return made
        if 0 < abs(made["n"] - earlier["n"]) < self.least.cell:
            return dict(earlier)
        for theme, cell in earlier["themes"].items():
            if theme in made["themes"] and 0 < abs(made["themes"][theme][0] - cell[0]) < self.least.theme:
                made["themes"][theme] = cell
        return made

    def periods_made(self, periods: Sequence[tuple[str, list[str]]]) -> list[dict[str, Any]]:
        """Every period with its areas; the public layer stays within the staff's tables."""
        found: list[dict[str, Any]] = []
        last: tuple[Corpus, Grid] | None = None
        for name, members in periods:
            parts = [self.known.of_waves([wave]) for wave in members]
            part = self.known.of_waves(members)
            if not cells.safe_sum([one.size for one in parts], self.least.cell) or part.size < self.least.cell:
                found.append({"name": name, "waves": members, "n": None, "areas": {}, "themes": {}, "cells": {}})
                continue
            by_wave = {theme: [int(one.carries[theme].sum()) for one in parts] for theme in part.carries}
            table = cells.grid(part, self.least, by_wave, self.shared.grids.get(name))
            self.shared.grids.setdefault(name, table)
            made = self._period(part, table) | {"name": name, "waves": members}
            if last is not None:
                made |= {"since": found[-1]["name"], **contrasts.period_changes(*last, part, table)}
            earlier = next((one for one in (self.before or {}).get("periods", []) if one["name"] == name and one["waves"] == members), None)
            found.append(dict(earlier) if earlier is not None and earlier["n"] == part.size and self._comparable else made)
            last = part, table
        return found

    def _period(self, part: Corpus, table: Grid) -> dict[str, Any]:
        """One period: themes in all, by area, and their tone."""
        scored = ~np.isnan(part.tone) & (part.tone != 0)
        heard = cells.shown_areas(part, scored, self.least.tone)
        areas: dict[str, Any] = {}
        for place, name in enumerate(part.areas):
            n = table.comments[name]
            if n is not None:
                areas[name] = {"n": n, "tone": tone(part.part(part.area == place)) if heard[place] else None}
        return {
            "n": part.size,
            "areas": areas,
            "themes": {theme: contrasts.share(n, part.size) for theme, n in table.totals.items()},
            "cells": {
                theme: {name: contrasts.share(n, areas[name]["n"]) for name, n in by_area.items() if n is not None}
                for theme, by_area in table.themes.items()
            },
            "tone": {theme: found for theme in table.totals if (found := tone(part.part(part.carries[theme]))) is not None},
            "apart": contrasts.areas_apart(part, table),
        }

    def pairs(self, content: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Which words set the declared pairs apart, those with words first: the last wave and the same season a year before, each period and the one
        before it, each area and all other areas of the last period.
        """
        made: list[dict[str, Any]] = []
        place = len(self.waves) - 1
        earlier = earlier_of(self.waves, place)
        if earlier is not None and all(content["waves"][one]["n"] is not None for one in (place, earlier)):
            last, first = self.waves[place], self.waves[earlier]
            made.append(self._words("wave", (last.name, first.name), self._part(last), self._part(first)))
        shown = [(str(one["name"]), self.known.of_waves(one["waves"]), one["areas"]) for one in content["periods"] if one["n"] is not None]
        for (before, old, _), (now, new, _) in reversed(list(itertools.pairwise(shown))):
            made.append(self._words(f"period:{now}", (now, before), new, old))
        for name, part, areas in shown[-1:]:
            for area in areas:
                inside = part.area == part.areas.index(area)
                heads = (f"{area} in {name}", "all other areas")
                made.append(self._words(f"area:{area}", heads, part.part(inside), part.part(~inside)))
        return sorted(made, key=lambda one: not one["words"])

    def _words(self, key: str, heads: tuple[str, str], first: Corpus, second: Corpus) -> dict[str, Any]:
        """One pair."""
        return contrasts.words(key, heads, self.shared.compared(key, first, second), self.least)


def earlier_of(waves: Sequence[Wave], place: int) -> int | None:
    """With which wave is this one compared: the same month a year before, else the wave before; None for the first."""
    if not 0 < place < len(waves):
        return None
    opens = waves[place].opens
    for other in range(place):
        if (waves[other].opens.year, waves[other].opens.month) == (opens.year - 1, opens.month):
            return other
    return place - 1
