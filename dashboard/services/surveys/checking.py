"""What would be stored of a file under this mapping, and what stands in the way? Nothing is stored by looking."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.schema import lineage
from dashboard.schema.questions import Definition
from dashboard.schema.survey_mapping import SurveyColumn, SurveyMapping
from dashboard.services.forms import today
from dashboard.services.restricted import restricted
from dashboard.services.surveys import defining
from dashboard.store.quiet import no_collection
from data_sources.surveys.base import SurveyExport
from data_sources.surveys.recode import Recoded, Unknown, WaveAnswers, clash, recoded

if TYPE_CHECKING:
    from dashboard.services.house import House

__all__ = ["Aside", "Checked", "CheckedWave", "Unknown", "check", "settled"]

LEAVE_OUT = "leave out"
LINED = ("scale", "grid", "ten", "rating", "single", "multi", "number")  # kinds that have a line over waves


@dataclass(frozen=True, slots=True)
class CheckedWave:
    """One wave as it would be stored. `key` is its name in the file; `dated` says whether the file tells when it was asked."""

    key: str
    name: str
    answers: int
    questions: int
    opens: dt.date
    closes: dt.date
    dated: bool


@dataclass(frozen=True, slots=True)
class Aside:
    """One answer that would be set aside: in which wave and column, why, how often."""

    wave: str
    column: str
    answer: str
    reason: str
    count: int

    def as_row(self) -> list[str | int]:
        """As it is kept with the import."""
        return [self.wave, self.column, self.answer, self.reason, self.count]


@dataclass(frozen=True, slots=True)
class Checked:
    """What would be stored (`waves`, `aside`), and what stands in the way: answers that no table has, different answers under one code."""

    waves: tuple[CheckedWave, ...]
    unknown: tuple[Unknown, ...]
    clash: str
    breaks: tuple[str, ...]
    only_once: int
    aside: tuple[Aside, ...]

    @property
    def ready(self) -> bool:
        """Whether it may be stored."""
        return not self.unknown and not self.clash and bool(self.waves)


@restricted(Permission.IMPORT_DATA)
def check(house: House, export: SurveyExport, mapping: SurveyMapping) -> Checked:
    """What would be stored. MappingError when the mapping does not fit the file at all."""
    with no_collection():
        found = recoded(export, mapping)
    return looked_over(found, export, mapping, today(house))


def looked_over(found: Recoded, export: SurveyExport, mapping: SurveyMapping, day: dt.date) -> Checked:
    """The same of what was read by the mapping; `day` stands where a file does not say when it was asked."""
    waves = [wave for wave in found.waves if wave.answers]
    made = defining.definitions(waves, mapping, export.title)
    sentences, once = breaks_between(made)
    unknown = found.unknown if mapping.unknown == "stop" else ()
    shown = tuple(_wave(wave, definition, day) for wave, definition in zip(waves, made, strict=True))
    return Checked(shown, unknown, clash(found.clashes) if found.clashes else "", sentences, once, aside(found))


def _wave(wave: WaveAnswers, definition: Definition, day: dt.date) -> CheckedWave:
    """One wave as it would be stored."""
    told = defining.dates(wave.wave, wave.weeks)
    opens, closes = told or (day, day)
    names = {name for question in definition.questions() for name in question.answer_ids()}
    return CheckedWave(wave.wave, wave.wave or f"{opens:%Y-%m}", len(wave.answers), len(names), opens, closes, told is not None)


def breaks_between(definitions: Sequence[Definition]) -> tuple[tuple[str, ...], int]:
    """Where lines would stop, question by question, each once; and how many questions were asked in one wave only."""
    found: dict[str, str] = {}
    asked: dict[str, int] = {}
    for definition in definitions:
        for question in definition.questions():
            if question.kind in LINED and question.id not in defining.PEOPLE:
                asked[question.id] = asked.get(question.id, 0) + 1
    for before, after in itertools.pairwise(definitions):
        lined = [question.id for question in after.questions() if question.kind in LINED and question.id not in defining.PEOPLE]
        names = tuple(name for name in lined if before.question(name) is not None)
        for one in lineage.breaks(before, after, names):
            asked_now = after.question(one.question)
            wording = asked_now.wording.get("en", "") if asked_now else ""
            found.setdefault(one.question, f"{wording or one.question}: {_why(one.kind)}")
    return tuple(found.values()), sum(count == 1 for count in asked.values()) if len(definitions) > 1 else 0


def _why(kind: str) -> str:
    """Why a line stops, in a few words."""
    return "the answers to choose from changed" if kind == "scale" else "it was worded anew"


def aside(found: Recoded) -> tuple[Aside, ...]:
    """Every answer without a code, the most frequent first."""
    rows = [Aside(wave.wave, one.column, one.label, one.reason, one.count) for wave in found.waves for one in wave.aside]
    return tuple(sorted(rows, key=lambda one: (-one.count, one.column, one.answer)))


def settled(mapping: SurveyMapping, unknown: Sequence[Unknown], meanings: Sequence[str]) -> SurveyMapping:
    """The mapping with what a person said about answers that no table has: a code for each, or that it is left out; '' leaves it open."""
    said: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for one, meaning in zip(unknown, meanings, strict=True):
        if meaning:
            said.setdefault((one.heading, one.option), []).append((one.label, meaning))
    return mapping.model_copy(update={"columns": tuple(_settled(one, said.get((one.heading, one.option), [])) for one in mapping.columns)})


def _settled(one: SurveyColumn, said: Sequence[tuple[str, str]]) -> SurveyColumn:
    """One column with more answers known."""
    codes = {label: int(code) if code.isdecimal() else code for label, code in said if code != LEAVE_OUT}
    out = tuple(label for label, code in said if code == LEAVE_OUT and label not in one.set_aside)
    return one.model_copy(update={"values": {**one.values, **codes}, "set_aside": (*one.set_aside, *out)})
