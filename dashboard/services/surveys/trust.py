"""Do residents trust us, where and who less, and is the change real? Out of frozen results, as staff or the public may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard.access.roles import Permission
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Bar, BarPlot, Dot, DotPlot, Event, Picture, Point, Series, TrendPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.schema.words import label
from dashboard.services.restricted import restricted
from dashboard.services.surveys import benchmarks, reading, results
from dashboard.services.surveys.reading import CUT_NAMES, Results
from dashboard.stats import compare, survey_scores

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURES: Mapping[str, str] = {
    "ti-1": "Trust index",
    "C1": "Overall trust",
    "C2": "Respect",
    "C3": "Voice",
    "C4": "Neutrality: fair to all",
    "C5": "Neutrality: explains",
    "C6": "Motives: cares",
    "C9": "Openness",
    "C10": "Complaints looked into",
    "C11": "Safe by day",
    "C12": "Safe after dark",
    "C15": "Competence",
}
ELEMENTS = ("C1", "C2", "C3", "C4", "C5", "C6")
CUTS = ("area", "age", "race", "gender")
UNIT = "score from 0 to 100"
WINDOW = 40.0  # points: the least height of a picture of scores, so that scatter does not look like movement


def labels() -> dict[str, str]:
    """What can be looked at."""
    return dict(MEASURES)


def cut_labels() -> dict[str, str]:
    """How people can be divided."""
    return {name: CUT_NAMES[name] for name in CUTS}


def surveys(house: House) -> dict[str, str]:
    """Community surveys that asked about trust, and have results."""
    return reading.available(house, "community", headline=True)


def over_time(house: House, measure: str = "ti-1", survey_id: str = "") -> Answer:
    """The line over all waves, stopped where the question changed, and whether the last change is real."""
    found = reading.results(house, "community", survey_id)
    points = [(wave, found.cell(wave, measure)) for wave in found.waves]
    gap, since = last_change(found, measure)
    others = benchmarks.beside(house, found, measure, MEASURES.get(measure, measure))
    picture = TrendPlot(
        f"{MEASURES.get(measure, measure)}, wave by wave",
        f"Bands are 95% intervals, {'as if these were random samples; ' if found.latest['sampling'] == 'opt_in' else ''}{UNIT}",
        (*segments(found, measure), *others.series),
        "number",
        UNIT,
        tuple(Event(found.period(wave), "answers changed") for wave in found.waves if wave["id"] in found.broken(measure)),
        WINDOW,
    )
    rows = tuple(
        (wave["name"], estimate, found.cell(wave, measure, what="plain"), found.answered(wave, measure)) for wave, estimate in reversed(points)
    )
    known = points[-1][1]
    return Answer(
        "survey.trust" if measure == "ti-1" else "survey.change",
        "Do residents trust us, and is the change real?",
        _sentence(found, measure, known, gap, since),
        Status.OK if known.known else known.status,
        (picture, *others.pictures),
        (NumberTable("By wave", ("Wave", "Weighted", "Unweighted", "Answers"), rows, kinds=("", "number", "number", "count")), *others.tables),
        (),
        (*notes(found, measure), *others.notes),
        (known, gap),
        found.provenance(),
        public=found.public,
    )


def period_of(wave: Mapping[str, Any]) -> str:
    """The quarter in which a wave opened."""
    year, month = str(wave["opens"])[:4], int(str(wave["opens"])[5:7])
    return f"{year}-Q{(month + 2) // 3}"


def segments(found: Results, measure: str, cut: str = "whole", level: str = "", name: str = "") -> tuple[Series, ...]:
    """One line, or several where it had to stop."""
    lines: list[list[Point]] = [[]]
    stops = found.broken(measure)
    for wave in found.waves:
        if wave["id"] in stops:
            lines.append([])
        estimate = found.cell(wave, measure, cut, level)
        if estimate.known or estimate.status is Status.WITHHELD:
            lines[-1].append(Point(found.period(wave), estimate))
    kept = [line for line in lines if line]
    title = name or MEASURES.get(measure, measure)
    many = len(kept) > 1
    return tuple(
        Series(f"{title}{', earlier answers' if many and place < len(kept) - 1 else ''}", level, tuple(line)) for place, line in enumerate(kept)
    )


def last_change(found: Results, measure: str, cut: str = "whole", level: str = "") -> tuple[Estimate, str]:
    """The change since the same season a year before, or else the wave before, never across a break; since which wave."""
    waves = list(found.waves)
    stops = [place for place, wave in enumerate(waves) if wave["id"] in found.broken(measure)]
    first = max(stops, default=0)
    usable = [wave for wave in waves[first:] if found.cell(wave, measure, cut, level).known]
    if len(usable) < 2 or usable[-1]["id"] != waves[-1]["id"]:
        return Estimate.unavailable("There is no earlier wave with the same question."), ""
    last = usable[-1]
    year = str(int(str(last["opens"])[:4]) - 1) + str(last["opens"])[4:7]
    before = next((wave for wave in usable[:-1] if str(wave["opens"])[:7] == year), usable[-2])
    return survey_scores.change(found.cell(before, measure, cut, level), found.cell(last, measure, cut, level)), str(before["name"])


def _sentence(found: Results, measure: str, now: Estimate, gap: Estimate, since: str) -> str:
    """The answer in words."""
    name, wave = MEASURES.get(measure, measure), found.latest
    if now.value is None:
        return f"{name} of {wave['name']} is {say.value(now)}. {now.reason}".strip()
    n = found.answered(wave, measure)
    begin = f"{name} is {now.value:.1f} of 100 in {wave['name']} ({say.count(n)} answers)"
    if gap.value is None or gap.low is None or gap.high is None:
        return f"{begin}. {gap.reason}"
    opt_in = "if these were random samples, " if wave["sampling"] == "opt_in" else ""
    spread = f"({opt_in}95% interval {_signed(gap.low)} to {_signed(gap.high)})"
    if survey_scores.clear(gap):
        return f"{begin}, {'up' if gap.value > 0 else 'down'} {abs(gap.value):.1f} points since {since} {spread}."
    return f"{begin}; no clear change since {since}: {_signed(gap.value)} points {spread}."


def _signed(value: float) -> str:
    """+1.2 or −1.2."""
    return f"{value:+.1f}".replace("-", "−")


def notes(found: Results, measure: str) -> tuple[str, ...]:
    """What must be known to read the number."""
    stops = tuple(found.broken(measure).values())
    return (*stops, reading.note_on_sampling(found.latest), reading.note_on_weights(found.latest))


def by_group(house: House, measure: str, cut: str, survey_id: str = "") -> Answer:
    """Who trusts less in the last wave, and who moved."""
    found = reading.results(house, "community", survey_id)
    wave = found.latest
    levels = found.levels(measure, cut)
    whole = found.cell(wave, measure)
    cells = {level: found.cell(wave, measure, cut, level) for level in levels}
    changes = {level: last_change(found, measure, cut, level) for level in levels}
    dots = tuple(Dot(_name(cut, level), one, level if cut == "race" else "") for level, one in cells.items())
    picture: Picture = DotPlot(
        f"{MEASURES.get(measure, measure)} by {CUT_NAMES[cut].lower()}, {wave['name']}", UNIT, dots, "number", whole.value, "everyone", UNIT
    )
    rows = tuple((_name(cut, level), cells[level], changes[level][0], found.answered(wave, measure, cut, level)) for level in levels)
    table = NumberTable(
        f"By {CUT_NAMES[cut].lower()}", (CUT_NAMES[cut], wave["name"], "Change", "Answers"), rows, kinds=("", "number", "number", "count")
    )
    return Answer(
        "survey.trust",
        "Who trusts less, and who moved?",
        _group_sentence(cut, cells, changes, whole),
        Status.OK if any(one.known for one in cells.values()) else Status.WITHHELD,
        (picture, *_lines(found, measure, cut, levels)),
        (table,),
        (),
        notes(found, measure),
        tuple(cells.items()),
        found.provenance(),
        public=found.public,
    )


def _lines(found: Results, measure: str, cut: str, levels: list[str]) -> tuple[Picture, ...]:
    """Every group's own line, as small multiples."""
    series = tuple(one for level in levels for one in segments(found, measure, cut, level, _name(cut, level))[-1:])
    return (
        (TrendPlot("Each group over time", f"Bands are 95% intervals; {UNIT}", series, "number", UNIT, window=WINDOW),)
        if series and len(found.waves) > 1
        else ()
    )


