"""Which canonical columns follow from others? Filled where the source did not give them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import ibis
import ibis.expr.types as ir

from dashboard.schema import words
from dashboard.schema.tables import Table
from data_sources.discretion import Rule, search_class
from data_sources.races import race_group
from data_sources.rules import MOST_DAYS

Columns = dict[str, ir.Value]


def minute(rows: ir.Table) -> Columns:
    """Whether the time is known at all (rule X12 may later say it is a placeholder)."""
    return {"time_known": rows.time_known.fill_null(True) & rows.time.notnull()}


def age_band(age: ir.IntegerValue, given: ir.StringValue) -> ir.StringValue:
    """The band of an exact age; without one, the band that the source gives, else unknown."""
    starts = list(zip(words.AGE_BAND_STARTS, words.AGE_BANDS, strict=False))
    bands = [(age >= start, ibis.literal(band)) for start, band in reversed(starts)]
    return ibis.cases(*bands, else_=given.fill_null("unknown"))


def groups(rows: ir.Table) -> Columns:
    """Race group under both rules where flags are given; otherwise the group itself under both."""
    flags = rows.race_flags.nullif("")
    given = rows.race_group.nullif("unknown")
    return {
        "race_group": given.coalesce(race_group(flags, "hispanic_first"), ibis.literal("unknown")),
        "race_group_doj": rows.race_group_doj.coalesce(race_group(flags, "doj"), rows.race_group),
        "age_band": age_band(rows.age, rows.age_band),
    }


def _gravest(every: ir.StringValue) -> ir.StringValue:
    """The most severe of several outcomes joined by '|'."""
    padded = "|" + every + "|"
    ranks = [(padded.contains(f"|{word}|"), ibis.literal(word)) for word in words.OUTCOME_SEVERITY]
    return ibis.cases((every.isnull(), ibis.null("string")), *ranks, else_=ibis.null("string"))


def stops(rows: ir.Table) -> Columns:
    """Stop id, outcome, precision of the date, and the class of a search under each rule."""
    gravest = _gravest(rows.outcomes_all.nullif(""))
    classes = {f"search_class_{rule}": rows[f"search_class_{rule}"].coalesce(search_class(rows.searched, rows.search_bases, rule)) for rule in RULES}
    known = rows.outcome.nullif("unknown")
    return {
        **minute(rows),
        **groups(rows),
        **classes,
        "stop_id": rows.stop_id.nullif("").coalesce(rows.stop_person_id),
        "agency_id": rows.agency_id.fill_null("unknown"),
        "date_precision": rows.date_precision.fill_null("day"),
        "outcome": known.coalesce(gravest, ibis.literal("unknown")),
        "outcomes_all": rows.outcomes_all.nullif("").coalesce(known),
        "arrest_made": rows.arrest_made.coalesce(ibis.ifelse(rows.outcome == "arrest", True, ibis.null("boolean"))),
    }


def arrests(rows: ir.Table) -> Columns:
    """Agency, precision of the date, minute, groups."""
    precision = {"agency_id": rows.agency_id.fill_null("unknown"), "date_precision": rows.date_precision.fill_null("day")}
    return {**minute(rows), **groups(rows), **precision}


def use_of_force(rows: ir.Table) -> Columns:
    """Incident, subject and order where the source has none; level and whether the row counts as force, from its type."""
    incident = rows.incident_id.nullif("").coalesce(rows.force_row_id)
    parts = [incident, rows.race_group.fill_null(""), rows.sex.fill_null(""), rows.age.cast("string").fill_null("")]
    levels = [(rows.force_type == word, ibis.literal(level, "int32")) for word, level in words.FORCE_TYPES.items() if level]
    not_force = [word for word, level in words.FORCE_TYPES.items() if level == 0]
    return {
        **minute(rows),
        **groups(rows),
        "incident_id": incident,
        "agency_id": rows.agency_id.fill_null("unknown"),
        "subject_key": rows.subject_key.nullif("").coalesce(ibis.literal(":").join(parts)),
        "application_no": rows.application_no.fill_null(1),
        "date_precision": rows.date_precision.fill_null("day"),
        "force_level": rows.force_level.coalesce(ibis.cases(*levels, else_=ibis.null("int32"))),
        "counts_as_force": rows.counts_as_force.fill_null(~rows.force_type.isin(not_force)),
    }


def complaints(rows: ir.Table) -> Columns:
    """Case, allegation number, status and days open; days are empty when the dates contradict each other (X7)."""
    days = rows.closed_date.delta(rows.received_date, unit="day").cast("int32")
    wrong = ((days < 0) | (days > MOST_DAYS) | (rows.date_precision != "day")).fill_null(False)
    later = (rows.incident_date > rows.received_date).fill_null(False)
    open_ = rows.closed_date.isnull() & rows.finding.isin(("pending", "unknown"))
    derived = ibis.cases((rows.closed_date.notnull(), ibis.literal("closed")), (rows.finding == "pending", ibis.literal("open")), else_="unknown")
    return {
        "complaint_id": rows.complaint_id.nullif("").coalesce(rows.complaint_row_id),
        "allegation_no": rows.allegation_no.fill_null(1),
        "agency_id": rows.agency_id.fill_null("unknown"),
        "date_precision": rows.date_precision.fill_null("day"),
        "status": rows.status.coalesce(ibis.ifelse(~open_ & rows.closed_date.isnull(), ibis.literal("closed"), derived)),
        "days_open": ibis.ifelse(wrong | later, ibis.null("int32"), rows.days_open.coalesce(days)),
        "complainant_age_band": age_band(rows.complainant_age, rows.complainant_age_band),
        "appeal_outcome": ibis.ifelse(rows.appealed.fill_null(False), rows.appeal_outcome, ibis.null("string")),
        "finding_stage": rows.finding_stage.fill_null("final"),
    }


def bwc_requests(rows: ir.Table) -> Columns:
    """State of a request and the days to its decision; both released and denied means released in part."""
    released, denied, withdrawn = rows.released_date.notnull(), rows.denied_date.notnull(), rows.withdrawn_date.notnull()
    state = ibis.cases((released & denied, "released_partly"), (released, "released"), (denied, "denied"), (withdrawn, "withdrawn"), else_="pending")
    days = rows.released_date.coalesce(rows.denied_date).delta(rows.requested_date, unit="day").cast("int32")
    return {
        "agency_id": rows.agency_id.fill_null("unknown"),
        "status": rows.status.coalesce(state),
        "days_to_decision": ibis.ifelse((days < 0).fill_null(False), ibis.null("int32"), rows.days_to_decision.coalesce(days)),
    }


def camera_activations(rows: ir.Table) -> Columns:
    """Agency, minute, event; minutes of footage say that a recording was found."""
    recorded = (rows.minutes_recorded > 0).fill_null(False)
    return {
        **minute(rows),
        "event_id": rows.event_id.nullif("").coalesce(rows.activation_id),
        "agency_id": rows.agency_id.fill_null("unknown"),
        "recording_expected": rows.recording_expected.fill_null(True),
        "recording_found": rows.recording_found.coalesce(ibis.ifelse(recorded, True, ibis.null("boolean"))),
    }


def contacts(rows: ir.Table) -> Columns:
    """Agency and minute."""
    return {**minute(rows), "agency_id": rows.agency_id.fill_null("unknown")}


RULES: tuple[Rule, ...] = ("opp", "ripa", "sdut")
DERIVATIONS: Mapping[str, Callable[[ir.Table], Columns]] = {
    "stops": stops,
    "arrests": arrests,
    "use_of_force": use_of_force,
    "complaints": complaints,
    "bwc_requests": bwc_requests,
    "camera_activations": camera_activations,
    "contacts": contacts,
}


def derive(rows: ir.Table, table: Table) -> Columns:
    """The columns of this table that follow from others."""
    derivation = DERIVATIONS.get(table.name)
    return derivation(rows) if derivation else {}
