"""What follows stops and calls in Riverton: arrests, uses of force, complaints. Nothing here looks at a person's group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray

from dashboard.schema import words as schema_words
from dashboard.schema.tables import ARRESTS, COMPLAINTS, USE_OF_FORCE
from data_sources.sample import accountability, agency, columns, early, light, policy, stops, traffic, truth

Arrays = Mapping[str, NDArray[Any]]
Ints = NDArray[np.int64]

ARREST_STREAM, FORCE_STREAM, COMPLAINT_STREAM = 3, 4, 5
OTHER_ARRESTS, COMPLAINT_CASES = 9_000, 900
SHARED = ("day", "minute", "known", "blank", "district", "beat", "lat", "lng", "race", "flags", "female", "age", "officer")
OFFENCES = ("drug", "traffic", "warrant", "public_order", "violent", "property", "other")
CHARGES = {
    "drug": "Possession of a controlled substance",
    "traffic": "Driving under suspension",
    "warrant": "Bench warrant",
    "public_order": "Disorderly conduct",
    "violent": "Assault",
    "property": "Theft",
    "other": "Obstruction",
}
FORCES = (
    ("control_hold", 0.34, "Empty hand control"),
    ("takedown", 0.22, "Takedown"),
    ("handcuff", 0.12, "Handcuffing only"),
    ("strike", 0.08, "Strike"),
    ("ced_use", 0.08, "Conducted energy device"),
    ("chemical", 0.05, "OC spray"),
    ("firearm_point", 0.06, "Firearm pointed"),
    ("impact_weapon", 0.02, "Baton"),
    ("canine_bite", 0.015, "Canine bite"),
    ("impact_projectile", 0.01, "Impact projectile"),
    ("firearm_discharge", 0.005, "Firearm discharged"),
    ("neck_restraint", 0.0, "Neck restraint"),  # only as long as it was allowed
)
ALLEGED = (
    ("discourtesy", 0.28),
    ("search_stop_arrest", 0.2),
    ("procedure_service", 0.2),
    ("force", 0.14),
    ("bias", 0.08),
    ("conduct_unbecoming", 0.1),
)
DECIDED = (
    ("not_sustained", 0.3),
    ("unfounded", 0.24),
    ("exonerated", 0.2),
    ("sustained", 0.13),
    ("mediated_withdrawn", 0.08),
    ("administratively_closed", 0.05),
)


def picked(rng: np.random.Generator, chances: Any, rows: int) -> Ints:
    """Codes drawn with the given chances."""
    rising = np.cumsum(np.asarray(chances, dtype=float))
    return np.searchsorted(rising[:-1] / rising[-1], rng.random(rows), side="right")


def from_stops(batch: stops.Stretch, seen: str) -> dict[str, NDArray[Any]]:
    """The rows of a stretch where `seen` (arrested or force) holds: what another table needs of them."""
    rows = np.flatnonzero(getattr(batch, seen))
    found = {name: getattr(batch, name)[rows] for name in SHARED}
    return found | {"stop": batch.first + 1 + batch.leader[rows], "arrested": batch.arrested[rows], "vehicle": batch.vehicle[rows]}


def joined(parts: list[dict[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    """Several pieces as one."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def away_from_stops(seed: int, rows: int) -> dict[str, NDArray[Any]]:
    """Arrests after calls and investigations: groups as among the city's residents of age, district by district."""
    rng = np.random.default_rng([seed, ARREST_STREAM])
    people = agency.of_age()
    cell = picked(rng, people.ravel(), rows)
    district, race = np.divmod(cell, len(truth.GROUPS))
    centres = np.array([agency.PLACES[name][:2] for name in truth.DISTRICTS])[district] + rng.normal(0, 0.006, (rows, 2))
    day = np.sort(picked(rng, traffic.volume(), rows))
    minute = traffic.minutes(rng, day)
    half = np.searchsorted(agency.half_starts(), light.days()[day], side="right") - 1
    watch = np.where((minute >= 360) & (minute < 840), 0, np.where((minute >= 840) & (minute < 1320), 1, 2))
    cells = (half * len(truth.DISTRICTS) + district) * 3 + watch
    marks = np.ones(rows, dtype=bool)
    return {
        "day": day,
        "minute": minute,
        "known": marks,
        "blank": np.zeros(rows, dtype=bool),
        "district": district,
        "beat": 1 + 4 * district + rng.integers(0, 4, rows),
        "lat": np.round(centres[:, 0], 5),
        "lng": np.round(centres[:, 1], 5),
        "race": race,
        "flags": stops.flags_of(rng, race),
        "female": rng.random(rows) < 0.27,
        "age": np.minimum(16 + rng.gamma(2.0, 9.0, rows), 92).astype(int),
        "officer": agency.on_duty(agency.duty(seed, False), cells, rng.random(rows)),
        "stop": np.zeros(rows, dtype=np.int64),
        "arrested": marks,
        "vehicle": np.zeros(rows, dtype=bool),
    }


