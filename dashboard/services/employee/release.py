"""The release job: answers of one wave go in once, the frozen table comes out. Nothing else in the house reads an answer of an employee.

Everything that needs persons is computed here and nowhere else: cells, indices, intervals, reliability, drivers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import NotEnoughData
from dashboard.privacy import banding, employee_release, staff_cells
from dashboard.privacy.employee_release import Cell, Number, Question, StaffRelease
from dashboard.privacy.staff_cells import WHOLE, Cut, K, Shown
from dashboard.schema import employee
from dashboard.schema.employee import Division
from dashboard.schema.questions import Definition
from dashboard.services.employee import columns, conditional, numbers
from dashboard.services.employee.columns import PEOPLE, Columns, Variable
from dashboard.services.employee.numbers import FAVOURABLE, INDEX, Index
from dashboard.stats import drivers, engagement, survey_scores

Bools = NDArray[np.bool_]
Heads = Mapping[str, Mapping[str, float]]
Progress = Callable[[float, str], None]
RESPONSE = "response_rate"
ENOUGH = 50  # answers, before the whole staff's shares of single answers, and drivers, are said


@dataclass(frozen=True, slots=True)
class Wave:
    """What the job must know of a wave: how it was declared, how many were asked (`heads`: cut -> level -> people, 'whole' -> '')."""

    about: Mapping[str, Any]
    definition: Definition
    division: Division
    heads: Heads = field(default_factory=dict)
    closed: frozenset[str] = frozenset()  # questions asked of the same people shortly before: two results so close together could tell who joined


def compute(answers: Sequence[Mapping[str, Any]], wave: Wave, progress: Progress | None = None, k: int = K) -> StaffRelease:
    """The release of one wave from its answers. ReleaseRefused when anything breaks its promise: then nothing is released."""
    say = progress or (lambda _share, _words: None)
    table = columns.of(answers, wave.definition, wave.division)
    asked = [one for one in table.variables.values() if one.name not in wave.closed]
    shown: dict[str, Shown] = {}
    questions = [_people(table, wave, k)]
    for place, one in enumerate(asked):
        say(0.9 * place / max(1, len(asked)), f"Protecting {one.name}")
        shown[one.name] = staff_cells.protect([cut.only(one.answered) for cut in table.cuts], one.boxes[one.answered], k)
        questions.append(_question(one, table, shown[one.name], wave))
    for index in numbers.indices(wave.definition, {one.name: one for one in asked}):
        questions.append(_index(index, table, shown, wave))
    say(0.92, "Looking for what goes with satisfaction")
    extras = {
        "drivers": {} if wave.closed else _drivers(table, wave, shown),  # over those who answered everything: beside a result close to this it could
        "alpha": {} if wave.closed else _alphas(table, shown),  # tell of the few that differ
        "boxes": _boxes(table, shown),
        "choices": _choices(table, wave),
        "dropped": {name: list(one.dropped) for name, one in shown.items() if one.dropped},
    }
    say(0.97, "Auditing everything together")
    names = {cut.name: cut.levels for cut in table.cuts}
    return employee_release.seal(wave.about, names, questions, extras=extras, k=k)


def _cells(table: Columns, shown: Shown, answered: Bools) -> list[tuple[str, str, Bools]]:
    """Every cell that may be shown with its members (n,)."""
    found = [(WHOLE, "", answered)] if shown.whole else []
    for cut in table.cuts:
        found += [(cut.name, cut.levels[at], answered & (cut.codes == at)) for at in np.flatnonzero(shown.cells[cut.name])]
    return found


def _population(wave: Wave, cut: str, level: str) -> float | None:
    """How many people a cell has, if that is known."""
    return wave.heads.get(cut, {}).get(level)


def _people(table: Columns, wave: Wave, k: int) -> Question:
    """How many answered, and which share of those asked that is."""
    everyone = np.ones(table.size, dtype=bool)
    if not table.size:
        return Question(PEOPLE, "1", (PEOPLE, RESPONSE), ())
    shown = staff_cells.protect(table.cuts, np.zeros(table.size, dtype=np.int64), k, counted=True)
    cells = []
    for cut, level, who in _cells(table, shown, everyone):
        n, asked = int(who.sum()), _population(wave, cut, level)
        found = [Number(PEOPLE, "count", n)]
        if asked:
            found.append(Number(RESPONSE, "share", min(1.0, banding.people(n) / asked)))
        cells.append(Cell(cut, level, who, tuple(found)))
    return Question(PEOPLE, "1", (PEOPLE, RESPONSE), tuple(cells))


def _question(one: Variable, table: Columns, shown: Shown, wave: Wave) -> Question:
    """One variable over its cells; cells that are alike say only that."""
    cells = []
    for cut, level, who in _cells(table, shown, one.answered):
        alike = _alike(one, who)
        n = conditional.said(one.name, (cut, level), table, wave.definition)
        made = () if alike else numbers.of_variable(one, who, _population(wave, cut, level), n)
        cells.append(Cell(cut, level, who, made, alike, n))
    cells += [Cell(cut.name, level, who, (), alike) for cut, level, who, alike in _bands(one, table, shown)]
    return Question(one.name, _version(one.name, wave.definition), one.statistics, tuple(cells))


def _alike(one: Variable, who: Bools) -> str:
    """The answer that nearly all of these people gave; empty when they differ."""
    spread = np.bincount(one.boxes[who])
    if spread.max() < staff_cells.MOST * spread.sum():
        return ""
    at = int(spread.argmax())
    return one.labels[at] if at < len(one.labels) else f"{20 * at} to {20 * at + 20}"


def _bands(one: Variable, table: Columns, shown: Shown) -> list[tuple[Cut, str, Bools, str]]:
    """Cells that count as hidden because their answers are alike: they may say that, and nothing else."""
    found = []
    for cut in table.cuts:
        if cut.name in shown.dropped or not shown.whole or any(parent in shown.dropped for parent in cut.parents):
            continue
        for at in np.flatnonzero(~shown.cells[cut.name]):
            who = one.answered & (cut.codes == at)
            if int(who.sum()) >= K and (alike := _alike(one, who)):
                found.append((cut, cut.levels[at], who, alike))
    return found


def _version(name: str, definition: Definition) -> str:
    """Wording and scale of a question in one short text: waves with the same one can be compared."""
    question = next((one for one in definition.questions() if name in one.answer_ids()), None)
    if question is None:
        return "cbi-work-2005" if name == columns.BURNOUT else "1"
    return f"{question.wording_hash('en')[:8]}-{question.scale_hash()[:8]}"


def _index(index: Index, table: Columns, shown: Mapping[str, Shown], wave: Wave) -> Question:
    """An index over the cells in which every one of its questions is shown with its numbers."""
    names = {cut.name: cut for cut in table.cuts}
    open_cells = None
    for item in index.items:
        one = table.variables[item]
        here = {(cut, level) for cut, level, who in _cells(table, shown[item], one.answered) if not _alike(one, who)}
        open_cells = here if open_cells is None else open_cells & here
    cells = []
    for cut, level in sorted(open_cells or ()):
        inside = np.ones(table.size, dtype=bool) if cut == WHOLE else names[cut].codes == names[cut].levels.index(level)
        number = numbers.of_index(index, table.variables, inside, _population(wave, cut, level))
        members = inside & _any_answered(index, table)
        cells.append(Cell(cut, level, members, (number,), said=_said(index, (cut, level), table, wave.definition)))
    return Question(index.name, index.version, (INDEX,), tuple(cells), index.items)


def _said(index: Index, cell: tuple[str, str], table: Columns, definition: Definition) -> int | None:
    """How many are said to have answered an index of questions that all depend on other answers: no more exactly than of those."""
    counts = [conditional.said(item, cell, table, definition) for item in index.items]
    return max(n for n in counts if n is not None) if None not in counts else None


def _any_answered(index: Index, table: Columns) -> Bools:
    """Who answered at least one question of an index."""
    return np.asarray(np.any([table.variables[item].answered for item in index.items], axis=0))


def _themes(table: Columns, definition: Definition, shown: Mapping[str, Shown]) -> dict[str, NDArray[np.float64]]:
    """Each person's mean score of each theme, where at least half of its questions were answered."""
    found = {}
    for theme in employee.THEMES:
        items = [name for one in definition.questions() if one.concept == theme for name in one.answer_ids() if name in shown and shown[name].whole]
        scores = [table.variables[name].scores["mean"] for name in items if "mean" in table.variables[name].scores]
        if scores:
            stack = np.vstack(scores)
            there = np.isfinite(stack)
            total = np.where(there, stack, 0.0).sum(axis=0)
            found[theme] = np.where(there.sum(axis=0) * 2 >= len(scores), total / np.maximum(there.sum(axis=0), 1), np.nan)
    return found


