"""Who works here, from a list that is read and let go: which column is what, in which group everybody is, and how many each group has."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import SourceError
from dashboard.schema import employee
from dashboard.schema.employee import Division
from dashboard.schema.questions import Definition, Question
from dashboard.services.employee import launching
from dashboard.services.forms import today
from dashboard.services.restricted import restricted
from data_sources import staff_list as reading

if TYPE_CHECKING:
    from dashboard.services.house import House

__all__ = ["ROLES", "Person", "StaffList", "heads", "people", "propose", "read", "roster", "with_columns"]

NAME, EMAIL, START = "name", "email", "start"
# what a column may be -> headings that mean it, without signs and in small letters
ROLES: Mapping[str, tuple[str, ...]] = {
    NAME: ("name", "fullname", "employeename", "employee", "officer", "officername", "staffname", "nombre"),
    EMAIL: ("email", "emailaddress", "mail", "workemail", "correo", "correoelectronico"),
    "unit": ("unit", "division", "bureau", "department", "assignment", "section", "team", "unidad"),
    "shift": ("shift", "watch", "tour", "platoon", "schedule", "turno"),
    "rank": ("rankgroup", "rank", "grade", "title", "jobtitle", "position", "rango"),
    "tenure": ("tenureband", "tenure", "yearsofservice", "years", "service", "antiguedad"),
    START: ("startdate", "hiredate", "datehired", "hired", "dateofhire", "start", "seniority", "senioritydate", "fechadeingreso"),
    "sworn": ("sworn", "sworncivilian", "swornorcivilian", "swornstatus", "status", "type", "employeetype", "class", "juramentado"),
}
TITLES: Mapping[str, str] = {
    NAME: "Name",
    EMAIL: "E-mail address",
    "unit": "Unit",
    "shift": "Shift",
    "rank": "Rank group",
    "tenure": "Years of service, or their band",
    START: "Start date",
    "sworn": "Sworn or civilian",
}
ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]]+@[^\s@<>,;:\"()\[\]]+\.[A-Za-z0-9-]{2,}")
SWORN, CIVILIAN = ("yes", "y", "true", "1", "officer"), ("no", "n", "false", "0", "professional", "professional staff", "non-sworn", "nonsworn")
WORDS: Mapping[str, Mapping[str, str]] = {"sworn": {**dict.fromkeys(SWORN, "sworn"), **dict.fromkeys(CIVILIAN, "civilian")}}
DATES = ("%Y-%m-%d", "%m/%d/%Y", "%Y/%m/%d", "%d.%m.%Y", "%m-%d-%Y", "%Y-%m-%d %H:%M:%S")
SHOWN = 4


@dataclass(frozen=True, slots=True)
class StaffList:
    """A list in memory: heading, rows, and which heading is what (role -> heading). It is never stored."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    columns: Mapping[str, str]

    def cell(self, row: Sequence[str], role: str) -> str:
        """What a row says in the column of a role; empty where there is none."""
        heading = self.columns.get(role, "")
        return row[self.header.index(heading)].strip() if heading in self.header else ""


@dataclass(frozen=True, slots=True)
class Person:
    """One row as an invitation needs it: what it is recognised by, the name, the e-mail address."""

    key: str
    name: str
    email: str


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def read(_house: House, name: str, content: bytes) -> StaffList:
    """A list (CSV or XLSX) with a proposal which column is which. SourceError in one sentence when it cannot be a list of people."""
    header, rows = reading.read(name, content)
    kept = tuple(tuple(row) for row in rows if any(cell.strip() for cell in row))
    if not kept:
        raise SourceError("The list has a heading but nobody on it.", hint="One row a person below the heading.")
    made = StaffList(tuple(header), kept, propose(header))
    if not made.columns.get(NAME) and not made.columns.get(EMAIL) and len(header) == 1:
        return replace(made, columns={NAME: header[0]})
    return made


def propose(header: Sequence[str]) -> dict[str, str]:
    """Which heading is what? Role -> heading, for those whose words are known."""
    plain = {re.sub(r"[^a-z]", "", one.lower()): one for one in reversed(header)}
    found: dict[str, str] = {}
    for role, names in ROLES.items():
        hit = next((plain[name] for name in names if name in plain and plain[name] not in found.values()), "")
        if hit:
            found[role] = hit
    return found


