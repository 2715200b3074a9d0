"""Workbooks of small agencies: Northampton (title row, no dates), Bloomington (groups ticked) and Beloit (techniques ticked)."""

from __future__ import annotations

import re

import ibis
import ibis.expr.types as ir

from data_sources.base import Check, Context, Mapped, Source, register
from data_sources.expressions import Fields, clock, code, contains_any, flag, local_date, surely, whole
from data_sources.policing.force_words import RACES, SEXES, force_type, injury
from data_sources.policing.lists import LISTS_SENTENCE, PLACE, TICKED, UNALIGNED, ticked, unfolded
from data_sources.signature import signature

NO = ("no", "none", "")
BELOIT = (
    *("Dialog", "HandStrike", "Vertical Stun", "Decentralizatio", "Forearm Strike", "Batons", "Wrist Compressio", "KneeStrke", "Less than Lethal"),
    *("OC", "FootStrike", "K9Bite", "Pressure Points", "DiffusedStrike", "Firearm", "Conducted Energy Device"),
)
BELOIT_TYPES = {
    **dict.fromkeys(("handstrike", "forearm strike", "kneestrke", "footstrike", "diffusedstrike"), "strike"),
    "vertical stun": "takedown",
    "decentralizatio": "takedown",
    "wrist compressio": "control_hold",
    "firearm": "firearm_display",
    "oc": "chemical",
}
BLOOMINGTON = ("Physical Contact", "Less Lethal", "Draw Less Lethal", "Draw Weapon", "Weapon Fired", "Vehicle Pursuit", "Foot Pursuit")
BLOOMINGTON_TYPES = {"physical contact": "control_hold", "less lethal": "other", "draw less lethal": "other", "draw weapon": "firearm_display"}
ONE_HOT = {
    "white": ("Suspect Race Caucasian, Non-Hispanic", "Suspect Race White, Non-Hispanic", "White"),
    "black": ("Suspect Race African American, Non-Hispanic", "Suspect Race AA, Non-Hispanic", "AA"),
    "native_american": ("Suspect Race Indian/Alaskan Native, Non-Hispanic",),
    "asian_pacific_islander": ("Suspect Race Asian/Pacific Islander, Non-Hispanic",),
}


def year_of(context: Context) -> str:
    """The year in the title line, else in the file's name; '' when neither names one."""
    found = re.findall(r"(?<!\d)(20\d\d|19[9]\d)(?!\d)", context.title) or re.findall(r"(?<!\d)(20\d\d)(?!\d)", context.file_name)
    return found[0] if found else ""


