"""SurveyMonkey: a row of questions with blank continuation cells, and a row of options or grid rows under it."""

from __future__ import annotations

from data_sources.base import Recognition
from data_sources.surveys import dropping
from data_sources.surveys.assemble import Field, Plan, assemble, cells
from data_sources.surveys.base import NO_CLAIM, Asked, Reader, SurveyExport, register
from data_sources.surveys.grid import Grid, fold

RESPONDENT = "respondentid"
DATES = ("enddate", "startdate")
PLAIN = ("response", "openendedresponse")  # in the second row: no option, the answer itself
OPEN = ("openendedresponse",)


def recognises(grid: Grid) -> Recognition:
    """Known by its column Respondent ID (older: RespondentID)."""
    if RESPONDENT not in map(fold, grid.head(0)):
        return NO_CLAIM
    rows = "two heading rows" if _second_row(grid) else "one heading row"
    return Recognition(0.95, f"has a Respondent ID and {rows}")


def _second_row(grid: Grid) -> bool:
    """Is the second row a heading as well? Every answer has a respondent's number, headings have none."""
    place = [fold(cell) for cell in grid.head(0)].index(RESPONDENT)
    return not grid.head(1)[place].strip()


def ticked(option: str, cell: str) -> bool | None:
    """A box that is ticked holds its own label."""
    return True if fold(cell) == fold(option) and option else None


def fields(grid: Grid) -> tuple[Field, ...]:
    """Each column by its place. The question above is carried on over blank cells only where an option stands below, and over contact details."""
    above, below = grid.head(0), grid.head(1) if _second_row(grid) else ("",) * grid.width
    found: list[Field] = []
    question, group, reason = "", 0, ""
    for place in range(grid.width):
        heading, option = above[place], below[place]
        carried = not heading and (bool(option) or bool(reason))
        if heading and not (option and heading == question):
            group += 1
        question = heading or (question if carried else "")
        reason = reason if carried else dropping.reason_of(question)
        name = fold(question)
        if not question:
            if cells(grid.cells, place).null_count < grid.cells.num_rows:
                found.append(Field(place, f"column {place + 1}"))
        elif name in DATES:
            found.append(Field(place, question, use="date"))
        elif name == "collectorid":
            found.append(Field(place, question, use="channel"))
        elif reason:
            found.append(Field(place, question, option, "drop", reason))
        else:
            found.append(_answer(place, question, option, group))
    return tuple(sorted(found, key=lambda one: (one.use == "date" and fold(one.heading) != DATES[0], one.place)))


def _answer(place: int, question: str, option: str, group: int) -> Field:
    """One column of answers."""
    if fold(option) in PLAIN:
        return Field(place, question, use="text" if fold(option) in OPEN else "answer")
    if fold(option).startswith("otherplease") or fold(option) in {"otherspecify", "comments"}:
        return Field(place, question, option, "text", group=str(group))
    return Field(place, question, option, group=str(group) if option else "", chosen=ticked if option else None)


def read(grid: Grid, asked: Asked) -> SurveyExport:
    """The answers of a SurveyMonkey export, condensed or expanded."""
    rows = 2 if _second_row(grid) else 1
    body, ragged = grid.below(rows)
    return assemble(grid, body, ragged, Plan("surveymonkey", fields(grid), rows, dates="mdy"), asked)


register(Reader("surveymonkey", "SurveyMonkey", recognises, read))
