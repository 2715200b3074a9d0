"""How is one stretch of Riverton's stops drawn, and how does it become canonical rows?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dashboard.schema import words as schema_words
from dashboard.schema.tables import STOPS
from data_sources.sample import agency, columns, light, searches, traffic, truth

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]

STREAM = 2  # number of this table in the seeds
RIDERS = 0.03
RACES = (*truth.GROUPS, "unknown")
UNKNOWN = len(truth.GROUPS)
# flags recorded, and the group under the DOJ rule; several variants per group with their chances
FLAGS: tuple[tuple[tuple[str, ...], float, str], ...] = (
    *(((group,), 1.0, group) for group in ("white", "black", "asian", "native_american", "other")),
    (("hispanic",), 0.85, "hispanic"),
    (("hispanic", "white"), 0.11, "multiracial"),
    (("black", "hispanic"), 0.04, "multiracial"),
    (("black", "white"), 0.5, "multiracial"),
    (("asian", "white"), 0.3, "multiracial"),
    (("native_american", "white"), 0.2, "multiracial"),
)
FLAG_WORDS = columns.sorted_set([row[0] for row in FLAGS])
# per race code: cumulative chances and codes into FLAGS
_VARIANTS = {"hispanic": ((0.85, 0.96, 1.0), (5, 6, 7)), "multiracial": ((0.5, 0.8, 1.0), (8, 9, 10))}
VEHICLE_REASONS = ("traffic_moving", "traffic_equipment", "traffic_regulatory", "traffic_impaired", "traffic_unspecified", "investigation")
OTHER_REASONS = ("reasonable_suspicion", "probable_cause", "warrant_or_wanted", "welfare", "investigation", "other")
REASONS = (*VEHICLE_REASONS, *OTHER_REASONS)
RAW_REASONS = tuple(f"{number:02d} {schema_words.label(reason)}" for number, reason in enumerate(REASONS, start=1))
BY_DAY, BY_NIGHT = np.cumsum((0.55, 0.16, 0.21, 0.01, 0.04, 0.03)), np.cumsum((0.46, 0.26, 0.15, 0.06, 0.04, 0.03))
ON_FOOT = np.cumsum((0.58, 0.13, 0.08, 0.08, 0.09, 0.04))
RESULTS = ("warning_verbal", "warning_written", "citation", "cite_release", "summons", "arrest")  # least severe first: bits of a mask
RESULT_WORDS = tuple(
    "|".join(sorted(word for bit, word in enumerate(RESULTS) if mask >> bit & 1)) or "no_action" for mask in range(2 ** len(RESULTS))
)
WORST = ("no_action", *RESULTS)
BLEMISHES = ("", "time_blank", "placeholder_time", "age_out_of_range")
BEATS = tuple(f"B{number:02d}" for number in range(1 + 4 * len(truth.DISTRICTS)))
STREETS = ("Maple Ave", "River Rd", "2nd St", "Mill Rd", "Station St", "College Ave", "Harbor Blvd", "Oak St", "Center St", "Lake Dr")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive stops as codes and numbers, in order of time. `first` is the number of the first row, counted from 0 over the whole sample."""

    first: int
    leader: Ints
    day: Ints
    minute: Ints
    known: Marks
    blank: Marks
    vehicle: Marks
    bicycle: Marks
    district: Ints
    race: Ints
    flags: Ints
    officer: Ints
    beat: Ints
    lat: Floats
    lng: Floats
    street: Ints
    female: Marks
    age: Ints
    resident: Ints
    reason: Ints
    called: Marks
    frisked: Marks
    search: searches.Searches
    results: Ints
    arrested: Marks
    force: Marks
    camera: Ints
    duration: Ints

    def __len__(self) -> int:
        return len(self.day)


def days_of(seed: int, stops: int) -> Ints:
    """How many stops come before the end of each day."""
    return np.cumsum(np.random.default_rng([seed, STREAM]).multinomial(stops, traffic.volume()))


def _when(rng: np.random.Generator, ends: Ints, first: int, last: int) -> tuple[Ints, Ints, Ints]:
    """Day, minute and leader of rows first..last: a rider shares the encounter of the row before."""
    day = np.searchsorted(ends, np.arange(first, last), side="right")
    minute = traffic.minutes(rng, day)
    order = np.argsort(day * 1440 + minute, kind="stable")
    day, minute = day[order], minute[order]
    rider = rng.random(len(day)) < RIDERS
    rider[0] = False
    rider[1:] &= ~rider[:-1]
    return day, minute, np.arange(len(day)) - rider


