"""Are combinations counted right, however the rows come in batches and whatever was counted before?"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.store import cells
from dashboard.store.cells import Cube, Words, at_least
from dashboard.store.cube import Dimension, coded

ROWS = st.lists(st.tuples(st.sampled_from(["a", "b", None, "c"]), st.integers(0, 40) | st.none(), st.booleans() | st.none()), max_size=60)
SETS = {"all": ("ten", "word", "flag"), "two": ("ten", "flag"), "number": ("number",)}


def cube() -> Cube:
    dimensions = {
        "ten": (Dimension("ten", "number", lambda values: pa.compute.divide(values, pa.scalar(10, pa.int32()))), pa.int32()),
        "word": (Dimension("word", "word"), pa.string()),
        "flag": (Dimension("flag", "flag"), pa.bool_()),
        "number": (Dimension("number", "number"), pa.int32()),
    }
    return Cube(SETS, {name: Words(*told) for name, told in dimensions.items()})


def add(one: Cube, rows: list[tuple[str | None, int | None, bool | None]], sign: int = 1) -> None:
    names, kinds = ("word", "number", "flag"), (pa.string(), pa.int32(), pa.bool_())
    columns = {name: coded(pa.array([row[place] for row in rows], kinds[place])) for place, name in enumerate(names)}
    blocks = one.take_in(columns)
    for name in SETS:
        one.cells[name].add(one.key(name, blocks), sign)


def counts(one: Cube, name: str) -> dict[tuple[object, ...], int]:
    table = one.table(name)
    return {tuple(row[column] for column in SETS[name]): row["n"] for row in table.to_pylist()}


def by_hand(rows: list[tuple[str | None, int | None, bool | None]], name: str) -> dict[tuple[object, ...], int]:
    told = [{"word": word, "number": number, "flag": flag, "ten": None if number is None else number // 10} for word, number, flag in rows]
    return dict(Counter(tuple(row[column] for column in SETS[name]) for row in told))


@given(ROWS, ROWS, ROWS)
def test_batches_added_and_taken_away_are_the_rows_that_are_left(first: list, second: list, third: list) -> None:
    one = cube()
    for rows in (first, second, third):
        add(one, rows)
    add(one, second, -1)
    for name in SETS:
        assert counts(one, name) == by_hand(first + third, name)


@given(ROWS, ROWS)
def test_counts_made_before_are_gone_on_with(first: list, second: list) -> None:
    before, one = cube(), cube()
    add(before, first)
    for name in SETS:
        one.put(name, before.table(name))
    add(one, second)
    for name in SETS:
        assert counts(one, name) == by_hand(first + second, name)


def test_a_dimension_that_grows_gets_more_room_and_a_set_that_has_none_left_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    one = cube()
    rows = [("a", 1, True), ("b", 2, None)]
    add(one, rows)
    more = [(f"word {number}", number, bool(number % 2)) for number in range(5000)]
    add(one, more)
    for name in SETS:
        assert one.fits(name)
        assert counts(one, name) == by_hand(rows + more, name)
    monkeypatch.setattr(cells, "WIDEST", 20)
    add(one, [(f"other {number}", number, None) for number in range(70_000)])
    assert [name for name in SETS if one.fits(name)] == ["two", "number"]


def test_how_many_combinations_are_to_come_is_never_put_too_high() -> None:
    chance = np.random.default_rng(5)
    for values in (chance.integers(0, 30_000, 400_000), chance.geometric(0.001, 400_000), np.arange(400_000), np.arange(400_000) // 100):
        seen, every = len(np.unique(values[:40_000])), len(np.unique(values))
        assert at_least(seen, 40_000, 400_000) <= every * 1.02
    uniform = chance.integers(0, 30_000, 400_000)
    assert at_least(len(np.unique(uniform[:40_000])), 40_000, 400_000) == pytest.approx(30_000, rel=0.05)
    assert at_least(100, 100, 5000) == 5000
    assert at_least(100, 400, 400) == pytest.approx(100, rel=1e-6)
