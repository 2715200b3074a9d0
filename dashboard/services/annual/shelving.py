"""How does the report come into the library? As drafts of two documents, each version kept; a person looks at them and publishes both."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.schema.library import Document, Version
from dashboard.services.annual.year import Year
from dashboard.services.library import desk
from dashboard.services.restricted import restricted
from dashboard.store.library import Library

if TYPE_CHECKING:
    from dashboard.services.house import House

PAGE, PRINT = "", "-pdf"
ENDINGS = {PAGE: "html", PRINT: "pdf"}
WORDS = {PAGE: "", PRINT: " (PDF)"}


@dataclass(frozen=True, slots=True)
class Shelved:
    """One of the two documents with its versions, the newest first."""

    document: Document
    versions: tuple[Version, ...]

    @property
    def waiting(self) -> Version | None:
        """The newest version, where it is not public yet."""
        return self.versions[0] if self.versions and not self.versions[0].published else None


def name_of(year: int, form: str = PAGE) -> str:
    """The document of a year: a name that stays, so that links to it do."""
    return f"annual-report-{year}{form}"


@restricted(Permission.MANAGE_LIBRARY)
def allowed(house: House) -> None:
    """AccessDenied for those who do not keep the library, before anything is computed."""


@restricted(Permission.MANAGE_LIBRARY)
def shelve(house: House, year: Year, page: bytes, printed: bytes, effective: dt.date, who: str) -> tuple[Shelved, Shelved]:  # noqa: PLR0917
    """Keep both files as the next version. A draft of the report that nobody published gives way to the new one."""
    for form, content in ((PAGE, page), (PRINT, printed)):
        known = Library(house.records).document(name_of(year.year, form))
        summary = f"{year.agency}: the year {year.year} in published numbers, as a {'tagged PDF' if form else 'web page'}."
        document = known or desk.keep(house, Document(name_of(year.year, form), "report", f"{year.title}{WORDS[form]}", summary), who)
        file = f"{name_of(year.year)}.{ENDINGS[form]}"
        desk.drop_drafts(house, document.id, file, who)
        desk.add_file(house, document.id, file, content, effective, f"Numbers as published on {year.made_on}", who)
    return shelved(house, year.year)


@restricted(Permission.MANAGE_LIBRARY)
def shelved(house: House, year: int) -> tuple[Shelved, Shelved]:
    """Both documents of a year. NotEnoughData before the first."""
    found = []
    for form in (PAGE, PRINT):
        document = Library(house.records).document(name_of(year, form))
        if document is None:
            raise NotEnoughData(f"No report of {year} has been made yet.")
        found.append(Shelved(document, tuple(desk.versions(house, document.id))))
    return found[0], found[1]


@restricted(Permission.MANAGE_LIBRARY)
def set_state(house: House, year: int, state: str, who: str) -> None:
    """Publish both documents with their newest versions, withdraw both, or take either back."""
    for one in shelved(house, year):
        desk.set_state(house, one.document.id, state, who)


@restricted(Permission.MANAGE_LIBRARY)
def made(house: House) -> list[int]:
    """The years that have a report in the library, the newest first."""
    names = {one.id for one in desk.documents(house)}
    years = {int(name.removeprefix("annual-report-")) for name in names if name.removeprefix("annual-report-").isdigit()}
    return sorted(years, reverse=True)
