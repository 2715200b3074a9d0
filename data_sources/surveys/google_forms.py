"""Google Forms (and Nextcloud Forms): one row of questions, the first column is the time stamp; ticked boxes are joined by commas."""

from __future__ import annotations

import re

from data_sources.base import Recognition
from data_sources.surveys import dropping
from data_sources.surveys.assemble import Field, Plan, assemble
from data_sources.surveys.base import NO_CLAIM, Asked, Reader, SurveyExport, register
from data_sources.surveys.grid import Grid, fold

STAMPS = ("timestamp", "zeitstempel", "marcatemporal")
ROW = re.compile(r"^(?P<question>.+?) ?\[(?P<row>[^\[\]]+)\]$", re.DOTALL)
SCORES = ("score", "puntuación", "punktzahl")


def recognises(grid: Grid) -> Recognition:
    """Known by its first column, Timestamp."""
    head = [fold(cell) for cell in grid.head(0)]
    if not head or head[0] not in STAMPS or {"starttime", "completiontime"} <= set(head):
        return NO_CLAIM
    return Recognition(0.85, "its first column is Timestamp")


def fields(grid: Grid) -> tuple[Field, ...]:
    """Each column by its place; `Question [row]` is one row of a grid."""
    found = [Field(0, grid.head(0)[0], use="date")]
    for place, heading in enumerate(grid.head(0)[1:], 1):
        match = ROW.match(heading)
        if fold(heading) in SCORES or fold(heading.rpartition("[")[2]) in SCORES:
            found.append(Field(place, heading, use="drop", reason=dropping.TECHNICAL))
        elif match:
            found.append(Field(place, match["question"], match["row"], group=match["question"]))
        else:
            found.append(Field(place, heading or f"column {place + 1}", sign=", "))
    return tuple(found)


def read(grid: Grid, asked: Asked) -> SurveyExport:
    """The answers of a Google Forms sheet, as CSV or workbook."""
    body, ragged = grid.below(1)
    return assemble(grid, body, ragged, Plan("google_forms", fields(grid), 1), asked)


register(Reader("google_forms", "Google Forms", recognises, read))
