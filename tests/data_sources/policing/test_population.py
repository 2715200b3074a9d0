"""Are wide census tables unfolded to one row per area and group, levels kept apart?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dashboard.errors import SourceError

CODES = tuple(f"B03002{place}" for place in ("001", "003", "004", "005", "006", "007", "008", "009", "012"))


def census(path: Path, areas: list[tuple[int, ...]]) -> Path:
    """A table of made-up areas: for each its total and its eight groups."""
    lines = [",".join(("geoid", "name", *CODES))]
    lines += [",".join((f"14000US36005{place:06d}", f"Tract {place}", *map(str, figures))) for place, figures in enumerate(areas)]
    path.write_text("\n".join(lines) + "\n")
    return path


def tracts(number: int) -> list[tuple[int, ...]]:
    """Areas of 640 to 7,960 people in groups of very different sizes."""
    shares = (0.42, 0.23, 0.004, 0.06, 0.001, 0.005, 0.03, 0.25)
    groups = [tuple(int(share * (640 + 61 * (place % 121))) for share in shares) for place in range(number)]
    return [(sum(one), *one) for one in groups]


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


def test_groups_must_add_up_to_the_total_of_their_area(tmp_path: Path, run: Any) -> None:
    good, near, wrong = (1000, 500, 200, 10, 90, 0, 20, 30, 150), (1000, 500, 200, 10, 90, 0, 20, 30, 141), (1000, 500, 200, 10, 90, 0, 20, 30, 139)
    staged, rows = run(census(tmp_path / "acs2021.csv", [good, near, wrong]))
    assert (staged.rows_read, staged.rows_accepted, staged.rows_quarantined) == (24, 16, 8)
    (problem,) = staged.problems
    assert (problem.code, problem.count) == ("X17", 8)
    assert "do not add up" in problem.sentence
    assert {row["area_name"] for row in rows} == {"Tract 0", "Tract 1"}


def test_a_figure_that_is_not_known_is_set_aside_and_is_not_zero(tmp_path: Path, run: Any) -> None:
    staged, _ = run(census(tmp_path / "acs2021.csv", [(1000, 500, 200, 10, 90, -666666666, 20, 30, 150)]))
    assert (staged.rows_accepted, staged.rows_quarantined) == (7, 1)
    assert [problem.code for problem in staged.problems] == ["population_missing"]


def test_lost_thousands_are_refused_although_the_table_adds_up(tmp_path: Path, run: Any) -> None:
    whole = tracts(2_327)
    staged, rows = run(census(tmp_path / "acs2021.csv", whole))
    assert staged.rows_accepted == len(rows) == 2_327 * 8
    lost = [tuple(0 if figure >= 1_000 else figure for figure in one[1:]) for one in whole]
    damaged = census(tmp_path / "acs2021.csv", [(sum(one), *one) for one in lost])
    with pytest.raises(SourceError, match=r"Almost no figure reaches 1,000 in 2,327 areas: thousands separators were probably lost\."):
        run(damaged)


def test_a_few_or_truly_small_areas_are_no_lost_thousands(tmp_path: Path, run: Any) -> None:
    lost = [tuple(0 if figure >= 1_000 else figure for figure in one[1:]) for one in tracts(200)]
    assert run(census(tmp_path / "acs2021.csv", [(sum(one), *one) for one in lost]))[0].rows_quarantined == 0
    blocks = [tuple(figure // 20 for figure in one[1:]) for one in tracts(900)]
    assert run(census(tmp_path / "acs2021.csv", [(sum(one), *one) for one in blocks]))[0].rows_accepted == 7_200


@pytest.mark.real
def test_places_of_illinois_are_whole(run: Any, real: Any) -> None:
    staged, _ = run(real("census/il_acs2021_B03002_places.csv"))
    assert (staged.rows_accepted, staged.rows_quarantined) == (1_570 * 8, 0)


@pytest.mark.real
def test_county_file(run: Any, real: Any) -> None:
    staged, rows = run(real("census/acs_2017_5yr_county_race.csv"))
    assert staged.rows_accepted == 3_142 * 8
    assert {row["area_level"] for row in rows} == {"county"}
