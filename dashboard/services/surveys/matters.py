"""Which parts of the work go with overall trust, and how are they rated? Importance and performance from the frozen results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Mark, ScatterPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.services.surveys import reading
from dashboard.services.surveys.reading import Results
from dashboard.services.surveys.trust import MEASURES, notes

if TYPE_CHECKING:
    from dashboard.services.house import House

SHORT: Mapping[str, str] = {
    "C7": "Following directions",
    "C8": "Shared values",
    "C13": "Safety got better",
    "C14_crime": "Preventing crime",
    "C14_calls": "Answering calls",
    "C14_solving": "Solving crime",
    "C14_traffic": "Dealing with traffic",
    "C14_working": "Working with residents",
}


def what_matters(house: House, survey_id: str = "") -> Answer:
    """Which parts of the work go with overall trust, and how they are rated."""
    found = reading.results(house, "community", survey_id)
    drivers = found.latest.get("drivers") or []
    if not drivers:
        raise NotEnoughData("Too few people answered everything in the last wave to say what goes with trust.", hint="Fifty are needed.")
    picture = _quadrants(found, drivers)
    rows = tuple((found.text(one["name"]), _importance(one), one["performance"], _rank(one), one["quadrant"]) for one in drivers)
    urgent = [_short(found, one["name"]).lower() for one in drivers if one["quadrant"] == "critical improvement"][:3]
    sentence = f"Goes most with trust: {_short(found, drivers[0]['name']).lower()}."
    if urgent:
        sentence += f" Matters most of what is rated low: {say.listed(urgent)}."
    heads = ("Statement", "Importance", "Score", "Rank (90% range)", "Stands as")
    return Answer(
        "survey.importance",
        "What goes with trust, and how is it rated?",
        sentence,
        Status.OK,
        (picture,),
        (NumberTable("Every statement", heads, rows, kinds=("", "number", "number", "", "")),),
        (),
        ("This is association: whoever trusts rates everything better.", *notes(found, "C1")),
        tuple(drivers),
        found.provenance(),
        public=found.public,
    )


def _importance(one: Mapping[str, Any]) -> Estimate:
    """A correlation with its interval."""
    return Estimate(one["importance"], one.get("low"), one.get("high"))


def _quadrants(found: Results, drivers: Sequence[Mapping[str, Any]]) -> ScatterPlot:
    """Score across, importance upward, parted at the averages (Martilla and James 1977)."""
    middle = tuple(sum(one[key] for one in drivers) / len(drivers) for key in ("performance", "importance"))
    marks = tuple(
        Mark(one["performance"], one["importance"], 1.0, _short(found, one["name"]), "", None, (one["low"], one["high"]) if "low" in one else None)
        for one in drivers
    )
    corners = ("matters, rated low", "matters, rated high", "matters less, rated low", "matters less, rated high")
    subtitle = "Correlation with overall trust, lines are 95% intervals; parted at the averages"
    return ScatterPlot(
        "What goes with overall trust",
        subtitle,
        marks,
        "score from 0 to 100",
        "correlation with trust",
        "number",
        cross=(middle[0], middle[1]),
        corners=corners,
    )


def _short(found: Results, name: str) -> str:
    """A statement in two words."""
    return MEASURES.get(name) or SHORT.get(name) or found.text(name).rpartition("? ")[2]


def _rank(one: Mapping[str, Any]) -> str:
    """3 (2 to 5)."""
    return f"{one['rank']} ({one['rank_low']} to {one['rank_high']})"
