"""Which questions and surveys can be started from? The question bank and the templates, read from the tables beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from dashboard.errors import ScopeError
from dashboard.schema.questions import EMPLOYEE, Definition, Option, Question, Row, Section, Words

LANGUAGES = ("en", "es")
AREA = "C19"  # its answers are the agency's own districts
TABLES = ("community", "contact", "employee", "attributed")
PLAIN = ("scale", "dont_know", "prefer_not", "not_applicable", "pick", "shuffled", "required", "low", "high", "source", "licence", "credit")


def _table(name: str) -> dict[str, Any]:
    """One of the tables."""
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def _words(texts: list[str]) -> Words:
    """English and Spanish."""
    return dict(zip(LANGUAGES, texts, strict=True))


@cache
def scales() -> Mapping[str, tuple[Option, ...]]:
    """Every scale: its answers from low to high."""
    return {name: tuple(_option(row, entry) for row in entry["options"]) for name, entry in _table("scales").items()}


def _option(row: list[str], entry: Mapping[str, Any]) -> Option:
    """One answer of a scale."""
    return Option(code=row[0], label=_words(row[1:]), alone=row[0] in entry.get("alone", ()), last=row[0] in entry.get("last", ()))


@cache
def questions() -> Mapping[str, Question]:
    """Every question of the bank by its id."""
    return {name: _question(name, entry) for table in TABLES for name, entry in _table(table).items()}


@cache
def of(table: str) -> Mapping[str, Question]:
    """The questions of one table of the bank: 'community', 'contact', 'employee' or 'attributed'."""
    return {name: questions()[name] for name in _table(table)}


def _question(name: str, entry: Mapping[str, Any]) -> Question:
    """One question of a table."""
    note = {"en": entry["help_en"], "es": entry["help_es"]} if "help_en" in entry else {}
    rows = tuple(Row(id=row[0], label=_words(row[1:])) for row in entry.get("rows", ()))
    plain = {key: entry[key] for key in PLAIN if key in entry}
    wording = {"en": entry["en"], "es": entry["es"]}
    return Question(
        id=name,
        kind=entry["kind"],
        concept=entry["concept"],
        wording=wording,
        help=note,
        options=scales().get(entry.get("scale", ""), ()),
        rows=rows,
        **plain,
    )


def templates(*families: str) -> Mapping[str, str]:
    """The surveys to start from, of these families or of all: name to English title."""
    return {name: entry["title"][0] for name, entry in _table("templates").items() if not families or entry["family"] in families}


def template(name: str, areas: tuple[str, ...] = ()) -> Definition:
    """A survey to start from, with the agency's districts as answers to the area question; without districts that question is left out."""
    known = _table("templates")
    if name not in known:
        raise ScopeError(f"There is no template '{name}'.", hint=f"The templates are: {', '.join(known)}.")
    entry = known[name]
    sections = [
        Section(title=_words(title), questions=tuple(_asked(one, areas))) for title, names in entry["sections"] if (one := _wanted(names, areas))
    ]
    if "rotation" in entry:
        place = entry["rotation"]["section"]
        sets = tuple(tuple(_asked(one, areas)) for one in entry["rotation"]["sets"])
        sections[place] = sections[place].model_copy(update={"rotation": sets})
    thanks = _words(entry["thanks"]) if "thanks" in entry else {}
    return Definition(
        title=_words(entry["title"]),
        purpose=_words(entry["purpose"]),
        thanks=thanks,
        family=entry["family"],
        languages=LANGUAGES,
        sections=tuple(sections),
        invited_only=entry["family"] == EMPLOYEE,
    )


def _wanted(names: list[str], areas: tuple[str, ...]) -> list[str]:
    """The questions of a section that can be asked."""
    return [name for name in names if name != AREA or areas]


def _asked(names: list[str], areas: tuple[str, ...]) -> list[Question]:
    """The questions themselves."""
    return [with_areas(questions()[name], areas) if name == AREA else questions()[name] for name in names]


def with_areas(question: Question, areas: tuple[str, ...]) -> Question:
    """The area question with the agency's districts as its answers."""
    options = tuple(Option(code=area, label=dict.fromkeys(LANGUAGES, area)) for area in areas)
    return question.model_copy(update={"options": options})
