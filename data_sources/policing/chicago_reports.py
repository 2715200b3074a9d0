"""How do the four files of Chicago's tactical response reports become one table, a row for each action of the officer?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

import pyarrow as pa

from dashboard.schema.problems import Problem
from data_sources.base import Context
from data_sources.headers import fold
from data_sources.joining import rows_of
from data_sources.tables import ROW

REPORTS, ACTIONS, SUBJECTS, OFFICERS = "the reports (main)", "the actions and responses", "the subjects", "the officers"
SUBJECT = {name: f"subject_{name}" for name in ("gender", "race", "age", "armed", "injured", "alleged_injury", "hospitalized")}
ADDED = (
    *("row_key", "place", "member_action", "mitigation", "mitigation_tried", "resistance_said", "trr_subject", "trr_officer", "officer_injured"),
    *("birth_year", *SUBJECT.values()),
)
EVENTS_OF_NOBODY = 50  # events in one release: no person stands in so many reports
OUTSIDE_BRACKETS = re.compile(r",(?![^()]*\))")
Row = Mapping[str, str]


def listed(cell: str) -> list[str]:
    """The actions of a cell; a comma inside brackets does not divide."""
    return [part for one in OUTSIDE_BRACKETS.split(cell) if (part := one.strip())]


def of_officer(actions: Iterable[Row]) -> list[tuple[str, bool]]:
    """What the officer did, each once and in the file's order, and whether the form lists it as mitigation of force."""
    found: dict[str, bool] = {}
    for row in actions:
        if row[fold("person")].lower().startswith("member"):
            calming = "mitigation" in row.get(fold("other_description"), "").lower()
            for one in listed(row[fold("action")]):
                found[one] = found.get(one, True) and calming
    return list(found.items())


def of_subject(actions: Iterable[Row]) -> str:
    """What the report says of the subject's resistance, in the form's own words."""
    said = [row.get(fold(name), "") for row in actions if row[fold("person")].lower().startswith("subject") for name in ("resistance_type", "action")]
    return "; ".join(dict.fromkeys(one for one in said if one))


def nobody(subjects: Iterable[Row], events: Mapping[str, str]) -> frozenset[str]:
    """The subject numbers that stand for many people: they are in more events than a person could be."""
    seen: dict[str, set[str]] = defaultdict(set)
    for row in subjects:
        seen[row.get(fold("subject_cb_no"), "")].add(events.get(row[fold("trr_id")], row[fold("trr_id")]))
    return frozenset(number for number, places in seen.items() if number and len(places) >= EVENTS_OF_NOBODY)


def by_report(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows of each report."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[fold("trr_id")]].append(row)
    return found


def same(rows: list[Row], without: str = ROW) -> list[Row]:
    """The rows that differ in more than their line."""
    return list({tuple(value for name, value in row.items() if name not in (without, fold("row_id"))): row for row in rows}.values())


def person(rows: list[Row], catch_all: frozenset[str]) -> dict[str, str]:
    """The subject of a report; nobody where the report has several different ones."""
    one = rows[0] if len(rows := same(rows)) == 1 else {}
    number = one.get(fold("subject_cb_no"), "")
    known = {added: one.get(fold(name), "") for name, added in SUBJECT.items()}
    return {**known, "birth_year": one.get(fold("birth_year"), ""), "trr_subject": "" if number in catch_all else number}


def officer(rows: list[Row]) -> dict[str, str]:
    """The officer's number in the release (`UID`, or a column that ends in `_ID`), and whether the officer was hurt; names go no further."""
    one = rows[0] if len(rows := same(rows)) == 1 else {}
    own = [name for name in one if name.endswith("id") and name not in (fold("trr_id"), fold("row_id"), ROW)]
    number = next((one[name] for name in sorted(own, key=lambda name: name != "uid") if one[name]), "")
    return {"trr_officer": re.sub(r"\.0$", "", number), "officer_injured": one.get(fold("injured"), "")}


def join(parts: Mapping[str, pa.Table], context: Context) -> tuple[pa.Table, tuple[Problem, ...]]:
    """One row per report and action of its officer, with the subject and the officer; a report without any stays as one row."""
    names, every = rows_of(parts[REPORTS])
    own = [name for name in names if name != ROW]
    once: dict[str, dict[str, str]] = {}
    for row in every:
        once.setdefault(row[fold("trr_id")], row)
    files = {name: rows_of(parts[name])[1] if name in parts else [] for name in (ACTIONS, SUBJECTS, OFFICERS)}
    events = {number: row.get(fold("rd_no")) or row.get(fold("event_no")) or number for number, row in once.items()}
    catch_all = nobody(files[SUBJECTS], events)
    actions, subjects, officers = by_report(files[ACTIONS]), by_report(files[SUBJECTS]), by_report(files[OFFICERS])
    found: list[dict[str, str]] = []
    for number, row in once.items():
        done = of_officer(actions.get(number, []))
        about = {**person(subjects.get(number, []), catch_all), **officer(officers.get(number, []))}
        about["resistance_said"] = of_subject(actions.get(number, []))
        about["mitigation_tried"] = "yes" if any(calming and action.lower() != "none" for action, calming in done) else ""
        for place, (action, calming) in enumerate(done or [("", False)], 1):
            added = {"row_key": f"{number}:{action.lower()}", "place": str(place), "member_action": action, "mitigation": "yes" if calming else ""}
            found.append({**row, **about, **added})
    columns = [*(name for name in own if name not in {fold(one) for one in ADDED}), *ADDED]
    headers = {fold(header): header for header in parts[REPORTS].column_names}
    arrays = [pa.array([row.get(name) or None for row in found], pa.string()) for name in columns]
    lines = pa.array([int(row[ROW]) for row in found], pa.int64())
    table = pa.table([*arrays, lines], names=[*(headers.get(name, name) for name in columns), ROW])
    return table, _notes(len(every) - len(once), once, files, catch_all)


def _notes(repeated: int, once: Mapping[str, Row], files: Mapping[str, list[dict[str, str]]], catch_all: frozenset[str]) -> tuple[Problem, ...]:
    """What the join found: repeated reports, rows without a report, catch-all numbers, reports with several subjects, officers that are missing."""
    lost = sum(row[fold("trr_id")] not in once for rows in files.values() for row in rows)
    several = sum(len(same(rows)) > 1 for number, rows in by_report(files[SUBJECTS]).items() if number in once)
    hidden = sum(row.get(fold("subject_cb_no"), "") in catch_all for row in files[SUBJECTS])
    unnamed = len(once) if not files[OFFICERS] else 0
    said = (
        ("repeated_report", "Reports whose number occurs again count once; the first is read.", repeated),
        ("no_report", "Actions, subjects and officers whose report is not among the reports were left out.", lost),
        ("several_subjects", "Reports with several subjects have no group, sex or age of one.", several),
        ("X14", "A subject number that stands in 50 or more events is no person; it was left empty.", hidden),
        ("no_officers", "The officers' file was not brought; officers cannot be counted.", unnamed),
    )
    return tuple(Problem(name, sentence, count) for name, sentence, count in said if count)
