"""How would Riverton's stops look as somebody else's export? The Stanford Open Policing layout (2018 and later), to try and time the import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

BATCH = 250_000
RACES = {"asian": "asian/pacific islander", "native_american": "other", "multiracial": "other"}
OUTCOMES = {"warning_verbal": "warning", "warning_written": "warning", "cite_release": "summons", "no_action": None}
# fmt: off
NEEDED = [
    "source_row", "date", "time", "location_text", "lat", "lng", "district", "age", "race_group", "sex", "officer_key",
    "stop_type", "agency_id", "arrest_made", "outcome", "outcomes_all", "contraband_found", "contraband_types", "frisked",
    "searched", "search_of", "search_bases", "search_class_opp", "stop_reason_raw",
]
# fmt: on


def _said(column: pa.ChunkedArray, changes: Mapping[str, str | None]) -> pa.ChunkedArray:
    """The column with some words replaced."""
    for word, other in changes.items():
        column = pc.if_else(pc.equal(column, word), pa.scalar(other, pa.string()), column)
    return column


def _logical(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """TRUE and FALSE, empty where unknown."""
    return pc.if_else(column, "TRUE", "FALSE")


def _holds(column: pa.ChunkedArray, pattern: str) -> pa.ChunkedArray:
    """Whether a set holds a word; an empty set holds none."""
    return pc.fill_null(pc.match_substring_regex(column, pattern), False)


def _basis(rows: pa.Table) -> pa.ChunkedArray:
    """The single basis of that layout: k9, plain view, consent, probable cause, or other for arrest, warrant, parole and inventory."""
    bases = rows["search_bases"]
    found = pc.if_else(pc.is_valid(bases), "probable cause", pa.scalar(None, pa.string()))
    for word, said in (("consent", "consent"), ("plain_view", "plain view"), ("k9", "k9")):
        found = pc.if_else(_holds(bases, word), said, found)
    return pc.if_else(pc.fill_null(pc.equal(rows["search_class_opp"], "non_discretionary"), False), "other", found)


def stanford(rows: pa.Table) -> pa.Table:
    """Canonical stops as rows of the Stanford layout, all text."""
    searched, kinds = rows["searched"], rows["contraband_types"]
    columns = {
        "raw_row_number": rows["source_row"].cast(pa.string()),
        "date": rows["date"].cast(pa.string()),
        "time": pc.binary_join_element_wise(rows["time"], "00", ":"),
        "location": rows["location_text"],
        "lat": rows["lat"].cast(pa.string()),
        "lng": rows["lng"].cast(pa.string()),
        "district": rows["district"],
        "subject_age": rows["age"].cast(pa.string()),
        "subject_race": _said(rows["race_group"], RACES),
        "subject_sex": rows["sex"],
        "officer_id_hash": rows["officer_key"],
        "department_name": rows["agency_id"],
        "type": _said(rows["stop_type"], {"bicycle": "pedestrian"}),
        "arrest_made": _logical(rows["arrest_made"]),
        "citation_issued": _logical(_holds(rows["outcomes_all"], "citation")),
        "warning_issued": _logical(_holds(rows["outcomes_all"], "warning")),
        "outcome": _said(rows["outcome"], OUTCOMES),
        "contraband_found": pc.if_else(searched, _logical(rows["contraband_found"]), pa.scalar(None, pa.string())),
        "contraband_drugs": pc.if_else(searched, _logical(_holds(kinds, "drugs")), pa.scalar(None, pa.string())),
        "contraband_weapons": pc.if_else(searched, _logical(_holds(kinds, "weapon")), pa.scalar(None, pa.string())),
        "frisk_performed": _logical(rows["frisked"]),
        "search_conducted": _logical(searched),
        "search_person": _logical(_holds(rows["search_of"], "person")),
        "search_vehicle": _logical(_holds(rows["search_of"], "vehicle")),
        "search_basis": _basis(rows),
        "reason_for_stop": rows["stop_reason_raw"],
    }
    return pa.table(columns)


def write_csv(stops: Sequence[Path], to: Path) -> int:
    """Write Parquet files of canonical stops as one CSV in the Stanford layout; NA for what is missing. Returns the number of rows.

    Streams, so memory does not grow with the files.
    """
    written, writer = 0, None
    for path in stops:
        for batch in pq.ParquetFile(path).iter_batches(BATCH, columns=NEEDED):
            rows = stanford(pa.Table.from_batches([batch]))
            rows = pa.table({name: pc.fill_null(rows[name], "NA") for name in rows.column_names})
            if writer is None:
                options = pyarrow.csv.WriteOptions(quoting_style="needed")
                writer = pyarrow.csv.CSVWriter(to, rows.schema, write_options=options)
            writer.write_table(rows)
            written += rows.num_rows
    if writer is not None:
        writer.close()
    return written
