"""From the answers as written to the answers as they are stored: codes by question, wave by wave. Nothing unknown becomes a number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from dashboard.errors import MappingError
from dashboard.schema.problems import Problem
from dashboard.schema.questions import MISSING
from dashboard.schema.survey_mapping import SurveyColumn, SurveyMapping
from data_sources.surveys import demographics, scales
from data_sources.surveys.base import CHANNEL, COMPLETE, LANGUAGE, WEEK, Column, SurveyExport
from data_sources.surveys.columns import counted
from data_sources.surveys.lists import lists_by_options, split
from data_sources.surveys.waves import resolve, texts, waves_of, whole

ASIDE = object()  # an answer that was declared to mean nothing
UNKNOWN = object()
DECLARED = "declared to mean nothing"
MOST_LISTED = 30
DEMOGRAPHIC: Mapping[str, Callable[[str], Any]] = {"age": demographics.age, "race": demographics.race, "gender": demographics.gender}
ANSWERS = ("question", "cut", "area", "age", "race", "gender", "contact", "comment")


@dataclass(frozen=True, slots=True)
class Unknown:
    """An answer without a code: in which column (and grid row), how often, and why: no table has it, or it was declared to mean nothing."""

    heading: str
    option: str
    label: str
    count: int
    reason: str = "no scale or table has it"

    @property
    def column(self) -> str:
        """The column as it is named to people."""
        return f"{self.heading} ({self.option})" if self.option else self.heading


@dataclass(frozen=True, slots=True)
class WaveAnswers:
    """The answers of one wave, one dictionary a respondent; what else is known of them stands in lists of the same length.

    `scales` says on which scale each question was answered in this wave, `asked` by which columns, `counts` how often each code was given;
    `aside` lists what was set aside, by column and answer, `notes` the same in sentences.
    """

    wave: str
    answers: list[dict[str, Any]]
    weeks: list[str]
    languages: list[str]
    channels: list[str]
    weights: list[float | None]
    complete: list[bool]
    scales: Mapping[str, str]
    aside: tuple[Unknown, ...] = ()
    asked: tuple[tuple[Column, SurveyColumn], ...] = ()
    counts: Mapping[str, Mapping[Any, int]] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What was set aside, in sentences."""
        return tuple(Problem("set_aside", f"'{one.label[:60]}' is no answer and was set aside.", one.count, column=one.column) for one in self.aside)


@dataclass(frozen=True, slots=True)
class Recoded:
    """All waves, the answers that no table has, and columns in which different answers would become one code."""

    waves: tuple[WaveAnswers, ...]
    unknown: tuple[Unknown, ...]
    clashes: Mapping[str, tuple[tuple[str, ...], ...]]


@dataclass(slots=True)
class _Found:
    """What was met on the way through all columns and waves."""

    unknown: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    clashes: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)

    def note_unknown(self, column: Column, label: str, count: int) -> None:
        """One answer more that no table has."""
        here = self.unknown.setdefault((column.heading, column.option), {})
        here[label] = here.get(label, 0) + count


def recode(export: SurveyExport, mapping: SurveyMapping) -> list[dict[str, Any]]:
    """The answers of all waves, one dictionary a respondent: question id -> code, list of codes, number or text. A skipped question is absent.

    Raises MappingError with the list of columns and labels when an answer is unknown, or when two labels would become one code.
    """
    return [answers for wave in recode_waves(export, mapping) for answers in wave.answers]


def recode_waves(export: SurveyExport, mapping: SurveyMapping) -> list[WaveAnswers]:
    """The same, wave by wave in the order of their names; one wave without a name when no column tells the wave."""
    found = recoded(export, mapping)
    if found.unknown and mapping.unknown == "stop":
        hint = "Give each a code, list it under set_aside, or choose another scale."
        raise MappingError(_listed(found.unknown), hint=hint, where=export.file_name)
    if found.clashes:
        raise MappingError(clash(found.clashes), hint="Choose another scale.", where=export.file_name)
    return list(found.waves)


def recoded(export: SurveyExport, mapping: SurveyMapping) -> Recoded:
    """The same, with what stands in the way of storing it beside it instead of an error. MappingError when a column or scale is not there."""
    pairs = resolve(export, mapping)
    for _, one in pairs:
        for scale in {one.scale, *one.scale_by_wave.values()} - {""}:
            scales.known(scale)
    blank = frozenset(word.casefold() for word in mapping.blank)
    met = _Found()
    waves = tuple(_wave(export, name, rows, pairs, blank=blank, met=met) for name, rows in waves_of(export, mapping))
    unknown = tuple(Unknown(heading, option, label, n) for (heading, option), labels in met.unknown.items() for label, n in labels.items())
    return Recoded(waves, unknown, {column: tuple(same) for column, same in met.clashes.items()})