def with_columns(given: StaffList, columns: Mapping[str, str]) -> StaffList:
    """The list with columns as a person chose them; SourceError for one that is not there or is taken twice."""
    wanted = {role: heading for role, heading in columns.items() if heading}
    for role, heading in wanted.items():
        if role not in ROLES:
            raise SourceError(f"A column cannot be '{role}'.", hint=f"It can be: {', '.join(ROLES)}.")
        if heading not in given.header:
            raise SourceError(f"The list has no column '{heading}'.", hint=f"It has: {', '.join(given.header[:12])}.")
    if len(set(wanted.values())) < len(wanted):
        raise SourceError("One column stands for two things.", hint="Choose another column for one of them.")
    return replace(given, columns=wanted)


def people(given: StaffList) -> list[Person]:
    """Everybody on the list, each once. SourceError names the first row that cannot be invited."""
    if not given.columns.get(NAME) and not given.columns.get(EMAIL):
        raise SourceError("No column of this list holds names or e-mail addresses.", hint="Say which column it is.")
    made: list[Person] = []
    seen: dict[str, int] = {}
    for line, row in enumerate(given.rows, 2):
        name, email = given.cell(row, NAME), given.cell(row, EMAIL)
        if email and not ADDRESS.fullmatch(email):
            raise SourceError(
                f"Row {line} has no e-mail address in its e-mail column: '{email[:60]}'.", hint="Mend the row, or choose another column."
            )
        key = email.casefold() or " ".join(name.casefold().split())
        if not key:
            raise SourceError(f"Row {line} has neither a name nor an e-mail address.", hint="Mend the row, or take it out.")
        if key in seen:
            hint = "Everybody stands on it once; two people of one name need an e-mail address or a number beside it."
            raise SourceError(f"Rows {seen[key]} and {line} of the list are the same person.", hint=hint)
        seen[key] = line
        made.append(Person(key, name or email, email))
    return made


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def roster(house: House, draft: Definition, given: StaffList) -> list[dict[str, str]]:
    """In which groups is everybody? A row a person without name and address: cut -> code. SourceError names words that the survey does not offer."""
    known, day = employee.cuts(draft), today(house)
    roles = [cut for cut in known if given.columns.get(cut) or (cut == "tenure" and given.columns.get(START))]
    unknown: dict[str, dict[str, None]] = {}
    rows = []
    for row in given.rows:
        made = {}
        for cut in roles:
            told = given.cell(row, cut) or (_since(given.cell(row, START), day) if cut == "tenure" else "")
            code = _code(known[cut], cut, told)
            if code is None:
                unknown.setdefault(cut, {})[told] = None
            made[cut] = code or ""
        rows.append(made)
    for cut, words in unknown.items():
        offered = ", ".join(option.label.get("en", option.code) for option in known[cut].options)
        listed = ", ".join(f"'{one[:40]}'" for one in list(words)[:SHOWN])
        raise SourceError(
            f"The list has {cut} values that the survey does not offer: {listed}.", hint=f"It offers: {offered}. Change one of the two."
        )
    return rows


def values(given: StaffList, cut: str) -> list[str]:
    """The different words of one column, in the order in which they first stand there."""
    return list(dict.fromkeys(text for row in given.rows if (text := given.cell(row, cut))))


def _since(text: str, day: dt.date) -> str:
    """Whole years from a start date to today, as text; the text itself where it is no date."""
    for form in DATES:
        try:
            start = dt.datetime.strptime(text, form).date()
        except ValueError:
            continue
        return str(max(0, day.year - start.year - ((day.month, day.day) < (start.month, start.day))))
    return text


def _code(question: Question, cut: str, told: str) -> str | None:
    """The code of what a list says, empty for nothing; None for words that are not offered."""
    text = " ".join(told.split()).casefold()
    if not text:
        return ""
    places = {word.strip().casefold(): option.code for option in question.options for word in (option.code, *option.label.values())}
    if text in places:
        return places[text]
    if cut == "tenure" and re.fullmatch(r"\d+(\.\d+)?", text):
        return _band([option.code for option in question.options], float(text))
    meant = WORDS.get(cut, {}).get(text, "")
    return meant if meant in places.values() else None


def _band(codes: Sequence[str], years: float) -> str | None:
    """The band that holds so many years: '5-9' holds 5 up to 10, '20+' 20 and more."""
    for code in codes:
        found = re.fullmatch(r"(\d+)(?:-(\d+)|\+)", code)
        if found and int(found[1]) <= years and (found[2] is None or years < int(found[2]) + 1):
            return code
    return None


def heads(draft: Definition, division: Division, rows: Sequence[Mapping[str, str]]) -> dict[str, dict[str, float]]:
    """How many people each declared group has; nothing of a cut that the list does not know of everybody."""
    counted = launching.counted(draft, division, rows)
    whole = {cut for cut in division.cuts if all(row.get(cut) for row in rows)}
    return {name: levels for name, levels in counted.items() if name == "whole" or set(name.split("*")) <= whole}
