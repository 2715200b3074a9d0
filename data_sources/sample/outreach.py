"""Where did Riverton's police meet its residents? Two years of events with planted truth.

1. `NEGLECTED` has no event at all; it is the district where trust falls (see opinions.DROP_AREA), so both are seen together.
2. Who comes. Each visit is drawn by the district's residents times `COMES` (relative chance to come, by group): Hispanic residents come less
   than half as often as others, unless the event is held in Spanish too (`IN_SPANISH` times more).
3. Outreach changes nothing in the surveys: an honest before-and-after must not find an effect of events.
4. Promises. `KEPT_SHARE` of those that are due were kept; two are overdue.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from data_sources.sample import agency, opinions, truth

STREAM = 821
NEGLECTED = opinions.DROP_AREA
YEARS = (truth.LAST.year - 1, truth.LAST.year)
COMES = {"white": 1.0, "black": 0.8, "hispanic": 0.4, "asian": 0.9, "multiracial": 1.0, "native_american": 1.0, "other": 1.0}
IN_SPANISH = 1.5
KEPT_SHARE = 0.7
A_YEAR = {"Northgate": 8, "Old Town": 7, "Eastfield": 6, "Harbor": 4, "Westbrook": 6, "University": 5, "Mill Island": 1}
CITY_WIDE = 4
USUAL = {"coffee": (14, 45), "youth": (18, 70), "meeting": (20, 90), "council": (10, 24), "academy": (12, 26), "walk": (8, 30), "fair": (80, 260)}
TITLES = {
    "coffee": "Coffee with a Cop, {place}",
    "youth": "Basketball night, {place}",
    "meeting": "Neighborhood meeting, {place}",
    "council": "Advisory council",
    "academy": "Citizen academy, evening {n}",
    "walk": "Walk with the beat officers, {place}",
    "fair": "Open day, {place}",
}
PLACES = ("public library", "community center", "school gym", "farmers market", "corner bakery", "town hall")
PARTNERS = ("", "Public library", "Schools", "Tenants' association", "Food bank", "Chamber of commerce", "Interfaith council")
PROMISES = (
    ("Repair the street lights on the square with Public Works", "Public Works replaced eleven lamps."),
    ("Post the monthly traffic-stop numbers at the library", "Posted since the month after."),
    ("An officer at the school crossing on weekday mornings", "Two officers share the crossing."),
    ("Answer every question left on the cards", "All cards were answered by mail."),
    ("Explain the search consent form in Spanish", "The form is printed in both languages now."),
    ("Come back with the results of the survey", "Presented at the next meeting."),
    ("A phone number for noise complaints that somebody answers", "The number is on the website."),
)
NOT_DONE = "The money was not granted; asked for again next year."


@dataclass(frozen=True, slots=True)
class Held:
    """One event as it was written down, and what was promised there: (words, due, what was done; '' while open)."""

    title: str
    kind: str
    day: dt.date
    starts: str
    ends: str
    place: str
    district: str
    languages: str
    partners: str
    staff: int
    attendance: int
    cost: float
    groups: dict[str, int]
    promises: tuple[tuple[str, dt.date, str, str], ...]


def events(seed: int = truth.SEED) -> Iterator[Held]:
    """Every event of the two years, day by day within a year."""
    for year in YEARS:
        rng = np.random.default_rng([seed, STREAM, year])
        wanted = [(name, n) for name, count in A_YEAR.items() for n in range(count)] + [("", n) for n in range(CITY_WIDE)]
        days = np.sort(rng.choice(np.arange(5, 360), len(wanted), replace=False))
        for day, place in zip(days, rng.permutation(len(wanted)), strict=True):
            district, number = wanted[place]
            yield _one(rng, dt.date(year, 1, 1) + dt.timedelta(days=int(day)), district, number)


def _one(rng: np.random.Generator, day: dt.date, district: str, number: int) -> Held:
    """One event."""
    kinds = ("coffee", "youth", "meeting", "walk") if district else ("council", "academy", "fair")
    kind = str(rng.choice(kinds))
    low, high = USUAL[kind]
    came = int(rng.integers(low, high + 1)) if district != "Mill Island" else int(rng.integers(3, 5))
    spanish = bool(rng.random() < 0.35)
    where = str(rng.choice(PLACES))
    start = int(rng.choice([8, 9, 10] if kind == "coffee" else [17, 18, 19]))
    groups = _who(rng, district, came, spanish=spanish) if rng.random() < 0.8 else {}
    return Held(
        TITLES[kind].format(place=district or "Riverton", n=number + 1),
        kind,
        day,
        f"{start:02d}:00",
        f"{start + 1:02d}:30",
        f"{district} {where}".strip(),
        district,
        "English, Spanish" if spanish else "English",
        str(rng.choice(PARTNERS)),
        int(rng.integers(2, 7)),
        came,
        float(rng.integers(3, 40) * 10),
        groups,
        _promises(rng, day) if rng.random() < 0.15 else (),
    )


def _who(rng: np.random.Generator, district: str, came: int, *, spanish: bool) -> dict[str, int]:
    """The counted groups of those who came."""
    lives = agency.residents()
    row = lives[truth.DISTRICTS.index(district)] if district else lives.sum(axis=0)
    weight = row * np.array([COMES[group] * (IN_SPANISH if spanish and group == "hispanic" else 1.0) for group in truth.GROUPS])
    drawn = rng.multinomial(came, weight / weight.sum())
    return {group: int(n) for group, n in zip(truth.GROUPS, drawn, strict=True) if n}


def _promises(rng: np.random.Generator, day: dt.date) -> tuple[tuple[str, dt.date, str, str], ...]:
    """What was promised: (words, due, state, what was done)."""
    words, done = PROMISES[int(rng.integers(len(PROMISES)))]
    due = day + dt.timedelta(days=int(rng.integers(30, 120)))
    u = rng.random()
    state = "kept" if u < KEPT_SHARE else "not_kept" if u < KEPT_SHARE + 0.2 else "open"
    return ((words, due, state, {"kept": done, "not_kept": NOT_DONE, "open": ""}[state]),)
