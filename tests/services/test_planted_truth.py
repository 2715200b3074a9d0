"""At full size the services find what was planted in the sample agency, where it was planted, and nothing elsewhere."""

from __future__ import annotations

import math

import pytest
from scipy.stats import norm

from dashboard.schema.result import Estimate, Status
from dashboard.schema.scope import Scope
from dashboard.services import adjusted, benchmark, darkness, family, matched, outcome, risk, sample, season, threshold
from dashboard.services.house import House
from dashboard.stats import compare
from data_sources.sample import agency, truth

pytestmark = pytest.mark.slow
COMPARED = ("black", "hispanic", "asian")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> House:
    home = tmp_path_factory.mktemp("whole") / "home"
    sample.make(home, truth.STOPS)
    return House(home)


def _p(estimate: Estimate, same: float) -> float:
    """Two-sided p of a difference (same 0) or a ratio (same 1), read back from its interval."""
    assert None not in (estimate.value, estimate.low, estimate.high)
    value, low, high = (math.log(x / same) if same else x for x in (estimate.value, estimate.low, estimate.high))
    return float(2 * norm.sf(abs(value) / ((high - low) / 3.92)))


def test_darkness_finds_the_planted_group_and_no_other(whole, staff):
    result = darkness.answer(whole, staff).result
    found = {group.group: group.odds_ratio for group in result.groups if group.odds_ratio.known}
    assert set(COMPARED) <= set(found)
    judged = compare.family({group: _p(ratio, 1.0) for group, ratio in found.items()})
    assert judged.standing_out == (truth.DARKNESS_GROUP,)
    planted = found[truth.DARKNESS_GROUP]
    assert planted.low < math.exp(-truth.DARKNESS_BETA) < planted.high
    assert planted.low > 1


def test_the_outcome_test_points_wrongly_at_the_misleading_group_as_documented(whole, staff):
    result = outcome.tested(whole, staff)[0].headline
    found = {group.group: group for group in result.groups}
    assert found[truth.MISLEADING_GROUP].difference.high < 0
    assert found[truth.MISLEADING_GROUP].mh_difference.high < 0
    assert found[truth.LOW_BAR_GROUP].difference.high < 0
    assert all(truth.threshold(truth.MISLEADING_GROUP, place) == truth.THRESHOLD for place in truth.DISTRICTS)


def test_the_threshold_test_clears_the_misleading_group_and_finds_the_low_bar(whole, staff):
    answer = threshold.answer(whole, staff)
    assert answer.status in {Status.OK, Status.CAUTION}, [gate for gate in answer.gates if not gate.passed]
    found = {row.group: row.estimate for row in answer.result.headline.differences}
    assert found[truth.LOW_BAR_GROUP].high < 0
    assert found[truth.MISLEADING_GROUP].low < 0 < found[truth.MISLEADING_GROUP].high
    assert "Black" in answer.sentence


def test_the_benchmark_finds_more_stops_in_the_planted_districts_only(whole):
    ratios, p_values = {}, {}
    for place in truth.DISTRICTS:
        if place == truth.SMALL_DISTRICT:
            continue
        for row in benchmark.compared(whole, Scope.of({"district": (place,)})).rows:
            # darkness moves stops of its group into daylight, where commuters drive: truth.py, 2
            if row.benchmark == "commuting_drivers" and row.group in {"hispanic", "asian", "multiracial"} and row.ratio.known:
                ratios[place, row.group] = row.ratio
                p_values[f"{place}|{row.group}"] = _p(row.ratio, 1.0)
    judged = compare.family(p_values)
    planted = {f"{place}|{truth.STOPPED_MORE_GROUP}" for place in truth.STOPPED_MORE_DISTRICTS}
    assert set(judged.standing_out) == planted
    for place in truth.STOPPED_MORE_DISTRICTS:
        ratio = ratios[place, truth.STOPPED_MORE_GROUP]
        assert ratio.low < truth.STOPPED_MORE < ratio.high


def test_residents_are_the_poorer_benchmark_that_truth_says_they_are(whole, staff):
    rows = {(row.benchmark, row.group): row.ratio for row in benchmark.compared(whole, staff).rows}
    assert rows["residents", "black"].high < 0.8
    assert rows["commuting_drivers", "black"].value > 0.9


def test_comparable_stops_and_look_alikes_agree_on_the_low_bar_group(whole, staff):
    models = {group.group: group.controls[-1].difference for group in adjusted.answer(whole, staff).result.groups}
    alike = {one.target: one.difference for one in matched.answer(whole, staff).result}
    expected = _expected(truth.LOW_BAR_GROUP, whole, staff)
    for found in (models, alike):
        assert found[truth.LOW_BAR_GROUP].low > 0
        assert found[truth.LOW_BAR_GROUP].value == pytest.approx(expected, abs=0.035)
        assert abs(found[truth.MISLEADING_GROUP].value) < 0.02
    assert models[truth.LOW_BAR_GROUP].value == pytest.approx(alike[truth.LOW_BAR_GROUP].value, abs=0.02)


def _expected(group: str, house: House, scope: Scope) -> float:
    """How many points more often the planted thresholds have this group searched than the reference, over the group's own districts."""
    stops = {place: n for (place, own), (_, n) in family.search_rates(house, scope).items() if own == group}
    gap = 0.0
    for place, n in stops.items():
        own, base = (
            truth.search_and_hit(agency.risk(g, place), agency.discernment(g, place), truth.threshold(g, place))[0] for g in (group, truth.REFERENCE)
        )
        gap += (own - base) * n
    return gap / sum(stops.values())


def test_search_rates_of_the_low_bar_group_stand_out_where_the_bar_is_low(whole, staff):
    marked = set(family.answer(whole, staff).result.standing_out)
    for place in truth.LOW_BAR_DISTRICTS:
        assert f"{place}, Black" in marked
    for place in set(truth.DISTRICTS) - set(truth.LOW_BAR_DISTRICTS):
        assert f"{place}, Black" not in marked
    # A false discovery rate of 5 % lets about one of twenty marks be chance: nothing was planted here, and no more than one may appear.
    assert sum("Native American" in name for name in marked) <= 1


def test_at_equal_risk_the_low_bar_group_is_searched_more(whole, staff):
    answer = risk.answer(whole, staff)
    found = {row.group: row for row in answer.result.groups}
    own = found[truth.LOW_BAR_GROUP]
    assert own.at_equal_risk.difference.low > 0
    assert own.e_value.value > own.e_value.limit > 1
    assert any(mark.group == truth.LOW_BAR_GROUP for mark in answer.pictures[1].marks)


def test_the_planted_yearly_change_is_the_ratio_to_the_year_before(whole, staff):
    found = season.answer(whole, staff).result
    assert found.status is Status.OK
    assert found.ratio.low < 1 + truth.YEARLY_CHANGE < found.ratio.high
    assert not all(month.unusual for month in found.months)
