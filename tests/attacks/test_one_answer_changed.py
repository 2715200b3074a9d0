"""A canary: one person changes one answer. What moves? Only rows of the question, in cells with this person, and what is made of them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.attacks import hostile

TOLD = ("drivers", "alpha")


def moved(before, after):
    """(question, cut, cell) of every row that differs."""
    return {(one[0], one[2], one[3]) for one, other in zip(before.rows, after.rows, strict=True) if one != other}


def places(person):
    """The cells that a person is in."""
    cuts = {"unit": person["U1"], "sworn": person["U5"], "tenure": person["U4"]}
    return {("whole", ""), *cuts.items(), ("unit*sworn", f"{person['U1']}|{person['U5']}")}


@pytest.mark.parametrize("seed", range(12))
def test_only_cells_of_that_person_move(seed):
    given = hostile.answers(seed)
    rng = np.random.default_rng(seed)
    at = int(rng.integers(0, len(given)))
    item = ("M11", "FEVS-Q71", "M3", "M2", "ENPS1")[seed % 5]
    other = [dict(one) for one in given]
    other[at][item] = 11 - other[at][item] if item == "ENPS1" and other[at][item] > 0 else 6 - other[at][item] if item != "ENPS1" else 9
    if other[at][item] == given[at][item]:
        other[at][item] = 5
    before, after = hostile.released(given), hostile.released(other)
    rests = {name for name, items in before.extras["rests"].items() if item in items}
    allowed = places(given[at])
    changed = moved(before, after)
    suppressed = {(row[0], row[2], row[3]) for one in (before, after) for row in one.rows if row[-1] in {"not_shown", "alike"}}
    wrong = {one for one in changed if one[0] not in {item, *rests} or (one[1:] not in allowed and one not in suppressed)}
    assert wrong == set()
    for name, content in before.extras["boxes"].items():
        if name != item:
            assert after.extras["boxes"][name] == content
    assert before.about == after.about
    assert {name: value for name, value in before.audit.items() if name == "k"} == {"k": 10}


def test_a_house_that_says_which_numbers_lie_near_would_be_noticed():
    """The control: where one cell's number also went into another's, the canary would move a cell it may not."""
    given = hostile.answers()
    other = [dict(one) for one in given]
    at = next(place for place, one in enumerate(other) if one["U1"] == "patrol")
    other[at]["M11"] = 5 if other[at]["M11"] < 3 else 1
    made = hostile.released(other)
    neighbours = {(row[0], row[2], row[3]) for row in made.rows if row[0] == "M11" and row[2] == "unit" and row[3] != "patrol" and row[-1] == "shown"}
    assert neighbours
    assert not neighbours & moved(hostile.released(given), made)
    mixed = [dict(one) | ({"U1": "support"} if place == at else {}) for place, one in enumerate(other)]
    assert moved(hostile.released(given), hostile.released(mixed)) & {("M11", "unit", "support")}
