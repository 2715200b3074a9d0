"""Are the planted truths in the sample, by plain arithmetic, and is there nothing where nothing was planted?"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy.stats import chi2_contingency
from statsmodels.stats.multitest import multipletests

from data_sources.sample import agency, light, truth

Rows = Callable[[str], pa.Table]


def _ratio(stops: pd.DataFrame, people: pd.DataFrame, group: str) -> tuple[float, float]:
    """How many times the reference's stops per person, and the standard error of its logarithm."""
    own, other = (stops["race_group"].eq(name).sum() for name in (group, truth.REFERENCE))
    value = (own / people[group]) / (other / people[truth.REFERENCE])
    return float(value), float(np.sqrt(1 / own + 1 / other))


def _people(rows: Rows, universe: str) -> pd.DataFrame:
    found = rows("population").to_pandas()
    return found[found["universe"] == universe].pivot_table(index="area_id", columns="group", values="population", observed=True)


def test_one_group_is_stopped_more_in_two_districts_only(rows: Rows, stops: pd.DataFrame) -> None:
    people = _people(rows, "commuting_drivers")
    p_values = []
    for district in truth.DISTRICTS:
        for group in ("black", "hispanic", "asian", "multiracial"):
            here = stops[stops["district"] == district]
            value, se = _ratio(here, people.loc[district], group)
            se *= np.sqrt(1.06)  # riders share the driver's group
            planted = truth.stopped_ratio(group, district)
            if planted > 1:
                assert abs(np.log(value / planted)) < 3.5 * se
                assert value / np.exp(4 * se) > 1
            p_values.append(2 * truth.above(abs(np.log(value / planted)) / se))
    assert not multipletests(p_values, 0.05, "fdr_bh")[0].any()


def test_residents_mislead_as_documented(rows: Rows, stops: pd.DataFrame) -> None:
    value, se = _ratio(stops, _people(rows, "residents").loc[truth.AGENCY], "black")
    assert value < 0.8
    better, _ = _ratio(stops, _people(rows, "commuting_drivers").loc[truth.AGENCY], "black")
    assert abs(np.log(better)) < 3.5 * se


def test_places_add_up_to_the_city(rows: Rows) -> None:
    for universe in ("residents", "drivers", "commuting_drivers", "not_at_fault_drivers"):
        people = _people(rows, universe)
        assert people.loc[list(truth.DISTRICTS)].to_numpy().sum(axis=0) == pytest.approx(people.loc[truth.AGENCY].to_numpy(), abs=6)


def _evening(stops: pd.DataFrame) -> pd.DataFrame:
    """Vehicle stops between the earliest and the latest dusk, in full daylight or full dark."""
    known = stops[stops["time_known"] & stops["stop_type"].eq("vehicular") & stops["person_role"].eq("driver")].copy()
    day = (pd.to_datetime(known["date"]) - pd.Timestamp(truth.FIRST)).dt.days.to_numpy()
    minute = known["minute"].to_numpy(dtype=int)
    depth = light.darkness()
    evening = np.array([720 + int(np.argmax(row[720:] >= 1)) for row in depth])
    known["dark"] = depth[day, minute]
    inside = (minute >= evening.min()) & (minute <= evening.max()) & ((known["dark"] == 0) | (known["dark"] == 1))
    return known[inside]


