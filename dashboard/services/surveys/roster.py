"""The names of the agency's own people: brought in for redaction, kept in the home, never handed out again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import SourceError
from dashboard.services.restricted import restricted
from dashboard.services.surveys import closing, standing
from dashboard.store import reading as kept
from dashboard.store.audit import Audit
from dashboard.text.redact import Roster

if TYPE_CHECKING:
    from dashboard.services.house import House

MOST_NAMES, LONGEST_NAME, MOST_BYTES = 50_000, 120, 5_000_000
HEADINGS = frozenset({"name", "names", "officer", "officers", "officer name", "full name", "last name, first name"})


@restricted(Permission.MANAGE_SURVEYS)
def size(house: House) -> int:
    """Of how many people are the names taken out of comments? The names themselves are never handed out."""
    return kept.roster_size(house.home)


@restricted(Permission.MANAGE_SURVEYS)
def take(house: House, content: bytes, who: str) -> int:
    """Take a list with one name a line in place of an older one. How many names; SourceError when it is none.

    From this moment no comment is shown that was read under the older list; all are read again, many of them by the server's upkeep.
    """
    names = list(names_in(content))
    if not names:
        raise SourceError("No name was found in this file.", hint="It should hold one name a line, as text: Dana Hollis, or Hollis, Dana.")
    standing.unsettle(house)  # before the change, so that a process killed in between leaves it noted
    kept.keep_roster(house.home, sorted(Roster.of(names).names), len(names))
    Audit(house.records).append(who, "roster", "names for redaction", {"people": len(names)})
    closing.new_names(house, who)
    return len(names)


@restricted(Permission.MANAGE_SURVEYS)
def forget(house: House, who: str) -> None:
    """Delete the names. What was taken out of comments already stays out of those that were judged."""
    standing.unsettle(house)
    kept.drop_roster(house.home)
    Audit(house.records).append(who, "roster", "names deleted")
    closing.new_names(house, who)


def names_in(content: bytes) -> Iterable[str]:
    """The names of a list, one a line; numbers and signs around them are left out."""
    if len(content) > MOST_BYTES:
        raise SourceError("This file is too large for a list of names.", hint="One name a line, at most 50,000 names.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise SourceError("This file is not text.", hint="Save the list as text or CSV, one name a line.")
    lines = [line.strip().strip('"').strip() for line in text.splitlines()]
    if len(lines) > MOST_NAMES:
        raise SourceError(f"This list has {len(lines):,} lines; at most {MOST_NAMES:,} are taken.")
    for line in lines:
        if len(line) > LONGEST_NAME:
            raise SourceError("A line of this file is too long for a name.", hint="It should hold one name a line.")
        if sum(sign.isalpha() for sign in line) > 1 and line.lower() not in HEADINGS:
            yield line
