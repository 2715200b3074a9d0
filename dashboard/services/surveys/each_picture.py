"""The pictures of a question: how its answers fell, its line over the waves, its groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dashboard.schema.picture import Bar, BarPlot, Dot, DotPlot, Event, LikertPlot, LikertRow, Picture, Point, Series, TrendPlot
from dashboard.schema.result import Estimate, Status
from dashboard.schema.words import label
from dashboard.services.surveys import trust
from dashboard.services.surveys.reading import CUT_NAMES, HIDDEN, Results
from dashboard.stats import compare, survey_scores

Wave = Mapping[str, Any]
SCALES = ("scale", "grid", "ten", "rating")
MOST_ROWS = 20  # bars of one picture; of more the highest and the lowest are shown
MOST_LINES = 8  # answers that get a line over time
SCORE = "Score from 0 to 100"
MUCH = 100
PEOPLE = ("C19", "C20", "C21", "C22", "contact_type")


def short(text: str) -> str:
    """A question where room is short: its beginning and its end, for rows of a grid differ only there."""
    if len(text) <= MUCH:
        return text
    return f"{text[: MUCH // 2 - 2].rsplit(' ', 1)[0]} … {text[-MUCH // 2 + 2 :].split(' ', 1)[-1]}"


def _bands(waves: Sequence[Wave]) -> str:
    """What the intervals of a picture are."""
    return f"intervals are 95%{', as if these were random samples' if waves[-1]['sampling'] == 'opt_in' else ''}"


def stacks(found: Results, latest: Mapping[str, Wave], scores: Mapping[str, Estimate]) -> list[Picture]:
    """One picture for each set of answers that questions share: what each said, sorted by its score."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name in scores:
        if found.shares(latest[name], name):
            groups.setdefault(tuple(found.options(latest[name], name).values()), []).append(name)
    pictures: list[Picture] = []
    for levels, names in sorted(groups.items(), key=lambda one: -len(one[1])):
        ordered = sorted(names, key=lambda one: -(scores[one].value or 0.0))
        half = MOST_ROWS // 2
        chosen = ordered if len(ordered) <= MOST_ROWS else [*ordered[:half], *ordered[-half:]]
        rows = tuple(_likert_row(found, latest[name], name, found.text(name)) for name in chosen)
        which = f"; of {len(ordered)} the {half} rated highest and the {half} lowest" if len(ordered) > MOST_ROWS else ""
        title = f"From {levels[0].lower()} to {levels[-1].lower()}" if levels else ""
        pictures.append(LikertPlot(title, f"Share of those who answered, sorted by score{which}", levels, rows))
    return pictures


def _likert_row(found: Results, wave: Wave, name: str, title: str) -> LikertRow:
    """One bar."""
    shares = found.shares(wave, name)
    apart = sum(wave.get("apart", {}).get(name, {}).values())
    return LikertRow(short(title), tuple(shares.get(code, HIDDEN) for code in found.options(wave, name)), found.people(wave, name), apart or None)


def of_question(found: Results, name: str, kind: str, waves: Sequence[Wave]) -> list[Picture]:
    """The answers, and the line over time."""
    if kind == "number":
        return [_line(found, name, waves, "Mean", lambda wave: found.number(wave, name))] if len(waves) > 1 else []
    if kind in SCALES:
        pictures: list[Picture] = _likerts(found, name, waves)
        if len(waves) > 1:
            pictures.append(_line(found, name, waves, SCORE, lambda wave: found.cell(wave, name)))
        return pictures
    shares, words = found.shares(waves[-1], name), found.options(waves[-1], name)
    bars = tuple(Bar(words.get(code, code), shares.get(code, HIDDEN)) for code in words if code in shares or len(words) <= MOST_ROWS)[:MOST_ROWS]
    made: list[Picture] = [BarPlot(f"Answers in {waves[-1]['name']}", f"Share of those who answered; {_bands(waves)}", bars, "percent")]
    return [*made, *_option_lines(found, name, waves)]


