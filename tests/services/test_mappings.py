"""Files that no source knows: a mapping is proposed, corrected, saved, used again, exported and brought back; bad ones are refused in words."""

import datetime as dt
import json
import logging

import pandas as pd
import pyarrow.parquet as pq
import pytest

from dashboard.errors import CommonGroundError, MappingError
from dashboard.services import arrivals, imports, mappings
from dashboard.services.house import House
from dashboard.store.saved import Saved

ROWS = {
    "Contact No": ["a1", "a2", "a3", "a4"],
    "When": ["03/04/2023", "04/04/2023", "05/04/2023", "06/04/2023"],
    "Ethnic Code": ["IC1", "IC3", "IC3", "IC9"],
    "Gender": ["M", "F", "M", "F"],
    "Searched": ["Yes", "No", "Yes", "No"],
    "Result": ["Arrest", "Warning", "Odd", "Warning"],
}
COLUMNS = {"stop_person_id": "Contact No", "date": "When", "race_group": "Ethnic Code", "sex": "Gender", "searched": "Searched", "outcome": "Result"}
CODES = {"IC1": "white", "IC3": "black", "IC9": "unknown"}
WRITERS = {
    "csv": lambda frame, path: frame.to_csv(path, index=False),
    "xlsx": lambda frame, path: frame.to_excel(path, index=False),
    "parquet": lambda frame, path: frame.to_parquet(path, index=False),
}


@pytest.fixture
def house(tmp_path):
    return House(tmp_path / "home")


def file(folder, kind="csv", name="contacts", **changes):
    """A small export of an unknown layout."""
    path = folder / f"{name}.{kind}"
    WRITERS[kind](pd.DataFrame(ROWS | changes), path)
    return path


def made(house, path, **changes):
    """The mapping as a person leaves it."""
    first = mappings.proposed(house, path, "stops", COLUMNS)
    return mappings.corrected(first, COLUMNS, **{"name": "Contacts", "who": "Ana", "values": {"race_group": CODES}, "order": "dmy"} | changes)


def stored(house, *columns):
    """Counts of what is stored, by these columns."""
    from dashboard.schema.scope import Audience, Scope

    frame = house.facts.tally("stops", columns, Scope(audience=Audience.STAFF))
    return {tuple(str(row[name]) for name in columns): int(row["n"]) for row in frame.to_dict("records")}


@pytest.mark.parametrize("kind", WRITERS)
def test_an_unknown_file_is_mapped_corrected_and_stored_the_same_from_every_format(house, tmp_path, kind):
    path = file(tmp_path, kind)
    (look,) = imports.look(house, [path])
    assert look.tables[0].chosen is None
    one = made(house, path)
    staged = arrivals.check(house, mappings.MAKER, [path], saved=one.as_json())
    receipt = imports.commit(house, staged, "Ana")
    assert (receipt.rows_read, receipt.accepted) == (4, 4)
    assert stored(house, "race_group", "sex") == {("white", "male"): 1, ("black", "female"): 1, ("black", "male"): 1, ("unknown", "female"): 1}
    assert house.facts.span("stops") == (dt.date(2023, 4, 3), dt.date(2023, 4, 6))


def test_columns_are_proposed_from_names_with_their_words(house, tmp_path):
    first = mappings.proposed(house, file(tmp_path), "stops")
    assert first.columns["sex"].from_ == ("Gender",)
    assert first.columns["searched"].from_ == ("Searched",)
    assert first.values["outcome"]["Arrest"] == "arrest"
    assert first.values["outcome"]["Odd"] == "unknown"
    assert "race_group" not in first.columns
    assert all(one.reason for one in first.columns.values())


def test_the_words_of_a_column_that_a_person_chose_are_asked_about(house, tmp_path):
    again = mappings.proposed(house, file(tmp_path), "stops", COLUMNS)
    assert again.values["race_group"].keys() >= {"IC1", "IC3", "IC9"}
    assert again.columns["race_group"].reason.startswith("Chosen by a person.")
    assert set(again.columns) == set(COLUMNS)


def test_a_person_says_in_which_order_dates_are_written(house, tmp_path):
    path = file(tmp_path)
    assert any("day or the month" in note for note in mappings.proposed(house, path, "stops", COLUMNS).notes)
    orders = {order: made(house, path, order=order).dates.order for order in ("dmy", "mdy")}
    assert orders == {"dmy": "dmy", "mdy": "mdy"}


def test_a_saved_mapping_is_used_by_itself_the_next_time(house, tmp_path):
    path = file(tmp_path)
    mappings.keep(house, made(house, path), "Ana")
    later = file(tmp_path, name="later", **{"Contact No": ["b1", "b2", "b3", "b4"]})
    (look,) = imports.look(house, [later])
    assert look.tables[0].chosen.title == "Contacts"
    groups = arrivals.by_source([look])
    assert groups == {"mapping:Contacts": [later]}
    staged = arrivals.check(house, "mapping:Contacts", [later])
    assert staged.rows_accepted == 4
    (receipt,) = imports.bring(house, [later], "Ana")
    assert (receipt.source, receipt.accepted) == ("mapping:Contacts", 4)


