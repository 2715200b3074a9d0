"""Whom should the answers stand for? Census margins for the cuts of a wave: those a person brought in, else the population table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services.surveys.frame import CUTS, RACES, Frame, Ints
from dashboard.stats.joint_margin import JointMargin
from dashboard.stats.raking import Margin
from dashboard.store import margins as kept_margins

if TYPE_CHECKING:
    from dashboard.services.house import House

WEIGHTED = ("area", "age", "race", "gender")
JOINT, BETWEEN = "*", " | "  # between the questions of a joint margin, and between the answers of one of its cells


def margins_for(house: House, table: Frame) -> tuple[list[Margin], dict[str, Ints]]:
    """Margins whose cut the wave asked for, and each respondent's category in them (-1: not said, or not in the census)."""
    known = _known(house)
    margins: list[Margin] = []
    codes: dict[str, Ints] = {}
    for name in WEIGHTED:
        people = known[1].get(CUTS[name]) or known[1].get(name) or summed(known[1], CUTS[name])
        cut = table.cuts.get(name)
        if not people or cut is None:
            continue
        categories = tuple(category for category, count in people.items() if count > 0)
        total = sum(people[category] for category in categories)
        margins.append(Margin(name, categories, tuple(people[category] / total for category in categories), known[0]))
        place = {category: number for number, category in enumerate(categories)}
        numbers = np.array([place.get(level, -1) for level in cut.levels], dtype=np.int64)
        codes[name] = np.where(cut.codes >= 0, numbers[np.maximum(cut.codes, 0)], -1)
    return margins, codes


def joint_for(house: House, table: Frame) -> tuple[JointMargin, Ints] | None:
    """The margin of two things together, where one is known and the wave asked for both, and each respondent's cell in it (-1: not known)."""
    source, known = _known(house)
    for key, people in known.items():
        of = tuple(name for part in key.split(JOINT) for name in WEIGHTED if CUTS[name] == part)
        if JOINT not in key or len(of) != 2 or any(name not in table.cuts for name in of):
            continue
        cells = {tuple(text.split(BETWEEN)): count for text, count in people.items() if count > 0}
        total = sum(cells.values())
        place = {cell: number for number, cell in enumerate(cells)}
        one, other = (table.cuts[name] for name in of)
        pairs = zip(one.codes, other.codes, strict=True)
        code = [place.get((one.levels[a], other.levels[b]), -1) if a >= 0 and b >= 0 else -1 for a, b in pairs]
        shares = tuple(count / total for count in cells.values())
        return JointMargin((of[0], of[1]), tuple((a, b) for a, b in cells), shares, source), np.array(code, dtype=np.int64)
    return None


def summed(known: Mapping[str, Mapping[str, float]], question: str) -> dict[str, float]:
    """People by one question, out of a table of two questions together; empty where there is none."""
    found: dict[str, float] = {}
    for key, people in known.items():
        if JOINT in key and question in key.split(JOINT):
            for text, count in people.items():
                category = text.split(BETWEEN)[key.split(JOINT).index(question)]
                found[category] = found.get(category, 0.0) + count
    return found


def _known(house: House) -> tuple[str, Mapping[str, Mapping[str, float]]]:
    """The source and the margins there are."""
    kept = kept_margins.kept(house.home)
    if kept is not None:
        return kept.source, kept.margins
    return from_table(house)


def from_table(house: House, universe: str = "residents") -> tuple[str, dict[str, dict[str, float]]]:
    """Source and margins out of the imported population table, its newest year: race of the agency's own area (`agency.area`), else of all districts,
    else of the only area there is; area where there are districts. Empty where the table does not say.
    """
    if "population" not in house.facts.tables():
        return "", {}
    by = ("area_level", "area_id", "area_name", "year", "group")
    frame = house.facts.tally("population", by=by, scope=Scope().and_where("universe", universe), sums=("population",))
    frame = frame[frame["group"].isin(RACES) & (frame["population"] > 0)]
    districts = _newest(frame[frame["area_level"] == "district"])
    chosen = house.settings.text("agency.area")
    whole = _newest(frame[(frame["area_id"] == chosen) if chosen else (frame["area_level"] != "district")])
    if whole.empty or (not chosen and not districts.empty):
        whole = districts
    elif whole["area_id"].nunique() > 1:
        return "", {}
    found = {"race": _sums(whole, "group"), "area": _sums(districts, "area_name")}
    found = {name: people for name, people in found.items() if len(people) > 1}
    if not found:
        return "", {}
    names = {str(name) for name in whole["area_name"]}
    place = names.pop() if len(names) == 1 else "all districts"
    return f"Population table of this home, {label(universe)}, {place} {int(whole['year'].iloc[0])}", found


def _newest(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of the last year there is."""
    return frame[frame["year"] == frame["year"].max()]


def _sums(frame: pd.DataFrame, column: str) -> dict[str, float]:
    """People by the values of a column."""
    return {str(name): float(one) for name, one in frame.groupby(column)["population"].sum().items() if one > 0}
