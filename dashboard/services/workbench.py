"""All tests of equal treatment side by side, and each of them whole: the staff page's one list of tests."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.errors import CommonGroundError, NotEnoughData, ScopeError
from dashboard.schema.answer import Answer
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services import benchmark, darkness, outcome, releases
from dashboard.services.counts import known_groups
from dashboard.services.family import search_gaps

if TYPE_CHECKING:
    from dashboard.services.house import House


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of the workbench: its label and the service module that answers."""

    title: str
    module: str


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


def answer_of(house: House, scope: Scope, test: str) -> Answer:
    """One test on this slice. ScopeError when there is no such test."""
    if test not in TESTS:
        raise ScopeError(f"There is no test '{test}'.", hint=f"The tests are: {', '.join(TESTS)}.")
    service = importlib.import_module(f"dashboard.services.{TESTS[test].module}")
    found: Answer = service.answer(house, scope)
    return found


def answer(house: House, scope: Scope) -> Answer:
    """Per group: stopped more, searched more, found less, and daylight against dark, in one table. A test that refuses says why in its cell."""
    columns: list[tuple[str, str, dict[str, object]]] = [
        ("Stops against residents", "times", _try(lambda: _benchmark(house, scope))),
        ("Search rate", "points", _try(lambda: dict(search_gaps(house, scope)))),
        ("Hit rate", "points", _try(lambda: _hits(house, scope, within=False))),
        ("Hit rate within places", "points", _try(lambda: _hits(house, scope, within=True))),
        ("Daylight against dark", "times", _try(lambda: dict(releases.in_force(house).test(darkness.MEASURE).rows))),
    ]
    reference = house.settings.text("groups.reference")
    groups = [g for g in known_groups({g for _, _, found in columns for g in found if g != ""}) if g != reference]
    if not groups:
        reasons = " ".join(dict.fromkeys(str(found[""]) for _, _, found in columns if "" in found))
        raise NotEnoughData("No test can compare groups here.", hint=reasons)
    rows = tuple((label(g), *(found.get(g, found.get("", "not available")) for _, _, found in columns)) for g in groups)
    table = NumberTable(
        f"Every group against {label(reference)}",
        ("Group", *(title for title, _, _ in columns)),
        rows,
        kinds=("", *(kind for _, kind, _ in columns)),
        notes=("Hit rates below and thresholds below point to searches on weaker evidence; a hit rate alone can mislead in both directions.",),
    )
    return Answer(
        "compare.family",
        "Do the tests agree?",
        " ".join(_agreement(g, [(title, kind, found.get(g)) for title, kind, found in columns]) for g in groups),
        Status.OK,
        (),
        (table,),
        (),
        (
            "Daylight against dark is the published result for the whole agency and all years.",
            "The threshold test, look-alikes and sensitivity take longer and are run when they are chosen.",
        ),
        {title: found for title, _, found in columns},
        house.provenance("stops", "population"),
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


def _agreement(group: str, found: list[tuple[str, str, object]]) -> str:
    """'Black: 3 of 5 tests differ clearly (search rate, hit rate, daylight against dark).'"""
    known = [(title, kind, e) for title, kind, e in found if isinstance(e, Estimate) and e.low is not None and e.high is not None and e.known]
    if not known:
        return f"{label(group)}: no test has enough data."
    clear = [title.lower() for title, kind, e in known if _apart(e, 1.0 if kind == "times" else 0.0)]
    which = f" ({', '.join(clear)})" if clear else ""
    return f"{label(group)}: {len(clear)} of {len(known)} tests differ clearly{which}."


def _apart(estimate: Estimate, same: float) -> bool:
    """Whether the interval leaves out no difference."""
    return estimate.low is not None and estimate.high is not None and (estimate.low > same or estimate.high < same)


def search_rules() -> dict[str, str]:
    """The search rules a visitor may look under, as short words."""
    return {
        "opp": "All but arrest, warrant, inventory (Stanford)",
        "ripa_high": "Consent only (RIPA Board)",
        "sdut": "No such basis (SDUT)",
        "all": "Every search",
    }


def multirace_rules() -> dict[str, str]:
    """The rules for people with several groups, as short words."""
    return {"hispanic_first": "Hispanic first", "doj": "Multiracial (DOJ)"}


def under(house: House, scope: Scope, test: str, searches: str, multirace: str) -> Answer:
    """One test under the visitor's choice of rules; nothing is stored."""
    return answer_of(house.with_settings({"outcome.searches": searches, "multirace": multirace}), scope, test)