def common(rows: Arrays, seed: int) -> dict[str, pa.Array]:
    """Canonical columns that arrests and force share with stops."""
    return {
        "agency_id": columns.constant(truth.AGENCY, len(rows["day"])),
        **stops.when(rows["day"], rows["minute"], rows["known"], rows["blank"]),
        "district": columns.words(rows["district"], truth.DISTRICTS),
        "beat": columns.words(rows["beat"], stops.BEATS),
        "lat": columns.numbers(rows["lat"]),
        "lng": columns.numbers(rows["lng"]),
        **stops.person(rows["race"], rows["flags"], rows["female"], rows["age"]),
        "officer_key": columns.words(rows["officer"], stops.officer_keys(seed)),
    }


def _stop_ids(stop: Ints) -> pa.Array:
    """The stop that an event belongs to; empty for 0."""
    return pa.compute.if_else(pa.array(stop > 0), columns.numbered("RV", stop, 9), pa.scalar(None, pa.string()))


def arrests(rows: Arrays, seed: int) -> pa.Table:
    """The arrests table, one row per arrest, in the order given."""
    size = len(rows["day"])
    rng = np.random.default_rng([seed, ARREST_STREAM, 1])
    at_stop = rows["stop"] > 0
    offence = np.where(
        at_stop, picked(rng, (0.4, 0.2, 0.25, 0.06, 0.03, 0.02, 0.04), size), picked(rng, (0.1, 0.02, 0.26, 0.17, 0.22, 0.17, 0.06), size)
    )
    stripped = rng.random(size) < 0.02
    charges = tuple(CHARGES[name] for name in OFFENCES)
    known = common(rows, seed) | {
        "arrest_id": columns.numbered("AR", np.arange(1, size + 1), 8),
        "person_key": columns.numbered("P", rng.integers(1, 1 + int(size * 2.5), size), 8),
        "date_precision": columns.constant("day", size),
        "charges_raw": columns.words(offence, charges),
        "charge_count": columns.numbers(np.ones(size, dtype=int)),
        "offence_group": columns.words(offence, OFFENCES),
        "on_warrant": columns.numbers(offence == OFFENCES.index("warrant")),
        "booked": columns.numbers(rng.random(size) < 0.72),
        "released_same_day": columns.numbers(rng.random(size) < 0.45),
        "strip_searched": columns.numbers(stripped),
        "items_found": columns.numbers(rng.random(size) < 0.2, ~stripped),
        "stop_id": _stop_ids(rows["stop"]),
    }
    return columns.assembled(ARRESTS, known, 1, columns.hashed(np.arange(size), rows["day"], rows["minute"], rows["race"], offence, rows["stop"]))


def force_elsewhere(rows: Arrays, seed: int) -> dict[str, NDArray[Any]]:
    """Which arrests away from stops met force? More often by some officers than by others."""
    rng = np.random.default_rng([seed, FORCE_STREAM])
    chance = 0.10 * agency.officers(seed).force[rows["officer"]] * early.busy(rows["district"], rows["minute"])
    used = np.flatnonzero(rng.random(len(rows["day"])) < chance)
    return {name: values[used] for name, values in rows.items()}


def _applications(rng: np.random.Generator, incidents: int) -> tuple[Ints, Ints, Ints]:
    """Incident, officer within it (0 the reporting one) and application number of each row."""
    officers = 1 + picked(rng, (0.62, 0.28, 0.10), incidents)
    incident = np.repeat(np.arange(incidents), officers)
    second = np.arange(len(incident)) - np.repeat(np.cumsum(officers) - officers, officers)
    uses = 1 + picked(rng, (0.7, 0.22, 0.08), len(incident))
    number = 1 + np.arange(uses.sum()) - np.repeat(np.cumsum(uses) - uses, uses)
    return np.repeat(incident, uses), np.repeat(second, uses), number


