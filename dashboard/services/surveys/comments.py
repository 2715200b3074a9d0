"""Read comments: redact, tell the language, score the tone, find the themes; only new ones, unless the codebook or the roster has changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.access.roles import Permission
from dashboard.services.restricted import restricted
from dashboard.store import reading as kept
from dashboard.store.comments import WAITING, Comments, Counts, ToRead
from dashboard.text import language, redact, sentiment, themes
from dashboard.text.redact import Roster

if TYPE_CHECKING:
    from dashboard.services.house import House

__all__ = ["Counts", "Done", "counts", "read", "read_one"]
NEVER, UNTIL_JUDGED = "never", "until judged"


@dataclass(frozen=True, slots=True)
class Done:
    """What reading did: how many comments were read for the first time, how many again, and how all of them stand now."""

    read: int
    again: int
    counts: Counts


@restricted(Permission.MANAGE_SURVEYS)
def read(house: House) -> Done:
    """Read every comment of closed waves that has not been read; all of them once more where the codebook or the roster has changed since."""
    store, roster = Comments(house.records), Roster(frozenset(kept.roster(house.home)))
    now = {"codebook": themes.VERSION, "roster": _checksum(roster)}
    before = kept.stand(house.home)
    keep_originals = house.settings.text("text.keep_original")
    again = 0
    if before and before != now:
        for batch in store.all_read():
            store.keep_read([_again(one, roster, names_changed=before.get("roster") != now["roster"]) for one in batch])
            again += len(batch)
    fresh = 0
    for batch in store.unread():
        store.keep_read([read_one(one.id, one.original, roster) | ({"original": ""} if keep_originals == NEVER else {}) for one in batch])
        fresh += len(batch)
    if keep_originals in {NEVER, UNTIL_JUDGED}:
        store.purge(waiting=keep_originals == NEVER)
    if before != now:
        kept.keep_stand(house.home, now)
    return Done(fresh, again, store.counts())


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


def _checksum(roster: Roster) -> str:
    """One short text for a set of names."""
    return hashlib.sha256("\n".join(sorted(roster.names)).encode()).hexdigest()[:16] if roster.names else ""


@restricted(Permission.MANAGE_SURVEYS)
def counts(house: House) -> Counts:
    """How many comments are unread, wait for a person, are released, are kept back."""
    return Comments(house.records).counts()
