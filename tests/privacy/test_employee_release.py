"""The gate for staff results: what it rounds, bands and hides, what it refuses, and that nothing else makes a release."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.errors import ReleaseRefused
from dashboard.privacy import banding
from dashboard.privacy.employee_release import Cell, Number, Question, StaffRelease, checksum, fewer, restore, seal

CUTS = {"unit": ["a", "b", "c"]}
EVERYONE = np.ones(60, dtype=bool)
FIRST, SECOND = np.arange(60) < 30, np.arange(60) >= 30


def question(*cells, statistics=("favourable", "mean"), name="Q", rests_on=()):
    return Question(name, "1", statistics, cells, rests_on)


def cell(cut, level, members, p=0.5, mean=50.04, **more):
    return Cell(cut, level, members, (Number("favourable", "share", p, 0.412, 0.588), Number("mean", "score", mean, 41.2, 58.8)), **more)


def rows(release, cut="whole", level=""):
    return {row[4]: row[5:] for row in release.rows if row[2:4] == (cut, level)}


@pytest.mark.parametrize(("n", "said"), [(10, 10), (12, 10), (13, 15), (222, 220), (223, 225)])
def test_people_in_fives(n, said):
    assert banding.people(n) == said


@pytest.mark.parametrize(
    ("p", "n", "value", "status"),
    [
        (1.0, 12, 0.9, "at_least"),
        (0.9, 200, 0.9, "at_least"),
        (0.0, 12, 0.1, "at_most"),
        (0.07, 200, 0.1, "at_most"),
        (0.62, 40, 0.6, "shown"),
        (0.62, 200, 0.62, "shown"),
        (0.88, 40, 0.85, "shown"),
        (0.89, 40, 0.85, "shown"),
        (0.11, 40, 0.15, "shown"),
        (0.896, 200, 0.89, "shown"),
    ],
)
def test_shares_are_banded_at_the_ends_and_never_rounded_onto_the_edge(p, n, value, status):
    assert banding.share(p, n) == banding.Share(value, status)


def test_points_and_open_counts():
    assert banding.points(-12.4, 150) == banding.Share(-12, "shown")
    assert banding.points(-12.6, 40) == banding.Share(-15, "shown")
    assert banding.points(100, 40) == banding.Share(80, "at_least")
    assert banding.points(-81, 400) == banding.Share(-80, "at_most")
    assert banding.points(79, 40) == banding.Share(75, "shown")
    assert banding.at_least(37) == 30
    assert banding.at_least(9) == 0
    assert banding.outward(41.2, 58.01) == (41, 59)
    assert banding.outward(0.412, 0.5801, 0.01) == (0.41, 0.59)


def test_the_middle_of_an_interval_does_not_undo_the_rounding():
    low, high = banding.around(50.0, 41.2, 58.1)
    assert (low + high) / 2 == 50.0
    assert (low, high) == (41, 59)
    assert banding.around(-15, -33.7, 8.2, 5, (-100, 100)) == (-40, 10)
    assert banding.around(98.0, 96.2, 100.0) == (96, 100)


def test_a_mean_beside_a_banded_share_is_coarse():
    found = seal({}, CUTS, [question(cell("whole", "", EVERYONE, p=0.97, mean=93.4))])
    assert rows(found)["mean"] == (95.0, 40.0, 100.0, 60, False, "shown")
    many = np.ones(200, dtype=bool)
    found = seal({}, CUTS, [question(cell("whole", "", many, p=0.97, mean=93.4))])
    assert rows(found)["mean"] == (95.0, 40.0, 100.0, 200, False, "shown")


def test_every_declared_cell_has_its_row_and_hidden_looks_like_empty():
    found = seal({}, CUTS, [question(cell("whole", "", EVERYONE), cell("unit", "a", FIRST), cell("unit", "b", SECOND))])
    assert len(found.rows) == 2 * 4
    assert rows(found)["mean"] == (50.0, 41, 59, 60, False, "shown")
    assert rows(found, "unit", "a")["favourable"] == (0.5, 0.41, 0.59, 30, False, "shown")
    assert set(rows(found, "unit", "c").values()) == {(None, None, None, None, False, "not_shown")}
    assert found.audit["leverage"] <= 0.5


def test_alike_cells_say_only_that():
    alike = Cell("unit", "a", FIRST, alike="4")
    found = seal({}, CUTS, [question(cell("whole", "", EVERYONE), alike)])
    assert set(rows(found, "unit", "a").values()) == {("4", None, None, None, False, "alike")}


def test_a_banded_share_has_no_interval():
    found = seal({}, {}, [question(cell("whole", "", EVERYONE, p=0.97))])
    assert rows(found)["favourable"] == (0.9, None, None, 60, False, "at_least")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([cell("whole", "", EVERYONE), cell("unit", "a", np.arange(60) < 9)], "too small"),
        ([cell("whole", "", EVERYONE), cell("unit", "a", np.arange(60) < 55)], "give an answer away"),
        ([cell("whole", "", EVERYONE), cell("shift", "night", FIRST)], "not declared"),
    ],
)
def test_what_breaks_the_promise_is_refused(cells, said):
    with pytest.raises(ReleaseRefused, match=said):
        seal({}, CUTS, [question(*cells)])


def test_what_was_released_before_counts():
    with pytest.raises(ReleaseRefused, match="give an answer away"):
        seal({}, CUTS, [question(cell("unit", "a", FIRST))], earlier={"Q": [np.arange(60) < 31]})


def test_an_index_is_shown_only_where_its_questions_are():
    base = question(cell("whole", "", EVERYONE))
    index = Cell("whole", "", EVERYONE, (Number("index", "score", 61.26),))
    seal({}, CUTS, [base, question(index, statistics=("index",), name="I", rests_on=("Q",))])
    elsewhere = Cell("unit", "a", FIRST, (Number("index", "score", 61.26),))
    with pytest.raises(ReleaseRefused, match="one of its questions is not"):
        seal({}, CUTS, [base, question(elsewhere, statistics=("index",), name="I", rests_on=("Q",))])


def test_no_smaller_groups_for_anybody():
    with pytest.raises(ReleaseRefused, match="at least 10"):
        seal({}, CUTS, [], k=5)


def test_only_the_gate_makes_a_release_and_a_changed_one_is_noticed():
    with pytest.raises(ReleaseRefused):
        StaffRelease({}, (), {})
    made = seal({"wave": "w"}, CUTS, [question(cell("whole", "", EVERYONE))])
    again = restore(made.content, made.checksum)
    assert again.rows == made.rows
    assert again.checksum == made.checksum == checksum(made.content)
    broken = made.content
    broken["rows"][0][5] = 99
    with pytest.raises(ReleaseRefused, match="checksum"):
        restore(broken, made.checksum)


def test_a_correction_without_answers_only_withholds():
    made = seal({}, CUTS, [question(cell("whole", "", EVERYONE), cell("unit", "a", FIRST))])
    less = fewer(made, {"replaces": "x"}, lambda row: row[2] == "whole")
    assert {row[-1] for row in less.rows if row[2] == "unit"} == {"not_shown"}
    assert rows(less) == rows(made)
    assert [row[:5] for row in less.rows] == [row[:5] for row in made.rows]


def test_an_index_and_the_single_answers_go_with_what_they_rest_on():
    index = question(Cell("whole", "", EVERYONE, (Number("index", "score", 61.2),)), statistics=("index",), name="I", rests_on=("Q",))
    extras = {"boxes": {"Q": [], "R": []}, "drivers": {"n": 50}, "alpha": {}}
    made = seal({}, CUTS, [question(cell("whole", "", EVERYONE)), index], extras=extras)
    less = fewer(made, {}, lambda row: row[0] != "Q")
    assert {row[-1] for row in less.rows} == {"not_shown"}
    assert less.extras["boxes"] == {"R": []}
    assert less.extras["drivers"] == {}
    assert made.extras["drivers"] == {"n": 50}
