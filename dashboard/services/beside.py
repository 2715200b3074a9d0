"""What do people say, and what does the agency do, in the same district and year? Side by side, as correlation and never as cause."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData
from dashboard.privacy.release import Released
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Mark, ScatterPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.services import releases
from dashboard.services.published import DECISIONS, Slice, share
from dashboard.services.surveys import contact, reading
from dashboard.services.surveys.reading import Results
from dashboard.stats import survey_scores, together

if TYPE_CHECKING:
    from dashboard.services.house import House

TRUST = "ti-1"
EVERYONE = "all"
QUESTION = "Where trust is low, is policing different there?"
NO_CAUSE = "Correlation only: places differ in much else, and who answers a survey is not who is stopped. Nothing here says what causes what."


@dataclass(frozen=True, slots=True)
class Place:
    """One district (or the whole agency) in one year: what people said and what was done there."""

    name: str
    trust: Estimate
    change: Estimate
    contact: Estimate
    stops: int | None
    searched: Estimate


def answer(house: House, _scope: Scope | None = None) -> Answer:
    """Trust, contact experience, stops and searches of every district in the last year that has both surveys and published stops."""
    edition = releases.in_force(house)
    released = edition.table("stops")
    trust = reading.results(house, "community")
    year = _common_year(trust, released)
    contacts = _contacts(house)
    least = int(house.settings.number("release.min_denominator"))
    names = sorted(set(trust.levels(TRUST, "area")) & set(released.levels("district")))
    places = [_place(name, trust, contacts, (released, least), year) for name in names]
    pattern = together.rank_correlation(*_paired(places))
    rows = tuple((one.name, one.trust, one.change, one.contact, say.count(one.stops), one.searched) for one in places)
    heads = ("District", f"Trust {year}", "Change in a year", "Contacts rated", "Stops", "Share searched")
    kinds = ("", "number", "number", "number", "", "percent")
    whole = _by_year(trust, contacts, released, least)
    return Answer(
        "together.ranks",
        QUESTION,
        _sentence(places, pattern, year),
        Status.OK if any(one.trust.known for one in places) else Status.WITHHELD,
        _picture(places, year),
        (NumberTable(f"District by district, {year}", heads, rows, kinds=kinds), whole),
        (),
        (NO_CAUSE, f"Trust and contact scores of {year} are the mean of that year's waves; stops and searches are the published ones of {year}."),
        pattern,
        edition.provenance(house),
        public=trust.public,
    )


def _common_year(trust: Results, released: Released) -> str:
    """The last year with trust and published stops. NotEnoughData when there is none."""
    asked = {str(wave["opens"])[:4] for wave in trust.waves if trust.cell(wave, TRUST).known}
    both = sorted(asked & set(released.levels("year")))
    if not both:
        raise NotEnoughData(
            "Surveys and published stops have no year in common, so they cannot be put side by side.",
            hint="Close a wave, or import the stops of its year.",
        )
    return both[-1]


def _contacts(house: House) -> Results | None:
    """The results of the contact survey, if there are any."""
    try:
        return reading.results(house, "post_contact")
    except NotEnoughData:
        return None


def in_year(found: Results, measure: str, year: str, cut: str = "whole", level: str = "") -> Estimate:
    """A year's score: the mean of its waves, never across a change of the question."""
    stops = found.broken(measure)
    cells: list[Estimate] = []
    for wave in found.waves:
        if str(wave["opens"])[:4] == year:
            cells = [] if wave["id"] in stops else cells
            cells.append(found.cell(wave, measure, cut, level))
    if cells and not any(one.known for one in cells):
        return cells[-1]
    return survey_scores.pooled([one for one in cells if one.known])


