"""From the answers as written to the answers as they are stored: codes by question, wave by wave. Nothing unknown becomes a number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.errors import MappingError
from dashboard.schema.problems import Problem
from dashboard.schema.questions import MISSING
from dashboard.schema.survey_mapping import SurveyColumn, SurveyMapping
from data_sources.surveys import demographics, scales
from data_sources.surveys.base import CHANNEL, COMPLETE, LANGUAGE, WEEK, Column, SurveyExport
from data_sources.surveys.columns import counted
from data_sources.surveys.lists import lists_by_options, split

ASIDE = object()  # an answer that was declared to mean nothing
UNKNOWN = object()
MOST_LISTED = 30
DEMOGRAPHIC: Mapping[str, Callable[[str], Any]] = {"age": demographics.age, "race": demographics.race, "gender": demographics.gender}
ANSWERS = ("question", "area", "age", "race", "gender", "comment")


@dataclass(frozen=True, slots=True)
class WaveAnswers:
    """The answers of one wave, one dictionary a respondent; what else is known of them stands in lists of the same length.

    `scales` says on which scale each question was answered in this wave; `notes` lists what was set aside, by column and answer.
    """

    wave: str
    answers: list[dict[str, Any]]
    weeks: list[str]
    languages: list[str]
    channels: list[str]
    weights: list[float | None]
    complete: list[bool]
    scales: Mapping[str, str]
    notes: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Found:
    """What was met on the way through all columns and waves."""

    unknown: dict[str, dict[str, int]] = field(default_factory=dict)
    clashes: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)


def recode(export: SurveyExport, mapping: SurveyMapping) -> list[dict[str, Any]]:
    """The answers of all waves, one dictionary a respondent: question id -> code, list of codes, number or text. A skipped question is absent.

    Raises MappingError with the list of columns and labels when an answer is unknown, or when two labels would become one code.
    """
    return [answers for wave in recode_waves(export, mapping) for answers in wave.answers]


def recode_waves(export: SurveyExport, mapping: SurveyMapping) -> list[WaveAnswers]:
    """The same, wave by wave in the order of their names; one wave without a name when no column tells the wave."""
    pairs = resolve(export, mapping)
    for _, one in pairs:
        for scale in {one.scale, *one.scale_by_wave.values()} - {""}:
            scales.known(scale)
    blank = frozenset(word.casefold() for word in mapping.blank)
    met = _Found()
    waves = [_wave(export, name, rows, pairs, blank=blank, met=met) for name, rows in _waves(export, pairs)]
    if met.unknown and mapping.unknown == "stop":
        raise MappingError(_listed(met.unknown), hint="Give each a code, list it under set_aside, or choose another scale.", where=export.file_name)
    if met.clashes:
        column, same = next(iter(met.clashes.items()))
        words = "; ".join(" = ".join(f"'{label}'" for label in one) for one in same[:5])
        raise MappingError(f"'{column}': different answers would become one code ({words}).", hint="Choose another scale.", where=export.file_name)
    return waves


def resolve(export: SurveyExport, mapping: SurveyMapping) -> list[tuple[Column, SurveyColumn]]:
    """Which column of the export does each column of the mapping mean? MappingError names those that are not there."""
    places: dict[tuple[str, str], list[Column]] = {}
    for column in export.columns:
        places.setdefault((column.heading, column.option), []).append(column)
    pairs, missing = [], []
    for one in mapping.columns:
        found = places.get((one.heading, one.option), [])
        if one.role == "drop":
            continue
        if len(found) < one.occurrence:
            missing.append(f"'{one.heading}'{f' ({one.option})' if one.option else ''}")
        else:
            pairs.append((found[one.occurrence - 1], one))
    if missing:
        raise MappingError(f"The file has no column {', '.join(missing[:10])}.", hint="Choose another mapping.", where=export.file_name)
    return pairs


def _waves(export: SurveyExport, pairs: Sequence[tuple[Column, SurveyColumn]]) -> list[tuple[str, np.ndarray | None]]:
    """The waves by name with their rows; None stands for all rows."""
    for column, one in pairs:
        if one.role == "wave":
            words, places, _ = counted(_texts(export.answers.column(column.key)))
            names = [str(one.values.get(word, word)) for word in words.to_pylist()] + [""]
            of_row = np.array(names, dtype=object)[places.fill_null(len(names) - 1).to_numpy(zero_copy_only=False)]
            return [(name, np.flatnonzero(of_row == name)) for name in sorted(set(of_row))]
    return [("", None)]


def _texts(column: Any) -> pa.Array:
    """A column as texts; several answers of one cell are joined."""
    values = _whole(column)
    return pc.binary_join(values, "; ") if pa.types.is_list(values.type) else values


def _whole(column: Any) -> pa.Array:
    """A column in one piece."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return whole if not isinstance(whole, pa.ChunkedArray) else whole.chunk(0)


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
    answers: list[dict[str, Any]] = [{} for _ in range(table.num_rows)]
    used: dict[str, str] = {}
    notes: list[Problem] = []
    weights: list[float | None] = [None] * table.num_rows
    told = {LANGUAGE: table.column(LANGUAGE).to_pylist(), CHANNEL: table.column(CHANNEL).to_pylist()}
    for column, one in pairs:
        values = (_whole if one.role in {"question", "race"} else _texts)(table.column(column.key))
        if one.role in {"channel", "language"}:
            told[f"_{one.role}"] = [value or "" for value in values.to_pylist()]
        elif one.role == "weight":
            weights = _weights(values, column, met)
        elif one.role in ANSWERS:
            scale = one.scale_by_wave.get(name, one.scale)
            coded = _coded(values, column, one, scale, blank=blank, met=met, notes=notes)
            if any(value is not None for value in coded) and scale:
                used[one.stored_as] = scale
            _put(answers, one.stored_as, coded)
    weeks, complete = table.column(WEEK).to_pylist(), table.column(COMPLETE).to_pylist()
    return WaveAnswers(name, answers, weeks, told[LANGUAGE], told[CHANNEL], weights, complete, used, tuple(notes))


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
            met.unknown.setdefault(column.heading, {})[word] = int(count)
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


