"""What is counted for each officer, one kind of event at a time, and how its words read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event: its table, what makes two rows one event, its date, which rows count, and the setting of the classic threshold."""

    name: str
    title: str
    table: str
    key: str
    date: str
    timed: bool
    where: tuple[tuple[str, tuple[str, ...]], ...]
    one: str
    many: str
    threshold: str


KINDS: Mapping[str, Kind] = {
    "force": Kind(
        "force",
        "Uses of force",
        "use_of_force",
        "incident_id",
        "date",
        True,
        (("counts_as_force", ("true", "null")), ("record_status", ("final", "pending", "unknown", "null"))),
        "force incident",
        "force incidents",
        "peers.fixed_force",
    ),
    "complaints": Kind(
        "complaints", "Complaints", "complaints", "complaint_id", "received_date", False, (), "complaint", "complaints", "peers.fixed_complaints"
    ),
}
BASES: Mapping[str, str] = {
    "days": "Days on posting",
    "arrests": "Arrests made",
    "inferred": "Time between first and last record",
}
LEVELS = ("unit, district, shift and month", "unit, district and shift", "unit and shift", "unit", "the whole agency")
INFERRED_LEVELS = ("district and shift", "district and shift", "shift", "the whole agency", "the whole agency")  # no unit, no months
HALF_YEAR = 182  # days


def level_words(basis: str, level: int) -> str:
    """With whom an officer was mostly compared: what peers have in common, or 'the whole agency'."""
    names = INFERRED_LEVELS if basis == "inferred" else LEVELS
    return names[level] if level >= 0 else names[-1]


def labels() -> dict[str, str]:
    """The kinds to choose from."""
    return {one.name: one.title for one in KINDS.values()}


def alias(key: str) -> str:
    """An officer as pages show one: the beginning of the pseudonym, never a name or a badge."""
    return f"Officer {key[:8].upper()}"
