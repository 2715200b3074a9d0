"""On which scale is a column answered, in each wave, and which of its codes are no answers? Judged by the answers that were given."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from dashboard.schema.survey_mapping import Answer
from data_sources.surveys import scales
from data_sources.surveys.base import Column, SurveyExport
from data_sources.surveys.columns import counted
from data_sources.surveys.waves import texts, whole

SOME = 2_000
BLANKS = ("NA", "#N/A", "NULL", "null", "nan", "-")
MOST_FREQUENT = 8  # answers that decide what a coded column is; slips of the pen are rare
SURE = 0.6  # of a column's different answers must be bare numbers to be taken for a coded scale
MOST = 0.95  # of all answers decide which scale of words it is: an odd answer is then named when the file is stored, not taken for one of its own
CODES = 20  # so many different whole numbers at most are codes of answers, not an amount
RARE = 0.005  # of all answers: a code below that is a slip of the pen
_NUMBERED = re.compile(r"^([A-Za-z]+\d+)_\d+$")
NINES: Mapping[int, tuple[str, int]] = {9: ("dont_know", 6), 99: ("not_applicable", 25)}  # code -> what it stands for, beside codes up to
COUNTED = re.compile(r"how (many|long)|number of|years|anzahl|cuántos|cuántas", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Seen:
    """One column's answers: wave -> answer -> how often, blank ones left out; `words` in a text on average."""

    column: Column
    by_wave: Mapping[str, Mapping[str, int]]
    words: float = 0.0

    @property
    def waves(self) -> set[str]:
        """The waves in which anybody answered."""
        return {wave for wave, labels in self.by_wave.items() if labels}

    def labels(self, waves: Sequence[str] = ()) -> list[str]:
        """The answers of these waves (of all without any), the most frequent first."""
        found: Counter[str] = Counter()
        for wave in waves or self.by_wave:
            found.update(self.by_wave[wave])
        return [label for label, _ in sorted(found.items(), key=lambda one: (-one[1], one[0]))]


@dataclass(frozen=True, slots=True)
class Found:
    """A scale ('' where none is known), the scales of waves that differ, own codes, and why."""

    scale: str = ""
    values: Mapping[str, Answer] = field(default_factory=dict)
    by_wave: dict[str, str] = field(default_factory=dict)
    reason: str = ""


def look(export: SurveyExport, wave: Column | None) -> dict[str, Seen]:
    """The answers of every column, wave by wave ('' when no column tells the wave). Free text only says in which waves it was answered."""
    waves = texts(export.answers.column(wave.key)).fill_null("") if wave is not None else None
    return {column.key: Seen(column, _by_wave(export, column, waves), _words(export, column)) for column in export.columns}


def _words(export: SurveyExport, column: Column) -> float:
    """How many words a text has on average, by its first few hundred answers."""
    if column.kind != "text":
        return 0.0
    some = [text for text in export.answers.column(column.key).slice(0, SOME).to_pylist() if text and text not in BLANKS]
    return sum(len(text.split()) for text in some) / len(some) if some else 0.0


def _by_wave(export: SurveyExport, column: Column, waves: pa.Array | None) -> dict[str, dict[str, int]]:
    """One column's answers."""
    values = whole(export.answers.column(column.key))
    if pa.types.is_list(values.type):
        rows = values.value_parent_indices() if hasattr(values, "value_parent_indices") else pa.compute.list_parent_indices(values)
        of_row, values = (waves.take(rows) if waves is not None else None), values.flatten()
    else:
        of_row = waves
    found: dict[str, dict[str, int]] = {}
    for name in sorted(set(of_row.to_pylist())) if of_row is not None else [""]:
        part = values if of_row is None else values.filter(pa.compute.equal(of_row, name))
        words, _, counts = counted(part)
        said = {word: int(n) for word, n in zip(words.to_pylist(), counts, strict=True) if word not in BLANKS}
        found[name] = said if column.kind != "text" else ({"": 1} if said else {})
    return found