def _coded(values: pa.Array, column: Column, one: SurveyColumn, scale: str, *, blank: frozenset[str], met: _Found, notes: list[Problem]) -> list[Any]:
    """One column's answers as codes; each distinct answer is looked up once."""
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
            met.unknown.setdefault(heading, {})[text] = met.unknown.get(heading, {}).get(text, 0) + count
        if code in (ASIDE, UNKNOWN):
            notes.append(Problem("set_aside", f"'{text[:60]}' is no answer and was set aside.", count, column=heading))
    if scale:
        own = {scales.folded(word) for word in one.values}
        said = [text for text, code in zip(texts, codes, strict=True) if code is not None and scales.folded(text) not in own]
        if same := scales.clashes(scale, said):
            met.clashes[heading] = same
    plain = [None if code in (ASIDE, UNKNOWN) else code for code in codes]
    return _lists(values, _spread(plain, places)) if several else _spread(plain, places)


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
    own = {scales.folded(word): code for word, code in one.values.items()}
    aside = {scales.folded(word) for word in one.set_aside}
    free = one.role == "comment" or (column.kind == "text" and not scale)

    def decide(text: str) -> Any:
        if free:
            return text
        word = scales.folded(text)
        if word in own:
            return _groups(own[word]) if one.role == "race" else own[word]
        if word in aside:
            return ASIDE
        if scale:
            code = scales.find(scale, text)
            return UNKNOWN if code is None else code
        code = _by_role(text, one, column)
        return UNKNOWN if code is None else code

    return decide


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
    return None if one.values else text


def _within(text: str, one: SurveyColumn) -> int | float | None:
    """A number inside its limits; None for anything else."""
    value = _number(text)
    if value is None or (one.minimum is not None and value < one.minimum) or (one.maximum is not None and value > one.maximum):
        return None
    return int(value) if value == int(value) else value


def _listed(unknown: Mapping[str, Mapping[str, int]]) -> str:
    """The sentence that names every column with its unknown answers."""
    parts = []
    for heading, labels in list(unknown.items())[:MOST_LISTED]:
        most = sorted(labels.items(), key=lambda one: (-one[1], one[0]))
        words = ", ".join(f"'{label[:60]}' ({count:,})" for label, count in most[:MOST_LISTED])
        parts.append(f"{heading}: {words}{' and more' if len(most) > MOST_LISTED else ''}")
    return f"Unknown answers stop the import: {'; '.join(parts)}."
