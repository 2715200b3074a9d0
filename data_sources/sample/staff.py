"""What do Riverton's 240 officers and 60 civilians answer? Eight quarterly pulses and two annual surveys, with planted truth.

1. Who works there. `UNITS` with officers and civilians: among them four dog handlers, one sworn officer among the dispatchers, one civilian analyst
   among the detectives: people whom a careless table would give away. Shift follows the unit, years of service are chance. Nobody leaves or joins.
2. Who answers. About `ANSWERS` of them, by chance; of those, `UNSAID` do not say a given thing about themselves.
3. Morale. Every person has a standing of their own; every unit a level. In `FALLING` it falls by `FALL` a quarter from the pulse `FALL_FROM` on; in
   `MENDED` it lies `LOW` lower before the pulse `MENDED_FROM`, when the agency acted (`ACTION`); nowhere else does it move.
4. What drives satisfaction. Each theme has a score of its own. Satisfaction follows `DRIVER` (weight `WEIGHT`) and a little of `SECOND`.
   `COMPANY` goes along with `DRIVER` (correlation `ALONG`) and has no part of its own: a plain correlation is fooled, one that holds the others equal
   is not.
5. Burnout goes up as rest goes down; who is worn out thinks of leaving.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_sources.sample import truth
from data_sources.sample.opinions import quarter_days

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
STREAM, PEOPLE_STREAM = 821, 822
# unit -> (officers, civilians, its level of morale)
UNITS: Mapping[str, tuple[int, int, float]] = {
    "north": (70, 0, 0.1),
    "south": (66, 0, 0.2),
    "investigations": (44, 1, 0.35),
    "special": (30, 0, 0.5),
    "k9": (4, 0, 0.8),
    "community": (25, 0, 0.4),
    "communications": (1, 33, 0.0),
    "records": (0, 26, 0.1),
}
UNIT_NAMES: Mapping[str, tuple[str, str]] = {
    "north": ("Patrol North", "Patrulla Norte"),
    "south": ("Patrol South", "Patrulla Sur"),
    "investigations": ("Investigations", "Investigaciones"),
    "special": ("Special operations", "Operaciones especiales"),
    "k9": ("K-9", "Unidad canina"),
    "community": ("Community services", "Servicios a la comunidad"),
    "communications": ("Communications", "Comunicaciones"),
    "records": ("Records and support", "Archivo y apoyo"),
}
SHIFTS, TENURES = ("day", "evening", "night", "changing"), ("0-4", "5-9", "10-19", "20+")
ANSWERS, UNSAID = 0.8, 0.02
FALLING, FALL, FALL_FROM = "south", 0.3, 4
MENDED, LOW, MENDED_FROM, ACTION = "communications", 1.3, 4, "A second dispatcher at night, and breaks that are kept"
# after which pulse, its question, what was promised, who saw to it, until when, what was done
ACTIONS = (
    (
        "2024-Q4",
        "M11",
        "A second dispatcher at night, and breaks that are kept",
        "Communications manager",
        dt.date(2025, 1, 31),
        "Two dispatchers were hired; breaks are in the roster since January 2025.",
    ),
    ("2025-Q4", "M4", "Peer support that can be reached from home, without a supervisor knowing", "Wellness office", dt.date(2027, 3, 31), ""),
)
# the plan for the unit whose morale falls: unit, its question, what was promised, who sees to it, until when
UNIT_PLAN = (
    *(FALLING, "M11", "Days off that are not called back, and a second supervisor on the evening shift", "Patrol commander"),
    dt.date(2027, 1, 31),
)
THEMES = (
    *("intrinsic_work", "supervisors", "leaders_lead", "internal_fairness", "load_and_kit", "balance_and_voice"),
    *("team", "support", "wellness", "commitment", "community"),
)
DRIVER, WEIGHT, SECOND, SECOND_WEIGHT = "supervisors", 0.75, "internal_fairness", 0.25
COMPANY, ALONG = "load_and_kit", 0.6
PULSES, FIRST_PULSE = 8, 8  # quarters of the sample's sixteen


@dataclass(frozen=True, slots=True)
class StaffWave:
    """One round: its name, first and last day, which survey ('pulse' or 'annual'), and the answers that came in."""

    name: str
    kind: str
    opens: dt.date
    closes: dt.date
    answers: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody: unit, shift and tenure as codes, sworn or not, and their own standing (n,)."""

    unit: Ints
    shift: Ints
    tenure: Ints
    sworn: NDArray[np.bool_]
    standing: Floats