def _name(cut: str, level: str) -> str:
    """A level as people read it."""
    return label(level) if cut == "race" else level.capitalize() if cut == "gender" else level


def _apart(cells: Mapping[str, Estimate], whole: Estimate) -> dict[str, float | None]:
    """The p of each group's difference from everyone."""
    return {name: survey_scores.p_value(survey_scores.change(whole, one)) for name, one in cells.items()}


def _group_sentence(cut: str, cells: Mapping[str, Estimate], changes: Mapping[str, tuple[Estimate, str]], whole: Estimate) -> str:
    """Who stands apart, and who moved, after allowing for how many groups were looked at."""
    if whole.value is None or not any(one.known for one in cells.values()):
        return "No group has enough answers to be shown."
    apart = {one.name for one in compare.family(_apart(cells, whole)).members if one.stands_out}
    moves = compare.family({name: survey_scores.p_value(gap) for name, (gap, _) in changes.items()})
    moved = [one.name for one in moves.members if one.stands_out]
    said = {name: cells[name].value or 0.0 for name in cells if name in apart}
    low = [f"{_name(cut, name)} ({value:.1f})" for name, value in said.items() if value < whole.value]
    high = [f"{_name(cut, name)} ({value:.1f})" for name, value in said.items() if value > whole.value]
    parts = [
        f"{word} everyone's {whole.value:.1f}: {say.listed(names)}" for word, names in (("clearly below", low), ("clearly above", high)) if names
    ]
    first = f"{'; '.join(parts)}." if parts else f"no group stands clearly apart from everyone's {whole.value:.1f}."
    changed = [f"{_name(cut, name)} ({_signed(changes[name][0].value or 0)} since {changes[name][1]})" for name in moved]
    return f"{first[0].upper()}{first[1:]} {f'Moved clearly: {say.listed(changed)}.' if changed else 'No group moved clearly.'}"


