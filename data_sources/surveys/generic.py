"""Any table with one heading row and one row per person; a mapping says what its columns mean."""

from __future__ import annotations

from dashboard.schema.problems import Problem
from data_sources import headers
from data_sources.base import Recognition
from data_sources.surveys.assemble import Field, Plan, Use, assemble
from data_sources.surveys.base import NO_CLAIM, Asked, Reader, SurveyExport, register
from data_sources.surveys.grid import Grid, fold

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
    notes = (Problem("heyform", HEYFORM, 1),) if {"startdateutc", "submitdateutc"} <= set(map(fold, head)) else ()
    return assemble(grid, body, ragged, Plan("generic", tuple(fields), row + 1, notes=notes), asked)


register(Reader("generic", "Any table with a mapping", recognises, read))