def force(incidents: Arrays, seed: int) -> pa.Table:
    """The use-of-force table: one row per subject, officer and application."""
    rng = np.random.default_rng([seed, FORCE_STREAM, 1])
    total = len(incidents["day"])
    incident, second, number = _applications(rng, total)
    size = len(incident)
    rows = {name: values[incident] for name, values in incidents.items()}
    pool = np.flatnonzero(np.asarray(agency.officers(seed).serving.all(axis=1))[:168])
    helper = pool[rng.integers(0, len(pool), (total, 3))][incident, second]
    rows["officer"] = np.where(second == 0, rows["officer"], np.where(helper == rows["officer"], pool[0], helper))
    kind = policy.followed(seed, rows["day"], picked(rng, [row[1] for row in FORCES], size), tuple(row[0] for row in FORCES))
    level = np.array([schema_words.FORCE_TYPES[row[0]] for row in FORCES])[kind]
    reports = rng.random((2, total))[:, incident]
    shots = np.isin(kind, [4, 10])
    known = (
        common(rows, seed)
        | _force_details(rng, rows, incident, reports, policy.silent(seed, total))
        | {
            "force_row_id": columns.numbered("FR", np.arange(1, size + 1), 7),
            "incident_id": columns.numbered("UF", incident + 1, 6),
            "subject_key": columns.numbered("UF", incident + 1, 6, np.ones(size, dtype=int)),
            "application_no": columns.numbers(number),
            "force_type": columns.words(kind, tuple(row[0] for row in FORCES)),
            "counts_as_force": columns.numbers(kind != 2),
            "force_level": columns.numbers(level, level == 0),
            "force_type_raw": columns.words(kind, tuple(row[2] for row in FORCES)),
            "shots": columns.numbers(rng.integers(1, 4, size), ~shots),
        }
    )
    return columns.assembled(USE_OF_FORCE, known, 1, columns.hashed(np.arange(size), rows["day"], rows["minute"], kind, rows["officer"]))


def _force_details(rng: np.random.Generator, rows: Arrays, incident: Ints, reports: NDArray[Any], silent: NDArray[np.bool_]) -> dict[str, pa.Array]:
    """Columns of the report that go with an incident or an application."""
    size, total = len(incident), int(incident.max(initial=-1)) + 1
    injury, review = reports
    resisted = picked(rng, (0.18, 0.44, 0.16, 0.02, 0.20), total)[incident]
    return {
        "source_grain": columns.constant("application", size),
        "subject_kind": columns.constant("person", size),
        "force_reason": columns.words(resisted, ("Passive resistance", "Active resistance", "Assault on officer", "Deadly threat", "Flight")),
        "service_type": columns.words(np.where(rows["stop"] > 0, 0, 1), ("Stop", "Call for service")),
        "resistance": columns.words(resisted, ("passive", "active", "aggressive", "deadly", "fled")),
        "subject_armed": columns.numbers((rng.random(total) < 0.06)[incident]),
        "effective": columns.numbers(rng.random(size) < 0.8),
        "arrest_made": columns.numbers(rows["arrested"]),
        "subject_hospitalised": columns.numbers(injury < 0.08),
        "deescalation_tried": columns.numbers((rng.random(total) < 0.64)[incident], silent[incident]),
        "bwc_recorded": columns.numbers((rng.random(total) < 0.88)[incident]),
        "subject_injury": columns.words(np.searchsorted((0.01, 0.18, 0.34), injury), ("serious", "minor", "complaint", "none")),
        "officer_injury": columns.words((rng.random(total) < 0.09)[incident].astype(int), ("none", "minor")),
        "within_policy": columns.words(np.searchsorted((0.03, 0.11, 0.15), review), ("no", "yes_with_training", "pending", "yes")),
        "record_status": columns.words(np.where((review >= 0.11) & (review < 0.15), 1, 0), ("final", "pending")),
    }


