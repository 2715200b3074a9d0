"""Are formulas taken apart where they may be, and is nothing computed twice?"""

from __future__ import annotations

from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pytest

from data_sources import steps
from data_sources.coded import Coded, Column, Lexicon
from data_sources.engine import Engine
from data_sources.expressions import once
from data_sources.formulas import Layer, Stack, parts, replaced
from data_sources.steps import Step, grouped

TEXT = ibis.table({"a": "string", "b": "string", "c": "string"}, name="text")


class Counting(Engine):
    """An engine that remembers how many rows it computed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.asked: list[int] = []

    def computed(self, name: str, data: pa.Table, statements: object, *, beside: bool = False) -> pa.Table:
        self.asked.append(data.num_rows)
        return super().computed(name, data, statements, beside=beside)  # type: ignore[arg-type]


@pytest.fixture
def engine(tmp_path: Path) -> Counting:
    return Counting(tmp_path)


def coded(values: list[str | None], lexicon: Lexicon) -> Coded:
    return Coded(lexicon.numbers(pa.array(values, pa.string())), lexicon)


def as_list(column: Column) -> list[object]:
    return list((column.decoded() if isinstance(column, Coded) else column).to_pylist())


def test_the_largest_parts_that_read_one_column_are_found() -> None:
    long = TEXT.a.upper().substr(0, 3)
    formula = (long == "NEW") & TEXT.b.isnull() & (long != TEXT.c)
    found = [node.to_expr() for node in parts(formula, {"a", "b"})]
    assert {str(one) for one in found} == {str(long == "NEW"), str(TEXT.b.isnull()), str(long), str(TEXT.c)}


def test_a_part_never_uses_the_argument_of_a_function_around_it() -> None:
    formula = once(ibis.coalesce(TEXT.a, TEXT.b), lambda cell: (cell == TEXT.a.upper()) | (TEXT.c.upper() == "X"))
    found = [node.to_expr() for node in parts(formula, {"a", "b", "c"})]
    assert {str(one) for one in found} == {str(TEXT.a), str(TEXT.b), str(TEXT.a.upper()), str(TEXT.c.upper() == "X")}
    other = ibis.table({f"part{place}": one.type() for place, one in enumerate(found)}, name="parts")
    again = replaced(formula, {one.op(): other[f"part{place}"] for place, one in enumerate(found)})
    assert "text" not in ibis.to_sql(other.select(x=again), dialect="duckdb")


def test_a_result_knows_the_columns_at_the_bottom_and_what_is_only_passed_on() -> None:
    middle = ibis.table({"x": "string", "y": "string", "z": "boolean"}, name="middle")
    stack = Stack(
        [
            Layer(TEXT, {"x": TEXT.a, "y": TEXT.b + TEXT.c, "z": TEXT.c.isnull()}),
            Layer(middle, {"same": middle.x, "sum": middle.x + middle.y, "one": ibis.literal(1)}),
        ]
    )
    assert (stack.needs("same"), stack.needs("sum"), stack.needs("one")) == ({"a"}, {"a", "b", "c"}, frozenset())
    assert (stack.unchanged("same"), stack.unchanged("sum")) == ("a", None)
    assert [above for above, _ in stack.statements(["sum"])] == ["middle", ""]


def test_what_was_met_before_is_not_computed_again(engine: Counting) -> None:
    step = Step(engine, Stack([Layer(TEXT, {"up": TEXT.a.upper(), "both": TEXT.a + TEXT.b, "three": ibis.literal(3), "c": TEXT.c})]))
    a, b = Lexicon(pa.string()), Lexicon(pa.string())
    given = {"a": coded(["x", "y", "x", None], a), "b": coded(["1", "1", "1", "2"], b), "c": pa.array(["p", "q", "r", "s"])}
    found = step.columns(given, 4)
    assert as_list(found["up"]) == ["X", "Y", "X", None]
    assert as_list(found["both"]) == ["x1", "y1", "x1", None]
    assert as_list(found["three"]) == [3] * 4
    assert found["c"] is given["c"]
    before = len(engine.asked)
    found = step.columns({**given, "a": coded(["y", "y", "x", "x"], a), "b": coded(["1", "1", "1", "1"], b)}, 4)
    assert as_list(found["both"]) == ["y1", "y1", "x1", "x1"]
    assert engine.asked[before:] == []
    found = step.columns({**given, "a": coded(["y", "z", "x", "x"], a), "b": coded(["1", "2", "2", "1"], b)}, 4)
    assert as_list(found["both"]) == ["y1", "z2", "x2", "x1"]
    assert as_list(found["up"]) == ["Y", "Z", "X", "X"]
    assert sorted(engine.asked[before:]) == [2]


def test_where_nearly_every_row_differs_every_row_is_computed(engine: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "SMALL", 4)
    step = Step(engine, Stack([Layer(TEXT, {"both": TEXT.a + TEXT.b})]))
    values = [str(place) for place in range(40)]
    given = {"a": coded(values, Lexicon(pa.string())), "b": coded(values, Lexicon(pa.string()))}
    found = step.columns(given, 40)
    assert isinstance(found["both"], pa.Array)
    assert as_list(found["both"]) == [value * 2 for value in values]
    text = {name: pa.array(values) for name in ("a", "b")}
    assert as_list(step.columns(text, 40)["both"]) == [value * 2 for value in values]
    assert engine.asked == [40, 40]


def test_rows_keep_their_order_when_every_row_is_computed(engine: Counting) -> None:
    step = Step(engine, Stack([Layer(TEXT, {"both": TEXT.a + TEXT.b})]))
    values = np.arange(400_000).astype(str).tolist()
    found = step.columns({"a": pa.array(values), "b": pa.array(values)}, len(values))
    assert as_list(found["both"]) == [value * 2 for value in values]


def test_results_are_grouped_by_what_they_read() -> None:
    needs = {"one": frozenset("a"), "two": frozenset("ab"), "three": frozenset("c"), "four": frozenset("d"), "none": frozenset()}
    groups = grouped(needs, {"a": 90, "b": 90, "c": 4000, "d": 2}.__getitem__)
    assert {frozenset(group.names) for group in groups} == {frozenset({"one", "two"}), frozenset({"three"}), frozenset({"four"}), frozenset({"none"})}
    together = grouped({name: needs[name] for name in ("three", "four")}, {"c": 2000, "d": 2}.__getitem__)
    assert [(group.needs, set(group.names)) for group in together] == [(("c", "d"), {"three", "four"})]
