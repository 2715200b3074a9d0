"""The outcome test: Simpson's case by hand, published county counts, independent programs, planted infra-marginality."""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import MeasureError
from dashboard.schema.result import Status
from dashboard.settings import Settings
from dashboard.stats.outcome import PlaceCounts, RuleCounts, hit_rates, strip
from dashboard.stats.strata import Stratum, mean_of_places, mh_difference, mh_ratio

REAL = Path(__file__).parents[3] / "shared" / "data" / "stops" / "opp2017_county_thresholds.csv"
TWO_PLACES = Settings.of({"outcome.min_places": 2})
SIMPSON = [
    PlaceCounts("X", "black", 450, 126),
    PlaceCounts("X", "white", 50, 15),
    PlaceCounts("Y", "black", 50, 2),
    PlaceCounts("Y", "white", 450, 20),
]


def even(places=3, white=(100, 30), black=(100, 20)):
    return [PlaceCounts(f"d{place}", group, *counts) for place in range(places) for group, counts in (("white", white), ("black", black))]


def test_simpson_by_hand():
    result = hit_rates(SIMPSON, settings=TWO_PLACES)
    black = result.group("black")
    assert (round(black.hit_rate.value, 3), round(result.group("white").hit_rate.value, 3)) == (0.256, 0.070)
    assert [round(x, 3) for x in (black.mh_ratio.value, black.mh_ratio.low, black.mh_ratio.high)] == [0.929, 0.604, 1.430]
    assert (black.places_lower, black.places_compared) == (2, 2)
    assert black.simpson
    assert black.words == (
        "Searches of Black people find more overall than searches of White people because more of them happen where searches find more; "
        "within places they find less."
    )
    assert black.mh_difference.value < 0 < black.difference.value
    assert result.status is Status.CAUTION


def test_simpson_words_name_places_left_out():
    small = [PlaceCounts(f"small{place}", group, 49, hits) for place in range(20) for group, hits in (("black", 49), ("white", 0))]
    black = hit_rates([*even(), *small]).group("black")
    assert black.simpson
    assert "places with enough searches" in black.words


def test_signs_that_agree_are_not_simpson():
    black = hit_rates(even()).group("black")
    assert not black.simpson
    assert black.words == ""
    assert black.mh_ratio.value == pytest.approx(2 / 3)
    assert black.mh_difference.value == pytest.approx(-0.1)
    assert (black.mean_of_places.value, black.reference_mean_of_places.value) == pytest.approx((0.2, 0.3))


STRATA = [Stratum("a", 20, 100, 30, 120), Stratum("b", 5, 60, 9, 70), Stratum("c", 40, 90, 12, 51)]


def test_mantel_haenszel_ratio_equals_statsmodels():
    from statsmodels.stats.contingency_tables import StratifiedTable

    tables = [np.array([[one.a, one.n1 - one.a], [one.c, one.n0 - one.c]]) for one in STRATA]
    assert mh_ratio(STRATA).value == pytest.approx(StratifiedTable(tables).riskratio_pooled)


def test_mantel_haenszel_of_one_place_is_the_plain_comparison():
    # In one stratum Greenland & Robins reduce to Katz, and Sato's difference to the unpooled standard error up to order 1/N.
    from dashboard.stats.rates import risk_ratio

    one = Stratum("a", 30, 100, 20, 150)
    katz, mh = risk_ratio(30, 100, 20, 150).estimate, mh_ratio([one])
    assert (mh.value, mh.low, mh.high) == pytest.approx((katz.value, katz.low, katz.high))
    gap = mh_difference([one])
    unpooled = np.sqrt(0.3 * 0.7 / 100 + (20 / 150) * (130 / 150) / 150)
    assert gap.value == pytest.approx(30 / 100 - 20 / 150)
    assert (gap.high - gap.low) / 2 == pytest.approx(1.959964 * unpooled, rel=0.02)


def test_stratified_intervals_cover():
    """Sparse places (20 of them, 50 to 80 searches each), true difference -.05 and ratio .75 at a base of .2."""
    rng, runs, ratio_in, gap_in = np.random.default_rng(7), 1500, 0, 0
    for _ in range(runs):
        n1, n0 = rng.integers(50, 80, 20), rng.integers(50, 80, 20)
        a, c = rng.binomial(n1, 0.15), rng.binomial(n0, 0.2)
        strata = [Stratum(str(i), int(a[i]), int(n1[i]), int(c[i]), int(n0[i])) for i in range(20)]
        ratio, gap = mh_ratio(strata), mh_difference(strata)
        ratio_in += ratio.low <= 0.75 <= ratio.high
        gap_in += gap.low <= -0.05 <= gap.high
    assert 0.93 <= ratio_in / runs <= 0.97
    assert 0.93 <= gap_in / runs <= 0.97


