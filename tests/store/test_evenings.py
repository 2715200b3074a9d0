"""Evenings kept beside the rows hold what a count of the rows holds: after imports, replacements and an undo, for any slice, or they are not used."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from dashboard.schema.scope import Audience, Scope
from dashboard.schema.staging import Staged
from dashboard.schema.tables import table
from dashboard.settings import Settings
from dashboard.store import evenings
from dashboard.store.cube import coded
from dashboard.store.evenings_count import Evenings, counting
from dashboard.store.facts import Facts
from dashboard.store.home import Home

Stage = Callable[..., Staged]
Rows = Callable[..., pa.Table]
DUSK = Scope.of({"stop_type": ("vehicular",), "time_known": ("true",), "hour": evenings.HOURS})
BY = ("date", "minute", "district", "race_group")


def located(rows: pa.Table) -> pa.Table:
    """The same stops with coordinates that differ from row to row; every seventh has none."""
    order = np.arange(len(rows))
    mask = order % 7 == 0
    for name, start in (("lat", 40.0), ("lng", -75.0)):
        rows = rows.set_column(rows.schema.get_field_index(name), rows.schema.field(name), pa.array(start + order * 1e-4, mask=mask))
    return rows


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory, staged_in: Stage, make_rows: Rows) -> Facts:
    """Facts after an import of several files, one that is undone, an overlapping one that replaces rows, and one more."""
    folder = tmp_path_factory.mktemp("evenings")
    kept = Facts(Home(folder / "home"), rollup_from=0)
    kept.commit(staged_in(folder, "one", located(make_rows(600)), files=2), "ann")
    kept.commit(staged_in(folder, "gone", located(make_rows(150, first=2000))), "ann")
    kept.commit(staged_in(folder, "two", located(make_rows(300, first=500, seed=2))), "ann")
    kept.undo("gone", "ann")
    return kept


def by_minute(found: evenings.Kept) -> Counter[tuple[dt.date, int, str | None, str | None]]:
    """The stops of kept evenings by date, minute, district and group."""
    counted: Counter[tuple[dt.date, int, str | None, str | None]] = Counter()
    for here, counts in found.blocks():
        rows, minutes = np.nonzero(counts)
        assert counts.shape == (here.stop - here.start, evenings.MINUTES)
        for row, minute in zip(rows, minutes, strict=True):
            at = here.start + row
            key = (found.date[at].astype(dt.date), int(minute) + evenings.FIRST, found.places[found.place[at]], found.groups[found.group[at]])
            counted[key] += int(counts[row, minute])
    return counted


def by_rows(facts: Facts, scope: Scope) -> Counter[tuple[dt.date, int, str | None, str | None]]:
    """The same from a tally."""
    frame = facts.tally("stops", BY, scope).astype(object)
    frame = frame.where(frame.notna(), None)
    return Counter({(row.date.date(), row.minute, row.district, row.race_group): row.n for row in frame.itertuples(index=False)})


@pytest.mark.parametrize(
    "scope",
    [
        DUSK,
        DUSK.narrowed(start=dt.date(2022, 2, 3), end=dt.date(2022, 5, 17)),
        DUSK.narrowed(districts=("North",)),
        DUSK.narrowed(districts=("South", "null"), end=dt.date(2022, 6, 30)),
        DUSK.narrowed(groups=("black", "white")),
        DUSK.and_where("agency_id", "riverton"),
        DUSK.and_where("agency_id", "elsewhere"),
    ],
)
@pytest.mark.parametrize("rule", ["hispanic_first", "doj"])
def test_kept_evenings_equal_the_rows(facts: Facts, scope: Scope, rule: str) -> None:
    chosen = facts.under(Settings.of({"multirace": rule}))
    staff = scope.narrowed(audience=Audience.STAFF)
    found = chosen.evenings(staff)
    assert found is not None
    assert by_minute(found) == by_rows(chosen, staff)
    assert len(found.rows) or not by_rows(chosen, staff)


def test_centres_equal_the_mean_of_the_rows(facts: Facts) -> None:
    found = facts.evenings(DUSK)
    assert found is not None
    frame = facts.tally("stops", ("district",), Scope(audience=Audience.STAFF), ("lat", "lng")).astype({"district": object})
    without = facts.tally("stops", ("district",), Scope.of({"lat": ("null",)}))
    assert set(found.centres) == {"North", "South", None}
    for row, empty in zip(frame.itertuples(), without.itertuples(), strict=True):
        name = row.district if isinstance(row.district, str) else None
        assert found.centres[name] == pytest.approx((row.lat / (row.n - empty.n), row.lng / (row.n - empty.n)), abs=1e-9)


@pytest.mark.parametrize(
    "scope",
    [
        Scope.of({"stop_type": ("vehicular",), "time_known": ("true",)}),
        Scope.of({"stop_type": ("vehicular",), "time_known": ("true",), "hour": ("17", "18")}),
        Scope.of({"stop_type": ("pedestrian",), "time_known": ("true",), "hour": evenings.HOURS}),
        Scope.of({"stop_type": ("vehicular",), "hour": evenings.HOURS}),
        DUSK.and_where("searched", "true"),
        DUSK.and_where("officer_key", "o1"),
    ],
)
def test_other_questions_are_left_to_the_rows(facts: Facts, scope: Scope) -> None:
    assert facts.evenings(scope.narrowed(audience=Audience.STAFF)) is None


def test_a_home_from_before_has_none_until_its_next_import(home: Home, stage: Stage, rows_of: Rows) -> None:
    facts = Facts(home, rollup_from=0)
    facts.commit(stage("one", rows_of(200)), "ann")
    for file in home.rollups.glob("stops/evenings*"):
        file.unlink()
    assert facts.evenings(DUSK) is None
    facts.commit(stage("two", rows_of(50, first=200)), "ann")
    found = facts.evenings(DUSK)
    assert found is not None
    assert by_minute(found) == by_rows(facts, DUSK)


def test_few_stops_for_many_evenings_are_not_kept(home: Home, stage: Stage, rows_of: Rows) -> None:
    facts = Facts(home, rollup_from=100)
    facts.commit(stage("one", rows_of(200)), "ann")
    assert facts.evenings(DUSK) is None
    assert len(list(home.rollups.glob("stops/evenings*.declined"))) == 1


def one_minute(count: int) -> dict[str, object]:
    """A batch of stops that all happen in the same minute."""
    words = {"stop_type": "vehicular", "agency_id": "a", "district": "d", "race_group": "white", "race_group_doj": "white"}
    columns = {name: coded(pa.array([word] * count)) for name, word in words.items()}
    columns |= {"time_known": coded(pa.array([True] * count)), "minute": coded(pa.array([1000] * count, pa.int32()))}
    return columns | {"date": coded(pc.cast(pa.array([dt.date(2024, 1, 1)] * count), pa.date32()))}


def test_numbers_that_do_not_fit_are_noticed() -> None:
    found = Evenings()
    found.add(one_minute(60_000), 1)
    assert found.whole()
    found.add(one_minute(10_000), 1)
    assert not found.whole()
    found.add(one_minute(10_000), -1)
    assert found.whole()
    assert int(found.counts.sum()) == 60_000


def test_more_evenings_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.store.evenings_count.MOST_BYTES", 10)
    found = Evenings()
    found.add(one_minute(5), 1)
    assert found.too_many
    assert not found.whole()


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    first = counting()
    first.add(one_minute(7), {"lat": pa.array([40.0] * 7), "lng": pa.array([-75.5] * 7)}, 1)
    first.write(tmp_path / "evenings.parquet")
    again = counting(tmp_path / "evenings.parquet")
    assert (again.evenings.total, again.positions.sums) == (7, {("a", "d"): (7, 280_000_000, -528_500_000)})
    again.add(one_minute(7), {"lat": pa.array([40.0] * 7), "lng": pa.array([-75.5] * 7)}, -1)
    assert again.evenings.total == 0
    assert not again.evenings.counts.any()
    assert again.evenings.whole()


def test_the_columns_that_are_counted_exist() -> None:
    assert set(evenings.SOURCES) <= set(table("stops").names)
