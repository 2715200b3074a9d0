"""The attacks on what was released, each as a count of tries and of what they found. Run by the tests and written down for the Methods page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.privacy import banding
from dashboard.privacy.staff_cells import K
from tests.attacks import hostile, integers, linear
from tests.attacks.exposed import ALIKE, Exposed

LIMIT = 0.5


@dataclass(frozen=True)
class Attack:
    """One attack: how often it was tried, how often it found something, and the number it is judged by, if it has one."""

    name: str
    tried: int
    found: int
    worst: float | None = None


def solving(waves: Sequence[Exposed]) -> Attack:
    """Whose answer lies in the span of everything shown? Found: people fixed to more than the limit."""
    tried, found, worst = 0, 0, 0.0
    for wave in waves:
        for question in wave.questions():
            cells = wave.cells(question)
            if cells:
                most = linear.leverage(cells)
                tried, found, worst = tried + len(cells[0]), found + (most > LIMIT + 1e-9), max(worst, most)
    return Attack("solving", tried, found, round(worst, 3))


def few(waves: Sequence[Exposed]) -> Attack:
    """Can the sum over 1 to k - 1 people be computed from all cells together?"""
    counts = [linear.small_groups(cells, K, 300) for wave in waves for question in wave.questions() if (cells := wave.cells(question))]
    return Attack("few", sum(one for one, _ in counts), sum(one for _, one in counts))


def pairs(waves: Sequence[Exposed], tries: int = 10_000) -> Attack:
    """Random pairs of sums of cells: do any two differ by 1 to k - 1 people?"""
    whole = [cells for wave in waves for question in wave.questions() if (cells := wave.cells(question))]
    each = -(-tries // max(1, len(whole)))
    counts = [linear.pairs(cells, K, each, seed) for seed, cells in enumerate(whole)]
    return Attack("pairs", sum(one for one, _ in counts), sum(one for _, one in counts))


def whole_numbers(waves: Sequence[Exposed]) -> Attack:
    """Small cells: is there only one kind of answers that agrees with all that is said of it?"""
    tried = found = 0
    for wave in waves:
        for question in wave.questions():
            variable = wave.table.variables[question]
            if set(variable.statistics) != {"favourable", "mean"} or len(variable.labels) != 5:
                continue
            for ways, true in _gone_through(wave, question):
                assert (ways == true).all(axis=1).any(), f"the attack on {question} does not allow for what is true"
                tried, found = tried + 1, found + bool(integers.forced(ways))
    return Attack("whole_numbers", tried, found)


def _gone_through(wave: Exposed, question: str) -> Iterable[tuple[integers.Ints, integers.Ints]]:
    """Per small cell of a question: the ways that agree with it, and how people truly answered."""
    rows = [row for row in wave.rows(question) if row["status"] != ALIKE]
    boxes = wave.table.variables[question].boxes
    boxes = boxes[boxes >= 0]
    for place in sorted({(row["cut"], row["cell"]) for row in rows}):
        own = [row for row in rows if (row["cut"], row["cell"]) == place]
        ways = integers.agreeing(own, wave.heads.get(place[0], {}).get(place[1]))
        if ways is not None:
            yield ways, np.bincount(boxes[wave.members(question, *place)], minlength=5)


def canary(seeds: Iterable[int]) -> Attack:
    """One person changes one answer: how many rows are there, and how many of those that moved may not move?"""
    tried = found = 0
    for seed in seeds:
        given = hostile.answers(seed)
        at, item = int(np.random.default_rng(seed).integers(0, len(given))), hostile.ITEMS[seed % len(hostile.ITEMS)]
        rows, wrong = strayed(given, changed(given, at, item), at, item)
        tried, found = tried + rows, found + wrong
    return Attack("canary", tried, found)


def changed(given: hostile.Answers, at: int, item: str) -> hostile.Answers:
    """The same answers but one."""
    other = [dict(one) for one in given]
    other[at][item] = other[at][item] % 5 + 1
    return other


def strayed(given: hostile.Answers, other: hostile.Answers, at: int, item: str) -> tuple[int, int]:
    """(rows, rows that moved and may not). A row may move that is of the question, or rests on it, in a cell with this person; and one that
    is hidden before or after, because what may be shown depends on whether answers are alike."""
    before, after = hostile.released(given), hostile.released(other)
    one = given[at]
    places = {("whole", ""), ("unit", one["U1"]), ("sworn", one["U5"]), ("tenure", one["U4"]), ("unit*sworn", f"{one['U1']}|{one['U5']}")}
    own = {item, *(name for name, items in before.extras["rests"].items() if item in items)}
    wrong = 0
    for row, now in zip(before.rows, after.rows, strict=True):
        hidden = {"not_shown", "alike"} & {row[-1], now[-1]}
        wrong += row != now and (row[0] not in own or (row[2:4] not in places and not hidden))
    return len(before.rows), wrong


def leavers(seeds: Iterable[int], changed: float = 0.3) -> Attack:
    """Somebody leaves between two waves: does the difference of the sums of a cell give that person's answer to one who knows who left?

    The attacker multiplies the mean of each wave by the number of people, which he knows exactly, and takes the nearest answer. A share `changed` of
    those who stay answers one step otherwise the next time. `worst` is his hit rate; he found something where it lies above that of a guess by more
    than chance explains (one-sided, 1 in 1,000).
    """
    hits, guesses, tried = 0, 0, 0
    for seed in seeds:
        rng = np.random.default_rng(seed)
        people = rng.choice([1, 2, 3, 4, 5], size=(46, 2), p=[0.1, 0.15, 0.25, 0.3, 0.2])
        first = people[:, 0]
        step = np.where(rng.random(46) < changed, rng.choice([-1, 1], 46), 0)
        second = np.clip(first + step, 1, 5)
        for gone in range(0, 46, 5):
            after = np.delete(second, gone)
            before, now = (banding.score(25.0 * float(np.mean(one - 1))) for one in (first, after))
            told = (46 * before - 45 * now) / 25.0 + 1
            hits += int(np.clip(round(told), 1, 5) == first[gone])
            guesses += int(np.bincount(first, minlength=6).argmax() == first[gone])
            tried += 1
    rate, base = hits / tried, guesses / tried
    above = rate - base > 3.09 * np.sqrt(2 * base * (1 - base) / tried)
    return Attack("leavers", tried, int(above), round(float(rate), 3))
