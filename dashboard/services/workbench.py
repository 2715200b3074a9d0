"""All tests of equal treatment side by side, and each of them whole: the staff page's one list of tests."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError, NotEnoughData, ScopeError
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services import benchmark, darkness, outcome, releases
from dashboard.services.counts import known_groups
from dashboard.services.family import search_gaps
from dashboard.services.restricted import restricted

if TYPE_CHECKING:
    from dashboard.services.house import House


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of the workbench: its label and the service module that answers."""

    title: str
    module: str


@dataclass(frozen=True, slots=True)
class Column:
    """One test of the side-by-side view: its title, how its numbers are written, and group -> estimate (or one reason under the empty name)."""

    title: str
    kind: str
    cells: Mapping[str, object]


TESTS: Mapping[str, Listed] = {
    "side_by_side": Listed("Side by side", "workbench"),
    "counts": Listed("Counts", "underlying"),
    "benchmark": Listed("Benchmark test", "benchmark"),
    "outcome": Listed("Outcome test", "outcome"),
    "threshold": Listed("Threshold test", "threshold"),
    "darkness": Listed("Veil of darkness", "darkness"),
    "adjusted": Listed("Comparable stops", "adjusted"),
    "matched": Listed("Look-alikes", "matched"),
    "sensitivity": Listed("Sensitivity", "sensitivity"),
    "districts": Listed("District by district", "family"),
    "small": Listed("Small districts", "family_shrunk"),
    "trend": Listed("Over time", "trends"),
    "rates": Listed("Stops per resident", "stop_rates"),
    "power": Listed("What could be seen", "power"),
}


def labels() -> dict[str, str]:
    """Key -> title of every entry, in order."""
    return {key: one.title for key, one in TESTS.items()}


@restricted(Permission.SEE_WORKBENCH)
def answer_of(house: House, scope: Scope, test: str) -> Answer:
    """One test on this slice. ScopeError when there is no such test."""
    if test not in TESTS:
        raise ScopeError(f"There is no test '{test}'.", hint=f"The tests are: {', '.join(TESTS)}.")
    service = importlib.import_module(f"dashboard.services.{TESTS[test].module}")
    found: Answer = service.answer(house, scope)
    return found


@restricted(Permission.SEE_WORKBENCH)
def answer(house: House, scope: Scope) -> Answer:
    """Per group: stopped more, searched more, found less, and daylight against dark, side by side. A test that refuses says why in its cell."""
    found = (
        Column("Stops against residents", "times", _try(lambda: _benchmark(house, scope))),
        Column("Daylight against dark", "times", _try(lambda: dict(releases.in_force(house).test(darkness.MEASURE).rows))),
        Column("Search rate", "points", _try(lambda: dict(search_gaps(house, scope)))),
        Column("Hit rate", "points", _try(lambda: _hits(house, scope, within=False))),
        Column("Hit rate within places", "points", _try(lambda: _hits(house, scope, within=True))),
    )
    reference = house.settings.text("groups.reference")
    groups = [g for g in known_groups({g for one in found for g in one.cells if g != ""}) if g != reference]
    if not groups:
        reasons = " ".join(dict.fromkeys(str(one.cells[""]) for one in found if "" in one.cells))
        if not house.live_imports("stops"):
            raise NotEnoughData("There is nothing to compare yet.", hint="Import stops on the page Data sources; the tests then run by themselves.")
        raise NotEnoughData("No test can compare groups here.", hint=reasons)
    return Answer(
        "compare.family",
        "Do the tests agree?",
        _agreement(groups, found, label(reference)),
        Status.OK,
        _pictures(groups, found, label(reference)),
        (_table(groups, found, label(reference)),),
        (),
        (
            "Daylight against dark is the published result for the whole agency and all years.",
            "The threshold test, look-alikes and sensitivity take longer and are run when they are chosen.",
        ),
        {one.title: one.cells for one in found},
        house.provenance("stops", "population"),
    )