def complaints(seed: int) -> pa.Table:
    """The complaints table: cases fall on officers by pace and a frailty of their own, and are decided alike for all."""
    rng = np.random.default_rng([seed, COMPLAINT_STREAM])
    officers, last = agency.officers(seed), len(light.days()) - 1
    exposed = officers.serving.mean(axis=1) * officers.pace * officers.complaint * (officers.unit[:, 0] < 2)
    allegations = 1 + picked(rng, (0.66, 0.24, 0.10), COMPLAINT_CASES)
    case = np.repeat(np.arange(COMPLAINT_CASES), allegations)
    size = len(case)
    number = np.concatenate([np.arange(1, count + 1) for count in allegations])
    received = np.sort(rng.integers(0, last + 1, COMPLAINT_CASES))
    officer = picked(rng, exposed, COMPLAINT_CASES)[case]
    wait = accountability.delayed(received, rng.lognormal(np.log(truth.DECISION_MEDIAN), truth.DECISION_SPREAD, COMPLAINT_CASES))
    days = np.maximum(wait.astype(int), 5)[case]
    is_open = received[case] + days > last
    district, race = np.divmod(picked(rng, agency.of_age().ravel(), COMPLAINT_CASES), len(truth.GROUPS))
    finding = np.where(is_open, len(DECIDED), picked(rng, [row[1] for row in DECIDED], size))
    age = np.where(rng.random(COMPLAINT_CASES) < 0.1, -1, (17 + rng.gamma(3.0, 7.5, COMPLAINT_CASES)).astype(int))[case]
    known = (
        _parties(rng, officers, officer, seed)
        | _discipline(rng, finding)
        | accountability.appeals(seed, case, is_open, light.days()[0] + received[case] + days)
        | {
            "complaint_row_id": columns.numbered("CR", np.arange(1, size + 1), 6),
            "complaint_id": columns.numbered("C", case + 1, 5),
            "allegation_no": columns.numbers(number),
            "incident_date": columns.numbers(light.days()[0] + np.maximum(received - rng.geometric(0.08, COMPLAINT_CASES) + 1, 0)[case]),
            "received_date": columns.numbers(light.days()[received[case]]),
            "closed_date": columns.numbers(light.days()[0] + received[case] + days, is_open),
            "days_open": columns.numbers(days, is_open),
            "status": columns.words(is_open.astype(int), ("closed", "open")),
            "complainant_type": columns.words(picked(rng, (0.86, 0.06, 0.08), COMPLAINT_CASES)[case], ("civilian", "officer", "anonymous")),
            "complainant_race_group": columns.words(race[case], truth.GROUPS),
            "complainant_sex": columns.words((rng.random(COMPLAINT_CASES) < 0.45)[case].astype(int), ("male", "female")),
            "complainant_age": columns.numbers(age, age < 0),
            "complainant_age_band": columns.words(stops.age_bands(age), schema_words.AGE_BANDS),
            "district": columns.words(district[case], truth.DISTRICTS),
        }
    )
    return columns.assembled(COMPLAINTS, known, 1, columns.hashed(np.arange(size), case, finding, officer, received[case]))


def _parties(rng: np.random.Generator, officers: agency.Officers, officer: Ints, seed: int) -> dict[str, pa.Array]:
    """The accused officer and the allegation."""
    size = len(officer)
    alleged = picked(rng, [row[1] for row in ALLEGED], size)
    raw = tuple(schema_words.label(row[0]) for row in ALLEGED)
    named = np.where(rng.random(size) < 0.04, -1, officer)
    return {
        "agency_id": columns.constant(truth.AGENCY, size),
        "officer_key": columns.words(named, stops.officer_keys(seed)),
        "date_precision": columns.constant("day", size),
        "officer_race_group": columns.words(np.where(named < 0, -1, officers.group[officer]), truth.GROUPS),
        "officer_sex": columns.words(np.where(named < 0, -1, officers.female[officer].astype(int)), ("male", "female")),
        "allegation_group": columns.words(alleged, tuple(row[0] for row in ALLEGED)),
        "allegation_raw": columns.words(alleged, raw),
        "affidavit": columns.numbers(rng.random(size) < 0.7),
        "bwc_recorded": columns.numbers(rng.random(size) < 0.8),
        "investigating_body": columns.words(picked(rng, (0.7, 0.3), size), ("Professional standards", "Civilian review")),
    }


def _discipline(rng: np.random.Generator, finding: Ints) -> dict[str, pa.Array]:
    """Finding and discipline; only sustained allegations carry any."""
    size = len(finding)
    sustained = finding == 3
    given = np.where(sustained, picked(rng, (0.35, 0.4, 0.2, 0.05), size), np.where(finding == len(DECIDED), 5, 4))
    return {
        "finding": columns.words(finding, (*(row[0] for row in DECIDED), "pending")),
        "finding_stage": columns.constant("final", size),
        "discipline": columns.words(given, ("training", "reprimand", "suspension", "separation", "none", "pending")),
        "discipline_days": columns.numbers(rng.integers(1, 15, size), given != 2),
    }
