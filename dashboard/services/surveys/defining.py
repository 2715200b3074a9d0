"""Which questions did a file of another tool ask, in each of its waves? Definitions like those of our own surveys, so that lines know their ends."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.schema import bank
from dashboard.schema.questions import MISSING, Definition, Option, Question, Row, Section
from dashboard.schema.survey_mapping import STORED_AS, SurveyColumn, SurveyMapping
from dashboard.schema.words import label as word
from data_sources.surveys import scales
from data_sources.surveys.base import Column
from data_sources.surveys.recode import WaveAnswers

MOST_OPTIONS = 60
ALIKE = 0.9  # of the answers of either wave must be among those of the other for both to have had one list to choose from
BROUGHT, OWNER = "brought in", "its owner's"
PEOPLE = {STORED_AS[role]: role for role in ("area", "age", "race", "gender", "contact")}
_FIGURE = re.compile(r"\d[\d,.]*")
_YEAR, _QUARTER, _MONTH = re.compile(r"^(\d{4})$"), re.compile(r"^(\d{4})[- ]?Q([1-4])$", re.IGNORECASE), re.compile(r"^(\d{4})-(\d{2})$")
Counts = Mapping[Any, int]


def definitions(waves: Sequence[WaveAnswers], mapping: SurveyMapping, title: str, *, staff_only: bool = False) -> list[Definition]:
    """One definition a wave: only what was answered in it, in the wording and with the answers it was asked with."""
    offered = _offered(waves)
    return [_definition(place, wave, mapping, title or "Answers brought in", offered, staff_only=staff_only) for place, wave in enumerate(waves)]


def _offered(waves: Sequence[WaveAnswers]) -> dict[tuple[str, int], dict[Any, int]]:
    """(question, wave) -> every answer it can be taken to have offered, with how often it was given: those of like waves together, so that an answer
    that nobody happened to give in one of them is no other list of answers.
    """
    found: dict[tuple[str, int], dict[Any, int]] = {}
    for name in dict.fromkeys(name for wave in waves for name in wave.counts):
        groups: list[tuple[list[int], dict[Any, int], str]] = []
        for place, wave in enumerate(waves):
            given = wave.counts.get(name)
            if not given:
                continue
            scale = wave.scales.get(name, "")
            same = next((group for group in groups if group[2] == scale and (_ordered(scale) or _alike(group[1], given))), None)
            if same is None:
                groups.append(same := ([], {}, scale))
            same[0].append(place)
            for code, count in given.items():
                same[1][code] = same[1].get(code, 0) + count
        found |= {(name, place): group for places, group, _ in groups for place in places}
    return found


def _ordered(scale: str) -> bool:
    """Is this a scale with answers of its own?"""
    return scale not in {"", scales.CHOICE, scales.NUMBER}


def _alike(one: Counts, other: Counts) -> bool:
    """Are nearly all answers of either among those of the other?"""
    real, there = ({code: n for code, n in side.items() if code not in MISSING} for side in (one, other))
    return all(sum(n for code, n in a.items() if code in b) >= ALIKE * sum(a.values()) for a, b in ((real, there), (there, real)))


def _definition(
    place: int, wave: WaveAnswers, mapping: SurveyMapping, title: str, offered: Mapping[tuple[str, int], Counts], *, staff_only: bool
) -> Definition:
    """What one wave asked."""
    asked: dict[str, Question] = {}
    for column, one in wave.asked:
        if one.stored_as not in asked:
            asked[one.stored_as] = _question(column, one, wave.scales.get(one.stored_as, ""), offered[one.stored_as, place])
    words = {"en": title}
    family = mapping.family if mapping.family in {"community", "post_contact", "event"} else "community"
    sections = (Section(questions=tuple(_grids(asked))),)
    return Definition(title=words, purpose=words, family=family, sections=sections, staff_only=staff_only)  # type: ignore[arg-type]


def _question(column: Column, one: SurveyColumn, scale: str, counts: Counts) -> Question:
    """One question: a scale where the answers are codes of one, a choice where they are words, a number, or text."""
    name = one.stored_as
    known = bank.questions().get(name) or next((each for each in bank.questions().values() if name in each.answer_ids()), None)
    wording = one.wording or (f"{column.heading}: {column.option}" if column.option else column.heading)
    plain = Question(
        id=name,
        kind="long_text",
        concept=known.concept if known else name.lower(),
        wording={"en": wording[:600]},
        source=BROUGHT,
        licence=OWNER,
        comparable=one.comparable,
        dont_know=counts.get("dont_know", 0) > 0,
        prefer_not=counts.get("prefer_not", 0) > 0,
        not_applicable=counts.get("not_applicable", 0) > 0,
    )
    if one.role == "comment" or (column.kind == "text" and not scale and one.role == "question"):
        return plain
    if name in PEOPLE:
        return plain.model_copy(update={"kind": "multi" if name == STORED_AS["race"] else "single", "options": _of_people(name, counts)})
    return plain.model_copy(update=_kind(scale, counts, several=column.kind == "multi" or bool(one.split)))


def _kind(scale: str, counts: Counts, *, several: bool) -> dict[str, Any]:
    """Kind and answers of a question that is not about the person."""
    codes = [code for code in counts if code not in MISSING]
    if scale == "N11":
        return {"kind": "ten"}
    if _ordered(scale):
        options = tuple(Option(code=code, label={"en": label}) for code, label in scales.options(scale))
        numbered = all(option.code.isdecimal() for option in options)
        return {"kind": "scale" if numbered and not several else "multi" if several else "single", "options": options}
    if scale == scales.NUMBER or all(isinstance(code, int | float) for code in codes):
        return {"kind": "number"}
    options = tuple(Option(code=str(code), label={"en": str(code)}) for code in in_order(counts))
    if len(options) > MOST_OPTIONS:
        return {"kind": "long_text"}
    return {"kind": "multi" if several else "single", "options": options}


def in_order(counts: Counts) -> list[Any]:
    """Answers without a scale in the order in which people look for them: by the number they hold where each has one, else by frequency."""
    codes = [code for code in counts if code not in MISSING]
    figures = {code: float(match[0].strip(",.").replace(",", "")) for code in codes if (match := _FIGURE.search(str(code)))}
    if codes and len(figures) >= len(codes) - 1:
        below = {code for code in codes if re.match(r"(?i)\s*(less|under|up to|below|<)", str(code))}
        return sorted(codes, key=lambda code: (code not in figures, figures.get(code, 0.0), code not in below))
    return sorted(codes, key=lambda code: (-counts[code], str(code)))


def _of_people(name: str, counts: Counts) -> tuple[Option, ...]:
    """The groups of a question about the person: those of the bank that were met, in its order, then the file's own."""
    known = {option.code: option for option in (bank.scales().get(PEOPLE[name], ()))}
    met = [str(code) for code in in_order(counts)]
    first = tuple(option for code, option in known.items() if code in met)
    rest = tuple(Option(code=code, label={"en": word(code) if name == STORED_AS["race"] else code}) for code in met if code not in known)
    return first + rest


