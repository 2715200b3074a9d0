"""Microsoft Forms: one row of questions after ID, Start time, Completion time, Email and Name; ticked boxes end in a semicolon each."""

from __future__ import annotations

from data_sources.base import Recognition
from data_sources.surveys import dropping
from data_sources.surveys.assemble import Field, Plan, assemble
from data_sources.surveys.base import NO_CLAIM, Asked, Reader, SurveyExport, register
from data_sources.surveys.grid import Grid, fold

START, END = ("starttime", "startzeit", "horadeinicio"), ("completiontime", "fertigstellungszeit", "horadefinalización")
QUIZ = ("totalpoints", "quizfeedback", "lastmodifiedtime", "gradepostedtime")
LANGUAGE = ("language", "sprache", "idioma")


def recognises(grid: Grid) -> Recognition:
    """Known by its columns Start time and Completion time together."""
    head = {fold(cell) for cell in grid.head(0)}
    if head & set(START) and head & set(END):
        return Recognition(0.95, "has Start time and Completion time")
    return NO_CLAIM


def fields(grid: Grid) -> tuple[Field, ...]:
    """Each column by its place. The end of an answer tells its week; points and feedback of a quiz are no answers."""
    ends, starts, found = [], [], []
    for place, heading in enumerate(grid.head(0)):
        name = fold(heading)
        if name in END:
            ends.append(Field(place, heading, use="date"))
        elif name in START:
            starts.append(Field(place, heading, use="date"))
        elif name in QUIZ or heading.startswith(("Points - ", "Feedback - ", "Points – ", "Feedback – ")):
            found.append(Field(place, heading, use="drop", reason=dropping.TECHNICAL))
        elif name in LANGUAGE and place < 7:
            found.append(Field(place, heading, use="language"))
        else:
            found.append(Field(place, heading or f"column {place + 1}", sign=";"))
    return (*ends, *starts, *found)


def read(grid: Grid, asked: Asked) -> SurveyExport:
    """The answers of a Microsoft Forms workbook, or of the same saved as CSV."""
    body, ragged = grid.below(1)
    return assemble(grid, body, ragged, Plan("ms_forms", fields(grid), 1), asked)


register(Reader("ms_forms", "Microsoft Forms", recognises, read))
