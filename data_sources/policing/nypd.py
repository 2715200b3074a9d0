"""New York Police Department stop, question and frisk, 2017 and later."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from data_sources.base import Check, Context, Mapped, Source, register
from data_sources.expressions import Fields, clock, code, flag, local_date, number, surely, whole, words_set
from data_sources.signature import signature

RACES = {
    "black": "black",
    "white hispanic": "hispanic",
    "black hispanic": "hispanic",
    "white": "white",
    "asian / pacific islander": "asian_pacific_islander",
    "asian/pacific islander": "asian_pacific_islander",
    "asian/pac.isl": "asian_pacific_islander",
    "middle eastern/southwest asian": "middle_eastern",
    "american indian/alaskan native": "native_american",
    "american indian/alaskan n": "native_american",
    "amer ind": "native_american",
}
INITIATED = {
    "based on radio run": "call_for_service",
    "self initiated": "officer",
    "based on self initiated": "officer",
    "c/w on scene": "third_party",
    "based on c/w on scene": "third_party",
}
BASES = {
    "consent": "SEARCH_BASIS_CONSENT_FLAG",
    "incident_to_arrest": "SEARCH_BASIS_INCIDENTAL_TO_ARREST_FLAG",
    "officer_safety": "SEARCH_BASIS_HARD_OBJECT_FLAG",
    "suspected_weapon": "SEARCH_BASIS_OUTLINE_FLAG",
    "other": "SEARCH_BASIS_OTHER_FLAG",
    "evidence_of_crime": "SEARCH_BASIS_ADMISSION_FLAG",
}
FIREARMS = ("FIREARM_FLAG",)
OTHER_WEAPONS = ("KNIFE_CUTTER_FLAG", "OTHER_WEAPON_FLAG", "WEAPON_FOUND_FLAG")


def yes(fields: Fields, *names: str) -> ir.BooleanValue:
    """Is one of these flags set? Blank and `(null)` are No in these columns."""
    marks = ibis.literal("\x1f").join([fields.table[name].strip().upper() for name in fields.headers(*names)]) if fields.has(*names) else None
    return ibis.literal(False) if marks is None else marks.re_search(r"(^|\x1f)(Y|YES|1|TRUE)(\x1f|$)").fill_null(False)


def force(fields: Fields) -> ir.BooleanValue:
    """Any physical force; handcuffing, verbal instruction and the shield do not count."""
    quiet = ("handcuff", "verbal", "shield")
    names = [name for name in fields.starting("PHYSICAL_FORCE") if not any(word in name.lower() for word in quiet)]
    return yes(fields, *names) if names else ibis.null("boolean")


def to_canonical(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns. BLACK HISPANIC is one label, not two flags: hispanic under both multi-race rules."""
    fields = Fields(table)
    day = local_date(fields("STOP_FRISK_DATE"))
    frisked, searched = flag(fields("FRISKED_FLAG")), flag(fields("SEARCHED_FLAG"))
    firearm, weapon = yes(fields, *FIREARMS), yes(fields, *OTHER_WEAPONS)
    other = flag(fields("OTHER_CONTRABAND_FLAG"))
    arrest, summons = flag(fields("SUSPECT_ARRESTED_FLAG")), flag(fields("SUMMONS_ISSUED_FLAG"))
    consent = surely(flag(fields("CONSENT_GIVEN_FLG", "CONSENT_GIVEN_FLAG")))
    asked = flag(fields("ASK_FOR_CONSENT_FLG", "ASK_FOR_CONSENT_FLAG"))
    race = code(fields("SUSPECT_RACE_DESCRIPTION"), RACES, default="unknown")
    key = fields("STOP_FRISK_ID", "STOP_FRISK_ID_ANONY", "STOP_ID")
    columns: dict[str, ir.Value] = {
        "stop_person_id": "NYPD-" + day.year().cast("string") + "-" + key,
        "agency_id": ibis.literal("NYPD"),
        "date": day,
        "time": clock(fields("STOP_FRISK_TIME", "Stop Frisk Time")),
        "stop_type": ibis.literal("pedestrian"),
        "person_role": ibis.literal("pedestrian"),
        "initiated_by": code(fields("STOP_WAS_INITIATED"), INITIATED),
        "district": fields("STOP_LOCATION_PRECINCT"),
        "beat": fields("STOP_LOCATION_SECTOR_CODE"),
        "location_text": fields("STOP_LOCATION_STREET_NAME"),
        "race_group": race,
        "race_source": ibis.literal("officer_perceived"),
        "sex": code(fields("SUSPECT_SEX"), {"male": "male", "m": "male", "female": "female", "f": "female"}),
        "age": whole(fields("SUSPECT_REPORTED_AGE")),
        "stop_reason_group": ibis.literal("reasonable_suspicion"),
        "stop_reason_raw": fields("SUSPECTED_CRIME_DESCRIPTION"),
        "frisked": frisked,
        "searched": searched,
        "search_of": ibis.ifelse(surely(searched), "person", ibis.null("string")),
        "search_bases": words_set({word: yes(fields, name) for word, name in BASES.items()}),
        "contraband_found": ibis.ifelse(firearm | weapon, True, other.coalesce(flag(fields("WEAPON_FOUND_FLAG")))),
        "contraband_types": words_set({"firearm": firearm, "weapon": firearm | weapon, "other": surely(other)}),
        "outcomes_all": words_set(
            {"arrest": surely(arrest), "summons": surely(summons), "no_action": (arrest == False) & (summons == False)}  # noqa: E712
        ),
        "arrest_made": arrest,
        "force_used": force(fields),
        "duration_min": number(fields("STOP_DURATION_MINUTES")).round().try_cast("int32"),
    }
    named = yes(fields, *FIREARMS, *OTHER_WEAPONS[:2])
    notes = (
        Check("X3", "Consent is recorded as given although it was not asked for.", consent & (asked == False), "searched"),  # noqa: E712
        Check("weapon_flag", "A named weapon although the weapon flag says No; the weapon counts.", named & ~yes(fields, "WEAPON_FOUND_FLAG")),
    )
    return Mapped(columns, notes=notes, drop=fields.headers("DEMEANOR_OF_PERSON_STOPPED"))


register(
    Source(
        name="nypd",
        title="NYPD stop, question and frisk, 2017 and later",
        table="stops",
        publisher="New York City Police Department",
        recognises=signature("STOP_FRISK_DATE", "SUSPECT_RACE_DESCRIPTION", "SEARCHED_FLAG"),
        map=to_canonical,
        evidence="file",
        traps=(
            "'(null)' in a yes-only flag is No; columns that also hold N keep three states.",
            "The weapon flag says No on rows with a named weapon: any of them counts.",
            "A frisk is kept apart from a search.",
            "BLACK HISPANIC and WHITE HISPANIC are Hispanic under both multi-race rules.",
            "The key is called STOP_FRISK_ID, STOP_FRISK_ID_ANONY or STOP_ID, depending on the year.",
        ),
    )
)