def scale_of(column: Column, seen: Mapping[str, Seen]) -> Found:
    """The scale of a question; where waves were answered on different ones, that of the last wave and the others by wave."""
    if column.kind not in {"single", "number", "grid"}:
        return Found()
    mine = seen[column.key]
    made = {wave: _one(column, mine, wave, seen) for wave in sorted(mine.waves)}
    if not made:
        return Found()
    last = made[max(made)]
    values = {raw: code for one in made.values() for raw, code in one.values.items()}
    others = {wave: one.scale for wave, one in made.items() if one.scale and one.scale != last.scale}
    if len(others) == len(made) - 1 and not last.scale:
        others = {}
    reason = last.reason or next((one.reason for one in made.values() if one.reason), "")
    return Found(last.scale, values, others, reason + (f"; on another scale in {', '.join(others)}" if others else ""))


def _one(column: Column, mine: Seen, wave: str, seen: Mapping[str, Seen]) -> Found:
    """The scale of one wave: of words, else of numbers. Rows of one grid, and coded columns numbered alike, are on one scale."""
    counts = Counter(mine.by_wave[wave])
    together = Counter[str]()
    for one in seen.values():
        if one.column.kind == column.kind and _family(one.column) == _family(column):
            together.update(one.by_wave.get(wave, {}))
    if column.kind == "number":
        return _coded(column, together)
    scale = (scales.best(list(together)) if column.option else "") or scales.best(list(counts)) or _nearly(counts)
    return Found(scale) if scale else _coded(column, counts)


def _family(column: Column) -> tuple[str, str]:
    """What columns of one question share: the heading of a grid, or q7 of q7_01 and q7_02; a column by itself shares nothing."""
    numbered = _NUMBERED.match(column.heading)
    if column.option:
        return "grid", column.heading
    return ("numbered", numbered[1]) if numbered else ("alone", column.key)


def _nearly(counts: Mapping[str, int]) -> str:
    """The scale of at least four points that nearly all answers are on."""
    scale = scales.best(_most(counts))
    return scale if scale and len(scales.options(scale)) >= 4 else ""


def _most(counts: Mapping[str, int]) -> list[str]:
    """The most frequent answers that together make up nearly all."""
    total, so_far, found = sum(counts.values()), 0, []
    for label, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        if so_far >= MOST * total:
            break
        found.append(label)
        so_far += count
    return found


def _coded(column: Column, counts: Mapping[str, int]) -> Found:
    """Bare numbers, as coded files have them: 1 to 5 or 0 to 10 is a scale; other few codes are choices. A lone 9 or 99 beyond them is no answer."""
    by_frequency = sorted(counts, key=lambda label: (-counts[label], label))
    labels = by_frequency[:MOST_FREQUENT]
    written = [label for label in labels if scales.number_in(label) is not None]
    bare = all(label.strip().isdecimal() for label in written)
    if len(written) < max(2, SURE * len(labels)) or (bare and COUNTED.search(column.heading)):
        return Found()
    least = RARE * sum(counts.values())
    kept = [label for label in by_frequency if counts[label] >= least or (label == "9" and counts[label] > 1)]
    known = {number for label in kept if (number := scales.number_in(label)) is not None}
    values, why = _no_answers(known)
    known -= {int(code) for code in values}
    low, top = min(known, default=0), max(known, default=0)
    if "99" not in values and (scale := _points(low, top, len(known))):
        return Found(scale, values, {}, why)
    if known and top - low < CODES and len(written) == len(labels):
        return Found(scales.CHOICE, values, {}, f"{why}; codes without words" if why else "codes without words")
    return Found()


def _no_answers(known: set[int]) -> tuple[dict[str, Answer], str]:
    """A 9 or 99 that stands apart from the other codes, and why."""
    for nine, (reason, beside) in NINES.items():
        others = known - {nine}
        if nine in known and others and min(others) >= 1 and max(others) <= beside:
            return {str(nine): reason}, f"{nine} stands apart from the other codes: taken as no answer"
    return {}, ""


def _points(low: int, top: int, different: int) -> str:
    """The scale of numbers that runs from low to top; '' where so few points were met that they may be codes of anything."""
    if top == 5 and low >= 1 and different >= 3:
        return "N5"
    if top == 10 and low >= 0 and different >= 5:
        return "N11" if low == 0 else "N10"
    return ""