def _grids(asked: Mapping[str, Question]) -> list[Question]:
    """Rows of one of the bank's grids, asked on one scale, as one question again: under that name its lines are kept."""
    found: dict[str, Question] = {}
    for name, one in asked.items():
        grid = next((each for each in bank.questions().values() if each.kind == "grid" and name in each.answer_ids()), None)
        if grid is None or one.kind != "scale" or (grid.id in found and found[grid.id].options != one.options):
            found[name] = one
            continue
        row = Row(id=name, label=one.wording)
        before = found.get(grid.id)
        made = before or one.model_copy(update={"id": grid.id, "kind": "grid", "wording": {"en": grid.wording["en"]}, "rows": ()})
        found[grid.id] = made.model_copy(update={"rows": (*made.rows, row)} | {code: getattr(made, code) or getattr(one, code) for code in MISSING})
    return list(found.values())


def dates(name: str, weeks: Sequence[str]) -> tuple[dt.date, dt.date] | None:
    """From when to when was a wave asked? By the weeks of its answers, else by a name that is a year, quarter or month; None when neither tells."""
    known = sorted(one for one in weeks if one)
    if known:
        return dt.date.fromisoformat(known[0]), dt.date.fromisoformat(known[-1]) + dt.timedelta(days=6)
    if match := _YEAR.match(name):
        return dt.date(int(match[1]), 1, 1), dt.date(int(match[1]), 12, 31)
    if match := _QUARTER.match(name):
        first = dt.date(int(match[1]), 3 * int(match[2]) - 2, 1)
        return first, _month_end(first.replace(month=first.month + 2))
    if (match := _MONTH.match(name)) and 1 <= int(match[2]) <= 12:
        first = dt.date(int(match[1]), int(match[2]), 1)
        return first, _month_end(first)
    return None


def _month_end(day: dt.date) -> dt.date:
    """The last day of a month."""
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
