"""Do numbers in place of values stand for the same values, in memory and on disk?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_sources import coded
from data_sources.coded import Coded, Lexicon, combined, encoded
from data_sources.sink import Sink

TEXTS = st.lists(st.sampled_from(["a", "b", "", None, "ü", "c" * 50]), min_size=1, max_size=60)


def column(values: list[str | None], lexicon: Lexicon | None = None) -> Coded:
    lexicon = Lexicon(pa.string()) if lexicon is None else lexicon
    return Coded(lexicon.numbers(pa.array(values, pa.string())), lexicon)


def test_a_value_keeps_its_number_whatever_comes_later() -> None:
    lexicon = Lexicon(pa.string())
    first = lexicon.numbers(pa.array(["b", None, "a"])).tolist()
    assert lexicon.numbers(pa.array(["z", "a", None, "b"])).tolist() == [3, first[2], first[1], first[0]]
    assert lexicon.values.to_pylist() == ["b", None, "a", "z"]


@given(TEXTS, st.booleans())
def test_texts_come_back_from_numbers_and_references(values: list[str | None], as_references: bool) -> None:
    array = pa.array(values, pa.string())
    codes, words = encoded([array.dictionary_encode() if as_references else array, array.slice(1)])
    assert words.take(pa.array(codes.tolist(), pa.int32())).to_pylist() == values + values[1:]
    one = column(["other", None, *values])
    assert one.decoded().to_pylist() == ["other", None, *values]
    assert one.referring().to_pylist() == ["other", None, *values]


def test_only_values_that_occur_are_referred_to_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coded, "COMPACT", 3)
    lexicon = Lexicon(pa.string())
    column([None, "a", "b", "c", "d"], lexicon)
    found = column(["c", None, "a", "c"], lexicon).referring()
    assert found.to_pylist() == ["c", None, "a", "c"]
    assert found.dictionary.to_pylist() == ["a", "c"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["x", None]), st.sampled_from("mnopq")), min_size=1, max_size=80), st.booleans())
def test_rows_with_the_same_combination_get_the_same_number(rows: list[tuple[str, ...]], many: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(coded, "DENSE", 2 if many else coded.DENSE)
        which, first = combined([column(list(values)) for values in zip(*rows, strict=True)])
    assert [rows[first[number]] for number in which] == rows
    assert len(first) == len(set(rows))


def test_a_file_holds_what_came_however_it_came(tmp_path: Path) -> None:
    batches: list[list[str | None]] = [["a", "a", None, "b"], ["c", "c", "c", "c"], [None, None, None, None], ["x", "y", "z", "w"]]
    path = tmp_path / "one.parquet"
    with Sink(path) as sink:
        sink.add({"text": column(batches[0]), "day": pa.array([1, 2, 3, None], pa.int32())}, None)
        sink.add({"text": column(batches[1]), "day": pa.array([1, 2, 3, 4], pa.int32())}, np.array([0, 2]))
        sink.add({"text": column(batches[2]), "day": column([None] * 4).decoded().cast(pa.int32())}, None)
        sink.add({"text": pa.array(batches[3], pa.string()), "day": pa.array([9, 9, 9, 9], pa.int32())}, np.array([], np.int64))
        sink.add({"text": pa.array(batches[3], pa.string()), "day": pa.array([9, 9, 9, 9], pa.int32())}, None)
    found = pq.read_table(path)
    assert found.schema.field("text").type == pa.string()
    assert found["text"].to_pylist() == ["a", "a", None, "b", "c", "c", None, None, None, None, "x", "y", "z", "w"]
    assert found["day"].to_pylist() == [1, 2, 3, None, 1, 3, None, None, None, None, 9, 9, 9, 9]
    assert sink.rows == 14


def test_a_file_without_rows_is_not_made_and_a_failure_is_raised(tmp_path: Path) -> None:
    with Sink(tmp_path / "none.parquet") as sink:
        sink.add({"text": column(["a"])}, np.array([], np.int64))
    assert not (tmp_path / "none.parquet").exists()
    with pytest.raises(FileNotFoundError), Sink(tmp_path / "no folder" / "one.parquet") as sink:
        sink.add({"text": column(["a"])}, None)
