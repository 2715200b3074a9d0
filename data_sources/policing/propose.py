"""Which mapping fits a file that nobody described? Proposed from the names of its columns and the values in them, with a reason for each."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence

import pyarrow as pa

from dashboard.schema.mapping import ColumnMap, Dates, Mapping, folded
from dashboard.schema.tables import TABLES, Kind
from dashboard.schema.words import label
from data_sources.policing.generic import PERSONAL, signature_of

SYNONYMS: dict[str, tuple[str, ...]] = {
    "stop_person_id": ("stoppersonid", "stopid", "idnum", "recordid", "casenumber", "masterincidentnumber", "eventid"),
    "date": ("date", "stopdate", "datetime", "stopdatetime", "responsedate", "occurreddate", "incidentdate", "datestop", "timestamp"),
    "time": ("time", "stoptime", "timestop", "occurredtime", "incidenttime", "datetime", "stopdatetime", "timestamp"),
    "race_group": ("race", "subjectrace", "driverrace", "race ethnicity", "raceethnicity", "ethnicity", "subject race", "personrace"),
    "sex": ("sex", "gender", "subjectsex", "drivergender", "subjectgender", "driversex"),
    "age": ("age", "subjectage", "driverage", "personage"),
    "age_band": ("ageband", "agerange", "agegroup", "subjectageband", "subjectagerange", "subjectagegroup", "driveragegroup", "personagegroup"),
    "district": ("district", "precinct", "policeprecinct", "zone", "sector", "beat", "division"),
    "agency_id": ("agency", "department", "departmentname", "agencyname", "agencyid"),
    "searched": ("searched", "searchconducted", "personsearch", "search", "vehiclesearch", "wassearched"),
    "frisked": ("frisked", "frisk", "patdown"),
    "contraband_found": ("contraband", "contrabandfound", "contrabanddiscovered"),
    "outcome": ("outcome", "result", "disposition", "stopoutcome", "citationissued", "action"),
    "stop_reason_raw": ("reason", "problem", "stopreason", "reasonforstop", "violation"),
    "lat": ("lat", "latitude"),
    "lng": ("lng", "lon", "long", "longitude"),
    "officer_key": ("officer", "officerid", "badge", "badgenumber", "officeridentifier", "employeeid"),
    "force_type": ("forcetype", "typeofforce", "force"),
    "received_date": ("receiveddate", "datereceived", "complaintdate", "reportdate"),
    "finding": ("finding", "disposition", "findings"),
    "allegation_raw": ("allegation", "allegations", "complainttype"),
}
MOST_WORDS = 40  # different values that a person can be asked about one by one
WORDS: dict[str, dict[str, str]] = {
    "race_group": {
        **dict.fromkeys(("white", "w", "caucasian"), "white"),
        **dict.fromkeys(("black", "b", "african american", "black/african american", "black or african american"), "black"),
        **dict.fromkeys(("hispanic", "h", "latino", "hispanic/latino", "latinx"), "hispanic"),
        **dict.fromkeys(("asian", "a"), "asian"),
        **dict.fromkeys(("native american", "i", "american indian"), "native_american"),
        **dict.fromkeys(("other", "o", "east african"), "other"),
        **dict.fromkeys(("unknown", "u", "x"), "unknown"),
    },
    "sex": {"m": "male", "male": "male", "f": "female", "female": "female", "gender non-conforming": "nonbinary", "unknown": "unknown"},
    "outcome": {
        **dict.fromkeys(("arrest", "arrested"), "arrest"),
        **dict.fromkeys(("citation", "ticket", "cited"), "citation"),
        **dict.fromkeys(("warning", "warned"), "warning"),
        **dict.fromkeys(("none", "no action"), "no_action"),
        "verbal warning": "warning_verbal",
        "written warning": "warning_written",
    },
}


def propose(header: Sequence[str], sample: pa.Table, table: str = "stops", chosen: MappingOf[str, str] | None = None) -> Mapping:
    """A mapping for this header and sample, to be corrected by a person. Every column carries the reason why it was proposed.

    With `chosen` (canonical column -> header) these are the columns, and only their words and dates are proposed.
    """
    usual = {column.name: _usual(column.name, header) for column in TABLES[table].columns}
    columns: dict[str, ColumnMap] = {}
    values: dict[str, dict[str, str]] = {}
    for canonical in TABLES[table].columns:
        found = usual[canonical.name] if chosen is None else chosen.get(canonical.name)
        seen = _seen(sample, found)
        timeless = chosen is None and canonical.kind is Kind.TIME and not any(":" in value or re.fullmatch(r"\d{1,4}", value) for value in seen)
        if found is None or timeless:
            continue
        known = WORDS.get(canonical.name, {})
        fitting = {value: word for value in seen if (word := _word(value, known, canonical.allowed))}
        reason = f"The header '{found}' is a usual name for {canonical.name}." if found == usual[canonical.name] else "Chosen by a person."
        if fitting or (chosen is not None and canonical.kind is Kind.ENUM):
            reason += f" It holds values such as {', '.join(list(fitting)[:3])}." if fitting else ""
            rest = {value: "unknown" for value in seen if canonical.kind is Kind.ENUM and "unknown" in canonical.allowed and len(seen) <= MOST_WORDS}
            values[canonical.name] = {**known, **rest, **fitting}
        columns[canonical.name] = ColumnMap.model_validate({"from": (found,), "reason": reason})
    date = columns.get(TABLES[table].date)
    if chosen is None:
        _time_within_stamp(columns, sample, table)
    order, notes = _order(_seen(sample, date.from_[0])) if date else ("mdy", ("No date column was found; choose one.",))
    drop = tuple(name for name in header if PERSONAL.search(folded(name)))
    return Mapping(
        name="Proposed mapping",
        table=table,
        signature=signature_of(header),
        columns=columns,
        values=values,
        dates=Dates.model_validate({"order": order}),
        drop=drop,
        notes=notes,
    )


def _usual(canonical: str, header: Sequence[str]) -> str | None:
    """The header that usually holds this canonical column."""
    by_name = {folded(name): name for name in header}
    accepted = (folded(canonical), *map(folded, SYNONYMS.get(canonical, ())))
    return next((by_name[name] for name in accepted if name in by_name), None)


def _word(value: str, known: dict[str, str], allowed: Sequence[str]) -> str:
    """The canonical word that a value stands for: a usual spelling, the word itself, or how the word is written for people; '' for none."""
    return known.get(value.lower()) or next((word for word in allowed if folded(value) in {folded(word), folded(label(word))}), "")


def best_table(header: Sequence[str], sample: pa.Table) -> str:
    """Which canonical table do these columns describe? The one that finds most of them, its own columns counting double; stops when none does."""
    owners = [name for table in TABLES.values() for name in table.names]

    def fit(table: str) -> tuple[int, bool]:
        found = propose(header, sample, table).columns
        return sum(2 if owners.count(name) == 1 else 1 for name in found), table == "stops"

    return max(TABLES, key=fit)


def _time_within_stamp(columns: dict[str, ColumnMap], sample: pa.Table, table: str) -> None:
    """Take the time from the date column when it holds stamps and no column of times was found."""
    date = columns.get(TABLES[table].date)
    if date is None or "time" not in TABLES[table].names or "time" in columns or not any(":" in value for value in _seen(sample, date.from_[0])):
        return
    columns["time"] = ColumnMap.model_validate({"from": date.from_, "reason": f"The values of '{date.from_[0]}' hold a time of day."})


def _seen(sample: pa.Table, header: str | None) -> list[str]:
    """The distinct filled values of one column of the sample, in their order."""
    if header is None or header not in sample.column_names:
        return []
    return list(dict.fromkeys(value.strip() for value in sample.column(header).to_pylist() if value and value.strip()))


def _order(values: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The order of day and month, decided only when some day exceeds 12; otherwise a note asks."""
    pairs = [tuple(map(int, found.groups())) for value in values if (found := re.match(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}", value))]
    if any(first > 12 for first, _ in pairs):
        return "dmy", ()
    if any(second > 12 for _, second in pairs) or not pairs:
        return ("mdy" if pairs else "ymd"), ()
    return "mdy", ("No day exceeds 12: please say whether the day or the month comes first.",)
