"""The threshold test as a measure: refusals, permutations, sharp counts, scales, predictive checks and the published county file."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dashboard.errors import MeasureError
from dashboard.registry import measures
from dashboard.schema.result import Status
from dashboard.settings import Settings
from dashboard.stats import threshold
from dashboard.stats.threshold import ThresholdCell
from dashboard.stats.threshold_gates import caution_words
from dashboard.stats.threshold_planted import Planted, plant

GROUPS = ("white", "black", "hispanic")
COUNTY = Path(__file__).resolve().parents[3] / "shared" / "data" / "stops" / "opp2017_county_thresholds.csv"


def world(seed: int = 2, stops: int = 200_000, locations: int = 30, levels: tuple[float, ...] = (0.20, 0.10, 0.10)) -> Planted:
    return plant(levels, (0.08, 0.10, 0.14), (1.8, 1.8, 1.8), locations=locations, stops=stops, seed=seed)


def big_places(truth: Planted, groups: tuple[str, ...] = GROUPS) -> tuple[list[ThresholdCell], np.ndarray]:
    """Cells of the places that pass the gate of 1,000 stops, and the true levels over just those places."""
    kept = truth.counts.stops.sum(axis=1) >= 1000
    weight = truth.counts.stops.sum(axis=1)[kept]
    return truth.cells(groups), weight / weight.sum() @ truth.thresholds[kept]


@pytest.fixture(scope="module")
def answered() -> threshold.ThresholdResult:
    return threshold.fit(world().cells(GROUPS), "white")


def test_a_planted_difference_is_found_and_said_first(answered: threshold.ThresholdResult):
    _, levels = big_places(world())
    assert [one.scale for one in answered.fits] == [0.5, 1.0, 1.5]
    best = answered.headline
    assert best is not None
    assert best.scale == 1.0
    for i, group in enumerate(GROUPS[1:], start=1):
        found = best.difference(group)
        assert found.low <= levels[i] - levels[0] <= found.high
        assert found.high < 0
    assert "on less evidence than White" in answered.sentence
    assert "points" in answered.sentence
    assert [row.group for row in best.differences] == ["black", "hispanic"]
    assert [row.group for row in best.levels] == ["white", "black", "hispanic"]


def test_every_scale_carries_its_own_gates_and_checks(answered: threshold.ThresholdResult):
    for one in answered.fits:
        assert [gate.passed for gate in one.gates] == [one.effective >= 100, one.indefinite <= 0.1]
        assert one.draws == 400
    checks = answered.headline.checks
    assert len(checks.cells) == len(answered.locations) * 3
    assert 0.5 < checks.pearson_hits < 2
    assert 0.5 < checks.pearson_searches < 2
    cell = checks.cells[0]
    assert cell.searched == cell.searches / cell.stops
    errors = [(c.searched_predicted - c.searched) ** 2 * c.stops for c in checks.cells]
    assert checks.search_error == pytest.approx(np.sqrt(sum(errors) / sum(c.stops for c in checks.cells)))
    assert checks.search_error < 0.02


def test_the_same_counts_and_seed_give_the_same_answer_in_any_order_of_rows(answered: threshold.ThresholdResult):
    again = threshold.fit(list(reversed(world().cells(GROUPS))), "white", scales=(1.0,))
    assert again.headline.differences[0].estimate.value == pytest.approx(answered.headline.differences[0].estimate.value, abs=1e-12)


def test_permuted_labels_give_permuted_answers(answered: threshold.ThresholdResult):
    swap = {"white": "hispanic", "hispanic": "black", "black": "white"}
    cells = [replace(cell, group=swap[cell.group]) for cell in world().cells(GROUPS)]
    turned = threshold.fit(cells, "hispanic", scales=(1.0,)).headline
    for group in GROUPS:
        one, other = answered.headline.level(group), turned.level(swap[group])
        assert (one.low, one.value, one.high) == pytest.approx((other.low, other.value, other.high), abs=1e-12)


def test_published_priors_mark_their_levels_but_not_their_differences():
    found = threshold.fit(world().cells(GROUPS), "white", Settings.of({"threshold.priors": "published"}), scales=(1.0,))
    assert found.priors == "published"
    assert all("published priors" in row.estimate.reason for row in found.headline.levels)
    assert all("published priors" not in row.estimate.reason for row in found.headline.differences)


def test_twenty_million_stops_pass_the_gate_and_narrow():
    few = threshold.fit(world(locations=40).cells(GROUPS), "white", scales=(1.0,)).headline
    truth = world(stops=20_000_000, locations=40)
    many = threshold.fit(truth.cells(GROUPS), "white", scales=(1.0,)).headline
    assert all(gate.passed for gate in many.gates)
    for group in GROUPS:
        wide, narrow = few.level(group), many.level(group)
        assert narrow.high - narrow.low < (wide.high - wide.low) / 1.5
        assert abs(narrow.value - truth.levels[GROUPS.index(group)]) < 0.02


def refused(cells: list[ThresholdCell], reference: str = "white") -> threshold.ThresholdResult:
    found = threshold.fit(cells, reference)
    assert found.status is Status.UNAVAILABLE
    assert found.fits == ()
    assert found.headline is None
    assert "cannot tell risk from threshold" in found.sentence
    return found


def test_two_groups_are_never_enough():
    found = refused([cell for cell in world().cells(GROUPS) if cell.group != "hispanic"])
    assert "never two alone, found 2" in found.sentence


def test_four_large_places_are_too_few():
    found = refused(world(locations=4).cells(GROUPS))
    assert "at least 7 locations" in found.sentence
    assert "found 4 of 4" in found.sentence


def test_small_places_do_not_enter_and_are_counted():
    small = [ThresholdCell("tiny", group, 100, 10, 5) for group in GROUPS]
    found = threshold.fit([*world().cells(GROUPS), *small], "white", scales=(1.0,))
    assert "tiny" not in found.locations
    assert any("fewer than 1,000 stops" in words for words in found.left_out)


def test_a_group_without_hits_is_refused_in_words():
    cells = [replace(cell, hits=0) if cell.group == "black" else cell for cell in world().cells(GROUPS)]
    found = refused(cells)
    assert "Black: 0 hits, 100 are needed" in found.sentence
    assert "Black: 0 hits, 100 are needed; the group is not estimated." in found.left_out


def test_a_small_fourth_group_is_left_out_and_the_others_answered():
    extra = [ThresholdCell(cell.location, "asian", 200, 10, 2) for cell in world().cells(GROUPS) if cell.group == "white"]
    found = threshold.fit([*world().cells(GROUPS), *extra], "white", scales=(1.0,))
    assert set(found.groups) == set(GROUPS)
    assert not found.headline.difference("asian").known
    assert "did not enter" in found.headline.difference("asian").reason
    assert any(words == f"Asian: {2 * len(found.locations)} hits, 100 are needed; the group is not estimated." for words in found.left_out)


def test_no_counts_and_an_absent_reference_are_refused():
    assert "found absent" in refused(world().cells(GROUPS), "asian").sentence
    refused([])


def test_counts_that_contradict_themselves_are_errors():
    with pytest.raises(MeasureError, match="contradict"):
        ThresholdCell("a", "white", 10, 11, 2)
    with pytest.raises(MeasureError, match="twice"):
        threshold.fit([ThresholdCell("a", "white", 10, 2, 1)] * 2, "white")


def test_a_scale_that_moves_a_level_or_turns_a_sign_is_a_caution(answered: threshold.ThresholdResult):
    best = answered.headline
    calm, _ = caution_words((best, best), GROUPS, "white", published=False)
    assert calm == ()
    turned = replace(best, differences=tuple(replace(row, estimate=replace(row.estimate, value=0.01)) for row in best.differences))
    assert "The sign of the difference for Black depends" in caution_words((best, turned), GROUPS, "white", published=False)[0][0]
    level = best.levels[0]
    moved = replace(best, levels=(replace(level, estimate=replace(level.estimate, value=level.estimate.value + 0.06)), *best.levels[1:]))
    assert caution_words((best, moved), GROUPS, "white", published=False)[0] == ("The level for White moves by 6 points with the prior scale.",)
    odd = replace(best, checks=replace(best.checks, pearson_hits=2.4))
    assert "does not describe these data" in caution_words((odd,), GROUPS, "white", published=False)[0][0]


def test_it_is_registered_with_its_page_sentence():
    entry = measures()["threshold.fit"]
    assert "specific statistical model of suspicion" in entry.page
    assert "threshold.priors" in entry.settings


def test_weighted_mean_of_published_by_hand():
    rows = [("x", "white", 90, 0.2), ("x", "black", 10, 0.1), ("y", "white", 300, 0.4)]
    assert threshold.weighted_mean_of_published(rows) == pytest.approx({"white": (100 * 0.2 + 300 * 0.4) / 400, "black": 0.1})


@pytest.mark.real
@pytest.mark.skipif(not COUNTY.exists(), reason="the published county file is kept beside the project")
def test_county_file_gives_the_published_means():
    with COUNTY.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = threshold.weighted_mean_of_published(
        [(f"{r['location_variable']}, {r['state']}", r["driver_race"], float(r["num_stops"]), float(r["inferred_threshold"])) for r in rows]
    )
    assert {group: round(100 * value, 1) for group, value in found.items()} == {
        "White drivers": 20.1,
        "Black drivers": 16.0,
        "Hispanic drivers": 14.1,
    }
