"""Formbricks: numbered questions after fixed columns; option ids beside the options, lists joined by '; ', one column for each row of a matrix."""

from __future__ import annotations

import re
from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc

from data_sources.base import Recognition
from data_sources.surveys import dropping
from data_sources.surveys.assemble import Field, Plan, Use, assemble, cells
from data_sources.surveys.base import NO_CLAIM, Asked, Reader, SurveyExport, register
from data_sources.surveys.grid import Grid, fold

FIXED = {"responseid", "surveyid", "formbricksidinternal"}
QUESTION = re.compile(r"^(?P<number>\d+)\. (?P<text>.+)$", re.DOTALL)
OPTION_ID = " - Option ID"
USES: dict[str, tuple[Use, str]] = {
    "timestamp": ("date", ""),
    "finished": ("drop", dropping.TECHNICAL),
    "quotas": ("drop", dropping.TECHNICAL),
    "tags": ("drop", dropping.TECHNICAL),
    "action": ("drop", dropping.TECHNICAL),
    "country": ("drop", dropping.PLACE),
    "source": ("channel", ""),
    "language": ("language", ""),
}
YES = ("true", "yes", "1", "wahr", "ja")


def recognises(grid: Grid) -> Recognition:
    """Known by its three identifiers together."""
    if set(map(fold, grid.head(0))) >= FIXED:
        return Recognition(0.97, "has Response ID, Survey ID and the internal Formbricks ID")
    return NO_CLAIM


def fields(grid: Grid) -> tuple[Field, ...]:
    """Each column by its place; meta columns are whatever the first answer had."""
    head = grid.head(0)
    with_ids = {heading.removesuffix(OPTION_ID) for heading in head if heading.endswith(OPTION_ID)}
    plain = set(head)
    rows = Counter(match["number"] for heading in head if (match := QUESTION.match(heading)) and not heading.endswith(OPTION_ID))
    return tuple(_field(place, heading, rows, with_ids, plain) for place, heading in enumerate(head) if heading)


def _field(place: int, heading: str, rows: Counter[str], with_ids: set[str], plain: set[str]) -> Field:
    match = QUESTION.match(heading)
    if not match:
        use, reason = USES.get(fold(heading), ("answer", dropping.reason_of(heading)))
        return Field(place, heading, use="drop" if reason else use, reason=reason)
    if heading.endswith(OPTION_ID) and heading.removesuffix(OPTION_ID) in plain:
        return Field(place, heading, use="drop", reason=dropping.TECHNICAL)
    if rows[match["number"]] > 1:
        question, _, row = match["text"].rpartition(" - ")
        return Field(place, question or match["text"], row, group=match["number"])
    return Field(place, match["text"], sign="; " if heading in with_ids else "")


def read(grid: Grid, asked: Asked) -> SurveyExport:
    """The answers of a Formbricks export, as CSV or workbook."""
    body, ragged = grid.below(1)
    places = [place for place, cell in enumerate(grid.head(0)) if fold(cell) == "finished"]
    unfinished = None
    if places:
        finished = pc.is_in(pc.utf8_lower(cells(body, places[0])), value_set=pa.array(YES))
        unfinished = pc.invert(finished).to_numpy(zero_copy_only=False)
    return assemble(grid, body, ragged, Plan("formbricks", fields(grid), 1, unfinished=unfinished, masked=True), asked)


register(Reader("formbricks", "Formbricks", recognises, read))
