"""The tables beside the events: officers' postings, calls for service, footage requests, and the people who could have been stopped."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dashboard.schema import words as schema_words
from dashboard.schema.tables import BWC_REQUESTS, CONTACTS, OFFICERS, POPULATION
from data_sources.sample import agency, columns, events, light, stops, traffic, truth

CALL_STREAM, REQUEST_STREAM, PEOPLE_STREAM = 6, 7, 8
CALLS, REQUESTS, CRASH_DRIVERS = 160_000, 600, 6_000
CALL_MIX = (0.13, 0.06, 0.14, 0.19, 0.05, 0.16, 0.09, 0.10, 0.08)
YEAR, SURVEY, CRASHES = 2024, "2020-2024", "2022-2025"
DESIGN = 2.2  # survey estimates vary this many times as much as a count of the same size


def officers(seed: int) -> pa.Table:
    """One row per officer and posting: consecutive half-years with the same unit, district and shift."""
    force, starts = agency.officers(seed), agency.half_starts()
    state = np.where(force.serving, force.district * 3 + force.shift, -1)
    new = force.serving & (np.diff(state, axis=1, prepend=-2) != 0)
    who, begin = np.nonzero(new)
    changes = np.diff(state, axis=1, append=-2) != 0
    ending = np.array([half + int(np.argmax(changes[officer, half:])) for officer, half in zip(who, begin, strict=True)])
    gone = ending < agency.HALVES - 1
    finish = np.append(starts[1:], starts[-1])[ending] - np.timedelta64(1, "D")
    valid_from = np.where(begin == 0, np.maximum(force.start[who], np.datetime64("2010-01-01")), starts[begin])
    city = force.unit[who, begin] != 0
    known = {
        "posting_id": columns.numbered("PO", np.arange(1, len(who) + 1), 5),
        "officer_key": columns.words(who, stops.officer_keys(seed)),
        "agency_id": columns.constant(truth.AGENCY, len(who)),
        "assignment": columns.words(force.unit[who, begin], agency.UNITS),
        "district": columns.words(np.where(city, -1, force.district[who, begin]), truth.DISTRICTS),
        "shift": columns.words(np.where(city, 3, force.shift[who, begin]), (*agency.SHIFTS, "rotating")),
        "rank_group": columns.words(force.rank[who], agency.RANKS),
        "start_date": columns.numbers(force.start[who]),
        "race_group": columns.words(force.group[who], truth.GROUPS),
        "sex": columns.words(force.female[who].astype(int), ("male", "female")),
        "birth_year": columns.numbers(force.birth_year[who]),
        "valid_from": columns.numbers(valid_from),
        "valid_to": columns.numbers(finish, ~gone),
        "active": columns.numbers(force.serving[who, -1]),
    }
    return columns.assembled(OFFICERS, known, 1, columns.hashed(who, begin, ending))


def contacts(seed: int) -> pa.Table:
    """Calls for service: as many as people live and drive in a district, more in summer and in the evening."""
    rng = np.random.default_rng([seed, CALL_STREAM])
    weight = 1 + 0.12 * np.sin(2 * np.pi * (np.arange(len(light.days())) - 100) / 365.25)
    day = np.sort(events.picked(rng, weight, CALLS))
    minute = traffic.minutes(rng, day)
    district = events.picked(rng, agency.residents().sum(axis=1) + 0.5 * agency.at_risk().sum(axis=1), CALLS)
    kind = events.picked(rng, CALL_MIX, CALLS)
    priority = 1 + events.picked(rng, (0.12, 0.38, 0.5), CALLS)
    marks = np.ones(CALLS, dtype=bool)
    groups = schema_words.CALL_GROUPS[: len(CALL_MIX)]
    known = {
        "contact_id": columns.numbered("CAD", np.arange(1, CALLS + 1), 8),
        "agency_id": columns.constant(truth.AGENCY, CALLS),
        **stops.when(day, minute, marks, ~marks),
        "contact_kind": columns.constant("call_for_service", CALLS),
        "call_group": columns.words(kind, groups),
        "call_type_raw": columns.words(kind, tuple(word.upper() for word in groups)),
        "priority": columns.words(priority, ("", "1", "2", "3")),
        "district": columns.words(district, truth.DISTRICTS),
        "beat": columns.words(1 + 4 * district + rng.integers(0, 4, CALLS), stops.BEATS),
        "disposition": columns.words(events.picked(rng, (0.55, 0.25, 0.15, 0.05), CALLS), ("Report", "Advised", "No action", "Cancelled")),
        "minutes_to_arrive": columns.numbers(np.round(rng.gamma(2.5, 2.2 * priority, CALLS), 1)),
    }
    return columns.assembled(CONTACTS, known, 1, columns.hashed(np.arange(CALLS), day, minute, district, kind))


def bwc_requests(seed: int) -> pa.Table:
    """Requests for footage and how they were decided."""
    rng = np.random.default_rng([seed, REQUEST_STREAM])
    last = len(light.days()) - 1
    asked = np.sort(rng.integers(0, last + 1, REQUESTS))
    wait = np.maximum(rng.gamma(2.0, 14.0, REQUESTS).astype(int), 1)
    state = 1 + events.picked(rng, (0.52, 0.16, 0.24, 0.08), REQUESTS)
    state = np.where(asked + wait > last, 0, state)
    decided = light.days()[0] + asked + wait
    reasons = ("investigation", "privacy", "no_footage", "not_retained")
    known = {
        "request_id": columns.numbered("BW", np.arange(1, REQUESTS + 1), 5),
        "agency_id": columns.constant(truth.AGENCY, REQUESTS),
        "requested_date": columns.numbers(light.days()[asked]),
        "released_date": columns.numbers(decided, ~np.isin(state, (1, 2))),
        "denied_date": columns.numbers(decided, ~np.isin(state, (2, 3))),
        "withdrawn_date": columns.numbers(decided, state != 4),
        "status": columns.words(state, ("pending", "released", "released_partly", "denied", "withdrawn")),
        "days_to_decision": columns.numbers(wait, (state == 0) | (state == 4)),
        "requester_type": columns.words(
            events.picked(rng, (0.34, 0.22, 0.18, 0.2, 0.06), REQUESTS), ("resident", "person_recorded", "media", "attorney", "oversight")
        ),
        "basis": columns.words(events.picked(rng, (0.8, 0.12, 0.08), REQUESTS), ("records_request", "policy_release", "court_order")),
        "denial_reason": columns.words(np.where(np.isin(state, (2, 3)), events.picked(rng, (0.4, 0.3, 0.2, 0.1), REQUESTS), -1), reasons),
        "incident_date": columns.numbers(light.days()[np.maximum(asked - rng.geometric(0.05, REQUESTS), 0)]),
        "incident_kind": columns.words(events.picked(rng, (0.6, 0.2, 0.15, 0.05), REQUESTS), ("stop", "force", "complaint", "other")),
        "district": columns.words(events.picked(rng, agency.at_risk().sum(axis=1), REQUESTS), truth.DISTRICTS),
        "minutes_released": columns.numbers(np.round(rng.gamma(2.0, 12.0, REQUESTS), 1), ~np.isin(state, (1, 2))),
        "redacted": columns.numbers(rng.random(REQUESTS) < 0.6, ~np.isin(state, (1, 2))),
    }
    return columns.assembled(BWC_REQUESTS, known, 1, columns.hashed(np.arange(REQUESTS), asked, wait, state))


def universes(seed: int) -> dict[str, tuple[NDArray[np.float64], bool, str]]:
    """People by universe: counts (districts, groups), whether a survey margin goes with them, and the source as printed."""
    rng = np.random.default_rng([seed, PEOPLE_STREAM])
    at_risk = agency.at_risk()
    crashes = rng.poisson(at_risk / at_risk.sum() * CRASH_DRIVERS).astype(float)
    return {
        "residents": (agency.residents(), True, "Riverton sample survey, residents"),
        "age_16_plus": (agency.of_age(), True, "Riverton sample survey, residents aged 16 and over"),
        "drivers": (agency.drivers(), True, "Riverton sample survey, people of driving age with a vehicle"),
        "commuting_drivers": (at_risk, True, "Riverton sample survey, drivers adjusted for commuting"),
        "not_at_fault_drivers": (crashes, False, "Riverton sample crash reports, drivers not at fault"),
    }


def population(seed: int) -> pa.Table:
    """One row per universe, area (each district, then the whole city) and group."""
    found = universes(seed)
    size = len(truth.DISTRICTS)
    counts = np.array([np.vstack([people, people.sum(axis=0)]) for people, _, _ in found.values()])
    people = np.round(counts).ravel()
    universe, area, group = (part.ravel() for part in np.indices(counts.shape))
    sampled = np.array([margin for _, margin, _ in found.values()])[universe]
    margin = np.round(1.645 * np.sqrt(DESIGN * np.maximum(people, 1)))
    rows = len(people)
    known = {
        "population_id": columns.numbered("PP", universe * 10_000 + area * 100 + group, 6),
        "area_id": columns.words(area, (*truth.DISTRICTS, truth.AGENCY)),
        "area_name": columns.words(area, (*truth.DISTRICTS, truth.NAME)),
        "area_level": columns.words((area == size).astype(int), ("district", "place")),
        "group": columns.words(group, truth.GROUPS),
        "group_scheme": columns.constant("us", rows),
        "year": columns.numbers(np.full(rows, YEAR)),
        "period": columns.words(sampled.astype(int), (CRASHES, SURVEY)),
        "population": columns.numbers(people),
        "margin_of_error": columns.numbers(margin, ~sampled),
        "universe": columns.words(universe, tuple(found)),
        "source": columns.words(universe, tuple(source for _, _, source in found.values())),
    }
    return columns.assembled(POPULATION, known, 1, columns.hashed(universe, area, group, people.astype(int)))
