"""How do the answers come in? Only what lets nobody see a single answer arrive: counts in steps, no scores, until the survey is closed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.schema import bank, say
from dashboard.schema.answer import Answer
from dashboard.schema.answering import counted, visible
from dashboard.schema.picture import Bar, BarPlot, MapPlot
from dashboard.schema.questions import Definition
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.services import boundaries
from dashboard.services.employee import desk
from dashboard.services.forms import named
from dashboard.services.restricted import restricted
from dashboard.services.surveys import authors
from dashboard.services.surveys.sharing import KINDS
from dashboard.store.answers import Answers, Stored
from dashboard.store.survey_counts import WaveCounts
from dashboard.store.surveys import Surveys, Wave

if TYPE_CHECKING:
    from dashboard.services.house import House

STEP, PLACE_STEP = 5, 10  # answers are counted in fives, of places in tens
WEEKS = 8  # shown
BARS, BESIDE = 10, 34  # questions in the picture, and letters of each
ENOUGH = 20  # answers, before the share that leaves a question out is told
__all__ = ["Wave", "arriving", "at_least", "by_link", "finishing", "in_steps", "leaving_out", "of_staff", "places"]

MEASURE = "survey.watch"
FEW = "Fewer than the step it is counted in."
STEPS = "Counts are rounded down to fives, of places to tens, so that no single answer can be seen to arrive; a count below one step is not shown."
SPOKEN = {"en": "English", "es": "Spanish"}
STAFF_NOTE = "Answers of employees are counted in tens and by nothing else: not by link, language, page or week. Who has answered is shown to nobody."
OPEN_NOTE = "While a survey is open no scores are shown. They are computed once, when it is closed."


def in_steps(n: int, step: int = STEP) -> Estimate:
    """A count rounded down to a step; below one step it is withheld, and looks the same as none."""
    return Estimate(float(n // step * step), n=n // step * step) if n >= step else Estimate(None, None, None, 0, Status.WITHHELD, FEW)


def _said(one: Estimate) -> str:
    """A count in steps, in a sentence."""
    return f"at least {say.count(one.value)}" if one.value is not None else f"fewer than {STEP}"


def at_least(n: int) -> str:
    """A count in steps, in words: at least 15, fewer than 5."""
    return _said(in_steps(n))


def _not_of_staff(house: House, wave: Wave) -> None:
    """Refuse to look at how employees answer."""
    authors.not_of_staff(house, wave.survey_id, "Of an employee survey only the number of answers is shown, in steps of ten.")


def _of_staff(house: House, wave: Wave) -> Answer:
    """At least how many employees have answered, and nothing else; nothing at all once the wave is closed and its results are there."""
    sentence = desk.received(house, wave.id)
    hidden = wave.state == "open" and not sentence.startswith("At least")
    return Answer(MEASURE, "How many answers came in?", sentence, Status.WITHHELD if hidden else Status.OK, notes=(STAFF_NOTE,))


@restricted(Permission.MANAGE_SURVEYS)
def of_staff(house: House, wave: Wave) -> bool:
    """Whether employees answer this wave: then nothing is shown but how many, in tens, and only to those who run it."""
    return authors.of_staff(house, wave)


@restricted(Permission.MANAGE_SURVEYS)
def by_link(house: House, wave: Wave) -> dict[str, str]:
    """The count of every link of a wave by its code, in words; of employees none."""
    if authors.of_staff(house, wave):
        return {}
    counts = WaveCounts(house.records).links(wave.id)
    return {one.code: at_least(counts.get(one.code, 0)) for one in Surveys(house.records).channels(wave.survey_id)}


@restricted(Permission.MANAGE_SURVEYS)
def arriving(house: House, wave: Wave) -> Answer:
    """How many answers came in, through which links, in which languages?"""
    if authors.of_staff(house, wave):
        return _of_staff(house, wave)
    counts = WaveCounts(house.records)
    total, closed = counts.received(wave.id), wave.state == "closed"
    whole = Estimate(float(total), n=total) if closed else in_steps(total)
    ways = _ways(house, wave, counts)
    spoken = counts.languages(wave.id)
    offered = Surveys(house.records).version(wave.survey_id, wave.version).languages
    tongues = [(name, in_steps(spoken.get(name, 0))) for name in dict.fromkeys([*offered, *_enough(spoken)])]
    said = f"{say.count(total)} answers were stored" if closed else f"{_said(whole).capitalize()} answers so far"
    most = max(ways, key=lambda way: way[1].value or 0.0, default=None)
    if most is not None and len(ways) > 1 and most[1].value is not None:
        said += f"; most came through {most[0]} ({_said(most[1])})"
    bars = tuple(Bar(name, one) for name, one in ways)
    tables = (
        NumberTable("By link", ("Link", "At least"), tuple(ways)),
        NumberTable("By language", ("Language", "At least"), tuple((SPOKEN.get(name, name), one) for name, one in tongues)),
        _by_week(counts.weeks(wave.id)),
    )
    return Answer(
        MEASURE,
        "How many answers came in, and through which links?",
        f"{said}.",
        Status.OK if closed or whole.known else Status.WITHHELD,
        (BarPlot("Where the answers come from", "Answers by link, at least", bars, "number", "answers"),) if whole.known and bars else (),
        tuple(table for table in tables if table.rows),
        (),
        (STEPS,) if closed else (STEPS, OPEN_NOTE),
        (whole, *ways, *tongues),
    )


def _ways(house: House, wave: Wave, counts: WaveCounts) -> list[tuple[str, Estimate]]:
    """Answers by link, every link there is; by kind of channel where they came from elsewhere. A link without answers looks like one with few."""
    links = counts.links(wave.id)
    if not links:
        kinds: Counter[str] = Counter()
        for (kind, _), n in counts.weeks(wave.id).items():
            kinds[kind] += n
        if kinds:
            return [(KINDS.get(kind, kind), in_steps(n)) for kind, n in sorted(kinds.items())]
    return [(one.name, in_steps(links.get(one.code, 0))) for one in Surveys(house.records).channels(wave.survey_id)]


def _enough(counts: Mapping[str, int]) -> list[str]:
    """The names that reach the first step."""
    return sorted(name for name, n in counts.items() if n >= STEP)


def _by_week(weeks: Mapping[tuple[str, dt.date], int]) -> NumberTable:
    """The last weeks, a row a channel that reached the first step: of answers that were moved on, which happens ten or more at a time."""
    days = sorted({day for _, day in weeks})[-WEEKS:]
    whole: Counter[str] = Counter()
    for (kind, _), n in weeks.items():
        whole[kind] += n
    rows = tuple((KINDS.get(kind, kind), *(in_steps(weeks.get((kind, day), 0)) for day in days)) for kind in _enough(whole))
    return NumberTable("By channel and week, at least", ("Channel", *(f"{day:%d %b}" for day in days)), rows if days else ())


@restricted(Permission.MANAGE_SURVEYS)
def finishing(house: House, wave: Wave) -> Answer:
    """How far do people get, and where do they stop?"""
    _not_of_staff(house, wave)
    counts = WaveCounts(house.records)
    definition = Surveys(house.records).version(wave.survey_id, wave.version)
    titles = _page_titles(definition)
    if len(titles) < 2:
        raise NotEnoughData("This survey has one page, so nobody stops between pages.", hint="Forms of one page are sent whole or not at all.")
    sent, left = counts.received(wave.id), counts.left(wave.id)
    reached = {place: sent + sum(n for section, n in left.items() if section >= place) for place in range(1, len(titles))}
    began = reached[1]
    if began < ENOUGH:
        raise NotEnoughData("Too few forms were begun to say where people stop.", hint=f"{ENOUGH} are needed.")
    stopped = {place: left.get(place, 0) // STEP for place in range(1, len(titles)) if left.get(place, 0) >= STEP}
    worst = max(stopped, key=lambda place: stopped[place], default=None)
    share = (in_steps(sent).value or 0.0) / (in_steps(began).value or 1.0)
    said = f"Of the forms that went past their first page, about {_nearest(share)} were sent"
    where = f"; most of the others stopped at page {worst + 1} ({titles[worst]})" if worst is not None else ""
    steps = [("Went past page 1", in_steps(began))]
    steps += [(f"Reached page {place + 1}: {titles[place]}", in_steps(reached[place])) for place in range(2, len(titles))]
    steps.append(("Sent", in_steps(sent)))
    picture = BarPlot("How far people get", "Forms, at least; counted from the first page that was sent", tuple(Bar(*one) for one in steps), "number")
    table = NumberTable("Forms by how far they got", ("Step", "At least"), tuple(steps))
    return Answer(MEASURE, "How far do people get?", f"{said}{where}.", Status.OK, (picture,), (table,), (), (STEPS,), tuple(steps))


def _page_titles(definition: Definition) -> list[str]:
    """The pages of a form, by the title of their section."""
    from dashboard.schema.answering import pages

    return [page.section.title.get("en") or next(iter(page.section.title.values()), "without a title") for page in pages(definition)]


def _nearest(share: float) -> str:
    """A share to the nearest 5 %."""
    return say.percent(round(share * 20) / 20)


@restricted(Permission.MANAGE_SURVEYS)
def leaving_out(house: House, wave: Wave) -> Answer:
    """Which questions do people leave out, or answer with 'don't know'?"""
    _not_of_staff(house, wave)
    definition = Surveys(house.records).version(wave.survey_id, wave.version)
    rows = Answers(house.records).of_wave(wave.id)
    if len(rows) < ENOUGH:
        raise NotEnoughData("Too few answers to say which questions are left out.", hint=f"{ENOUGH} are needed.")
    asked, given, unsure = _completion(rows, definition)
    shown = [(name, named(text, house.name)) for name, text in _wordings(definition).items() if asked[name] >= ENOUGH]
    share = {name: round((1 - given[name] / asked[name]) * 20) / 20 for name, _ in shown}
    doubt = {name: round(unsure[name] / asked[name] * 20) / 20 for name, _ in shown}
    worst = max(share, key=lambda name: share[name], default="")
    said = (
        f"Left out most: {_short(dict(shown)[worst])} ({say.percent(share[worst])} of those asked)."
        if worst and share[worst]
        else "No question is left out by many."
    )
    ranked = sorted((name for name, _ in shown if share[name]), key=lambda name: -share[name])[:BARS]
    bars = tuple(Bar(f"{name}: {_short(dict(shown)[name], BESIDE)}", Estimate(share[name], n=asked[name] // STEP * STEP)) for name in ranked)
    picture = BarPlot("Which questions are left out most", "Share of those asked who left it out, to the nearest 5%", bars, "percent")
    cells = tuple((text, in_steps(asked[name]), share[name], doubt[name]) for name, text in shown)
    heads = ("Question", "Asked, at least", "Left out", "Gave a reason instead")
    table = NumberTable("Every question", heads, cells, kinds=("", "number", "percent", "percent"))
    notes = (STEPS, "A reason instead of an answer is don't know, prefer not to say, or does not apply. Written answers are not counted here.")
    return Answer(MEASURE, "Which questions do people leave out?", said, Status.OK, (picture,) if bars else (), (table,), (), notes, cells)


def _completion(rows: list[Stored], definition: Definition) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """By answer id: who was asked, who gave anything, who gave a reason for no answer."""
    asked: Counter[str] = Counter()
    given: Counter[str] = Counter()
    unsure: Counter[str] = Counter()
    for row in rows:
        answers = counted(definition, row.answers)
        for question in definition.questions():
            if not visible(question, answers):
                continue
            for name in question.answer_ids():
                asked[name] += 1
                given[name] += name in answers
                unsure[name] += answers.get(name) in question.missing_codes() if isinstance(answers.get(name), str) else 0
    return asked, given, unsure


def _wordings(definition: Definition) -> Mapping[str, str]:
    """Every answer id that is stored with the answers, with its words."""
    found: dict[str, str] = {}
    for one in definition.questions():
        if one.kind in {"text", "long_text"}:
            continue
        rows = {row.id: row.label for row in one.rows} if one.kind == "grid" else {}
        for name in one.answer_ids():
            words: Mapping[str, Any] = rows.get(name, one.wording)
            found[name] = words.get("en") or next(iter(words.values()), name)
    return found


def _short(text: str, letters: int = 60) -> str:
    """A question for a sentence, or for the side of a picture."""
    return text if len(text) <= letters else f"{text[: letters - 3].rstrip()}..."


@restricted(Permission.MANAGE_SURVEYS)
def places(house: House, wave: Wave, kind: str = "") -> Answer:
    """From which districts do the answers come, through one way of asking or through all?"""
    _not_of_staff(house, wave)
    definition = Surveys(house.records).version(wave.survey_id, wave.version)
    question = definition.question(bank.AREA)
    if question is None:
        raise NotEnoughData(
            "This survey does not ask where people live.",
            hint=f"Question {bank.AREA} of the question bank does, once stops with districts were imported.",
        )
    rows = [row for row in Answers(house.records).of_wave(wave.id) if kind in {"", row.channel}]
    found = Counter(str(row.answers.get(bank.AREA, "")) for row in rows)
    numbers = {option.code: in_steps(found[option.code], PLACE_STEP) for option in question.options}
    shown = {name: one for name, one in numbers.items() if one.value is not None}
    through = f" through {KINDS.get(kind, kind).lower()}" if kind else ""
    if not shown:
        raise NotEnoughData(f"No district has {PLACE_STEP} answers{through} yet.", hint="Fewer are not shown.")
    most = max(shown, key=lambda name: shown[name].value or 0.0)
    quiet = [name for name in numbers if name not in shown]
    said = f"Most answers{through} come from {most} (at least {say.count(shown[most].value)})"
    said += f"; fewer than {PLACE_STEP} from {say.listed(quiet)}." if quiet and len(quiet) <= 6 else "."
    drawn = boundaries.as_map(house, numbers, f"Answers by district{through}", "At least so many", "answers", scale="number")
    picture: MapPlot | BarPlot = drawn or BarPlot(
        f"Answers by district{through}", "At least so many", tuple(Bar(name, one) for name, one in numbers.items())
    )
    table = NumberTable("By district", ("District", "At least"), tuple(numbers.items()))
    return Answer(MEASURE, "From where do the answers come?", said, Status.OK, (picture,), (table,), (), (STEPS,), tuple(numbers.items()))
