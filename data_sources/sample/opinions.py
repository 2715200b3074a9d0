"""What do Riverton's residents answer? Sixteen quarterly community surveys and eight quarters of contact surveys, with planted truth.

1. Trust. Each resident has a trust from 0 to 100, normal with `SPREAD` around `LEVEL` plus the effects of area, race and age below, and a common
   rise of `RISE` a quarter. In `DROP_AREA` it falls by `DROP` from the quarter `DROP_FROM` on, after one event there (`EVENT`); nowhere else.
2. Who answers. The chance to answer rises with age and differs by race and gender (`ANSWERS_*`), so that the plain mean is too high: older and white
   residents trust more and answer more. Given area, age, race and gender it is pure chance, so weighting by those margins mends it.
   `population_mean` gives the truth that a weighted mean should find.
3. Answers. Each statement is the trust plus an offset (`OFFSETS`) and noise, cut into five steps. Don't know and unsaid demographics are chance.
4. One changed scale: until 2022-Q4 the overall question C1 had four answers, afterwards five (versions 1 and 2): its line must stop there.
5. Stuffing. In `STUFFED` some `STUFFING` equal answers came through one link within minutes, flagged as a burst.
6. Contacts. Four kinds of contact differ (`CONTACT_LEVEL`); in `DROP_AREA` nothing changes after the event: who was in contact was not affected.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_sources.sample import agency, remarks, truth

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SEED_STREAM, CONTACT_STREAM, TRUTH_STREAM = 811, 812, 813
AGES = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
AGE_SHARES = np.array([0.13, 0.19, 0.18, 0.16, 0.15, 0.19])
GENDERS = ("woman", "man", "other")
GENDER_SHARES = np.array([0.508, 0.480, 0.012])
RACES: Mapping[str, list[str]] = {
    "white": ["white"],
    "black": ["black"],
    "hispanic": ["hispanic"],
    "asian": ["asian"],
    "native_american": ["native_american"],
    "multiracial": ["white", "black"],
    "other": ["other"],
}
LEVEL, SPREAD, RISE = 60.0, 19.0, 0.15
AREA_EFFECT = np.array([2.0, -3.0, -2.0, 1.0, -4.0, 4.0, 3.0, 2.0])
RACE_EFFECT = np.array([3.0, -9.0, -4.0, 0.0, -6.0, -3.0, -2.0])
AGE_EFFECT = np.array([-7.0, -4.0, 0.0, 1.0, 4.0, 7.0])
ANSWERS_AGE = np.array([0.35, 0.55, 0.85, 1.05, 1.45, 1.7])
ANSWERS_RACE = np.array([1.25, 0.65, 0.5, 0.85, 0.8, 0.9, 0.8])
ANSWERS_GENDER = np.array([1.15, 0.85, 0.9])
DROP_AREA, DROP, DROP_FROM, EVENT = "Southside", 13.0, 13, "The Mason Street shooting, 9 April 2025 (invented)"
OFFSETS: Mapping[str, float] = {"C1": 0, "C2": 5, "C3": -4, "C4": -3, "C5": -6, "C6": 1, "C7": 12, "C8": 2, "C9": -9, "C10": -8, "C15": 6}
SAFETY: Mapping[str, float] = {"C11": 16, "C12": -8}
GRID: Mapping[str, float] = {"C14_crime": 0, "C14_calls": -5, "C14_solving": -7, "C14_traffic": 3, "C14_working": 1}
CHANNELS = ("web", "poster", "newsletter", "nextdoor", "patrol_card", "event")
CHANNEL_SHARES = (0.42, 0.08, 0.2, 0.18, 0.04, 0.08)
CONCERNS = ("burglary", "violence", "drugs", "traffic", "homeless", "noise", "youth", "domestic", "fraud", "relations")
STUFFED, STUFFING = 14, 64  # the wave 2025-Q3
QUARTERS, PER_WAVE = 16, 560
CONTACTS = ("traffic_stop", "call_for_service", "report_taken", "event")
CONTACT_LEVEL = np.array([58.0, 70.0, 66.0, 80.0])
CONTACT_QUARTERS, CONTACTS_A_QUARTER = 8, 750


@dataclass(frozen=True, slots=True)
class Given:
    """One respondent's answers, parted as the form parts them."""

    answers: dict[str, Any]
    channel: str
    language: str
    week: dt.date
    flags: str = ""
    comments: dict[str, str] = field(default_factory=dict)
    follow_up: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Wave:
    """One quarter: its name, first and last day, the version of the questions, and what came in; `invited` counts of a sent survey."""

    name: str
    opens: dt.date
    closes: dt.date
    version: int
    given: list[Given]
    invited: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _People:
    """Drawn residents: codes of area, race, age and gender, and trust."""

    area: Ints
    race: Ints
    age: Ints
    gender: Ints
    trust: Floats


