"""Qualtrics: a row of codes, a row of questions, a row of import ids; legacy exports lack the last."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_sources.base import Recognition
from data_sources.surveys import dropping
from data_sources.surveys.assemble import Field, Plan, Use, assemble, cells
from data_sources.surveys.base import NO_CLAIM, Asked, Reader, SurveyExport, register
from data_sources.surveys.grid import Grid, fold

IMPORT_ID = re.compile(r'^\{\s*"ImportId"')
USES: dict[str, tuple[Use, str]] = {
    **dict.fromkeys(("recordeddate", "enddate", "startdate"), ("date", "")),
    **dict.fromkeys(("status", "progress", "finished", "responseset", "responsetype"), ("drop", dropping.TECHNICAL)),
    **dict.fromkeys(("durationinseconds", "qtotalduration", "qrelevantidlaststartdate"), ("drop", dropping.TIMING)),
    "responseid": ("drop", dropping.PERSON),
    "distributionchannel": ("channel", ""),
    "userlanguage": ("language", ""),
    "qlanguage": ("language", ""),
}
CHECKS = re.compile(r"^q(recaptchascore|relevantid|ballotboxstuffing|datapolicyviolations|duplicaterespondent)")
REAL = ("0", "ip address", "ip-adresse", "dirección ip")  # how an ordinary answer's status is written
YES = ("1", "true", "wahr", "verdadero")
CHOICE = " - Selected Choice"
PART = re.compile(r"^(.+?)_(\d+)((?:_\d+)*)(_TEXT)?$")


def heading_rows(grid: Grid) -> int:
    """How many rows of headings: 3 with import ids, 2 in legacy exports, 1 when the others were taken out; 0 when it is no such export."""
    if any(IMPORT_ID.match(cell) for cell in grid.head(2)):
        return 3
    first, second = set(map(fold, grid.head(0))), set(map(fold, grid.head(1)))
    if {"responseid", "status", "finished"} <= second and "responseset" in second:
        return 2
    if not {"startdate", "enddate", "status", "finished"} <= first:
        return 0
    place = [fold(cell) for cell in grid.head(0)].index("finished")
    return 1 if grid.head(1)[place].casefold() in {*YES, "0", "false", "falsch"} else 2


def recognises(grid: Grid) -> Recognition:
    """Known by its import ids, or by the fixed names of its first columns."""
    rows = heading_rows(grid)
    if rows == 3:
        return Recognition(0.99, "has a row of import ids")
    return Recognition(0.9, "has the fixed columns of an older export") if rows else NO_CLAIM


def _codes(grid: Grid, rows: int) -> list[str]:
    """The code of every column; in legacy exports the fixed columns are called V1 to V10 and named in the row below."""
    above, below = grid.head(0), grid.head(1)
    fixed = rows == 2 and any(re.fullmatch(r"V\d+", cell) for cell in above)
    return [under if fixed and re.fullmatch(r"V\d+", code) else code for code, under in zip(above, below, strict=True)]


def ticked(option: str, cell: str) -> bool | None:
    """A box that is ticked holds its own label or 1."""
    return True if cell == "1" or (option and fold(cell) == fold(option)) else None


def fields(grid: Grid, rows: int) -> tuple[Field, ...]:
    """Each column by its place; the fixed ones are known by their code, since the question row is translated."""
    codes, texts = _codes(grid, rows), grid.head(1) if rows > 1 else grid.head(0)
    groups: dict[str, list[int]] = defaultdict(list)
    for place, code in enumerate(codes):
        if (match := PART.match(code)) and not match.group(4) and not CHECKS.match(fold(code)):
            groups[match.group(1)].append(place)
    stems = {base: _stem([texts[place] for place in places]) for base, places in groups.items()}
    found = [_field(place, codes[place], texts[place], groups, stems) for place in range(grid.width) if codes[place] or texts[place]]
    dates = ("recordeddate", "enddate", "startdate")
    return tuple(sorted(found, key=lambda one: dates.index(fold(codes[one.place])) if one.use == "date" else 9))


def _stem(texts: Sequence[str]) -> str:
    """The beginning that all texts share."""
    low, high = min(texts), max(texts)
    same = next((place for place, (one, other) in enumerate(zip(low, high, strict=False)) if one != other), min(len(low), len(high)))
    return low[:same]


def _fixed(place: int, code: str) -> Field | None:
    """A column that every export has; None for a question."""
    use, reason = USES.get(fold(code), ("answer", ""))
    if CHECKS.match(fold(code)):
        use, reason = "drop", dropping.TECHNICAL
    elif use == "answer" and (reason := dropping.reason_of(code)):
        use = "drop"
    return None if use == "answer" else Field(place, code, use=use, reason=reason)


def _field(place: int, code: str, text: str, groups: dict[str, list[int]], stems: dict[str, str]) -> Field:
    if fixed := _fixed(place, code):
        return fixed
    match = PART.match(code)
    if match and match.group(4):
        base, _, option = text.partition(" - ")
        return Field(place, base or code, option or "text", "text", group=match.group(1))
    if not match or len(groups.get(match.group(1), ())) < 2:
        return Field(place, text.removesuffix(CHOICE) or code, use="text" if code.endswith("_TEXT") else "answer", sign=",")
    stem = stems[match.group(1)]
    cut = stem.rfind(" - ")
    option = text[cut + 3 :] if cut >= 0 else text
    heading = text[:cut] if cut >= 0 else stem.strip() or match.group(1)
    return Field(place, heading.removesuffix(CHOICE), option, group=match.group(1), chosen=ticked)


def _column(body: pa.Table, codes: Sequence[str], name: str) -> pa.Array | None:
    """The cells of a fixed column, in small letters."""
    places = [place for place, code in enumerate(codes) if fold(code) == name]
    return pc.utf8_lower(cells(body, places[0])) if places else None


def _without(body: pa.Table, codes: Sequence[str]) -> dict[str, np.ndarray]:
    """Rows that no respondent sent: previews, tests, spam, by what their status says."""
    status = _column(body, codes, "status")
    if status is None:
        return {}
    words = [word for word in pc.unique(status).to_pylist() if word and word not in REAL]
    return {f"status '{word}'": pc.fill_null(pc.equal(status, word), False).to_numpy(zero_copy_only=False) for word in words}


def _unfinished(body: pa.Table, codes: Sequence[str]) -> np.ndarray:
    """Rows that say they are not finished, or that stopped before the end."""
    result = np.zeros(body.num_rows, dtype=bool)
    finished, progress = _column(body, codes, "finished"), _column(body, codes, "progress")
    if finished is not None:
        result |= pc.fill_null(pc.invert(pc.is_in(finished, pa.array(YES))), True).to_numpy(zero_copy_only=False)
    if progress is not None:
        result |= pc.fill_null(pc.not_equal(progress, "100"), False).to_numpy(zero_copy_only=False)
    return result


def read(grid: Grid, asked: Asked) -> SurveyExport:
    """The answers of a Qualtrics export, with three rows of headings or fewer."""
    rows = heading_rows(grid)
    codes = _codes(grid, rows)
    body, ragged = grid.below(rows)
    plan = Plan("qualtrics", fields(grid, rows), rows, _without(body, codes), _unfinished(body, codes), dates="mdy")
    return assemble(grid, body, ragged, plan, asked)


register(Reader("qualtrics", "Qualtrics", recognises, read))