def _pictures(groups: list[str], found: tuple[Column, ...], reference: str) -> tuple[DotPlot, ...]:
    """Tests that give ratios on one axis, tests that give points on another; one panel a test."""
    shown = []
    for kind, title, scale, same in (("times", "Tests that give a ratio", "log", 1.0), ("points", "Tests that give a difference", "points", 0.0)):
        dots = tuple(
            Dot(label(g), cell, g, panel=one.title)
            for one in found
            if one.kind == kind
            for g in groups
            if isinstance(cell := one.cells.get(g), Estimate)
        )
        if dots:
            subtitle = f"Each group against {reference}; 95% intervals; filled where the interval leaves out no difference"
            shown.append(
                DotPlot(
                    title,
                    subtitle,
                    dots,
                    "log" if scale == "log" else "points",
                    same,
                    f"same as {reference}",
                    "points" if kind == "points" else "times the reference",
                )
            )
    return tuple(shown)


def _table(groups: list[str], found: tuple[Column, ...], reference: str) -> NumberTable:
    """Group by test."""
    return NumberTable(
        f"Every group against {reference}",
        ("Group", *(one.title for one in found)),
        tuple((label(g), *(one.cells.get(g, one.cells.get("", "not available")) for one in found)) for g in groups),
        kinds=("", *(one.kind for one in found)),
        notes=("Hit rates below and thresholds below point to searches on weaker evidence; a hit rate alone can mislead in both directions.",),
    )


def _try(ask: Callable[[], dict[str, object]]) -> dict[str, object]:
    """Group -> estimate, or one reason under the empty name."""
    try:
        return ask()
    except CommonGroundError as error:
        return {"": error.message}


def _benchmark(house: House, scope: Scope) -> dict[str, object]:
    """Stops against residents, by group."""
    residents = benchmark.population_benchmark(house, scope, "residents")
    if residents is None:
        raise NotEnoughData("There is no population for this place.")
    result = benchmark.against(house, scope, [residents])
    return {row.group: row.ratio for row in result.rows}


def _hits(house: House, scope: Scope, *, within: bool) -> dict[str, object]:
    """Hit-rate difference by group, in the aggregate or within places."""
    strip, _, _ = outcome.tested(house, scope)
    compared = [g for g in strip.headline.groups if g.difference is not None]
    return {g.group: g.mh_difference if within else g.difference for g in compared if (g.mh_difference if within else g.difference) is not None}


def _agreement(groups: list[str], found: tuple[Column, ...], reference: str) -> str:
    """'Tests that differ clearly from White: Black 4 of 5, Asian 2 of 4; not enough data for Other.'"""
    told, silent = [], []
    for group in groups:
        known = [(one.kind, e) for one in found if isinstance(e := one.cells.get(group), Estimate) and e.known and e.low is not None]
        clear = sum(_apart(e, 1.0 if kind == "times" else 0.0) for kind, e in known)
        if known:
            told.append(f"{label(group)} {clear} of {len(known)}")
        else:
            silent.append(label(group))
    start = f"Tests that differ clearly from {reference}: {say.listed(told)}" if told else "No test has enough data for any group"
    return f"{start}{f'; not enough data for {say.listed(silent)}' if told and silent else ''}."


def _apart(estimate: Estimate, same: float) -> bool:
    """Whether the interval leaves out no difference."""
    return estimate.low is not None and estimate.high is not None and (estimate.low > same or estimate.high < same)


def search_rules() -> dict[str, str]:
    """The search rules a visitor may look under, as short words."""
    return {
        "opp": "Discretionary (Stanford)",
        "ripa_high": "Consent only (RIPA)",
        "sdut": "No such basis (SDUT)",
        "all": "Every search",
    }


def multirace_rules() -> dict[str, str]:
    """The rules for people with several groups, as short words."""
    return {"hispanic_first": "Hispanic first", "doj": "Multiracial (DOJ)"}


@restricted(Permission.SEE_WORKBENCH)
def under(house: House, scope: Scope, test: str, searches: str, multirace: str) -> Answer:
    """One test under the visitor's choice of rules; nothing is stored."""
    return answer_of(house.with_settings({"outcome.searches": searches, "multirace": multirace}), scope, test)
