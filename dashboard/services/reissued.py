"""Was a file issued again? What it shares with stored imports in words, and what may become of the stored rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.schema import say
from dashboard.schema.overlap import ADD, REPLACE, UPDATE, Choice, Overlap
from dashboard.services.restricted import restricted

if TYPE_CHECKING:
    from dashboard.schema.staging import Staged
    from dashboard.services.house import House

UNNUMBERED = (
    "The rows of this export carry no number of their own: a corrected row looks like a missing one and a new one. "
    "Unless it replaces the stored rows, both forms count."
)


@restricted(Permission.IMPORT_DATA)
def overlaps(house: House, staged: Staged) -> tuple[Overlap, ...]:
    """What does a staged export share with earlier imports of its source: rows the same, changed, and missing now?"""
    return house.facts.overlaps(staged)


def asks(found: Sequence[Overlap]) -> bool:
    """Is there something to decide before these rows are stored?"""
    return any(one.asks for one in found)


def sentences(found: Sequence[Overlap]) -> tuple[str, ...]:
    """What each earlier import and the new file share, and what is peculiar about rows without a number."""
    told = []
    for one in found:
        files = say.listed(list(one.files[:2])) + (f" and {len(one.files) - 2} more" if len(one.files) > 2 else "")
        days = f" of the days {one.first} to {one.last}" if one.missing else ""
        told.append(
            f"Already stored from {files or 'an earlier import'}: {_rows(one.same)} the same, {say.count(one.changed)} with other values; "
            f"{_rows(one.missing)}{days} missing in the new file."
        )
    return (*told, UNNUMBERED) if any(one.unnumbered and one.asks for one in found) else tuple(told)


def choices(found: Sequence[Overlap]) -> dict[Choice, tuple[str, str]]:
    """What may be chosen, each in a few words and with what it would do. Choices that come to the same are offered once."""
    changed, missing = sum(one.changed for one in found), sum(one.missing for one in found)
    new, stay = f"new values for {_rows(changed)}", f"{_rows(missing, 'missing ')} kept"
    every: dict[Choice, tuple[str, str]] = {
        REPLACE: ("Replace them", _both((changed, new), (missing, f"{_rows(missing, 'missing ')} taken out"))),
        UPDATE: ("Update them, take nothing out", _both((changed, new), (missing, stay))),
        ADD: ("Only add what is new", _both((changed, f"{_rows(changed, 'changed ')} not taken"), (missing, stay))),
    }
    return {name: words for name, words in every.items() if name != UPDATE or (changed and missing)}


def _both(*parts: tuple[int, str]) -> str:
    """What happens to the rows there are."""
    told = say.listed([words for count, words in parts if count])
    return f"{told[:1].upper()}{told[1:]}."


def _rows(count: int, kind: str = "") -> str:
    """So many rows."""
    return f"{say.count(count)} {kind}row{'' if count == 1 else 's'}"
