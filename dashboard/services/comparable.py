"""Stops as cells of comparable stops: group, district, time of day, reason, year and officer, with how many ended in the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData
from dashboard.schema.scope import Scope
from dashboard.services.counts import UNRECORDED, of_persons, tally
from dashboard.stats.adjusted import AdjustedCells

if TYPE_CHECKING:
    from dashboard.services.house import House

OUTCOMES = {"searched": "searched", "arrest_made": "arrested", "frisked": "frisked", "force_used": "subjected to force"}
BANDS = ("0 to 4", "4 to 8", "8 to 12", "12 to 16", "16 to 20", "20 to 24", "time not recorded")
COVARIATES = {"district": "place", "time_band": "time", "stop_reason_group": "reason", "year": "year"}


def cells(house: House, scope: Scope, outcome: str) -> AdjustedCells:
    """The cells of this slice for one outcome. NotEnoughData when the outcome is not recorded here."""
    by = ("race_group", *COVARIATES, "officer_key")
    frame = tally(house.facts, "stops", by, of_persons(scope).and_where(outcome, "true", "false"), (outcome,))
    if frame.empty or not frame[outcome].any():
        raise NotEnoughData(f"No stop here is recorded as '{OUTCOMES[outcome]}'.", hint="Choose a longer period, or another decision.")
    bands = [BANDS[int(b)] if str(b) not in {"nan", "None", "<NA>", UNRECORDED} else BANDS[-1] for b in frame["time_band"]]
    columns = {
        "place": frame["district"].astype(str),
        "time": bands,
        "reason": frame["stop_reason_group"].astype(str),
        "year": frame["year"].astype(str),
    }
    return AdjustedCells.of(
        frame["race_group"].replace(UNRECORDED, "unknown"),
        {name: values for name, values in columns.items() if len(set(values)) > 1},
        frame["n"],
        frame[outcome],
        officer=frame["officer_key"].replace(UNRECORDED, "unknown") if (frame["officer_key"] != UNRECORDED).any() else None,
        orders={"time": BANDS},
        place_time=tuple(name for name in ("place", "time", "year") if len(set(columns[name])) > 1),
    )