def _likerts(found: Results, name: str, waves: Sequence[Wave]) -> list[Picture]:
    """Stacked bars of the waves, the newest first; waves with other answers to choose from in a picture of their own."""
    groups: dict[tuple[str, ...], list[Wave]] = {}
    for wave in reversed(waves):
        if found.shares(wave, name):
            groups.setdefault(tuple(found.options(wave, name).values()), []).append(wave)
    pictures: list[Picture] = []
    for place, (levels, same) in enumerate(groups.items()):
        title = "How the answers fell" if not place else f"Before, with other answers to choose from ({same[-1]['name']} to {same[0]['name']})"
        rows = tuple(_likert_row(found, wave, name, str(wave["name"])) for wave in same[:MOST_ROWS])
        pictures.append(LikertPlot(title, "Share of those who answered", levels, rows))
    return pictures


def _line(found: Results, name: str, waves: Sequence[Wave], title: str, value: Callable[[Wave], Estimate]) -> TrendPlot:
    """One number over the waves, stopped where the question changed."""
    stops = found.broken(name)
    lines: list[list[Point]] = [[]]
    for wave in waves:
        if wave["id"] in stops:
            lines.append([])
        estimate = value(wave)
        if estimate.known or estimate.status is Status.WITHHELD:
            lines[-1].append(Point(found.period(wave), estimate))
    kept = [line for line in lines if line]
    series = tuple(Series(title if place == len(kept) - 1 else f"{title}, asked otherwise", "", tuple(line)) for place, line in enumerate(kept))
    events = tuple(Event(found.period(wave), "asked anew") for wave in waves if wave["id"] in stops)
    window = trust.WINDOW if title == SCORE else 0.0
    return TrendPlot("Wave by wave", f"{title}; {_bands(waves)}", series, "number", title, events, window)


def _option_lines(found: Results, name: str, waves: Sequence[Wave]) -> list[Picture]:
    """Each answer's own line since the question was last changed, where there are at least two waves."""
    stops = [place for place, wave in enumerate(waves) if wave["id"] in found.broken(name)]
    since = list(waves[max(stops, default=0) :])
    if len(since) < 2:
        return []
    words = found.options(since[-1], name)
    shares = {wave["id"]: found.shares(wave, name) for wave in since}
    often = sorted(words, key=lambda code: -(shares[since[-1]["id"]].get(code, HIDDEN).value or 0.0))[:MOST_LINES]
    series = tuple(
        Series(words[code][:40], code, tuple(Point(found.period(wave), shares[wave["id"]].get(code, HIDDEN)) for wave in since))
        for code in words
        if code in often
    )
    return [TrendPlot("Each answer wave by wave", f"Share of those who answered; {_bands(since)}", series, "percent", "share")]


def groups(found: Results, name: str, kind: str, wave: Wave, cut: str) -> list[Picture]:
    """The score of each group beside everyone's, where the question has one and people said which group they are in."""
    levels = list(wave["cells"].get(name, {}).get(cut, {}))
    if kind not in SCALES or not levels or name in PEOPLE:
        return []
    whole = found.cell(wave, name)
    cells = {level: found.cell(wave, name, cut, level) for level in levels}
    tested = compare.family({level: survey_scores.p_value(survey_scores.change(whole, one)) for level, one in cells.items()})
    loud = {one.name for one in tested.members if one.stands_out}
    dots = tuple(Dot(level_name(cut, level), one, level if cut == "race" else "", stands_out=level in loud) for level, one in cells.items())
    return [DotPlot(f"By {CUT_NAMES[cut].lower()}, {wave['name']}", SCORE, dots, "number", whole.value, "everyone", trust.UNIT)]


def level_name(cut: str, level: str) -> str:
    """A group as people read it."""
    return label(level) if cut == "race" else level.capitalize() if cut == "gender" else level
