"""Connecticut Racial Profiling Prohibition Project (CTRP3): one row per intervention, misspelt headers and all."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from data_sources.base import Check, Context, Mapped, Source, register
from data_sources.expressions import Fields, clock, code, contains_any, flag, local_date, pseudonym, surely, whole
from data_sources.signature import signature

RACES = {"w": "white", "b": "black", "a": "asian_pacific_islander", "i": "native_american"}
REASONS = {"v": "traffic_moving", "e": "traffic_equipment", "i": "investigation"}
OUTCOMES = {"u": "arrest", "m": "summons", "i": "citation", "w": "warning_written", "v": "warning_verbal", "n": "no_action"}
DURATIONS = {"1": "15", "2": "30", "3": "45"}
DEGREES = r"^-?(\d{1,3})[ d\x{00B0}]+(\d{1,2})[ m\x{2019}']+(\d{1,2}(?:\.\d+)?)"


def degrees(column: ir.StringValue, west: bool = False) -> ir.FloatingValue:
    """Decimal degrees, also from degrees, minutes and seconds (`41 42 58`); western longitudes are negative."""
    parts = [column.re_extract(DEGREES, place).nullif("").try_cast("float64") for place in (1, 2, 3)]
    found = column.try_cast("float64").coalesce(parts[0] + parts[1] / 60 + parts[2] / 3600)
    return -found.abs() if west else found


def to_canonical(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns. Hispanic ethnicity overrides race under both multi-race rules: it is an ethnicity column, not a second race."""
    fields = Fields(table)
    stamp = fields("InterventionDateTime")
    written, long_date = local_date(stamp), local_date(fields("InterventionDate"))
    day = written.coalesce(long_date)
    time = clock(ibis.ifelse(stamp.contains(":").fill_null(False), stamp, fields("InterventionTime")))
    ethnicity, race = fields("SubjectEthnicityCode").upper(), code(fields("SubjectRaceCode"), RACES)
    other = context.settings.text("ctrp3.other_search")
    outcome = code(fields("InterventionDispositionCode"), OUTCOMES)
    arrest = flag(fields("CustodialArrestIndicator"))
    searched = flag(fields("VehicleSearchedIndicator"))
    state, town = flag(fields("ResidentIndicator")), flag(fields("TownRecidentIndicator", "TownResidentIndicator"))
    columns: dict[str, ir.Value] = {
        "stop_person_id": ibis.literal("-").join([fields("OrganizationIdentificationID").fill_null("CT"), fields("InterventionIdentificationID")]),
        "agency_id": fields.first_filled("Department Name", "OrganizationIdentificationID"),
        "date": day,
        "time": time,
        "stop_type": ibis.literal("vehicular"),
        "person_role": ibis.literal("driver"),
        "lat": degrees(fields("InterventionLocationLatitude")),
        "lng": degrees(fields("InterventionLocationLongitude"), west=True),
        "location_text": fields("InterventionLocationDescriptionText"),
        "race_group": ibis.ifelse((ethnicity == "H").fill_null(False), ibis.literal("hispanic"), race),
        "race_group_doj": ibis.ifelse((ethnicity == "H").fill_null(False), ibis.literal("hispanic"), race),
        "race_source": ibis.literal("officer_perceived"),
        "sex": code(fields("SubjectSexCode"), {"m": "male", "f": "female"}),
        "age": whole(fields("SubjectAge")),
        "resident": ibis.cases((surely(town), "resident"), (town.notnull(), "non_resident"), else_="unknown"),
        "stop_reason_group": _reason(fields),
        "stop_reason_raw": fields("ReasonForStop"),
        "searched": searched,
        "search_of": ibis.ifelse(surely(searched), "vehicle", ibis.null("string")),
        "search_bases": code(fields("SearchAuthorizationCode"), {"c": "consent", "i": "vehicle_inventory", "o": other}, default=None),
        "contraband_found": flag(fields("ContrabandIndicator")),
        "outcome": ibis.ifelse(surely(arrest), ibis.literal("arrest"), outcome),
        "outcomes_all": ibis.ifelse(surely(arrest) & (outcome != "arrest"), _two(outcome), outcome.nullif("unknown")),
        "arrest_made": ibis.ifelse(surely(arrest) | (outcome == "arrest"), True, arrest),
        "duration_min": code(fields("InterventionDurationCode"), DURATIONS, default=None).try_cast("int32"),
        "officer_key": pseudonym(fields("ReportingOfficerIdentificationID"), context),
    }
    notes = _notes(fields, written != long_date, surely(town) & ~surely(state) & state.notnull(), ethnicity)
    return Mapped(columns, notes=notes, drop=fields.headers("ReportingOfficerIdentificationID", "ProfileNo"))


def _notes(fields: Fields, disagree: ir.BooleanValue, x10: ir.BooleanValue, ethnicity: ir.StringValue) -> tuple[Check, ...]:
    """What looks odd in a row: dates that disagree, residence flags that may be exchanged, bands that stand for minutes."""
    return (
        Check("dates_disagree", "The two date columns disagree; InterventionDateTime was used.", disagree, "date"),
        Check("X10", "A town resident who is no state resident: the two columns may be exchanged.", x10, "resident"),
        Check(
            "duration_band",
            "The duration is a band; its upper end stands for it (45 minutes for 30 and more).",
            fields("InterventionDurationCode").notnull(),
        ),
        Check("ethnicity_middle_eastern", "Middle Eastern ethnicity is recorded beside the race; the race was kept.", ethnicity == "M", "race_group"),
    )


def _two(outcome: ir.StringValue) -> ir.StringValue:
    """Arrest and one more result as a sorted set; every other word sorts behind it."""
    return ibis.ifelse(outcome == "unknown", ibis.literal("arrest"), "arrest|" + outcome)


def _reason(fields: Fields) -> ir.StringValue:
    """Violation, equipment or investigation, refined by the words of ReasonForStop."""
    words = fields("ReasonForStop")
    return ibis.cases(
        (contains_any(words, "registration", "seatbelt", "seat belt", "display of plates"), ibis.literal("traffic_regulatory")),
        else_=code(fields("InterventionReasonCode"), REASONS),
    )


register(
    Source(
        name="ctrp3",
        title="Connecticut traffic stops (CTRP3)",
        table="stops",
        publisher="Connecticut Racial Profiling Prohibition Project",
        recognises=signature("SubjectRaceCode", "SubjectEthnicityCode", "InterventionReasonCode", "VehicleSearchedIndicator"),
        map=to_canonical,
        evidence="file",
        traps=(
            "Hispanic ethnicity overrides race, under both multi-race rules.",
            "Town and state residence look exchanged in some years: rows where a town resident is no state resident are noted.",
            "Search authority 'O' is read as 'other'; the Stanford project reads it as probable cause (a setting).",
            "Officers appear under several forms of badge number.",
            "The duration is a band of three.",
        ),
    )
)
