"""Is the sample agency well formed: the same every time, in canonical shape, with keys that meet?"""

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from dashboard.errors import SourceError
from dashboard.schema.staging import Staged
from dashboard.schema.tables import TABLES, Kind
from data_sources.sample import agency, export, generate, others, truth

Rows = Callable[[str], pa.Table]


def test_every_table_is_there_in_order(staged: dict[str, Staged]) -> None:
    assert list(staged) == list(TABLES)
    for name, one in staged.items():
        assert (one.import_id, one.source, one.files) == (f"sample-{name}", "sample", ("sample",))
        assert one.rows_read == one.rows_accepted == sum(pq.read_metadata(path).num_rows for path in one.accepted) > 0


@pytest.mark.parametrize("name", TABLES)
def test_schema_words_and_keys(name: str, rows: Rows) -> None:
    table, found = TABLES[name], rows(name)
    assert found.schema.equals(table.schema)
    assert pc.count_distinct(found[table.key]).as_py() == found.num_rows
    for column in table.columns:
        values = found[column.name]
        if column.required:
            assert values.null_count == 0, column.name
        used = {word for value in pc.unique(values).to_pylist() if value for word in str(value).split("|")} if column.allowed else set()
        assert used <= set(column.allowed), column.name
        if column.kind is Kind.SET:
            assert all(value == "|".join(sorted(value.split("|"))) for value in pc.unique(values).to_pylist() if value)
        if column.kind is Kind.TIME:
            assert all(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) for value in pc.unique(values).to_pylist() if value)


def test_hashes_are_unique_and_source_rows_count_up(rows: Rows) -> None:
    found = rows("stops")
    assert pc.count_distinct(found["row_hash"]).as_py() == found.num_rows == truth.STOPS
    assert pc.all(pc.match_substring_regex(found["row_hash"], "^[0-9a-f]{24}$")).as_py()
    assert found["source_row"].to_pylist() == list(range(1, found.num_rows + 1))


def test_the_same_arguments_give_the_same_bytes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(others, "CALLS", 2_000)
    one, two, other = (generate.sample(folder / name, 5_000, seed) for name, seed in (("a", 7), ("b", 7), ("c", 8)))
    for left, right, third in zip(one, two, other, strict=True):
        assert left.content_hash == right.content_hash
        assert [path.read_bytes() for path in left.accepted] == [path.read_bytes() for path in right.accepted]
        assert left.content_hash != third.content_hash or left.table == "population"


def test_it_scales_in_stretches_and_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "STRETCH", 1_000)
    monkeypatch.setattr(generate, "FILE_ROWS", 2_500)
    (one,) = generate.sample(folder / "many", 9_300, 7, tables=["stops"])
    assert [pq.read_metadata(path).num_rows for path in one.accepted] == [2_000, 2_000, 2_000, 2_000, 1_300]
    found = pa.concat_tables([pq.read_table(path) for path in one.accepted])
    assert pc.count_distinct(found["stop_person_id"]).as_py() == 9_300
    days = found["date"].to_pylist()
    assert days == sorted(days)


def test_wrong_arguments_are_refused_in_words(folder: Path) -> None:
    with pytest.raises(SourceError, match="no table 'dogs'"):
        generate.sample(folder, 10, tables=["dogs"])
    with pytest.raises(SourceError, match="at least one stop"):
        generate.sample(folder, 0)


def test_keys_meet_across_tables(rows: Rows, stops: pd.DataFrame) -> None:
    officers = set(rows("officers")["officer_key"].to_pylist())
    assert len(officers) == truth.OFFICERS
    for name in ("stops", "arrests", "use_of_force", "complaints"):
        assert set(rows(name)["officer_key"].drop_null().to_pylist()) <= officers
    arrests = rows("arrests").to_pandas()
    linked = arrests[arrests["stop_id"].notna()]
    assert len(linked) == stops["arrest_made"].sum() > 3_000
    assert set(linked["stop_id"]) <= set(stops["stop_id"])


def test_stops_fall_inside_the_officers_postings(rows: Rows, stops: pd.DataFrame) -> None:
    postings = rows("officers").to_pandas()
    joined = stops[["officer_key", "date", "district", "stop_person_id"]].merge(
        postings[["officer_key", "valid_from", "valid_to", "district"]], on="officer_key"
    )
    end = joined["valid_to"].fillna(truth.LAST)
    there = joined[(joined["valid_from"] <= joined["date"]) & (joined["date"] <= end)]
    assert len(there) == len(stops)
    own = there["district_y"].isna() | (there["district_x"] == there["district_y"])
    assert own.all()


def test_cross_field_rules_hold(stops: pd.DataFrame) -> None:
    touched = stops["searched"] | stops["frisked"]
    assert (stops["contraband_found"].notna() == touched).all()
    assert stops.loc[stops["contraband_types"].notna(), "contraband_found"].eq(True).all()
    assert not stops.loc[~stops["searched"], "search_bases"].notna().any()
    assert (stops["arrest_made"] == stops["outcome"].eq("arrest")).all()
    assert all(row.outcome in row.outcomes_all.split("|") for row in stops[["outcome", "outcomes_all"]].drop_duplicates().itertuples())
    riders = stops[stops["person_role"] == "passenger"]
    assert 0.02 < len(riders) / len(stops) < 0.04
    assert stops.groupby("stop_id")["date"].nunique().max() == 1


def test_search_classes_follow_the_three_rules(staged: dict[str, Staged]) -> None:
    import ibis

    from data_sources.discretion import search_class

    found = ibis.duckdb.connect().read_parquet([str(path) for path in staged["stops"].accepted])
    for rule in ("opp", "ripa", "sdut"):
        again = search_class(found.searched, found.search_bases, rule)  # type: ignore[arg-type]
        stored = found[f"search_class_{rule}"]
        assert found.filter(again.fill_null("-") != stored.fill_null("-")).count().to_pyarrow().as_py() == 0


def test_the_settings_of_the_sample_are_settings() -> None:
    from dashboard.settings import Settings

    assert Settings.of(agency.SETTINGS).text("agency.name") == truth.NAME


def test_blemishes_are_there_and_noted(staged: dict[str, Staged], stops: pd.DataFrame) -> None:
    notes = {note.code: note.count for note in staged["stops"].notes}
    assert notes["time_blank"] == stops["time"].isna().sum()
    assert notes["placeholder_time"] == stops["quality_notes"].eq("placeholder_time").sum()
    assert stops["time_known"].eq(False).sum() == notes["time_blank"] + notes["placeholder_time"]
    assert notes["time_blank"] / truth.STOPS == pytest.approx(truth.BLANK_TIME_SHARE, rel=0.15)
    small = stops["district"].eq(truth.SMALL_DISTRICT).sum()
    assert 200 < small < 1_000


def test_export_in_the_stanford_layout_keeps_the_counts(staged: dict[str, Staged], stops: pd.DataFrame, folder: Path) -> None:
    path = folder / "stops.csv"
    assert export.write_csv(staged["stops"].accepted, path) == len(stops)
    found = duckdb.sql(
        f"select subject_race, count(*) n, count(*) filter (search_conducted = 'TRUE') s from read_csv('{path}', all_varchar=true) group by 1"
    )
    counts = {race: (n, s) for race, n, s in found.fetchall()}
    black = stops[stops["race_group"] == "black"]
    assert counts["black"] == (len(black), black["searched"].sum())
    assert sum(n for n, _ in counts.values()) == len(stops)