def everybody(seed: int = truth.SEED) -> Staff:
    """All 300 people."""
    rng = np.random.default_rng([seed, PEOPLE_STREAM])
    unit = np.concatenate([np.full(officers + civilians, at) for at, (officers, civilians, _) in enumerate(UNITS.values())])
    sworn = np.concatenate([np.r_[np.ones(officers), np.zeros(civilians)] for officers, civilians, _ in UNITS.values()]).astype(bool)
    names = list(UNITS)
    around_the_clock = np.isin(unit, [names.index(one) for one in ("north", "south", "communications")])
    shift = np.where(around_the_clock, rng.choice(3, len(unit), p=(0.45, 0.3, 0.25)), np.where(rng.random(len(unit)) < 0.1, 3, 0))
    return Staff(
        unit.astype(np.int64), shift.astype(np.int64), rng.choice(4, len(unit), p=(0.28, 0.24, 0.3, 0.18)), sworn, rng.normal(0, 0.6, len(unit))
    )


def heads(people: Staff) -> dict[str, dict[str, float]]:
    """How many people work where: what HR enters when a survey is opened."""
    found: dict[str, dict[str, float]] = {"whole": {"": float(len(people.unit))}}
    for name, codes, levels in (("unit", people.unit, tuple(UNITS)), ("shift", people.shift, SHIFTS), ("tenure", people.tenure, TENURES)):
        found[name] = {level: float((codes == at).sum()) for at, level in enumerate(levels)}
    found["unit*tenure"] = {
        f"{unit}|{tenure}": float(((people.unit == u) & (people.tenure == t)).sum())
        for u, unit in enumerate(UNITS)
        for t, tenure in enumerate(TENURES)
    }
    return found


def morale(people: Staff, pulse: float) -> Floats:
    """Where each person's morale truly stands (n,) at a pulse from 0 on: own standing, the unit's level, and what was planted."""
    names = list(UNITS)
    level = np.array([one[2] for one in UNITS.values()])[people.unit]
    fallen = FALL * max(0.0, pulse - FALL_FROM + 1) * (people.unit == names.index(FALLING))
    low = LOW * (pulse < MENDED_FROM) * (people.unit == names.index(MENDED))
    return np.asarray(people.standing + level - fallen - low)


def _steps(rng: np.random.Generator, values: Floats, centre: float = 3.4, spread: float = 0.85, noise: float = 0.6) -> Ints:
    """A standing around 0 as one of 1..5."""
    return np.clip(np.rint(centre + spread * values + rng.normal(0, noise, len(values))), 1, 5).astype(np.int64)


def waves(seed: int = truth.SEED) -> Iterator[StaffWave]:
    """All ten rounds in the order in which they were asked."""
    people = everybody(seed)
    for number in range(PULSES):
        rng = np.random.default_rng([seed, STREAM, number])
        name, first, _ = quarter_days(FIRST_PULSE + number)
        yield StaffWave(name, "pulse", first, first + dt.timedelta(days=13), _pulse(rng, people, number))
        if number % 4 == 0:
            opens = first + dt.timedelta(days=48)
            yield StaffWave(name[:4], "annual", opens, opens + dt.timedelta(days=14), _annual(rng, people, number))


def _rows(
    rng: np.random.Generator, people: Staff, columns: Mapping[str, Any], about: Mapping[str, tuple[Ints, tuple[str, ...]]]
) -> list[dict[str, Any]]:
    """Those who answer, row by row, without what they leave out."""
    size = len(people.unit)
    answers = np.flatnonzero(rng.random(size) < ANSWERS)
    skipped = {name: rng.random(size) < 0.015 for name in columns}
    unsaid = {name: rng.random(size) < UNSAID for name in about}
    rows = []
    for one in rng.permutation(answers):
        row = {name: value for name, column in columns.items() if not skipped[name][one] and (value := column[one]) is not None}
        row |= {name: "prefer_not" if unsaid[name][one] else levels[codes[one]] for name, (codes, levels) in about.items()}
        rows.append({name: value.item() if isinstance(value, np.generic) else value for name, value in row.items()})
    return rows


def _pulse(rng: np.random.Generator, people: Staff, number: int) -> list[dict[str, Any]]:
    """One pulse: three questions every time, two in turn."""
    stand = morale(people, number)
    turns = (("M3", "M2"), ("M5", "FEVS-Q48"), ("M1", "FEVS-Q10"), ("M4", "FEVS-Q65"))
    columns: dict[str, Any] = {"M11": _steps(rng, stand, 3.1), "FEVS-Q71": _steps(rng, 0.8 * stand)}
    columns["ENPS1"] = np.clip(np.rint(7.2 + 1.7 * stand + rng.normal(0, 1.5, len(stand))), 0, 10).astype(np.int64)
    for item in turns[number % 4]:
        columns[item] = _steps(rng, 0.6 * stand + rng.normal(0, 0.6, len(stand)), 3.2)
    return _rows(rng, people, columns, {"U1": (people.unit, tuple(UNITS)), "U4": (people.tenure, TENURES)})