def test_names_of_people_that_are_new_in_a_file_are_not_stored(house, tmp_path):
    mappings.keep(house, made(house, file(tmp_path)), "Ana")
    later = file(tmp_path, name="later", **{"Driver Name": ["P", "Q", "R", "S"], "Weather": ["dry"] * 4})
    (staged,) = imports.stage(house, [later])
    columns = set(pq.read_table(staged.accepted[0]).column_names)
    assert "raw_weather" in {name.lower() for name in columns}
    assert not [name for name in columns if "name" in name.lower() and "driver" in name.lower()]


def test_a_mapping_whose_columns_are_gone_is_not_used(house, tmp_path):
    path = file(tmp_path)
    mappings.keep(house, made(house, path), "Ana")
    frame = pd.DataFrame(ROWS).rename(columns={"When": "Moment"})
    frame.to_csv(tmp_path / "moved.csv", index=False)
    (look,) = imports.look(house, [tmp_path / "moved.csv"])
    assert look.tables[0].chosen is None
    with pytest.raises(CommonGroundError, match="No source recognises"):
        imports.bring(house, [tmp_path / "moved.csv"], "Ana")


def test_a_mapping_survives_export_and_import(house, tmp_path):
    path = file(tmp_path)
    one = made(house, path)
    other = House(tmp_path / "other")
    back = mappings.brought(other, b"\xef\xbb\xbf" + one.as_json().encode(), list(ROWS))
    assert back == one
    mappings.keep(other, back, "Ben")
    assert mappings.kept(other) == [one]
    (tmp_path / "m.json").write_text(one.as_json())
    assert mappings.named(other, str(tmp_path / "m.json")) == one
    assert not any(value in one.as_json() for value in ("a1", "03/04/2023"))


BAD = {
    "no JSON": b"{",
    "no text": b"\xff\xfe\x00\x01",
    "a list": b"[]",
    "an unknown table": b'{"name": "x", "table": "secrets", "columns": {}}',
    "an unknown column": b'{"name": "x", "table": "stops", "columns": {"shoe_size": {"from": ["a"]}}}',
    "an unknown key": b'{"name": "x", "table": "stops", "columns": {}, "run": "rm"}',
    "no name": b'{"name": "", "table": "stops", "columns": {}}',
    "an unknown word": b'{"name": "x", "table": "stops", "columns": {"date": {"from": ["When"]}}, "values": {"race_group": {"IC1": "purple"}}}',
    "an unknown zone": b'{"name": "x", "table": "stops", "columns": {"date": {"from": ["When"]}}, "dates": {"zone": "Mars/Base"}}',
    "a pattern to split by": b'{"name": "x", "table": "stops", "columns": {"date": {"from": ["When"], "split": "]^"}}}',
    "gone columns": b'{"name": "x", "table": "stops", "columns": {"date": {"from": ["Not here"]}}}',
    "very deep": b"[" * 100_000,
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_a_bad_mapping_is_refused_in_a_sentence(house, content):
    with pytest.raises(MappingError) as refused:
        mappings.brought(house, content, list(ROWS))
    assert refused.value.message.endswith((".", "…"))
    assert refused.value.hint
    assert "\n" not in refused.value.message


@pytest.mark.parametrize(
    ("columns", "said"),
    [({"race_group": "Ethnic Code"}, "no column for the date"), ({"date": "Elsewhere"}, "Elsewhere")],
)
def test_a_correction_that_cannot_be_is_refused(house, tmp_path, columns, said):
    first = mappings.proposed(house, file(tmp_path), "stops")
    with pytest.raises(MappingError, match=said):
        mappings.corrected(first, columns, name="x", who="Ana")


def test_a_mapping_without_a_name_is_refused(house, tmp_path):
    path = file(tmp_path)
    for name in ("", "   "):
        with pytest.raises(CommonGroundError):
            mappings.keep(house, made(house, path, name=name), "Ana")


def test_a_saved_mapping_that_can_no_longer_be_read_stands_in_nobodys_way(house, tmp_path, caplog):
    path = file(tmp_path)
    mappings.keep(house, made(house, path), "Ana")
    Saved(house.records).keep_mapping("Old", "stops", {**json.loads(made(house, path).as_json()), "table": "gone"}, "Ana")
    with caplog.at_level(logging.WARNING):
        assert [one.name for one in mappings.kept(house)] == ["Contacts"]
    assert "Old" in caplog.text
    assert imports.look(house, [path])[0].tables[0].chosen.title == "Contacts"


def test_an_unheard_of_mapping_is_named(house):
    with pytest.raises(MappingError, match="There is no mapping 'Nobody'"):
        mappings.source_from(house, "Nobody")