def clash(found: Mapping[str, Sequence[Sequence[str]]]) -> str:
    """The sentence about the first column in which different answers would become one code."""
    column, same = next(iter(found.items()))
    words = "; ".join(" = ".join(f"'{label}'" for label in one) for one in same[:5])
    return f"'{column}': different answers would become one code ({words})."


def _wave(
    export: SurveyExport,
    name: str,
    rows: np.ndarray | None,
    pairs: Sequence[tuple[Column, SurveyColumn]],
    *,
    blank: frozenset[str],
    met: _Found,
) -> WaveAnswers:
    """The answers of one wave."""
    table = export.answers if rows is None else export.answers.take(pa.array(rows))
    asked: list[tuple[Column, SurveyColumn]] = []
    counts: dict[str, Counter[Any]] = {}
    answers: list[dict[str, Any]] = [{} for _ in range(table.num_rows)]
    used: dict[str, str] = {}
    aside: list[Unknown] = []
    weights: list[float | None] = [None] * table.num_rows
    told = {LANGUAGE: table.column(LANGUAGE).to_pylist(), CHANNEL: table.column(CHANNEL).to_pylist()}
    for column, one in pairs:
        values = (whole if one.role in {"question", "race"} else texts)(table.column(column.key))
        if one.role in {"channel", "language"}:
            told[f"_{one.role}"] = [value or "" for value in values.to_pylist()]
        elif one.role == "weight":
            weights = _weights(values, column, met)
        elif one.role in ANSWERS:
            scale = one.scale_by_wave.get(name, one.scale)
            coded, given = _coded(values, column, one, scale, blank=blank, met=met, aside=aside)
            if given:
                asked.append((column, one))
                used |= {one.stored_as: scale} if scale else {}
                counts.setdefault(one.stored_as, Counter()).update(given)
            _put(answers, one.stored_as, coded)
    weeks, complete = table.column(WEEK).to_pylist(), table.column(COMPLETE).to_pylist()
    return WaveAnswers(name, answers, weeks, told[LANGUAGE], told[CHANNEL], weights, complete, used, tuple(aside), tuple(asked), counts)


def _put(answers: list[dict[str, Any]], question: str, values: Sequence[Any]) -> None:
    """One question into every respondent's answers; where two columns hold it, the first that was answered counts."""
    for answer, value in zip(answers, values, strict=True):
        if value is not None:
            answer.setdefault(question, value)


def _weights(values: pa.Array, column: Column, met: _Found) -> list[float | None]:
    words, places, counts = counted(values)
    numbers = [_number(word) for word in words.to_pylist()]
    for word, number, count in zip(words.to_pylist(), numbers, counts, strict=True):
        if number is None or number < 0:
            met.note_unknown(column, word, int(count))
    return _spread(numbers, places)


def _spread(codes: Sequence[Any], places: pa.Array) -> list[Any]:
    """Each row's code from the codes of the distinct values."""
    table = np.empty(len(codes) + 1, dtype=object)
    table[: len(codes)] = _objects(codes)
    return list(table[places.fill_null(len(codes)).to_numpy(zero_copy_only=False)])


def _objects(codes: Sequence[Any]) -> np.ndarray:
    """An array of objects that keeps lists whole."""
    result = np.empty(len(codes), dtype=object)
    for place, code in enumerate(codes):
        result[place] = code
    return result


def _number(text: str) -> float | None:
    """A number with decimal point or comma."""
    try:
        value = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _coded(
    values: pa.Array, column: Column, one: SurveyColumn, scale: str, *, blank: frozenset[str], met: _Found, aside: list[Unknown]
) -> tuple[list[Any], Counter[Any]]:
    """One column's answers as codes, and how often each was given; each distinct answer is looked up once."""
    if one.split and not pa.types.is_list(values.type):
        values = lists_by_options(values, one.options, one.split) if one.options else split(values, one.split)
    several = pa.types.is_list(values.type)
    words, places, counts = counted(values.flatten() if several else values)
    texts = words.to_pylist()
    decide = _decider(column, one, scale)
    codes = [None if text.casefold() in blank else decide(text) for text in texts]
    heading = f"{column.heading} ({column.option})" if column.option else column.heading
    for text, code, count in zip(texts, codes, counts.tolist(), strict=True):
        if code is UNKNOWN:
            met.note_unknown(column, text, count)
        if code is ASIDE:
            aside.append(Unknown(column.heading, column.option, text, count, DECLARED))
        elif code is UNKNOWN:
            aside.append(Unknown(column.heading, column.option, text, count))
    if scale:
        own = {fold_case(word) for word in (*one.values, *one.set_aside)}
        said = [text for text, code in zip(texts, codes, strict=True) if code is not None and fold_case(text) not in own]
        if same := scales.clashes(scale, said):
            met.clashes[heading] = same
    plain = [None if code in (ASIDE, UNKNOWN) else code for code in codes]
    given: Counter[Any] = Counter()
    for code, count in zip(plain, counts.tolist(), strict=True):
        for each in code if isinstance(code, list) else [code]:
            given.update({each: count} if each is not None and count else {})
    return _lists(values, _spread(plain, places)) if several else _spread(plain, places), given


