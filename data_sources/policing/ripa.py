"""California stop data under RIPA, 2018 to 2023: one row per person, about 143 columns, headers that change between years."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from data_sources.base import Context, Mapped, Source, register
from data_sources.expressions import Fields, clock, code, flag, local_date, whole, words_set
from data_sources.policing.nypd import yes
from data_sources.signature import signature

RACES: Mapping[str, tuple[str, ...]] = {
    "asian": ("RAE_ASIAN",),
    "black": ("RAE_BLACK", "RAE_BLACK_AFRICAN_AMERICAN"),
    "hispanic": ("RAE_HISPANIC", "RAE_HISPANIC_LATINO", "RAE_HISPANIC_LATINX", "RAE_HISPANIC_LATINEX"),
    "middle_eastern_south_asian": ("RAE_MIDDLE_EASTERN", "RAE_MIDDLE_EASTERN_SOUTH_ASIAN"),
    "native_american": ("RAE_NATIVE_AMERICAN",),
    "pacific_islander": ("RAE_PACIFIC_ISLANDER",),
    "white": ("RAE_WHITE",),
}
RAE_FULL = {
    **{"1": "asian", "2": "black", "3": "hispanic", "4": "middle_eastern_south_asian"},
    **{"5": "native_american", "6": "pacific_islander", "7": "white", "8": "multiracial"},
}
SEXES = {"1": "male", "2": "female", "3": "transgender_man", "4": "transgender_woman", "5": "nonbinary"}
REASONS = {
    **{"2": "reasonable_suspicion", "3": "parole_probation", "4": "warrant_or_wanted", "5": "school", "6": "consensual_search"},
    **{"7": "school", "8": "school", "9": "probable_cause", "10": "welfare"},
}
VIOLATIONS = {"1": "traffic_moving", "2": "traffic_equipment", "3": "traffic_regulatory"}
BASES: Mapping[str, str] = {
    "consent": "BFS_CONSENT_GIVEN",
    "officer_safety": "BFS_OFFICER_SAFETY",
    "search_warrant": "BFS_SEARCH_WARRANT",
    "parole_probation": "BFS_PAROLE",
    "suspected_weapon": "BFS_SUSPECT_WEAPON",
    "plain_view": "BFS_VISIBLE_CONTRABAND",
    "odor": "BFS_ODOR_CONTRABAND",
    "k9": "BFS_CANINE_DETECT",
    "evidence_of_crime": "BFS_EVIDENCE",
    "incident_to_arrest": "BFS_INCIDENT",
    "exigent": "BFS_EXIGENT_CIRCUM",
    "vehicle_inventory": "BFS_VEHICLE_INVENT",
    "school_policy": "BFS_SCHOOL_POLICY",
}
RESULTS: Mapping[str, tuple[str, ...]] = {
    "no_action": ("ROS_NO_ACTION",),
    "warning": ("ROS_WARNING",),
    "warning_verbal": ("ROS_VERBAL_WARNING",),
    "warning_written": ("ROS_WRITTEN_WARNING",),
    "citation": ("ROS_CITATION",),
    "cite_release": ("ROS_IN_FIELD_CITE_RELEASE",),
    "arrest": ("ROS_CUSTODIAL_WARRANT", "ROS_CUSTODIAL_WITHOUT_WARRANT", "ROS_CUSTODIAL_WITHOUT"),
    "psych_hold": ("ROS_PSYCH_HOLD",),
    "other": ("ROS_FIELD_INTERVIEW_CARD", "ROS_CONTACT_LEGAL_GUARDIAN", "ROS_CONTACT_US_HOMELAND", "ROS_NONCRIMINAL_TRANSPORT"),
}
FORCE = (
    *("ADS_FIREARM_POINT", "ADS_FIREARM_DISCHARGE", "ADS_ELECT_DEVICE", "ADS_IMPACT_DISCHARGE", "ADS_CANINE_BITE", "ADS_BATON"),
    *("ADS_CHEM_SPRAY", "ADS_OTHER_CONTACT", "ADS_REMOVED_VEHICLE_PHYCONTACT"),
)
SENSITIVE: Mapping[str, tuple[str, ...]] = {
    "lgbt": ("LGBT",),
    "limited_english": ("LIMITED_ENGLISH_FLUENCY",),
    "unhoused": ("PERSON_UNHOUSED",),
}


def shared(fields: Fields, context: Context) -> dict[str, ir.Value]:
    """The columns that both layouts write alike."""
    number = fields("PERSON_NUMBER")
    flags = words_set({word: yes(fields, *names) for word, names in RACES.items()})
    full = code(fields("RAE_FULL"), RAE_FULL, default=None)
    violation = code(fields("RFS_TRAFFIC_VIOLATION_TYPE"), VIOLATIONS, default="traffic_unspecified")
    reason = fields("REASON_FOR_STOP")
    arrest = yes(fields, *RESULTS["arrest"])
    kinds = [name for name in fields.starting("CED_") if "none" not in name.lower()]
    columns: dict[str, ir.Value] = {
        "stop_person_id": fields("DOJ_RECORD_ID") + "#" + number,
        "stop_id": fields("DOJ_RECORD_ID"),
        "agency_id": fields("AGENCY_ORI", "AGENCY_ORI_2", "AGENCY_NAME"),
        "date": local_date(fields("DATE_OF_STOP", "STOP_DATE")),
        "time": clock(fields("TIME_OF_STOP", "STOP_TIME")),
        "initiated_by": ibis.cases(
            (yes(fields, "CALL_FOR_SERVICE"), "call_for_service"),
            (fields("CALL_FOR_SERVICE").notnull(), "officer"),
            else_="unknown",
        ),
        "district": fields("LOC_CLOSEST_CITY", "CLOSEST_CITY", "CLOSEST CITY"),
        "race_flags": flags.coalesce(full),
        "race_group": full if not _has_flags(fields) else ibis.null("string"),
        "race_group_doj": full,
        "race_source": ibis.literal("officer_perceived"),
        "sex": code(fields("G_FULL"), SEXES),
        "age": whole(fields("AGE")),
        "stop_reason_group": ibis.ifelse((reason == "1").fill_null(False), violation, code(reason, REASONS)),
        "stop_reason_raw": reason,
        "search_bases": words_set({word: yes(fields, name) for word, name in BASES.items()}),
        "contraband_found": yes(fields, *kinds),
        "contraband_types": contraband(fields),
        "outcomes_all": words_set({word: yes(fields, *names) for word, names in RESULTS.items()}),
        "arrest_made": arrest,
        "duration_min": whole(fields("STOP_DURATION")),
    }
    if bool(context.settings["import.sensitive_flags"]):
        disabled = [name for name in fields.starting("PD_") if "none" not in name.lower()]
        flagged = {word: yes(fields, *names) for word, names in SENSITIVE.items()} | {"disability": yes(fields, *disabled)}
        columns["sensitive_flags"] = words_set(flagged)
    return columns


def _has_flags(fields: Fields) -> bool:
    """Whether the file carries the single race flags beside RAE_FULL."""
    return sum(fields.has(*names) for names in RACES.values()) >= 2


def asked(fields: Fields) -> tuple[str, ...]:
    """What the person importing must know when the flags are missing."""
    if _has_flags(fields):
        return ()
    return ("The file has RAE_FULL only: people with several groups stay multiracial, and the rule 'hispanic first' cannot be computed.",)


def contraband(fields: Fields) -> ir.StringValue:
    """What was found; CED_NONE_CONTRABAND = 1 means nothing."""
    names = {
        "firearm": ("CED_FIREARM",),
        "weapon": ("CED_FIREARM", "CED_AMMUNITION", "CED_WEAPON"),
        "drugs": ("CED_DRUG", "CED_DRUGS", "CED_DRUG_PARAPHERNALIA"),
        "alcohol": ("CED_ALCOHOL",),
        "money": ("CED_MONEY",),
        "stolen_property": ("CED_STOLEN_PROP",),
        "other": ("CED_OTHER_CONTRABAND", "CED_ELECT_DEVICE"),
    }
    return words_set({word: yes(fields, *spelt) for word, spelt in names.items()})


def sensitive_headers(fields: Fields, context: Context) -> tuple[str, ...]:
    """Headers of perceived attributes, which are not kept, not even raw, unless an administrator switched them on."""
    if bool(context.settings["import.sensitive_flags"]):
        return ()
    names = [name for spelt in SENSITIVE.values() for name in spelt]
    return (*fields.headers(*names), *fields.starting("PD_"), *fields.starting("SOR_"))


def to_canonical(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns of 2018 to 2023; the kind of stop was not collected then."""
    fields = Fields(table)
    person, property_ = flag(fields("ADS_SEARCH_PERSON")), flag(fields("ADS_SEARCH_PROPERTY"))
    columns = shared(fields, context) | {
        "searched": yes(fields, "ADS_SEARCH_PERSON", "ADS_SEARCH_PROPERTY"),
        "search_of": words_set({"person": person, "property": property_}),
        "force_used": yes(fields, *FORCE),
        "stop_type": ibis.literal("unknown"),
    }
    return Mapped(columns, drop=sensitive_headers(fields, context), questions=asked(fields))


TRAPS = (
    "Several people of one stop share its number; the row is one person.",
    "CED_NONE_CONTRABAND = 1 means that nothing was found.",
    "RAE_FULL joins everybody with several groups; the single flags are needed for the rule 'hispanic first'.",
    "Searches and reasons contradict each other in known numbers (X4, X5).",
    "Perceived disability, language and sexual orientation are not imported unless switched on.",
)
register(
    Source(
        name="ripa",
        title="California RIPA stop data, 2018 to 2023",
        table="stops",
        publisher="California Department of Justice",
        recognises=signature(
            "DOJ_RECORD_ID", "PERSON_NUMBER", "AGENCY_ORI|AGENCY_ORI_2", "RAE_FULL", starts=("ADS_",), without=("NFA_SEARCH_PERSON",)
        ),
        map=to_canonical,
        traps=(*TRAPS, "2018 covers July to December and eight agencies; 2023 uses other age bins, so the band comes from the age."),
    )
)
