"""What the sample agency plants about accountability: a backlog of complaints, appeals, and recordings that are missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dashboard.schema.tables import CAMERA_ACTIVATIONS
from dashboard.schema.words import APPEAL_OUTCOMES, NO_RECORDING
from data_sources.sample import agency, columns, light, stops, traffic, truth

APPEAL_STREAM, CAMERA_STREAM = 21, 22
EVENTS = 8_000
MIX = (0.62, 0.25, 0.10, 0.03)
APPEAL_DAYS = 70


def delayed(received: NDArray[Any], days: NDArray[np.float64]) -> NDArray[np.float64]:
    """The days to a decision, longer for cases received since the backlog began; `received` counts days from the first."""
    begun = (truth.BACKLOG_FROM - truth.FIRST).days
    return np.where(received >= begun, truth.BACKLOG_FACTOR * days, days)


def appeals(seed: int, case: NDArray[Any], is_open: NDArray[np.bool_], closed: NDArray[Any]) -> dict[str, pa.Array]:
    """The appeals: whole cases are appealed, some decided already."""
    rng = np.random.default_rng([seed, APPEAL_STREAM])
    cases = int(case.max()) + 1 if len(case) else 0
    yes = (rng.random(cases) < truth.APPEALED)[case] & ~is_open
    filed = closed + (1 + rng.integers(0, 28, cases))[case]
    decided = filed + np.maximum(rng.gamma(4.0, APPEAL_DAYS / 4, cases).astype(int), 7)[case]
    last = light.days()[-1]
    yes &= filed <= last
    done = yes & (decided <= last)
    ending = rng.choice(4, cases, p=(0.62, 0.2, 0.1, 0.08))[case]
    word = np.where(done, ending, np.where(yes, APPEAL_OUTCOMES.index("pending"), -1))
    return {
        "appealed": columns.numbers(yes, is_open),
        "appeal_date": columns.numbers(filed, ~yes),
        "appeal_decided_date": columns.numbers(decided, ~done),
        "appeal_outcome": columns.words(word, APPEAL_OUTCOMES),
    }


def camera_activations(seed: int) -> pa.Table:
    """Events of officers with a camera: nearly all expect a recording, most have one, fewer so for force and in one district."""
    rng = np.random.default_rng([seed, CAMERA_STREAM])
    day = np.sort(rng.integers(0, len(light.days()), EVENTS))
    minute = traffic.minutes(rng, day)
    kinds = tuple(truth.RECORDED)
    kind = rng.choice(len(kinds), EVENTS, p=MIX)
    weight = agency.at_risk().sum(axis=1)
    district = rng.choice(len(truth.DISTRICTS), EVENTS, p=weight / weight.sum())
    officers = agency.officers(seed)
    officer = rng.integers(0, len(officers.pace), EVENTS)
    expected = rng.random(EVENTS) < 0.97
    chance = np.array(list(truth.RECORDED.values()))[kind]
    chance = np.where(district == truth.DISTRICTS.index(truth.CAMERA_DISTRICT), truth.CAMERA_DISTRICT_FACTOR * chance, chance)
    found = rng.random(EVENTS) < chance
    looked = rng.random(EVENTS) < 0.98
    missing = expected & looked & ~found
    reasons = rng.choice(4, EVENTS, p=(0.1, 0.2, 0.5, 0.2))
    marks = np.ones(EVENTS, dtype=bool)
    known = {
        "activation_id": columns.numbered("CA", np.arange(1, EVENTS + 1), 6),
        "event_id": columns.numbered("EV", np.arange(1, EVENTS + 1), 6),
        "agency_id": columns.constant(truth.AGENCY, EVENTS),
        **stops.when(day, minute, marks, ~marks),
        "event_kind": columns.words(kind, kinds),
        "district": columns.words(district, truth.DISTRICTS),
        "officer_key": columns.words(officer, stops.officer_keys(seed)),
        "recording_expected": columns.numbers(expected),
        "recording_found": columns.numbers(found, ~looked),
        "on_from_start": columns.numbers(rng.random(EVENTS) < 0.88, ~(found & looked)),
        "minutes_recorded": columns.numbers(np.round(rng.gamma(2.0, 9.0, EVENTS), 1), ~(found & looked)),
        "missing_reason": columns.words(np.where(missing, reasons, -1), (*NO_RECORDING[:3], "not_matched")),
    }
    return columns.assembled(CAMERA_ACTIVATIONS, known, 1, columns.hashed(np.arange(EVENTS), day, kind, district, found))
