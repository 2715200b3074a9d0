"""The veil of darkness says the same from evenings kept beside the rows and from the rows, whatever the slice and the setting."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest

from dashboard.schema.scope import Audience, Scope
from dashboard.services import darkness
from dashboard.services.house import House
from dashboard.stats.darkness import VeilCounts, VeilEvenings
from dashboard.store.facts import Facts
from dashboard.store.home import Home

STAFF = Scope(audience=Audience.STAFF)


@pytest.fixture(scope="module")
def houses(riverton, tmp_path_factory):
    """The same agency with evenings kept, and without."""
    found = []
    for name in ("kept", "rows"):
        home = tmp_path_factory.mktemp(name) / "home"
        shutil.copytree(riverton.home.path, home)
        found.append(House(home))
    Facts(Home(found[0].home.path), rollup_from=0).rebuild_rollups("stops")
    return tuple(found)


@pytest.mark.parametrize("rule", ["hispanic_first", "doj"])
@pytest.mark.parametrize(
    "scope",
    [
        STAFF,
        STAFF.narrowed(start=dt.date(2023, 3, 5), end=dt.date(2024, 8, 20)),
        STAFF.narrowed(districts=("Harbor", "Old Town")),
        STAFF.narrowed(groups=("white", "black")),
    ],
)
def test_the_same_answer_from_evenings_and_from_rows(houses, scope, rule):
    kept, rows = (house.with_settings({"multirace": rule}) for house in houses)
    (quick, here), (slow, there) = darkness.counted(kept, scope), darkness.counted(rows, scope)
    assert (type(quick), type(slow)) == (VeilEvenings, VeilCounts)
    assert here == there
    left, right = darkness.veiled(kept, scope), darkness.veiled(rows, scope)
    assert (left.set_aside, left.window_stops, left.unknown_stops, left.clusters, left.gates) == (
        right.set_aside,
        right.window_stops,
        right.unknown_stops,
        right.clusters,
        right.gates,
    )
    assert [group.group for group in left.groups] == [group.group for group in right.groups]
    assert any(group.beta.known for group in left.groups)
    for one, other in zip(left.groups, right.groups, strict=True):
        assert (one.light, one.dark, one.gates, one.share_dark) == (other.light, other.dark, other.gates, other.share_dark)
        for first, second in zip((one, *one.variants), (other, *other.variants), strict=True):
            assert first.beta.value == (None if second.beta.value is None else pytest.approx(second.beta.value, abs=1e-9))
            assert first.beta.reason == second.beta.reason


def test_a_slice_that_evenings_do_not_hold_is_read_from_the_rows(houses):
    counts, _ = darkness.counted(houses[0], STAFF.and_where("searched", "true"))
    assert isinstance(counts, VeilCounts)
    assert counts.n.sum() == darkness.counted(houses[1], STAFF.and_where("searched", "true"))[0].n.sum()
