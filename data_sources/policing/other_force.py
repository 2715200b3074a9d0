"""Force reports known from their publishers' documents: New Jersey OAG, Austin R2R, and extracts in the style of IAPro and Comport."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from data_sources.base import Check, Context, Mapped, Source, register
from data_sources.expressions import Fields, clock, code, contains_any, flag, local_date, pseudonym, whole
from data_sources.policing.force_words import RACES, SEXES, force_type, injury
from data_sources.policing.lists import LISTS_SENTENCE, PLACE, TICKED, UNALIGNED, spread, unfolded
from data_sources.signature import signature

SEVERAL = "Several people in one cell; who of them the force was used on is not said, so no person was singled out."
NAMED = ("officer_name", "officer_name2", "officer_first_name", "officer_last_name", "officer_middle_name")
AUSTIN_RACES = {**RACES, "m": "middle_eastern", "p": "pacific_islander", "i": "native_american"}
IAPRO_TYPES = {"canine": "other", "lethal-handgun": "firearm_discharge", "lethal-rifle": "firearm_discharge", "lethal-vehicle": "vehicle"}
CONDITIONS = {
    **dict.fromkeys(("no injuries noted or visible", "none", "no injury", "no complaint of injury/pain"), "none"),
    **dict.fromkeys(("non-visible injury/pain", "complaint of injury/pain", "pain"), "complaint"),
    **dict.fromkeys(("death", "deceased", "fatal"), "fatal"),
    **dict.fromkeys(("gunshot", "fracture", "broken bone", "internal injury", "unconscious", "hospitalized"), "serious"),
}


def new_jersey(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns of an officer's report; names become a pseudonym and are dropped, a list of subjects is not split by guess."""
    fields = Fields(table, missing=("", ".", "NULL", "NA", "N/A", "Not Provided", "Unknown"))
    race, kind = fields("subject_race"), fields("subject_type")
    parts = race.re_replace(r"(?i)white, hispanic", "hispanic").re_replace(r",\s*$", "")
    several = parts.contains(",").fill_null(False)
    names = [fields(name).fill_null("") for name in NAMED if fields.has(name)]
    officer = ibis.literal("|").join([fields("agency_name", "agency").fill_null(""), *names]) if names else ibis.null("string")
    uneven = flag(fields(UNALIGNED)).fill_null(False)
    group = ibis.ifelse(several, ibis.literal("unknown"), code(parts.strip(), RACES))
    written = fields("type_of_force")
    columns: dict[str, ir.Value] = {
        "force_row_id": fields("unique_report_id") + "#" + fields(PLACE),
        "incident_id": fields("incident_id"),
        "agency_id": fields("agency_name", "agency"),
        "officer_key": pseudonym(officer, context),
        "application_no": whole(fields(PLACE)),
        "source_grain": ibis.literal("officer"),
        "date": local_date(fields("incident_date")),
        "time": clock(fields("incident_time")),
        "subject_kind": ibis.cases(
            (contains_any(kind, "animal"), ibis.literal("animal")),
            (contains_any(kind, "other"), ibis.literal("unknown")),
            else_=ibis.literal("person"),
        ),
        "race_group": group,
        "race_group_doj": group,
        "race_source": ibis.literal("officer_perceived"),
        "sex": ibis.ifelse(several, ibis.literal("unknown"), code(fields("subject_gender"), SEXES)),
        "age": ibis.ifelse(several, ibis.null("int32"), whole(fields("subject_age"))),
        "force_type": force_type(written),
        "force_type_raw": written,
        "arrest_made": flag(fields("subject_arrested")),
        "subject_injury": injury(flag(fields("subject_injured"))),
        "officer_injury": injury(flag(fields("officer_injured"))),
        "record_status": ibis.literal("final"),
    }
    notes = (Check("several_subjects", SEVERAL, several, "race_group"), Check("list_unaligned", LISTS_SENTENCE, uneven, "force_type"))
    return Mapped(columns, notes=notes, drop=fields.headers(*NAMED))


