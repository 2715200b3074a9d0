"""The patterns that differ, in words: observed, expected, how sure, where, compared with whom. Opening the list is written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import ScopeError
from dashboard.services.early.kinds import LEVELS, alias, level_words
from dashboard.services.early.model import Model
from dashboard.services.restricted import restricted
from dashboard.stats.peers import Reviewed
from dashboard.store.audit import Audit

if TYPE_CHECKING:
    from dashboard.services.house import House

SHORTEST = 8  # letters of a reason


@dataclass(frozen=True, slots=True)
class Pattern:
    """One officer's pattern in words. `key` is the pseudonym; `words` are its sentences; `against` says with whom the officer was compared."""

    key: str
    name: str
    words: str
    against: str


@dataclass(frozen=True, slots=True)
class Listed:
    """The patterns of one opening of the list, and the number of the line in the audit log that tells of it."""

    line: int
    patterns: tuple[Pattern, ...]


def reason_given(text: str) -> str:
    """The reason as it is kept; ScopeError when none was typed."""
    cleaned = " ".join(text.split())
    if len(cleaned) < SHORTEST:
        raise ScopeError("Say why you are looking, in a few words.", hint="It is kept in the audit log with your name and the officers you saw.")
    return cleaned[:300]


def who(house: House) -> str:
    """Who looks."""
    return house.visitor.person_id if house.visitor else "command line"


@restricted(Permission.SEE_EARLY_INTERVENTION)
def listing(house: House, found: Model, reason: str, line: int = 0) -> Listed:
    """Those for review. Written down with the reason and every officer listed, before anything is handed out.

    `line` is that of the same opening when the list is shown again: no second one is written while it tells of these officers and this reason.
    """
    why = reason_given(reason)
    flagged = found.review.for_review
    details = {"reason": why, "officers": [one.name for one in flagged], "until": str(found.when.end)}
    number = Audit(house.records).append_once(line, who(house), "officers_listed", found.kind.title, details)
    return Listed(number, tuple(Pattern(one.name, alias(one.name), in_words(found, one), against(found, one)) for one in flagged))


def in_words(found: Model, one: Reviewed) -> str:
    """What differs and how sure it is, without a score."""
    kind, months = found.kind, _months(found)
    said = f"{one.observed} {kind.one if one.observed == 1 else kind.many} in {months} months."
    if one.expected is None or one.sure is None or one.ratio.low is None or one.ratio.high is None:
        return f"{said} {one.reason}"
    level = level_words(found.basis, one.level)
    same = "Officers of the whole agency" if level == LEVELS[-1] else f"Officers with the same {level}"
    said += f" {same} would have about {one.expected:.1f}."
    said += (
        f" Allowing for ordinary differences the ratio is {one.ratio.value:.1f} ({one.ratio.low:.1f} to {one.ratio.high:.1f}); "
        f"chance that it exceeds {found.review.ratio:g}: {chance(one.sure)}."
    )
    if not one.compared:
        return f"{said} {one.reason}"
    places = found.where.get(one.name, ())
    if places:
        said += f" Most: {places[0][1]} of {one.observed} in {places[0][0]}."
    return said


def against(found: Model, one: Reviewed) -> str:
    """With whom, and what was not counted."""
    said = f"Compared with {one.peers} others." if one.peers else "There was nobody to compare with."
    if one.top is not None:
        said += f" Chance of being among the highest 5% of all: {chance(one.top)}."
    if one.ordinary is not None and one.chance is not None:
        said += f" An ordinary officer would have as many in {chance(one.ordinary)} of such periods (by pure chance {chance(one.chance)})."
    if one.sure is not None:
        said += f" Chance that the pattern is ordinary after all: {chance(1 - one.sure)}."
    return said


def chance(share: float) -> str:
    """A chance in words that are never certain: 'under 1%', '74%', 'over 99%'."""
    return "under 1%" if share < 0.01 else "over 99%" if share > 0.99 else f"{share:.0%}"


def _months(found: Model) -> int:
    """How many months were compared."""
    start, end = found.when.start, found.when.end
    return max(1, round(((end - start).days + 1) / 30.44))
