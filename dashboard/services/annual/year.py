"""How does the year assemble? Every part asked as anybody would ask it, so that nothing but published numbers can come in."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.principal import ANYONE
from dashboard.errors import CommonGroundError, NotEnoughData, ScopeError
from dashboard.registry import Measure, measures
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.result import NumberTable
from dashboard.schema.scope import Audience, Scope
from dashboard.services import forms, releases
from dashboard.services.annual.parts import PARTS, Asked, Declared
from dashboard.services.house import House
from dashboard.services.open_packages import LICENCES
from dashboard.services.outreach import held
from dashboard.services.surveys import reading

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL_YEARS = "All published years together"
EARLIEST, LATEST = 1990, 2200


@dataclass(frozen=True, slots=True)
class Said:
    """One answer, and the time it speaks for: the year, or all published years."""

    answer: Answer
    covers: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the year: its answers, and in a sentence each what there is not. Without answers the whole part is missing."""

    name: str
    title: str
    page: str
    said: tuple[Said, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """The whole year, ready to be written: parts, methods, sources, and what must be known about the file."""

    year: int
    agency: str
    made_on: dt.date
    sample: bool
    parts: tuple[Part, ...]
    methods: tuple[Measure, ...]
    sources: NumberTable
    settings: NumberTable | None
    licence: tuple[str, str]
    limits: tuple[str, ...]

    @property
    def title(self) -> str:
        """What it is called."""
        return f"Annual transparency report {self.year}"


def whole_year(year: int) -> Scope:
    """The slice that the public pages ask for when this year is chosen."""
    return Scope(dt.date(year, 1, 1), dt.date(year, 12, 31), audience=Audience.PUBLIC)


def years(house: House) -> list[int]:
    """Which years have anything that is published? The newest first."""
    public = House(house.home, house.settings, ANYONE)
    found: set[int] = {int(one) for one in held.years(public)}
    with contextlib.suppress(NotEnoughData):
        tables = [table for table in releases.in_force(public).tables if any(one.name == "year" for one in table.dimensions)]
        found |= {int(level) for table in tables for level in table.levels("year") if str(level).isdigit()}
    for family in ("community", "post_contact"):
        with contextlib.suppress(NotEnoughData):
            found |= {int(str(wave["opens"])[:4]) for wave in reading.results(public, family).waves}
    return sorted(found, reverse=True)


def assemble(house: House, year: int) -> Year:
    """One year out of published answers. NotEnoughData when no part of it has anything; ScopeError for what is no year."""
    if not EARLIEST <= year <= LATEST:
        raise ScopeError(f"{year} is not a year that can be reported.", hint="Give a year such as 2025.")
    public = House(house.home, house.settings, ANYONE)
    parts = tuple(_part(public, one, whole_year(year)) for one in PARTS)
    if not any(part.said for part in parts):
        raise NotEnoughData(f"Nothing is published for {year}, so there is nothing to report.", hint="Choose a year that the public pages show.")
    answers = [said.answer for part in parts for said in part.said]
    names = dict.fromkeys(answer.measure for answer in answers)
    return Year(
        year,
        house.name,
        forms.today(house),
        house.home.sample,
        parts,
        tuple(measures()[name] for name in names if name in measures()),
        _sources(public, parts),
        _settings(answers),
        LICENCES[house.settings.text("open_data.licence")],
        tuple(_limits(year, forms.today(house))),
    )


def _part(house: House, declared: Declared, scope: Scope) -> Part:
    """One part. A part that has nothing of this year is missing, and its sentence says why: numbers of all years alone would stand in for it."""
    said: list[Said] = []
    missing: dict[str, list[str]] = {}
    for place, one in enumerate(declared.asked):
        try:
            said.append(_said(house, one, scope))
        except CommonGroundError as error:
            if place == 0 and not declared.each:
                return Part(declared.name, declared.title, declared.page, (), (_sentence(error), *declared.apart))
            missing.setdefault(_sentence(error), []).append(one.topic)
    if declared.each and all(one.covers == ALL_YEARS for one in said):
        said = []
    alone = not said and len(missing) == 1
    without = tuple(sentence if alone else f"{say.listed(topics).capitalize()}: {sentence}" for sentence, topics in missing.items())
    return Part(declared.name, declared.title, declared.page, tuple(said), (*without, *declared.apart))


def _sentence(error: CommonGroundError) -> str:
    """Why there is no answer, for residents: hints about what staff could import are left out, which years there are is not."""
    return f"{error.message} {error.hint}" if error.hint.startswith("Published") else error.message


def _said(house: House, asked: Asked, scope: Scope) -> Said:
    """The answer to one question, and whether the year narrows it."""
    answer = asked.ask(house, scope)
    if not answer.public:
        raise NotEnoughData("This is not published.")
    if asked.always:
        return Said(answer, str(scope.start.year) if scope.start else ALL_YEARS)
    try:
        whole = asked.ask(house, scope.narrowed(start=None, end=None))
    except CommonGroundError:
        whole = None
    same = whole is not None and (whole.sentence, whole.pictures, whole.tables) == (answer.sentence, answer.pictures, answer.tables)
    return Said(answer, ALL_YEARS if same or scope.start is None else str(scope.start.year))


def _sources(house: House, parts: tuple[Part, ...]) -> NumberTable:
    """Which release each part rests on."""
    made: dict[str, str] = {}
    try:
        edition = releases.in_force(house)
        made[edition.release_id] = edition.made_on
    except NotEnoughData:
        pass
    rows: dict[tuple[str, str], list[str]] = {}
    for part in parts:
        for release in dict.fromkeys(said.answer.provenance.release for said in part.said):
            rows.setdefault((release or "Public records of this system", made.get(release, "")), []).append(part.title)
    listed = tuple((release, day or _day(release, forms.today(house)), ", ".join(titles)) for (release, day), titles in rows.items())
    return NumberTable("Releases behind this report", ("Release", "Made on", "Used in"), listed)


def _day(release: str, today: dt.date) -> str:
    """The day on which a release was made: in the name of a survey's release, else the day of the report, from public records as they are."""
    start = release[:8]
    return f"{start[:4]}-{start[4:6]}-{start[6:]}" if start.isdigit() else f"{today}"


def _settings(answers: list[Answer]) -> NumberTable | None:
    """The settings that were in force and could change a number."""
    pairs = dict.fromkeys(pair for answer in answers for pair in answer.provenance.settings)
    return NumberTable("Settings in force", ("Setting", "Value"), tuple(pairs)) if pairs else None


def _limits(year: int, today: dt.date) -> Iterator[str]:
    """What holds for every number."""
    if today <= dt.date(year, 12, 31):
        yield f"{year} is not over: numbers of this year are those published up to {today}."
    yield "Every number comes from what the public pages showed on the day this report was made; none was computed for it from single records."
    yield "An interval says how far chance alone could have moved a number. It says nothing about what was not recorded."
    yield f"Where a part says '{ALL_YEARS.lower()}', its numbers are not published by year, so that nobody can be singled out."
    yield "'Not shown' stands where few people are behind a number. 'Not available' stands where a number is unknown. Neither means zero."
    yield "No number here says why a difference exists, and a difference that is not clear is no proof that there is none."
