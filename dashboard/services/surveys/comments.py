"""Read comments: redact, tell the language, score the tone, find the themes; only new ones, unless the codebook or the roster has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.access.roles import Permission
from dashboard.services.restricted import restricted
from dashboard.services.surveys import standing
from dashboard.store.comments import WAITING, Counts, ToRead
from dashboard.store.originals import BACK
from dashboard.text import language, redact, sentiment, themes
from dashboard.text.redact import Roster

if TYPE_CHECKING:
    from dashboard.services.house import House

__all__ = ["Counts", "Done", "counts", "locked", "read", "read_one"]
NEVER, UNTIL_JUDGED = "never", "until judged"


@dataclass(frozen=True, slots=True)
class Done:
    """What reading did: how many comments were read for the first time, how many again, and how all of them stand now."""

    read: int
    again: int
    counts: Counts


@restricted(Permission.MANAGE_SURVEYS)
def read(house: House) -> Done:
    """Read every comment of closed waves that has not been read under the rules, names and codebook in force. Resumes where it was stopped.

    What is sealed under a key that is not here stays unread; `locked` tells of it.
    """
    store = standing.comments(house)
    roster = standing.roster_of(house)  # after the standing: names that change in between leave all this marked as read under the older ones
    keep_originals = house.settings.text("text.keep_original")
    fresh = again = 0
    for batch in store.to_read():
        standing.unsettle(house)
        able = [one for one in batch if one.redacted is not None or not one.lost]
        store.keep_read([_read(one, roster, store.standing, never=keep_originals == NEVER) for one in able])
        fresh += sum(one.redacted is None for one in able)
        again += sum(one.redacted is not None for one in able)
    if keep_originals in {NEVER, UNTIL_JUDGED}:
        store.purge(waiting=keep_originals == NEVER)
    return Done(fresh, again, store.counts())


def _read(one: ToRead, roster: Roster, now: str, *, never: bool) -> dict[str, Any]:
    """One comment, read for the first time or once more."""
    if one.redacted is None:
        return read_one(one.id, one.original, roster) | ({"original": ""} if never else {})
    return _again(one, roster, names_changed=standing.names_of(one.under) != standing.names_of(now))


def read_one(name: str, original: str, roster: Roster) -> dict[str, Any]:
    """One comment as it is kept after reading. Nothing after the first line sees the original."""
    redacted = redact.comment(original, roster)
    spoken = language.of(redacted.text)
    return {
        "id": name,
        "redacted": redacted.text,
        "language": spoken[:12],
        "tone": sentiment.tone(redacted.text, spoken),
        "themes": ",".join(themes.of(redacted.text, spoken)),
        "marks": ",".join(redacted.marks)[:400],
    }


def _again(one: ToRead, roster: Roster, *, names_changed: bool) -> dict[str, Any]:
    """A comment read once more. What a person has judged keeps its redaction, except that names which are new on the roster are taken out."""
    if one.state == WAITING and one.original:
        return read_one(one.id, one.original, roster)
    text = one.redacted or ""
    made = read_one(one.id, text, roster)
    made.pop("marks")
    return made if names_changed else made | {"redacted": text}


@restricted(Permission.MANAGE_SURVEYS)
def counts(house: House) -> Counts:
    """How many comments are unread, wait for a person, are released, are kept back."""
    return standing.comments(house).counts()


@restricted(Permission.MANAGE_SURVEYS)
def locked(house: House) -> str:
    """A sentence when comments cannot be read because the key that they are sealed under is not here; '' when every key is."""
    lost = standing.comments(house).locked()
    if not lost:
        return ""
    return f"{lost:,} {'comment waits' if lost == 1 else 'comments wait'} sealed under a key that is not here, so nobody can read them. {BACK}"