@lru_cache(maxsize=1)
def _staying() -> Floats:
    """Chance that a driver at risk lives in the city (districts, groups)."""
    return agency.drivers() * (1 - agency.LEAVE) / agency.at_risk()


def flags_of(rng: np.random.Generator, race: Ints) -> Ints:
    """Which flags were ticked for each race code; -1 for unknown."""
    simple = np.array([{"white": 0, "black": 1, "asian": 2, "native_american": 3, "other": 4}.get(name, -1) for name in RACES])
    found = simple[race]
    u = rng.random(len(race))
    for name, (chances, codes) in _VARIANTS.items():
        own = race == RACES.index(name)
        found[own] = np.take(codes, np.searchsorted(chances, u[own], side="right"))
    return found


def _reasons(rng: np.random.Generator, vehicle: Marks, minute: Ints) -> Ints:
    """Main reason; equipment and impairment are seen more at night, alike for all groups."""
    u = rng.random(len(vehicle)) * (1 - 1e-9)
    night = (minute >= 20 * 60) | (minute < 6 * 60)
    driving = np.where(night, np.searchsorted(BY_NIGHT, u), np.searchsorted(BY_DAY, u))
    return np.minimum(np.where(vehicle, driving, len(VEHICLE_REASONS) + np.searchsorted(ON_FOOT, u)), len(REASONS) - 1)


def _results(rng: np.random.Generator, vehicle: Marks, arrested: Marks, found: Marks, citing: Floats) -> Ints:
    """A mask over RESULTS: what happened at the end of each stop. Depends on finds and on who was already arrested, never on the group."""
    rows = len(vehicle)
    u, v, w = rng.random(rows), rng.random(rows), rng.random(rows)
    arrest = arrested | (found & (u < 0.5))
    summons = found & ~arrest & (u < 0.65)
    release = found & ~arrest & ~summons & (u < 0.85)
    cited = ~summons & ~release & (v < np.where(vehicle, 1 / (1 + np.exp(0.1 - citing)), 0.08)) & (~arrest | (w < 0.3))
    warned = ~(arrest | summons | release | cited) & (w < np.where(vehicle, 0.88, 0.35))
    written = warned & (w < np.where(vehicle, 0.30, 0.02))
    bits = (warned & ~written, written, cited, release, summons, arrest)
    return np.asarray(sum(mask.astype(np.int64) << bit for bit, mask in enumerate(bits)))


@dataclass(frozen=True, slots=True)
class Encounter:
    """What all people of one encounter share, one row per person: a rider's row repeats the row before."""

    leader: Ints
    day: Ints
    minute: Ints
    vehicle: Marks
    district: Ints
    group: Ints
    officer: Ints
    reason: Ints


def _encounters(rng: np.random.Generator, seed: int, ends: Ints, first: int, last: int) -> Encounter:
    """When, where, by whom and why; and the group, which riders share with the driver."""
    day, minute, leader = _when(rng, ends, first, last)
    rows = last - first
    vehicle = rng.random(rows) >= traffic.on_foot(minute)
    vehicle[leader[leader != np.arange(rows)]] = True
    district = np.searchsorted(np.cumsum(agency.stop_weights().sum(axis=1))[:-1], rng.random(rows), side="right")
    group = traffic.mix().draw(rng, vehicle, district, minute, light.darkness()[day, minute])
    half = np.searchsorted(agency.half_starts(), light.days()[day], side="right") - 1
    watch = np.where((minute >= 360) & (minute < 840), 0, np.where((minute >= 840) & (minute < 1320), 1, 2))
    cell, u = (half * len(truth.DISTRICTS) + district) * 3 + watch, rng.random(rows)
    officer = np.where(vehicle, agency.on_duty(agency.duty(seed, True), cell, u), agency.on_duty(agency.duty(seed, False), cell, u))
    reason = _reasons(rng, vehicle, minute)
    return Encounter(leader, day[leader], minute[leader], vehicle[leader], district[leader], group[leader], officer[leader], reason[leader])


