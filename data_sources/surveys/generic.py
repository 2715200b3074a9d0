"""Any table with one heading row and one row per person; a mapping says what its columns mean."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.schema.problems import Problem
from data_sources import headers
from data_sources.base import Recognition
from data_sources.surveys.assemble import Field, Plan, Use, assemble, cells
from data_sources.surveys.base import NO_CLAIM, Asked, Reader, SurveyExport, register
from data_sources.surveys.grid import Grid, fold
from data_sources.surveys.kinds import NOTHING

DATES = (
    *(
        "submitdateutc",
        "startdateutc",
        "submitdate",
        "datesubmitted",
        "recordeddate",
        "enddate",
        "startdate",
        "timestamp",
        "submittedat",
        "createdat",
    ),
    *("date", "surveydate", "responsedate", "interviewdate", "datum", "fecha"),
)
CHANNELS = ("collectorid", "distributionchannel")
LANGUAGES = ("userlanguage", "startlanguage")
BOX = re.compile(r"^(?P<question>.*\w)[_ .-]+(?P<part>\d+|[a-z])$", re.IGNORECASE)
TICKS = frozenset({"y", "yes", "x", "1", "true", "checked", "selected", "ja", "sí", "si"})
HEYFORM = (
    "Two questions of one title overwrite each other in HeyForm exports, and what was typed under Other is lost: compare the number of questions."
)


def _heading_row(grid: Grid) -> int:
    """Where the headings are, counted from 0; the first row when no row looks like headings."""
    return max(0, headers.layout([list(row) for row in grid.top]).row)


def recognises(grid: Grid) -> Recognition:
    """Any table of at least two columns with rows under its headings; stands back when another reader knows the tool."""
    row = _heading_row(grid)
    head = [fold(cell) for cell in grid.head(row)]
    if sum(map(bool, head)) < 2 or not grid.below(row + 1)[0].num_rows:
        return NO_CLAIM
    if {"startdateutc", "submitdateutc"} & set(head):
        return Recognition(0.4, "its dates are in UTC: Typeform or HeyForm; say what each column is")
    return Recognition(0.3, "one row of headings; say what each column is")


def _field(place: int, heading: str, date: int) -> Field:
    name = fold(heading)
    use: Use = "date" if place == date else "channel" if name in CHANNELS else "language" if name in LANGUAGES else "answer"
    return Field(place, heading or f"column {place + 1}", use=use, sign=";")


def ticked(option: str, cell: str) -> bool | None:
    """A box that is ticked holds a mark."""
    return True if cell.casefold() in TICKS else None


def _blanked(body: pa.Table, place: int) -> pa.Table:
    """The table with the words that statistics programs write into blank cells of this column as blank cells."""
    column = cells(body, place)
    nothing = pc.is_in(pc.utf8_lower(column), value_set=pa.array(sorted(NOTHING)))
    return body.set_column(place, body.schema.field(place).name, pc.if_else(nothing, None, column))


def _boxes(body: pa.Table, fields: list[Field]) -> list[Field]:
    """Columns numbered alike (q22_01, q22_02) that hold nothing but one mark are the boxes of one question; who ticked none gave no answer."""
    groups: dict[str, list[Field]] = {}
    for one in fields:
        match = BOX.match(one.heading) if one.use == "answer" else None
        if match and _only_ticks(body, one.place):
            groups.setdefault(match["question"], []).append(one)
    several = {one.place: (question, one.heading) for question, same in groups.items() if len(same) > 1 for one in same}
    return [
        Field(one.place, several[one.place][0], several[one.place][1], group=several[one.place][0], chosen=ticked) if one.place in several else one
        for one in fields
    ]


def _only_ticks(body: pa.Table, place: int) -> bool:
    """Is one kind of mark all that stands in this column?"""
    words = {word.casefold() for word in pc.unique(cells(body, place)).drop_null().to_pylist()} - NOTHING
    return len(words) == 1 and words <= TICKS


def read(grid: Grid, asked: Asked) -> SurveyExport:
    """The answers of a plain table; its first known date tells the week, other known dates go."""
    row = _heading_row(grid)
    head = grid.head(row)
    known = sorted((DATES.index(fold(cell)), place) for place, cell in enumerate(head) if fold(cell) in DATES)
    body, ragged = grid.below(row + 1)
    places = [place for _, place in known]
    fields = [Field(place, head[place], use="date") for place in places]
    fields += [
        _field(place, cell, -1) for place, cell in enumerate(head) if place not in places and (cell or body.column(place).null_count < len(body))
    ]
    fields = _boxes(body, fields)
    for one in fields:
        body = _blanked(body, one.place) if one.chosen is not None else body
    notes = (Problem("heyform", HEYFORM, 1),) if {"startdateutc", "submitdateutc"} <= set(map(fold, head)) else ()
    return assemble(grid, body, ragged, Plan("generic", tuple(fields), row + 1, notes=notes), asked)


register(Reader("generic", "Any table with a mapping", recognises, read))
