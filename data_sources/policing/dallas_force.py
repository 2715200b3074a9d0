"""Dallas Police Response to Resistance: seven yearly layouts of one table, read as one agency."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from data_sources.base import Check, Context, Mapped, Source, register
from data_sources.expressions import Fields, clock, code, contains_any, flag, local_date, pseudonym, whole, words_set
from data_sources.policing.force_words import RACES, SEXES, force_type, injury
from data_sources.policing.lists import LISTS_SENTENCE, PLACE, UNALIGNED, unfolded
from data_sources.signature import signature

AGENCY = "Dallas Police Department"
PERSONAL = ("Match_addr", "Address", "ARC_Street", "STREET_N", "STREET", "street_g", "street_t", "GeoLocation", "HIRE_DT")
BADGES = ("CURRENT_BA", "CURRENT_BADGE_NO", "CURRENT_BAxx")
LONGEST_NUMBER = 5  # digits of a person's number before the file of 2019, where two numbers ran together
OWN = {"weapon display at person": "firearm_point", "k-9 deployment": "canine_no_bite", "feet/legs": "strike", "hands/arms": "strike"}
RESISTED = {
    "passive": ("passive resistance",),
    "active": ("defensive resistance",),
    "aggressive": ("active aggression", "assault to other person"),
    "deadly": ("weapon display",),
}


def _subject(fields: Fields, day: ir.DateValue, context: Context) -> tuple[ir.StringValue, tuple[Check, ...]]:
    """The person's number as a pseudonym; none where it is 0, a list of several, or damaged (2019)."""
    number = fields("CitNum").nullif("0")
    several = number.contains(",").fill_null(False)
    damaged = ((day.year() == 2019) | (number.length() > LONGEST_NUMBER)).fill_null(False) & ~several & number.notnull()
    known = ibis.ifelse(several | damaged, ibis.null("string"), number)
    notes = (
        Check("subject_list", "Several person numbers in one cell; no person was singled out.", several, "subject_key"),
        Check(
            "subject_number_damaged", "The person number is damaged; persons are told apart by group, sex and age instead.", damaged, "subject_key"
        ),
    )
    return pseudonym(known, context, "subject"), notes


def to_canonical(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns of the rows that `unfolded` made: one per officer, subject and listed use of force."""
    fields = Fields(table)
    day = local_date(fields("OCCURRED_D", "OCCURRED_DT"))
    subject, notes = _subject(fields, day, context)
    written = fields("ForceType")
    uneven = flag(fields(UNALIGNED)).fill_null(False)
    reason = fields("UOF_REASON")
    columns: dict[str, ir.Value] = {
        "incident_id": fields("FILENUM"),
        "agency_id": ibis.literal(AGENCY),
        "subject_key": subject,
        "officer_key": pseudonym(fields(*BADGES), context),
        "application_no": whole(fields(PLACE)),
        "source_grain": ibis.literal("officer_subject"),
        "date": day,
        "time": clock(fields("OCCURRED_T", "OCCURRED_TM")),
        "district": fields("DIVISION"),
        "beat": fields("BEAT"),
        "subject_kind": ibis.ifelse(reason.lower() == "aggressive animal", ibis.literal("animal"), ibis.literal("person")),
        "race_group": code(fields("CitRace"), RACES),
        "race_group_doj": code(fields("CitRace"), RACES),
        "race_source": ibis.literal("officer_perceived"),
        "sex": code(fields("CitSex"), SEXES),
        "force_type": ibis.ifelse(uneven, ibis.literal("unknown"), force_type(written, OWN)),
        "force_type_raw": written,
        "force_reason": reason,
        "service_type": fields("SERVICE_TY", "SERVICE_TYPE"),
        "resistance": words_set({word: contains_any(reason, *said) for word, said in RESISTED.items()}),
        "effective": ibis.ifelse(uneven, ibis.null("boolean"), flag(fields("ForceEffec", "ForceEffective"))),
        "arrest_made": flag(fields("CIT_ARREST", "CIT_ARRESTED")),
        "subject_injury": injury(flag(fields("CIT_INJURE", "CIT_INJURED")), fields("CitCondTyp", "CitCondType")),
        "officer_injury": injury(flag(fields("OFF_INJURE", "OFF_INJURED")), fields("OffCondTyp", "OffCondType")),
        "record_status": ibis.literal("final"),
    }
    unequal = Check("list_unaligned", LISTS_SENTENCE, uneven, "force_type")
    return Mapped(columns, notes=(*notes, unequal), drop=fields.headers(*PERSONAL, *BADGES, "CitNum"))


register(
    Source(
        name="dallas_force",
        title="Dallas Police Response to Resistance",
        table="use_of_force",
        publisher="Dallas Police Department",
        recognises=signature("FILENUM", "UOFNum", "OffRace", "CitRace", "ForceType"),
        map=to_canonical,
        evidence="file",
        shape=unfolded("UOFNum", "ForceType", "ForceEffec|ForceEffective"),
        traps=(
            "Seven yearly layouts name the same columns differently; all are read alike.",
            "One row is an officer and a person, with lists of techniques: each listed technique becomes a row; unequal lists are kept whole.",
            "CitNum is 0 or blank where nobody is known, a list in 2014, and damaged in 2019: persons are then counted by group, sex and incident.",
            "2018 has no times of day.",
            "'Weapon display at Person' is read as pointing a firearm.",
        ),
    )
)
