"""Under which rules and names does a redaction have to be made, to be shown now? What was read under others is hidden until it is read again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dashboard.store import reading as kept
from dashboard.store.comments import Comments
from dashboard.text import redact, themes
from dashboard.text.redact import Roster

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
    """From now until `settle` there is something to read or to count; it outlives a restart."""
    under = now(house)
    if kept.stand(house.home) == {"standing": under}:
        kept.keep_stand(house.home, {"standing": under, "unfinished": "yes"})


def counting(house: House, standing: str) -> None:
    """Counts are about to be made under this standing: from now until `settle` those of different surveys may stand under different ones."""
    if not _same_words(kept.stand(house.home), standing):
        kept.keep_stand(house.home, {"unfinished": "yes"})


def settle(house: House, standing: str) -> None:
    """Everything was read and counted under this standing; unless comments came in while that was done."""
    kept.keep_stand(house.home, {"standing": standing})
    if Comments(house.records, standing).left():
        unsettle(house)


def _same_words(stand: Mapping[str, str], standing: str) -> bool:
    """Whether all frozen words were read under the rules and names of this standing."""
    return "standing" in stand and names_of(stand["standing"]) == names_of(standing)


def version(house: House) -> str:
    """Which state is this? Part of every cache key: a kept answer never shows words that were hidden meanwhile."""
    return f"{now(house)} {sorted(kept.stand(house.home).items())}"


def words_hold(house: House) -> bool:
    """Whether the words of frozen counts may be shown: they were read under the rules and names in force."""
    return _same_words(kept.stand(house.home), now(house))


def without_words(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Frozen counts without any word that people wrote: it was read under older rules, and may be a name that has to be taken out now."""
    return {**content, "waves": [{**wave, "words": []} for wave in content["waves"]], "pairs": []}