def _lists(values: pa.Array, codes: list[Any]) -> list[Any]:
    """The codes of every list; a list that only says why there is no answer becomes that reason."""
    offsets = np.concatenate([[0], np.cumsum(values.value_lengths().fill_null(0).to_numpy(zero_copy_only=False))]).tolist()
    answered = values.is_valid().to_pylist()
    result: list[Any] = []
    for place, there in enumerate(answered):
        within = [code for code in codes[offsets[place] : offsets[place + 1]] if code is not None]
        chosen = [one for code in within for one in (code if isinstance(code, list) else [code])]
        real = [code for code in chosen if code not in MISSING]
        result.append(None if not there else chosen[0] if chosen and not real else list(dict.fromkeys(real)))
    return result


def _decider(column: Column, one: SurveyColumn, scale: str) -> Callable[[str], Any]:
    """What is done with one distinct answer: own table, then what means nothing, then the scale, range or table of its role."""
    own = {fold_case(word): code for word, code in one.values.items()}
    aside = {fold_case(word) for word in one.set_aside}
    free = one.role == "comment" or (column.kind == "text" and not scale)
    spelt = _spellings(column.labels)

    def decide(text: str) -> Any:
        if free:
            return text
        word = fold_case(text)
        if word in own:
            return _groups(own[word]) if one.role == "race" else own[word]
        if word in aside:
            return ASIDE
        if scale == scales.NUMBER:
            code = scales.no_answer(text) or _within(text, one)
        elif scale:
            code = scales.find(scale, spelt.get(fold_case(text), text) if scale == scales.CHOICE else text)
        else:
            code = _by_role(spelt.get(fold_case(text), text), one, column)
        return UNKNOWN if code is None or (scale == scales.CHOICE and _closed(one) and not scales.no_answer(text)) else code

    return decide


def _closed(one: SurveyColumn) -> bool:
    """Does the column's own table name every answer there is? One that only says what is no answer leaves the others as they are."""
    return any(code not in MISSING for code in one.values.values())


def fold_case(text: str) -> str:
    """An answer as it is compared with what a person listed: 'Yes' and 'yes ' are one, '9' and '9*' are two."""
    return " ".join(text.translate(scales.DASHES).casefold().split())


@cache
def _spellings(labels: tuple[str, ...]) -> dict[str, str]:
    """Folded label -> its most frequent spelling in the whole file (labels come in that order)."""
    found: dict[str, str] = {}
    for label in labels:
        found.setdefault(fold_case(label), label)
    return found


def _groups(code: object) -> object:
    """A person's own code of a group; several are told apart by '|'."""
    return str(code).split("|") if code not in MISSING else code


def _by_role(text: str, one: SurveyColumn, column: Column) -> Any:
    """The answer by the table of its role; None when it has none."""
    if one.role in DEMOGRAPHIC:
        return DEMOGRAPHIC[one.role](text)
    if reason := scales.no_answer(text):
        return reason
    if one.role == "area":
        return text
    if one.minimum is not None or one.maximum is not None or column.kind == "number":
        return _within(text, one)
    return None if _closed(one) else text


def _within(text: str, one: SurveyColumn) -> int | float | None:
    """A number inside its limits; None for anything else."""
    value = _number(text)
    if value is None or (one.minimum is not None and value < one.minimum) or (one.maximum is not None and value > one.maximum):
        return None
    return int(value) if value == int(value) else value


def _listed(unknown: Sequence[Unknown]) -> str:
    """The sentence that names every column with its unknown answers."""
    parts = []
    by_column: dict[str, dict[str, int]] = {}
    for one in unknown:
        by_column.setdefault(one.column, {})[one.label] = one.count
    for heading, labels in list(by_column.items())[:MOST_LISTED]:
        most = sorted(labels.items(), key=lambda one: (-one[1], one[0]))
        words = ", ".join(f"'{label[:60]}' ({count:,})" for label, count in most[:MOST_LISTED])
        parts.append(f"{heading}: {words}{' and more' if len(most) > MOST_LISTED else ''}")
    return f"Unknown answers stop the import: {'; '.join(parts)}."
