"""Arrests of two publishers: Hartford's list of arrests, and Toronto's arrests and strip searches."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from data_sources.base import Check, Context, Mapped, Source, register
from data_sources.expressions import Fields, clock, code, flag, local_date, pseudonym, whole
from data_sources.policing.force_words import RACES, SEXES
from data_sources.signature import signature

QUARTERS = {"jan-mar": "01", "apr-june": "04", "apr-jun": "04", "july-sept": "07", "jul-sep": "07", "oct-dec": "10"}
TORONTO_RACES = {
    "white": "white",
    "black": "black",
    "east/southeast asian": "asian",
    "south asian": "south_asian",
    "middle-eastern": "middle_eastern",
    "indigenous": "native_american",
    "latino": "hispanic",
    "unknown or legacy": "unknown",
}
OFFENCES = (
    ("violent", "assault|robbery|homicide|murder|sexual|weapon|firearm|threat"),
    ("property", "theft|larceny|burglary|break|mischief|fraud|stolen|trespass"),
    ("drug", "drug|narcotic|controlled|cannabis|possess"),
    ("traffic", "impaired|traffic|vehicle|driving|operat|license|licence"),
    ("warrant", "warrant|fail to appear|failure to appear|fta|bail"),
    ("public_order", "disorder|breach|mischief|interfer|obstruct|disturb"),
)


def offence(written: ir.StringValue) -> ir.StringValue:
    """The gravest group that the words of the charges name; `other` where they name none of these."""
    text = written.lower()
    found = [(text.re_search(pattern), ibis.literal(group)) for group, pattern in OFFENCES]
    return ibis.cases((written.isnull(), ibis.literal("unknown")), *found, else_=ibis.literal("other"))


def hartford(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns. `03/10/17     50` is ten minutes to one; names of officers and persons are dropped."""
    fields = Fields(table)
    stamp = fields("Arrest.Date")
    minutes = stamp.re_extract(r"\s(\d{1,2})$", 1).nullif("")
    charges = fields("Charges")
    columns: dict[str, ir.Value] = {
        "arrest_id": fields("Arrest.num"),
        "agency_id": ibis.literal("Hartford Police Department"),
        "person_key": pseudonym(fields("MF"), context, "person"),
        "date": local_date(stamp.re_extract(r"^(\S+)", 1)),
        "time": ibis.ifelse(minutes.notnull(), "00:" + minutes.lpad(2, "0"), clock(stamp)),
        "race_group": code(fields("Suspect.Race"), RACES),
        "race_group_doj": code(fields("Suspect.Race"), RACES),
        "race_source": ibis.literal("document"),
        "sex": code(fields("Suspect.Sex"), SEXES),
        "age": whole(fields("Suspect.Age")),
        "charges_raw": charges,
        "charge_count": (charges.length() - charges.replace(";", "").length() + 1).cast("int32"),
        "offence_group": offence(charges),
    }
    alone = Check("minutes_only", "The time holds minutes only; it was read as that many minutes past midnight.", minutes.notnull(), "time")
    drop = fields.headers("Officers", "MF", "Suspect.Name", "Suspect.DOB", "Suspect.Address", "Address", "index", "index.1")
    return Mapped(columns, notes=(alone,), drop=drop)


def toronto(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns. The date is a quarter; items are found only in a strip search; a strip search means the person was booked."""
    fields = Fields(table, missing=("", "None", "NULL", "XX"))
    year, month = fields("Arrest_Year"), code(fields("Arrest_Month"), QUARTERS, default=None)
    stripped = flag(fields("StripSearch"))
    race = code(fields("Perceived_Race"), TORONTO_RACES)
    columns: dict[str, ir.Value] = {
        "arrest_id": fields("ArrestID"),
        "agency_id": ibis.literal("Toronto Police Service"),
        "person_key": pseudonym(fields("PersonID"), context, "person"),
        "date": local_date(year.re_replace(r"\.0$", "") + "-" + month.fill_null("01") + "-01"),
        "date_precision": ibis.ifelse(month.isnull(), ibis.literal("year"), ibis.literal("quarter")),
        "district": fields("ArrestLocDiv"),
        "race_group": race,
        "race_group_doj": race,
        "race_source": ibis.literal("officer_perceived"),
        "sex": code(fields("Sex"), SEXES),
        "offence_group": offence(fields("Occurrence_Category")),
        "booked": ibis.ifelse(stripped.fill_null(False), True, flag(fields("Booked"))),
        "strip_searched": stripped,
        "items_found": flag(fields("ItemsFound")),
    }
    return Mapped(columns, drop=fields.headers("PersonID"))


register(
    Source(
        name="hartford_arrests",
        title="Hartford Police arrests",
        table="arrests",
        publisher="Hartford Police Department",
        recognises=signature("Arrest.Date", "Suspect.Race", "Arrest.num", "Charges"),
        map=hartford,
        traps=(
            "The column Officers holds names, several in a cell: dropped.",
            "One arrest number may stand on several rows: it is one arrest, the first row counts.",
            "Some times hold minutes only: '50' is 00:50.",
        ),
    )
)
register(
    Source(
        name="toronto_arrests",
        title="Toronto Police arrests and strip searches",
        table="arrests",
        publisher="Toronto Police Service",
        recognises=signature("Arrest_Year", "Perceived_Race", "StripSearch", "SearchReason_CauseInjury"),
        map=toronto,
        traps=(
            "Dates are quarters of a year; nothing finer is drawn.",
            "Exactly 32,000 rows are the portal's page limit, not the whole.",
            "Booked is blank or 0, but a strip search means that the person was booked.",
        ),
    )
)
