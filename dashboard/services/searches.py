"""Which searches and hits enter the outcome and threshold tests, under each search rule, after the month gate?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.schema.scope import Scope
from dashboard.services.counts import UNRECORDED, false_of, of_persons, tally, true_of
from dashboard.stats.months import MonthCoverage, ObservedMonths, observed_months
from dashboard.stats.outcome import PlaceCounts, RuleCounts

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.services.house import House

CLASS_OF = {"opp": "search_class_opp", "ripa_high": "search_class_ripa", "ripa_low": "search_class_ripa", "sdut": "search_class_sdut"}
KEPT = {"opp": "discretionary", "ripa_high": "discretionary", "ripa_low": "non_discretionary", "sdut": "discretionary"}
RULES = ("opp", "ripa_high", "ripa_low", "sdut", "all")
FINDS_EXPECTED = 200  # searches of which at least one must have found something, or finds are not recorded at all
NEVER = "None of {n} searches is recorded as having found anything, so what searches find is probably not recorded and hit rates are not available."
ASK = "Ask the agency whether its export carries the result of searches."
SERIOUS = ("weapon", "firearm", "drugs")


@dataclass(frozen=True, slots=True)
class Searches:
    """Searches by place, group and class with their hits (`frame`), the months that were used, and how many have no recorded result."""

    frame: pd.DataFrame
    months: ObservedMonths
    no_result: int
    before_gate: int


def never_found(hits: int, searched: int) -> bool:
    """Whether so many searches found nothing at all that the column of finds cannot be believed (rule X13)."""
    return hits == 0 and searched >= FINDS_EXPECTED


def searches(house: House, scope: Scope) -> Searches:
    """All searches in the slice with a recorded result, in months that pass the coverage gate."""
    serious = house.settings.text("outcome.contraband") == "weapons_drugs"
    by = ("month", "district", "race_group", "search_class_opp", "search_class_ripa", "search_class_sdut", "contraband_found")
    frame = tally(house.facts, "stops", (*by, "contraband_types") if serious else by, of_persons(scope).and_where("searched", "true"))
    stops = tally(house.facts, "stops", ("month",), of_persons(scope)).set_index("month")["n"]
    hit = true_of(frame, "contraband_found")
    if serious:
        hit &= frame["contraband_types"].map(lambda found: bool(set(str(found).split("|")) & set(SERIOUS)))
    frame["hits"] = frame["n"].where(hit, 0)
    known = true_of(frame, "contraband_found") | false_of(frame, "contraband_found")
    complete = frame["n"].where(known, 0).groupby(frame["month"]).sum()
    per_month = frame.groupby("month")["n"].sum()
    covered = [
        MonthCoverage(month, int(total), round(int(total) * (complete[month] / per_month[month])) if month in per_month else int(total))
        for month, total in stops.items()
    ]
    months = observed_months(covered, settings=house.settings)
    kept = frame[known & frame["month"].isin(months.used)]
    return Searches(kept, months, int(frame.loc[~known, "n"].sum()), int(frame["n"].sum()))


def under_rule(found: Searches, rule: str) -> RuleCounts:
    """The searches that one rule keeps, by place and group, with how many it sets aside."""
    frame = found.frame
    total = int(frame["n"].sum())
    if rule == "all":
        kept, unclassified = frame, 0
    else:
        column = frame[CLASS_OF[rule]]
        kept = frame[column == KEPT[rule]]
        unclassified = int(frame.loc[column.isin(["unclassified", UNRECORDED]), "n"].sum())
    basis = frame.loc[frame["search_class_sdut"] != UNRECORDED, "n"].sum() / total if total else None
    cells = kept.groupby(["district", "race_group"], observed=True)[["n", "hits"]].sum().reset_index()
    counted = tuple(
        PlaceCounts("" if d == UNRECORDED else str(d), "unknown" if g == UNRECORDED else str(g), int(n), int(h))
        for d, g, n, h in cells.itertuples(index=False)
    )
    return RuleCounts(rule, counted, total - int(kept["n"].sum()) - unclassified, unclassified, basis)
