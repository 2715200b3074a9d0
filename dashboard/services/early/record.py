"""One officer's record: the pattern, the events, the good, the cases. It opens only after a typed reason, which is written down first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import StoreError
from dashboard.schema.result import NumberTable
from dashboard.schema.scope import Audience, Scope
from dashboard.schema.words import label
from dashboard.services.early import events
from dashboard.services.early.kinds import KINDS, alias
from dashboard.services.early.model import Model
from dashboard.services.early.patterns import against, in_words, reason_given, who
from dashboard.services.restricted import restricted
from dashboard.stats.peers import Reviewed
from dashboard.store.audit import Audit
from dashboard.store.facts import STAFF
from dashboard.store.officer_cases import GOOD, Case, Good, OfficerCases

if TYPE_CHECKING:
    from dashboard.services.house import House

MOST_EVENTS = 200


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one officer: the figures of this comparison, tables of events and postings, what was good, and the cases.

    `line` is the number of the line in the audit log that tells of this opening.
    """

    key: str
    name: str
    figures: Reviewed
    words: str
    against: str
    tables: tuple[NumberTable, ...]
    good: tuple[Good, ...]
    cases: tuple[Case, ...]
    line: int


def choices(found: Model) -> dict[str, str]:
    """Every officer of this comparison to choose from: those for review first."""
    return {one.name: alias(one.name) for one in found.review.officers}


@restricted(Permission.SEE_EARLY_INTERVENTION)
def opened(house: House, found: Model, key: str, reason: str, line: int = 0) -> Record:
    """One officer's record. The view, the reason and the one who looks are written down before anything is read.

    `line` is that of the same opening when the record is shown again: no second one is written while it tells of this officer and this reason.
    """
    why = reason_given(reason)
    figures = found.officer(key)
    if figures is None:
        raise StoreError("There is no such officer in this comparison.")
    number = Audit(house.records).append_once(line, who(house), "officer_viewed", key, {"reason": why, "kind": found.kind.name})
    cases = OfficerCases(house.records)
    return Record(
        key,
        alias(key),
        figures,
        in_words(found, figures),
        against(found, figures),
        (*_events(house, found, key), *_postings(house, key)),
        tuple(cases.commendations(key)),
        tuple(cases.of(key)),
        number,
    )


def _events(house: House, found: Model, key: str) -> list[NumberTable]:
    """The events of every kind within the months compared."""
    out = []
    for kind in KINDS.values():
        if house.facts.version(kind.table) < 0:
            continue
        scope = Scope(found.when.start, found.when.end, audience=Audience.STAFF).and_where("officer_key", key)
        rows, _ = events.of(house.facts, kind, scope)
        rows = rows.sort_values("date", ascending=False).head(MOST_EVENTS)
        said = tuple((f"{row.date:%Y-%m-%d}", row.event, row.district, row.shift) for row in rows.itertuples())
        out.append(NumberTable(f"{kind.title} in these months", ("Day", "Number", "District", "Shift by the clock"), said))
    return [one for one in out if one.rows]


def _postings(house: House, key: str) -> list[NumberTable]:
    """Where the officer was posted."""
    if house.facts.version("officers") < 0:
        return []
    own = events.postings(house.facts, STAFF.and_where("officer_key", key)).sort_values("begins", ascending=False)
    rows = tuple(
        (f"{row.begins:%Y-%m-%d}", "now" if row.ends.year > 2100 else f"{row.ends:%Y-%m-%d}", label(row.unit), row.district, label(row.shift))
        for row in own.itertuples()
    )
    return [NumberTable("Postings", ("From", "To", "Unit", "District", "Shift"), rows)] if rows else []


@restricted(Permission.SEE_EARLY_INTERVENTION)
def commend(house: House, key: str, good: tuple[str, str, str]) -> None:
    """Write something good down: (day as ISO text, kind, words). StoreError when the kind is unknown."""
    import datetime as dt
    import secrets

    day, kind, text = good
    OfficerCases(house.records).commend(Good(secrets.token_hex(12), key, dt.date.fromisoformat(day), kind, text), who(house))


def good_kinds() -> dict[str, str]:
    """What can be written down as good."""
    return dict(GOOD)
