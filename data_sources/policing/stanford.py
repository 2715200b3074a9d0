"""Stanford Open Policing: one row per stop, in the standard of 2018 and later, and in the 2017 release."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from data_sources.ages import against_birth, birth_date
from data_sources.base import Check, Context, Mapped, Source, register
from data_sources.expressions import Fields, clock, code, contains_any, flag, local_date, number, once, pseudonym, whole, words_set
from data_sources.signature import signature

RACES = {
    "asian/pacific islander": "asian_pacific_islander",
    "asian": "asian_pacific_islander",
    "black": "black",
    "hispanic": "hispanic",
    "white": "white",
    "other": "other",
    "native american": "native_american",
    "other/unknown": "other",
    "unknown": "unknown",
}
SEXES = {"male": "male", "m": "male", "female": "female", "f": "female"}
OUTCOMES = {"warning": "warning", "citation": "citation", "summons": "summons", "arrest": "arrest"}
BASES = {"k9": "k9", "plain view": "plain_view", "consent": "consent", "probable cause": "probable_cause", "other": "other"}
OUTCOMES_2017 = {
    "citation": "citation",
    "warning": "warning",
    "verbal warning": "warning_verbal",
    "written warning": "warning_written",
    "arrest driver": "arrest",
    "arrest": "arrest",
    "no action": "no_action",
    "arrest passenger": "other",
    "summons": "summons",
}
RESULTS = {"warning": "issued", "citation": "issued", "summons": "issued", "arrest": "made"}
DISTRICTS = ("district", "precinct", "division", "sector", "zone", "beat", "county_name")
DURATIONS = {"0-15 min": 15, "16-30 min": 30, "30+ min": 45}


def _reason(text: ir.StringValue) -> ir.StringValue:
    """The group of a violation as these files word it; the first match wins."""
    return once(text, _reason_group)


def _reason_group(text: ir.StringValue) -> ir.StringValue:
    """The group of one violation."""
    return ibis.cases(
        (text.isnull(), ibis.literal("unknown")),
        (contains_any(text, "dui", "dwi", "impaired", "intoxicat"), "traffic_impaired"),
        (contains_any(text, "equipment", "light out", "inspection", "muffler"), "traffic_equipment"),
        (contains_any(text, "registration", "seat belt", "seatbelt", "license", "insurance", "plate"), "traffic_regulatory"),
        (contains_any(text, "speed", "moving", "stop sign", "red light", "lane", "yield", "signal"), "traffic_moving"),
        (contains_any(text, "checkpoint"), "checkpoint"),
        (contains_any(text, "suspici"), "reasonable_suspicion"),
        (contains_any(text, "warrant"), "warrant_or_wanted"),
        (contains_any(text, "investigat", "call for service"), "investigation"),
        else_="other",
    )


def _contraband(fields: Fields) -> ir.StringValue:
    """What was found, from the four columns of the standard."""
    names = {"drugs": "contraband_drugs", "weapon": "contraband_weapons", "alcohol": "contraband_alcohol", "other": "contraband_other"}
    return words_set({word: flag(fields(name)) for word, name in names.items() if fields.has(name)})


def standard(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns of a file in the standard of 2018 and later. The driver speaks for the stop."""
    fields = Fields(table)
    kind = code(fields("type"), {"vehicular": "vehicular", "pedestrian": "pedestrian"})
    reason = fields.first_filled("reason_for_stop", "violation")
    date = local_date(fields("date"))
    merged = fields("raw_row_number").contains("|")
    found = fields.header(*DISTRICTS)
    age = whole(fields("subject_age"))
    ages: tuple[Check, ...] = ()
    if fields.has("subject_dob"):
        age, ages = against_birth(age, birth_date(fields("subject_dob"), "mdy", date), date)
    columns: dict[str, ir.Value] = {
        "agency_id": fields.first_filled("department_name", "department_id"),
        "date": date,
        "time": clock(fields("time")),
        "stop_type": kind,
        "person_role": ibis.cases((kind == "vehicular", "driver"), (kind == "pedestrian", "pedestrian"), else_="unknown"),
        "district": fields.first_filled(*DISTRICTS),
        "beat": fields("beat"),
        "lat": number(fields("lat")),
        "lng": number(fields("lng")),
        "location_text": fields("location"),
        "race_group": code(fields("subject_race"), RACES),
        "race_source": ibis.literal("unknown"),
        "sex": code(fields("subject_sex"), SEXES),
        "age": age,
        "stop_reason_group": _reason(reason),
        "stop_reason_raw": reason,
        "frisked": flag(fields("frisk_performed")),
        "searched": flag(fields("search_conducted")),
        "search_of": words_set({"person": flag(fields("search_person")), "vehicle": flag(fields("search_vehicle"))}),
        "search_bases": code(fields("search_basis"), BASES, default=None),
        "contraband_found": flag(fields("contraband_found")),
        "contraband_types": _contraband(fields),
        "outcome": code(fields("outcome"), OUTCOMES),
        "outcomes_all": words_set({word: flag(fields(f"{word}_{verb}")) for word, verb in RESULTS.items()}),
        "arrest_made": flag(fields("arrest_made")),
        "officer_key": pseudonym(fields("officer_id_hash", "officer_id"), context),
    }
    notes = (
        Check("merged_rows", "The publisher merged several records into one row; the row counts once.", merged, "raw_row_number"),
        Check("first_of_january", "The date is 1 January without a time: it may stand for the year.", _new_year(date, fields), "date"),
        *ages,
    )
    questions = (f"The column '{found}' is taken as the district. Is that right?",) if found and found != "district" else ()
    drop = fields.headers("officer_id_hash", "officer_id", "officer_last_name", "officer_first_name", "subject_dob", "vehicle_registration_plate")
    return Mapped(columns, notes=notes, drop=drop, questions=questions)


