"""Who did what, when? The audit log for who may read it: searched, in pages, and checked link by link."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import SettingError
from dashboard.services.restricted import restricted
from dashboard.store.audit import Audit, Head, Line, Verdict, Wanted
from dashboard.store.people import People

if TYPE_CHECKING:
    from dashboard.services.house import House

__all__ = ["Found", "Head", "Search", "Shown", "Verdict"]
PAGE = 50
HASH = re.compile("[0-9a-f]{32,}")  # shortened in words; the log keeps it whole
NOBODY = "not signed in"
# What a line tells, in words; a word that is not here is shown as it is kept.
WORDS: Mapping[str, str] = {
    "denied": "was refused",
    "details_changed": "changed details",
    "export": "took away",
    "identity_linked": "linked single sign-on",
    "identity_unlinked": "unlinked single sign-on",
    "link_mailed": "was mailed a link",
    "link_made": "made a link",
    "look_as": "looked as another role",
    "officer_case_opened": "took up an officer's pattern",
    "officer_commended": "wrote down something good of an officer",
    "officer_conversation": "wrote down a conversation with an officer",
    "officer_decision": "wrote down a decision on an officer",
    "officer_follow_up": "looked again at an officer's pattern",
    "officer_step_undone": "took a step on an officer back",
    "officer_viewed": "opened an officer's record",
    "officers_listed": "listed officers whose patterns differ",
    "password_changed": "changed a password",
    "password_wrong": "typed a wrong password",
    "person_added": "added a person",
    "person_disabled": "closed an account",
    "person_enabled": "opened an account again",
    "places_changed": "changed districts",
    "recovery_code_used": "used a recovery code",
    "recovery_codes_new": "made new recovery codes",
    "release": "published",
    "roles_changed": "changed roles",
    "second_factor_off": "turned a second factor off",
    "second_factor_on": "turned the second factor on",
    "session_ended": "ended a session",
    "setting": "changed a setting",
    "sign_in": "signed in",
    "sign_in_failed": "failed to sign in",
    "sign_out": "signed out",
}


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: words anywhere, one person (by id), one kind of line, first and last day in UTC; under the line `before`."""

    words: str = ""
    who: str = ""
    action: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    before: int | None = None
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class Shown:
    """One line as people read it."""

    number: int
    moment: dt.datetime
    who: str
    what: str
    subject: str
    details: str


@dataclass(frozen=True, slots=True)
class Found:
    """One page of lines, newest first; `older` is the number to go on under, or None at the end."""

    lines: tuple[Shown, ...]
    older: int | None


@restricted(Permission.SEE_AUDIT)
def search(house: House, wanted: Search) -> Found:
    """The lines that fit. Names of people are found too, although the log keeps their ids."""
    names = _names(house)
    fits = tuple(key for key, name in names.items() if wanted.words and wanted.words.casefold() in name.casefold())
    audit, more = Audit(house.records), Wanted(wanted.first, wanted.last, fits)
    limit = max(1, min(wanted.limit, 1000))
    lines = audit.search(wanted.words, wanted.who, wanted.action, limit + 1, before=wanted.before, more=more)
    shown = tuple(_shown(line, names) for line in lines[:limit])
    return Found(shown, shown[-1].number if len(lines) > limit else None)


@restricted(Permission.SEE_AUDIT)
def choices(house: House) -> tuple[dict[str, str], dict[str, str]]:
    """Who, and which kinds of lines, there are to choose from: key -> words."""
    names, audit = _names(house), Audit(house.records)
    return {one: names.get(one, one) for one in audit.actors() if one}, {one: WORDS.get(one, one) for one in audit.actions()}


@restricted(Permission.SEE_AUDIT)
def head(house: House) -> Head:
    """The newest line's number and code: kept elsewhere, it shows later whether lines were cut off the end."""
    return Audit(house.records).head()


@restricted(Permission.SEE_AUDIT)
def verify(house: House, anchor: str = "") -> Verdict:
    """Is the log whole? `anchor` is a head that was kept elsewhere, as "number:code". SettingError when it is not one."""
    return Audit(house.records).verify(_anchor(anchor) if anchor.strip() else None)


def _anchor(text: str) -> Head:
    """A kept head."""
    number, _, mac = text.strip().partition(":")
    if not number.isdigit() or len(mac) != 64 or not set(mac) <= set("0123456789abcdef"):
        raise SettingError("This is not the head of an audit log.", hint="It is written as number:code, with a code of 64 signs.")
    return Head(int(number), mac)


def _names(house: House) -> dict[str, str]:
    """Person id -> name."""
    return {one.id: one.name for one in People(house.records).all()}


def _shown(line: Line, names: Mapping[str, str]) -> Shown:
    """One line in words."""
    who = names.get(line.who, line.who) or NOBODY
    details = "; ".join(f"{name.replace('_', ' ')}: {_plain(value, names)}" for name, value in line.details.items())
    return Shown(line.number, line.moment, who, WORDS.get(line.action, line.action), names.get(line.subject, line.subject), details)


def _plain(value: object, names: Mapping[str, str]) -> str:
    """One detail as text."""
    if isinstance(value, list):
        return ", ".join(_plain(one, names) for one in value) or "none"
    text = names.get(str(value), str(value)) or "empty"
    return f"{text[:12]}..." if HASH.fullmatch(text) else text
