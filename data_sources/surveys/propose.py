"""What do the columns of an export probably mean? A proposal from headings and answers, to be looked at by a person."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from dashboard.schema import bank
from dashboard.schema.mapping import folded as signed
from dashboard.schema.survey_mapping import STORED_AS, Answer, Role, SurveyColumn, SurveyMapping
from data_sources.surveys import demographics, scales
from data_sources.surveys.base import Column, SurveyExport

_PLACES = r"(neighbou?rhood|borough|(council |police )?district|precinct|ward|zip( code)?|postcode|area|beat|barrio|stadtteil)"
_ROLES: tuple[tuple[Role, str], ...] = (
    ("wave", r"^(survey )?(year|wave|round|welle|jahr|año|ola)\.?$"),
    ("weight", r"^(final |survey |person )?(weight|weights|wgt|wt|gewicht|peso)$"),
    ("channel", r"^(channel|source|mode|method|kanal|canal)$"),
    ("language", r"^(survey |interview )?(language|sprache|idioma)$"),
    ("age", r"^((what is|what's) your )?age( group| band| range)?\.?\??$|how old are you|^q\d+_a(ge)?$|welches alter|cuántos años"),
    ("gender", r"\b(gender|sex|geschlecht|género|sexo)\b"),
    ("race", r"\b(race|ethnicity|racial|ethnic|raza)\b|_race\b"),
    ("area", rf"\b{_PLACES}\b.*\b(live|reside|wohn|vive)|^{_PLACES}$"),
)
_WORD = re.compile(r"[^\W\d_]+")
STOP = frozenset(
    {"a", "an", "and", "are", "as", "at", "be", "by", "do", "does", "for", "from", "has", "have", "how", "i", "in", "is", "it", "of", "on", "or"}
    | {"our", "the", "their", "they", "this", "to", "was", "what", "with", "you", "your"}
)
ALIKE = 0.6
MOST_FREQUENT = 8  # answers that decide what a coded column is; slips of the pen are rare
SURE = 0.6  # of a column's different answers must be bare numbers to be taken for a coded scale
BLANKS = ("NA", "#N/A", "NULL", "null", "nan", "-")


def propose(export: SurveyExport, name: str = "") -> SurveyMapping:
    """A mapping with a role, a question and a scale for every column as far as they can be told; the reasons are given with each."""
    seen: Counter[tuple[str, str]] = Counter()
    taken: set[str] = set()
    columns = []
    together: dict[str, list[str]] = {}
    for column in export.columns:
        together.setdefault(column.heading, []).extend(column.labels if column.kind == "grid" else ())
    for column in export.columns:
        seen[column.heading, column.option] += 1
        columns.append(_column(column, seen[column.heading, column.option], taken, together[column.heading]))
    labels = {label for column in export.columns for label in column.labels}
    blank = tuple(word for word in BLANKS if word in labels)
    signature = tuple(dict.fromkeys(signed(column.heading) for column in export.columns))
    return SurveyMapping(name=name or export.title[:120] or "survey", tool=export.tool, columns=tuple(columns), blank=blank, signature=signature)


def _column(column: Column, occurrence: int, taken: set[str], together: list[str]) -> SurveyColumn:
    """The proposal for one column; the rows of a grid are on one scale (`together`: all their labels)."""
    role, reason = _role(column, taken)
    question = ""
    if role == "question":
        question, why = _question(column, taken)
        reason = reason or why
    if role not in {"question", "drop"}:
        taken.add(role)
    if question or role in STORED_AS:
        taken.add(question or STORED_AS[role])
    scale = _scale(column, role, together)
    values: dict[str, Answer] = {}
    if role == "question" and not scale:
        scale, values = _coded(column)
    return SurveyColumn(
        heading=column.heading, option=column.option, occurrence=occurrence, role=role, question=question, scale=scale, values=values, reason=reason
    )


def _coded(column: Column) -> tuple[str, dict[str, Answer]]:
    """A scale of bare numbers, as coded files have them: 1 to 5 or 0 to 10, where a lone 9 beside five points is no answer (as in ETC surveys)."""
    labels = [label.strip() for label in column.labels if label not in BLANKS][:MOST_FREQUENT]
    written = [label for label in labels if label.isdecimal()]
    if column.kind not in {"single", "number", "grid"} or len(written) < 3 or len(written) < SURE * len(labels):
        return "", {}
    numbers = {int(label) for label in written}
    if 9 in numbers and max(numbers - {9}) == 5:
        return "N5", {"9": "dont_know"}
    top = max(numbers)
    scale = "N5" if top == 5 and min(numbers) >= 1 else "N11" if top == 10 and min(numbers) == 0 else "N10" if top == 10 else ""
    return scale, {}


def _role(column: Column, taken: set[str]) -> tuple[Role, str]:
    """The role by heading and kind; each demographic role is given once."""
    if column.kind in {"meta", "date"}:
        return "drop", "no answer to a question"
    if column.kind == "weight" and "weight" not in taken:
        return "weight", "its heading says so"
    heading = re.sub(r"[._]+", " ", column.heading).strip().casefold() if " " not in column.heading else column.heading.casefold()
    for role, pattern in _ROLES:
        if (
            role in taken
            or (column.kind == "text" and role != "area")
            or (column.kind == "multi" and role != "race")
            or not re.search(pattern, heading)
        ):
            continue
        if role in {"wave", "channel", "language"} and len(column.labels) > 30:
            continue
        if role in {"age", "race", "gender"} and not _fits(role, column):
            continue
        return role, "its heading says so"
    return ("comment", "answers in people's own words") if column.kind == "text" and "comment" not in taken else ("question", "")


def _fits(role: Role, column: Column) -> bool:
    """Are most answers of a demographic question what they should be?"""
    known = {"age": demographics.age, "race": demographics.race, "gender": demographics.gender}[role]
    labels = [label for label in column.labels if label not in BLANKS] or [""]
    return role == "age" or sum(known(label) is not None for label in labels) >= 0.5 * len(labels)


@cache
def _bank() -> tuple[tuple[str, frozenset[str]], ...]:
    """Every question of the bank, and every row of its grids, with the words of its wording in each language."""
    found = []
    for question in bank.questions().values():
        if question.id in STORED_AS.values():
            continue  # who people are and what they say in their own words is told by the role
        rows = question.rows or (None,)
        for row in rows:
            for language, wording in question.wording.items():
                words = _words(wording.replace("{agency}", " ") if row is None else row.label.get(language, ""))
                found.append((question.id if row is None else row.id, words))
    return tuple(found)


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in map(str.casefold, _WORD.findall(text)) if word not in STOP)


def _question(column: Column, taken: set[str]) -> tuple[str, str]:
    """The question of the bank whose wording is most alike; otherwise one of its own, named by the column's place."""
    mine = _words(column.option or column.heading)
    best, score = "", 0.0
    for name, words in _bank():
        alike = len(mine & words) / len(mine | words) if mine | words else 0.0
        if alike > score and name not in taken:
            best, score = name, alike
    return (best, "worded like a question of the bank") if score >= ALIKE else (f"X_{column.key}", "a question of its own")


def _scale(column: Column, role: Role, together: list[str]) -> str:
    """The scale whose labels these are."""
    if role != "question" or column.kind not in {"single", "grid"}:
        return ""
    labels, all_labels = ([label for label in of if label not in BLANKS] for of in (column.labels, together))
    return (scales.best(dict.fromkeys(all_labels)) if column.kind == "grid" else "") or scales.best(labels)