def _drivers(table: Columns, wave: Wave, shown: Mapping[str, Shown]) -> dict[str, Any]:
    """What goes with satisfaction, rounded; nothing where too few answered everything."""
    themes = _themes(table, wave.definition, shown)
    outcome = themes.pop("global_satisfaction", None)
    if outcome is None or len(themes) < 2:
        return {}
    try:
        found = drivers.drivers(themes, outcome)
    except NotEnoughData:
        return {}
    made = []
    for one in found.together.drivers:
        own = found.own[one.name]
        ends = [None if end is None else round(end, 2) for end in (own.value, own.low, own.high)]
        performance = banding.score(_performance(one.name, table, wave, shown))
        made.append(
            {"theme": one.name, "performance": performance, "importance": round(one.importance, 2), "low": round(one.low, 2)}
            | {"high": round(one.high, 2), "rank": one.rank, "rank_low": one.rank_low, "rank_high": one.rank_high, "quadrant": one.quadrant}
            | {"own": ends[0], "own_low": ends[1], "own_high": ends[2], "matters": found.matters(one.name)}
        )
    return {"outcome": "global_satisfaction", "n": banding.people(found.together.n), "explained": round(found.explained, 2), "themes": made}


def _performance(theme: str, table: Columns, wave: Wave, shown: Mapping[str, Shown]) -> float:
    """How a theme stands: the mean of its questions' means as they are released. Over those alone who answered everything it would, beside those
    means, tell of the few who did not."""
    items = [name for one in wave.definition.questions() if one.concept == theme for name in one.answer_ids() if name in shown and shown[name].whole]
    means = []
    for one in (table.variables[name] for name in items if "mean" in table.variables[name].scores):
        n = int(one.answered.sum())
        banded = any(banding.share(float(np.nanmean(share)), n).status != banding.SAID for share in one.shares.values())
        means.append(banding.score(float(np.nanmean(one.scores["mean"])), banded=banded))
    return float(np.mean(means))


