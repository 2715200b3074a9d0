"""Which rules does the agency work under, what has it reported, when can I speak, and what was answered? What everybody may read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.schema.library import ANSWERED, PUBLISHED, Document, Meeting, Question, Version, current
from dashboard.services.forms import today
from dashboard.store.library import Library

if TYPE_CHECKING:
    from dashboard.services.house import House

AROUND = 90  # signs of text on each side of what was found
LEAST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Shelved:
    """A published document: the version in force, all others, and where the searched words stand."""

    document: Document
    current: Version
    others: tuple[Version, ...]
    found: str = ""


def version(house: House) -> str:
    """Which state of the library is this?"""
    return Library(house.records).version()


def documents(house: House, words: str = "", kinds: tuple[str, ...] = ()) -> list[Shelved]:
    """Published documents; with `words` those that hold them in title, summary or text, with the place."""
    store, words = Library(house.records), " ".join(words.split())[:100]
    if len(words) < LEAST_WORDS:
        words = ""
    files, day = store.versions(), today(house)
    chosen = [one for one in store.documents(words=words) if one.id in files and (not kinds or one.kind in kinds)]
    texts = store.texts([one.id for one in chosen]) if words else {}
    shelf = []
    for one in chosen:
        now = current(files[one.id], day)
        if now is not None:
            others = tuple(file for file in files[one.id] if file.number != now.number)
            shelf.append(Shelved(one, now, others, _around(texts.get(one.id, ""), words)))
    return shelf


def _around(text: str, words: str) -> str:
    """The words as they stand in the text, with a little on each side."""
    flat = " ".join(text.split())
    at = flat.casefold().find(words.casefold()) if words else -1
    if at < 0:
        return ""
    start, end = max(0, at - AROUND), at + len(words) + AROUND
    return f"{'... ' if start else ''}{flat[start:end]}{' ...' if end < len(flat) else ''}"


def file(house: House, name: str, number: int = 0) -> tuple[Version, bytes] | None:
    """A published file of a published document: a numbered version, or the one in force."""
    store = Library(house.records)
    document = store.document(name)
    if document is None or document.state != PUBLISHED:
        return None
    files = store.versions().get(name, [])
    chosen = next((one for one in files if one.number == number), None) if number else current(files, today(house))
    found = store.content(name, chosen.number) if chosen is not None else None
    return (found[0], found[1]) if found is not None else None


def meetings(house: House) -> list[Meeting]:
    """Every meeting, the newest day first."""
    return Library(house.records).meetings()


def papers(house: House) -> dict[str, list[Shelved]]:
    """The published documents of each meeting."""
    found: dict[str, list[Shelved]] = {}
    for one in documents(house):
        if one.document.meeting:
            found.setdefault(one.document.meeting, []).append(one)
    return found


def answered(house: House) -> list[Question]:
    """Questions with their answers, the newest first."""
    return [one for one in Library(house.records).questions((ANSWERED,)) if one.answer]
