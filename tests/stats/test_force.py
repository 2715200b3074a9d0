"""Are people subjected to force counted against the right number, and is severity compared without a mean level?"""

from __future__ import annotations

import math

import numpy as np
import pytest

from dashboard.errors import MeasureError
from dashboard.schema.result import Status
from dashboard.stats.force import EVERYONE, Exposure, force_rates, severity
from dashboard.stats.force_peers import force_peers

ARRESTS = Exposure("arrests", "per 1,000 arrests", 1000.0, {"white": 2000.0, "black": 1000.0}, "2024")


def test_rates_and_ratios_are_those_of_the_plain_measures() -> None:
    found = force_rates({"white": 40, "black": 40, "unknown": 2}, [ARRESTS], period="2024")
    black = found.row("arrests", "black")
    assert black is not None
    assert black.rate.value == pytest.approx(40.0)
    assert black.ratio is not None
    assert black.ratio.value == pytest.approx(2.0)
    half = 1.959964 * math.sqrt(1 / 40 + 1 / 40)
    assert black.ratio.low == pytest.approx(2 * math.exp(-half), rel=1e-5)
    everyone = found.row("arrests", EVERYONE)
    assert everyone is not None
    assert everyone.subjects == 82
    assert everyone.rate.value == pytest.approx(82 / 3000 * 1000)


def test_a_published_example_is_reproduced() -> None:
    """41 in 28,010 against 15 in 19,017 person-years: 1.86 (Rothman, Greenland & Lash 2008, breast cancer after fluoroscopy)."""
    exposure = Exposure("residents", "per person-year", 1.0, {"black": 28_010.0, "white": 19_017.0})
    row = force_rates({"black": 41, "white": 15}, [exposure]).row("residents", "black")
    assert row is not None
    assert row.ratio is not None
    assert (round(row.ratio.value or 0, 3), round(row.ratio.low or 0, 3), round(row.ratio.high or 0, 3)) == (1.856, 1.027, 3.353)


def test_a_denominator_of_another_period_is_refused() -> None:
    with pytest.raises(MeasureError, match="2023"):
        force_rates({"white": 40}, [ARRESTS], period="2023")


def test_too_few_subjects_give_no_ratio_but_a_reason() -> None:
    row = force_rates({"white": 40, "black": 9}, [ARRESTS], period="2024").row("arrests", "black")
    assert row is not None
    assert row.ratio is not None
    assert row.ratio.status is Status.UNAVAILABLE
    assert row.rate.known


def test_calls_have_no_group() -> None:
    calls = Exposure("calls", "per 10,000 calls", 10_000.0, {EVERYONE: 50_000.0})
    found = force_rates({EVERYONE: 100}, [calls])
    assert [row.group for row in found.rows] == [EVERYONE]
    assert found.rows[0].rate.value == pytest.approx(20.0)


def alone(white: tuple[int, ...], black: tuple[int, ...]) -> dict[tuple[tuple[str, int], ...], int]:
    """Incidents with one subject each, by level 1 to 4."""
    counts = {(("white", level),): n for level, n in enumerate(white, 1)} | {(("black", level),): n for level, n in enumerate(black, 1)}
    return {pattern: n for pattern, n in counts.items() if n}


def test_two_equal_distributions_are_alike() -> None:
    found = severity(alone((40, 30, 20, 10), (80, 60, 40, 20)))
    black = next(one for one in found.groups if one.group == "black")
    assert black.higher is not None
    assert black.higher.value == pytest.approx(0.5)
    assert black.higher.low is not None
    assert black.higher.low < 0.5 < (black.higher.high or 0)
    assert black.at_least[3].value == pytest.approx(0.3)
    assert black.gap[3].value == pytest.approx(0.0)


def test_the_chance_of_a_higher_level_is_counted_by_hand() -> None:
    found = severity(alone((60, 40, 0, 0), (20, 80, 0, 0)))
    black = next(one for one in found.groups if one.group == "black")
    assert black.higher is not None
    assert black.higher.value == pytest.approx(0.8 * 0.6 + 0.5 * (0.2 * 0.6 + 0.8 * 0.4))


def test_a_planted_shift_is_recovered_and_incidents_are_drawn_whole() -> None:
    rng = np.random.default_rng(4)
    held = 0
    shares = (0.5, 0.3, 0.15, 0.05), (0.35, 0.3, 0.25, 0.10)
    true = sum(shares[1][i] * (sum(shares[0][:i]) + shares[0][i] / 2) for i in range(4))
    for seed in range(60):
        incidents: dict[tuple[tuple[str, int], ...], int] = {}
        for group, mix in zip(("white", "black"), shares, strict=True):
            for level in rng.choice((1, 2, 3, 4), 150, p=mix):
                pattern = ((group, int(level)),) * 2  # two subjects of one incident meet the same level
                incidents[pattern] = incidents.get(pattern, 0) + 1
        black = next(one for one in severity(incidents, seed=seed).groups if one.group == "black")
        assert black.higher is not None
        held += (black.higher.low or 0) <= true <= (black.higher.high or 0)
    assert held / 60 >= 0.9  # as if 150, not 300, were counted


def test_the_same_seed_gives_the_same_interval_and_few_subjects_none() -> None:
    one, two = (severity(alone((40, 30, 20, 10), (20, 10, 5, 5)), seed=3) for _ in range(2))
    assert one == two
    few = next(group for group in severity(alone((40, 30, 20, 10), (9, 1, 0, 0))).groups if group.group == "black")
    assert few.higher is not None
    assert few.higher.status is Status.UNAVAILABLE
    with pytest.raises(MeasureError):
        severity({(("white", 5),): 3})


def crowd(rng: np.random.Generator, effects: np.ndarray, incidents: int) -> list[dict[str, int]]:
    """Incidents of two officers; the one with the higher effect more often uses the higher level."""
    found = []
    for _ in range(incidents):
        a, b = rng.choice(len(effects), 2, replace=False)
        above = rng.random() < 1 / (1 + math.exp(effects[b] - effects[a]))
        found.append({f"o{a}": 2 if above else 1, f"o{b}": 1 if above else 2})
    return found


def test_planted_outliers_are_found_with_at_most_one_false_flag_a_run() -> None:
    rng, false, found = np.random.default_rng(2), 0, 0
    for run in range(4):
        effects = rng.normal(0, 0.5, 200)
        effects[:5] = 2.5
        result = force_peers(crowd(rng, effects, 4000), seed=run)
        flagged = {one.officer for one in result.officers if one.flagged}
        planted = {f"o{place}" for place in range(5)}
        top = {f"o{place}" for place in np.argsort(-effects)[:10]}
        found += len(flagged & planted)
        false += len(flagged - planted - top)
        assert result.spread is not None
    assert false <= 4
    assert found >= 12  # of 20; 14 were found when this was written


def test_an_incident_where_all_used_the_same_level_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    told = crowd(rng, rng.normal(0, 0.5, 40), 400)
    same = [{"o1": 2, "o2": 2}, {"o3": 1}]
    assert force_peers(told) == force_peers([*told, *same])


def test_few_officers_are_not_compared_and_bad_levels_refused() -> None:
    assert force_peers([{"a": 1, "b": 2}]).status is Status.UNAVAILABLE
    assert force_peers([]).officers == ()
    with pytest.raises(MeasureError):
        force_peers([{"a": 7, "b": 1}])
