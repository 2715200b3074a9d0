"""May I ask something? A question is redacted before it is stored, staff answer it, and the answer is public."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import ScopeError
from dashboard.schema.library import ANSWERED, DECLINED, MOST_QUESTION, WAITING, Question
from dashboard.services.forms import today
from dashboard.services.restricted import restricted
from dashboard.store import reading as kept
from dashboard.store.library import Library
from dashboard.text import redact

if TYPE_CHECKING:
    from dashboard.services.house import House

LEAST = 10


def ask(house: House, key: str, words: str) -> bool:
    """Keep a question in redacted words, once per `key` of its form. False when too many wait; ScopeError for what is no question."""
    plain = "\n".join(" ".join(line.split()) for line in words.strip().splitlines() if line.strip())
    if not LEAST <= len(plain) <= MOST_QUESTION:
        raise ScopeError(f"Please write {LEAST} to {MOST_QUESTION:,} characters.")
    found = redact.comment(plain, redact.Roster(frozenset(kept.roster(house.home))))
    return Library(house.records).ask(Question(hashlib.sha256(key.encode()).hexdigest()[:32], found.text, today(house)))


@restricted(Permission.MANAGE_LIBRARY)
def queue(house: House) -> list[Question]:
    """Questions that wait for an answer, the newest first."""
    return Library(house.records).questions((WAITING,))


@restricted(Permission.MANAGE_LIBRARY)
def settled(house: House) -> list[Question]:
    """Questions that were answered or set aside, to change or bring back."""
    return Library(house.records).questions((ANSWERED, DECLINED))


@restricted(Permission.MANAGE_LIBRARY)
def settle(house: House, one: Question, who: str) -> None:
    """Answer a question, set it aside, or let it wait again. An answer needs words, and the question too."""
    words, answer = one.words.strip(), one.answer.strip()
    if one.state == ANSWERED and not answer:
        raise ScopeError("An answer needs words.")
    if not words or len(words) > MOST_QUESTION:
        raise ScopeError("The question needs words.")
    day = one.answered or today(house)
    Library(house.records).settle(dataclasses.replace(one, words=words, answer=answer, answered=day if one.state == ANSWERED else None), who)
