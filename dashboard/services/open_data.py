"""May I have the tables behind the public pages? The released tables as CSV, Parquet and JSON, with their dictionary."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.errors import ScopeError
from dashboard.privacy.cells import ALL
from dashboard.privacy.release import Released
from dashboard.schema.words import label
from dashboard.services import catalog, releases

if TYPE_CHECKING:
    from dashboard.services.house import House

FORMATS: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
MEANING: Mapping[str, str] = {
    "year": "Year of the event (a complaint: of its receipt), local date; 'all' is every published year.",
    "district": "District as coded by the agency; 'all' is the whole agency.",
    "race_group": "Group under the multi-race rule named in `rules`; 'all' is everyone.",
    "step": "How far the stop went: searched or not, and what the searches that enter the outcome test found.",
    "arrest": "Whether the stop ended in an arrest.",
    "complainant": "Who complained: a resident, an officer, anonymous.",
    "stage": "How far the case came, by its gravest finding; 'sustained', 'investigated' and 'closed' are sums of stages.",
    "allegation": "What is alleged, in the groups of the data dictionary.",
    "decision": "How the allegation was decided; 'investigated' is the sum of the four findings of an investigation.",
    "discipline": "What followed a sustained allegation, in four classes.",
    "event_kind": "Kind of event at which policy may expect a recording.",
    "state": "Whether a recording was found; 'expected' is the sum of found and not found.",
    "count": "Stops (people stopped, each stop once), cases, allegations or events, as the title says; empty when it is withheld, which is not zero.",
    "status": "'shown', or 'not shown' where the count is under 5 or would reveal one that is.",
    "release": "The release that the row belongs to; a release is never changed.",
    "sample_data": "'yes' when the agency is invented.",
}
LICENCE = "CC0-1.0"
STEPS: Mapping[str, str] = {
    catalog.NO_SEARCH: "not searched",
    catalog.OTHER_SEARCH: "searched, but not a search that enters the outcome test",
    catalog.NOTHING: "searched, nothing found",
    catalog.FOUND: "searched, something found",
    catalog.NO_RESULT: "searched, result not recorded",
    catalog.NO_ANSWER: "not recorded whether searched",
    catalog.TESTED: "searches that enter the outcome test",
    catalog.SEARCHED: "all searches",
}


@dataclass(frozen=True, slots=True)
class OpenTable:
    """One published table, ready to be written: its columns and its rows of text and numbers."""

    name: str
    title: str
    release: str
    made_on: str
    checksum: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    withheld: int
    rules: tuple[tuple[str, str], ...]
    sample: bool


def tables(house: House) -> list[OpenTable]:
    """Every table of the release in force. NotEnoughData before the first release."""
    edition = releases.in_force(house)
    return [_open(one, edition, sample=house.home.sample) for one in edition.tables]


def table(house: House, name: str) -> OpenTable:
    """One table by name. ScopeError lists the tables there are."""
    found = tables(house)
    for one in found:
        if one.name == name:
            return one
    raise ScopeError(f"There is no published table '{name}'.", hint=f"Published: {', '.join(one.name for one in found)}.")


def _open(released: Released, edition: releases.Edition, *, sample: bool) -> OpenTable:
    """A released table as flat rows."""
    names = tuple(d.name for d in released.dimensions)
    mark = "yes" if sample else "no"
    rows = tuple((*key, value, "not shown" if value is None else "shown", edition.release_id, mark) for key, value in released.cells.items())
    columns = (*names, "count", "status", "release", "sample_data")
    return OpenTable(
        released.name,
        released.title,
        edition.release_id,
        edition.made_on,
        released.checksum,
        columns,
        rows,
        released.withheld,
        edition.settings,
        sample,
    )


def neutral(value: object) -> object:
    """A cell that a spreadsheet will not run: text that starts like a formula gets an apostrophe, numbers stay numbers."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        try:
            float(value)
        except ValueError:
            return f"'{value}"
    return value


def as_csv(one: OpenTable) -> bytes:
    """The table as CSV with a header; withheld counts are empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(one.columns)
    writer.writerows([["" if cell is None else neutral(cell) for cell in row] for row in one.rows])
    return text.getvalue().encode()


def as_json(one: OpenTable) -> bytes:
    """The table as JSON: what it is, its dictionary, and its rows as objects."""
    body = {
        **about(one),
        "rows": [dict(zip(one.columns, row, strict=True)) for row in one.rows],
    }
    return json.dumps(body, ensure_ascii=False).encode()


def as_parquet(one: OpenTable) -> bytes:
    """The table as Parquet; withheld counts are null."""
    import pandas as pd

    frame = pd.DataFrame(list(one.rows), columns=list(one.columns))
    frame["count"] = frame["count"].astype("Int64")
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


WRITERS = {"csv": as_csv, "json": as_json, "parquet": as_parquet}


def file_name(house: House, one: OpenTable, kind: str) -> str:
    """A download's name: agency, table, release; sample data says so."""
    agency = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in house.name.lower()).strip("-")
    return f"{agency}{'-sample-data' if one.sample else ''}-{one.name}-{one.release}.{kind}"


def about(one: OpenTable) -> dict[str, object]:
    """What the table is: title, release, rules, licence, dictionary."""
    return {
        "name": one.name,
        "title": one.title,
        "release": one.release,
        "made_on": one.made_on,
        "checksum": one.checksum,
        "licence": LICENCE,
        "sample_data": one.sample,
        "withheld": one.withheld,
        "rules": dict(one.rules),
        "dictionary": {name: MEANING[name] for name in one.columns},
        "words": {ALL: "total", **(STEPS if "step" in one.columns else {}), **{group: label(group) for group in _groups(one)}},
    }


def _groups(one: OpenTable) -> list[str]:
    """Groups that occur in the table."""
    if "race_group" not in one.columns:
        return []
    place = one.columns.index("race_group")
    return list(dict.fromkeys(str(row[place]) for row in one.rows if row[place] != ALL))
