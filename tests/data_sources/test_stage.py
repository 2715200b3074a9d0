"""Does staging account for every row, keep identity, and leave nothing half done?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow.parquet as pq
import pytest

from dashboard.errors import MappingError, SourceError
from dashboard.schema.staging import Staged
from dashboard.schema.tables import STOPS
from data_sources import delimited, files, settle
from data_sources.base import Check, Context, Mapped, Recognition, Source
from data_sources.stage import stage

TODAY = dt.date(2024, 6, 30)
HEADER = "id,day,time,race,age,searched,basis,found,result,name\n"
ROW = "{id},2024-01-0{day},{time},{race},{age},{searched},{basis},{found},{result},Jo\n"


def _flag(value: ir.StringValue) -> ir.BooleanValue:
    return ibis.cases((value == "Y", True), (value == "N", False), else_=ibis.null("boolean"))


def _map(rows: ir.Table, context: Context) -> Mapped:
    columns = {
        "date": rows.day.try_cast("date"),
        "time": rows.time,
        "race_group": rows.race.lower(),
        "age": rows.age.try_cast("int32"),
        "searched": _flag(rows.searched),
        "search_bases": rows.basis,
        "contraband_found": _flag(rows.found),
        "outcome": rows.result,
    }
    return Mapped(columns=columns, drop=("name",), notes=(Check("old_person", "People over 90.", rows.age.try_cast("int32") > 90, "age"),))


def _map_with_key(rows: ir.Table, context: Context) -> Mapped:
    mapped = _map(rows, context)
    refused = Check("void", "Not a stop.", rows.race == "VOID")
    return Mapped(columns={**mapped.columns, "stop_person_id": rows.id}, drop=mapped.drop, quarantine=(refused,), questions=("Which zone?",))


def _source(mapper: object) -> Source:
    return Source("made_up", "Made up", "stops", "nobody", lambda header, sample: Recognition(0.0, ""), mapper)  # type: ignore[arg-type]


KEYLESS, KEYED = _source(_map), _source(_map_with_key)


def row(id_: object = 1, **changes: object) -> str:
    values = {"day": 1, "time": "10:15", "race": "black", "age": 30, "searched": "N", "basis": "", "found": "", "result": "citation"}
    return ROW.format(**{"id": id_, **values, **changes})


def staged(folder: Path, texts: dict[str, str], source: Source = KEYED, import_id: str = "first") -> Staged:
    found = []
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
        found += files.read(folder / name)
    return stage(found, source, Context(), folder / "staged", import_id, today=TODAY)


def rows_of(result: Staged) -> list[dict[str, object]]:
    rows = [row for path in result.accepted for row in pq.read_table(path).to_pylist()]
    return sorted(rows, key=lambda row: (row["source_file"], row["source_row"]))


def counts(result: Staged) -> tuple[int, int, int, int]:
    assert result.rows_read == result.rows_accepted + result.rows_quarantined + result.rows_duplicate
    assert result.rows_accepted == len(rows_of(result))
    return result.rows_read, result.rows_accepted, result.rows_quarantined, result.rows_duplicate


def by_code(problems: tuple[object, ...]) -> dict[str, int]:
    return {problem.code: problem.count for problem in problems}  # type: ignore[attr-defined]


def test_canonical_columns_come_first_in_their_types_then_the_raw_ones(tmp_path: Path) -> None:
    result = staged(tmp_path, {"a.csv": HEADER + row(1) + row(2)})
    schema = pq.read_schema(result.accepted[0])
    assert schema.names[: len(STOPS.names)] == list(STOPS.names)
    for field in STOPS.schema:
        assert schema.field(field.name).type == field.type, field.name
    raw = [name for name in schema.names if name.startswith("raw_")]
    assert raw == schema.names[len(STOPS.names) :]
    assert "raw_race" in raw
    assert "raw_name" not in raw
    assert counts(result) == (2, 2, 0, 0)
    assert result.questions == ("Which zone?",)
    assert result.folder.name == "first"


def test_derived_columns_are_filled(tmp_path: Path) -> None:
    text = HEADER + row(1, searched="Y", basis="consent", found="Y") + row(2, time="", age=14, result="arrest")
    first, second = rows_of(staged(tmp_path, {"a.csv": text}))
    assert (first["minute"], first["time_known"], first["age_band"]) == (615, True, "25-34")
    assert (first["search_class_opp"], first["search_class_ripa"], first["contraband_found"]) == ("discretionary", "discretionary", True)
    assert (first["race_group_doj"], first["stop_id"], first["date_precision"]) == ("black", "1", "day")
    assert (second["minute"], second["time_known"], second["age_band"]) == (None, False, "10-14")
    assert (second["search_class_opp"], second["arrest_made"], second["outcomes_all"]) == (None, True, "arrest")
    assert (second["stop_type"], second["race_source"]) == ("unknown", "unknown")


def test_rows_are_noted_repaired_or_set_aside_and_all_are_counted(tmp_path: Path) -> None:
    text = HEADER + "".join(
        (
            row(1, found="Y"),
            row(2, basis="consent"),
            row(3, age=999),
            row(4, race="martian"),
            row(5).replace("2024-01-01", "2030-01-01"),
            row(6).replace("2024-01-01", "1969-12-31"),
            row(7).replace("2024-01-01", "soon"),
            row(8, race="VOID"),
            row(9, time="25:00"),
            HEADER,
            "10,2024-01-01\n",
            row(11, age=95),
        )
    )
    result = staged(tmp_path, {"a.csv": text})
    assert counts(result) == (12, 6, 6, 0)
    assert by_code(result.problems) == {"date_future": 1, "date_too_old": 1, "date_missing": 1, "void": 1, "repeated_header": 1, "ragged": 1}
    notes = by_code(result.notes)
    assert {"X1": 1, "X2": 1, "age_out_of_range": 1, "not_allowed_race_group": 1, "not_allowed_time": 1}.items() <= notes.items()
    one, two, three, four, nine, last = rows_of(result)
    assert (one["contraband_found"], one["raw_found"], one["quality_notes"]) == (None, "Y", "X1")
    assert (two["search_bases"], two["raw_basis"]) == (None, "consent")
    assert (three["age"], three["age_band"]) == (None, "unknown")
    assert four["race_group"] == "unknown"
    assert (nine["time"], nine["time_known"]) == (None, False)
    assert last["source_row"] == 13
    aside = pq.read_table(result.quarantine).to_pylist()
    assert {row["source_row"]: row["reason"] for row in aside} == {
        6: "date_future",
        7: "date_too_old",
        8: "date_missing",
        9: "void",
        11: "repeated_header",
        12: "ragged",
    }
    told = next(row for row in aside if row["reason"] == "ragged")
    assert (told["raw_line"], told["sentence"]) == ("10,2024-01-01", "The row has 2 fields instead of 10.")
    assert all("raw_name" not in row for row in aside)


@pytest.mark.parametrize("codes", [settle.CODES, 3])  # also when the codes of keys are looked at in several parts
def test_exact_copies_without_a_number_are_kept_and_a_file_sent_twice_adds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codes: int
) -> None:
    monkeypatch.setattr(settle, "CODES", codes)
    text = HEADER + row(1) + row(1) + row(1) + row(2)
    once = staged(tmp_path, {"a.csv": text}, KEYLESS)
    assert counts(once) == (4, 4, 0, 0)
    assert by_code(once.notes) == {"exact_copy": 4 - 2}
    keys = [str(row["stop_person_id"]) for row in rows_of(once)]
    assert [key.split("#")[1] for key in keys] == ["1", "2", "3", "1"]
    twice = staged(tmp_path, {"a.csv": text, "b.csv": text}, KEYLESS, "second")
    assert counts(twice) == (8, 4, 0, 4)
    assert sorted(str(row["stop_person_id"]) for row in rows_of(twice)) == sorted(keys)
    assert {row["source_file"] for row in rows_of(twice)} == {"a.csv"}
    assert once.content_hash == twice.content_hash


def test_a_record_number_is_the_key_equal_rows_merge_and_other_values_are_named(tmp_path: Path) -> None:
    text = HEADER + row(1) + row(1) + row(2) + row(2, race="white") + row("") + row("")
    result = staged(tmp_path, {"a.csv": text})
    assert counts(result) == (6, 4, 0, 2)
    assert {"merged": 1, "same_key_other_values": 1, "exact_copy": 1}.items() <= by_code(result.notes).items()
    kept = rows_of(result)
    assert [row["source_row"] for row in kept] == [2, 4, 6, 7]
    assert len({row["stop_person_id"] for row in kept}) == 4


def test_the_hash_does_not_depend_on_the_order_of_columns_or_dropped_ones(tmp_path: Path) -> None:
    header = HEADER.strip().split(",")
    values = row(1).strip().split(",")
    turned = ",".join(reversed(header)) + "\n" + ",".join(reversed(["Al" if cell == "Jo" else cell for cell in values])) + "\n"
    one = rows_of(staged(tmp_path, {"a.csv": HEADER + row(1)}, KEYLESS))
    two = rows_of(staged(tmp_path, {"b.csv": turned}, KEYLESS, "second"))
    assert one[0]["row_hash"] == two[0]["row_hash"]


def test_placeholder_times_and_constant_columns_are_found_in_the_whole_column(tmp_path: Path) -> None:
    text = HEADER + "".join(row(number, time="00:00" if number % 4 == 0 else f"{number % 24:02d}:{number % 59:02d}") for number in range(1, 401))
    result = staged(tmp_path, {"a.csv": text})
    notes = by_code(result.notes)
    assert notes["X12"] == 100
    assert notes["X13"] >= 1
    assert sum(row["time_known"] is False for row in rows_of(result)) == 100
    assert "searched" in dict(result.details)["constant_columns"].split("|")


def test_exactly_a_portals_page_is_noted(tmp_path: Path) -> None:
    result = staged(tmp_path, {"a.csv": HEADER + "".join(row(number) for number in range(1000))})
    assert "1,000 is a portal's download limit; the file may be incomplete." in [note.sentence for note in result.notes]
    more = staged(tmp_path, {"a.csv": HEADER + "".join(row(number) for number in range(1001))}, import_id="second")
    assert "download_limit" not in by_code(more.notes)


def test_a_header_with_hostile_names_is_only_a_name(tmp_path: Path) -> None:
    evil = "content\"\" FROM read_text('/etc/hostname') --"
    text = HEADER.strip() + f',"{evil}",source_row,SOURCE_FILE\n' + row(1).strip() + ",a,b,c\n" + row(2).strip() + ",d,e,f\n"
    result = staged(tmp_path, {"a.csv": text})
    assert counts(result) == (2, 2, 0, 0)
    assert [row["source_row"] for row in rows_of(result)] == [2, 3]
    assert rows_of(result)[0]["raw_source_row_2"] == "b"


def test_a_refusal_on_the_way_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "BLOCK", 4096)
    text = HEADER + row(1) * 400 + "1,2\n" * 20
    with pytest.raises(SourceError, match=r"same number of fields; .* \(first at line 402\)"):
        staged(tmp_path, {"a.csv": text})
    assert list((tmp_path / "staged").iterdir()) == []


def test_half_a_staging_is_replaced_and_a_mapping_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "staged" / ".first.part").mkdir(parents=True)
    (tmp_path / "staged" / ".first.part" / "accepted-0.parquet").write_text("half")
    assert counts(staged(tmp_path, {"a.csv": HEADER + row(1)}))[1] == 1
    assert [path.name for path in (tmp_path / "staged").iterdir()] == ["first"]
    with pytest.raises(MappingError, match="could not be converted"):
        staged(tmp_path, {"b.csv": "a,b,c\n1,2,3\n"}, import_id="second")
    assert [path.name for path in (tmp_path / "staged").iterdir()] == ["first"]


def test_progress_only_grows_and_ends_at_one(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEADER + "".join(row(number) for number in range(500)))
    told: list[float] = []
    stage(files.read(tmp_path / "a.csv"), KEYED, Context(), tmp_path / "staged", "x", lambda share, words: told.append(share), today=TODAY)
    assert told == sorted(told)
    assert told[-1] == 1.0
