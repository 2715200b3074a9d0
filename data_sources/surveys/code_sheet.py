"""What do the codes of an export stand for? A code sheet (question, code, label) puts words in their places before anything is mapped."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from dashboard.errors import SourceError
from dashboard.schema.problems import Problem
from dashboard.settings import DEFAULTS, Settings
from data_sources.isolated import DEFAULT, Limits, Progress, Work, run
from data_sources.surveys.base import Column, Kind, SurveyExport
from data_sources.surveys.columns import TYPED, counted
from data_sources.surveys.grid import Grid, grids

READ = "data_sources.surveys.code_sheet:read_here"
HEADS: Mapping[str, frozenset[str]] = {
    "question": frozenset({"question", "variable", "item", "question code", "frage", "pregunta"}),
    "code": frozenset({"code", "value", "answer code", "wert", "código", "codigo", "valor"}),
    "label": frozenset({"label", "answer", "meaning", "text", "bezeichnung", "antwort", "etiqueta", "respuesta"}),
}
HINT = "It needs the columns question, code and label, one row for each answer; a row without a code gives the question's own words."
MOST, LISTED = 50_000, 12
WHOLE = re.compile(r"(-?\d+)\.0+")  # a whole number as a spreadsheet may write it


@dataclass(frozen=True, slots=True)
class CodeSheet:
    """`answers`: question (small letters) -> code (small letters) -> label. `questions`: question -> its words, where the sheet has them."""

    answers: Mapping[str, Mapping[str, str]]
    questions: Mapping[str, str]


def read_apart(path: Path, settings: Settings = DEFAULTS, *, limits: Limits = DEFAULT) -> CodeSheet:
    """The code sheet of a CSV file or workbook, read in a process of its own. SourceError in one sentence when it is none."""
    work = {"path": str(path.resolve()), "settings": dict(settings.changed), "search": []}
    return sheet_of([(str(a), str(b), str(c)) for a, b, c in run(READ, work, limits=limits, name=path.name)])


def read_here(work: Work, progress: Progress) -> list[list[str]]:
    """The work itself: every row as question, code, label."""
    progress(0.1, "Reading the code sheet.")
    found = grids(Path(work["path"]), Settings.of(work["settings"]) if work["settings"] else DEFAULTS)
    rows = next((rows for one in found if (rows := _rows(one)) is not None), None)
    if rows is None:
        raise SourceError("This file is no code sheet.", hint=HINT)
    return rows


def _rows(grid: Grid) -> list[list[str]] | None:
    """The rows of a table that is a code sheet; None for another one."""
    heads = [" ".join(cell.casefold().split()) for cell in grid.head(0)]
    places = [next((place for place, head in enumerate(heads) if head in names), None) for names in HEADS.values()]
    if None in places or grid.cells.num_rows > MOST:
        return None
    body, _ = grid.below(1)
    columns = [body.column(place).to_pylist() for place in places if place is not None]
    return [[" ".join(str(cell or "").split()) for cell in row] for row in zip(*columns, strict=True)]


def sheet_of(rows: Iterable[tuple[str, str, str]]) -> CodeSheet:
    """The sheet of these rows. SourceError when one code has two labels, or two codes have one."""
    answers: dict[str, dict[str, str]] = {}
    questions: dict[str, str] = {}
    for question, code, label in rows:
        if not question or not label:
            continue
        if not code:
            questions[_folded(question)] = label
            continue
        here = answers.setdefault(_folded(question), {})
        if here.setdefault(_folded(code), label) != label:
            raise SourceError(f"The code sheet gives code {code} of {question} two labels.", hint="Each code needs one row.")
    if not answers:
        raise SourceError("The code sheet has no codes.", hint=HINT)
    for question, labels in answers.items():
        twice = {label for label in labels.values() if list(labels.values()).count(label) > 1}
        if twice:
            raise SourceError(
                f"The code sheet gives two codes of {question} the label '{min(twice)}'.", hint="Answers that differ need different labels."
            )
    return CodeSheet(answers, questions)


def applied(export: SurveyExport, sheet: CodeSheet) -> SurveyExport | None:
    """The export with labels in place of codes, and questions in their own words where the sheet has them; None when it holds no code of the sheet.

    SourceError with the list of codes that a question's part of the sheet does not have.
    """
    columns: list[Column] = []
    values: dict[str, pa.Array] = {}
    unknown: list[str] = []
    translated = 0
    for one in export.columns:
        labels = _labels_for(one, sheet)
        made, cells, left = _column(one, export.answers.column(one.key).combine_chunks(), labels)
        unknown += [f"{_name(one)}: {code} ({count})" for code, count in left]
        if cells is not None:
            values[one.key] = cells
            translated += 1
        columns.append(_worded(made, one, sheet, labels))
    if unknown:
        more = f" and {len(unknown) - LISTED} more" if len(unknown) > LISTED else ""
        raise SourceError(f"The code sheet does not have these codes: {'; '.join(unknown[:LISTED])}{more}.", hint="Add them to the sheet.")
    if not translated:
        return None
    answers = export.answers
    for key, cells in values.items():
        answers = answers.set_column(answers.schema.get_field_index(key), key, cells)
    note = Problem("code_sheet", f"The codes of {translated} columns were read by the code sheet.", translated)
    return dataclasses.replace(export, columns=tuple(columns), answers=answers, notes=(*export.notes, note))


def _labels_for(one: Column, sheet: CodeSheet) -> Mapping[str, str]:
    """What the sheet says of a column: of itself, else of the question it is a part of."""
    names = [f"{one.heading}[{one.option}]", f"{one.heading}_{one.option}", one.option] if one.option else []
    return next((sheet.answers[_folded(name)] for name in (*names, one.heading) if _folded(name) in sheet.answers), {})


def _column(one: Column, cells: pa.Array, labels: Mapping[str, str]) -> tuple[Column, pa.Array | None, list[tuple[str, int]]]:
    """A column with its labels, its cells, and codes without one; as it was, and None, where its cells are no codes of the sheet."""
    listed = pa.types.is_list(cells.type) or pa.types.is_large_list(cells.type)
    words, places, counts = counted(cells.flatten() if listed else cells)
    texts = words.to_pylist()
    known = [labels.get(_folded(text)) for text in texts]
    if not any(known):
        return one, None, []
    there = set(labels.values())
    left = [(text, int(n)) for text, label, n in zip(texts, known, counts, strict=True) if label is None and text not in there]
    made = pa.array([label or text for label, text in zip(known, texts, strict=True)], pa.string()).take(places)
    order = sorted(range(len(texts)), key=lambda place: -counts[place])[:TYPED]
    kind: Kind = "multi" if listed else "grid" if one.option else "single"
    told = dataclasses.replace(one, labels=tuple(known[place] or texts[place] for place in order), kind=kind)
    if not listed:
        return told, made, left
    lists = pa.ListArray.from_arrays(cells.offsets.cast(pa.int32()), made, mask=cells.is_null())
    return told, lists, left


def _worded(made: Column, before: Column, sheet: CodeSheet, labels: Mapping[str, str]) -> Column:
    """The column with the words of its question, and of its row in a grid."""
    whole = sheet.questions.get(_folded(before.heading))
    part = sheet.questions.get(_folded(f"{before.heading}_{before.option}")) or sheet.questions.get(_folded(f"{before.heading}[{before.option}]"))
    part = part or sheet.answers.get(_folded(before.heading), {}).get(_folded(before.option)) if before.option else None
    return dataclasses.replace(made, heading=whole or before.heading, option=part or before.option)


def _name(one: Column) -> str:
    """A column as it is named to people."""
    return f"{one.heading} ({one.option})" if one.option else one.heading


def _folded(text: str) -> str:
    """Under which form two codes are the same."""
    text = text.strip()
    match = WHOLE.fullmatch(text)
    return (match[1] if match else text).casefold()
