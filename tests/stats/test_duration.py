"""Do the curves equal published ones and a reference implementation, and do their intervals hold the truth as often as they say?"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from dashboard.errors import MeasureError
from dashboard.schema.result import Status
from dashboard.settings import Settings
from dashboard.stats import duration, survival
from dashboard.stats.survival import Spell

# Freireich et al. 1963, 6-mercaptopurine arm: weeks in remission, + still in remission (Cox and Oakes 1984, table 1.1).
REMISSION = [6, 6, 6, 7, 10, 13, 16, 22, 23]
STILL = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
LOOSE = Settings.of({"complaints.min_cases": 1, "complaints.min_decisions": 1, "complaints.target_days": 10})


def spells(days, outcomes):
    return [Spell(float(day), "" if outcome == 0 else str(outcome)) for day, outcome in zip(days, outcomes, strict=True)]


def test_freireich_1963():
    found = survival.curve([Spell(day, "relapse") for day in REMISSION] + [Spell(day, "") for day in STILL])
    assert found.days == (6, 7, 10, 13, 16, 22, 23)
    assert found.at_risk == (21, 17, 15, 12, 11, 7, 6)
    assert found.survival == pytest.approx((0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448), abs=0.0005)
    assert survival.median(found).value == 23
    assert survival.median(found).high is None  # the upper limit is not reached, as published


def test_competing_outcomes_by_hand():
    found = survival.curve(spells(range(1, 11), (1, 0, 2, 1, 0, 2, 1, 1, 0, 2)))
    assert [found.share_of("1", day) for day in (1, 4, 7, 8)] == pytest.approx([0.1, 0.2125, 0.3475, 0.4825])
    assert [found.share_of("2", day) for day in (3, 6, 10)] == pytest.approx([0.1125, 0.2475, 0.5175])
    assert found.share_of("1", 10) + found.share_of("2", 10) == pytest.approx(1.0)
    alone = survival.curve(
        [Spell(one.days, one.outcome if one.outcome == "1" else "") for one in spells(range(1, 11), (1, 0, 2, 1, 0, 2, 1, 1, 0, 2))]
    )
    assert 1 - alone.survival[-1] == pytest.approx(0.614, abs=0.0005)  # what one minus Kaplan-Meier would say, which is wrong


def drawn(rng, n, censored_at=60.0):
    """Waiting times with two competing outcomes and censoring on whole days."""
    first, second = rng.exponential(40, n), rng.exponential(80, n)
    stop = rng.uniform(5, censored_at, n)
    days = np.ceil(np.minimum(np.minimum(first, second), stop))
    code = np.where(np.minimum(first, second) > stop, 0, np.where(first < second, 1, 2))
    return days, code


def test_as_statsmodels():
    days, code = drawn(np.random.default_rng(3), 400)
    found = survival.curve(spells(days, code))
    theirs = SurvfuncRight(days, (code > 0).astype(int))
    assert found.days == tuple(theirs.surv_times)
    assert found.survival == pytest.approx(tuple(theirs.surv_prob))
    assert found.at_risk == pytest.approx(tuple(theirs.n_risk))
    middle = survival.median(found)
    low, high = theirs.quantile_ci(0.5, method="cloglog")
    assert (middle.value, middle.low, middle.high) == (theirs.quantile(0.5), low, high)
    cumulative = CumIncidenceRight(days, code)
    for name, values in zip(("1", "2"), cumulative.cinc, strict=True):
        assert [found.share_of(name, day) for day in cumulative.times] == pytest.approx(list(values))


def test_late_entry_is_left_truncation():
    entered = [0, 0, 3, 3, 6]
    days, event = [2, 7, 5, 9, 8], [1, 1, 1, 0, 1]
    found = survival.curve([Spell(d, "x" if e else "", 1, a) for d, e, a in zip(days, event, entered, strict=True)])
    theirs = SurvfuncRight(np.array(days, float), np.array(event), entry=np.array(entered, float))
    assert found.at_risk == pytest.approx(tuple(theirs.n_risk))
    assert found.survival == pytest.approx(tuple(theirs.surv_prob))


def test_counts_are_the_same_as_single_cases():
    days, code = drawn(np.random.default_rng(5), 200)
    single = survival.curve(spells(days, code))
    keys, n = np.unique(np.stack([days, code], axis=1), axis=0, return_counts=True)
    grouped = survival.curve([Spell(day, "" if c == 0 else str(int(c)), int(k)) for (day, c), k in zip(keys, n, strict=True)])
    assert grouped.survival == pytest.approx(single.survival)
    assert grouped.high == pytest.approx(single.high)


def test_the_intervals_hold_the_truth_as_often_as_they_say():
    rng, runs, hits, hits_of_one = np.random.default_rng(11), 250, 0, 0
    day = 30
    rate = 1 / 40 + 1 / 80
    truth = 1 - math.exp(-rate * day)
    first = (1 / 40) / rate * truth
    for _ in range(runs):
        days, code = drawn(rng, 150)
        cases = spells(days, code)
        whole = survival.ended_by(survival.curve(cases), day)
        hits += whole.low <= truth <= whole.high
        one = survival.incidence_by(cases, day, draws=300)["1"]
        hits_of_one += one.low <= first <= one.high
    assert 0.91 <= hits / runs <= 0.985
    assert 0.90 <= hits_of_one / runs <= 0.985


def test_ignoring_open_cases_would_mislead_and_counting_them_does_not():
    """A backlog: half of the cases of the last year are still open. The mean of the closed ones is far too quick."""
    rng = np.random.default_rng(4)
    truth = np.ceil(rng.exponential(200, 4000))
    seen = rng.uniform(1, 365, 4000)
    cases = [Spell(min(t, s), "decided" if t <= s else "") for t, s in zip(truth, np.floor(seen), strict=True)]
    middle = survival.median(survival.curve(cases))
    assert middle.low <= np.median(truth) <= middle.high
    assert np.median([one.days for one in cases if one.outcome]) < 0.6 * np.median(truth)


def test_the_measure_says_what_it_lacks():
    few = duration.time_to_decision([Spell(20, "sustained", 12), Spell(40, "", 3)])
    assert few.by_target.status is Status.UNAVAILABLE
    assert "needed at least 30" in few.by_target.reason
    short = duration.time_to_decision([Spell(20, "sustained", 40), Spell(40, "", 10)])
    assert "Follow-up" in short.by_target.reason
    assert short.median.value == 20
    found = duration.time_to_decision([Spell(20, "sustained", 5), Spell(8, "unfounded", 20), Spell(40, "", 10), Spell(4, "", 5)], LOOSE)
    assert (found.cases, found.ended, found.open, found.open_past_target) == (40, 25, 15, 10)
    assert dict(found.outcomes)["unfounded"].value == pytest.approx(found.by_target.value)


def test_all_footage_still_open_is_nought_and_not_reached():
    found = duration.time_to_release([Spell(200, "", 20)])
    assert found.by_target.value == 0.0
    assert 0 < found.by_target.high < 0.2
    assert (found.median.value, found.median.low, found.median.status) == (None, 200, Status.OK)


def test_groups_are_compared_at_the_target_day():
    one, other = ([Spell(5, "x", hits), Spell(20, "x", 100 - hits)] for hits in (70, 40))
    groups = {"a": duration.time_to_decision(one, LOOSE), "b": duration.time_to_decision(other, LOOSE)}
    gap = duration.compared(groups, "b")["a"]
    assert gap.value == pytest.approx(0.3)
    assert gap.low > 0.15
    assert gap.high < 0.45


def test_days_below_nought_are_refused():
    with pytest.raises(MeasureError, match="at least 0 days"):
        survival.curve([Spell(-1, "x")])


@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["", "a", "b"]), st.integers(1, 4)), max_size=30))
def test_shares_stay_between_nought_and_one_and_add_up(cases):
    found = survival.curve([Spell(*one) for one in cases])
    assert all(
        0 <= low <= value + 1e-9 and value <= high + 1e-9 <= 1 + 1e-6 for low, value, high in zip(found.low, found.survival, found.high, strict=True)
    )
    if found.days:
        together = sum(values[-1] for _, values in found.incidence)
        assert together == pytest.approx(1 - found.survival[-1])
