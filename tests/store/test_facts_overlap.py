"""Is an export that was issued again recognised, and do stored rows become what was asked of them, and come back with an undo?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from dashboard.errors import StoreError
from dashboard.schema.staging import Staged
from dashboard.schema.tables import table
from dashboard.store.facts import STAFF, Facts
from dashboard.store.home import Home
from dashboard.store.tally import question

Stage = Callable[..., Staged]
Rows = Callable[..., pa.Table]


@pytest.fixture
def facts(home: Home) -> Facts:
    return Facts(home, rollup_from=1)


def contents(facts: Facts) -> dict[str, str]:
    """Key -> hash."""
    engine, state = facts.engine, facts.snapshot("stops")
    rows = engine.arrow(engine.rows(state.files, table("stops").schema).select("stop_person_id", "row_hash")).to_pylist() if state.files else []
    assert len(rows) == len({row["stop_person_id"] for row in rows}), "a key is stored twice"
    return {row["stop_person_id"]: row["row_hash"] for row in rows}


def issued_again(rows_of: Rows) -> pa.Table:
    """Of rows 0 to 99: the first 60 as they were, the next 30 with other values, the last 10 missing, 20 new; on the days of all of them."""
    again = pa.concat_tables([rows_of(100).slice(0, 60), rows_of(100, seed=2).slice(60, 30), rows_of(20, first=100)])
    days = pa.concat_arrays([pa.array([dt.date(2021, 12, 20), dt.date(2023, 2, 22)], pa.date32()), again["date"].combine_chunks().slice(2)])
    return again.set_column(again.schema.get_field_index("date"), again.schema.field("date"), days)


def told(facts: Facts) -> bool:
    """Are the counts kept beside the rows those of the rows?"""
    asked = question(table("stops"), ("month", "race_group"), STAFF, (), facts.settings)
    kept, counted = (facts.engine.frame(facts.asked(asked, from_rows=rows)) for rows in (False, True))
    return bool(kept.equals(counted))


def test_what_is_the_same_changed_and_missing_is_counted_by_import(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    facts.commit(stage("one", rows_of(50)), "ann")
    facts.commit(stage("two", rows_of(50, first=50)), "ann")
    facts.commit(stage("other", rows_of(10, first=500), source="elsewhere"), "ann")
    found = {one.import_id: (one.same, one.changed, one.missing) for one in facts.overlaps(stage("three", issued_again(rows_of)))}
    # made rows depend on where they begin: rows 50 to 99 of `two` have the hashes of the first hundred
    assert found == {"one": (50, 0, 0), "two": (10, 30, 10)}
    first = facts.overlaps(stage("three", issued_again(rows_of)))[0]
    assert (first.first, first.last, first.files) == (dt.date(2021, 12, 20), dt.date(2023, 2, 22), ("one.csv",))
    assert not first.unnumbered
    assert facts.overlaps(stage("four", rows_of(20, first=300))) == ()
    assert facts.overlaps(stage("five", issued_again(rows_of), source="elsewhere")) == (), "another source is another export"


def test_rows_of_other_days_and_agencies_are_not_missing(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    rows = rows_of(100)
    facts.commit(stage("one", rows), "ann")
    early = rows.filter(pc.less(rows["date"], pa.scalar(dt.date(2022, 6, 1))))
    assert [one.missing for one in facts.overlaps(stage("two", early.slice(1)))] in ([0], [1])  # the first row may hold the first day
    place = rows.schema.get_field_index("agency_id")
    elsewhere = rows.slice(0, 5).set_column(place, rows.schema.field(place), pa.array(["elsewhere"] * 5, pa.string()))
    assert [(one.same, one.missing) for one in facts.overlaps(stage("three", elsewhere))] == [(5, 0)]


def test_replace_makes_the_stored_rows_what_the_export_says_and_undo_brings_them_back(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    facts.commit(stage("one", rows_of(100), files=3), "ann")
    facts.commit(stage("other", rows_of(10, first=500), source="elsewhere"), "ann")
    before = contents(facts)
    new = issued_again(rows_of)
    receipt = facts.commit(stage("two", new), "ann", choice="replace")
    assert (receipt.accepted, receipt.duplicates, receipt.replaced, receipt.withdrawn) == (50, 60, 30, 10)
    own = dict(zip(new["stop_person_id"].to_pylist(), new["row_hash"].to_pylist(), strict=True))
    assert contents(facts) == own | {f"k{n}": before[f"k{n}"] for n in range(500, 510)}
    assert {note.code: note.count for note in receipt.notes} == {"withdrawn": 10}
    assert told(facts)
    with pytest.raises(StoreError, match="replaced 40 of its rows"):
        facts.undo("one", "ann")
    assert facts.undo("two", "ann").state == "undone"
    assert contents(facts) == before
    assert told(facts)
    facts.undo("one", "ann")
    assert len(contents(facts)) == 10


def test_update_keeps_missing_rows_and_says_so(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    facts.commit(stage("one", rows_of(100)), "ann")
    receipt = facts.commit(stage("two", issued_again(rows_of)), "ann")
    assert (receipt.accepted, receipt.replaced, receipt.withdrawn) == (50, 30, 0)
    assert len(contents(facts)) == 120
    assert {note.code: note.count for note in receipt.notes} == {"still_there": 10}


def test_add_leaves_stored_rows_as_they_are_and_can_be_undone(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    facts.commit(stage("one", rows_of(100)), "ann")
    before = contents(facts)
    receipt = facts.commit(stage("two", issued_again(rows_of)), "ann", choice="add")
    assert (receipt.accepted, receipt.duplicates, receipt.replaced) == (20, 90, 0)
    after = contents(facts)
    assert {key: after[key] for key in before} == before
    assert len(after) == 120
    assert {note.code: note.count for note in receipt.notes} == {"not_taken": 30, "still_there": 10}
    with pytest.raises(StoreError, match="holds 90 of the same rows"):
        facts.undo("one", "ann")
    facts.undo("two", "ann")
    assert contents(facts) == before


def test_a_row_that_a_later_import_brought_again_is_not_stored_twice_by_an_undo(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    facts.commit(stage("one", rows_of(100)), "ann")
    facts.commit(stage("two", issued_again(rows_of)), "ann", choice="replace")
    facts.commit(stage("three", rows_of(100).slice(95)), "ann")
    with pytest.raises(StoreError, match="brought 5 rows again"):
        facts.undo("two", "ann")
    facts.undo("three", "ann")
    facts.undo("two", "ann")
    assert len(contents(facts)) == 100


def test_rows_without_a_number_are_known_as_such(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    def keyless(rows: pa.Table) -> pa.Table:
        return rows.set_column(0, rows.schema.field(0), pa.array([f"{one}#1" for one in rows["row_hash"].to_pylist()], pa.string()))

    facts.commit(stage("one", keyless(rows_of(100))), "ann")
    (found,) = facts.overlaps(stage("two", keyless(issued_again(rows_of))))
    assert (found.same, found.changed, found.missing, found.unnumbered) == (60, 0, 40, True)
