"""Which column of another tool's staff survey is which? A proposal without free text and numbers, its groups only where they are plain."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping

from dashboard.errors import MappingError
from dashboard.schema.questions import EMPLOYEE
from dashboard.schema.survey_mapping import Role, SurveyColumn, SurveyMapping
from data_sources.surveys import scales
from data_sources.surveys.base import Column, SurveyExport
from data_sources.surveys.propose import propose

OWN = "X_"
CUTS: tuple[tuple[str, str], ...] = (
    ("unit", r"^((what|which) (is your )?)?(your )?(unit|division|bureau|department|section|team)\b"),
    ("shift", r"^((what|which) (is your )?)?(your )?(shift|watch)\b"),
    ("rank", r"^((what|which) (is your )?)?(your )?(rank|grade)\b"),
    ("tenure", r"\b(years of service|tenure|how long have you (worked|been))\b"),
    ("sworn", r"\b(sworn|civilian)\b"),
)
DROPPED: Mapping[str, str] = {
    "area": "where people live is not a group of staff",
    "race": "left out, because it singles people out; make it a group if that is wanted and was promised",
    "contact": "not asked of staff",
    "weight": "staff surveys are not weighted",
    "channel": "not kept of staff",
    "language": "not kept of staff",
    "comment": "people's own words are not kept; choose 'a comment' to send them, redacted, to your own review",
}
NUMBER = "a number can single a person out; give it a scale if it is one"
ALONE = "only one answer was ever given"
PLACES = 20  # a choice with more answers than that is rather a place or a trade
NEITHER_END = frozenset({"F5", "F5b"})  # how often something happens: which end is good is not said by the words


def proposed(export: SurveyExport) -> SurveyMapping:
    """The mapping to start from."""
    made = propose(export)
    kinds = _kinds(export)
    columns = tuple(_of_staff(one, kinds[one.heading, one.option, one.occurrence]) for one in made.columns)
    return made.model_copy(update={"columns": _each_cut_once(columns), "family": EMPLOYEE})


def fitted(saved: SurveyMapping, export: SurveyExport) -> SurveyMapping:
    """A mapping that was written before, for this file: columns that it does not name are left out. MappingError when the file has none of its."""
    kinds = _kinds(export)
    known = {(one.heading, one.option, one.occurrence): one for one in saved.columns}
    if not set(known) & set(kinds):
        raise MappingError(f"None of the columns of the mapping '{saved.name}' is in this file.", hint="Choose another mapping.")
    why = "the mapping does not name it"
    columns = [known.get(key) or SurveyColumn(heading=key[0], option=key[1], occurrence=key[2], role="drop", reason=why) for key in kinds]
    return named(saved.model_copy(update={"columns": tuple(columns), "family": EMPLOYEE}))


def named(mapping: SurveyMapping) -> SurveyMapping:
    """The mapping with names for questions of the file's own that rest on their wording alone: a column more or less changes none of them."""
    columns = [
        one.model_copy(update={"question": own_name(one)})
        if (one.role == "question" and one.question.startswith(OWN)) or (one.role == "comment" and not one.question)
        else one
        for one in mapping.columns
    ]
    return mapping.model_copy(update={"columns": tuple(columns)})


def own_name(one: SurveyColumn) -> str:
    """The name of a question of the file's own."""
    words = [" ".join(text.casefold().split()) for text in (one.heading, one.option)]
    return f"{OWN}{hashlib.sha256(json.dumps([*words, one.occurrence]).encode()).hexdigest()[:10]}"


def _kinds(export: SurveyExport) -> dict[tuple[str, str, int], Column]:
    """Every column of the file by heading, row, and how often that was met before."""
    found: dict[tuple[str, str, int], Column] = {}
    met: dict[tuple[str, str], int] = {}
    for column in export.columns:
        place = met[column.heading, column.option] = met.get((column.heading, column.option), 0) + 1
        found[column.heading, column.option, place] = column
    return found


def _of_staff(one: SurveyColumn, column: Column) -> SurveyColumn:
    """One proposed column as it may be of a staff survey."""
    heading = (one.option or one.heading).strip().casefold()
    cut = next((name for name, pattern in CUTS if re.search(pattern, heading)), "")
    if cut and 1 < len(column.labels) <= PLACES and one.role in {"question", "area"} and column.kind == "single" and not one.scale:
        return one.model_copy(update={"role": "cut", "question": cut, "reason": "its heading names a group of staff"})
    if reason := DROPPED.get(one.role, "") or (_unfit(one, column) if one.role == "question" else ""):
        return _left(one, reason)
    return _asked(one) if one.role == "question" else one


def _unfit(one: SurveyColumn, column: Column) -> str:
    """Why a column is no question for a release; '' when it can be one."""
    if column.kind == "text" and not one.scale:
        return DROPPED["comment"]
    if column.kind == "number" and one.scale in {"", scales.NUMBER}:
        return NUMBER
    if len(column.labels) < 2:
        return ALONE
    many = not one.scale and len(column.labels) > PLACES
    return f"{len(column.labels)} different answers; make it a group or a choice if it is one" if many else ""


def _asked(one: SurveyColumn) -> SurveyColumn:
    """A question, named by its wording; how often something happens is a choice."""
    name = own_name(one) if one.question.startswith(OWN) else one.question
    if one.scale in NEITHER_END:
        reason = "how often: which end is good is not said, so it is taken as a choice"
        return one.model_copy(update={"question": name, "scale": scales.CHOICE, "reason": reason})
    return one.model_copy(update={"question": name})


def _left(one: SurveyColumn, reason: str) -> SurveyColumn:
    """A column that is left out unless a person says otherwise."""
    role: Role = "drop"
    return one.model_copy(update={"role": role, "question": "", "scale": "", "values": {}, "reason": reason})


def _each_cut_once(columns: tuple[SurveyColumn, ...]) -> tuple[SurveyColumn, ...]:
    """The first column of each way to divide; another one of that name is left out."""
    seen: set[str] = set()
    made = []
    for one in columns:
        name = one.stored_as if one.role in {"cut", "age", "gender"} else ""
        made.append(_left(one, "another column divides people in this way already") if name and name in seen else one)
        seen.add(name)
    return tuple(made)
