"""A canary: one person changes one answer. What moves? Only rows of the question, in cells with this person, and what is made of them."""

from __future__ import annotations

import pytest

from tests.attacks import hostile, trying


@pytest.mark.parametrize("seed", range(12))
def test_only_cells_of_that_person_move(seed):
    made = trying.canary(range(seed, seed + 1))
    assert made.tried > 500
    assert made.found == 0


def test_other_questions_and_what_is_said_of_the_wave_stay():
    given = hostile.answers()
    other = trying.changed(given, 7, "M11")
    before, after = hostile.released(given), hostile.released(other)
    for name, content in before.extras["boxes"].items():
        assert name == "M11" or after.extras["boxes"][name] == content
    assert before.about == after.about
    assert before.audit["cells"] > 0


def test_the_canary_notices_a_house_that_lets_answers_into_other_cells():
    """The control: a person who is counted in another unit moves the numbers of both."""
    given = hostile.answers()
    at = next(place for place, one in enumerate(given) if one["U1"] == "patrol")
    mixed = [dict(one) | ({"U1": "support"} if place == at else {}) for place, one in enumerate(given)]
    assert trying.strayed(given, mixed, at, "M11")[1] > 0
