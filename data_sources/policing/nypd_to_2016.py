"""New York Police Department stop, question and frisk, up to 2016: two codings of the flags, dates and times without zeros."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from data_sources.ages import against_birth
from data_sources.base import Context, Mapped, Source, register
from data_sources.expressions import Fields, clock, code, local_date, whole, words_set
from data_sources.policing.nypd import yes
from data_sources.signature import signature

RACES = {
    "a": "asian_pacific_islander",
    "b": "black",
    "p": "hispanic",
    "q": "hispanic",
    "w": "white",
    "i": "native_american",
    "z": "other",
}
FIREARMS = ("pistol", "riflshot", "asltweap", "machgun")
WEAPONS = (*FIREARMS, "knifcuti", "othrweap")
FORCE = ("pf_hands", "pf_wall", "pf_grnd", "pf_drwep", "pf_ptwep", "pf_baton", "pf_pepsp", "pf_other")
BASES = {"sb_hdobj": "officer_safety", "sb_outln": "suspected_weapon", "sb_admis": "evidence_of_crime", "sb_other": "other"}


def to_canonical(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns. A flag is set by Y or 1; blank is No, because part of the file writes 1 and blank instead of Y and N."""
    fields = Fields(table)
    year = fields("year")
    frisked, searched = yes(fields, "frisked"), yes(fields, "searched")
    weapon, contraband = yes(fields, *WEAPONS), yes(fields, "contrabn")
    arrest, summons = yes(fields, "arstmade"), yes(fields, "sumissue")
    radio, day = yes(fields, "radio"), _day(fields("datestop"))
    age, ages = against_birth(whole(fields("age")), _day(fields("dob")), day) if fields.has("dob") else (whole(fields("age")), ())
    columns: dict[str, ir.Value] = {
        "stop_person_id": ibis.literal("-").join([ibis.literal("NYPD"), year, fields("pct"), fields("ser_num")]),
        "agency_id": ibis.literal("NYPD"),
        "date": day,
        "time": clock(fields("timestop")),
        "stop_type": ibis.literal("pedestrian"),
        "person_role": ibis.literal("pedestrian"),
        "initiated_by": ibis.ifelse(radio, "call_for_service", "unknown"),
        "district": fields("pct"),
        "beat": fields("sector"),
        "location_text": fields("stname"),
        "race_group": code(fields("race"), RACES),
        "race_source": ibis.literal("officer_perceived"),
        "sex": code(fields("sex"), {"m": "male", "f": "female"}),
        "age": age,
        "stop_reason_group": ibis.literal("reasonable_suspicion"),
        "stop_reason_raw": fields("crimsusp"),
        "frisked": frisked,
        "searched": searched,
        "search_of": ibis.ifelse(searched, "person", ibis.null("string")),
        "search_bases": words_set({word: yes(fields, name) for name, word in BASES.items()}),
        "contraband_found": weapon | contraband,
        "contraband_types": words_set({"firearm": yes(fields, *FIREARMS), "weapon": weapon, "other": contraband}),
        "outcomes_all": words_set({"arrest": arrest, "summons": summons, "no_action": ~arrest & ~summons}),
        "arrest_made": arrest,
        "force_used": yes(fields, *FORCE),
        "duration_min": whole(fields("perstop")),
    }
    return Mapped(columns, notes=ages, drop=fields.headers("dob", "addrnum", "addrpct", "repcmd", "revcmd"))


def _day(column: ir.StringValue) -> ir.DateValue:
    """`1012014` is 1 January 2014: the leading zero of the month is missing. Other ways of writing a date are read as they are."""
    digits = column.re_search(r"^\d{7,8}$").fill_null(False)
    padded = column.lpad(8, "0")
    iso = padded.substr(4, 4) + "-" + padded.substr(0, 2) + "-" + padded.substr(2, 2)
    return local_date(ibis.ifelse(digits, iso, column))


register(
    Source(
        name="nypd_to_2016",
        title="NYPD stop, question and frisk, up to 2016",
        table="stops",
        publisher="New York City Police Department",
        recognises=signature("year", "pct", "ser_num", "datestop", "timestop", "recstat", "frisked", "searched", "contrabn", "race"),
        map=to_canonical,
        traps=(
            "2014 holds two codings: Y and N, or 1 and blank; blank is No.",
            "Dates are month, day and year without leading zeros; times are hmm, so 5 is five past midnight.",
            "Ages 0, 1, 99 and 999 are heaps, not ages; a birth date of 31 December 1900 is none.",
            "Races P and Q are Hispanic under both multi-race rules.",
        ),
    )
)