def test_strata_without_hits():
    assert mh_ratio([Stratum("a", 0, 50, 5, 50)]).value == 0
    assert mh_ratio([Stratum("a", 0, 50, 5, 50)]).high is None
    assert mh_ratio([Stratum("a", 5, 50, 0, 50)]).value is None
    assert mh_ratio([Stratum("a", 50, 50, 50, 50)]).low is None
    assert mh_difference([]).value is None
    assert mh_difference([Stratum("a", 0, 50, 0, 50)]).low is None
    assert mean_of_places([]).value is None
    mean = mean_of_places([(10, 100), (30, 100)])
    assert mean.high - mean.value == pytest.approx(1.959964 * np.sqrt((0.09 + 0.21) / 100) / 2, rel=1e-6)


def test_equal_hits_is_pearsons_chi_square():
    from scipy.stats import chi2_contingency

    cells = [PlaceCounts("a", "white", 100, 30), PlaceCounts("a", "black", 80, 12), PlaceCounts("a", "hispanic", 90, 21)]
    peer = chi2_contingency([[30, 70], [12, 68], [21, 69]], correction=False)
    mine = hit_rates([*cells, PlaceCounts("a", "unknown", 10, 9)]).equal_hits
    assert (mine.statistic, mine.df, mine.p) == pytest.approx((peer.statistic, peer.dof, peer.pvalue))
    assert hit_rates(cells[:1]).equal_hits.p is None
    assert hit_rates([PlaceCounts("a", "white", 10, 0), PlaceCounts("a", "black", 10, 0)]).equal_hits.p is None


def test_gates_of_the_aggregate():
    def gap(searches):
        return hit_rates([PlaceCounts("a", "white", 500, 100), PlaceCounts("a", "black", searches, 5)]).group("black")

    assert gap(29).hit_rate.value is None
    assert gap(29).difference.value is None
    assert gap(30).difference.status is Status.CAUTION
    assert gap(50).difference.status is Status.OK


def test_gates_of_places():
    assert hit_rates(even(2)).group("black").mh_ratio.value is None
    assert "2 places" in hit_rates(even(2)).group("black").mh_ratio.reason
    assert hit_rates(even(3)).group("black").mh_ratio.known
    assert hit_rates(even(3, black=(49, 9))).group("black").places_compared == 0
    assert hit_rates(even(3, black=(49, 9)), settings=Settings.of({"outcome.min_per_place": 49})).group("black").places_compared == 3


def test_contradictions_are_refused_and_oddities_noted():
    with pytest.raises(MeasureError, match="5 rows contradict"):
        hit_rates([PlaceCounts("a", "white", 10, 15)])
    result = hit_rates([*even(), PlaceCounts("unknown", "black", 60, 6)], contraband_without_search=4)
    assert any("4 records" in note for note in result.notes)
    assert any("60 searches have no place" in note for note in result.notes)
    assert result.group("black").searches == 360
    assert result.group("black").places_compared == 3


def test_unknown_group_is_a_row_and_cautions():
    result = hit_rates([*even(), PlaceCounts("d0", "unknown", 100, 10)])
    assert result.group("unknown").difference is None
    assert result.group("unknown").searches == 100
    assert result.group("black").difference.status is Status.CAUTION
    assert result.group("black").mh_ratio.status is Status.CAUTION
    few = hit_rates([*even(), PlaceCounts("d0", "unknown", 60, 10)])
    assert few.group("black").difference.status is Status.OK


def test_the_place_that_moves_the_aggregate_is_named():
    airport = [PlaceCounts("airport", "white", 400, 360), PlaceCounts("airport", "black", 60, 50)]
    moves = hit_rates([*even(), *airport]).group("black").moves_most
    assert moves.place == "airport"
    assert moves.named
    assert moves.without == pytest.approx(-0.1)
    assert not hit_rates(even(6)).group("black").moves_most.named


def test_rules_side_by_side_and_headline():
    rules = [
        RuleCounts("opp", tuple(even()), set_aside=7, unclassified=2, basis_coverage=0.9),
        RuleCounts("all", tuple(even(white=(200, 30))), basis_coverage=0.9),
    ]
    result = strip(rules)
    assert result.headline.rule == "opp"
    assert [one.rule for one in result.results] == ["opp", "all"]
    assert any("7 searches set aside" in note for note in result.notes)
    assert strip(rules, settings=Settings.of({"outcome.searches": "all"})).headline.rule == "all"
    hardly = strip([RuleCounts("opp", tuple(even()), basis_coverage=0.4), rules[1]])
    assert hardly.headline.rule == "all"
    assert any("no rule is applied" in note for note in hardly.notes)
    with pytest.raises(MeasureError, match="sdut"):
        strip(rules, settings=Settings.of({"outcome.searches": "sdut"}))


