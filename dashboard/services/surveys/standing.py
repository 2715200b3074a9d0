"""Under which rules and names does a redaction have to be made, to be shown now? What was read under others is hidden until it is read again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard.store import reading as kept
from dashboard.store.comments import Comments
from dashboard.text import redact, themes
from dashboard.text.redact import Roster
from dashboard.text.wordlists import folded

if TYPE_CHECKING:
    from dashboard.services.house import House


def roster_of(house: House) -> Roster:
    """The names that are taken out, as they are kept now."""
    return Roster(frozenset(kept.roster(house.home)))


def now(house: House) -> str:
    """The standing in force: version of the rules, version of the codebook, checksum of the roster."""
    return f"{redact.VERSION}/{themes.VERSION}/{checksum(roster_of(house))}"


def checksum(roster: Roster) -> str:
    """One short text for a set of names."""
    return hashlib.sha256("\n".join(sorted(roster.names)).encode()).hexdigest()[:16] if roster.names else ""


def names_of(standing: str) -> str:
    """The part of a standing that stands for rules and names, without the codebook."""
    rules, _, rest = standing.partition("/")
    return f"{rules}/{rest.rpartition('/')[2]}"


def comments(house: House) -> Comments:
    """The comments as they may be handed out now."""
    return Comments(house.records, now(house))


def settled(house: House) -> bool:
    """Whether everything was read and counted under the standing in force."""
    return kept.stand(house.home) == {"standing": now(house)}


def unsettle(house: House) -> None:
    """From now until `settle`, words of frozen counts that are names of the roster are left out; it outlives a restart."""
    if settled(house):
        kept.keep_stand(house.home, {"standing": now(house), "unfinished": "yes"})


def settle(house: House, standing: str) -> None:
    """Everything was read and counted under this standing."""
    kept.keep_stand(house.home, {"standing": standing})


def version(house: House) -> str:
    """Which state is this? Part of every cache key: a kept answer never shows words that were hidden meanwhile."""
    return f"{now(house)} {'' if settled(house) else 'unsettled'}"


def without_names(house: House, content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Frozen counts as they may be shown now: until all is settled, words are left out that hold a name of the roster."""
    if settled(house):
        return content
    names = roster_of(house).names

    def clean(rows: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
        return [row for row in rows if not names.intersection(folded(part) for part in str(row[0]).split())]

    waves = [{**wave, "words": clean(wave["words"])} for wave in content["waves"]]
    return {**content, "waves": waves, "pairs": [{**one, "words": clean(one["words"])} for one in content.get("pairs", [])]}