def austin(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns. R2R Level 1 is the most serious, so the level comes from the weapon; the agency's own is kept as written."""
    fields = Fields(table)
    race, hispanic = code(fields("Subject Race"), AUSTIN_RACES), fields("Subject Ethnicity").upper() == "H"
    group = ibis.ifelse(hispanic.fill_null(False), ibis.literal("hispanic"), race)
    level, written = fields("R2R Level"), fields(TICKED)
    columns: dict[str, ir.Value] = {
        "force_row_id": fields("RIN") + "#" + fields(PLACE),
        "incident_id": fields("Primary Key"),
        "agency_id": ibis.literal("Austin Police Department"),
        "subject_key": pseudonym(fields("Master Subject ID"), context, "subject"),
        "application_no": whole(fields(PLACE)),
        "source_grain": ibis.literal("officer_subject"),
        "date": local_date(fields("Date Occurred")),
        "time": clock(fields("Time Occurred")),
        "district": fields("Area Command").nullif("88"),
        "subject_kind": ibis.literal("person"),
        "race_group": group,
        "race_group_doj": group,
        "race_source": ibis.literal("officer_perceived"),
        "sex": code(fields("Subject Sex"), SEXES),
        "force_type": force_type(written),
        "force_type_raw": written,
        "force_level_agency": level,
        "force_reason": fields("Reason Desc"),
        "subject_injury": injury(~fields("Subject Effects").lower().isin(("no complaint of injury/pain", "none"))),
        "record_status": ibis.literal("final"),
    }
    bad = Check("bad_level", "Levels other than 1 to 3 say nothing.", level.notnull() & ~level.isin(("1", "2", "3")), "force_level_agency")
    asked = "Austin's level 1 is the most serious. Levels here follow from the weapon, 1 lowest to 4 deadly; the agency's own is kept. Is that right?"
    return Mapped(columns, notes=(bad,), drop=fields.headers("Master Subject ID"), questions=(asked,))


def iapro(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns of an extract in the style of IAPro and Comport: one row per officer, technique and resident."""
    fields = Fields(table)
    stamp, written = fields("occurredDate"), fields("officerForceType")
    columns: dict[str, ir.Value] = {
        "incident_id": fields("id"),
        "agency_id": fields("agency", "department").fill_null("unknown"),
        "subject_key": pseudonym(fields("residentIdentifier"), context, "subject"),
        "officer_key": pseudonym(fields("officerIdentifier"), context),
        "source_grain": ibis.literal("application"),
        "date": local_date(stamp, "ymd"),
        "time": clock(stamp),
        "district": fields("division", "precinct", "bureau"),
        "subject_kind": ibis.literal("person"),
        "race_group": code(fields("residentRace"), RACES),
        "race_group_doj": code(fields("residentRace"), RACES),
        "race_source": ibis.literal("officer_perceived"),
        "sex": code(fields("residentSex"), SEXES),
        "age": whole(fields("residentAge")),
        "force_type": force_type(written, IAPRO_TYPES),
        "force_type_raw": written,
        "force_level_agency": fields("officerForceTypeScale"),
        "force_reason": fields("useOfForceReason"),
        "service_type": fields("serviceType"),
        "arrest_made": flag(fields("arrestMade")),
        "subject_injury": code(fields("residentCondition"), CONDITIONS, "unknown"),
        "within_policy": code(
            fields("disposition"), {"justified": "yes", "within policy": "yes", "not justified": "no", "pending": "pending"}, "not_recorded"
        ),
        "record_status": ibis.literal("final"),
    }
    return Mapped(columns, drop=fields.headers("officerIdentifier", "residentIdentifier"))


register(
    Source(
        name="new_jersey_force",
        title="New Jersey Attorney General use-of-force reports",
        table="use_of_force",
        publisher="New Jersey Office of the Attorney General",
        recognises=signature("unique_report_id", "incident_id", "officer_race", "subject_race", "type_of_force", "video_footage"),
        map=new_jersey,
        shape=unfolded("type_of_force"),
        traps=(
            "Names of officers are dropped; a keyed pseudonym of agency and name stands for them.",
            "'White, Hispanic' is one person, other commas join several people: those are not split by guess.",
            "An animal is a row about an animal.",
        ),
    )
)
register(
    Source(
        name="austin_force",
        title="Austin Police response to resistance (R2R)",
        table="use_of_force",
        publisher="Austin Police Department",
        recognises=signature("RIN", "Primary Key", "R2R Level", "Master Subject ID", "Weapon Used 1"),
        map=austin,
        shape=spread("Weapon Used 1", "Weapon Used 2", "Weapon Used 3", "Weapon Used 4", "Weapon Used 5"),
        traps=(
            "R2R Level 1 is the most serious: levels follow from the weapon, and the agency's own is kept as written.",
            "Ethnicity is a column of its own; Hispanic ethnicity counts as Hispanic.",
            "There is no officer number. The file of subjects is another view of the same events: do not add the two.",
        ),
    )
)
register(
    Source(
        name="iapro_force",
        title="IAPro or Comport style use-of-force extract",
        table="use_of_force",
        publisher="Agencies that use IAPro or Comport",
        recognises=signature("id", "occurredDate", "useOfForceReason", "officerForceType", "residentRace", "officerIdentifier"),
        map=iapro,
        traps=("The same id stands on a row for each officer, technique and resident.", "A bare 'Canine' does not say whether the dog bit."),
    )
)
