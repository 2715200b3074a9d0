"""What every registered measure must say about itself, and how the plain ones behave on nothing, on one group, and twice."""

import dataclasses
import importlib
import json
import math
import subprocess
import sys
from enum import Enum
from pathlib import Path

import pytest

import dashboard.stats
from dashboard.registry import measures
from dashboard.schema import tables
from dashboard.schema.result import Estimate, Status
from dashboard.settings import BY_NAME
from dashboard.stats import benchmark, compare, controlled, force, force_peers, interrupted, outcome, rates, trend

ALL = measures()
ROOT = Path(dashboard.stats.__file__).parents[2]
TABLES = {one.name for one in vars(tables).values() if isinstance(one, tables.Table)}

# Each plain measure on ordinary counts, and on nothing at all.
ORDINARY = {
    "rates.proportion": lambda: rates.proportion(30, 100),
    "rates.difference": lambda: rates.difference(30, 100, 20, 100),
    "rates.rate": lambda: rates.rate(120, 1000, monthly=[10] * 12),
    "rates.rate_ratio": lambda: rates.rate_ratio(30, 100, 20, 100),
    "rates.risk_ratio": lambda: rates.risk_ratio(30, 100, 20, 100),
    "rates.odds_ratio": lambda: rates.odds_ratio(30, 100, 20, 100),
    "benchmark.compare": lambda: benchmark.compare({"white": 90, "black": 60}, [benchmark.Benchmark("b", "B", "u", {"white": 9, "black": 5})]),
    "outcome.hit_rates": lambda: outcome.hit_rates([outcome.PlaceCounts("a", "white", 90, 30), outcome.PlaceCounts("a", "black", 90, 20)]),
    "compare.family": lambda: compare.family({"a": 0.01, "b": 0.5}),
    "compare.shrink": lambda: compare.shrink([0.1, 0.2, 0.3, 0.4, 0.9], [0.1] * 5, "abcde"),
    "compare.power": lambda: compare.power(0.25, 400, 400),
    "trend.periods": lambda: trend.periods([trend.PeriodCounts("2024", 5, 50), trend.PeriodCounts("2025", 9, 50)]),
    "trend.interrupted": lambda: interrupted.interrupted([(f"{2020 + m // 12}-{m % 12 + 1:02d}", 50.0 + m % 12) for m in range(48)], "2022-07"),
    "trend.controlled": lambda: controlled.controlled(
        [(f"{2020 + m // 12}-{m % 12 + 1:02d}", 50.0 + m % 12) for m in range(48)],
        [(f"{2020 + m // 12}-{m % 12 + 1:02d}", 40.0 + m % 5) for m in range(48)],
        "2022-07",
    ),
    "force.rates": lambda: force.force_rates({"white": 40, "black": 30}, [force.Exposure("a", "A", 1.0, {"white": 90, "black": 50})]),
    "force.severity": lambda: force.severity({(("white", 1),): 40, (("black", 2),): 40}),
    "force.peers": lambda: force_peers.force_peers([{f"o{n % 25}": 1, f"o{(n * 7 + 1) % 25}": 2} for n in range(200)]),
    "trend.season": lambda: trend.season([(f"{2020 + m // 12}-{m % 12 + 1:02d}", 50.0 + m % 12) for m in range(40)]),
}
NOTHING = {
    "rates.proportion": lambda: rates.proportion(0, 0),
    "rates.difference": lambda: rates.difference(0, 0, 0, 0),
    "rates.rate": lambda: rates.rate(0, None),
    "rates.rate_ratio": lambda: rates.rate_ratio(0, 0, 0, 0),
    "rates.risk_ratio": lambda: rates.risk_ratio(0, 0, 0, 0),
    "rates.odds_ratio": lambda: rates.odds_ratio(0, 0, 0, 0),
    "benchmark.compare": lambda: benchmark.compare({}, []),
    "outcome.hit_rates": lambda: outcome.hit_rates([]),
    "compare.family": lambda: compare.family({}),
    "compare.shrink": lambda: compare.shrink([], [], []),
    "compare.power": lambda: compare.power(0.25, 0, 0),
    "trend.periods": lambda: trend.periods([]),
    "trend.season": lambda: trend.season([]),
    "trend.interrupted": lambda: interrupted.interrupted([], "2022-07"),
    "trend.controlled": lambda: controlled.controlled([], [], "2022-07"),
    "force.rates": lambda: force.force_rates({}, []),
    "force.severity": lambda: force.severity({}),
    "force.peers": lambda: force_peers.force_peers([]),
}


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_measure_says_what_it_is(name):
    one = ALL[name]
    assert one.name == name
    assert one.title
    assert one.question.endswith("?")
    assert len(one.formula) > 5
    assert one.minimum
    assert one.assumptions
    assert all(sentence.strip() for sentence in one.assumptions)
    assert one.criticisms
    assert all(sentence.strip() for sentence in one.criticisms)
    assert any(character.isdigit() for character in one.source), "the source names a year"
    assert one.page.endswith(".")
    assert len(one.page) > 60
    assert one.function.__doc__
    assert set(one.tables) <= TABLES


@pytest.mark.parametrize("name", sorted(ALL))
def test_its_settings_exist(name):
    assert set(ALL[name].settings) <= set(BY_NAME)


@pytest.mark.parametrize("name", sorted(ALL))
def test_its_results_are_frozen_and_typed(name):
    returned = ALL[name].function.__annotations__["return"]
    room = importlib.import_module(ALL[name].function.__module__)
    result = getattr(room, returned) if isinstance(returned, str) else returned
    assert dataclasses.is_dataclass(result)
    assert result.__dataclass_params__.frozen


def test_the_plain_measures_are_all_swept():
    rooms = {"rates", "benchmark", "outcome", "compare", "trend", "force"}
    assert {name for name in ALL if name.split(".")[0] in rooms} == set(ORDINARY) == set(NOTHING)


def _estimates(value):
    """Every Estimate anywhere in a result."""
    if isinstance(value, Estimate):
        yield value
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _estimates(part)
    elif dataclasses.is_dataclass(value) and not isinstance(value, Enum):
        for part in dataclasses.fields(value):
            yield from _estimates(getattr(value, part.name))


@pytest.mark.parametrize("name", sorted(ORDINARY))
def test_the_same_counts_give_the_same_answer_twice(name):
    assert ORDINARY[name]() == ORDINARY[name]()


@pytest.mark.parametrize("name", sorted(ORDINARY))
def test_every_number_lies_in_its_interval_and_every_doubt_has_its_reason(name):
    for estimate in _estimates(ORDINARY[name]()):
        if estimate.value is not None and estimate.low is not None and estimate.high is not None:
            assert estimate.low <= estimate.value <= estimate.high
            assert all(math.isfinite(number) for number in (estimate.low, estimate.high))
        if estimate.status is not Status.OK:
            assert estimate.reason


@pytest.mark.parametrize("name", sorted(NOTHING))
def test_nothing_is_never_zero(name):
    result = NOTHING[name]()
    for estimate in _estimates(result):
        assert estimate.value is None
        assert estimate.status is Status.UNAVAILABLE
        assert estimate.reason
    json.dumps(dataclasses.asdict(result), default=str, allow_nan=False)


def test_importing_the_measures_is_light():
    heavy = "scipy", "statsmodels", "pandas", "sklearn"
    code = f"import sys, dashboard.stats; print([name for name in {heavy!r} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
