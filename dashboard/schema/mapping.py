"""What a saved mapping is: which columns of any file become which canonical columns. A small JSON document that holds no data."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from dashboard.errors import MappingError
from dashboard.schema.tables import TABLES


def folded(header: str) -> str:
    """A header without case, punctuation, blanks and byte-order marks: under this form the signature keeps it."""
    return re.sub(r"[\W_]+", "", header.removeprefix("\ufeff").removeprefix("ï»¿").removeprefix("ï..").replace("\xa0", " ")).casefold()


SPLITS = ("", ",", ";", "|", "/", "+", "&")  # between several values in one cell


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class ColumnMap(_Part):
    """Where a canonical column comes from: one or more headers (the first filled counts, or all joined), and why it was proposed."""

    from_: tuple[str, ...] = Field(alias="from", min_length=1)
    split: str = ""
    join: str = ""
    reason: str = ""

    @field_validator("split")
    @classmethod
    def _one_sign(cls, sign: str) -> str:
        if sign not in SPLITS:
            raise ValueError(f"cells are split by one of {' '.join(SPLITS[1:])}, not by '{sign}'")
        return sign


class Dates(_Part):
    """How dates are written: a strptime format, the order of day, month and year, and the zone that stamps with an offset are moved to."""

    format: str = ""
    order: Literal["mdy", "dmy", "ymd"] = "mdy"
    zone: str = ""

    @field_validator("zone")
    @classmethod
    def _on_the_map(cls, zone: str) -> str:
        if zone and zone not in available_timezones():
            raise ValueError(f"there is no time zone '{zone}'")
        return zone


class Mapping(_Part):
    """One saved mapping. `values` translates raw words of a canonical column; `constants` fills columns that the file does not have."""

    name: str = Field(min_length=1, max_length=120)
    version: int = 1
    table: str
    made_by: str = ""
    made_on: str = ""
    signature: tuple[str, ...] = ()
    grain: str = ""
    columns: dict[str, ColumnMap]
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    dates: Dates = Dates()
    missing: tuple[str, ...] = ()
    constants: dict[str, str] = Field(default_factory=dict)
    level_direction: Literal["", "up", "down"] = ""
    multi_race_rule: str = ""
    drop: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _fits_its_table(self) -> Mapping:
        if self.table not in TABLES:
            raise ValueError(f"there is no table '{self.table}'")
        names = set(TABLES[self.table].names)
        unknown = sorted((set(self.columns) | set(self.values) | set(self.constants)) - names)
        if unknown:
            raise ValueError(f"the table {self.table} has no column {', '.join(unknown)}")
        for name, words in self.values.items():
            allowed = TABLES[self.table].column(name).allowed
            strange = sorted(set(words.values()) - set(allowed)) if allowed else []
            if strange:
                raise ValueError(f"{', '.join(strange)} is not a word of {name}")
        return self

    def as_json(self) -> str:
        """The document that is saved, exported and shared."""
        return json.dumps(self.model_dump(by_alias=True), indent=2, ensure_ascii=False, sort_keys=True)

    def likeness(self, header: Sequence[str]) -> float:
        """Which share of this mapping's and the file's headers is common to both (0 to 1)?"""
        mine, theirs = set(self.signature), {folded(name) for name in header}
        return len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0

    def differences(self, header: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Headers that are new in the file, and folded ones that are gone."""
        theirs = {folded(name): name for name in header}
        new = tuple(name for fold, name in theirs.items() if fold not in self.signature)
        return new, tuple(name for name in self.signature if name not in theirs)


def from_json(text: str) -> Mapping:
    """Read a saved mapping; MappingError says in one sentence what is wrong with it."""
    try:
        return Mapping.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise MappingError(f"The mapping cannot be used: {first['msg']}.", hint="Export it again, or make a new one.", where=where) from error