def test_one_group_or_none():
    assert hit_rates([]).status is Status.UNAVAILABLE
    alone = hit_rates([PlaceCounts("a", "black", 100, 20)])
    assert alone.status is Status.UNAVAILABLE
    assert alone.group("black").hit_rate.known
    with pytest.raises(MeasureError, match="No search"):
        alone.group("white")


@given(st.lists(st.tuples(st.integers(50, 300), st.integers(1, 49), st.integers(50, 300), st.integers(1, 49)), min_size=3, max_size=8))
def test_exchanging_the_groups_turns_the_answer_over(places):
    cells = [PlaceCounts(str(i), group, *pair) for i, (n1, a, n0, c) in enumerate(places) for group, pair in (("black", (n1, a)), ("white", (n0, c)))]
    one, other = hit_rates(cells).group("black"), hit_rates(cells, "black").group("white")
    assert one.mh_ratio.value == pytest.approx(1 / other.mh_ratio.value)
    assert one.mh_ratio.low == pytest.approx(1 / other.mh_ratio.high)
    assert one.mh_difference.value == pytest.approx(-other.mh_difference.value)
    assert one.mh_difference.low == pytest.approx(-other.mh_difference.high)
    assert one.difference.low <= one.difference.value <= one.difference.high


def test_equal_bars_can_give_unequal_hit_rates():
    """Infra-marginality: both groups are searched above the same 10 % risk, but risk is spread differently (Simoiu et al. 2017)."""
    rng, cells = np.random.default_rng(11), []
    for place in range(5):
        for group, (alpha, beta) in (("white", (1.0, 9.0)), ("black", (2.0, 60.0))):
            risk = rng.beta(alpha, beta, 20000)
            searched = risk[risk > 0.10]
            cells.append(PlaceCounts(f"d{place}", group, len(searched), int((rng.random(len(searched)) < searched).sum())))
    black = hit_rates(cells).group("black")
    assert black.difference.high < 0
    assert black.mh_ratio.high < 1


@pytest.mark.real
@pytest.mark.skipif(not REAL.exists(), reason="the county file of the Stanford Open Policing Project is not kept beside the project")
def test_stanford_county_file():
    # Pierson et al. 2020, figure 4b: counts, search rate, hit rate and inferred threshold per county and group.
    from dashboard.stats.rates import proportion

    with REAL.open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == 1130
    county = defaultdict(dict)
    for row in rows:
        searches, hits, stops = int(row["num_searches"]), int(row["num_hits"]), int(row["num_stops"])
        assert proportion(searches, stops).value == float(row["search_rate"])
        group = row["driver_race"].split()[0].lower()
        result = hit_rates([PlaceCounts("x", group, searches, hits)], settings=Settings.of({"rates.min_n": 1})).group(group)
        if searches >= 30:
            assert result.hit_rate.value == float(row["hit_rate"])
        if searches:
            assert hits / searches == float(row["hit_rate"])
        county[row["state"], row["location_variable"]][group] = (hits / searches if searches else None, float(row["inferred_threshold"]))
    for group, hits_lower, bars_lower, places in (("black", 196, 268, 358), ("hispanic", 311, 351, 372)):
        pairs = [(own[group], own["white"]) for own in county.values() if group in own and "white" in own]
        assert len(pairs) == places
        assert sum(own[0] < white[0] for own, white in pairs) == hits_lower
        assert sum(own[1] < white[1] for own, white in pairs) == bars_lower


@pytest.mark.real
@pytest.mark.skipif(not REAL.exists(), reason="the county file of the Stanford Open Policing Project is not kept beside the project")
def test_count_of_places_on_the_county_file():
    with REAL.open(newline="") as handle:
        cells = [
            PlaceCounts(
                f"{row['state']} {row['location_variable']}", row["driver_race"].split()[0].lower(), int(row["num_searches"]), int(row["num_hits"])
            )
            for row in csv.DictReader(handle)
        ]
    result = hit_rates(cells, settings=Settings.of({"outcome.min_per_place": 1}))
    assert [(row.places_lower, row.places_compared) for row in result.groups if row.group != "white"] == [(196, 358), (311, 372)]
