"""The veil of darkness: a published table, planted effects, models of other programs, and every gate."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from dashboard.errors import MeasureError, NotEnoughData
from dashboard.schema.result import Status
from dashboard.settings import Settings
from dashboard.stats import darkness
from dashboard.stats.darkness import Place, VeilCounts
from dashboard.stats.twilight import VeilEvenings, evening, tables_for
from dashboard.stats.veil_atoms import atoms_of
from dashboard.stats.veil_cells import calendar, classify, gather
from dashboard.stats.veil_model import Plan, design_of, fitted, pair_of, usable
from dashboard.stats.veil_planted import ZONE, planted_places, planted_stops

# San Diego Police Department 2019, published by the San Diego Union-Tribune: window stops in daylight and in the dark
SDPD_2019 = {
    "white": (2038, 1414),
    "black": (1029, 766),
    "hispanic": (2146, 1669),
    "asian": (462, 355),
    "middle_eastern_south_asian": (210, 170),
    "pacific_islander": (53, 40),
    "multiracial": (22, 8),
    "native_american": (7, 7),
}


@pytest.fixture(scope="module")
def stops() -> VeilCounts:
    return planted_stops(60_000, (0.0, -0.2), 7)


@pytest.fixture(scope="module")
def result(stops: VeilCounts) -> darkness.VeilResult:
    return darkness.veil(stops, planted_places(6), "white", ZONE)


def _two_dates(light: dict[str, int], dark: dict[str, int]) -> VeilCounts:
    """Everybody at 18:45 at one place: on a June day in the light, on a January day in the dark."""
    rows = [("2019-06-20", 18 * 60 + 45, "town", group, n) for group, n in light.items()]
    rows += [("2019-01-20", 18 * 60 + 45, "town", group, n) for group, n in dark.items()]
    return VeilCounts.of(*(list(column) for column in zip(*rows, strict=True)))


def test_sdpd_2019_crude_odds_ratios() -> None:
    assert tuple(map(sum, zip(*SDPD_2019.values(), strict=True))) == (5967, 4429)
    expected = {"hispanic": (0.892, 0.813, 0.979), "black": (0.932, 0.830, 1.046), "asian": (0.903, 0.774, 1.053)}
    for group, numbers in expected.items():
        ratio = darkness.crude_odds_ratio(*SDPD_2019[group], *SDPD_2019["white"])
        assert [round(value, 3) for value in (ratio.value, ratio.low, ratio.high)] == list(numbers)


def test_sdpd_2019_through_the_whole_measure() -> None:
    counts = _two_dates({group: pair[0] for group, pair in SDPD_2019.items()}, {group: pair[1] for group, pair in SDPD_2019.items()})
    found = darkness.veil(counts, {"town": Place("town", 32.72, -117.16)}, "white", "America/Los_Angeles", variants=False)
    rows = {row.group: row for row in found.groups}
    assert round(rows["hispanic"].crude.value, 3) == 0.892
    assert (rows["black"].light, rows["black"].dark) == (1029, 766)
    assert rows["hispanic"].share_light.value == pytest.approx(2146 / 5967)
    assert rows["hispanic"].share_dark.value == pytest.approx(1669 / 4429)
    # 22 and 8 are below 30 on each side: no model, but the plain counts stay
    assert rows["multiracial"].beta.status is Status.UNAVAILABLE
    assert rows["multiracial"].beta.value is None
    assert "30 in daylight" in rows["multiracial"].beta.reason
    # one day of light and one of dark: darkness and season cannot be told apart
    assert rows["hispanic"].beta.status is Status.UNAVAILABLE
    assert "never meet" in rows["hispanic"].beta.reason
    order = ["black", "hispanic", "asian", "pacific_islander", "native_american", "middle_eastern_south_asian", "multiracial"]
    assert [row.group for row in found.groups] == order


def test_planted_effects_are_recovered(result: darkness.VeilResult) -> None:
    black, hispanic = result.groups
    assert black.beta.low < 0.0 < black.beta.high
    assert hispanic.beta.low < -0.2 < hispanic.beta.high
    assert hispanic.beta.high < 0
    assert hispanic.odds_ratio.low > 1
    assert hispanic.odds_ratio.value == pytest.approx(np.exp(-hispanic.beta.value))
    assert result.clustered_by == "date"
    assert result.clusters == 730


def test_beside_list_is_complete_and_ranged(result: darkness.VeilResult) -> None:
    row = result.groups[1]
    keys = [variant.key for variant in row.variants]
    assert keys[:5] == ["season", "dusk-2", "dusk-1", "dusk+1", "dusk+2"]
    assert keys[5:10] == ["df3", "df4", "df5", "df7", "df8"]
    assert keys[10:] == ["no_place", "no_calendar", "no_controls", "time_by_place", "clock_change"]
    values = [variant.beta.value for variant in row.variants] + [row.beta.value]
    assert all(variant.se > 0 for variant in row.variants)
    assert row.beta_range == (min(values), max(values))
    assert row.depends_on_model == (min(values) < 0 < max(values))
    change = next(variant for variant in row.variants if variant.key == "clock_change")
    assert change.beta.low < -0.2 < change.beta.high
    assert change.se > row.se


def test_a_sign_that_depends_on_the_model_is_said() -> None:
    found = darkness.veil(planted_stops(20_000, (0.0, -0.4), 3), planted_places(6), "white", ZONE)
    null, planted = found.groups
    assert null.depends_on_model
    assert null.beta.status is Status.CAUTION
    assert "sign depends on the model" in null.beta.reason
    assert not planted.depends_on_model


def by_officer(counts: VeilCounts) -> VeilCounts:
    """The same stops with the date as their officer: every stop stays a row of its own."""
    return replace(counts, cluster=(counts.date - counts.date.min()).astype(np.int64))


@pytest.mark.parametrize("control", ["smooth", "season"])
def test_cells_equal_row_level_model_of_another_program(control: str) -> None:
    counts = by_officer(planted_stops(6000, (-0.3,), 5, places=3))
    cells = classify(counts, planted_places(3), ZONE)
    pair, plan = pair_of(cells, 1, np.array([0])), Plan(6, calendar=control)
    found = fitted(pair, plan)
    told = usable(pair, plan)
    assert (told.n > 0).all()
    dense = design_of(pair.cells, told, plan).dense()[cells.cell]
    clusters = np.repeat(np.arange(len(cells.starts) - 1), np.diff(cells.starts))
    peer = sm.GLM(cells.by_group[1], dense, family=sm.families.Binomial()).fit(cov_type="cluster", cov_kwds={"groups": clusters}, tol=1e-12)
    assert found.beta == pytest.approx(peer.params[-1], abs=1e-6)
    # statsmodels counts every column; ours does too, so the small-sample factor is the same
    assert found.se == pytest.approx(peer.bse[-1], abs=1e-4)


def test_bins_of_five_minutes_and_of_a_week_move_beta_by_less_than_a_tenth_of_its_error() -> None:
    stops = planted_stops(60_000, (0.0, -0.2), 7, drift=0.2)
    places = planted_places(6)
    for group in (1, 2):
        usual, minute, day = (
            fitted(pair_of(classify(stops, places, ZONE, **finer), group, np.array([0])), Plan(6)) for finer in ({}, {"bin_minutes": 1}, {"week": 1})
        )
        assert abs(usual.beta - minute.beta) < 0.1 * minute.se
        assert abs(usual.beta - day.beta) < 0.1 * day.se


def test_adding_up_dates_within_cells_changes_nothing() -> None:
    counts = planted_stops(150_000, (-0.2,), 9, places=2, years=1)
    joined = classify(counts, planted_places(2), ZONE)
    rows = classify(by_officer(counts), planted_places(2), ZONE)
    assert len(joined.cell) < len(rows.cell) / 2
    first, second = (fitted(pair_of(cells, 1, np.array([0])), Plan(6)) for cells in (joined, rows))
    assert first.beta == pytest.approx(second.beta, abs=1e-10)
    assert first.se == pytest.approx(second.se, rel=1e-9)


@pytest.mark.parametrize("shift", [-2, 0, 1])
def test_moving_dusk_is_the_same_as_judging_every_stop_by_its_own_minute(shift: int) -> None:
    stops, places = planted_stops(8_000, (-0.3,), 4, places=2), planted_places(2)
    tables = tables_for(stops, places, ZONE)
    days = calendar(tables)
    main, moved = gather(atoms_of(stops, tables), tables, days, shifts=(-2, 1))
    counts = moved[shift].counts if shift else main.counts
    expected: Counter[tuple[int, ...]] = Counter()
    for date, minute, place, group in zip(stops.date, stops.minute.astype(int), stops.place, stops.group, strict=True):
        day = int((date - tables.first).astype(int))
        low, sunset, dusk, high = (int(table[place, day]) + shift for table in (tables.low, tables.sunset, tables.dusk, tables.high))
        if low <= minute <= high and not sunset <= minute <= dusk:
            expected[int(place), minute // 5 * 5 + 2, int(minute > dusk), int(days.level[day]), int(group)] += 1
    cells = main.cells
    found = Counter(
        {
            (int(cells.place[at]), int(cells.bins[cells.clock[at] // 2]), int(cells.dark[at]), int(cells.level[at]), group): int(counts[group, at])
            for group, at in zip(*np.nonzero(counts), strict=True)
        }
    )
    assert found == expected
    again = np.zeros_like(counts)
    np.add.at(again.T, main.cell, main.by_group.T)
    if shift:
        np.add.at(again.T, moved[shift].cell, moved[shift].by_group.T)
    assert (again == counts).all()


def as_evenings(counts: VeilCounts, first: int = 900, rows_at_a_time: int = 700) -> VeilEvenings:
    """The same stops an evening at a time."""
    key = ((counts.date - counts.date.min()).astype(np.int64) * len(counts.places) + counts.place) * len(counts.groups) + counts.group
    used, row = np.unique(key, return_inverse=True)
    wide = np.zeros((len(used), 480), np.uint16)
    np.add.at(wide, (row, counts.minute - first), counts.n.astype(np.uint16))
    rest = used // len(counts.groups)

    def blocks() -> Iterator[tuple[slice, np.ndarray]]:
        for start in range(0, len(used), rows_at_a_time):
            here = slice(start, min(start + rows_at_a_time, len(used)))
            yield here, wide[here]

    date = counts.date.min() + rest // len(counts.places)
    place, group = (rest % len(counts.places)).astype(np.int32), (used % len(counts.groups)).astype(np.int32)
    return VeilEvenings(date, place, group, counts.places, counts.groups, first, 480, blocks)


@pytest.mark.parametrize("changes", [{}, {"darkness.edges": "strict"}, {"darkness.shift_minutes": 0}, {"darkness.window": "file"}])
def test_evenings_and_counts_give_the_same_answer(changes: dict[str, object]) -> None:
    counts, settings = planted_stops(40_000, (0.1, -0.2), 8, places=3), Settings.of(changes)
    left, right = (darkness.veil(one, planted_places(3), "white", ZONE, settings) for one in (counts, as_evenings(counts)))
    assert (left.set_aside, left.window_stops, left.clusters, left.gates) == (right.set_aside, right.window_stops, right.clusters, right.gates)
    for one, other in zip(left.groups, right.groups, strict=True):
        assert (one.light, one.dark, one.gates) == (other.light, other.dark, other.gates)
        assert one.se == pytest.approx(other.se, rel=1e-9)
        for first, second in zip(one.variants, other.variants, strict=True):
            assert first.key == second.key
            assert first.beta.value == pytest.approx(second.beta.value, abs=1e-9)
            assert first.se == pytest.approx(second.se, rel=1e-9)


def _expected_counts(beta: float, swing: float) -> VeilCounts:
    """Not stops but their expected numbers: no chance at all, so that what is found beside the planted beta is bias."""
    tables = tables_for(planted_stops(50, (0.0,), 1, places=1), planted_places(1), ZONE)
    day, minute = (part.ravel() for part in np.meshgrid(np.arange(tables.days), np.arange(960, 1291), indexing="ij"))
    dark = minute > tables.dusk[0][day]
    odds = np.exp(-0.4 + 0.3 * np.sin((minute - 900) / 120) + swing * np.cos(2 * np.pi * day / 365.25) + beta * dark)
    share = odds / (1 + odds)
    date = np.concatenate([tables.first + day] * 2).astype("datetime64[D]")
    group = np.repeat([0, 1], len(day)).astype(np.int32)
    n = 10 * np.concatenate([1 - share, share])
    return VeilCounts(date, np.tile(minute, 2).astype(np.int16), np.zeros(len(n), np.int32), group, n, ("district 00",), ("white", "black"))


@pytest.mark.parametrize(("beta", "swing"), [(-0.2, 0.1), (0.0, 0.3)])
def test_a_share_that_drifts_slowly_does_not_leak_into_beta(beta: float, swing: float) -> None:
    pair = pair_of(classify(_expected_counts(beta, swing), planted_places(1), ZONE), 1, np.array([0]))
    smooth, season = (fitted(pair, Plan(6, calendar=control)).beta for control in ("smooth", "season"))
    assert smooth == pytest.approx(beta, abs=0.003)
    # the published method: half the swing of the share is read as an effect of darkness
    assert season - beta > 0.4 * swing


def test_the_setting_puts_the_other_control_beside_the_headline() -> None:
    counts, places = planted_stops(30_000, (-0.2,), 2, drift=0.2), planted_places(6)
    smooth = darkness.veil(counts, places, "white", ZONE).groups[0]
    season = darkness.veil(counts, places, "white", ZONE, Settings.of({"darkness.calendar": "season"})).groups[0]
    assert season.beta.value == pytest.approx({row.key: row.beta.value for row in smooth.variants}["season"], abs=1e-6)
    assert smooth.beta.value == pytest.approx({row.key: row.beta.value for row in season.variants}["smooth"], abs=1e-6)
    assert smooth.beta.value < season.beta.value - 0.03


def test_counts_and_single_stops_give_the_same_answer(stops: VeilCounts) -> None:
    key = ((stops.date.astype(int) * 1440 + stops.minute) * 6 + stops.place) * 3 + stops.group
    _, first, n = np.unique(key, return_index=True, return_counts=True)
    names, groups = np.array(stops.places, dtype=object), np.array(stops.groups, dtype=object)
    grouped = VeilCounts.of(stops.date[first], stops.minute[first], names[stops.place[first]], groups[stops.group[first]], n)
    a = darkness.veil(stops, planted_places(6), "white", ZONE, variants=False)
    b = darkness.veil(grouped, planted_places(6), "white", ZONE, variants=False)
    for left in a.groups:
        right = next(row for row in b.groups if row.group == left.group)
        assert right.beta.value == pytest.approx(left.beta.value, abs=1e-9)
        assert right.se == pytest.approx(left.se, rel=1e-9)
    assert a.set_aside == b.set_aside


def test_every_stop_is_in_the_model_or_counted_as_set_aside(stops: VeilCounts) -> None:
    cells = classify(stops, planted_places(6), ZONE)
    left = cells.set_aside
    assert left.twilight > 0
    assert left.outside_window > 0
    assert cells.by_group.sum() + left.clock_change + left.no_dusk + left.outside_window + left.twilight == 60_000
    assert cells.counts.sum() == cells.by_group.sum()
    low, high = evening(list(planted_places(6).values()), dt.date(2018, 1, 1), dt.date(2019, 12, 31), ZONE)
    single = classify(by_officer(stops), planted_places(6), ZONE)
    order = np.argsort(stops.date, kind="stable")
    assert single.set_aside == left
    assert low <= stops.minute[order][single.kept].min()
    assert stops.minute[order][single.kept].max() <= high


def test_no_clock_changes_no_clock_change_variant() -> None:
    counts = planted_stops(30_000, (-0.2,), 2)
    row = darkness.veil(counts, {name: Place(name, 33.4, -112.0) for name in counts.places}, "white", "America/Phoenix").groups[0]
    change = row.variants[-1]
    assert change.beta.status is Status.UNAVAILABLE
    assert "no clock changes" in change.beta.reason


def test_officer_clusters_replace_dates(stops: VeilCounts) -> None:
    officers = np.random.default_rng(0).integers(0, 55, len(stops.n))
    found = darkness.veil(replace(stops, cluster=officers), planted_places(6), "white", ZONE, variants=False)
    assert (found.clustered_by, found.clusters) == ("officer", 55)
    few = darkness.veil(replace(stops, cluster=officers % 8), planted_places(6), "white", ZONE, variants=False)
    assert few.groups[0].beta.status is Status.CAUTION
    assert "lower bound" in few.groups[0].beta.reason


def test_unknown_group_is_counted_and_never_compared(stops: VeilCounts) -> None:
    unknown = replace(stops, groups=("white", "unknown", "hispanic"))
    found = darkness.veil(unknown, planted_places(6), "white", ZONE, variants=False)
    assert [row.group for row in found.groups] == ["hispanic"]
    assert found.unknown_stops > 0
    assert found.groups[0].beta.status is Status.CAUTION
    assert "unknown" in found.groups[0].beta.reason


def test_each_group_against_all_others(stops: VeilCounts) -> None:
    found = darkness.veil(stops, planted_places(6), darkness.ALL_OTHERS, ZONE, variants=False)
    assert [row.group for row in found.groups] == ["white", "black", "hispanic"]
    white = found.groups[0]
    assert white.reference_light == sum(row.light for row in found.groups[1:])


def test_rounded_clock_times_and_incomplete_years_are_cautions(stops: VeilCounts) -> None:
    rounded = replace(stops, minute=(stops.minute // 30 * 30).astype(np.int16))
    found = darkness.veil(rounded, planted_places(6), "white", ZONE, variants=False)
    assert [gate.passed for gate in found.gates] == [True, False]
    assert "rounded" in found.groups[0].beta.reason
    late = stops.date > np.datetime64("2018-02-01")
    part = replace(stops, date=stops.date[late], minute=stops.minute[late], place=stops.place[late], group=stops.group[late], n=stops.n[late])
    found = darkness.veil(part, planted_places(6), "white", ZONE, variants=False)
    assert found.gates[0].found == "6 of 12 place-years, with 52.5% of the stops"
    assert "6 of 12" in found.groups[0].beta.reason


def test_midnight_spike_is_seen_in_the_whole_day() -> None:
    day = np.full(1440, 10.0)
    assert darkness.heaping(np.arange(1440), day) == (pytest.approx(2 / 60), False)
    day[0] = 500
    assert darkness.heaping(np.arange(1440), day)[1]


def test_refusals(stops: VeilCounts) -> None:
    with pytest.raises(NotEnoughData, match="reference group 'martian'"):
        darkness.veil(stops, planted_places(6), "martian", ZONE)
    with pytest.raises(MeasureError, match="No coordinates for district 05"):
        darkness.veil(stops, planted_places(5), "white", ZONE)
    with pytest.raises(MeasureError, match="0 to 1439"):
        VeilCounts.of(["2019-01-01"], [1440], ["town"], ["white"], [1])
    with pytest.raises(MeasureError, match="negative"):
        VeilCounts.of(["2019-01-01"], [140], ["town"], ["white"], [-1])
    with pytest.raises(MeasureError, match="no place or no group"):
        VeilCounts.of(["2019-01-01"], [140], ["town"], [None], [1])
    empty = VeilCounts.of(np.array([], dtype="datetime64[D]"), [], [], [], [])
    with pytest.raises(MeasureError, match="no stops"):
        darkness.veil(empty, {}, "white", ZONE)


@pytest.mark.slow
@pytest.mark.parametrize("drift", [0.0, 0.2])
def test_planted_betas_are_covered_at_the_stated_rate(drift: float) -> None:
    runs, inside, published = 120, np.zeros(2), np.zeros(2)
    for seed in range(runs):
        counts = planted_stops(12_000, (0.0, -0.2), 1000 + seed, places=4, day_sd=0.1, drift=drift)
        for total, control in ((inside, "smooth"), (published, "season")):
            found = darkness.veil(counts, planted_places(4), "white", ZONE, Settings.of({"darkness.calendar": control}), variants=False)
            total += [row.beta.low <= truth <= row.beta.high for row, truth in zip(found.groups, (0.0, -0.2), strict=True)]
    # 95 % within three standard errors of 120 runs
    near = 3 * np.sqrt(0.95 * 0.05 / runs)
    assert (np.abs(inside / runs - 0.95) <= near).all()
    # the published control keeps its promise only where the share does not drift within seasons
    assert (np.abs(published / runs - 0.95) <= near).all() if drift == 0 else (published / runs < 0.9).all()
