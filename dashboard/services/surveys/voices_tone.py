"""How do people feel about it? The tone of many comments together: over time, by theme, by area; never a verdict on one comment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot, Picture, Point, Series, TrendPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.services.surveys import voices_read as reading
from dashboard.services.surveys.trust import period_of
from dashboard.services.surveys.voices_read import Voices, tone_of
from dashboard.stats import survey_scores

if TYPE_CHECKING:
    from dashboard.schema.scope import Scope
    from dashboard.services.house import House

SCALE = "mean tone, from −1 (harsh) to 1 (kind)"


def tone(house: House, survey_id: str = "") -> Answer:
    """The tone over time, of each theme and of each area in the last period, and what it could not be scored for."""
    found = reading.voices(house, survey_id)
    wave = found.latest
    now = found.tone(wave)
    lines = tuple(Point(period_of(one), found.tone(one)) for one in found.waves if one["n"] is not None)
    pictures: list[Picture] = []
    if any(point.estimate.known for point in lines):
        pictures.append(
            TrendPlot(
                "Tone of comments, wave by wave", f"English comments only; bands are 95% intervals; {SCALE}", (Series("Tone", "", lines),), "number"
            )
        )
    pictures += _by_theme(found)
    return Answer(
        "text.tone",
        "How do people feel about it?",
        f"{_sentence(found, now)} {_not_scored(wave)}".strip(),
        Status.OK if now.known else Status.UNAVAILABLE,
        tuple(pictures),
        _tables(found),
        (),
        (*found.notes(), _not_scored(wave)),
        wave.get("tone"),
        found.provenance(),
        public=found.public,
    )


def _sentence(found: Voices, now: Estimate) -> str:
    """The tone of the last wave, and whether it moved."""
    wave = found.latest
    if now.value is None:
        return f"The tone of {wave['name']} is not available: 30 scored comments are needed."
    how = f"95% interval {spread(now)}; {say.count(now.n)} scored"
    begin = f"The tone of comments in {wave['name']} is {signed(now.value)} on a scale from −1 to 1 ({how})"
    before = next((one for one in found.waves if one["name"] == wave.get("since")), None)
    gap = change(found.tone(before) if before else Estimate.unavailable(""), now)
    if gap.value is None:
        return f"{begin}."
    if survey_scores.clear(gap):
        return f"{begin}, {'kinder' if gap.value > 0 else 'harsher'} than in {wave['since']} by {abs(gap.value):.2f} ({spread(gap)})."
    return f"{begin}; no clear change since {wave['since']} ({signed(gap.value)}; {spread(gap)})."


def change(before: Estimate, after: Estimate) -> Estimate:
    """after - before with an interval from both; not available where either is."""
    return survey_scores.change(before, after)


def signed(value: float) -> str:
    """+0.12 or −0.12."""
    return f"{value:+.2f}".replace("-", "−")


def spread(one: Estimate) -> str:
    """−0.20 to −0.04."""
    return f"{signed(one.low or 0.0)} to {signed(one.high or 0.0)}"


def _not_scored(wave: Mapping[str, Any]) -> str:
    """What has no tone, and why."""
    if wave["n"] is None:
        return ""
    english = wave.get("english")
    if english is None:
        return "Tone is not available for comments in other languages than English."
    return (
        f"Tone is not available for the {say.count(wave['n'] - english)} comments in Spanish or too short to tell: the word list reads English only."
    )


def _by_theme(found: Voices) -> list[Picture]:
    """Each theme's tone, and each area's, in the last period."""
    made: list[Picture] = []
    for period in found.periods[-1:]:
        themes = tuple(Dot(found.label(theme), tone_of(period["tone"].get(theme)), stands_out=False) for theme in found.themes(period))
        areas = tuple(Dot(name, found.tone(known), stands_out=False) for name, known in period["areas"].items())
        for title, dots in (("Tone by theme", themes), ("Tone by area", areas)):
            if any(dot.estimate.known for dot in dots):
                kept = tuple(dot for dot in dots if dot.estimate.known)
                made.append(
                    DotPlot(f"{title}, {period['name']}", f"English comments only; {SCALE}", _ordered(kept), "number", 0.0, "neutral", "mean tone")
                )
    return made


def _ordered(dots: tuple[Dot, ...]) -> tuple[Dot, ...]:
    """The harshest first."""
    return tuple(sorted(dots, key=lambda dot: dot.estimate.value or 0.0))


def _tables(found: Voices) -> tuple[NumberTable, ...]:
    """Waves, themes and areas."""
    waves = tuple((wave["name"], _written(found.tone(wave)), _n(found.tone(wave))) for wave in reversed(found.waves))
    tables = [NumberTable("Tone by wave", ("Wave", "Tone (95% interval)", "Scored comments"), waves)]
    for period in found.periods[-1:]:
        rows = [(found.label(theme), tone_of(period["tone"].get(theme))) for theme in found.themes(period)]
        rows += [(name, found.tone(known)) for name, known in period["areas"].items()]
        written = tuple((name, _written(one), _n(one)) for name, one in rows)
        tables.append(NumberTable(f"Tone by theme and area, {period['name']}", ("Of", "Tone (95% interval)", "Scored comments"), written))
    return tuple(tables)


def _written(one: Estimate) -> str:
    """A tone with its interval."""
    return say.NOT_AVAILABLE if one.value is None else f"{signed(one.value)} ({spread(one)})"


def _n(one: Estimate) -> str:
    """Scored comments, where there is a number."""
    return say.count(one.n) if one.known else say.NOT_AVAILABLE


def asked(house: House, _scope: Scope) -> Answer:
    """As the command line asks: of the first survey."""
    return tone(house)