def _persons(rng: np.random.Generator, met: Encounter) -> dict[str, Any]:
    """Who the people are, as recorded."""
    rows = len(met.day)
    race = np.where(rng.random(rows) < truth.UNKNOWN_SHARE, UNKNOWN, met.group)
    age = np.minimum(16 + rng.gamma(2.0, 9.5, rows), 92).astype(int)
    lives = (rng.random(rows) < _staying()[met.district, met.group]).astype(int)
    return {
        "race": race,
        "flags": flags_of(rng, race),
        "female": rng.random(rows) < 0.34,
        "age": np.where(rng.random(rows) < 0.002, -1, age),
        "resident": np.where(rng.random(rows) < 0.01, -1, lives),
    }


def _conduct(rng: np.random.Generator, met: Encounter, officers: agency.Officers) -> dict[str, Any]:
    """What officers did and how it ended."""
    rows, vehicle = len(met.day), met.vehicle
    early = rng.random(rows) < np.where(vehicle, 0.012, 0.03) + 0.7 * (met.reason == REASONS.index("warrant_or_wanted"))
    frisked = rng.random(rows) < np.where(vehicle, 0.02, 0.20)
    search = searches.draw(rng, district=met.district, group=met.group, vehicle=vehicle, arrested=early, frisked=frisked)
    results = _results(rng, vehicle, early, search.found, officers.citing[met.officer])
    arrested = results >= 2 ** (len(RESULTS) - 1)
    camera = (rng.random(rows) < 0.72 + 0.06 * met.day / 365.25).astype(int)
    mean = np.where(vehicle, 11, 15) + 14 * search.searched + 28 * arrested
    return {
        "frisked": frisked,
        "search": search,
        "results": results,
        "arrested": arrested,
        "force": rng.random(rows) < np.where(arrested, 0.03, 0.0006) * officers.force[met.officer],
        "camera": np.where(rng.random(rows) < 0.01, -1, camera),
        "duration": np.clip(rng.gamma(4.0, mean / 4.0), 1, 1440).astype(int),
    }


def _places(rng: np.random.Generator, met: Encounter) -> dict[str, Any]:
    """Where exactly."""
    rows = len(met.day)
    centres = np.array([agency.PLACES[name][:2] for name in truth.DISTRICTS])[met.district]
    spots = np.round(centres + rng.normal(0, 0.006, (rows, 2))[met.leader], 5)
    street = rng.integers(1, 90, rows) * len(STREETS) + rng.integers(0, len(STREETS), rows)
    beat = 1 + 4 * met.district + rng.integers(0, 4, rows)[met.leader]
    return {"beat": beat, "lat": spots[:, 0], "lng": spots[:, 1], "street": street[met.leader]}


def stretch(seed: int, ends: Ints, number: int, first: int, last: int) -> Stretch:
    """Draw rows first..last (the stretch `number`) of a sample whose days end at `ends`."""
    rng = np.random.default_rng([seed, STREAM, number])
    met = _encounters(rng, seed, ends, first, last)
    rows, leader, vehicle = last - first, met.leader, met.vehicle
    u = rng.random(rows)[leader]
    blank = u < truth.BLANK_TIME_SHARE
    midnight = ~blank & (u < truth.BLANK_TIME_SHARE + truth.MIDNIGHT_SHARE)
    return Stretch(
        first=first,
        leader=leader,
        day=met.day,
        minute=np.where(midnight, 0, met.minute),
        known=~(blank | midnight),
        blank=blank,
        vehicle=vehicle,
        bicycle=~vehicle & (rng.random(rows) < 0.07)[leader],
        district=met.district,
        officer=met.officer,
        reason=met.reason,
        called=(rng.random(rows) < np.where(vehicle, 0.02, 0.30))[leader],
        **_places(rng, met),
        **_persons(rng, met),
        **_conduct(rng, met, agency.officers(seed)),
    )


def age_bands(age: Ints) -> Ints:
    """Code of the age band; unknown for a negative age."""
    return np.where(age < 0, len(schema_words.AGE_BANDS) - 1, np.searchsorted(schema_words.AGE_BAND_STARTS, age, side="right") - 1)


def person(race: Ints, flags: Ints, female: Marks, age: Ints) -> dict[str, pa.Array]:
    """The canonical columns about a person."""
    doj = np.array([RACES.index(row[2]) for row in FLAGS])
    return {
        "race_group": columns.words(race, RACES),
        "race_group_doj": columns.words(np.where(flags < 0, UNKNOWN, doj[flags]), RACES),
        "race_flags": columns.words(np.where(flags < 0, len(FLAG_WORDS), flags), (*FLAG_WORDS, "unknown")),
        "race_source": columns.constant("officer_perceived", len(race)),
        "sex": columns.words(female.astype(int), ("male", "female")),
        "age": columns.numbers(age, age < 0),
        "age_band": columns.words(age_bands(age), schema_words.AGE_BANDS),
    }