def _alphas(table: Columns, shown: Mapping[str, Shown]) -> dict[str, Any]:
    """Cronbach's alpha of each part of the engagement index, over the whole staff."""
    found = {}
    for name, items in engagement.VERSIONS[engagement.VERSION].items():
        if all(item in shown and shown[item].whole for item in items):
            one = survey_scores.alpha([table.variables[item].scores["mean"] for item in items])
            if one.value is not None:
                found[name] = {"alpha": round(one.value, 2), "n": banding.people(one.n), "items": len(items)}
    return found


def _boxes(table: Columns, shown: Mapping[str, Shown]) -> dict[str, list[list[Any]]]:
    """The whole staff's share of each answer of a scale, banded at the ends."""
    found = {}
    for name, one in table.variables.items():
        n = int(one.answered.sum())
        if name in shown and shown[name].whole and FAVOURABLE in one.shares and n >= ENOUGH and not _alike(one, one.answered):
            spread = np.bincount(one.boxes[one.answered], minlength=len(one.labels)) / n
            said = [banding.share(float(p), n) for p in spread]
            found[name] = [[label, share.value, share.status] for label, share in zip(one.labels, said, strict=True)]
    return found


def _choices(table: Columns, wave: Wave) -> dict[str, list[list[Any]]]:
    """The whole staff's share of each answer of a choice, banded at the ends: reasons to leave, for example."""
    found = {}
    for name, options in table.choices.items():
        n = int(np.isfinite(next(iter(options.values()))).sum()) if options else 0
        if name not in wave.closed and n >= ENOUGH:
            said = {code: banding.share(float(np.nanmean(hits)), n) for code, hits in options.items()}
            if all(share.status != banding.AT_LEAST for share in said.values()):
                found[name] = [[code, share.value, share.status] for code, share in said.items()]
    return found
