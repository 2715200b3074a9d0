"""Detroit Board of Police Commissioners: citizen complaints, one row per allegation and accused officer, races in every spelling."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from data_sources.base import Check, Context, Mapped, Source, register
from data_sources.expressions import MISSING, Fields, code, local_date, whole
from data_sources.policing.complaint_words import FINDINGS, RACES, SEXES
from data_sources.signature import signature

LOCAL = {"arabic": "other", "chaldean": "other"}
ALLEGATIONS = {
    **{"procedure": "procedure_service", "service": "procedure_service", "demeanor": "discourtesy", "force": "force"},
    **{"harassment": "abuse_of_authority", "property": "property", "search": "search_stop_arrest", "arrest": "search_stop_arrest"},
    **{"entry": "search_stop_arrest"},
}
ELSEWHERE = "Groups without a counterpart of ours (Arabic, Chaldean) read as other."
FOLDED = "A race in another spelling was folded (B, BLACK and Black are one)."
NO_CASES = ("**",)  # in this file two stars begin a word: **Pending**


def to_canonical(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns. The file names no officer: rows of one case that differ in ObjectId alone are kept, each as one accused officer."""
    fields = Fields(table, tuple(one for one in MISSING if one not in NO_CASES))
    race, finding = fields("ctznRace"), fields("Finding")
    columns: dict[str, ir.Value] = {
        "complaint_row_id": ibis.literal("detroit-") + fields("ObjectId"),
        "complaint_id": fields("CCR"),
        "received_date": local_date(fields("Report_Date"), "ymd"),
        "closed_date": local_date(fields("Closed"), "ymd"),
        "complainant_type": ibis.literal("civilian"),
        "complainant_race_group": code(race, RACES | LOCAL),
        "complainant_sex": code(fields("ctznSex"), SEXES),
        "complainant_age": whole(fields("Age")),
        "officer_race_group": code(fields("ofcrRace"), RACES),
        "officer_sex": code(fields("ofcrSex"), SEXES),
        "allegation_group": code(fields("Allegation"), ALLEGATIONS),
        "allegation_raw": fields("Allegation"),
        "finding": code(finding, FINDINGS),
        "investigating_body": ibis.literal("Board of Police Commissioners"),
    }
    notes = (
        Check("local_group", ELSEWHERE, race.lower().isin(tuple(LOCAL)), "complainant_race_group"),
        Check("race_spelling", FOLDED, _folded(race) | _folded(fields("ofcrRace")), "officer_race_group"),
    )
    asked = (
        "'No Charge' and 'Void' are read as closed without a finding. Is that what they mean here?",
        "The file names no officer. Rows that are equal apart from their number are kept, each as one accused officer. Is that right?",
    )
    return Mapped(columns, notes=notes, questions=asked)


def _folded(written: ir.StringValue) -> ir.BooleanValue:
    """Is a race written as a letter, or all in capitals?"""
    return written.notnull() & (written == written.upper())


register(
    Source(
        name="detroit_complaints",
        title="Detroit citizen complaints",
        table="complaints",
        publisher="City of Detroit, Board of Police Commissioners",
        recognises=signature("BPC", "CCR", "Report_Date", "ctznRace", "Allegation", "Finding", "ofcrRace"),
        map=to_canonical,
        evidence="file",
        traps=(
            "A race comes in several spellings (B, BLACK, Black); they are folded and the written word is kept.",
            "Age 0 stands for unknown; ages below 10 and above 110 are left empty.",
            "Some cases are closed before they were reported; they give no number of days.",
            "No officer is named, so officers cannot be counted; rows equal apart from their number are kept.",
        ),
    )
)
