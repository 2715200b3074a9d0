"""Stops in the standardised columns of OpenPoliceData; the agency's own columns remain beside them."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from dashboard.schema import words
from data_sources.ages import band
from data_sources.base import Check, Context, Mapped, Source, register
from data_sources.expressions import Fields, clock, code, contains_any, flag, local_date, pseudonym, stamp_to_zone, whole
from data_sources.signature import signature

RACES = {
    "asian": "asian",
    "asian/pacific islander": "asian_pacific_islander",
    "black": "black",
    "hispanic/latino": "hispanic",
    "indigenous": "native_american",
    "multiple": "multiracial",
    "other": "other",
    "other or unknown": "other",
    "white": "white",
    "hawaiian/pacific islander": "pacific_islander",
    "middle eastern": "middle_eastern",
    "middle eastern/south asian": "middle_eastern_south_asian",
    "south asian": "south_asian",
}


def _race(fields: Fields) -> ir.StringValue:
    """The group from race and ethnicity; an unknown ethnicity keeps the known race, the merged column is the last resort."""
    merged = code(fields.first_filled("SUBJECT_RE_GROUP", "SUBJECT_RACE/ETHNICITY", "OFFICER/SUBJECT_RACE"), RACES)
    race = code(fields("SUBJECT_RACE"), RACES).nullif("unknown")
    hispanic = contains_any(fields("SUBJECT_ETHNICITY"), "hispanic", "latino") & ~contains_any(fields("SUBJECT_ETHNICITY"), "non")
    return ibis.ifelse(hispanic, ibis.literal("hispanic"), race.coalesce(merged))


def _band(written: ir.StringValue) -> ir.StringValue:
    """Our own band for a range such as `18-24` or `65-120`; a range that straddles bands is unknown."""
    raws = {
        **{one: one for one in words.AGE_BANDS if "-" in one},
        **dict.fromkeys(("65+", "65-120", "65 and over", "65 and older", "over 65"), "65+"),
    }
    return ibis.ifelse(written.isnull(), ibis.null("string"), code(written.re_replace(r"\s*-\s*", "-"), raws))


def to_canonical(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns; cells that hold several people are set aside instead of being split by guess."""
    fields = Fields(table)
    zone = context.settings.text("import.timezone")
    day, stamped = stamp_to_zone(fields.first_filled("DATETIME", "DATE"), zone, order="ymd")
    bands, as_date = band(fields("SUBJECT_AGE_RANGE", "SUBJECT_AGE_GROUP"))
    several = fields("SUBJECT_RE_GROUP", "SUBJECT_RACE/ETHNICITY", "SUBJECT_RACE").startswith("{")
    columns: dict[str, ir.Value] = {
        "agency_id": fields("AGENCY"),
        "date": day.coalesce(local_date(fields("DATE"), "ymd")),
        "time": stamped.coalesce(clock(fields("TIME"))),
        "race_group": _race(fields),
        "race_source": ibis.literal("unknown"),
        "sex": code(fields("SUBJECT_GENDER", "SUBJECT_SEX"), {"male": "male", "female": "female", "m": "male", "f": "female"}),
        "age": whole(fields("SUBJECT_AGE")),
        "age_band": _band(bands),
        "district": fields("DISTRICT", "PRECINCT", "BEAT"),
        "searched": flag(fields("SEARCH_CONDUCTED", "SEARCHED")),
        "contraband_found": flag(fields("CONTRABAND_FOUND")),
        "arrest_made": flag(fields("ARREST_MADE")),
        "officer_key": pseudonym(fields("OFFICER_ID"), context),
    }
    question = "OpenPoliceData does not say in the file what its rows are. Are these stops?"
    crowd = Check("several_people", "One cell holds several people; the row is set aside instead of being split by guess.", several, "race_group")
    drop = fields.headers("SUBJECT_NAME", "OFFICER_NAME", "OFFICER_ID", "RAW_SUBJECT_NAME", "RAW_OFFICER_NAME")
    straddles = bands.notnull() & (columns["age_band"] == "unknown") & columns["age"].isnull()
    notes = (as_date, Check("age_band_only", "The age band of the file straddles our bands and reads as unknown.", straddles, "age_band"))
    return Mapped(columns, quarantine=(crowd,), notes=notes, drop=drop, questions=(question,))


register(
    Source(
        name="openpolicedata",
        title="OpenPoliceData standardised columns (stops)",
        table="stops",
        publisher="OpenPoliceData",
        recognises=signature("DATE|DATETIME", any_of=("SUBJECT_RE_GROUP", "SUBJECT_RACE/ETHNICITY", "OFFICER_RE_GROUP", "OFFICER/SUBJECT_RACE")),
        map=to_canonical,
        traps=(
            "The file does not say whether rows are stops, force or complaints.",
            "Its own merge puts an unknown ethnicity over a known race; the group is computed from both columns here.",
            "Cells with several people are set aside.",
        ),
    )
)
