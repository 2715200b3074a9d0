"""Requests for footage by how long they took or have been waiting, on the clock that the agency's rule starts."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dashboard.schema.columns import Kind, Table, column
from dashboard.schema.scope import Scope
from dashboard.schema.tables import BWC_REQUESTS
from dashboard.store.engine import empty_file
from dashboard.store.facts import STAFF, Facts
from dashboard.store.tally import expression, question

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

GROUNDS = ("investigation", "privacy", "no_footage", "not_retained")
TIMED = Table(
    "timed_requests",
    "Footage requests with their time",
    "one row per request",
    "request_id",
    "requested_date",
    (*BWC_REQUESTS.columns, column("days", Kind.INT, "Days."), column("outcome", Kind.TEXT, "How it ended; '' is not yet.")),
)


def tally_requests(facts: Facts, clock: str, scope: Scope = STAFF) -> pd.DataFrame:
    """How many requests are there by days and outcome? `clock` is 'request' or 'incident'; a request without the day of its incident has no days.

    Columns: days, outcome ('released', a ground for withholding, 'withdrawn', '' while pending), n. Pending ones are counted to the data's end.
    """
    state = facts.snapshot("bwc_requests")
    rows = facts.engine.rows([empty_file(facts.home.facts, BWC_REQUESTS), *state.files], BWC_REQUESTS.schema)
    asked = question(TIMED, ("days", "outcome"), scope, (), facts.settings)
    return facts.engine.frame(expression(asked, _timed(rows, clock, _end(facts, rows))))


def _end(facts: Facts, rows: ir.Table) -> dt.date:
    """The day on which the data end."""
    days = ("requested_date", "released_date", "denied_date", "withdrawn_date")
    found = facts.engine.arrow(rows.agg(**{name: rows[name].max() for name in days}))
    known = [value for name in days if (value := found[name][0].as_py()) is not None]
    return max(known, default=dt.date(1970, 1, 1))


def _timed(rows: ir.Table, clock: str, end: dt.date) -> ir.Table:
    """The rows with their days and outcome."""
    import ibis

    start = rows.incident_date if clock == "incident" else rows.requested_date
    released, denied, withdrawn = rows.released_date, rows.denied_date, rows.withdrawn_date
    ground = ibis.ifelse(rows.denial_reason.isin(GROUNDS), rows.denial_reason, ibis.literal("withheld"))
    outcome = ibis.cases(
        (released.notnull(), ibis.literal("released")), (denied.notnull(), ground), (withdrawn.notnull(), ibis.literal("withdrawn")), else_=""
    )
    stop = ibis.coalesce(released, denied, withdrawn, ibis.literal(end))
    return rows.mutate(days=stop.delta(start, unit="day").cast("int32"), outcome=outcome)
