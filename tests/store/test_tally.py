"""Counts are right: against counting by hand, whether they come from the rows or from rollups, and after any sequence of imports."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.errors import ScopeError
from dashboard.schema.scope import Audience, Scope
from dashboard.schema.staging import Staged
from dashboard.schema.tables import table
from dashboard.settings import DEFAULTS, Settings
from dashboard.store.facts import STAFF, Facts
from dashboard.store.home import Home
from dashboard.store.rollups import ROLLUPS, fits
from dashboard.store.tally import DERIVED, question

Stage = Callable[..., Staged]
Rows = Callable[..., pa.Table]
STOPS = table("stops")
BY = ("race_group", "district", "month", "date", "year", "quarter", "weekday", "hour", "time_band", "searched", "officer_key", "stop_reason_group")
SUMS = ("searched", "contraband_found", "age", "minute", "lat")


class Kept:
    """Facts, and the rows that they should hold."""

    def __init__(self, facts: Facts, rows: list[dict[str, Any]]) -> None:
        self.facts, self.rows = facts, rows

    def __repr__(self) -> str:
        return "kept"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, staged_in: Stage, make_rows: Rows) -> Kept:
    """Facts with rollups that imports, replacements and an undo have brought up to date, and the rows that should now be stored."""
    folder = tmp_path_factory.mktemp("kept")
    facts = Facts(Home(folder / "home"), rollup_from=0)
    first, more, newer = make_rows(300), make_rows(200, first=300), make_rows(40, first=280, seed=2)
    facts.commit(staged_in(folder, "one", first, files=2), "ann")
    facts.commit(staged_in(folder, "gone", make_rows(50, first=900)), "ann")
    facts.commit(staged_in(folder, "two", more, raw="raw_other"), "ann")
    facts.commit(staged_in(folder, "three", newer), "ann")
    facts.undo("gone", "ann")
    rows = {row["stop_person_id"]: row for part in (first, more, newer) for row in part.to_pylist()}
    return Kept(facts, list(rows.values()))


def derived(row: dict[str, Any], name: str) -> Any:
    """The value of a column, computed in plain Python."""
    date, minute = row["date"], row["minute"]
    rules: dict[str, Callable[[], Any]] = {
        "month": lambda: f"{date:%Y-%m}",
        "quarter": lambda: f"{date.year}-Q{(date.month + 2) // 3}",
        "year": lambda: date.year,
        "weekday": date.weekday,
        "hour": lambda: None if minute is None else minute // 60,
        "time_band": lambda: None if minute is None else minute // 240,
    }
    return rules[name]() if name in rules else row[name]


def by_hand(rows: list[dict[str, Any]], by: tuple[str, ...], sums: tuple[str, ...]) -> Counter[tuple[Any, ...]]:
    """The counts as a bag of (values, n, sums), by a loop."""
    found: dict[tuple[Any, ...], list[float]] = {}
    for row in rows:
        cell = found.setdefault(tuple(derived(row, name) for name in by), [0] * (1 + len(sums)))
        cell[0] += 1
        for place, name in enumerate(sums, 1):
            cell[place] += row[name] or 0
    if not by and not rows:
        found[()] = [0] * (1 + len(sums))
    return Counter((*key, *cell) for key, cell in found.items())


def as_bag(frame: pd.DataFrame) -> Counter[tuple[Any, ...]]:
    """A frame as a bag of plain values."""

    def plain(value: Any) -> Any:
        if isinstance(value, pd.Timestamp):
            return value.date()
        return None if pd.isna(value) else value

    return Counter(tuple(plain(value) for value in row) for row in frame.itertuples(index=False))


@st.composite
def scopes(draw: st.DrawFn) -> Scope:
    """A slice: a period, districts, groups, equalities."""
    borders = [dt.date(2022, 1, 1), dt.date(2022, 3, 1), dt.date(2022, 5, 17), None]
    ends = [dt.date(2022, 12, 31), dt.date(2022, 6, 30), dt.date(2022, 8, 9), None]
    pool = [
        ("searched", ("true",)),
        ("searched", ("null", "false")),
        ("search_bases", ("odor", "consent|odor")),
        ("minute", ("900..1200", "1300")),
        ("month", ("2022-02", "2022-03")),
        ("stop_type", ("pedestrian",)),
        ("search_class", ("discretionary", "null")),
        ("officer_key", ("o1",)),
        ("date", ("2022-02-03..2022-04-05",)),
    ]
    where = dict(draw(st.lists(st.sampled_from(pool), max_size=2)))
    return Scope(
        draw(st.sampled_from(borders)),
        draw(st.sampled_from(ends)),
        tuple(draw(st.sets(st.sampled_from(["North", "South", "null"]), max_size=2))),
        tuple(draw(st.sets(st.sampled_from(["white", "black", "null"]), max_size=2))),
        tuple(sorted(where.items())),
        Audience.STAFF,
    )


def matches(row: dict[str, Any], scope: Scope, ruled: dict[str, str]) -> bool:
    """Is the row in the slice? In plain Python."""
    if (scope.start and row["date"] < scope.start) or (scope.end and row["date"] > scope.end):
        return False
    pairs = [*scope.where, ("district", scope.districts), ("race_group", scope.groups)]
    return all(not values or any(_equal(derived(row, ruled.get(name, name)), text, name) for text in values) for name, values in pairs)


def _equal(value: Any, text: str, name: str) -> bool:
    if text == "null" or value is None:
        return text == "null" and value is None
    if ".." in text:
        low, high = text.split("..")
        return bool(low <= value.isoformat() <= high) if name == "date" else int(low) <= value <= int(high)
    if name == "search_bases":
        return set(text.split("|")) <= set(value.split("|"))
    return str(value).lower() == text.lower()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(by=st.sets(st.sampled_from(BY), max_size=3), sums=st.sets(st.sampled_from(SUMS), max_size=2), scope=scopes(), doj=st.booleans())
def test_any_question_from_rollups_and_from_rows_is_counted_right(kept: Kept, by: set[str], sums: set[str], scope: Scope, doj: bool) -> None:
    facts, rows = kept.facts, kept.rows
    grouped, summed = tuple(sorted(by - sums)), tuple(sorted(sums))
    chosen = facts.under(Settings.of({"multirace": "doj"})) if doj else facts
    ruled = {"race_group": "race_group_doj" if doj else "race_group", "search_class": "search_class_opp"}
    inside = [{**row, "race_group": row[ruled["race_group"]]} for row in rows if matches(row, scope, ruled)]
    expected = by_hand(inside, grouped, summed)
    answer = chosen.tally("stops", grouped, scope, summed)
    assert list(answer.columns) == [*grouped, "n", *summed]
    assert as_bag(answer) == expected
    asked = question(STOPS, grouped, scope, summed, chosen.settings)
    plain = facts.engine.frame(chosen.asked(asked, from_rows=True))
    pd.testing.assert_frame_equal(answer, plain)


@pytest.mark.parametrize(
    ("by", "scope", "name"),
    [
        (("month", "race_group"), STAFF, "months"),
        (("race_group", "searched"), Scope(dt.date(2022, 1, 1), dt.date(2022, 6, 30), audience=Audience.STAFF), "months"),
        (("race_group",), Scope(dt.date(2022, 1, 2), audience=Audience.STAFF), "days"),
        (("month", "stop_reason_group"), STAFF, "decisions"),
        (("officer_key", "year"), STAFF, "officers"),
        (("minute",), Scope.of({"stop_type": ("vehicular",), "time_known": ("true",)}), "clock"),
        (("race_group",), Scope.of({"stop_type": ("vehicular",), "resident": ("resident",)}), "residents"),
        (("date", "minute"), STAFF, None),
        (("officer_key", "month"), STAFF, None),
        (("age",), STAFF, None),
    ],
)
def test_a_question_uses_the_rollup_that_fits(kept: Kept, by: tuple[str, ...], scope: Scope, name: str | None) -> None:
    facts = kept.facts
    usable = facts.shelf("stops").usable(question(STOPS, by, scope, (), DEFAULTS), facts.snapshot("stops"))
    if name is None:
        assert usable is None
    else:
        assert usable is not None
        assert any(rollup.name == name and fits(rollup, question(STOPS, by, scope, (), DEFAULTS)) for rollup in ROLLUPS["stops"])


def test_a_stale_rollup_is_never_read(home: Home, stage: Stage, rows_of: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = Facts(home, rollup_from=0)
    facts.commit(stage("one", rows_of(50)), "ann")
    monkeypatch.setattr("dashboard.store.rollups.Shelf.advance", lambda *_: None)
    facts.commit(stage("two", rows_of(50, first=50)), "ann")
    assert facts.tally("stops")["n"][0] == 100
    monkeypatch.undo()
    facts.commit(stage("three", rows_of(10, first=100)), "ann")
    asked = question(STOPS, ("month",), STAFF, (), DEFAULTS)
    assert facts.shelf("stops").usable(asked, facts.snapshot("stops")) is not None
    assert facts.tally("stops", ("month",))["n"].sum() == 110


def test_a_rollup_that_hardly_helps_is_not_kept(home: Home, stage: Stage, rows_of: Rows) -> None:
    facts = Facts(home, rollup_from=100)
    facts.commit(stage("one", rows_of(200)), "ann")
    assert list(home.rollups.glob("stops/officers*.parquet")) == []
    assert len(list(home.rollups.glob("stops/officers*.declined"))) == 1
    assert facts.tally("stops", ("month",))["n"].sum() == 200


def test_every_rollup_names_columns_that_exist() -> None:
    for name, rollups in ROLLUPS.items():
        for rollup in rollups:
            assert set(rollup.columns) <= {*table(name).names, *DERIVED}
            assert len({other.name for other in rollups}) == len(rollups)


def test_nothing_stored_counts_zero(home: Home) -> None:
    facts = Facts(home)
    assert facts.tally("stops", sums=("searched",)).to_dict("records") == [{"n": 0, "searched": 0}]
    assert list(facts.tally("arrests", ("month", "race_group")).columns) == ["month", "race_group", "n"]
    assert facts.values("stops", "district") == []
    assert facts.version("stops") == -1


def test_types_of_an_answer(kept: Kept) -> None:
    frame = kept.facts.tally("stops", ("date", "year"), sums=("searched", "lat"))
    kinds = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert kinds["date"].startswith("datetime64")
    assert (kinds["n"], kinds["searched"], kinds["lat"], kinds["year"]) == ("int64", "int64", "float64", "int32")


@pytest.mark.parametrize(
    ("by", "sums", "scope", "words"),
    [
        (("colour",), (), STAFF, "no column 'colour'.*It has: stop_person_id.*month"),
        ((), ("race_group",), STAFF, "cannot be summed"),
        (("searched",), ("searched",), STAFF, "cannot be grouped by and summed"),
        ((), (), Scope.of({"searched": ("maybe",)}), "'maybe' is not a value of searched.*true or false"),
        ((), (), Scope.of({"minute": ("1..x",)}), "'x' is not a value of minute"),
        ((), (), Scope.of({"stop_type": ("flying",)}), "It has: vehicular"),
        ((), (), Scope.of({"district": ()}, Audience.STAFF).narrowed(where=(("district", ()),)), "No value"),
        (("officer_key",), (), Scope(), "restricted to staff"),
        ((), (), Scope(where=(("officer_key", ("o1",)),)), "restricted to staff"),
        (("officer_key",), (), Scope(audience=Audience.COUNCIL), "restricted to staff"),
    ],
)
def test_what_cannot_be_asked_is_said_in_words(home: Home, by: tuple[str, ...], sums: tuple[str, ...], scope: Scope, words: str) -> None:
    with pytest.raises(ScopeError, match=words):
        Facts(home).tally("stops", by, scope, sums)


def test_other_tables_know_their_own_dates_groups_and_areas(home: Home) -> None:
    facts = Facts(home)
    period = Scope(dt.date(2020, 1, 1), dt.date(2021, 12, 31), ("A1",), ("white",), audience=Audience.STAFF)
    assert list(facts.tally("population", ("year", "group"), period, ("population",)).columns) == ["year", "group", "n", "population"]
    assert list(facts.tally("complaints", ("month", "finding"), period).columns) == ["month", "finding", "n"]
    with pytest.raises(ScopeError, match="contacts has no group"):
        facts.tally("contacts", (), period)
    with pytest.raises(ScopeError, match="no column 'month'"):
        facts.tally("population", ("month",))


def test_hostile_values_are_values(home: Home, stage: Stage, rows_of: Rows) -> None:
    facts = Facts(home)
    facts.commit(stage("one", rows_of(20)), "ann")
    for text in ("'; drop table x --", "\" from read_text('/etc/hostname') --", "%", "\\"):
        assert facts.tally("stops", (), STAFF.narrowed(districts=(text,)))["n"][0] == 0


def test_many_threads_and_few_views(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.store.engine.VIEWS", 3)
    facts = Facts(kept.facts.home, rollup_from=0)
    questions = [("month",), ("date",), ("officer_key", "year"), ("age",), ("weekday", "hour"), ("sex",)]
    for by in questions:
        assert facts.tally("stops", by)["n"].sum() == len(kept.rows)
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(int(facts.tally("stops", ("month",))["n"].sum()))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [len(kept.rows)] * 8
    facts.engine.close()
