"""New York Civilian Complaint Review Board: allegations with month and year, in the layouts of ProPublica and the NYCLU."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from data_sources.base import Check, Context, Mapped, Source, register
from data_sources.expressions import Fields, code, local_date, pseudonym, whole
from data_sources.policing.complaint_words import FINDINGS, RACES, SEXES, district
from data_sources.signature import either, signature

FADO = {
    **{"force": "force", "abuse of authority": "abuse_of_authority", "discourtesy": "discourtesy", "offensive language": "offensive_language"},
    "untruthful statement": "conduct_unbecoming",
}
SUBSTANTIATED = {"charges": "charges", "command discipline": "reprimand", "command lvl instructions": "training", "formalized training": "training"}
OFFICERS = ("unique_mos_id", "Tax ID")
NAMES = ("first_name", "last_name", "Last Name", "First Name", "shield_no", "ShieldNo", "Shield No", "mos_age_incident", *OFFICERS)


def _month(fields: Fields, what: str) -> ir.DateValue:
    """The first day of a month that two columns name."""
    year, month = whole(fields(f"year_{what}")), whole(fields(f"month_{what}"))
    good = year.between(1901, 2200) & month.between(1, 12)
    return ibis.ifelse(good, ibis.date(year, month, 1), ibis.null("date"))


def to_canonical(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns. Months only where the file gives months only: no number of days follows from them."""
    fields = Fields(table)
    monthly = fields.has("month_received")
    written = fields("board_disposition", "CCRB Disposition")
    finding = ibis.ifelse(written.lower().startswith("substantiated"), "sustained", code(written, FINDINGS).replace("", "unknown"))
    inside = written.re_extract(r"\(([^)]*)\)", 1).nullif("")
    penalty = fields("Penalty Desc", "outcome_penalty")
    given = ibis.coalesce(code(inside, SUBSTANTIATED, default=None), ibis.ifelse(inside.notnull() & (finding == "sustained"), "other", None))
    columns: dict[str, ir.Value] = {
        "complaint_id": fields("complaint_id", "Complaint ID"),
        "officer_key": pseudonym(fields(*OFFICERS), context),
        "received_date": _month(fields, "received") if monthly else local_date(fields("Received Date", "ReceivedDate")),
        "closed_date": _month(fields, "closed") if monthly else local_date(fields("Close Date", "Closed Date", "CloseDate")),
        "incident_date": ibis.null("date") if monthly else local_date(fields("Incident Date", "IncidentDate")),
        "date_precision": ibis.literal("month" if monthly else "day"),
        "complainant_type": ibis.literal("civilian"),
        "complainant_race_group": code(fields("complainant_ethnicity", "Impacted Race", "ImpactedRace"), RACES),
        "complainant_sex": code(fields("complainant_gender", "Impacted Gender", "ImpactedGender"), SEXES),
        "complainant_age": whole(fields("complainant_age_incident", "Impacted Age", "ImpactedAge")),
        "officer_race_group": code(fields("mos_ethnicity"), RACES),
        "officer_sex": code(fields("mos_gender"), SEXES),
        "allegation_group": code(fields("fado_type", "FADO Type"), FADO),
        "allegation_raw": fields("allegation", "Allegation"),
        "finding": ibis.ifelse(written.isnull(), "pending", finding),
        "discipline": ibis.ifelse(penalty.notnull() & given.isnull(), "other", given),
        "investigating_body": ibis.literal("Civilian Complaint Review Board"),
        "district": district(fields("precinct", "Precinct", "Incident Precinct")),
    }
    unsaid = columns["complainant_race_group"] == "unknown"
    notes = (
        Check("month_only", "Only month and year are known; no number of days is computed.", ibis.literal(monthly), "received_date"),
        Check("refused", "The complainant's group is blank or was refused.", unsaid, "complainant_race_group"),
    )
    return Mapped(columns, notes=notes if monthly else notes[1:], drop=fields.headers(*NAMES))


register(
    Source(
        name="nyc_ccrb",
        title="New York CCRB allegations (ProPublica or NYCLU)",
        table="complaints",
        publisher="Civilian Complaint Review Board",
        recognises=either(
            signature("unique_mos_id", "complaint_id", "month_received", "year_received", "fado_type", "board_disposition"),
            signature("AsOfDate|As Of Date", "Tax ID", "Complaint ID", "FADO Type", "CCRB Disposition"),
        ),
        map=to_canonical,
        traps=(
            "ProPublica's file holds officers still serving with a substantiated case only; its shares are not those of the force.",
            "Dates are months; no number of days is computed from them.",
            "Names and shield numbers are not kept.",
            "ProPublica's terms forbid passing its file on.",
        ),
    )
)
