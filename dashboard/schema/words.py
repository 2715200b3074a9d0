"""Which words may stand in a canonical column, in which fixed order, and how they are written for people."""

from __future__ import annotations

from collections.abc import Mapping

# Order is the order of display on every page and of the group colours.
RACE_GROUPS: Mapping[str, str] = {
    "white": "White",
    "black": "Black",
    "hispanic": "Hispanic",
    "asian": "Asian",
    "pacific_islander": "Pacific Islander",
    "asian_pacific_islander": "Asian/Pacific Islander",
    "native_american": "Native American",
    "middle_eastern_south_asian": "Middle Eastern/South Asian",
    "middle_eastern": "Middle Eastern",
    "south_asian": "South Asian",
    "multiracial": "Multiracial",
    "mixed": "Mixed",
    "other": "Other",
    "unknown": "Unknown",
}
RACE_SOURCES: Mapping[str, str] = {
    "officer_perceived": "perceived by the officer",
    "self_reported": "reported by the person",
    "document": "from a document",
    "unknown": "source not stated",
}
MULTIRACE_RULES: Mapping[str, str] = {
    "hispanic_first": "Hispanic with or without other groups is Hispanic; otherwise two or more are Multiracial",
    "doj": "anyone with two or more groups, Hispanic included, is Multiracial",
}
SEX: Mapping[str, str] = {
    "male": "Male",
    "female": "Female",
    "transgender_man": "Transgender man",
    "transgender_woman": "Transgender woman",
    "nonbinary": "Nonbinary",
    "other": "Other",
    "unknown": "Unknown",
}
AGE_BANDS: tuple[str, ...] = ("0-9", "10-14", "15-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+", "unknown")
AGE_BAND_STARTS: tuple[int, ...] = (0, 10, 15, 18, 25, 35, 45, 55, 65)
COARSE_AGE_BANDS: tuple[str, ...] = ("under_18", "18_24", "25_34", "35_plus", "unknown")
STOP_TYPES: Mapping[str, str] = {
    "vehicular": "Vehicle",
    "pedestrian": "Pedestrian",
    "bicycle": "Bicycle",
    "vehicle_only": "Vehicle without a person",
    "other": "Other",
    "unknown": "Unknown",
}
PERSON_ROLES: tuple[str, ...] = ("driver", "passenger", "pedestrian", "unknown")
INITIATED_BY: tuple[str, ...] = ("officer", "call_for_service", "third_party", "unknown")
RESIDENT: tuple[str, ...] = ("resident", "non_resident", "unknown")
STOP_REASONS: Mapping[str, str] = {
    "traffic_moving": "Traffic: moving violation",
    "traffic_equipment": "Traffic: equipment",
    "traffic_regulatory": "Traffic: registration, seat belt, other non-moving",
    "traffic_impaired": "Traffic: impaired driving",
    "traffic_unspecified": "Traffic: not specified",
    "reasonable_suspicion": "Reasonable suspicion",
    "probable_cause": "Probable cause",
    "warrant_or_wanted": "Warrant or wanted person",
    "parole_probation": "Parole or probation",
    "consensual_search": "Consensual encounter and search",
    "investigation": "Investigation",
    "school": "School rules",
    "welfare": "Welfare check",
    "checkpoint": "Checkpoint",
    "other": "Other",
    "unknown": "Unknown",
}
SEARCH_BASES: tuple[str, ...] = (
    "consent",
    "k9",
    "plain_view",
    "probable_cause",
    "odor",
    "evidence_of_crime",
    "officer_safety",
    "suspected_weapon",
    "exigent",
    "school_policy",
    "incident_to_arrest",
    "search_warrant",
    "vehicle_inventory",
    "parole_probation",
    "no_suspicion_power",
    "reasonable_suspicion",
    "other",
    "unknown",
)
SEARCH_OF: tuple[str, ...] = ("person", "vehicle", "property")
SEARCH_CLASSES: Mapping[str, str] = {
    "discretionary": "Discretionary",
    "non_discretionary": "Not discretionary",
    "unclassified": "Not classified by this rule",
}
SEARCH_RULES: Mapping[str, str] = {
    "opp": "Stanford Open Policing: all but arrest, warrant, parole and inventory searches",
    "ripa_high": "RIPA Board: searches on consent alone",
    "sdut": "San Diego Union-Tribune: no basis is a warrant, an arrest or an inventory",
    "all": "every search",
}
CONTRABAND_TYPES: tuple[str, ...] = ("weapon", "firearm", "drugs", "alcohol", "money", "stolen_property", "other")
OUTCOMES: Mapping[str, str] = {
    "no_action": "No action",
    "warning_verbal": "Verbal warning",
    "warning_written": "Written warning",
    "warning": "Warning",
    "citation": "Citation",
    "summons": "Summons",
    "cite_release": "Cite and release",
    "arrest": "Arrest",
    "psych_hold": "Psychiatric hold",
    "other": "Other",
    "unknown": "Unknown",
}
# Most severe first: formats reference, section 1.13.
OUTCOME_SEVERITY: tuple[str, ...] = (
    "arrest",
    "summons",
    "cite_release",
    "citation",
    "warning_written",
    "warning_verbal",
    "warning",
    "psych_hold",
    "other",
    "no_action",
)
SENSITIVE_FLAGS: tuple[str, ...] = ("lgbt", "disability", "limited_english", "unhoused", "student")
DATE_PRECISIONS: tuple[str, ...] = ("day", "month", "quarter", "year")
SOURCE_GRAINS: tuple[str, ...] = ("incident", "officer", "subject", "officer_subject", "application", "unknown")
SUBJECT_KINDS: tuple[str, ...] = ("person", "animal", "property", "none", "unknown")
FORCE_TYPES: Mapping[str, int | None] = {
    "presence_verbal": 0,
    "handcuff": 0,
    "control_hold": 1,
    "escort": 1,
    "firearm_display": 1,
    "firearm_point": 2,
    "ced_display": 1,
    "takedown": 2,
    "strike": 2,
    "chemical": 2,
    "ced_use": 2,
    "restraint_device": 2,
    "impact_weapon": 2,
    "canine_no_bite": 1,
    "canine_bite": 3,
    "impact_projectile": 3,
    "head_strike": 3,
    "vehicle": 3,
    "neck_restraint": 4,
    "firearm_discharge": 4,
    "other": None,
    "unknown": None,
}
RESISTANCE: tuple[str, ...] = ("none", "passive", "active", "aggressive", "deadly", "fled", "unknown")
INJURIES: tuple[str, ...] = ("none", "complaint", "minor", "injured", "serious", "fatal", "unknown")  # injured: not said how badly
WITHIN_POLICY: tuple[str, ...] = ("yes", "yes_with_training", "no", "pending", "not_recorded")
RECORD_STATUS: tuple[str, ...] = ("final", "pending", "rejected", "unknown")
OFFENCE_GROUPS: tuple[str, ...] = ("violent", "property", "drug", "traffic", "public_order", "warrant", "other", "unknown")
COMPLAINANT_TYPES: tuple[str, ...] = ("civilian", "officer", "anonymous", "agency", "unknown")
ALLEGATIONS: tuple[str, ...] = (
    "force",
    "search_stop_arrest",
    "abuse_of_authority",
    "discourtesy",
    "offensive_language",
    "bias",
    "procedure_service",
    "conduct_unbecoming",
    "criminal",
    "domestic",
    "property",
    "other",
    "unknown",
)
FINDINGS: tuple[str, ...] = (
    "sustained",
    "not_sustained",
    "unfounded",
    "exonerated",
    "no_affidavit",
    "administratively_closed",
    "mediated_withdrawn",
    "pending",
    "expunged",
    "other",
    "unknown",
)
DISCIPLINE: tuple[str, ...] = (
    "none",
    "training",
    "reprimand",
    "suspension",
    "demotion",
    "separation",
    "resigned",
    "charges",
    "pending",
    "other",
    "unknown",
)
APPEAL_OUTCOMES: tuple[str, ...] = ("upheld", "reduced", "overturned", "withdrawn", "pending", "unknown")
CAMERA_EVENTS: tuple[str, ...] = ("call", "stop", "arrest", "force", "other", "unknown")
NO_RECORDING: tuple[str, ...] = ("exempt", "equipment", "not_activated", "not_retained", "not_matched", "unknown")
SHIFTS: tuple[str, ...] = ("day", "evening", "night", "rotating", "unknown")
RANK_GROUPS: tuple[str, ...] = ("officer", "detective", "sergeant", "lieutenant", "command", "civilian", "other", "unknown")
CONTACT_KINDS: tuple[str, ...] = ("call_for_service", "officer_initiated", "unknown")
CALL_GROUPS: tuple[str, ...] = (
    "traffic",
    "violent",
    "property",
    "disturbance",
    "mental_health",
    "medical",
    "welfare",
    "alarm",
    "other",
    "unknown",
)
AREA_LEVELS: tuple[str, ...] = ("nation", "state", "county", "place", "tract", "district", "force_area", "local_authority")
GROUP_SCHEMES: tuple[str, ...] = ("us", "ca_ripa", "uk")
UNIVERSES: Mapping[str, str] = {
    "residents": "residents",
    "age_16_plus": "residents aged 16 and over",
    "drivers": "resident drivers",
    "commuting_drivers": "drivers, adjusted for commuting",
    "not_at_fault_drivers": "drivers not at fault in two-vehicle crashes",
}


def label(word: str) -> str:
    """How is this canonical word written for people? Falls back to the word with its underscores opened."""
    for vocabulary in (RACE_GROUPS, SEX, STOP_TYPES, STOP_REASONS, OUTCOMES, SEARCH_CLASSES, UNIVERSES):
        if word in vocabulary:
            return vocabulary[word]
    return word.replace("_", " ").capitalize()


def in_order(groups: object) -> list[str]:
    """Race groups in their one fixed order of display; words not in the list come last, by name."""
    order = {group: place for place, group in enumerate(RACE_GROUPS)}
    return sorted((str(group) for group in groups), key=lambda group: (order.get(group, len(order)), group))  # type: ignore[attr-defined]
