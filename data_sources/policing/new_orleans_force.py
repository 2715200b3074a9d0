"""New Orleans Police Department use of force: one row per officer, subject and use of force; later releases join people by ' | '."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from data_sources.base import Check, Context, Mapped, Recognition, Source, register
from data_sources.expressions import Fields, code, flag, local_date, whole
from data_sources.policing.force_words import RACES, SEXES, force_type, injury
from data_sources.policing.lists import LISTS_SENTENCE, PLACE, UNALIGNED, headed, unfolded
from data_sources.signature import NOT, signature

AGENCY = "New Orleans Police Department"
FORCE = "Use of Force Type"
OWN = {
    "hands": "control_hold",
    "cew": "ced_use",
    "rifle (pointed)": "firearm_point",
    "shotgun (pointed)": "firearm_point",
    "canine (contact)": "canine_no_bite",
}
REVIEWED = {
    **dict.fromkeys(("use of force authorized", "uof justified"), "yes"),
    "uof justified with training": "yes_with_training",
    **dict.fromkeys(("uof justified with policy violation", "uof not justified", "use of force not authorized"), "no"),
    "pending": "pending",
}
RESISTED = {
    "refuse verbal commands": "passive",
    "resisting lawful arrest": "active",
    "battery on police officer": "aggressive",
    "battery on reporting person": "aggressive",
    "resisting officer w/weapon": "deadly",
    "weapon discharged": "deadly",
    **dict.fromkeys(("flight from an officer", "escape"), "fled"),
}


def to_canonical(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns. The agency's levels run from L1, lowest, to L4."""
    fields = Fields(table, missing=("", "NULL", "Race-Unknown", "Not Specifie", "Not Specified", "Sex-Unk"))
    disposition, reason, written = fields("Disposition"), fields("Use of Force Reason"), fields(FORCE)
    level = fields("Use of Force Level")
    uneven = flag(fields(UNALIGNED)).fill_null(False)
    columns: dict[str, ir.Value] = {
        "incident_id": fields("PIB File Number"),
        "agency_id": ibis.literal(AGENCY),
        "application_no": whole(fields(PLACE)) if fields.has(PLACE) else ibis.literal(1),
        "source_grain": ibis.literal("application"),
        "date": local_date(fields("Date Occurred", "Occurred Date")),
        "district": fields("Division level", "Division Level"),
        "beat": fields("Unit"),
        "subject_kind": ibis.literal("person"),
        "race_group": code(fields("Subject Ethnicity"), RACES),
        "race_group_doj": code(fields("Subject Ethnicity"), RACES),
        "race_source": ibis.literal("officer_perceived"),
        "sex": code(fields("Subject Gender"), SEXES),
        "age": whole(fields("Subject Age")),
        "force_type": ibis.ifelse(uneven, ibis.literal("unknown"), force_type(written, OWN)),
        "force_type_raw": written,
        "force_level": level.re_extract(r"^L([1-4])$", 1).nullif("").try_cast("int32"),
        "force_level_agency": level,
        "force_reason": reason,
        "service_type": fields("Service Type"),
        "resistance": code(reason, RESISTED, default=None),
        "effective": flag(fields("Use of Force Effective")),
        "arrest_made": flag(fields("Subject Arrested")),
        "subject_hospitalised": flag(fields("Subject Hospitalized")),
        "subject_injury": injury(flag(fields("Subject Injured"))),
        "officer_injury": injury(flag(fields("Officer Injured"))),
        "within_policy": code(disposition, REVIEWED, "not_recorded"),
        "record_status": ibis.ifelse((disposition.lower() == "cancel fit ftn").fill_null(False), ibis.literal("rejected"), ibis.literal("final")),
    }
    return Mapped(columns, notes=(Check("list_unaligned", LISTS_SENTENCE, uneven, "force_type"),))


_SIGNATURE = signature("PIB File Number", FORCE, "Use of Force Level", "Subject Ethnicity")
LISTED = (FORCE, "Use of Force Level", "Use of Force Effective", "Officer Gender", "Officer Age", "Officer Race/Ethnicity")


def _joined(header: Sequence[str], sample: pa.Table) -> bool:
    """Do cells join several people by ' | '?"""
    names = [found for name in LISTED if (found := headed(header, name)) is not None and found in sample.column_names]
    return any(bool(pc.any(pc.match_substring(sample[name], " | ")).as_py()) for name in names)


def _plain(header: Sequence[str], sample: pa.Table) -> Recognition:
    """One value in each cell."""
    return NOT if _joined(header, sample) else _SIGNATURE(header, sample)


def _piped(header: Sequence[str], sample: pa.Table) -> Recognition:
    """Lists in the cells."""
    return _SIGNATURE(header, sample) if _joined(header, sample) else NOT


TRAPS = (
    "Subject Ethnicity holds the race.",
    "There is no officer number: officers are not available, and exact copies cannot be told from repeated force, so they are kept.",
    "Officer Years of Service is 0 on every row.",
    "Rows whose cells have slid to the right are set aside.",
    "A record cancelled by the investigators stays, marked as rejected, and is left out of the default counts.",
)
register(
    Source(
        name="new_orleans_force",
        title="New Orleans Police use of force",
        table="use_of_force",
        publisher="New Orleans Police Department",
        recognises=_plain,
        map=to_canonical,
        evidence="file",
        traps=TRAPS,
    )
)
register(
    Source(
        name="new_orleans_force_lists",
        title="New Orleans Police use of force, several people in a cell",
        table="use_of_force",
        publisher="New Orleans Police Department",
        recognises=_piped,
        map=to_canonical,
        shape=unfolded(*LISTED[:3], separator="|"),
        traps=(*TRAPS, "Lists of unequal length are kept whole."),
    )
)
