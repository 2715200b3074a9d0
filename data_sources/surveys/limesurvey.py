"""LimeSurvey: one row of headings as codes, full text or both; or two rows, the question above and its parts below."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from data_sources.base import Recognition
from data_sources.surveys import dropping
from data_sources.surveys.assemble import Field, Plan, Use, assemble, cells
from data_sources.surveys.base import NO_CLAIM, Asked, Reader, SurveyExport, register
from data_sources.surveys.grid import Grid, fold

KNOWN = {
    "submitdate": ("submitdate", "datesubmitted", "datumabgeschickt", "fechadeenvío"),
    "lastpage": ("lastpage", "letzteseite", "últimapágina"),
    "startlanguage": ("startlanguage", "startsprache", "lenguajeinicial"),
    "startdate": ("startdate", "datestarted", "datumgestartet", "fechadeinicio"),
    "datestamp": ("datestamp", "datelastaction", "datumletzteaktivität", "fechadelaúltimaacción"),
    "id": ("id", "responseid", "antwortid", "iddelarespuesta"),
}
BY_NAME = {name: known for known, names in KNOWN.items() for name in names}
USES: dict[str, tuple[Use, str]] = {
    "submitdate": ("date", ""),
    "datestamp": ("date", ""),
    "startdate": ("date", ""),
    "startlanguage": ("language", ""),
    "lastpage": ("drop", dropping.TECHNICAL),
    "id": ("drop", dropping.PERSON),
}
BOTH = re.compile(r"^(?P<code>[A-Za-z][A-Za-z0-9_]*(?:\[[^\]]+\])*)\. (?P<text>.*)$", re.DOTALL)
TIMES = re.compile(r"^(interviewtime|grouptime\w*|\w+time)$", re.IGNORECASE)
BRACKETS = re.compile(r"^(?P<stem>.+?) ?\[(?P<part>[^\[\]]*)\]$", re.DOTALL)
UNDERSCORE = re.compile(r"^(?P<stem>[A-Za-z][A-Za-z0-9]*)_(?P<part>[A-Za-z0-9]+)$")
TYPED = re.compile(r"(?i)^(other|comment|sonstiges|otro|.*(other|comment))$")
YES, NO = ("y", "yes", "ja", "sí", "si", "1"), ("n", "no", "nein", "0")


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading taken apart: its code (where given), the question, its part."""

    code: str
    question: str
    part: str
    group: str


def taken_apart(heading: str) -> Heading:
    """`M1`, `M3[other]`, `A_SQ001`, `Question [part]` or `Code[SQ001]. Question [part]`."""
    both = BOTH.match(heading)
    code, text = (both["code"], both["text"].strip()) if both else ("", heading)
    inner = BRACKETS.match(code)
    match = BRACKETS.match(text) or (None if both or " " in text else UNDERSCORE.match(text))
    if both and inner and not match:
        return Heading(code, text, inner["part"], inner["stem"])
    if match and (not both or inner):
        return Heading(code or heading, match["stem"].strip(), match["part"].strip(), inner["stem"] if inner else match["stem"])
    return Heading(code or heading, text or code, "", "")


def recognises(grid: Grid) -> Recognition:
    """Known by submitdate and lastpage under any of their names, or by two heading rows over Yes and No."""
    head = {_known(cell) for cell in grid.head(0)}
    if {"submitdate", "lastpage"} <= head:
        return Recognition(0.95, "has the date submitted and the last page")
    if _coded(grid):
        return Recognition(0.8, "its headings are codes and texts, with parts such as [SQ001]")
    if _two_rows(grid):
        return Recognition(0.6, "has questions above and their parts below, ticked with Yes and No")
    return NO_CLAIM


def _coded(grid: Grid) -> bool:
    """Are the headings `code[SQ001]. text`, though the fixed columns were taken out?"""
    filled = [cell for cell in grid.head(0) if cell]
    parts = sum("[SQ" in cell for cell in filled)
    return len(filled) > 1 and parts > 0 and sum(bool(BOTH.match(cell)) for cell in filled) > 0.7 * len(filled)


