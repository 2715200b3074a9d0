"""Are times, dates and numbers read from every shape they come in?"""

from __future__ import annotations

import datetime as dt
from typing import Any

import ibis
import pytest

from data_sources.base import Context
from data_sources.expressions import clock, local_date, number, pseudonym, stamp_to_zone


def value(expression: ibis.Expr) -> Any:
    (row,) = ibis.duckdb.connect().to_pyarrow(expression.name("x").as_table()).to_pylist()
    return row["x"]


TIMES = [
    ("9:05", "09:05"),
    ("8:18:00 PM", "20:18"),
    ("12:10 AM", "00:10"),
    ("12:10 PM", "12:10"),
    ("01:10 PM", "13:10"),
    ("5", "00:05"),
    ("930", "09:30"),
    ("2330", "23:30"),
]
ODD = [("24:00", "00:00"), ("18:0", "18:00"), ("1899-12-30 07:15:00", "07:15"), ("25:00", None), ("12:61", None), ("2;23", None), ("ab:cd", None)]


@pytest.mark.parametrize(("text", "expected"), [*TIMES, *ODD])
def test_clock(text: str, expected: str | None) -> None:
    assert value(clock(ibis.literal(text))) == expected


DAY = dt.date(2018, 5, 22)
DATES = ["2018-05-22", "5/22/18", "5/22/2018 20:18", "Tuesday, May 22, 2018", "20180522", "22-May-2018", "43242", "2018-05-22T10:00:00"]


@pytest.mark.parametrize("text", DATES)
def test_local_date(text: str) -> None:
    assert value(local_date(ibis.literal(text))) == DAY


@pytest.mark.parametrize("text", ["1012/16", "31/31/2018", "2018", ""])
def test_no_date_is_guessed(text: str) -> None:
    assert value(local_date(ibis.literal(text))) is None


def test_order_decides() -> None:
    assert value(local_date(ibis.literal("03/04/2020"), "dmy")) == dt.date(2020, 4, 3)


def test_offsets_are_honoured() -> None:
    day, time = stamp_to_zone(ibis.literal("2017-01-01T01:03:00-0500"), "America/Los_Angeles")
    assert (value(day), value(time)) == (dt.date(2016, 12, 31), "22:03")
    day, time = stamp_to_zone(ibis.literal("2017-01-01 01:03:00"), "America/Los_Angeles")
    assert (value(day), value(time)) == (dt.date(2017, 1, 1), "01:03")


@pytest.mark.parametrize(("text", "expected"), [("15,018", 15018.0), ("1 200.5", 1200.5), ("x", None)])
def test_number(text: str, expected: float | None) -> None:
    assert value(number(ibis.literal(text))) == expected


def test_pseudonyms_depend_on_the_key() -> None:
    one, other = Context(site_key=b"a"), Context(site_key=b"b")
    badge = ibis.literal(" ab 12")
    assert value(pseudonym(badge, one)) == value(pseudonym(ibis.literal("AB12"), one)) != value(pseudonym(badge, other))
