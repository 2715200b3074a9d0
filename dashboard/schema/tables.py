"""The canonical tables: every column, its type, its allowed words, who may see it and what it means (formats reference, section 1)."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.errors import ScopeError
from dashboard.schema import words
from dashboard.schema.columns import ARROW, Column, Kind, Sensitivity, Table
from dashboard.schema.columns import column as _column

__all__ = ["ARROW", "BOOKKEEPING", "RULED_COLUMNS", "TABLES", "Column", "Kind", "Sensitivity", "Table", "table"]

T, E, S, D, C, B, I, F = Kind.TEXT, Kind.ENUM, Kind.SET, Kind.DATE, Kind.TIME, Kind.BOOL, Kind.INT, Kind.FLOAT

BOOKKEEPING: tuple[Column, ...] = (
    _column("import_id", T, "The import that brought the row.", "Ri"),
    _column("source_file", T, "Name of the file.", "Ri"),
    _column("source_row", I, "Line of the row in its source, counted from 1.", "Ri"),
    _column("row_hash", T, "Hash of the row's raw values: an equal re-sent row adds nothing.", "RDi"),
    _column("quality_notes", S, "Codes of what was repaired or looks odd.", "Di"),
)

_RACE: tuple[Column, ...] = (
    _column("race_group", E, "Group under the multi-race setting.", "R", words.RACE_GROUPS),
    _column("race_group_doj", E, "Group under the DOJ multi-race rule; empty when the source has no flags.", "D", words.RACE_GROUPS),
    _column("race_flags", S, "All groups recorded, before the multi-race rule.", "i", words.RACE_GROUPS),
    _column("race_source", E, "Whose judgement the race value is.", "R", words.RACE_SOURCES),
)
_PERSON: tuple[Column, ...] = (
    *_RACE,
    _column("sex", E, "Recorded sex or gender.", "", words.SEX),
    _column("age", I, "Age in years, 10 to 110.", "i"),
    _column("age_band", E, "Age band.", "D", words.AGE_BANDS),
)
_WHEN: tuple[Column, ...] = (
    _column("date", D, "Local date.", "R"),
    _column("time", C, "Local time.", "i"),
    _column("minute", I, "Minute of the local day.", "Di"),
    _column("time_known", B, "False when the time is blank or a placeholder.", "D"),
)
_WHERE: tuple[Column, ...] = (
    _column("district", T, "Area, as coded by the agency."),
    _column("beat", T, "Smaller area.", "i"),
    _column("lat", F, "Latitude.", "i"),
    _column("lng", F, "Longitude.", "i"),
)

STOPS = Table(
    "stops",
    "Stops",
    "one row per person stopped",
    "stop_person_id",
    "date",
    (
        _column("stop_person_id", T, "Row key: stop and person, or a hash of the row and its occurrence number.", "Ri"),
        _column("stop_id", T, "One encounter; several people may share it.", "Ri"),
        _column("agency_id", T, "Agency that made the stop.", "R"),
        *_WHEN,
        _column("date_precision", E, "How exact the date is.", "D", words.DATE_PRECISIONS),
        _column("stop_type", E, "Kind of stop; vehicle_only has no person and stays out of person counts.", "R", words.STOP_TYPES),
        _column("person_role", E, "Role of this person.", "", words.PERSON_ROLES),
        _column("initiated_by", E, "Who began the contact.", "", words.INITIATED_BY),
        *_WHERE,
        _column("location_text", T, "Place as written.", "i"),
        *_PERSON,
        _column("resident", E, "Lives in the jurisdiction.", "", words.RESIDENT),
        _column("stop_reason_group", E, "Main reason for the stop.", "R", words.STOP_REASONS),
        _column("stop_reason_raw", T, "Reason as written.", "i"),
        _column("frisked", B, "Pat-down; kept apart from searches."),
        _column("searched", B, "Search of person or property.", "R"),
        _column("search_of", S, "What was searched.", "", words.SEARCH_OF),
        _column("search_bases", S, "All recorded search bases.", "i", words.SEARCH_BASES),
        _column("search_class_opp", E, "Class of the search under the Stanford rule.", "D", words.SEARCH_CLASSES),
        _column(
            "search_class_ripa",
            E,
            "Class of the search under the RIPA Board rule; higher discretion is discretionary.",
            "D",
            words.SEARCH_CLASSES,
        ),
        _column("search_class_sdut", E, "Class of the search under the Union-Tribune rule.", "D", words.SEARCH_CLASSES),
        _column("contraband_found", B, "Something was found; empty unless searched or frisked."),
        _column("contraband_types", S, "What was found.", "", words.CONTRABAND_TYPES),
        _column("outcome", E, "Most severe result.", "R", words.OUTCOMES),
        _column("outcomes_all", S, "All results.", "", words.OUTCOMES),
        _column("arrest_made", B, "The stop ended in an arrest."),
        _column("force_used", B, "The stop record reports force."),
        _column("bwc_recorded", B, "A body-worn camera was on."),
        _column("duration_min", I, "Minutes, 0 to 1440."),
        _column("officer_key", T, "Pseudonym of the reporting officer.", "x"),
        _column("sensitive_flags", S, "Perceived attributes, imported only when switched on.", "x", words.SENSITIVE_FLAGS),
        *BOOKKEEPING,
    ),
)

ARRESTS = Table(
    "arrests",
    "Arrests",
    "one row per person per arrest",
    "arrest_id",
    "date",
    (
        _column("arrest_id", T, "Agency arrest number, or hash.", "Ri"),
        _column("agency_id", T, "Agency.", "R"),
        _column("person_key", T, "Pseudonym for repeat arrests of one person.", "x"),
        *_WHEN,
        *_WHERE,
        _column("date_precision", E, "How exact the date is.", "D", words.DATE_PRECISIONS),
        *_PERSON,
        _column("charges_raw", T, "All charges joined by ';'.", "i"),
        _column("charge_count", I, "Number of charges."),
        _column("offence_group", E, "Gravest group of charge.", "", words.OFFENCE_GROUPS),
        _column("on_warrant", B, "Arrest on a warrant."),
        _column("booked", B, "Booked."),
        _column("released_same_day", B, "Released the same day."),
        _column("strip_searched", B, "Strip-searched."),
        _column("items_found", B, "Items found; empty unless strip-searched."),
        _column("stop_id", T, "Link to the stop.", "i"),
        _column("officer_key", T, "Pseudonym of the arresting officer.", "x"),
        *BOOKKEEPING,
    ),
)

USE_OF_FORCE = Table(
    "use_of_force",
    "Use of force",
    "one row per subject, officer and force application",
    "force_row_id",
    "date",
    (
        _column("force_row_id", T, "Row key.", "Ri"),
        _column("incident_id", T, "Event to which the row belongs.", "Ri"),
        _column("agency_id", T, "Agency.", "R"),
        _column("subject_key", T, "Person within the incident.", "Ri"),
        _column("officer_key", T, "Pseudonym; empty when unidentified.", "x"),
        _column("application_no", I, "Order within incident, subject and officer.", "Ri"),
        _column("source_grain", E, "What one source row was.", "R", words.SOURCE_GRAINS),
        *_WHEN,
        _column("date_precision", E, "How exact the date is.", "D", words.DATE_PRECISIONS),
        *_WHERE,
        _column("subject_kind", E, "Only persons enter person counts.", "R", words.SUBJECT_KINDS),
        *_PERSON,
        _column("force_type", E, "Canonical force type.", "R", words.FORCE_TYPES),
        _column("counts_as_force", B, "False for presence and commands, and by setting for handcuffing alone.", "D"),
        _column("force_level", I, "Severity, 1 lowest to 4 deadly."),
        _column("force_level_agency", T, "Level as published.", "i"),
        _column("force_type_raw", T, "Type as published.", "i"),
        _column("force_reason", T, "Why force."),
        _column("service_type", T, "What the contact was."),
        _column("resistance", S, "Subject actions recorded.", "", words.RESISTANCE),
        _column("subject_armed", B, "Subject armed."),
        _column("effective", B, "Force was effective."),
        _column("arrest_made", B, "Arrest made."),
        _column("subject_hospitalised", B, "Subject taken to hospital."),
        _column("deescalation_tried", B, "De-escalation tried; empty when the form does not ask."),
        _column("bwc_recorded", B, "A body-worn camera was on."),
        _column("subject_injury", E, "Worst injury of the subject.", "", words.INJURIES),
        _column("officer_injury", E, "Worst injury of the officer.", "", words.INJURIES),
        _column("shots", I, "Shots or device cycles."),
        _column("within_policy", E, "Review result.", "", words.WITHIN_POLICY),
        _column("record_status", E, "State of the record.", "R", words.RECORD_STATUS),
        *BOOKKEEPING,
    ),
)

COMPLAINTS = Table(
    "complaints",
    "Complaints",
    "one row per allegation and officer",
    "complaint_row_id",
    "received_date",
    (
        _column("complaint_row_id", T, "Row key.", "RDi"),
        _column("complaint_id", T, "Case.", "Ri"),
        _column("allegation_no", I, "Allegation within case and officer.", "Ri"),
        _column("agency_id", T, "Agency.", "R"),
        _column("officer_key", T, "Accused officer; empty when unidentified.", "x"),
        _column("incident_date", D, "When it happened."),
        _column("received_date", D, "When it was received.", "R"),
        _column("closed_date", D, "When it was closed."),
        _column("date_precision", E, "How exact the dates are.", "D", words.DATE_PRECISIONS),
        _column("status", E, "Open or closed.", "D", ("open", "closed", "unknown")),
        _column("days_open", I, "Days from receipt to closing; empty when dates contradict.", "D"),
        _column("complainant_type", E, "Who complained.", "", words.COMPLAINANT_TYPES),
        _column("complainant_race_group", E, "Group of the complainant.", "", words.RACE_GROUPS),
        _column("complainant_sex", E, "Sex of the complainant.", "", words.SEX),
        _column("complainant_age", I, "Age of the complainant.", "i"),
        _column("complainant_age_band", E, "Age band of the complainant.", "", words.AGE_BANDS),
        _column("officer_race_group", E, "Group of the accused officer.", "i", words.RACE_GROUPS),
        _column("officer_sex", E, "Sex of the accused officer.", "i", words.SEX),
        _column("allegation_group", E, "What is alleged.", "R", words.ALLEGATIONS),
        _column("allegation_raw", T, "Allegation as written.", "i"),
        _column("finding", E, "Decision.", "R", words.FINDINGS),
        _column("finding_stage", E, "Final or recommended.", "R", ("final", "recommended")),
        _column("affidavit", B, "Sworn statement given."),
        _column("bwc_recorded", B, "Footage exists."),
        _column("discipline", E, "Discipline.", "i", words.DISCIPLINE),
        _column("discipline_days", I, "Days of suspension.", "i"),
        _column("appealed", B, "The decision was appealed."),
        _column("appeal_date", D, "Appealed on."),
        _column("appeal_decided_date", D, "Appeal decided on."),
        _column("appeal_outcome", E, "How the appeal ended.", "", words.APPEAL_OUTCOMES),
        _column("investigating_body", T, "Who investigated."),
        _column("district", T, "Where it happened."),
        *BOOKKEEPING,
    ),
)

OFFICERS = Table(
    "officers",
    "Officer postings",
    "one row per officer and posting",
    "posting_id",
    "valid_from",
    (
        _column("posting_id", T, "Row key.", "RDx"),
        _column("officer_key", T, "Keyed hash of agency and badge.", "Rx"),
        _column("agency_id", T, "Agency.", "Rx"),
        _column("assignment", T, "Unit or task.", "x"),
        _column("district", T, "District of the posting.", "x"),
        _column("shift", E, "Shift.", "x", words.SHIFTS),
        _column("rank_group", E, "Rank at the time.", "x", words.RANK_GROUPS),
        _column("start_date", D, "Appointment.", "x"),
        _column("race_group", E, "Group.", "x", words.RACE_GROUPS),
        _column("sex", E, "Sex.", "x", words.SEX),
        _column("birth_year", I, "Year of birth.", "x"),
        _column("valid_from", D, "First day of the posting.", "Rx"),
        _column("valid_to", D, "Last day of the posting.", "x"),
        _column("active", B, "Still serving.", "x"),
        *BOOKKEEPING,
    ),
)

BWC_REQUESTS = Table(
    "bwc_requests",
    "Footage requests",
    "one row per footage release request",
    "request_id",
    "requested_date",
    (
        _column("request_id", T, "Number of the request.", "Ri"),
        _column("agency_id", T, "Agency.", "R"),
        _column("requested_date", D, "Requested.", "R"),
        _column("released_date", D, "Released."),
        _column("denied_date", D, "Denied."),
        _column("withdrawn_date", D, "Withdrawn."),
        _column("status", E, "State.", "D", ("pending", "released", "released_partly", "denied", "withdrawn")),
        _column("days_to_decision", I, "Days to the decision.", "D"),
        _column("requester_type", E, "Who asked.", "", ("resident", "person_recorded", "media", "attorney", "oversight", "other", "unknown")),
        _column("basis", E, "Why it was asked for.", "", ("records_request", "policy_release", "court_order", "other")),
        _column("denial_reason", E, "Why it was refused.", "", ("investigation", "privacy", "no_footage", "not_retained", "other")),
        _column("incident_id", T, "Event recorded.", "i"),
        _column("incident_date", D, "Date of the event."),
        _column("incident_kind", E, "Kind of event.", "", ("stop", "force", "complaint", "other")),
        _column("district", T, "Area."),
        _column("minutes_released", F, "Minutes of footage."),
        _column("redacted", B, "Footage was masked."),
        *BOOKKEEPING,
    ),
)

CAMERA_ACTIVATIONS = Table(
    "camera_activations",
    "Camera activations",
    "one row per officer at an event where policy may expect a recording",
    "activation_id",
    "date",
    (
        _column("activation_id", T, "Row key: event and officer.", "Ri"),
        _column("event_id", T, "Event number of the dispatch system.", "Ri"),
        _column("agency_id", T, "Agency.", "R"),
        *_WHEN,
        _column("event_kind", E, "Kind of event.", "R", words.CAMERA_EVENTS),
        _column("district", T, "Area."),
        _column("officer_key", T, "Pseudonym of the officer.", "x"),
        _column("recording_expected", B, "Policy expects a recording of this event.", "R"),
        _column("recording_found", B, "A recording was found; empty when nobody looked."),
        _column("on_from_start", B, "The recording begins before the contact."),
        _column("minutes_recorded", F, "Minutes of footage."),
        _column("missing_reason", E, "Why there is no recording, as far as it is known.", "", words.NO_RECORDING),
        *BOOKKEEPING,
    ),
)

CONTACTS = Table(
    "contacts",
    "Calls and contacts",
    "one row per call for service or officer-initiated contact",
    "contact_id",
    "date",
    (
        _column("contact_id", T, "Event number.", "Ri"),
        _column("agency_id", T, "Agency.", "R"),
        *_WHEN,
        _column("contact_kind", E, "Call or officer-initiated.", "R", words.CONTACT_KINDS),
        _column("call_group", E, "Kind of call.", "", words.CALL_GROUPS),
        _column("call_type_raw", T, "Kind as coded.", "i"),
        _column("priority", T, "Priority."),
        _column("district", T, "Area."),
        _column("beat", T, "Smaller area.", "i"),
        _column("disposition", T, "How it ended.", "i"),
        _column("minutes_to_arrive", F, "Minutes to arrive."),
        *BOOKKEEPING,
    ),
)

POPULATION = Table(
    "population",
    "Population",
    "one row per area, group, year and source",
    "population_id",
    "year",
    (
        _column("population_id", T, "Row key.", "RDi"),
        _column("area_id", T, "Census or statistical code, kept as text.", "R"),
        _column("area_name", T, "Name of the area.", "R"),
        _column("area_level", E, "Level of the area.", "R", words.AREA_LEVELS),
        _column("group", E, "Group.", "R", words.RACE_GROUPS),
        _column("group_scheme", E, "The list the group belongs to.", "R", words.GROUP_SCHEMES),
        _column("year", I, "Reference year.", "R"),
        _column("period", T, "Survey period."),
        _column("population", F, "People.", "R"),
        _column("margin_of_error", F, "Published 90 % margin."),
        _column("universe", E, "Who is counted.", "R", words.UNIVERSES),
        _column("source", T, "Published source."),
        *BOOKKEEPING,
    ),
)

TABLES: Mapping[str, Table] = {
    table.name: table for table in (STOPS, ARRESTS, USE_OF_FORCE, COMPLAINTS, OFFICERS, BWC_REQUESTS, CAMERA_ACTIVATIONS, CONTACTS, POPULATION)
}

RULED_COLUMNS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    # canonical name asked for -> the setting that decides, and the stored column for each of its values
    "race_group": ("multirace", {"hispanic_first": "race_group", "doj": "race_group_doj"}),
    "search_class": (
        "outcome.searches",
        {"opp": "search_class_opp", "ripa_high": "search_class_ripa", "sdut": "search_class_sdut", "all": "search_class_opp"},
    ),
}


def table(name: str) -> Table:
    """The canonical table of that name; ScopeError lists the tables there are."""
    if name not in TABLES:
        raise ScopeError(f"There is no table '{name}'.", hint=f"The tables are: {', '.join(TABLES)}.")
    return TABLES[name]
