"""May I have the tables behind the public pages? Every released table, every past release, and what each one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData, ScopeError
from dashboard.services import open_dictionary, open_staff, open_tables, releases
from dashboard.services.open_formats import FORMATS, neutral
from dashboard.services.open_tables import OpenTable
from dashboard.store.releases import Releases
from dashboard.store.survey_releases import SurveyReleases
from dashboard.store.surveys import Surveys

if TYPE_CHECKING:
    from dashboard.services.house import House

__all__ = ["FORMATS", "OpenTable", "about", "file_name", "history", "neutral", "past", "table", "tables"]

PUBLIC = "public"
FAMILIES = ("community", "post_contact", "event")


@dataclass(frozen=True, slots=True)
class PastRelease:
    """One release of the portal's history: its id, day and tables; `state` is 'in force', 'replaced' or 'taken back'."""

    id: str
    made_on: str
    tables: tuple[tuple[str, str], ...]
    state: str
    replaces: str

    @property
    def open(self) -> bool:
        """Whether its files can be had."""
        return self.state != TAKEN_BACK


IN_FORCE, REPLACED, TAKEN_BACK = "in force", "replaced", "taken back"


def tables(house: House) -> list[OpenTable]:
    """Every table in force: counts, surveys of residents, staff results that HR shows to everybody. NotEnoughData before the first release."""
    found: list[OpenTable] = []
    refused: NotEnoughData | None = None
    try:
        edition = releases.in_force(house)
        replaces = next((one.replaces or "" for one in Releases(house.records).listing()), "")
        found += [open_tables.of_release(house, one, edition, replaces) for one in edition.tables]
    except NotEnoughData as error:
        refused = error
    surveys = SurveyReleases(house.records)
    for survey in _surveys(house):
        one = surveys.newest(survey, PUBLIC)
        if one is not None and one.content["waves"]:
            found.append(open_tables.of_survey(house, one))
    found += open_staff.tables(house)
    if refused is not None and not found:
        raise refused
    return found


def _surveys(house: House) -> list[str]:
    """Surveys of residents that are not put away."""
    return [name for family in FAMILIES for name in Surveys(house.records).titles(family)]


def table(house: House, name: str) -> OpenTable:
    """One table in force by name. ScopeError lists the tables there are."""
    found = tables(house)
    for one in found:
        if one.name == name:
            return one
    raise ScopeError(f"There is no published table '{name}'.", hint=f"Published: {', '.join(one.name for one in found)}.")


def history(house: House) -> list[PastRelease]:
    """Every release ever made, newest first. What was replaced after all its data were taken back is named, but can no more be had."""
    listed = Releases(house.records).listing()
    gone = _taken_back([(one.id, bool(one.catalog.get("tables"))) for one in listed])
    found = []
    for number, entry in enumerate(listed):
        if entry.catalog.get("tables"):
            state = TAKEN_BACK if entry.id in gone else IN_FORCE if number == 0 else REPLACED
            names = tuple((name, str(about["title"])) for name, about in entry.catalog["tables"].items())
            found.append(PastRelease(entry.id, f"{entry.created:%Y-%m-%d}", names, state, entry.replaces or ""))
    return sorted([*found, *_of_surveys(house), *_of_staff(house)], key=lambda one: (one.made_on, one.state == IN_FORCE), reverse=True)


def _taken_back(listed: list[tuple[str, bool]]) -> set[str]:
    """Of releases (id, whether it holds anything), newest first: those before the last one that holds nothing."""
    empty = next((number for number, (_, some) in enumerate(listed) if not some), len(listed))
    return {name for name, _ in listed[empty:]}


def _of_surveys(house: House) -> list[PastRelease]:
    """The releases of surveys."""
    store, there = SurveyReleases(house.records), set(_surveys(house))
    found = []
    entries = [one for one in store.history(PUBLIC) if one[1] in there]
    for survey in dict.fromkeys(one[1] for one in entries):
        mine = [(entry, store.get(entry[0], PUBLIC)) for entry in entries if entry[1] == survey]
        gone = _taken_back([(entry[0], bool(one and one.content["waves"])) for entry, one in mine])
        for number, (entry, one) in enumerate(mine):
            if one is not None and one.content["waves"]:
                state = TAKEN_BACK if one.id in gone else IN_FORCE if number == 0 else REPLACED
                name = open_tables.survey_name(survey)
                found.append(PastRelease(one.id, f"{entry[2]:%Y-%m-%d}", ((name, str(one.content["title"])),), state, one.replaces or ""))
    return found


def _of_staff(house: House) -> list[PastRelease]:
    """The frozen staff results that HR shows; one that a correction replaced by less is named, but can no more be had."""
    found = [(one, IN_FORCE) for one in open_staff.shown(house)] + [(one, TAKEN_BACK) for one in open_staff.replaced(house)]
    return [
        PastRelease(one.id, f"{one.created:%Y-%m-%d}", ((open_staff.name_of(one), open_staff.title_of(house, one)),), state, one.replaces or "")
        for one, state in found
    ]


def past(house: House, release: str) -> list[OpenTable]:
    """The tables of any release, exactly as they were published. ScopeError for one that there is not, or whose data were taken back."""
    known = {one.id: one for one in history(house)}
    if release not in known:
        raise ScopeError(f"There is no release '{release}'.", hint="/data/releases lists every release.")
    if not known[release].open:
        raise ScopeError("This release was taken back with its data.", hint="/data/releases lists every release that can be had.")
    if any(name.startswith(open_staff.STAFF) for name, _ in known[release].tables):
        return open_staff.past(house, release)
    survey = SurveyReleases(house.records).get(release, PUBLIC)
    if survey is not None:
        return [open_tables.of_survey(house, survey)]
    edition = releases.edition(house, release)
    return [open_tables.of_release(house, one, edition, known[release].replaces) for one in edition.tables]


def file_name(house: House, one: OpenTable, kind: str) -> str:
    """A download's name: agency, table, release; sample data says so."""
    agency = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in house.name.lower()).strip("-")
    return f"{agency}{'-sample-data' if one.sample else ''}-{one.name}-{one.release}.{kind}"


def about(one: OpenTable) -> dict[str, object]:
    """What the table is: title, release, period, rules, licence, dictionary."""
    return {
        "name": one.name,
        "title": one.title,
        "description": one.description,
        "release": one.release,
        "made_on": one.made_on,
        "replaces": one.replaces,
        "period": {"start": one.period[0], "end": one.period[1]},
        "method": one.method,
        "checksum": one.checksum,
        "licence": one.licence,
        "sample_data": one.sample,
        "count": one.count,
        "withheld": one.withheld,
        "rules": dict(one.rules),
        "dictionary": {name: open_dictionary.meaning(name, one.name) for name in one.columns},
        "words": dict(one.words),
    }