def northampton(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns of a workbook whose only date is the year in its title; one row is one event, with a list of techniques."""
    fields = Fields(table, missing=("", "NA", "N/A", "*", "Redacted*"))
    year, written = year_of(context), fields("PD Force Type")
    race = code(fields("Subject Race"), RACES)
    hispanic = fields("Subject Ethnicity").lower().re_replace(r"[^a-z]", "").isin(("hispanic", "his", "hisp"))
    group = ibis.ifelse(hispanic.fill_null(False), ibis.literal("hispanic"), race)
    hurt, armed = fields("Subject Injured- If yes, type:"), fields("Subject Weapon")
    number = whole(fields("Event #", "Event")).cast("string")
    name = ibis.literal(f"{year}-") + number
    columns: dict[str, ir.Value] = {
        "force_row_id": name + "#" + fields(PLACE),
        "incident_id": name,
        "agency_id": ibis.literal("Northampton Police Department"),
        "application_no": whole(fields(PLACE)),
        "source_grain": ibis.literal("incident"),
        "date": ibis.ifelse(written.notnull() | fields("Subject Gender").notnull(), local_date(ibis.literal(f"{year}-01-01")), ibis.null("date")),
        "date_precision": ibis.literal("year"),
        "time": clock(fields("Time of Day")),
        "subject_kind": ibis.literal("person"),
        "race_group": group,
        "race_group_doj": group,
        "race_source": ibis.literal("officer_perceived"),
        "sex": code(fields("Subject Gender"), SEXES),
        "age": whole(fields("Subject Age")),
        "force_type": force_type(written),
        "force_type_raw": written,
        "service_type": fields("Call Type", "Incident Type/Charges", "Incident/Type of Charges"),
        "subject_armed": ibis.ifelse(armed.isnull(), ibis.null("boolean"), ~armed.lower().isin(NO)),
        "arrest_made": code(fields("Arrest or Protective Custody", "Arrest or ProtectiveCustody"), {"arrest": "true", "no": "false"}, None).try_cast(
            "boolean"
        ),
        "subject_injury": injury(ibis.ifelse(hurt.isnull(), ibis.null("boolean"), ~hurt.lower().isin(NO)), hurt),
        "record_status": ibis.literal("final"),
    }
    asked = (
        (f"The workbook has no dates. Are all its events of {year}, as its title says?",) if year else ("The workbook names no year in its title.",)
    )
    uneven = Check("list_unaligned", LISTS_SENTENCE, surely(flag(fields(UNALIGNED))), "force_type")
    only_year = Check("year_only", "Only the year is known; trends by month or quarter leave these rows out.", written.notnull(), "date")
    return Mapped(columns, notes=(uneven, only_year), questions=asked)


def bloomington(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns of a workbook that ticks the group of the suspect in one of eight columns and the force in seven."""
    fields = Fields(table)
    hispanic = ibis.or_(*(fields(name).notnull() for name in table.columns if name.lower().endswith(", hispanic")), ibis.literal(False))
    groups = [(ibis.or_(*(fields(name).notnull() for name in names)), ibis.literal(group)) for group, names in ONE_HOT.items()]
    group = ibis.cases((hispanic, ibis.literal("hispanic")), *groups, else_=ibis.literal("unknown"))
    technique = fields(TICKED)
    female, male = fields("Suspect Gender Female").notnull(), fields("Suspect Gender Male").notnull()
    columns: dict[str, ir.Value] = {
        "incident_id": fields("Event"),
        "agency_id": ibis.literal("Bloomington Police Department"),
        "application_no": whole(fields(PLACE)),
        "source_grain": ibis.literal("subject"),
        "date": local_date(fields("Date")),
        "time": clock(fields("Time")),
        "district": fields("District"),
        "subject_kind": ibis.literal("person"),
        "race_group": group,
        "race_group_doj": group,
        "race_source": ibis.literal("officer_perceived"),
        "sex": ibis.cases((female & ~male, ibis.literal("female")), (male & ~female, ibis.literal("male")), else_=ibis.literal("unknown")),
        "age": whole(fields("Suspect Age")),
        "force_type": force_type(technique, BLOOMINGTON_TYPES),
        "force_type_raw": technique,
        "service_type": fields("Nature"),
        "subject_armed": flag(fields("Suspect Armed")),
        "arrest_made": ibis.ifelse(fields("Suspect Role").isnull(), ibis.null("boolean"), contains_any(fields("Suspect Role"), "arrest")),
        "subject_injury": injury(flag(fields("Suspect Injured"))),
        "officer_injury": injury(flag(fields("Officer Injured"))),
        "record_status": ibis.literal("final"),
    }
    return Mapped(columns)


def beloit(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns of a year-to-date workbook with a column for each technique; several forms share one dispatch number."""
    fields = Fields(table)
    form, technique = fields("UOF #"), fields(TICKED)
    animal = contains_any(fields("Offense"), "deer", "animal", "dog") | contains_any(technique, "deer")
    columns: dict[str, ir.Value] = {
        "force_row_id": form + "#" + fields(PLACE),
        "incident_id": fields("CAD#").coalesce(form),
        "agency_id": ibis.literal("Beloit Police Department"),
        "application_no": whole(fields(PLACE)),
        "source_grain": ibis.literal("officer_subject"),
        "date": local_date(fields("Date")),
        "subject_kind": ibis.ifelse(animal, ibis.literal("animal"), ibis.literal("person")),
        "race_group": code(fields("Race"), RACES),
        "race_group_doj": code(fields("Race"), RACES),
        "race_source": ibis.literal("officer_perceived"),
        "sex": code(fields("Sex"), SEXES),
        "age": whole(fields("Age")),
        "force_type": force_type(technique, BELOIT_TYPES),
        "force_type_raw": technique,
        "service_type": fields("Offense"),
        "arrest_made": ibis.ifelse(
            fields("Disposition").isnull(),
            ibis.null("boolean"),
            contains_any(fields("Disposition"), "arrest") & (fields("Disposition") != "No Arrest"),
        ),
        "record_status": ibis.literal("final"),
    }
    return Mapped(columns)


register(
    Source(
        name="northampton_force",
        title="Northampton Police use of force (yearly workbook)",
        table="use_of_force",
        publisher="Northampton Police Department",
        recognises=signature("Event #|Event", "Subject Weapon", "PD Force Type", "# of Officers"),
        map=northampton,
        evidence="file",
        shape=unfolded("PD Force Type"),
        traps=(
            "The header stands below a title, and only the title holds the year: every date is a year.",
            "Ethnicity is a column of its own; Hispanic ethnicity counts as Hispanic.",
            "Rows without any value but a number are no events.",
        ),
    )
)
register(
    Source(
        name="bloomington_force",
        title="Bloomington Police use of force (quarterly workbook)",
        table="use_of_force",
        publisher="Bloomington Police Department",
        recognises=signature("Event", "Physical Contact", "Less Lethal", "Draw Weapon", "Suspect Armed", "Suspect Injured"),
        map=bloomington,
        evidence="file",
        shape=ticked(*BLOOMINGTON),
        traps=(
            "Race and ethnicity are ticked in one of eight columns.",
            "Times typed as numbers into date cells are read back.",
            "'Less lethal' does not say which technique: another technique.",
            "The file named first quarter of 2017 holds the first quarter of 2016 again; equal rows add nothing.",
        ),
    )
)
register(
    Source(
        name="beloit_force",
        title="Beloit Police use of force (year-to-date workbook)",
        table="use_of_force",
        publisher="Beloit Police Department",
        recognises=signature("UOF #", "CAD#", "HandStrike", "Decentralizatio"),
        map=beloit,
        evidence="file",
        shape=ticked(*BELOIT, free="Other"),
        traps=(
            "Year-to-date files hold earlier ones again: rows are known by their form number and are replaced, never added.",
            "Several forms share one dispatch number, which is the incident.",
            "A deer that was put down is an animal and stays out of person counts.",
        ),
    )
)