def margins() -> dict[str, dict[str, float]]:
    """The census of Riverton's adults: question -> category -> people."""
    people = agency.residents()
    total = people.sum()
    return {
        "C19": {name: float(count) for name, count in zip(truth.DISTRICTS, people.sum(axis=1), strict=True)},
        "C20": {name: float(share * total) for name, share in zip(AGES, AGE_SHARES, strict=True)},
        "C21": {name: float(count) for name, count in zip(truth.GROUPS, people.sum(axis=0), strict=True)},
        "C22": {name: float(share * total) for name, share in zip(GENDERS, GENDER_SHARES, strict=True)},
    }


def _drawn(rng: np.random.Generator, size: int, quarter: int, *, who_answers: bool) -> _People:
    """Residents by pure chance, or those who answer."""
    places = agency.residents()
    joint = places[:, :, None, None] / places.sum() * AGE_SHARES[None, None, :, None] * GENDER_SHARES
    if who_answers:
        joint = joint * ANSWERS_RACE[None, :, None, None] * ANSWERS_AGE[None, None, :, None] * ANSWERS_GENDER
    flat = rng.choice(joint.size, size, p=(joint / joint.sum()).ravel())
    area, race, age, gender = (part.astype(np.int64) for part in np.unravel_index(flat, joint.shape))
    centre = LEVEL + RISE * quarter + AREA_EFFECT[area] + RACE_EFFECT[race] + AGE_EFFECT[age]
    fallen = (area == truth.DISTRICTS.index(DROP_AREA)) & (quarter >= DROP_FROM)
    return _People(area, race, age, gender, centre - DROP * fallen + rng.normal(0, SPREAD, size))


def _steps(rng: np.random.Generator, values: Floats, points: int) -> Ints:
    """A latent value from 0 to 100 as one of 1..points."""
    scaled = 1 + (points - 1) * values / 100 + rng.normal(0, 0.55, len(values))
    return np.clip(np.rint(scaled), 1, points).astype(np.int64)


def population_mean(quarter: int, area: str = "") -> float:
    """The trust index of all residents in a quarter (0 to 15), by a large unbiased draw: what a weighted mean should find."""
    rng = np.random.default_rng([truth.SEED, TRUTH_STREAM, quarter])
    people = _drawn(rng, 400_000, quarter, who_answers=False)
    items = np.mean([25.0 * (_steps(rng, people.trust + OFFSETS[name], 5) - 1) for name in ("C2", "C3", "C4", "C5", "C6")], axis=0)
    keep = people.area == truth.DISTRICTS.index(area) if area else np.ones(len(items), dtype=bool)
    return float(items[keep].mean())


def quarter_days(number: int) -> tuple[str, dt.date, dt.date]:
    """Name, first and last day of asking of a quarter."""
    year, place = truth.FIRST.year + number // 4, number % 4
    first = dt.date(year, 3 * place + 1, 8)
    return f"{year}-Q{place + 1}", first, first + dt.timedelta(days=34)


def community(seed: int = truth.SEED, scale: float = 1.0) -> Iterator[Wave]:
    """The community surveys, quarter by quarter; `scale` makes each larger."""
    for number in range(QUARTERS):
        rng = np.random.default_rng([seed, SEED_STREAM, number])
        size = int(PER_WAVE * scale * rng.uniform(0.85, 1.15))
        people = _drawn(rng, size, number, who_answers=True)
        name, first, last = quarter_days(number)
        columns = _columns(rng, people, number)
        given = [_given(rng, place, people, columns, first=first, quarter=number) for place in range(size)]
        if number == STUFFED:
            given += [_stuffed(first) for _ in range(int(STUFFING * max(1.0, scale**0.5)))]
        yield Wave(name, first, last, 1 if number < 4 else 2, given)


def _columns(rng: np.random.Generator, people: _People, quarter: int) -> dict[str, Any]:
    """Every answer of a wave as columns."""
    size = len(people.trust)
    found: dict[str, Any] = {name: _steps(rng, people.trust + offset, 5) for name, offset in {**OFFSETS, **GRID}.items()}
    if quarter < 4:
        found["C1"] = _steps(rng, people.trust, 4)
    safe = 62 + 0.25 * (people.trust - 60) + rng.normal(0, 16, size)
    found |= {name: _steps(rng, safe + offset, 5) for name, offset in SAFETY.items()}
    found["C13"] = _steps(rng, 50 + rng.normal(0, 30, size), 3)
    return {
        "codes": found,
        "unsure": {name: rng.random(size) < 0.03 for name in found},
        "skipped": {name: rng.random(size) < 0.015 for name in found},
        "unsaid": {name: rng.random(size) < 0.05 for name in ("C19", "C20", "C21", "C22")},
        "channel": rng.choice(CHANNELS, size, p=CHANNEL_SHARES),
        "spanish": (people.race == truth.GROUPS.index("hispanic")) & (rng.random(size) < 0.45),
        "week": rng.integers(0, 5, size),
        "writes": rng.random(size) < 0.42,
    }