def _known(heading: str) -> str:
    """Which fixed column is this, in any of the three ways headings are written? '' for a question."""
    both = BOTH.match(heading)
    return BY_NAME.get(fold(both["code"] if both else heading), "")


def _two_rows(grid: Grid) -> bool:
    """Questions above with blanks to their right, parts below without any, and boxes under them."""
    above, below = grid.head(0), grid.head(1)
    if not above or not above[0] or "respondentid" in map(fold, above) or not all(below) or sum(map(bool, above)) > 0.5 * len(above):
        return False
    body, _ = grid.below(2)
    boxes = {*YES, *NO}
    found = [set(map(str.casefold, pc.unique(cells(body, place)).drop_null().to_pylist())) for place in range(grid.width)]
    return sum(bool(words) and words <= boxes for words in found) >= 2


def ticked(option: str, cell: str) -> bool | None:
    """A box is ticked with Y, Yes or 1 and left with N or No."""
    word = cell.casefold()
    return True if word in YES else False if word in NO else None


def fields(grid: Grid) -> tuple[Field, ...]:
    """Each column by its place, from one row of headings."""
    apart = [taken_apart(cell) for cell in grid.head(0)]
    sizes: dict[str, int] = {}
    for one in apart:
        sizes[one.group] = sizes.get(one.group, 0) + 1
    codes = {fold(one.code) for one in apart}
    found = [_field(place, cell, one, sizes, codes) for place, (cell, one) in enumerate(zip(grid.head(0), apart, strict=True))]
    order = ("submitdate", "datestamp", "startdate")
    return tuple(sorted(found, key=lambda one: order.index(_known(one.heading)) if one.use == "date" else 9))


def _field(place: int, heading: str, apart: Heading, sizes: dict[str, int], codes: set[str]) -> Field:
    known = _known(heading)
    if known in USES:
        use, reason = USES[known]
        return Field(place, heading, use=use, reason=reason)
    code = fold(apart.code)
    if TIMES.match(code) and (code.startswith(("interviewtime", "grouptime")) or code.removesuffix("time") in codes):
        return Field(place, heading, use="drop", reason=dropping.TIMING)
    if reason := dropping.reason_of(apart.code) or dropping.reason_of(apart.question if not apart.part else ""):
        return Field(place, heading, use="drop", reason=reason)
    if apart.part and TYPED.match(fold(apart.part)):
        return Field(place, apart.question, apart.part, "text", group=apart.group)
    if not apart.group or sizes[apart.group] < 2:
        return Field(place, apart.question or heading or f"column {place + 1}", apart.part)
    return Field(place, apart.question, apart.part, group=apart.group, chosen=ticked)


def _parts(grid: Grid) -> tuple[Field, ...]:
    """Each column by its place, from questions above and parts below."""
    question, found = "", []
    tick: Callable[[str, str], bool | None] = ticked
    for place, (above, below) in enumerate(zip(grid.head(0), grid.head(1), strict=True)):
        question = above or question
        typed = bool(TYPED.match(fold(below))) or below.endswith(".)")
        use: Use = "text" if typed else "answer"
        found.append(Field(place, question, below, use, group=question, chosen=None if typed else tick))
    return tuple(found)


def read(grid: Grid, asked: Asked) -> SurveyExport:
    """The answers of a LimeSurvey export. Without a date of submission an answer is not finished; 1980-01-01 stands for no date."""
    places = [place for place, cell in enumerate(grid.head(0)) if _known(cell) == "submitdate"]
    if not places and not _coded(grid):
        body, ragged = grid.below(2)
        return assemble(grid, body, ragged, Plan("limesurvey", _parts(grid), 2, masked=True), asked)
    body, ragged = grid.below(1)
    unfinished: np.ndarray | None = pc.is_null(cells(body, places[0])).to_numpy(zero_copy_only=False) if places else None
    return assemble(grid, body, ragged, Plan("limesurvey", fields(grid), 1, unfinished=unfinished, masked=True), asked)


register(Reader("limesurvey", "LimeSurvey", recognises, read))
