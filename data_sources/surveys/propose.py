"""What do the columns of an export probably mean? A proposal from headings and answers, to be looked at by a person."""

from __future__ import annotations

import re
from functools import cache

from dashboard.schema import bank
from dashboard.schema.mapping import folded as signed
from dashboard.schema.questions import MISSING
from dashboard.schema.survey_mapping import STORED_AS, Answer, Role, SurveyColumn, SurveyMapping
from data_sources.surveys import demographics, propose_scale
from data_sources.surveys.base import Column, SurveyExport
from data_sources.surveys.kinds import OPEN
from data_sources.surveys.propose_scale import BLANKS, Seen

_PLACES = r"(neighbou?rhood|borough|(council |police )?district|precinct|ward|zip( code)?|postcode|area|beat|barrio|stadtteil)"
_ROLES: tuple[tuple[Role, str], ...] = (
    ("wave", r"^(survey )?(year|wave|round|welle|jahr|año|ola)\.?$"),
    ("weight", r"^(final |survey |person )?(weight|weights|wgt|wt|gewicht|peso)$"),
    ("channel", r"^(channel|source|mode|method|kanal|canal)$"),
    ("language", r"^(survey |interview )?(language|sprache|idioma)$"),
    ("age", r"^((what is|what's) your )?age( group| band| range)?\.?\??$|how old are you|^q\d+_a(ge)?$|welches alter|cuántos años"),
    ("gender", r"\b(gender|sex|geschlecht|género|sexo)\b"),
    ("race", r"\b(race|ethnicity|racial|ethnic|raza)\b|_race\b"),
    ("contact", r"^(kind|type) of (contact|call|incident)\.?\??$|^(contact|call) type$"),
    ("area", rf"\b{_PLACES}\b.*\b(live|reside|wohn|vive)|^{_PLACES}$"),
)
ASKED = frozenset({"question", "comment", "area", "age", "race", "gender", "contact"})  # roles that are answers of a person
_ONCE = frozenset({"wave", "weight", "channel", "language"})
_WORD = re.compile(r"[^\W\d_]+")
_WAVE_BEHIND = re.compile(r"(?:[_ .]+(?:19|20)\d\d)+\.?$")
_DOTTED = re.compile(r"[A-Za-z]\.+[A-Za-z]")  # blanks of a statistics program
STOP = frozenset(
    {"a", "an", "and", "are", "as", "at", "be", "by", "do", "does", "for", "from", "has", "have", "how", "i", "in", "is", "it", "of", "on", "or"}
    | {"our", "the", "their", "they", "this", "to", "was", "what", "with", "you", "your"}
)
ALIKE = 0.6  # of the words, to be a question of the bank
SAME = 0.8  # of the words, to be a question of another wave worded anew
MOST_WORDS = 600
FEW_WORDS = 3.0  # on average: shorter texts are names of places, trades, tools
FITS = (0.5, 0.9)  # of the different answers, or of all answers, must be those of a demographic question


class _Taken:
    """Which roles and questions are given already, and in which waves: what one wave asked in one column another may have asked in another."""

    def __init__(self) -> None:
        self.waves: dict[str, set[str]] = {}

    def __contains__(self, asked: tuple[str, Seen]) -> bool:
        name, seen = asked
        return name in self.waves and (name in _ONCE or bool(self.waves[name] & seen.waves) or not seen.waves)

    def give(self, name: str, seen: Seen) -> None:
        self.waves.setdefault(name, set()).update(seen.waves)


def propose(export: SurveyExport, name: str = "") -> SurveyMapping:
    """A mapping with a role, a question and a scale for every column as far as they can be told; the reasons are given with each."""
    wave = next((column for column in export.columns if _is_wave(column)), None)
    seen = propose_scale.look(export, wave)
    occurrences: dict[tuple[str, str], int] = {}
    taken = _Taken()
    columns: list[SurveyColumn] = []
    for column in export.columns:
        place = occurrences[column.heading, column.option] = occurrences.get((column.heading, column.option), 0) + 1
        columns.append(_column(column, place, taken, seen))
    columns = _joined(export.columns, columns, seen)
    labels = {label for column in export.columns for label in column.labels}
    blank = tuple(word for word in BLANKS if word in labels)
    signature = tuple(dict.fromkeys(signed(column.heading) for column in export.columns))
    return SurveyMapping(name=name or export.title[:120] or "survey", tool=export.tool, columns=tuple(columns), blank=blank, signature=signature)


def _is_wave(column: Column) -> bool:
    """Does its heading say that this column tells the wave?"""
    return _role(column, _Taken(), Seen(column, {}))[0] == "wave"


def _column(column: Column, occurrence: int, taken: _Taken, of: dict[str, Seen]) -> SurveyColumn:
    """The proposal for one column."""
    seen = of[column.key]
    role, reason = _role(column, taken, seen)
    question = ""
    values: dict[str, Answer] = {}
    found = propose_scale.Found()
    if role == "question":
        question, reason = _question(column, taken, seen)
        found = propose_scale.scale_of(column, of)
        values, reason = dict(found.values), f"{reason}; {found.reason}" if found.reason else reason
    elif role in {"age", "race"}:
        values = _own(role, seen)
        reason += "; in groups of its own" if values and role == "age" else ""
    taken.give(question or role, seen)
    if role in STORED_AS:
        taken.give(STORED_AS[role], seen)
    return SurveyColumn(
        heading=column.heading,
        option=column.option,
        occurrence=occurrence,
        role=role,
        question=question,
        wording=wording(column) if role in ASKED and wording(column) != column.heading else "",
        scale=found.scale,
        scale_by_wave=found.by_wave,
        values=values,
        reason=reason,
    )


