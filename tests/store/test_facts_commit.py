"""Each key is stored once, imports hold whole, and can be taken back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard.errors import ImportConflict, StoreError
from dashboard.schema.problems import Problem
from dashboard.schema.staging import Staged
from dashboard.schema.tables import table
from dashboard.store.delta import DeltaFolder
from dashboard.store.facts import Facts
from dashboard.store.home import Home
from dashboard.store.ledger import Ledger
from dashboard.store.records import Records

Stage = Callable[..., Staged]
Rows = Callable[..., pa.Table]


@pytest.fixture
def facts(home: Home) -> Facts:
    return Facts(home, wait_seconds=0.3)


def contents(facts: Facts) -> list[tuple[str, str, str]]:
    """Key, hash and import of every stored row, sorted."""
    tables = [pq.read_table(file, columns=["stop_person_id", "row_hash", "import_id"]) for file in facts.snapshot("stops").files]
    return sorted(tuple(row.values()) for rows in tables for row in rows.to_pylist())


def n(facts: Facts) -> int:
    return int(facts.tally("stops")["n"][0])


def test_an_import_is_stored_with_its_receipt(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    notes = (Problem("age", "An age was not believed.", 2, (4, 9), "age"),)
    given = stage("one", rows_of(100), files=3, rows_read=107, rows_quarantined=4, rows_duplicate=3, notes=notes, questions=("Which zone?",))
    receipt = facts.commit(given, "ann")
    assert (receipt.accepted, receipt.quarantined, receipt.duplicates, receipt.replaced) == (100, 4, 3, 0)
    assert n(facts) == 100
    assert facts.imports("stops") == [receipt]
    assert facts.span("stops") == (receipt.first_date, receipt.last_date)
    assert facts.entries("stops")[0]["who"] == "ann"
    shown = facts.sample_rows("stops", "one", 5)
    assert list(shown["raw_race"]) == ["as written"] * 5
    assert "officer_key" not in shown


def test_a_resent_export_adds_nothing_and_an_overlapping_one_what_is_new(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    facts.commit(stage("one", rows_of(100)), "ann")
    before = contents(facts)
    again = facts.commit(stage("two", rows_of(100)), "ann")
    assert (again.accepted, again.duplicates) == (0, 100)
    assert contents(facts) == before
    overlapping = pa.concat_tables([rows_of(100).slice(60), rows_of(30, first=100)])
    third = facts.commit(stage("three", overlapping, raw="raw_Race_2"), "ann")
    assert (third.accepted, third.duplicates, third.replaced) == (30, 40, 0)
    assert n(facts) == 130


def test_a_changed_row_replaces_the_stored_one(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    facts.commit(stage("one", rows_of(50), files=2), "ann")
    facts.commit(stage("two", rows_of(50, first=50)), "ann")
    changed = pa.concat_tables([rows_of(20, first=40, seed=2), rows_of(100).slice(0, 5)])
    receipt = facts.commit(stage("three", changed), "ann")
    assert (receipt.accepted, receipt.replaced, receipt.duplicates) == (20, 20, 5)
    assert n(facts) == 100
    stored = {key: value for key, *value in contents(facts)}
    assert stored["k45"] == ["h2-45", "three"]
    assert stored["k39"] == ["h1-39", "one"]


def test_a_corrected_mapping_replaces_equal_rows_when_asked(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    facts.commit(stage("one", rows_of(50)), "ann")
    receipt = facts.commit(stage("two", rows_of(50)), "ann", replace_same=True)
    assert (receipt.accepted, receipt.replaced, receipt.duplicates) == (50, 50, 0)
    assert {row[2] for row in contents(facts)} == {"two"}
    facts.undo("two", "ann")
    assert {row[2] for row in contents(facts)} == {"one"}


def test_undo_restores_exactly_what_was(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    facts.commit(stage("one", rows_of(50), files=2), "ann")
    facts.commit(stage("two", rows_of(20, first=50)), "ann")
    before = contents(facts)
    facts.commit(stage("three", pa.concat_tables([rows_of(10, first=45, seed=2), rows_of(15, first=70)])), "ann")
    assert contents(facts) != before
    said = facts.undo("three", "ben")
    assert said.state == "undone"
    assert contents(facts) == before
    assert [receipt.state for receipt in facts.imports("stops")] == ["undone", "committed", "committed"]
    with pytest.raises(StoreError, match="undone already"):
        facts.undo("three", "ben")
    with pytest.raises(StoreError, match="no such import"):
        facts.undo("seven", "ben")
    facts.commit(stage("four", rows_of(10, first=45, seed=2)), "ann")
    assert n(facts) == 70, "what was undone can be imported again"


def test_undo_names_a_later_import_that_leans_on_it(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    facts.commit(stage("one", rows_of(50)), "ann")
    facts.commit(stage("two", rows_of(60)), "ann")
    facts.commit(stage("three", rows_of(5, seed=2)), "ann")
    with pytest.raises(StoreError, match=r"two\.csv.*holds 50 of the same rows.*later import first"):
        facts.undo("one", "ann")
    facts.undo("two", "ann")
    with pytest.raises(StoreError, match=r"three\.csv.*replaced 5"):
        facts.undo("one", "ann")
    facts.undo("three", "ann")
    assert n(facts) == 50
    facts.undo("one", "ann")
    assert n(facts) == 0
    assert facts.span("stops") == (None, None)


def test_an_import_undone_in_the_middle_leaves_the_others(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    for place, name in enumerate(("one", "two", "three")):
        facts.commit(stage(name, rows_of(10, first=10 * place)), "ann")
    facts.undo("two", "ann")
    assert sorted({row[2] for row in contents(facts)}) == ["one", "three"]
    assert n(facts) == 20


def test_the_same_import_again_gives_its_first_receipt(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    given = stage("one", rows_of(20))
    first = facts.commit(given, "ann")
    version = facts.version("stops")
    assert facts.commit(given, "ann") == first
    assert facts.version("stops") == version
    facts.undo("one", "ann")
    assert facts.commit(given, "ann").accepted == 20
    assert n(facts) == 20


def test_what_is_staged_wrongly_is_refused_in_words(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    given = stage("one", rows_of(20))
    with pytest.raises(StoreError, match="21 rows were staged"):
        facts.commit(replace(given, rows_accepted=21, rows_read=21), "ann")
    with pytest.raises(StoreError, match="lacks its key"):
        facts.commit(replace(given, import_id="other"), "ann")
    pq.write_table(rows_of(20).drop_columns("age"), given.accepted[0])
    with pytest.raises(StoreError, match="age of stops should be int32 and is missing"):
        facts.commit(given, "ann")
    given.accepted[0].unlink()
    with pytest.raises(StoreError, match="is gone"):
        facts.commit(given, "ann")
    assert facts.version("stops") == -1


def test_raw_columns_that_differ_only_in_case(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    facts.commit(stage("one", rows_of(10), raw="raw_Race"), "ann")
    facts.commit(stage("two", rows_of(20), raw="raw_RACE"), "ann")
    facts.commit(stage("three", rows_of(15, seed=2), raw="raw_race"), "ann")
    assert n(facts) == 20
    shown = facts.sample_rows("stops", "two", 3)
    assert list(shown["raw_Race"]) == ["as written"] * 3
    given = stage("four", rows_of(5).append_column("raw_A", pa.array(["x"] * 5)), raw="raw_a")
    with pytest.raises(StoreError, match="differ only in upper and lower case"):
        facts.commit(given, "ann")


def test_an_export_without_a_good_row_is_on_record(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    receipt = facts.commit(stage("one", rows_of(0), rows_read=3, rows_quarantined=3), "ann")
    assert (receipt.accepted, receipt.quarantined, receipt.first_date) == (0, 3, None)
    assert facts.imports("stops") == [receipt]
    facts.undo("one", "ann")
    assert facts.imports("stops")[0].state == "undone"


def test_the_quarantine_is_kept_and_staging_cleared(home: Home, facts: Facts, stage: Stage, rows_of: Rows) -> None:
    given = stage("one", rows_of(10))
    inside = home.staging / "one"
    given.folder.rename(inside)
    quarantine = inside / "quarantine.parquet"
    pq.write_table(pa.table({"source_row": [4], "reason": ["no date"]}), quarantine)
    moved = replace(given, folder=inside, accepted=tuple(inside / file.name for file in given.accepted), quarantine=quarantine)
    facts.commit(replace(moved, rows_read=11, rows_quarantined=1), "ann")
    kept = facts.quarantine("one")
    assert kept is not None
    assert pq.read_table(kept)["reason"].to_pylist() == ["no date"]
    assert not inside.exists()
    assert facts.quarantine("two") is None
    with pytest.raises(StoreError, match="not the id"):
        facts.quarantine("../site")


def test_while_one_import_runs_another_is_told_to_wait(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    holder = DeltaFolder(facts.home.facts / "stops", table("stops"))
    with holder.alone(0), pytest.raises(ImportConflict, match="Another import into stops is running"):
        facts.commit(stage("one", rows_of(5)), "ann")
    assert facts.commit(stage("one", rows_of(5)), "ann").accepted == 5


def test_two_imports_at_once_both_hold_whole(home: Home, stage: Stage, rows_of: Rows) -> None:
    receipts = []
    given = [stage(name, rows_of(30, first=first)) for name, first in (("one", 0), ("two", 20), ("three", 40))]

    def commit(one: Staged) -> None:
        receipts.append(Facts(home).commit(one, "ann"))

    threads = [threading.Thread(target=commit, args=(one,)) for one in given]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    facts = Facts(home)
    assert n(facts) == 70 == sum(receipt.accepted for receipt in receipts)
    assert len({row[0] for row in contents(facts)}) == 70


def test_a_commit_on_an_old_state_is_refused(facts: Facts, stage: Stage, rows_of: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program that does not know our lock commits in between: nothing of ours is stored."""
    facts.commit(stage("one", rows_of(10)), "ann")
    plain = DeltaFolder.commit

    def late(self: DeltaFolder, base: object, *rest: object) -> int:
        from deltalake.schema import Field, PrimitiveType

        self.open().alter.add_columns([Field("raw_other", PrimitiveType("string"))])
        return plain(self, base, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(DeltaFolder, "commit", late)
    with pytest.raises(ImportConflict, match="was quicker"):
        facts.commit(stage("two", rows_of(10, first=10)), "ann")
    monkeypatch.undo()
    assert n(facts) == 10
    assert facts.commit(stage("two", rows_of(10, first=10)), "ann").accepted == 10


def test_lost_files_are_swept_and_old_states_kept(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    facts.commit(stage("one", rows_of(10)), "ann")
    facts.commit(stage("two", rows_of(5, seed=2)), "ann")
    lost = facts.home.facts / "stops" / "part-lost.parquet"
    lost.write_bytes(b"half")
    assert facts.sweep("stops") == 1
    assert not lost.exists()
    facts.undo("two", "ann")
    assert n(facts) == 10


def test_the_ledger_is_made_again_from_the_facts(home: Home, facts: Facts, stage: Stage, rows_of: Rows) -> None:
    records = Records(home)
    ledger = Ledger(records, facts)
    one = facts.commit(stage("one", rows_of(10), rows_read=12, rows_quarantined=2), "ann")
    facts.commit(stage("two", rows_of(10, first=10)), "ben")
    facts.undo("two", "eve")
    entries = ledger.imports("stops")
    assert [(entry.receipt.import_id, entry.receipt.state, entry.who, entry.undone_by) for entry in entries] == [
        ("two", "undone", "ben", "eve"),
        ("one", "committed", "ann", None),
    ]
    assert entries[1].receipt == one
    records.close()
    (home.path / "records.sqlite").unlink()
    again = Records(home)
    assert Ledger(again, facts).imports() == entries
    again.close()


def test_a_flipped_byte_is_found(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    facts.commit(stage("one", rows_of(30)), "ann")
    facts.commit(stage("two", rows_of(5, seed=2)), "ann")
    facts.verify("stops")
    file = facts.snapshot("stops").files[0]
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.write_bytes(bytes(content))
    with pytest.raises(StoreError, match=f"{file.name} of stops is damaged"):
        facts.verify("stops")
    file.unlink()
    with pytest.raises(StoreError, match="or gone"):
        facts.verify("stops")
    with pytest.raises(StoreError, match="could not be read"):
        Facts(facts.home).tally("stops")


def test_a_damaged_log_is_noticed(facts: Facts, stage: Stage, rows_of: Rows) -> None:
    facts.commit(stage("one", rows_of(10)), "ann")
    newest = sorted((facts.home.facts / "stops" / "_delta_log").glob("*.json"))[-1]
    newest.write_text(newest.read_text()[:200])
    with pytest.raises(StoreError, match="damaged"):
        Facts(facts.home).imports("stops")
    with pytest.raises(StoreError):
        Facts(facts.home).tally("stops")
