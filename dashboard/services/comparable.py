"""Stops as cells of comparable stops: group, district, time of day, reason, year and officer, with how many ended in the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import NotEnoughData
from dashboard.schema.scope import Scope
from dashboard.services.counts import UNRECORDED, false_of, of_persons, tally, true_of
from dashboard.stats.adjusted import AdjustedCells

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.services.house import House

OUTCOMES = {"searched": "searched", "arrest_made": "arrested", "frisked": "frisked", "force_used": "subjected to force"}
BANDS = ("0 to 4", "4 to 8", "8 to 12", "12 to 16", "16 to 20", "20 to 24", "time not recorded")
COVARIATES = {"district": "place", "time_band": "time", "stop_reason_group": "reason", "year": "year"}


@dataclass(frozen=True, slots=True)
class SearchedCells:
    """Stops with the searches of the headline rule as their outcome, the finds of each row, and how many searches have no recorded result."""

    cells: AdjustedCells
    hits: NDArray[np.float64]
    no_result: int


def cells(house: House, scope: Scope, outcome: str) -> AdjustedCells:
    """The cells of this slice for one outcome. NotEnoughData when the outcome is not recorded here."""
    by = ("race_group", *COVARIATES, "officer_key")
    frame = tally(house.facts, "stops", by, of_persons(scope).and_where(outcome, "true", "false"), (outcome,))
    if frame.empty or not frame[outcome].any():
        raise NotEnoughData(f"No stop here is recorded as '{OUTCOMES[outcome]}'.", hint="Choose a longer period, or another decision.")
    return _cells(frame, outcome)


def searched_cells(house: House, scope: Scope) -> SearchedCells:
    """The cells of this slice with searches and finds. NotEnoughData when no search with a result is recorded here."""
    rows = ["race_group", *COVARIATES, "officer_key"]
    by = (*rows, "searched", "search_class", "contraband_found")
    frame = tally(house.facts, "stops", by, of_persons(scope).and_where("searched", "true", "false"))
    every = house.settings.text("outcome.searches") == "all"
    chosen = true_of(frame, "searched") & (every | (frame["search_class"] == "discretionary"))
    known = true_of(frame, "contraband_found") | false_of(frame, "contraband_found")
    no_result = int(frame.loc[chosen & ~known, "n"].sum())
    frame["k"] = frame["n"].where(chosen, 0)
    frame["hits"] = frame["n"].where(chosen & true_of(frame, "contraband_found"), 0)
    frame = frame[~chosen | known]
    if not frame["k"].sum():
        raise NotEnoughData("No searches with a recorded result are in this period and place.", hint="Choose a longer period.")
    totals = frame.groupby(rows, observed=True, dropna=False)[["n", "k", "hits"]].sum().reset_index()
    return SearchedCells(_cells(totals, "k"), totals["hits"].to_numpy(dtype=float), no_result)


def _cells(frame: pd.DataFrame, outcome: str) -> AdjustedCells:
    """Counts by group, covariates and officer as the models take them; respects that never vary are left out."""
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
