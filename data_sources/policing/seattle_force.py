"""Seattle Police use of force: one row per officer and subject, with a level and no technique."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from data_sources.base import Context, Mapped, Source, register
from data_sources.expressions import Fields, clock, code, local_date, pseudonym
from data_sources.policing.force_words import RACES, SEXES
from data_sources.signature import signature

LEVELS = {"level 1 - use of force": "1", "level 2 - use of force": "2", "level 3 - use of force": "3", "level 3 - ois": "4"}


def to_canonical(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns. Incident_Num numbers reports, so an incident is formed: the same minute and beat; without a beat, minute and subject."""
    fields = Fields(table, missing=("", "-", "Not Specified", "X", "XX", "NULL"))
    stamp, beat, subject = fields("Occured_date_time"), fields("Beat"), fields("Subject_ID")
    kind = fields("Incident_Type")
    shooting = kind.lower() == "level 3 - ois"
    columns: dict[str, ir.Value] = {
        "force_row_id": fields("ID"),
        "incident_id": stamp + "@" + beat.coalesce("person " + pseudonym(subject, context, "subject"), ibis.literal("?")),
        "agency_id": ibis.literal("Seattle Police Department"),
        "subject_key": pseudonym(subject, context, "subject"),
        "officer_key": pseudonym(fields("Officer_ID"), context),
        "source_grain": ibis.literal("officer_subject"),
        "date": local_date(stamp),
        "time": clock(stamp),
        "district": fields("Precinct"),
        "beat": beat,
        "subject_kind": ibis.literal("person"),
        "race_group": code(fields("Subject_Race"), RACES),
        "race_group_doj": code(fields("Subject_Race"), RACES),
        "race_source": ibis.literal("officer_perceived"),
        "sex": code(fields("Subject_Gender"), SEXES),
        "force_type": ibis.ifelse(shooting.fill_null(False), ibis.literal("firearm_discharge"), ibis.literal("unknown")),
        "force_level": code(kind, LEVELS, default=None).try_cast("int32"),
        "force_level_agency": kind,
        "record_status": ibis.literal("final"),
    }
    return Mapped(columns, drop=fields.headers("ID", "Officer_ID", "Subject_ID"))


register(
    Source(
        name="seattle_force",
        title="Seattle Police use of force",
        table="use_of_force",
        publisher="Seattle Police Department",
        recognises=signature("ID", "Incident_Num", "Incident_Type", "Occured_date_time", "Officer_ID", "Subject_ID"),
        map=to_canonical,
        evidence="file",
        traps=(
            "Incident_Num numbers reports and is nearly one per row: incidents are formed by the same minute and beat, or minute and subject.",
            "One Subject_ID stands for everybody unidentified and is no person.",
            "No technique is published, only levels 1 (lowest) to 3; an officer-involved shooting counts as level 4.",
        ),
    )
)
