"""Our own templates: tables that no vendor exports in one way are filled in under the canonical names themselves (docs/templates)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ibis.expr.types as ir
import pyarrow as pa

from dashboard.schema.mapping import ColumnMap, Dates, Mapping
from dashboard.schema.tables import TABLES
from data_sources.base import Context, Mapped, Recognition, Source, register
from data_sources.expressions import Fields, pseudonym
from data_sources.headers import fold
from data_sources.policing.generic import compiled
from data_sources.signature import NOT

OWN = {"import_id", "source_file", "source_row", "row_hash", "quality_notes"}
PERSONS = ("requester_name", "officer_name", "complainant_name", "name")


def columns(name: str) -> list[str]:
    """The headers of a template: the columns of the table that a person fills in."""
    table = TABLES[name]
    keyed = [] if table.key.endswith("_row_id") else [table.key]
    return [*keyed, *(c.name for c in table.columns if not c.derived and c.name not in OWN and c.name != table.key)]


def recogniser(name: str, needed: Sequence[str]) -> Callable[[Sequence[str], pa.Table], Recognition]:
    """A file is a filled template when it has the needed headers and no header that the template lacks but names of persons."""
    known = {fold(one) for one in (*columns(name), *PERSONS)}

    def recognises(header: Sequence[str], sample: pa.Table) -> Recognition:
        folded = {fold(one) for one in header}
        if not {fold(one) for one in needed} <= folded or not folded <= known:
            return NOT
        return Recognition(0.97, f"It is the template for {TABLES[name].title.lower()}, filled in.")

    return recognises


def mapper(name: str) -> Callable[[ir.Table, Context], Mapped]:
    """Canonical columns of a filled template; dates are written year first, persons' numbers become pseudonyms, names are dropped."""

    def to_canonical(table: ir.Table, context: Context) -> Mapped:
        fields = Fields(table)
        there = {one: fields.header(one) for one in columns(name)}
        given = {one: ColumnMap.model_validate({"from": (header,)}) for one, header in there.items() if header is not None}
        found = compiled(Mapping(name=f"template {name}", table=name, columns=given, dates=Dates(order="ymd")), table, context)
        key = TABLES[name].key
        own = {key: pseudonym(fields(key), context, name)} if key in given and name == "camera_activations" else {}
        drop = (*found.drop, *fields.headers(*PERSONS, *own))  # the number of an activation may hold that of an officer
        return Mapped({**found.columns, **own}, notes=found.notes, drop=drop, questions=found.questions)

    return to_canonical


TEMPLATES: dict[str, tuple[tuple[str, ...], str, tuple[str, ...]]] = {
    "bwc_requests": (
        ("request_id", "requested_date"),
        "Requests for footage (template)",
        (
            "One row for each request; a request that is released in part has a released and a denied date.",
            "The name of who asked is not imported, even when the file holds it.",
        ),
    ),
    "camera_activations": (
        ("activation_id", "date", "recording_expected", "recording_found"),
        "Camera activations (template)",
        (
            "One row for each officer at an event where policy may expect a recording, also for those without one.",
            "recording_found is left empty where nobody looked; empty is not the same as no.",
        ),
    ),
    "complaints": (
        ("complaint_id", "received_date", "allegation_group", "finding"),
        "Complaints and appeals (template)",
        (
            "One row for each allegation and officer; a case without an officer has one row.",
            "Texts of complaints are not imported; the officer's number becomes a keyed pseudonym.",
        ),
    ),
}
for table_name, (wanted, title, traps) in TEMPLATES.items():
    register(
        Source(
            name=f"template_{table_name}",
            title=title,
            table=table_name,
            publisher="Common Ground",
            recognises=recogniser(table_name, wanted),
            map=mapper(table_name),
            traps=traps,
        )
    )