def _beta(window: pd.DataFrame, group: str) -> tuple[float, float]:
    """Mantel-Haenszel log odds ratio of the group, dark against light, over ten-minute strata of the clock; Robins-Breslow-Greenland error."""
    pair = window[window["race_group"].isin([group, truth.REFERENCE])]
    table = pd.crosstab([pair["minute"] // 10], [pair["race_group"].eq(group), pair["dark"].eq(1)])
    a, b, c, d = (table[key].to_numpy(dtype=float) for key in ((True, True), (True, False), (False, True), (False, False)))
    n = a + b + c + d
    r, s, p, q = a * d / n, b * c / n, (a + d) / n, (b + c) / n
    variance = (p * r).sum() / (2 * r.sum() ** 2) + (p * s + q * r).sum() / (2 * r.sum() * s.sum()) + (q * s).sum() / (2 * s.sum() ** 2)
    return float(np.log(r.sum() / s.sum())), float(np.sqrt(variance))


def test_darkness_lowers_one_group_by_beta_and_no_other(stops: pd.DataFrame) -> None:
    window = _evening(stops)
    beta, se = _beta(window, truth.DARKNESS_GROUP)
    assert abs(beta - truth.DARKNESS_BETA) < 3 * se
    assert beta + 3 * se < 0
    for group in ("hispanic", "asian", "multiracial"):
        beta, se = _beta(window, group)
        assert abs(beta) < 3 * se


def test_clock_mix_is_the_same_in_all_seasons(stops: pd.DataFrame) -> None:
    noon = stops[stops["time_known"] & stops["minute"].between(600, 899)]
    quarter = pd.to_datetime(noon["date"]).dt.quarter
    for group in ("black", "hispanic"):
        assert chi2_contingency(pd.crosstab(quarter, noon["race_group"].eq(group)))[1] > 0.001


def _z(found: float, trials: float, expected: float) -> float:
    return (found - trials * expected) / np.sqrt(trials * expected * (1 - expected))


def test_search_and_hit_rates_are_those_of_the_planted_thresholds(stops: pd.DataFrame) -> None:
    cells = stops.groupby(["district", "race_group"], observed=True).agg(n=("choice", "size"), s=("choice", "sum"), h=("hit", "sum"))
    scores = []
    for district in truth.DISTRICTS[:-1]:
        for group in ("white", "black", "hispanic", "asian"):
            n, s, h = cells.loc[(district, group)]
            search, hit = truth.search_and_hit(agency.risk(group, district), agency.discernment(group, district), truth.threshold(group, district))
            scores += [_z(s, n, search), _z(h, s, hit)]
    assert not multipletests([2 * truth.above(abs(score)) for score in scores], 0.05, "fdr_bh")[0].any()
    assert np.std(scores) < 1.3


def test_a_lower_bar_means_more_searches_and_fewer_hits_only_where_planted(stops: pd.DataFrame) -> None:
    for district in truth.DISTRICTS[:-1]:
        here = stops[stops["district"] == district].groupby("race_group", observed=True)["choice"].mean()
        ratio = here[truth.LOW_BAR_GROUP] / here[truth.REFERENCE]
        assert ratio > 1.6 if district in truth.LOW_BAR_DISTRICTS else 0.75 < ratio < 1.3


def test_the_hit_rate_alone_misleads_for_one_group(stops: pd.DataFrame) -> None:
    found = stops[stops["choice"]].groupby("race_group", observed=True)["hit"].agg(["mean", "size"])
    own, other = found.loc[truth.MISLEADING_GROUP], found.loc[truth.REFERENCE]
    se = np.sqrt(own["mean"] * (1 - own["mean"]) / own["size"] + other["mean"] * (1 - other["mean"]) / other["size"])
    assert own["mean"] - other["mean"] < -3 * se
    assert all(truth.threshold(truth.MISLEADING_GROUP, district) == truth.THRESHOLD for district in truth.DISTRICTS)


def test_nothing_else_differs_by_group(stops: pd.DataFrame) -> None:
    drivers = stops[(stops["stop_type"] == "vehicular") & stops["race_group"].isin(["white", "black", "hispanic", "asian"])]
    quiet = drivers[~drivers["searched"]].copy()
    quiet["long"], quiet["camera"] = quiet["duration_min"] > 11, quiet["bwc_recorded"].eq(True)
    quiet["cited"], quiet["woman"], quiet["young"] = quiet["outcome"].eq("citation"), quiet["sex"].eq("female"), quiet["age"] < 25
    quiet["equipment"] = quiet["stop_reason_group"].eq("traffic_moving")
    names = ("long", "camera", "cited", "woman", "young", "frisked", "force_used", "equipment")
    p_values = [chi2_contingency(pd.crosstab(quiet["race_group"], quiet[name]))[1] for name in names if quiet[name].nunique() > 1]
    arrested = stops[stops["arrest_made"]]
    p_values.append(chi2_contingency(pd.crosstab(arrested["race_group"].eq("black"), arrested["force_used"]))[1])
    assert len(p_values) >= 8
    assert not multipletests(p_values, 0.05, "fdr_bh")[0].any()


def test_complaint_findings_do_not_depend_on_the_group(rows: Rows) -> None:
    cases = rows("complaints").to_pandas()
    closed = cases[(cases["status"] == "closed") & cases["complainant_race_group"].isin(["white", "black", "hispanic"])]
    assert chi2_contingency(pd.crosstab(closed["complainant_race_group"], closed["finding"].eq("sustained")))[1] > 0.005
    assert (cases["incident_date"] <= cases["received_date"]).all()
    assert (cases["closed_date"].dropna() <= truth.LAST).all()


def test_the_two_race_rules_differ_a_little(stops: pd.DataFrame) -> None:
    hispanic, doj = stops["race_group"].eq("hispanic"), stops["race_group_doj"].eq("hispanic")
    assert 0.12 < 1 - doj.sum() / hispanic.sum() < 0.18
    assert stops.loc[hispanic & ~doj, "race_group_doj"].eq("multiracial").all()
    assert stops["race_group"].eq("unknown").mean() == pytest.approx(truth.UNKNOWN_SHARE, rel=0.1)
