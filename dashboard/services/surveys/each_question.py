"""What did each question of any survey say, wave by wave? Out of frozen results, as staff or the public may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.services.surveys import each_picture, reading, trust
from dashboard.services.surveys.each_picture import PEOPLE, SCALES, level_name, short
from dashboard.services.surveys.reading import CUT_NAMES, HIDDEN, Results

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE = "survey.shares"
QUESTION = "What did each question say?"
ALL = ""  # all questions together
FAMILIES = ("community", "event", "post_contact")
NO_ANSWER = {"dont_know": "don't know", "prefer_not": "prefer not to say", "not_applicable": "not applicable"}


def surveys(house: House) -> dict[str, str]:
    """Every survey with results that this visitor may see: id -> title. What people said after a contact is for those who may see that page."""
    found: dict[str, str] = {}
    visitor = house.visitor
    for family in FAMILIES:
        if family != "post_contact" or visitor is None or visitor.may(Permission.SEE_POST_CONTACT):
            found |= reading.available(house, family)
    return found


def _results(house: House, survey_id: str) -> Results:
    """The results of one survey; NotEnoughData when this visitor may not see it, or it has none."""
    if survey_id not in surveys(house):
        raise NotEnoughData("There are no results of this survey.", hint="Results appear when a wave closes, or when answers are brought in.")
    return reading.of_survey(house, survey_id)


def questions(house: House, survey_id: str) -> dict[str, str]:
    """The questions of a survey that can be looked at: id -> words, in the order they were asked; all together first."""
    found = _results(house, survey_id)
    names = [name for name in found.names() if found.known(name)]
    return {ALL: "All questions", **{name: f"{place}. {short(found.text(name))}" for place, name in enumerate(names, 1)}}


def cuts() -> dict[str, str]:
    """How people can be divided beside a question."""
    return trust.cut_labels()


def answer(house: House, survey_id: str, name: str = ALL, cut: str = "area") -> Answer:
    """All questions of a survey, or one of them with its answers wave by wave."""
    found = _results(house, survey_id)
    if name and name in found.release.content["questions"]:
        return _one(found, name, cut)
    return _all(found)


def _all(found: Results) -> Answer:
    """Every question in the last wave that asked it."""
    latest = {name: found.asked_in(name)[-1] for name in found.names() if found.known(name)}
    scores = {name: found.cell(wave, name) for name, wave in latest.items() if found.wording(wave, name)["kind"] in SCALES}
    rows = tuple(_row(found, name, wave) for name, wave in latest.items())
    known = {name: one.value for name, one in scores.items() if one.value is not None}
    sentence = f"{say.count(len(latest))} questions have results in {say.count(len(found.waves))} {'wave' if len(found.waves) == 1 else 'waves'}"
    if len(known) > 1:
        best, worst = max(known, key=lambda one: known[one]), min(known, key=lambda one: known[one])
        sentence += f"; rated highest: {found.text(best)} ({known[best]:.1f} of 100); lowest: {found.text(worst)} ({known[worst]:.1f})"
    heads = ("Question", "Wave", "Most given answer", "Share", "Score of 100", "Answers")
    return Answer(
        MEASURE,
        QUESTION,
        f"{sentence}.",
        Status.OK if rows else Status.WITHHELD,
        tuple(each_picture.stacks(found, latest, scores)),
        (NumberTable("Every question", heads, rows, kinds=("", "", "", "percent", "number", "count")),),
        (),
        _notes(found, found.waves[-1]),
        tuple(latest),
        found.provenance(),
        public=found.public,
    )


def _row(found: Results, name: str, wave: Mapping[str, Any]) -> tuple[object, ...]:
    """One question in one line: its most frequent answer and its score, or its mean where it is a number."""
    shares = found.shares(wave, name)
    words = found.options(wave, name)
    top = max(shares, key=lambda code: shares[code].value or 0.0, default="")
    score = found.cell(wave, name) if found.wording(wave, name)["kind"] in SCALES else found.number(wave, name)
    first: object = words.get(top, top) if top else "mean" if name in wave.get("numbers", {}) else say.NOT_SHOWN
    return (found.text(name), wave["name"], first, shares.get(top, ""), score if score.known or score is HIDDEN else "", found.people(wave, name))


def _one(found: Results, name: str, cut: str) -> Answer:
    """One question: its answers, wave by wave, its line where it has one, and its groups."""
    waves = found.asked_in(name)
    last = waves[-1]
    kind = found.wording(last, name)["kind"]
    pictures = [*each_picture.of_question(found, name, kind, waves), *each_picture.groups(found, name, kind, last, cut)]
    return Answer(
        MEASURE,
        found.text(name),
        _sentence(found, name, kind, last),
        Status.OK if found.known(name) else Status.WITHHELD,
        tuple(pictures),
        tuple(_tables(found, name, kind, waves, cut)),
        (),
        (*found.broken(name).values(), *_beside(found.wording(last, name)), *_notes(found, last)),
        [wave["name"] for wave in waves],
        found.provenance(),
        public=found.public,
    )


def _notes(found: Results, wave: Mapping[str, Any]) -> tuple[str, ...]:
    """What must be known to read the numbers."""
    return reading.note_on_sampling(wave), reading.note_on_weights(wave)


def _beside(asked: Mapping[str, Any]) -> tuple[str, ...]:
    """Whose question it is, where its owner wants that said; what became of the words that people wrote beside an answer."""
    said = f"'{asked.get('beside')}' is counted. What people wrote beside it is read with the comments and is not listed here."
    return (*([asked["credit"]] if "credit" in asked else []), *([said] if "beside" in asked else []))


def _sentence(found: Results, name: str, kind: str, wave: Mapping[str, Any]) -> str:
    """The answer in words, for the last wave that asked."""
    shares, words = found.shares(wave, name), found.options(wave, name)
    high = found.cell(wave, name, what="positive")
    if kind == "number":
        value = found.number(wave, name)
        return f"The mean in {wave['name']} is {say.value(value)} {_spread(found, wave, name, value, 'number')}." if value.known else _hidden(wave)
    if not shares:
        return _hidden(wave)
    if kind in SCALES and high.known:
        top, low = list(words.values()), _lower(shares, list(words))
        several = len(top) >= 4
        below = f"; {say.percent(low)} said {top[0]}{f' or {top[1]}' if several else ''}" if low is not None else ""
        upper = f"{top[-2]} or {top[-1]}" if several else top[-1]
        return f"In {wave['name']} {say.percent(high.value or 0)} said {upper} {_spread(found, wave, name, high)}{below}."
    best = max(shares, key=lambda code: shares[code].value or 0.0)
    said = f"{words.get(best, best)}, {say.percent(shares[best].value or 0)}"
    return f"Most given in {wave['name']}: {said} {_spread(found, wave, name, shares[best])}."


def _spread(found: Results, wave: Mapping[str, Any], name: str, value: Estimate, kind: str = "percent") -> str:
    """Interval and number of answers in brackets; what the interval of an open link means."""
    rule = "if this were a random sample, " if wave["sampling"] == "opt_in" else ""
    return f"({rule}95% interval {say.interval(value, kind)}; {say.count(found.people(wave, name))} answers)"


def _lower(shares: Mapping[str, Estimate], codes: Sequence[str]) -> float | None:
    """The share of the lowest two answers (the lowest of fewer than four); None when one of them is not shown."""
    parts = [shares.get(code, HIDDEN).value for code in codes[: 2 if len(codes) >= 4 else 1]]
    return None if None in parts else sum(part or 0.0 for part in parts)


def _hidden(wave: Mapping[str, Any]) -> str:
    """What is said where nothing may be shown."""
    return f"The answers of {wave['name']} are not shown: too few people answered, or all but all gave one answer."


def _tables(found: Results, name: str, kind: str, waves: Sequence[Mapping[str, Any]], cut: str) -> list[NumberTable]:
    """Every wave with its numbers, and every answer of every wave."""
    tables = []
    rows = tuple((wave["name"], *_measured(found, wave, name, kind), found.people(wave, name), _no_answer(wave, name)) for wave in reversed(waves))
    if kind in SCALES:
        heads: tuple[str, ...] = ("Wave", "Score of 100", "Unweighted", "Upper answers", "Answers", "Gave no answer")
        tables.append(NumberTable("Wave by wave", heads, rows, kinds=("", "number", "number", "percent", "count", "")))
    elif kind == "number":
        heads = ("Wave", "Mean", "Quarter below", "Half below", "Three quarters below", "Answers", "Gave no answer")
        tables.append(NumberTable("Wave by wave", heads, rows, kinds=("", "number", "number", "number", "number", "count", "")))
    if kind != "number":
        shares = tuple(
            (wave["name"], words, found.shares(wave, name).get(code, HIDDEN), found.people(wave, name))
            for wave in reversed(waves)
            for code, words in found.options(wave, name).items()
        )
        tables.append(NumberTable("Every answer", ("Wave", "Answer", "Share", "Answers in all"), shares, kinds=("", "", "percent", "count")))
    levels = list(waves[-1]["cells"].get(name, {}).get(cut, {}))
    if kind in SCALES and levels and name not in PEOPLE:
        last = waves[-1]
        groups = tuple((level_name(cut, one), found.cell(last, name, cut, one), found.answered(last, name, cut, one)) for one in levels)
        tables.append(NumberTable(f"By {CUT_NAMES[cut].lower()}", (CUT_NAMES[cut], "Score of 100", "Answers"), groups, kinds=("", "number", "count")))
    return tables


def _measured(found: Results, wave: Mapping[str, Any], name: str, kind: str) -> tuple[object, ...]:
    """The numbers of one wave."""
    if kind in SCALES:
        return found.cell(wave, name), found.cell(wave, name, what="plain"), found.cell(wave, name, what="positive")
    if kind == "number":
        quartiles = wave.get("numbers", {}).get(name, {}).get("quartiles") or [HIDDEN, HIDDEN, HIDDEN]
        return found.number(wave, name), *quartiles
    return ()


def _no_answer(wave: Mapping[str, Any], name: str) -> str:
    """Why some gave no answer, with their share."""
    told = wave.get("apart", {}).get(name, {})
    return "; ".join(f"{NO_ANSWER.get(reason, reason)} {say.percent(share)}" for reason, share in told.items())