def _new_year(date: ir.DateValue, fields: Fields) -> ir.BooleanValue:
    """Whether a row is dated 1 January without a time, as quarters and years are written."""
    return (date.month() == 1) & (date.day() == 1) & fields("time", "stop_time").isnull()


def release_2017(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns of the 2017 release and its state extracts. "Arrest Passenger" is not the driver's arrest."""
    fields = Fields(table)
    search = fields("search_type", "search_type_raw")
    outcome = code(fields("stop_outcome"), OUTCOMES_2017)
    reason = fields.first_filled("violation", "violation_raw")
    blank = ibis.and_(*(fields(name).isnull() for name in ("driver_gender", "driver_race", "violation", "stop_outcome")))
    date = local_date(fields("stop_date"))
    columns: dict[str, ir.Value] = {
        "agency_id": fields.first_filled("police_department", "state"),
        "date": date,
        "time": clock(fields("stop_time")),
        "stop_type": ibis.literal("vehicular"),
        "person_role": ibis.literal("driver"),
        "district": fields.first_filled("district", "county_name", "location_raw"),
        "lat": number(fields("lat")),
        "lng": number(fields("lon", "lng")),
        "race_group": code(fields("driver_race"), {**RACES, "asian": "asian"}),
        "race_source": ibis.literal("unknown"),
        "sex": code(fields("driver_gender"), SEXES),
        "age": whole(fields("driver_age")),
        "stop_reason_group": _reason(reason),
        "stop_reason_raw": reason,
        "frisked": ibis.ifelse(contains_any(search, "frisk"), ibis.literal(True), flag(fields("frisk_performed"))),
        "searched": flag(fields("search_conducted")),
        "search_bases": _bases_2017(search),
        "contraband_found": flag(fields("contraband_found")),
        "outcome": outcome,
        "arrest_made": ibis.ifelse(fields("stop_outcome").lower() == "arrest passenger", ibis.literal(False), flag(fields("is_arrested"))),
        "duration_min": code(fields("stop_duration"), {text: str(minutes) for text, minutes in DURATIONS.items()}, None).try_cast("int32"),
        "officer_key": pseudonym(fields("officer_id"), context),
    }
    notes = (
        Check("blank_person", "Every field about the person and the violation is blank; race and outcome are unknown.", blank),
        Check("duration_band", "The duration is a band; its upper end stands for it (45 minutes for '30+').", fields("stop_duration").notnull()),
        Check("first_of_january", "The date is 1 January without a time: it may stand for the year.", _new_year(date, fields), "date"),
    )
    return Mapped(columns, notes=notes, drop=fields.headers("officer_id"))


def _bases_2017(search: ir.StringValue) -> ir.StringValue:
    """The bases in a comma list such as `Incident to Arrest,Inventory,Protective Frisk`; a frisk is no search basis."""
    words = {
        "incident_to_arrest": ("incident to arrest",),
        "vehicle_inventory": ("inventory",),
        "probable_cause": ("probable cause",),
        "consent": ("consent",),
        "search_warrant": ("warrant",),
        "k9": ("k9", "k-9", "canine"),
        "plain_view": ("plain view",),
        "reasonable_suspicion": ("reasonable suspicion",),
        "parole_probation": ("parole", "probation"),
    }
    return words_set({word: contains_any(search, *parts) for word, parts in words.items()})


TRAPS = (
    "One row is a stop; the driver speaks for it.",
    "Contraband is recorded only after a search; 'other' as a search basis stands for arrest, warrant, parole and inventory.",
    "Some states give only the year or the quarter and set its first day.",
    "The row number is no lasting identifier: a row is known by the hash of its values.",
)
register(
    Source(
        name="stanford_2017",
        title="Stanford Open Policing, 2017 release and its state extracts",
        table="stops",
        publisher="Stanford Open Policing Project",
        recognises=signature("stop_date", "driver_race", "search_conducted", "stop_outcome", "is_arrested", "driver_gender"),
        map=release_2017,
        traps=(*TRAPS[:3], "'Arrest Passenger' is not the driver's arrest.", "Without contraband_found there is no outcome test."),
    )
)
register(
    Source(
        name="stanford",
        title="Stanford Open Policing standard, 2018 and later",
        table="stops",
        publisher="Stanford Open Policing Project",
        recognises=signature("raw_row_number", "date", "subject_race", "search_conducted", any_of=("type", "outcome", "contraband_found")),
        map=standard,
        traps=TRAPS,
    )
)