def _place(name: str, trust: Results, contacts: Results | None, published: tuple[Released, int], year: str) -> Place:
    """One district in one year; `published` the released stops and the least denominator."""
    released, least = published
    now, before = (in_year(trust, TRUST, when, "area", name) for when in (year, str(int(year) - 1)))
    rated = Estimate.unavailable("No contact survey.")
    if contacts is not None:
        rated = in_year(contacts, contact.index_of(contacts), year, "area", name)
    levels = {"year": year, "district": name}
    stops = released.count(**levels) if released.has(**levels) else None
    search = next(one for one in DECISIONS if one.key == "search")
    return Place(name, now, survey_scores.change(before, now), rated, stops, share(released, search, EVERYONE, Slice(year, name), least))


def _paired(places: Sequence[Place]) -> tuple[list[float], list[float]]:
    """Trust and share searched of the places where both are shown."""
    both = [(one.trust.value, one.searched.value) for one in places if one.trust.value is not None and one.searched.value is not None]
    return [trust for trust, _ in both], [searched for _, searched in both]


def _sentence(places: Sequence[Place], pattern: Estimate, year: str) -> str:
    """Where trust is highest and lowest with the share searched there, and whether there is a pattern over all places."""
    known = sorted((one for one in places if one.trust.value is not None), key=lambda one: one.trust.value or 0.0)
    if len(known) < 2:
        return f"Too few districts have enough answers in {year} to be put side by side."
    parts = [f"{word} in {one.name} ({one.trust.value:.1f}){_searched(one)}" for word, one in (("lowest", known[0]), ("highest", known[-1]))]
    start = f"In {year} trust was {' and '.join(parts)}."
    if pattern.value is None or pattern.low is None or pattern.high is None:
        return f"{start} {pattern.reason}"
    places_said = f"Over {pattern.n:.0f} districts the rank correlation of trust with the share searched is {_signed(pattern.value)}"
    spread = f"(95% interval {_signed(pattern.low)} to {_signed(pattern.high)})"
    verdict = "a clear pattern, though not a cause" if survey_scores.clear(pattern) else "no clear pattern"
    return f"{start} {places_said} {spread}: {verdict}."


def _searched(one: Place) -> str:
    """', where 14% of stops led to a search'."""
    return f", where {say.percent(one.searched.value)} of stops led to a search" if one.searched.value is not None else ""


def _signed(value: float) -> str:
    """+0.31 or −0.31."""
    return f"{value:+.2f}".replace("-", "−")


def _picture(places: Sequence[Place], year: str) -> tuple[ScatterPlot, ...]:
    """Every district: share searched across, trust upward, with both intervals."""
    marks = tuple(
        Mark(one.searched.value, one.trust.value, float(one.stops or 1), one.name, "", _ends(one.searched), _ends(one.trust))
        for one in places
        if one.trust.value is not None and one.searched.value is not None
    )
    if not marks:
        return ()
    subtitle = f"Each dot is a district in {year}, its size the number of stops; lines are 95% intervals"
    return (
        ScatterPlot(
            "Trust and searches, district by district",
            subtitle,
            marks,
            "share of stops with a search",
            "trust, 0 to 100",
            "number",
            x_scale="percent",
        ),
    )


def _ends(one: Estimate) -> tuple[float, float] | None:
    """Both ends of an interval."""
    return None if one.low is None or one.high is None or not math.isfinite(one.high) else (one.low, one.high)


def _by_year(trust: Results, contacts: Results | None, released: Released, least: int) -> NumberTable:
    """The whole agency, year by year."""
    search = next(one for one in DECISIONS if one.key == "search")
    years = sorted({str(wave["opens"])[:4] for wave in trust.waves} | set(released.levels("year")))
    rows = []
    for year in years:
        out = year in released.levels("year")
        rated = in_year(contacts, contact.index_of(contacts), year) if contacts is not None else Estimate.unavailable("No contact survey.")
        searched = share(released, search, EVERYONE, Slice(year), least) if out else Estimate.unavailable("Nothing published.")
        rows.append((year, in_year(trust, TRUST, year), rated, say.count(released.count(year=year)) if out else say.NOT_AVAILABLE, searched))
    heads = ("Year", "Trust", "Contacts rated", "Stops", "Share searched")
    return NumberTable("The whole agency, year by year", heads, tuple(rows), kinds=("", "number", "number", "", "percent"))
