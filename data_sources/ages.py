"""How old was the person: does the age agree with the birth date (rule X9), and did a spreadsheet turn an age band into a date?"""

from __future__ import annotations

import re

import ibis
import ibis.expr.types as ir

from data_sources.base import Check
from data_sources.expressions import local_date, once
from data_sources.rules import AGES

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NO_BIRTHDAYS = ("1900-01-01", "1900-12-31")  # stand in exports for a birth date that nobody knows
BIRTH = re.compile(
    r"^(subject|driver|suspect|person|citizen|civilian|complainant|arrestee|offender|resident)?s?(dob|birthdate|dateofbirth|birthday)$"
)


def against_birth(age: ir.IntegerValue, born: ir.DateValue, day: ir.DateValue) -> tuple[ir.IntegerValue, tuple[Check, ...]]:
    """Does the age differ by more than one year from the birth date? Then the birth date counts (X9); it also fills an age that is missing.

    `born` and `day` (of the event) are dates. A birth date that gives no age between 10 and 110 decides nothing.
    """
    years = once(ibis.struct({"born": born, "day": day}), _years)
    differs = (age.notnull() & years.notnull() & ((age - years).abs() > 1)).fill_null(False)
    filled = age.isnull() & years.notnull()
    checks = (
        Check("X9", "The age differs by more than one year from the birth date; the age was computed from the birth date.", differs, "age"),
        Check("age_from_birth_date", "The age is missing and was computed from the birth date.", filled, "age"),
    )
    return ibis.ifelse(differs, years, age.coalesce(years)), checks


def birth_date(cell: ir.StringValue, order: str, day: ir.DateValue) -> ir.DateValue:
    """Which birth date does this cell name? `5/22/55` on a stop of 2024 is 1955: two digits that lie after the event are of the century before.

    Birth dates may be written in another way than the dates of events; day and month exchanged change an age by less than a year.
    """
    usual, other = ("dmy", "mdy") if order == "dmy" else ("mdy", "dmy")
    read = local_date(cell, usual).coalesce(local_date(cell, other))
    short = ~cell.re_search(r"\d{4}")
    return ibis.ifelse(short & (read > day), (read - ibis.interval(years=100)).cast("date"), read)


def _years(dates: ir.StructValue) -> ir.IntegerValue:
    """Whole years between birth and event; empty where they are no age."""
    born, day = dates["born"], dates["day"]
    known = born.notnull() & ~born.cast("string").isin(NO_BIRTHDAYS)
    earlier = (day.month() * 100 + day.day()) < (born.month() * 100 + born.day())
    years = day.year() - born.year() - ibis.ifelse(earlier, 1, 0)
    return ibis.ifelse(known & years.between(*AGES), years, ibis.null("int64")).cast("int32")


def band(cell: ir.StringValue) -> tuple[ir.StringValue, Check]:
    """Which age band is meant by a cell that a spreadsheet took for a date? `Oct-14`, `14-Oct` and a true date of 14 October are 10-14.

    Only for columns that are mapped to an age band. Other cells stay as they are.
    """
    restored = once(cell, lambda text: _month_first(text).coalesce(_day_first(text), _true_date(text)))
    sentence = "A spreadsheet turned age bands into dates (10-14 into Oct-14); they were read back as bands."
    return restored.coalesce(cell), Check("age_band_as_date", sentence, restored.notnull(), "age_band")


def _month(text: ir.StringValue) -> ir.StringValue:
    """The number of a month that is written in three letters."""
    return ibis.cases(
        *((text.lower() == name.lower(), ibis.literal(str(number))) for number, name in enumerate(MONTHS, 1)), else_=ibis.null("string")
    )


def _month_first(text: ir.StringValue) -> ir.StringValue:
    """`Oct-14`."""
    return _month(text.re_extract(r"^([A-Za-z]{3})[- ](\d{1,2})$", 1)) + "-" + text.re_extract(r"^([A-Za-z]{3})[- ](\d{1,2})$", 2)


def _day_first(text: ir.StringValue) -> ir.StringValue:
    """`14-Oct`."""
    return _month(text.re_extract(r"^(\d{1,2})[- ]([A-Za-z]{3})$", 2)) + "-" + text.re_extract(r"^(\d{1,2})[- ]([A-Za-z]{3})$", 1)


def _true_date(text: ir.StringValue) -> ir.StringValue:
    """`2024-10-14` is the 14th of October in the year of typing; `2014-10-01` is October of the year 14: the band goes upwards."""
    whole = text.re_extract(r"^(\d{4}-\d{2}-\d{2})( 00:00:00)?$", 1).nullif("").try_cast("date")
    month, day, year = whole.month(), whole.day(), whole.year() % 100
    upper = ibis.cases((day > month, day), ((day == 1) & (year > month), year), else_=ibis.null("int32"))
    return month.cast("string") + "-" + upper.cast("string")