def elements(house: House, survey_id: str = "") -> Answer:
    """The elements of trust side by side in the last wave."""
    found = reading.results(house, "community", survey_id)
    wave = found.latest
    cells = {name: found.cell(wave, name) for name in ELEMENTS if name in wave["cells"]}
    bars = tuple(Bar(MEASURES[name], one) for name, one in cells.items())
    positive = {name: found.cell(wave, name, what="positive") for name in cells}
    rows = tuple((found.text(name), one, positive[name], found.answered(wave, name)) for name, one in cells.items())
    known = {name: one.value for name, one in cells.items() if one.value is not None}
    sentence = "The elements cannot be shown yet."
    if known:
        best, worst = max(known, key=lambda one: known[one]), min(known, key=lambda one: known[one])
        sentence = f"Rated highest: {MEASURES[best].lower()} ({known[best]:.1f}); lowest: {MEASURES[worst].lower()} ({known[worst]:.1f})."
    return Answer(
        "survey.trust",
        "Which element of trust is strong, which is weak?",
        sentence,
        Status.OK if known else Status.WITHHELD,
        (BarPlot(f"Elements of trust, {wave['name']}", f"{UNIT}, whiskers are 95% intervals", bars, "number", UNIT),),
        (NumberTable("Every statement", ("Statement", "Score", "Agree", "Answers"), rows, kinds=("", "number", "percent", "count")),),
        (),
        notes(found, "ti-1"),
        tuple(cells.items()),
        found.provenance(),
        public=found.public,
    )


@restricted(Permission.SEE_POST_CONTACT)
def quality(house: House, survey_id: str = "") -> Answer:
    """Which answers of each wave are doubtful, and what the headline would be without them."""
    found = reading.results(house, "community", survey_id)
    reports = [(wave, wave["quality"]) for wave in reversed(found.waves) if wave.get("quality")]
    rows, why, clean = [], [], 0
    for wave, report in reports:
        ours, other = (Estimate(*report[key]) if report.get(key) else Estimate.unavailable("") for key in ("with", "without"))
        clean += not report["doubtful"]
        if report["doubtful"]:
            rows.append((wave["name"], wave["n"], report["doubtful"], ours.value, other))
            why.append((wave["name"], *(report["reasons"].get(reason, 0) for reason in results.DOUBTS)))
    worst = max(rows, key=lambda row: abs((row[3] or 0) - (row[4].value or 0)), default=None)
    sentence = "No answer is doubtful." if reports else "Nothing has been answered yet."
    if worst is not None and worst[3] is not None and worst[4].value is not None:
        sentence = (
            f"Doubtful answers move the headline most in {worst[0]}: {worst[3]:.1f} with all {say.count(worst[1])} answers, "
            f"{worst[4].value:.1f} without the {say.count(worst[2])} doubtful ones. Nothing is deleted."
        )
    heads = ("Wave", "Answers", "Doubtful", "With all", "Without them")
    rest = (f"In the other {say.count(clean)} waves no answer is doubtful.",) if clean > 1 and rows else ()
    table = NumberTable("Waves with doubtful answers", heads, tuple(rows), rest, ("", "count", "count", "number", "number"))
    return Answer(
        "survey.trust",
        "Was this survey stuffed?",
        sentence,
        Status.OK,
        (),
        (table, _reasons(why)) if rows else (),
        (),
        (),
        tuple(rows),
        found.provenance(),
    )


def _reasons(rows: Sequence[tuple[Any, ...]]) -> NumberTable:
    """Why answers are doubtful, wave by wave; reasons that never occur are left out. An answer may have several."""
    kept = [place for place, _ in enumerate(results.DOUBTS, 1) if any(row[place] for row in rows)]
    words = [(results.DOUBT_HEADS[reason], text) for place, (reason, text) in enumerate(results.DOUBTS.items(), 1) if place in kept]
    notes = tuple(f"{head}: {text}." for head, text in words)
    cells = tuple((row[0], *(row[place] for place in kept)) for row in rows)
    return NumberTable("Why they are doubtful", ("Wave", *(head for head, _ in words)), cells, notes, ("", *("count" for _ in kept)))
