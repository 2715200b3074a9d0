"""Index rules, the vectors of the plan, interval coverage, and false alarms of a change."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.stats import survey_scores as scores
from dashboard.stats.importance import importance

FIVE = np.array([5.0, 5.0, 1.0, 1.0, 5.0])


def one(value: float) -> np.ndarray:
    return scores.rescaled(np.array([value]), 5)


def test_item_mean_and_element_mean_differ():
    trust = {name: one(value) for name, value in zip(("C2", "C3", "C4", "C5", "C6"), FIVE, strict=True)}
    contact = {name: one(value) for name, value in zip(("P1", "P2", "P3", "P5", "P6"), FIVE, strict=True)}
    assert scores.trust_scores(trust)[0] == pytest.approx(60)
    assert scores.contact_scores(contact)[0] == pytest.approx(75)


def test_three_of_four_elements_are_needed():
    missing = np.array([np.nan])
    items = {"C2": one(4), "C3": one(4), "C4": missing, "C5": missing, "C6": one(4)}
    assert scores.trust_scores(items)[0] == pytest.approx(75)
    assert np.isnan(scores.trust_scores({**items, "C6": missing})[0])
    assert scores.trust_scores({**items, "C6": missing, "C5": one(4)})[0] == pytest.approx(75)


def test_a_reversed_item_is_turned_first():
    assert scores.rescaled(np.array([1.0, 5.0]), 5, reverse=True).tolist() == [100, 0]
    assert scores.rescaled(np.array([1.0, 11.0]), 11).tolist() == [0, 100]


def test_wilson_on_effective_n():
    found = scores.share(np.array([1.0] * 18 + [0.0] * 2))
    assert (round(100 * found.low, 1), round(100 * found.high, 1)) == (69.9, 97.2)


def test_missing_is_never_zero():
    assert scores.mean(np.array([50.0, 50.0, np.nan])).value == pytest.approx(50)
    assert scores.mean(np.array([np.nan, np.nan])).value is None


@pytest.mark.parametrize("unequal", [False, True])
def test_intervals_hold_the_truth_as_often_as_they_say(unequal):
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(1500):
        values = rng.normal(60, 20, 300)
        weights = rng.gamma(2, 0.5, 300) if unequal else np.ones(300)
        found = scores.mean(values, weights)
        held += found.low <= 60 <= found.high
    assert 0.93 <= held / 1500 <= 0.97


def test_false_alarms_of_a_change_are_about_one_in_twenty():
    rng = np.random.default_rng(4)
    alarms = sum(scores.clear(scores.change(scores.mean(rng.normal(60, 20, 400)), scores.mean(rng.normal(60, 20, 400)))) for _ in range(1500))
    assert 0.03 <= alarms / 1500 <= 0.07


def test_alpha_needs_three_items_and_thirty_people():
    rng = np.random.default_rng(1)
    latent = rng.normal(0, 1, 500)
    items = [latent + rng.normal(0, 1, 500) for _ in range(4)]
    assert scores.alpha(items).value == pytest.approx(0.8, abs=0.05)  # k r / (1 + (k - 1) r) with r = .5
    assert scores.alpha(items[:2]).value is None
    assert scores.alpha([one[:20] for one in items]).value is None


def test_importance_finds_the_item_that_drives_the_outcome():
    rng = np.random.default_rng(2)
    items = {name: rng.normal(50, 10, 600) for name in "abc"}
    outcome = 0.8 * items["b"] + 0.2 * items["a"] + rng.normal(0, 5, 600)
    found = importance(items, outcome)
    first = found.drivers[0]
    assert [first.name, first.rank_low, first.rank_high] == ["b", 1, 1]
    assert importance(items, outcome) == found
