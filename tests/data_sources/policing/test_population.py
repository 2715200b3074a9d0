"""Are wide census tables unfolded to one row per area and group, levels kept apart?"""

from __future__ import annotations

from typing import Any

import pytest


def test_census_reporter(run: Any) -> None:
    staged, rows = run("acs_b03002/acs2021_places.csv")
    assert staged.rows_accepted == 16
    assert {(row["area_level"], row["year"]) for row in rows} == {("state", 2021), ("place", 2021)}
    state = {row["group"]: row["population"] for row in rows if row["area_level"] == "state"}
    assert state["hispanic"] == 150
    assert sum(state.values()) == 1_000


def test_factfinder(run: Any) -> None:
    _, rows = run("acs_factfinder/acs_2017_county.csv")
    assert {row["area_id"] for row in rows} == {"01999"}
    assert {row["year"] for row in rows} == {2017}
    assert sum(row["population"] for row in rows) == 100


@pytest.mark.real
def test_county_file(run: Any, real: Any) -> None:
    staged, rows = run(real("census/acs_2017_5yr_county_race.csv"))
    assert staged.rows_accepted == 3_142 * 8
    assert {row["area_level"] for row in rows} == {"county"}
