"""data.police.uk stop and search: one row per search, times in UTC, no record id."""

from __future__ import annotations

import re

import ibis
import ibis.expr.types as ir

from data_sources.ages import band
from data_sources.base import Check, Context, Mapped, Source, register
from data_sources.expressions import Fields, code, contains_any, flag, number, stamp_to_zone
from data_sources.signature import signature

ZONE = "Europe/London"  # the publisher's own zone, whatever the site's is
TYPES = {"person search": "pedestrian", "person and vehicle search": "vehicular", "vehicle search": "vehicle_only"}
PARTS = {"person search": "person", "person and vehicle search": "person|vehicle", "vehicle search": "vehicle"}
OFFICER_DEFINED = {"asian": "asian", "black": "black", "white": "white", "other": "other", "mixed": "mixed"}
SEXES = {"male": "male", "female": "female", "other": "other"}
OUTCOMES = {
    "arrest": "arrest",
    "a no further action disposal": "no_action",
    "nothing found - no further action": "no_action",
    "summons / charged by post": "summons",
    "suspect summonsed to court": "summons",
    "suspect arrested": "arrest",
    "community resolution": "other",
    "local resolution": "other",
    "khat or cannabis warning": "other",
    "drugs possession warning": "other",
    "offender given drugs possession warning": "other",
    "penalty notice for disorder": "other",
    "offender given penalty notice": "other",
    "caution (simple or conditional)": "other",
    "offender cautioned": "other",
    "article found - detailed outcome unavailable": "other",
}


def self_defined(column: ir.StringValue) -> ir.StringValue:
    """One of the 19 census strings (18 groups and not stated), by its first words."""
    folded = column.lower()
    return ibis.cases(
        (folded.isnull() | folded.contains("not stated") | folded.contains("not known"), ibis.literal("unknown")),
        (folded.startswith("white"), "white"),
        (folded.startswith("mixed"), "mixed"),
        (folded.startswith("asian"), "asian"),
        (folded.startswith("black"), "black"),
        (folded.startswith("other"), "other"),
        else_="unknown",
    )


def _basis(legislation: ir.StringValue) -> ir.StringValue:
    """The power used: section 60 and other powers without suspicion apart from those that need it."""
    return ibis.cases(
        (legislation.isnull(), ibis.null("string")),
        (contains_any(legislation, "section 60", "section 44", "section 47a"), ibis.literal("no_suspicion_power")),
        else_="reasonable_suspicion",
    )


def force_name(file_name: str) -> str:
    """The force in a name such as `2021-05-bedfordshire-stop-and-search.csv`; empty when it is named otherwise."""
    found = re.match(r"^\d{4}-\d{2}-(.+)-stop-and-search\b", file_name.rsplit("/", 1)[-1].lower())
    return found.group(1) if found else ""


def to_canonical(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns. No key: a row is its raw values and its occurrence in the file, so exact copies are kept."""
    fields = Fields(table)
    day, time = stamp_to_zone(fields("Date"), ZONE, order="ymd", assume_utc=True)
    kind = fields("Type")
    outcome = code(fields("Outcome"), OUTCOMES)
    linked = flag(fields("Outcome linked to object of search"))
    acted = ~outcome.isin(("no_action", "unknown"))
    officer, own = code(fields("Officer-defined ethnicity"), OFFICER_DEFINED), self_defined(fields("Self-defined ethnicity"))
    by_officer = context.settings.text("uk.ethnicity") == "officer"
    written, as_date = band(fields("Age range"))
    age = code(written, {"18-24": "18-24", "25-34": "25-34"}, default="unknown")
    person = code(kind, TYPES) != "vehicle_only"
    columns: dict[str, ir.Value] = {
        "agency_id": ibis.literal(force_name(context.file_name) or "unknown"),
        "date": day,
        "time": time,
        "stop_type": code(kind, TYPES),
        "person_role": ibis.cases((kind.lower() == "person search", "pedestrian"), else_="unknown"),
        "initiated_by": ibis.literal("unknown"),
        "lat": number(fields("Latitude")),
        "lng": number(fields("Longitude")),
        "race_group": officer if by_officer else own,
        "race_source": ibis.literal("officer_perceived" if by_officer else "self_reported"),
        "sex": code(fields("Gender"), SEXES),
        "age_band": age,
        "stop_reason_group": ibis.ifelse(_basis(fields("Legislation")) == "no_suspicion_power", "other", "reasonable_suspicion"),
        "stop_reason_raw": fields("Object of search"),
        "searched": ibis.literal(True),
        "search_of": code(kind, PARTS, default=None),
        "search_bases": _basis(fields("Legislation")),
        "contraband_found": _found(outcome, linked),
        "outcome": outcome,
        "arrest_made": ibis.ifelse(outcome == "unknown", ibis.null("boolean"), outcome == "arrest"),
    }
    notes = (
        Check("object_found", "'Found' means an outcome linked to the object of the search: a stand-in.", acted & linked, "contraband_found"),
        Check("no_person", "Only a vehicle was searched; the row stays out of person counts.", ~person, "stop_type"),
        as_date,
        Check("other_months", "The local day lies in another month than the UTC stamp.", day.month() != _utc_month(fields), "date"),
        Check(
            "age_band_only", "The age band of the file straddles our bands and reads as unknown.", fields("Age range").notnull() & (age == "unknown")
        ),
    )
    return Mapped(columns, notes=notes)


def _found(outcome: ir.StringValue, linked: ir.BooleanValue) -> ir.BooleanValue:
    """Success is an outcome other than no further action that is linked to the object: so no further action is no success, linked or blank."""
    ended = outcome == "no_action"
    known = linked.notnull() & (outcome != "unknown")
    return ibis.cases((ended, ibis.literal(False)), (known, linked), else_=ibis.null("boolean"))


def _utc_month(fields: Fields) -> ir.IntegerValue:
    """The month as it is written in the stamp."""
    return fields("Date").substr(5, 2).try_cast("int32")


register(
    Source(
        name="police_uk",
        title="data.police.uk stop and search",
        table="stops",
        publisher="Home Office, data.police.uk",
        recognises=signature(
            *("Type", "Date", "Gender", "Age range", "Self-defined ethnicity", "Officer-defined ethnicity"),
            *("Legislation", "Object of search", "Outcome"),
        ),
        map=to_canonical,
        evidence="file",
        traps=(
            "Times are UTC and are moved to Europe/London: a stop at 23:41 UTC on 30 April belongs to 1 May.",
            "There is no record id: exact copies inside one file are kept and reported, a re-sent file adds nothing.",
            "'Found' is an outcome linked to the object of the search; no further action is no find; where no find is recorded there is no hit rate.",
            "Rows of vehicle searches have no person.",
            "Section 60 searches need no suspicion and are kept apart as their own basis.",
        ),
    )
)
