"""Complaints as cases: one row per complaint, made of its allegations once per state of the data and kept beside the rows."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.schema import words
from dashboard.schema.columns import Kind, Table, column
from dashboard.schema.scope import Scope
from dashboard.schema.tables import COMPLAINTS
from dashboard.store.engine import empty_file
from dashboard.store.facts import STAFF, Facts
from dashboard.store.tally import expression, question
from dashboard.store.units import rank_of, word_at

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

T, E, D, B, I = Kind.TEXT, Kind.ENUM, Kind.DATE, Kind.BOOL, Kind.INT

# A case is decided as its gravest finding is, and open while one of its allegations is.
GRAVEST: tuple[str, ...] = (
    *("pending", "sustained", "not_sustained", "exonerated", "unfounded", "no_affidavit", "mediated_withdrawn", "administratively_closed"),
    *("other", "expunged", "unknown"),
)
HARDEST: tuple[str, ...] = (
    *("separation", "resigned", "charges", "demotion", "suspension", "reprimand", "training", "other", "pending", "unknown", "none"),
)
DISCIPLINED: tuple[str, ...] = HARDEST[: HARDEST.index("pending")]

CASES = Table(
    "complaint_cases",
    "Complaint cases",
    "one row per complaint",
    "complaint_id",
    "received_date",
    (
        column("complaint_id", T, "Case.", "Ri"),
        column("agency_id", T, "Agency.", "R"),
        column("received_date", D, "When it was received.", "R"),
        column("district", T, "Where it happened."),
        column("complainant_type", E, "Who complained.", "", words.COMPLAINANT_TYPES),
        column("complainant_race_group", E, "Group of the complainant.", "", words.RACE_GROUPS),
        column("finding", E, "Gravest finding.", "R", words.FINDINGS),
        column("discipline", E, "Hardest discipline for a sustained allegation.", "i", words.DISCIPLINE),
        column("appealed", B, "A decision was appealed."),
        column("appeal_outcome", E, "How the appeal ended.", "", words.APPEAL_OUTCOMES),
        column("days", I, "Days from receipt to closing, or to the data's end while it is open; empty when it is not known."),
        column("investigating_body", T, "Who investigated."),
        column("allegations", I, "Allegations."),
        column("accusations", I, "Accused officers: those with a number, and first allegations against others."),
    ),
)
_LOCK = threading.Lock()
_MARK = hashlib.sha256(f"{CASES.schema} {GRAVEST} {HARDEST} 1".encode()).hexdigest()[:8]


def tally_cases(facts: Facts, by: Sequence[str] = (), scope: Scope = STAFF, sums: Sequence[str] = ()) -> pd.DataFrame:
    """How many complaint cases are there of each kind? As `Facts.tally`, over cases instead of rows."""
    asked = question(CASES, by, scope, sums, facts.settings)
    return facts.engine.frame(expression(asked, facts.engine.rows([_file(facts)], CASES.schema)))


def last_day(facts: Facts) -> dt.date | None:
    """The day on which the data end: the last receipt or closing that does not contradict its case."""
    rows = _rows(facts)
    seen = rows.received_date + rows.days_open.fill_null(0).as_interval("D")
    found = facts.engine.arrow(rows.agg(last=seen.max().cast("date")))["last"][0].as_py()
    return found if isinstance(found, dt.date) else None


def _rows(facts: Facts) -> ir.Table:
    """The allegations."""
    state = facts.snapshot("complaints")
    return facts.engine.rows([empty_file(facts.home.facts, COMPLAINTS), *state.files], COMPLAINTS.schema)


def _file(facts: Facts) -> Path:
    """Where the cases of this state of the data are kept; made on the first question after an import."""
    state = facts.snapshot("complaints")
    folder = facts.home.rollups / CASES.name
    file = folder / f"cases-{_MARK}-{state.identity[:8] or 'none'}-{state.version}.parquet"
    with _LOCK:
        if not file.exists():
            folder.mkdir(parents=True, exist_ok=True)
            passing = file.with_suffix(".part")
            facts.engine.write(_cases(facts), passing)
            passing.replace(file)
            for old in folder.glob("cases-*.parquet"):
                if old != file:
                    old.unlink(missing_ok=True)
    return file


def _cases(facts: Facts) -> ir.Table:
    """One row per case."""
    import ibis

    end = last_day(facts)
    rows = _rows(facts)
    flat = rows.mutate(
        finding_rank=rank_of(rows.finding, GRAVEST),
        discipline_rank=ibis.ifelse(rows.finding == "sustained", rank_of(rows.discipline, HARDEST), ibis.null("int32")),
        stranger=(rows.officer_key.isnull() & (rows.allegation_no == 1)).cast("int32"),
    )
    case = flat.group_by("complaint_id", "agency_id").agg(
        received_date=flat.received_date.min(),
        district=flat.district.max(),
        complainant_type=flat.complainant_type.max(),
        complainant_race_group=flat.complainant_race_group.max(),
        finding_rank=flat.finding_rank.min(),
        discipline_rank=flat.discipline_rank.min(),
        appealed=flat.appealed.max(),
        appeal_outcome=flat.appeal_outcome.max(),
        closed_after=flat.days_open.max(),
        investigating_body=flat.investigating_body.max(),
        allegations=flat.count().cast("int32"),
        accusations=(flat.officer_key.nunique() + flat.stranger.sum()).cast("int32"),
    )
    finding = word_at(case.finding_rank, GRAVEST)
    seen = ibis.literal(end or dt.date(1950, 1, 1)).delta(case.received_date, unit="day").cast("int32")
    derived = case.mutate(
        finding=finding,
        discipline=word_at(case.discipline_rank, HARDEST),
        days=ibis.ifelse(finding == "pending", seen, case.closed_after),
    )
    return derived.select(*CASES.names).cast(dict(derived.select(*CASES.names).schema()))
