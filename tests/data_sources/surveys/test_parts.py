"""Lists of answers, weeks, what is struck out, trackers: each by itself."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import SourceError
from data_sources.surveys import recognise, scrub, trackers, weeks
from data_sources.surveys.base import Tracker
from data_sources.surveys.lists import by_options, lists_by_options, options_of, split

FIXTURES = Path(__file__).parents[2] / "fixtures" / "surveys"


def test_options_may_hold_the_sign_between_them() -> None:
    options = ("Email lists such as r-help, r-pkg, or r-devel", "Email", "Books")
    assert by_options("Email, Email lists such as r-help, r-pkg, or r-devel, Books", options, ", ") == ["Email", options[0], "Books"]
    assert by_options("Books, my cousin, who knows, Email", options, ", ") == ["Books", "my cousin, who knows", "Email"]
    assert by_options("", options, ", ") == []


@given(st.lists(st.sampled_from(["A", "B, b", "C (c, d)", "Ab"]), unique=True, max_size=4))
def test_what_was_joined_is_split_again(chosen: list[str]) -> None:
    assert by_options(", ".join(chosen), ("A", "B, b", "C (c, d)", "Ab"), ", ") == chosen


def test_free_text_and_single_answers_are_no_lists() -> None:
    assert options_of({"No, not at all": 20, "Yes, a little": 10, "Yes, a lot": 5}, ", ") == ()
    assert options_of({f"Well, story {n}, and more of {n}": 1 for n in range(50)}, ", ") == ()
    assert set(options_of({"A": 9, "B": 8, "A, B": 5, "A, C": 4, "B, C": 3, "C": 3}, ", ")) == {"A", "B", "C"}


def test_empty_parts_of_a_list_go() -> None:
    assert split(pa.array(["a;b;", None, ";", "c"]), ";").to_pylist() == [["a", "b"], None, [], ["c"]]
    assert lists_by_options(pa.array(["a, b", None, "b"]), ("a", "b"), ", ").to_pylist() == [["a", "b"], None, ["b"]]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("write to anna.b+x@mail.example.org", {"e-mail"}),
        ("call 212-555-0134 or (212) 555-0134", {"phone"}),
        ("ring +44 20 7946 0958", {"phone"}),
        ("from 192.0.2.44", {"network address"}),
        ("2001:db8:0:0:8a2e:370:7334:1 it was", {"network address"}),
        ("Officer 4821 was rude", {"badge number"}),
        ("badge no. 77", {"badge number"}),
        ("at 10:15 on 2026-05-04, 25 of 100 people, $100,000 - $149,999", set()),
        ("C-3P0 and R2 D2", set()),
    ],
)
def test_what_is_struck_out(text: str, kinds: set[str]) -> None:
    clean, found = scrub.scrubbed(pa.array([text, "nothing here"]))
    assert set(found) == kinds
    assert all(f"[{kind}]" in clean[0].as_py() for kind in kinds)
    assert clean[1].as_py() == "nothing here"
    assert clean[0].as_py() == text or kinds


@given(st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)))
def test_every_way_to_write_a_day_gives_its_monday(day: dt.date) -> None:
    monday = (day - dt.timedelta(days=day.weekday())).isoformat()
    for text, order in ((f"{day:%Y-%m-%d} 10:00:00", ""), (f"{day:%m/%d/%Y %I:%M:%S %p}", "mdy"), (f"{day:%d.%m.%Y} 10:00", "dmy")):
        assert weeks.weeks(pa.array([text]), order)[0].to_pylist() == [monday]  # type: ignore[arg-type]


def test_days_that_do_not_exist_are_told() -> None:
    found, notes = weeks.weeks(pa.array(["2026-02-30 10:00", "yesterday", None, "2026-02-27 10:00"]), "")
    assert found.to_pylist() == ["", "", "", "2026-02-23"]
    assert [(note.code, note.count) for note in notes] == [("date_unread", 2)]
    mixed, notes = weeks.weeks(pa.array(["13/02/2026", "02/13/2026"]), "")
    assert mixed.to_pylist() == ["", ""]
    assert [note.code for note in notes] == ["date_order"]


def test_tracker() -> None:
    (found,) = recognise.read(FIXTURES / "tracker" / "boroughs.csv")
    assert isinstance(found, Tracker)
    assert (found.scale, found.overall, found.rows_read) == (1, "City", 8)
    assert found.areas == ("City", "North End", "South End")  # one spelling each
    first = found.rows[0]
    assert (first.area, first.date, first.measure, first.value, first.base) == ("North End", dt.date(2025, 12, 31), '"Good job" local', 0.56, 1012.0)
    assert {row.value for row in found.rows if row.area == "City" and row.measure == "Listens"} == {0.71, 0.7}
    assert {note.code: note.count for note in found.notes} == {"area_spelling": 1, "no_figure": 1}


@pytest.mark.parametrize(
    ("text", "day"),
    [("2024 Q1", dt.date(2024, 3, 31)), ("Q4 2023", dt.date(2023, 12, 31)), ("2024", dt.date(2024, 12, 31)), ("2024-02", dt.date(2024, 2, 29))],
)
def test_periods(text: str, day: dt.date) -> None:
    assert trackers.period(text, "ymd") == day


def test_tracker_with_dates_that_could_be_either(tmp_path: Path) -> None:
    path = tmp_path / "tracker.csv"
    path.write_text("Date;Area;Measure;Percent\n01/02/2026;North;Trust;56\n01/03/2026;North;Trust;57\n", encoding="utf-8")
    with pytest.raises(SourceError, match="day/month or month/day"):
        recognise.read(path)
    (found,) = recognise.read(path, order="dmy")
    assert isinstance(found, Tracker)
    assert found.scale == 100
    assert [row.date.month for row in found.rows] == [2, 3]