def _given(rng: np.random.Generator, place: int, people: _People, columns: dict[str, Any], *, first: dt.date, quarter: int) -> Given:
    """One respondent."""
    answers: dict[str, Any] = {}
    for name, codes in columns["codes"].items():
        if not columns["skipped"][name][place]:
            answers[name] = "dont_know" if columns["unsure"][name][place] else int(codes[place])
    answers["C16"] = [str(one) for one in rng.choice(CONCERNS, 3, replace=False)]
    race = truth.GROUPS[people.race[place]]
    said: dict[str, Any] = {
        "C19": truth.DISTRICTS[people.area[place]],
        "C20": AGES[people.age[place]],
        "C21": RACES[race],
        "C22": GENDERS[people.gender[place]],
    }
    answers |= {name: "prefer_not" if columns["unsaid"][name][place] else value for name, value in said.items()}
    spanish = bool(columns["spanish"][place])
    fallen = truth.DISTRICTS[people.area[place]] == DROP_AREA and quarter >= DROP_FROM
    text = remarks.community(rng, quarter, spanish=spanish, after_event=fallen, trust=float(people.trust[place])) if columns["writes"][place] else ""
    week = monday(first) + dt.timedelta(weeks=int(columns["week"][place]))
    return Given(answers, str(columns["channel"][place]), "es" if spanish else "en", week, "", {"C18": text} if text else {})


def monday(day: dt.date) -> dt.date:
    """The Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())


def _stuffed(first: dt.date) -> Given:
    """One of the equal answers that came in a burst."""
    low = {name: 1 + place % 2 for place, name in enumerate((*OFFSETS, *SAFETY, *GRID))}
    demographics = {"C19": "Harbor", "C20": "25-34", "C21": ["white"], "C22": "man"}
    return Given({**low, **demographics}, "web", "en", monday(first) + dt.timedelta(weeks=3), "burst,fast")


def contacts(seed: int = truth.SEED, scale: float = 1.0) -> Iterator[Wave]:
    """The contact surveys of the last two years, quarter by quarter."""
    for number in range(QUARTERS - CONTACT_QUARTERS, QUARTERS):
        rng = np.random.default_rng([seed, CONTACT_STREAM, number])
        size = int(CONTACTS_A_QUARTER * scale)
        name, first, _ = quarter_days(number)
        kind = rng.choice(len(CONTACTS), size, p=(0.34, 0.4, 0.2, 0.06))
        area = rng.choice(len(truth.DISTRICTS), size, p=agency.at_risk().sum(axis=1) / agency.at_risk().sum())
        level = CONTACT_LEVEL[kind] + rng.normal(0, 22, size)
        offsets = {"P1": 6, "P2": 0, "P3": -2, "P4": 2, "P5": 1, "P6": -3, "P8": -6, "P9": 3, "P11": 5}
        codes = {item: _steps(rng, level + offset, 5) for item, offset in offsets.items()}
        given = [
            _contact(
                rng,
                {name: int(column[place]) for name, column in codes.items()},
                kind=CONTACTS[kind[place]],
                area=truth.DISTRICTS[area[place]],
                level=float(level[place]),
                first=first,
            )
            for place in range(size)
        ]
        sent = int(size / 0.17)
        invited = {"contacts": int(sent / 0.82), "sent": sent, "delivered": int(sent * 0.94), "opened": int(sent * 0.31), "answered": size}
        start = dt.date(first.year, first.month, 1)
        end = dt.date(start.year + (start.month == 10), start.month % 12 + 3 if start.month != 10 else 1, 1) - dt.timedelta(days=1)
        yield Wave(name, start, end, 1, given, invited)


def _contact(rng: np.random.Generator, codes: Mapping[str, int], *, kind: str, area: str, level: float, first: dt.date) -> Given:
    """One person after a contact."""
    answers: dict[str, Any] = {name: code for name, code in codes.items() if rng.random() > 0.02}
    if kind in {"traffic_stop", "event"}:
        answers |= {"P8": "not_applicable", "P9": "not_applicable"}
    answers["P7"] = str(rng.choice(["yes", "partly", "no", "not_applicable"], p=(0.48, 0.2, 0.2, 0.12)))
    answers["P10"] = str(rng.choice(["yes", "partly", "no", "not_applicable"], p=(0.45, 0.2, 0.2, 0.15)))
    wants = level < 35 and rng.random() < 0.3
    answers |= {"contact_type": kind, "C19": area, "P12": "yes" if wants else "no"}
    spanish = bool(rng.random() < 0.1)
    comments = {"P13": remarks.contact(rng, spanish=spanish, level=level)} if rng.random() < 0.3 else {}
    wish = (remarks.name(rng), remarks.phone(rng)) if wants else ("", "")
    week = monday(first) + dt.timedelta(weeks=int(rng.integers(0, 11)))
    channel = str(rng.choice(["text", "patrol_card", "email"], p=(0.7, 0.1, 0.2)))
    return Given(answers, channel, "es" if spanish else "en", week, "", comments, wish)