def officer_keys(seed: int) -> tuple[str, ...]:
    """The pseudonym of each officer."""
    return tuple(columns.hashed(np.arange(truth.OFFICERS), np.full(truth.OFFICERS, seed), digits=16).to_pylist())


def when(day: Ints, minute: Ints, known: Marks, blank: Marks) -> dict[str, pa.Array]:
    """The canonical columns about date and time."""
    shown = np.where(blank, -1, minute)
    return {
        "date": columns.numbers(light.days()[day]),
        "time": columns.clock(shown),
        "minute": columns.numbers(shown, blank),
        "time_known": columns.numbers(known),
    }


def _outcome(batch: Stretch) -> dict[str, pa.Array]:
    """The canonical columns about search and result."""
    search = batch.search
    worst = np.where(batch.results > 0, np.floor(np.log2(np.maximum(batch.results, 1))).astype(int) + 1, 0)
    return {
        "frisked": columns.numbers(batch.frisked),
        "searched": columns.numbers(search.searched),
        "search_of": columns.words(search.of, searches.OF_WORDS),
        "search_bases": columns.words(search.basis, searches.BASIS_WORDS),
        "search_class_opp": columns.words(search.classes(0), searches.CLASS_WORDS),
        "search_class_ripa": columns.words(search.classes(1), searches.CLASS_WORDS),
        "search_class_sdut": columns.words(search.classes(2), searches.CLASS_WORDS),
        "contraband_found": columns.numbers(search.found, ~(search.searched | batch.frisked)),
        "contraband_types": columns.words(search.kind, searches.TYPE_WORDS),
        "outcome": columns.words(worst, WORST),
        "outcomes_all": columns.words(batch.results, RESULT_WORDS),
        "arrest_made": columns.numbers(batch.arrested),
        "force_used": columns.numbers(batch.force),
        "bwc_recorded": columns.flags(batch.camera),
        "duration_min": columns.numbers(batch.duration),
    }


def table(batch: Stretch, seed: int) -> pa.Table:
    """The stretch as canonical rows."""
    rows = len(batch)
    rider = batch.leader != np.arange(rows)
    keys = batch.first + 1 + batch.leader
    kinds = np.where(batch.vehicle, 0, np.where(batch.bicycle, 2, 1))
    blemish = np.where(batch.blank, 1, np.where(~batch.known, 2, np.where(batch.age < 0, 3, 0)))
    streets = tuple(f"{block}00 block {street}" if block else "" for block in range(90) for street in STREETS)
    known = {
        "stop_person_id": columns.numbered("RV", keys, 9, rider + 1),
        "stop_id": columns.numbered("RV", keys, 9),
        "agency_id": columns.constant(truth.AGENCY, rows),
        **when(batch.day, batch.minute, batch.known, batch.blank),
        "date_precision": columns.constant("day", rows),
        "stop_type": columns.words(kinds, ("vehicular", "pedestrian", "bicycle")),
        "person_role": columns.words(np.where(rider, 1, np.where(batch.vehicle, 0, 2)), ("driver", "passenger", "pedestrian")),
        "initiated_by": columns.words(batch.called.astype(int), ("officer", "call_for_service")),
        "district": columns.words(batch.district, truth.DISTRICTS),
        "beat": columns.words(batch.beat, BEATS),
        "lat": columns.numbers(batch.lat),
        "lng": columns.numbers(batch.lng),
        "location_text": columns.words(batch.street, streets),
        **person(batch.race, batch.flags, batch.female, batch.age),
        "resident": columns.words(np.where(batch.resident < 0, 2, 1 - batch.resident), ("resident", "non_resident", "unknown")),
        "stop_reason_group": columns.words(batch.reason, REASONS),
        "stop_reason_raw": columns.words(batch.reason, RAW_REASONS),
        **_outcome(batch),
        "officer_key": columns.words(batch.officer, officer_keys(seed)),
    }
    whole = np.arange(batch.first, batch.first + rows)
    fingerprint = columns.hashed(
        whole, batch.day, batch.minute, batch.district, batch.race, batch.officer, batch.results, batch.search.basis, batch.age
    )
    return columns.assembled(STOPS, known, batch.first + 1, fingerprint, columns.words(blemish, BLEMISHES))
