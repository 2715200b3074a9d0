"""Whom should the answers stand for? Census margins for the cuts of a wave: those a person brought in, else the population table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from dashboard.schema.scope import Scope
from dashboard.services.surveys.frame import CUTS, Frame, Ints
from dashboard.stats.raking import Margin
from dashboard.store import margins as kept_margins

if TYPE_CHECKING:
    from dashboard.services.house import House

WEIGHTED = ("area", "age", "race", "gender")


def margins_for(house: House, table: Frame) -> tuple[list[Margin], dict[str, Ints]]:
    """Margins whose cut the wave asked for, and each respondent's category in them (-1: not said, or not in the census)."""
    known = _known(house)
    margins: list[Margin] = []
    codes: dict[str, Ints] = {}
    for name in WEIGHTED:
        people = known[1].get(CUTS[name]) or known[1].get(name)
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


def _known(house: House) -> tuple[str, Mapping[str, Mapping[str, float]]]:
    """The source and the margins there are."""
    kept = kept_margins.kept(house.home)
    if kept is not None:
        return kept.source, kept.margins
    if "population" not in house.facts.tables():
        return "", {}
    frame = house.facts.tally(
        "population", by=("area_level", "area_name", "group"), scope=Scope().and_where("universe", "residents"), sums=("population",)
    )
    districts = frame[frame["area_level"] == "district"]
    places = frame[frame["area_level"] == "place"] if districts.empty else districts
    found: dict[str, dict[str, float]] = {"race": {str(name): float(one) for name, one in places.groupby("group")["population"].sum().items()}}
    if not districts.empty:
        found["area"] = {str(name): float(one) for name, one in districts.groupby("area_name")["population"].sum().items()}
    return "Population table of this home, residents", found
