"""What a saved mapping of a survey is: which column of an export is which question, on which scale. A small JSON document that holds no data."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dashboard.errors import MappingError
from dashboard.schema import bank
from dashboard.schema.mapping import folded
from dashboard.schema.questions import MISSING
from dashboard.schema.words import RACE_GROUPS

Role = Literal["question", "cut", "area", "age", "race", "gender", "contact", "weight", "comment", "wave", "channel", "language", "drop"]
STORED_AS: dict[str, str] = {"area": "C19", "age": "C20", "race": "C21", "gender": "C22", "comment": "C18", "contact": "contact_type"}
Answer = int | float | str
Cut = Literal["", "year", "quarter", "month"]
OF_CUT = "cut_"  # begins the name under which groups of staff are kept
BAND = re.compile(r"^\d{1,3}(-\d{1,3}|\+)$")  # an age band of the file's own


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SurveyColumn(_Part):
    """What one column is. It is found by its heading and grid row; `occurrence` counts columns that are headed alike.

    `values` gives answers codes of their own (`{"9": "dont_know"}`, `{"Asian/Pacific Islander": "asian|pacific"}`) and goes before the scale.
    A `cut` divides staff by the groups of this column; its `question` names it (unit, shift ...).
    `set_aside` lists answers that mean nothing: they are counted and left out. `options` are the answers of a question where
    several could be chosen in one cell, told apart by `split`. `wording` is the question as it was asked where the heading is not;
    `comparable` says why a wave that was worded otherwise may stand on one line with it.
    """

    heading: str
    option: str = ""
    occurrence: int = Field(default=1, ge=1)
    role: Role = "question"
    question: str = Field(default="", max_length=40)
    wording: str = ""
    comparable: str = ""
    scale: str = ""
    scale_by_wave: dict[str, str] = Field(default_factory=dict)
    values: dict[str, Answer] = Field(default_factory=dict)
    set_aside: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    options: tuple[str, ...] = ()
    split: str = ""
    reason: str = ""

    @model_validator(mode="after")
    def _whole(self) -> SurveyColumn:
        if self.role == "question" and not self.question:
            raise ValueError(f"'{self.heading}' is a question, but it is not said which")
        if self.role == "cut" and not self.question:
            raise ValueError(f"'{self.heading}' divides people, but it is not said by what")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"the smallest value of '{self.heading}' is above its largest")
        if self.question and not re.fullmatch(r"[A-Za-z0-9_-]+", self.question):
            raise ValueError(f"'{self.question}' cannot name a question: letters, figures, _ and - can")
        strange = self._strange()
        if strange:
            raise ValueError(f"{', '.join(strange)} is not a word of {self.role}")
        if self.options and not self.split:
            raise ValueError(f"'{self.heading}' has options but no sign between them")
        return self

    def _strange(self) -> list[str]:
        """Own codes that the question of its role does not have."""
        if self.role not in {"age", "race", "gender"}:
            return []
        allowed = {option.code for option in bank.scales()[self.role]} | set(MISSING) | (set(RACE_GROUPS) if self.role == "race" else set())
        words = {word for code in self.values.values() for word in str(code).split("|")} - allowed
        return sorted(word for word in words if not (self.role == "age" and BAND.match(word)))

    @property
    def stored_as(self) -> str:
        """The question id the answers are stored under; '' when they are not answers."""
        return f"{OF_CUT}{self.question}" if self.role == "cut" else self.question or STORED_AS.get(self.role, "")


class SurveyMapping(_Part):
    """One saved mapping. `blank` lists cells that stand for nothing (such as NA); columns that are not named are left out.

    `unknown` says what happens to an answer that no table has: `stop` (the import stops with the list) or `set_aside` (counted and left out).
    `cut` divides answers by the week they were given in, where no column tells the wave.
    """

    name: str = Field(min_length=1, max_length=120)
    version: int = 1
    tool: str = ""
    family: str = "community"
    made_by: str = ""
    made_on: str = ""
    signature: tuple[str, ...] = ()
    columns: tuple[SurveyColumn, ...]
    blank: tuple[str, ...] = ()
    unknown: Literal["stop", "set_aside"] = "stop"
    cut: Cut = ""
    notes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> SurveyMapping:
        places = [(one.heading, one.option, one.occurrence) for one in self.columns]
        twice = sorted({heading for heading, option, number in places if places.count((heading, option, number)) > 1})
        if twice:
            raise ValueError(f"'{twice[0]}' is mapped twice")
        for role in ("wave", "weight", "channel", "language"):
            if sum(one.role == role for one in self.columns) > 1:
                raise ValueError(f"only one column can be the {role}")
        return self

    def as_json(self) -> str:
        """The document that is saved, exported and shared."""
        return json.dumps(self.model_dump(exclude_defaults=True), indent=2, ensure_ascii=False, sort_keys=True)

    def likeness(self, headings: Sequence[str]) -> float:
        """Which share of this mapping's and the file's headings is common to both (0 to 1)?"""
        mine, theirs = set(self.signature), {folded(name) for name in headings}
        return len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0


def revised(mapping: SurveyMapping, columns: Sequence[SurveyColumn]) -> SurveyMapping:
    """The mapping with other columns; MappingError says in one sentence why they cannot be."""
    try:
        return SurveyMapping.model_validate(mapping.model_dump() | {"columns": [one.model_dump() for one in columns]})
    except ValidationError as error:
        raise MappingError(f"The columns cannot be so: {_first(error)}.", hint="Correct it in the table.") from error


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, in words."""
    return str(error.errors()[0]["msg"]).removeprefix("Value error, ")


def from_json(text: str) -> SurveyMapping:
    """Read a saved mapping; MappingError says in one sentence what is wrong with it."""
    try:
        return SurveyMapping.model_validate_json(text)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise MappingError(f"The mapping cannot be used: {_first(error)}.", hint="Export it again, or make a new one.", where=where) from error