def themes(rng: np.random.Generator, people: Staff, number: int) -> dict[str, Floats]:
    """Each person's score of each theme, around 0, and the satisfaction that follows from two of them."""
    size = len(people.unit)
    found = {name: rng.normal(0, 1, size) for name in THEMES}
    found[COMPANY] = ALONG * found[DRIVER] + np.sqrt(1 - ALONG**2) * rng.normal(0, 1, size)
    found["morale"] = morale(people, number)
    found["global_satisfaction"] = WEIGHT * found[DRIVER] + SECOND_WEIGHT * found[SECOND] + 0.45 * rng.normal(0, 1, size)
    return found


ITEMS: Mapping[str, tuple[str, ...]] = {
    "intrinsic_work": ("FEVS-Q3", "FEVS-Q4", "FEVS-Q6", "FEVS-Q11", "FEVS-Q12"),
    "supervisors": ("FEVS-Q47", "FEVS-Q48", "FEVS-Q49", "FEVS-Q51", "FEVS-Q52"),
    "leaders_lead": ("FEVS-Q53", "FEVS-Q54", "FEVS-Q56", "FEVS-Q60", "FEVS-Q61"),
    "global_satisfaction": ("FEVS-Q69", "FEVS-Q70", "FEVS-Q71", "FEVS-Q40"),
    "internal_fairness": ("M1", "M10", "FEVS-Q15", "FEVS-Q17", "FEVS-Q22", "FEVS-Q37"),
    "load_and_kit": ("FEVS-Q1", "FEVS-Q2", "FEVS-Q9", "FEVS-Q10", "FEVS-Q18", "FEVS-Q35", "M3", "M9"),
    "balance_and_voice": ("FEVS-Q42", "FEVS-Q63", "FEVS-Q64", "FEVS-Q65", "FEVS-Q41", "M2"),
    "team": ("FEVS-Q20", "FEVS-Q26"),
    "support": ("M8",),
    "wellness": ("M4", "M5"),
    "commitment": ("M6",),
    "community": ("M7",),
    "morale": ("M11",),
}
CENTRES: Mapping[str, float] = {
    **{"leaders_lead": 3.3, "internal_fairness": 3.1, "load_and_kit": 3.3, "team": 4.0},
    **{"community": 3.4, "wellness": 3.0, "morale": 3.1},
}


def _annual(rng: np.random.Generator, people: Staff, number: int) -> list[dict[str, Any]]:
    """One annual survey."""
    found = themes(rng, people, number)
    columns: dict[str, Any] = {}
    for theme, items in ITEMS.items():
        for item in items:
            columns[item] = _steps(rng, found[theme], CENTRES.get(theme, 3.7), spread=0.8, noise=0.4)
    worn = -0.7 * found["wellness"] - 0.4 * found["morale"] + 0.6 * rng.normal(0, 1, len(people.unit))
    for item in ("CBI-W1", "CBI-W2", "CBI-W3", "CBI-W5", "CBI-W6", "CBI-W7"):
        columns[item] = _steps(rng, worn, 2.9)
    columns["CBI-W4"] = _steps(rng, -worn, 3.1)
    columns["BO1"] = [str(one) for one in _steps(rng, worn, 2.2)]
    columns["ENPS1"] = np.clip(np.rint(7.4 + 1.7 * found["global_satisfaction"] + rng.normal(0, 1.3, len(worn))), 0, 10).astype(np.int64)
    columns["TURN1"] = _leaving(rng, worn, people)
    about = {"U1": (people.unit, tuple(UNITS)), "U2": (people.shift, SHIFTS), "U4": (people.tenure, TENURES)}
    return _rows(rng, people, columns, about)


def _leaving(rng: np.random.Generator, worn: Floats, people: Staff) -> list[str]:
    """Who thinks of leaving, and why: the worn out for another job, the long-serving to retire."""
    leaves = rng.random(len(worn)) < 1 / (1 + np.exp(1.5 - 0.9 * worn))
    why = rng.choice(["police", "elsewhere", "other"], len(worn), p=(0.45, 0.4, 0.15))
    retires = (people.tenure == TENURES.index("20+")) & (rng.random(len(worn)) < 0.6)
    return ["no" if not go else "retire" if done else str(reason) for go, done, reason in zip(leaves, retires, why, strict=True)]
