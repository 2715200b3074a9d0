"""Do the cross-field rules find what they name, under the published rules for races and searches?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pytest

from dashboard.schema.tables import table
from data_sources.canonical import IBIS
from data_sources.derived import derive
from data_sources.discretion import search_class
from data_sources.engine import Engine
from data_sources.races import race_group
from data_sources.rules import ruling

TODAY = dt.date(2024, 6, 30)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    made = Engine(tmp_path_factory.mktemp("engine"))
    yield made
    made.close()


def one(engine: Engine, name: str, **values: object) -> ir.Table:
    schema = table(name).schema
    content = pa.table({field.name: pa.array([values.get(field.name)], field.type) for field in schema}, schema=schema)
    return engine.given("one", content)


def ruled(engine: Engine, name: str, **values: object) -> tuple[set[str], dict[str, Any]]:
    rows = one(engine, name, **values)
    found = ruling(rows, table(name), TODAY)
    checks = (*found.notes, *found.quarantine)
    assert all(str(rows[column].type()) == IBIS[table(name).column(column).kind] for column in found.repairs)
    named = {f"check_{place}": check.condition.fill_null(False) for place, check in enumerate(checks)}
    repaired = rows.mutate(**found.repairs)
    assert repaired.columns == rows.columns
    (row,) = engine.fetch(one(engine, name, **values).select(**named, **dict(found.repairs)))
    return {check.code for place, check in enumerate(checks) if row[f"check_{place}"]}, row


@pytest.mark.parametrize(
    ("name", "values", "codes"),
    [
        ("stops", {"date": TODAY, "contraband_found": True, "searched": False}, {"X1"}),
        ("stops", {"date": TODAY, "contraband_found": True, "searched": False, "frisked": True}, set()),
        ("stops", {"date": TODAY, "searched": False, "search_bases": "consent"}, {"X2"}),
        ("stops", {"date": TODAY, "searched": True, "search_bases": "consent|incident_to_arrest", "arrest_made": False}, {"X4"}),
        ("stops", {"date": TODAY, "searched": False, "search_bases": "incident_to_arrest", "arrest_made": False}, {"X2", "X4"}),
        ("stops", {"date": TODAY, "searched": True, "search_bases": "incident_to_arrest"}, set()),
        ("stops", {"date": TODAY, "searched": False, "stop_reason_group": "consensual_search"}, {"X5"}),
        ("stops", {"date": TODAY, "outcomes_all": "citation|no_action"}, {"X6"}),
        ("stops", {"date": TODAY, "age": 9}, {"age_out_of_range"}),
        ("stops", {"date": TODAY, "time": "24:00"}, {"not_allowed_time"}),
        ("stops", {"date": TODAY, "lat": 0.0, "lng": 0.0}, {"no_such_place"}),
        ("stops", {"date": TODAY + dt.timedelta(days=1)}, {"date_future"}),
        ("stops", {"date": dt.date(1969, 12, 31)}, {"date_too_old"}),
        ("stops", {}, {"date_missing"}),
        ("complaints", {"received_date": dt.date(1959, 1, 1)}, set()),
        ("complaints", {"received_date": dt.date(2020, 5, 2), "closed_date": dt.date(2020, 5, 1)}, {"X7"}),
        ("complaints", {"received_date": TODAY, "finding": "sustained", "discipline": "none"}, {"X8"}),
        ("complaints", {"received_date": TODAY, "finding": "unfounded", "discipline": "suspension"}, {"X8"}),
        ("use_of_force", {"date": TODAY, "subject_kind": "animal"}, {"X15"}),
        ("arrests", {"date": TODAY, "items_found": True, "strip_searched": False}, {"X1"}),
        ("bwc_requests", {"requested_date": dt.date(2024, 2, 2), "denied_date": dt.date(2024, 2, 1)}, {"X7"}),
        ("population", {"year": 2021, "population": 0.0}, set()),
        ("population", {"year": 2021, "population": None}, {"population_missing"}),
        ("population", {"year": 2021, "population": -666666666.0}, {"population_missing"}),
    ],
)
def test_each_rule_finds_its_rows_and_no_others(engine: Engine, name: str, values: dict[str, object], codes: set[str]) -> None:
    assert ruled(engine, name, **values)[0] == codes


def test_repairs_leave_unknown_where_a_value_cannot_be(engine: Engine) -> None:
    _, row = ruled(engine, "stops", date=TODAY, contraband_found=True, contraband_types="drugs", searched=False, search_bases="consent")
    assert (row["contraband_found"], row["contraband_types"], row["search_bases"]) == (None, None, None)
    _, row = ruled(engine, "stops", date=TODAY, outcomes_all="citation|no_action|warning")
    assert row["outcomes_all"] == "citation|warning"


@pytest.mark.parametrize(
    ("searched", "bases", "opp", "ripa", "sdut"),
    [
        (True, "consent", "discretionary", "discretionary", "discretionary"),
        (True, "consent|odor", "discretionary", "unclassified", "discretionary"),
        (True, "incident_to_arrest", "non_discretionary", "non_discretionary", "non_discretionary"),
        (True, "consent|vehicle_inventory", "discretionary", "unclassified", "non_discretionary"),
        (True, "parole_probation", "non_discretionary", "unclassified", "discretionary"),
        (True, "k9", "discretionary", "unclassified", "discretionary"),
        (True, None, "discretionary", "unclassified", None),
        (False, "consent", None, None, None),
        (None, "consent", None, None, None),
    ],
)
def test_the_three_rules_of_discretion(  # noqa: PLR0917
    engine: Engine, searched: bool | None, bases: str | None, opp: str | None, ripa: str | None, sdut: str | None
) -> None:
    rows = one(engine, "stops", searched=searched, search_bases=bases)
    classes = {rule: search_class(rows.searched, rows.search_bases, rule) for rule in ("opp", "ripa", "sdut")}  # type: ignore[arg-type]
    assert engine.fetch(rows.select(**classes)) == [{"opp": opp, "ripa": ripa, "sdut": sdut}]


@pytest.mark.parametrize(
    ("flags", "first", "doj"),
    [
        ("white", "white", "white"),
        ("hispanic|white", "hispanic", "multiracial"),
        ("black|white", "multiracial", "multiracial"),
        ("", None, None),
        (None, None, None),
    ],
)
def test_both_multirace_rules(engine: Engine, flags: str | None, first: str | None, doj: str | None) -> None:
    rows = one(engine, "stops", race_flags=flags)
    both = {"first": race_group(rows.race_flags, "hispanic_first"), "doj": race_group(rows.race_flags, "doj")}
    assert engine.fetch(rows.select(**both)) == [{"first": first, "doj": doj}]


def test_days_open_are_empty_when_dates_contradict(engine: Engine) -> None:
    def derived(**values: object) -> dict[str, Any]:
        rows = one(engine, "complaints", finding="unfounded", **values)
        return engine.fetch(rows.select(**derive(rows, table("complaints"))))[0]

    assert derived(received_date=dt.date(2020, 1, 1), closed_date=dt.date(2020, 1, 31))["days_open"] == 30
    assert derived(received_date=dt.date(2020, 2, 1), closed_date=dt.date(2020, 1, 31))["days_open"] is None
    assert derived(incident_date=dt.date(2020, 1, 3), received_date=dt.date(2020, 1, 2), closed_date=dt.date(2020, 1, 31))["days_open"] is None
