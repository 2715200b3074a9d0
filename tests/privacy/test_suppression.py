"""Small counts cannot be read, nor worked out by subtraction."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from dashboard.errors import MeasureError, ReleaseRefused
from dashboard.privacy import disclosure_audit, suppression
from dashboard.privacy.cells import ALL, Dimension, build
from dashboard.privacy.disclosure_audit import bounds, unsafe
from dashboard.privacy.release import Released, approve, as_payload, release, restore
from dashboard.privacy.suppression import primary


def table(counts):
    """A two-way system with all margins."""
    rows = Dimension("row", tuple(f"r{i}" for i in range(len(counts))))
    columns = Dimension("column", tuple(f"c{j}" for j in range(len(counts[0]))))
    persons = {(r, c): counts[i][j] for i, r in enumerate(rows.levels) for j, c in enumerate(columns.levels)}
    return (rows, columns), persons


THREE = [[20, 3, 17], [12, 25, 9], [30, 14, 4]]


def test_hiding_only_the_small_cells_of_the_worked_table_gives_them_away():
    dims, persons = table(THREE)
    system = build(dims, persons, [("row", "column")])
    hidden = primary(system.counts)
    assert hidden.sum() == 2
    small = [system.index[("r0", "c1")], system.index[("r2", "c2")]]
    assert bounds(system, hidden, small) == [(3, 3), (4, 4)]
    assert set(unsafe(system, hidden, 5)) == set(small)


def test_hiding_two_more_leaves_the_intervals_of_the_worked_table():
    dims, persons = table(THREE)
    system = build(dims, persons, [("row", "column")])
    cells = [system.index[k] for k in (("r0", "c1"), ("r0", "c2"), ("r2", "c1"), ("r2", "c2"))]
    hidden = np.zeros(len(system.counts), dtype=bool)
    hidden[cells] = True
    assert bounds(system, hidden, cells) == [(0, 17), (3, 20), (0, 17), (1, 18)]
    assert unsafe(system, hidden, 5) == []


def test_protection_of_the_worked_table_is_safe_and_hides_four_cells():
    dims, persons = table(THREE)
    released = release("t", "T", dims, persons, [("row", "column")])
    assert released.withheld == 4
    assert released.count(row="r0", column="c1") is None
    assert released.count() == sum(map(sum, THREE))


def test_a_true_zero_is_shown():
    dims, persons = table([[0, 40], [30, 20]])
    assert release("t", "T", dims, persons, [("row", "column")]).count(row="r0", column="c0") == 0


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), min_size=4, max_size=4), min_size=3, max_size=6))
def test_random_tables_are_safe_or_refused(counts):
    dims, persons = table(counts)
    system = build(dims, persons, [("row", "column")])
    try:
        released = release("t", "T", dims, persons, [("row", "column")])
    except ReleaseRefused:
        return
    hidden = np.array([released.cells[key] is None for key in system.keys])
    assert unsafe(system, hidden, 5) == []
    assert all(value is None or value == 0 or value >= 5 for value in released.cells.values())


def test_linked_cuts_are_protected_as_one_system():
    """A cell hidden in one cut must not be found through a margin that another cut publishes."""
    rng = np.random.default_rng(5)
    year = Dimension("year", ("2024", "2025"))
    group = Dimension("group", ("a", "b", "c"))
    step = Dimension("step", ("no_search", "nothing", "found"), (("searched", ("nothing", "found")),))
    persons = {key: int(rng.poisson(12 if key[2] != "found" else 3)) for key in itertools.product(year.levels, group.levels, step.levels)}
    cuts = [("year", "group"), ("group", "step"), ("year", "step")]
    released = release("t", "T", (year, group, step), persons, cuts)
    system = build((year, group, step), persons, cuts)
    hidden = np.array([released.cells[key] is None for key in system.keys])
    assert unsafe(system, hidden, 5) == []
    searched = sum(v for k, v in persons.items() if k[2] in {"nothing", "found"})
    assert released.count(step="searched") == searched


def test_a_planted_unsafe_pattern_is_refused_by_name():
    dims, persons = table(THREE)
    system = build(dims, persons, [("row", "column")])
    with pytest.raises(ReleaseRefused, match=r"could be worked out \(r0, c1\)"):
        approve(system, primary(system.counts))


def test_a_table_of_almost_nothing_hides_even_its_total():
    dims, persons = table([[2, 0], [0, 0]])
    assert release("t", "T", dims, persons, [("row", "column")]).count() is None


def test_the_floor_cannot_be_lowered():
    dims, persons = table(THREE)
    with pytest.raises(ReleaseRefused, match="never published"):
        release("t", "T", dims, persons, [("row", "column")], min_persons=3)


def test_released_cannot_be_made_by_hand():
    with pytest.raises(ReleaseRefused):
        Released("t", "T", (), {}, 5, "")


def test_a_changed_stored_release_is_not_served():
    dims, persons = table(THREE)
    payload = as_payload(release("t", "T", dims, persons, [("row", "column")]))
    assert restore(payload).count(row="r0", column="c0") == 20
    payload["cells"][0] = [payload["cells"][0][0], 999]
    with pytest.raises(ReleaseRefused, match="changed"):
        restore(payload)


def test_an_undeclared_level_is_refused():
    dims, persons = table(THREE)
    with pytest.raises(MeasureError):
        build(dims, {**persons, ("r9", "c0"): 1}, [("row", "column")])
    assert ALL in dims[0].shown


def test_a_correction_does_not_give_away_the_few_it_added():
    dims, persons = table([[40, 30], [60, 50]])
    first = release("t", "T", dims, persons, [("row", "column")])
    second = release("t", "T", dims, {**persons, ("r0", "c0"): 42}, [("row", "column")], previous=first)
    shown_in_both = [key for key, value in first.cells.items() if value is not None and second.cells[key] is not None]
    assert shown_in_both
    assert all(abs(first.cells[key] - second.cells[key]) in {0, *range(5, 1000)} for key in shown_in_both)


@given(st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=2, max_size=4), st.integers(0, 2**12 - 1))
@settings(max_examples=40, deadline=None)
def test_the_audit_says_what_the_bounds_of_each_small_cell_say(counts, more):
    """The audit looks at one end only, and lets a solution stand for several cells: its answer is that of both ends of every cell."""
    dims, persons = table(counts)
    system = build(dims, persons, [("row", "column")])
    withheld = primary(system.counts) | np.array([bool(more >> (i % 12) & 1) for i in range(len(system.counts))])
    small = [int(i) for i in np.flatnonzero(primary(system.counts))]
    both_ends = {cell for cell, (low, high) in zip(small, bounds(system, withheld, small), strict=True) if low == high or high < 5}
    assert set(unsafe(system, withheld, 5)) == both_ends


def test_a_pattern_is_protected_and_audited_with_far_fewer_programs_than_cells(monkeypatch):
    """Twelve small cells once took two programs each to protect and two each in either of two audits."""
    asked = []

    def counted(*arguments, **options):
        asked.append(1)
        return linprog(*arguments, **options)

    monkeypatch.setattr(suppression, "linprog", counted)
    monkeypatch.setattr(disclosure_audit, "linprog", counted)
    counts = [[3 if (i + j) % 3 == 0 else 10 + i * j for j in range(6)] for i in range(6)]
    dims, persons = table(counts)
    released = release("t", "T", dims, persons, [("row", "column")])
    system = build(dims, persons, [("row", "column")])
    withheld = np.array([released.cells[key] is None for key in system.keys])
    small = [int(i) for i in np.flatnonzero(primary(system.counts))]
    assert len(small) == 12
    assert all(low < 3 and high >= 5 for low, high in bounds(system, withheld, small))
    assert len(asked) - 2 * len(small) < 2 * len(small)