def wording(column: Column) -> str:
    """The heading as a sentence, with the row of its grid: without the years of its waves, dots of a statistics program as blanks."""
    text = _WAVE_BEHIND.sub("", column.heading.strip())
    if " " not in text and _DOTTED.search(text):
        text = re.sub(r"\.{2,}(?=[A-Z])", ": ", text.rstrip("."))
        text = re.sub(r"\.{2,}", ", ", text).replace(".", " ")
    return (f"{text}: {column.option}" if column.option else text).strip()[:MOST_WORDS]


def _own(role: Role, seen: Seen) -> dict[str, Answer]:
    """The file's own age bands, wave by wave, where they are not the census's."""
    if role != "age":
        return {}
    return {label: band for labels in seen.by_wave.values() for label, band in demographics.own_bands(labels).items()}


def _role(column: Column, taken: _Taken, seen: Seen) -> tuple[Role, str]:
    """The role by heading and kind; each demographic role is given once in a wave."""
    if column.kind in {"meta", "date"}:
        return "drop", "no answer to a question"
    if column.kind == "weight" and ("weight", seen) not in taken:
        return "weight", "its heading says so"
    heading = re.sub(r"[._]+", " ", column.heading).strip().casefold() if " " not in column.heading else column.heading.casefold()
    bare = _WAVE_BEHIND.sub("", heading)
    for role, pattern in _ROLES:
        if (
            (role, seen) in taken
            or (column.kind == "text" and role != "area")
            or (column.kind == "multi" and role != "race")
            or not (re.search(pattern, heading) or re.search(pattern, bare))
        ):
            continue
        if role in {"wave", "channel", "language"} and len(column.labels) > 30:
            continue
        if role in {"age", "race", "gender"} and not _fits(role, column, seen):
            continue
        return role, "its heading says so"
    if column.kind == "text" and 0 < seen.words < FEW_WORDS and not OPEN.search(column.heading):
        return "drop", "many different short answers: neither a comment nor a choice; take it in as a choice if it is one"
    return ("comment", "answers in people's own words") if column.kind == "text" and ("comment", seen) not in taken else ("question", "")


def _fits(role: Role, column: Column, seen: Seen) -> bool:
    """Are most answers of a demographic question what they should be?"""
    known = {"age": demographics.age, "race": demographics.race, "gender": demographics.gender}[role]
    labels = [label for label in column.labels if label not in BLANKS] or [""]
    if role == "age":
        return any(known(label) not in {None, *MISSING} or demographics.own_band(label) for label in labels)
    counts = {label: count for wave in seen.by_wave.values() for label, count in wave.items()}
    readable = {label for label in labels if known(label) is not None}
    return len(readable) >= FITS[0] * len(labels) or sum(counts.get(label, 0) for label in readable) >= FITS[1] * max(1, sum(counts.values()))


@cache
def _bank() -> tuple[tuple[str, frozenset[str]], ...]:
    """Every question of the bank, and every row of its grids, with the words of its wording in each language."""
    found = []
    for question in bank.questions().values():
        if question.id in STORED_AS.values():
            continue  # who people are and what they say in their own words is told by the role
        rows = question.rows or (None,)
        for row in rows:
            for language, text in question.wording.items():
                words = _words(text.replace("{agency}", " ") if row is None else row.label.get(language, ""))
                found.append((question.id if row is None else row.id, words))
    return tuple(found)


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in map(str.casefold, _WORD.findall(text)) if word not in STOP)


def _likeness(mine: frozenset[str], other: frozenset[str]) -> float:
    """Which share of the words of two texts is common to both?"""
    return len(mine & other) / len(mine | other) if mine | other else 0.0


def _question(column: Column, taken: _Taken, seen: Seen) -> tuple[str, str]:
    """The question of the bank whose wording is most alike; otherwise one of its own, named by the column's place."""
    mine = _words(column.option or column.heading)
    best, score = "", 0.0
    for name, words in _bank():
        alike = _likeness(mine, words)
        if alike > score and (name, seen) not in taken:
            best, score = name, alike
    return (best, "worded like a question of the bank") if score >= ALIKE else (f"X_{column.key}", "a question of its own")


def _joined(columns: tuple[Column, ...], made: list[SurveyColumn], seen: dict[str, Seen]) -> list[SurveyColumn]:
    """Questions of different waves that are worded nearly alike become one: its line then stops where the wording changed."""
    result = list(made)
    for place, (column, one) in enumerate(zip(columns, made, strict=True)):
        if one.role != "question" or len(seen[column.key].waves) == 0:
            continue
        mine = _words(wording(column))
        for other, earlier in zip(columns[:place], result[:place], strict=True):
            apart = not (_waves_of(earlier.question, columns, result[:place], seen) & seen[column.key].waves)
            if earlier.role == "question" and apart and earlier.scale == one.scale and _likeness(mine, _words(wording(other))) >= SAME:
                reason = f"worded nearly like '{wording(other)[:60]}' of another wave"
                result[place] = one.model_copy(update={"question": earlier.question, "reason": reason})
                break
    return result


def _waves_of(question: str, columns: tuple[Column, ...], made: list[SurveyColumn], seen: dict[str, Seen]) -> set[str]:
    """In which waves is this question answered so far?"""
    return set().union(*(seen[column.key].waves for column, one in zip(columns, made, strict=False) if one.question == question))
