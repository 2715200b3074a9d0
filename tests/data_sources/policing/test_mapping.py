"""Does a proposed mapping read an unknown file, say why, and survive being saved?"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dashboard.errors import MappingError
from dashboard.schema.mapping import Mapping, from_json
from data_sources import files
from data_sources.policing.generic import as_source
from data_sources.policing.propose import propose
from tests.data_sources.policing.conftest import FIXTURES


def proposed() -> Mapping:
    (table,) = files.read(FIXTURES / "mapping" / "stamps.csv")
    return propose(table.header, table.sample)


def test_stamps_land_on_the_local_day(run: Any) -> None:
    _, rows = run("mapping/stamps.csv", source=as_source(proposed()), **{"import.timezone": "America/Chicago"})
    assert [row["date"] for row in rows] == [dt.date(2017, 1, 1), dt.date(2016, 12, 31), dt.date(2017, 6, 30)]
    assert [row["time"] for row in rows] == ["00:03", "23:03", "23:59"]
    assert [row["race_group"] for row in rows] == ["white", "black", "other"]
    assert [row["searched"] for row in rows] == [False, True, True]
    assert "raw_officername" not in rows[0]


def test_every_column_has_a_reason() -> None:
    mapping = proposed()
    assert {"date", "time", "race_group", "sex", "searched"} <= set(mapping.columns)
    assert all(one.reason for one in mapping.columns.values())
    assert mapping.drop == ("officerName",)


def test_a_saved_mapping_is_the_same_again() -> None:
    mapping = proposed()
    assert from_json(mapping.as_json()) == mapping
    assert mapping.likeness(["idNum", "date", "problem", "race", "gender", "personSearch", "officerName"]) == 1.0
    assert mapping.differences(["idNum", "date", "weather"])[0] == ("weather",)


@pytest.mark.parametrize(
    "text", ["{", '{"name": "a", "table": "stops", "columns": {"nothing": {"from": ["a"]}}}', '{"name": "a", "table": "x", "columns": {}}']
)
def test_a_bad_mapping_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(MappingError):
        from_json(text)


def test_a_gone_column_is_named(run: Any) -> None:
    with pytest.raises(MappingError, match="idNum"):
        run("stanford/stops.csv", source=as_source(proposed()))
