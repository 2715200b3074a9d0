"""What changed in the year: policies, what followed them, promises, meetings? Public records only, each of them also on a page."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.library import HELD
from dashboard.schema.result import NumberTable, Provenance, Status
from dashboard.schema.scope import Scope
from dashboard.services import force_changes, forms
from dashboard.services import policies as dates
from dashboard.services.library import shelf
from dashboard.services.outreach import promises as promised

if TYPE_CHECKING:
    from dashboard.services.house import House

LAG = 1  # what followed a change is told for changes of the year and of the year before: it needs twelve months after


def _year(house: House, scope: Scope) -> int:
    """The year asked for."""
    return scope.start.year if scope.start else forms.today(house).year


def _listed(house: House, question: str, sentence: str, table: NumberTable, notes: tuple[str, ...] = ()) -> Answer:
    """A list of public records as an answer."""
    return Answer("", question, sentence, Status.OK, (), (table,), (), notes, None, Provenance(sample=house.home.sample), public=True)


def policies(house: House, scope: Scope) -> Answer:
    """Which rules changed? Published policies of the library by the day they came into force, and dated changes of policy on force."""
    year = _year(house, scope)
    rows = [(f"{one.date}", one.title, one.changed or "") for one in dates.listing(house) if one.date.year == year]
    for one in shelf.documents(house, kinds=("policy",)):
        files = [each for each in (one.current, *one.others) if each.effective.year == year]
        rows.extend((f"{each.effective}", one.document.title, each.note) for each in files)
    if not rows:
        raise NotEnoughData(f"No change of policy is dated {year}.")
    n = len(rows)
    told = f"{say.count(n)} {'change' if n == 1 else 'changes'} of policy came into force in {year}."
    heads = ("In force from", "Policy", "What changed")
    return _listed(house, "Which rules changed?", told, NumberTable(f"Changes of policy in {year}", heads, tuple(sorted(rows))))


def followed(house: House, scope: Scope) -> Answer:
    """What followed the changes of policy of this year and the year before? The newest of them that has an answer on the page Use of force."""
    year = _year(house, scope)
    recent = [one for one in reversed(dates.listing(house)) if year - LAG <= one.date.year <= year]
    if not recent:
        raise NotEnoughData(f"No change of policy on force is dated {year - LAG} or {year}, so nothing is said about what followed one.")
    return force_changes.followed(house, scope, recent[0].id)


def promises(house: House, scope: Scope) -> Answer:
    """Was kept what was promised? As on the page Outreach on this day, with the promises that were due or settled in the year."""
    year, whole = _year(house, scope), promised.answer(house, forms.today(house))
    (table,) = whole.tables
    rows = tuple(row for row in table.rows if str(row[2]).startswith(f"{year}-") or f"({year}-" in str(row[3]))
    if not rows:
        raise NotEnoughData(f"No promise was due or settled in {year}.")
    title = f"Promises due or settled in {year}"
    said = f"Over all years: {whole.sentence[0].lower()}{whole.sentence[1:]} {say.count(len(rows))} of them were due or settled in {year}."
    return dataclasses.replace(whole, sentence=said, tables=(dataclasses.replace(table, title=title, rows=rows),))


def meetings(house: House, scope: Scope) -> Answer:
    """When could people speak? Public meetings that were held in the year."""
    year = _year(house, scope)
    held = sorted((one.day, one.title, one.place) for one in shelf.meetings(house) if one.day.year == year and one.state == HELD)
    if not held:
        raise NotEnoughData(f"No public meeting of {year} stands in the library.")
    n = len(held)
    told = f"{say.count(n)} public {'meeting was' if n == 1 else 'meetings were'} held in {year}; minutes stand in the library."
    rows = tuple((f"{day}", title, place) for day, title, place in held)
    return _listed(house, "When could people speak?", told, NumberTable(f"Public meetings in {year}", ("Day", "Meeting", "Place"), rows))
