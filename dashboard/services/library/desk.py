"""Keep the library: add documents and their versions, publish, withdraw, bring back; meetings."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.schema import library as schema
from dashboard.schema.library import DOCUMENT_STATES, Document, Meeting, Version
from dashboard.services.library import upload
from dashboard.services.restricted import restricted
from dashboard.store.library import Library

if TYPE_CHECKING:
    from dashboard.services.house import House


@restricted(Permission.MANAGE_LIBRARY)
def documents(house: House) -> list[Document]:
    """Every document in every state, by title."""
    return Library(house.records).documents(tuple(DOCUMENT_STATES))


@restricted(Permission.MANAGE_LIBRARY)
def versions(house: House, document: str) -> list[Version]:
    """Every file of a document, the newest first, drafts among them."""
    return Library(house.records).versions(published=False).get(document, [])


@restricted(Permission.MANAGE_LIBRARY)
def keep(house: House, one: Document, who: str) -> Document:
    """Add a document, or change what is said about it. ScopeError in one sentence for what cannot be kept."""
    return Library(house.records).keep(schema.document(one), who)


@restricted(Permission.MANAGE_LIBRARY)
def add_file(house: House, document: str, name: str, content: bytes, effective: dt.date, note: str, who: str) -> Version:  # noqa: PLR0917
    """Add a file as the next version, once it passed the gate. It is public when the document is published (again)."""
    found = upload.checked(name, content, house.settings.number("library.max_mb"))
    one = Version(document, 0, effective, " ".join(note.split())[:500], found.name, found.media, 0, "", published=False)
    return Library(house.records).add_file(one, found.content, found.text, who)


@restricted(Permission.MANAGE_LIBRARY)
def drop_drafts(house: House, document: str, name: str, who: str) -> int:
    """Take away files of this name that were never public; how many. What was public once stays."""
    return Library(house.records).drop_drafts(document, name, who)


@restricted(Permission.MANAGE_LIBRARY)
def content(house: House, document: str, number: int) -> tuple[Version, bytes] | None:
    """Any file, to look at it before it is published."""
    found = Library(house.records).content(document, number)
    return (found[0], found[1]) if found is not None else None


@restricted(Permission.MANAGE_LIBRARY)
def set_state(house: House, document: str, state: str, who: str) -> None:
    """Publish a document with its files, withdraw it, or take either back."""
    Library(house.records).set_state(document, state, who)


@restricted(Permission.MANAGE_LIBRARY)
def meetings(house: House, *, removed: bool = False) -> list[Meeting]:
    """Every meeting, or the removed ones."""
    return Library(house.records).meetings(removed=removed)


@restricted(Permission.MANAGE_LIBRARY)
def keep_meeting(house: House, one: Meeting, who: str) -> Meeting:
    """Add or change a meeting."""
    return Library(house.records).keep_meeting(schema.meeting(one), who)


@restricted(Permission.MANAGE_LIBRARY)
def remove_meeting(house: House, name: str, who: str, *, back: bool = False) -> None:
    """Take a meeting away, or bring it back."""
    Library(house.records).remove_meeting(name, who, back=back)
