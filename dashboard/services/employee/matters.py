"""Which part of working here goes with satisfaction by itself? Computed inside the release, read from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.schema import employee, say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot, Mark, ScatterPlot
from dashboard.schema.result import Estimate, Gate, NumberTable, Status
from dashboard.services.employee import reading
from dashboard.services.employee.lines import notes
from dashboard.services.restricted import restricted

if TYPE_CHECKING:
    from dashboard.services.house import House

Theme = Mapping[str, Any]
CORNERS = ("Mend first", "Keep", "Low and loose", "Fine, and loose")
ALONG = 0.2  # from this correlation on a theme is said to go along


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def drivers(house: House) -> Answer:
    """What goes with satisfaction, by itself?"""
    found = reading.results(house, needs=("satisfaction",))
    kept = found.latest.release.extras.get("drivers") or {}
    if not kept:
        raise NotEnoughData("What goes with satisfaction cannot be told yet.", hint="50 people have to answer everything.")
    themes = sorted(kept["themes"], key=lambda one: -one["own"])
    rows = tuple((_name(one), one["performance"], Estimate(one["importance"], one["low"], one["high"]), _own(one)) for one in themes)
    explained = f"All themes together explain {100 * kept['explained']:.0f}% of how satisfaction differs between people."
    return Answer(
        "employee.drivers",
        "What goes with satisfaction?",
        _sentence(themes),
        Status.OK,
        (_alone(themes, kept["n"]), _beside(themes, kept["n"], found.latest.name)),
        (NumberTable("Every theme", ("Theme", "Mean score", "Correlation", "Own part"), rows),),
        (Gate("People who answered everything", "50", f"about {kept['n']}", True),),
        (*notes(found), explained),
        kept,
        found.provenance(),
    )


def _name(one: Theme) -> str:
    """A theme as people call it."""
    return employee.THEMES.get(one["theme"], one["theme"])


def _own(one: Theme, n: float = 0.0) -> Estimate:
    """A theme's own part."""
    return Estimate(one["own"], one["own_low"], one["own_high"], n)


def _sentence(themes: Sequence[Theme]) -> str:
    """Which themes matter by themselves, and which only go along."""
    matters = [_name(one).lower() for one in themes if one["matters"] and one["own"] > 0]
    along = [_name(one).lower() for one in themes if one["low"] > ALONG and not one["matters"]]
    first = f"Satisfaction goes with {say.listed(matters)}, each by itself." if matters else "No theme goes with satisfaction by itself."
    second = f" {say.listed(along).capitalize()} only {'goes' if len(along) == 1 else 'go'} along with the others." if along else ""
    return f"{first}{second} This is association, not cause."


def _alone(themes: Sequence[Theme], n: float) -> DotPlot:
    """Own parts against none."""
    dots = tuple(Dot(_name(one), _own(one, n), stands_out=one["matters"]) for one in themes)
    return DotPlot(
        "Each theme with all others equal", "Standardised coefficient; 95% intervals over people drawn anew", dots, "number", 0.0, "no part"
    )


def _beside(themes: Sequence[Theme], n: float, wave: str) -> ScatterPlot:
    """Importance beside performance, in four parts."""
    marks = tuple(Mark(one["performance"], one["importance"], n, _name(one), upward=(one["low"], one["high"])) for one in themes)
    middle = (sum(one["performance"] for one in themes) / len(themes), sum(one["importance"] for one in themes) / len(themes))
    return ScatterPlot(
        f"Importance and performance, {wave}",
        "Importance: correlation with satisfaction",
        marks,
        "Mean score",
        "Correlation with satisfaction",
        "number",
        cross=middle,
        corners=CORNERS,
    )
