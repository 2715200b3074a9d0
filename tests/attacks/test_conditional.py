"""Questions inside questions: does the number of people who were asked the inner one tell what nearly everybody answered to the outer one?"""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.privacy import employee_release
from dashboard.schema import bank
from dashboard.schema.employee import Division
from dashboard.schema.questions import Condition
from dashboard.services.employee import conditional, release

UNITS = ("patrol", "investigations")


def definition():
    """M11, then M3 only of those who are content with that, then M2 only of those who are content with M3."""
    made = bank.template("employee_full")
    nested = {"M3": Condition(question="M11", any_of=("4", "5")), "M2": Condition(question="M3", any_of=("4", "5"))}
    sections = [
        one.model_copy(update={"questions": tuple(q.model_copy(update={"show_if": nested[q.id]}) if q.id in nested else q for q in one.questions)})
        for one in made.sections
    ]
    return made.model_copy(update={"sections": tuple(sections)})


def rows(low, size=60, seed=1):
    """Patrol of `size`, of whom `low` are not content; investigations alike in numbers, mixed."""
    rng, given = np.random.default_rng(seed), []
    for unit in UNITS:
        for place in range(size):
            content = place >= (low if unit == "patrol" else size // 2)
            one = {"U1": unit, "M11": 4 + place % 2 if content else 1 + place % 3}
            if content:
                one["M3"] = int(rng.integers(1, 6))
            given.append(one)
    made = release.compute(given, release.Wave({"k": 10, "cuts": {}}, definition(), Division(("unit",)), {}))
    return {row[:1] + row[2:5]: dict(zip(employee_release.HEADS, row, strict=True)) for row in made.rows}


def test_from_nobody_to_one_in_ten_the_inner_question_says_the_same_number():
    found = {low: rows(low)["M3", "unit", "patrol", "mean"]["n"] for low in range(7)}
    assert set(found.values()) == {55}, found


def test_without_the_rule_the_number_tells_whether_anybody_disagreed(monkeypatch):
    """The control: the careless count says 60 where nobody, and 55 where six disagreed."""
    monkeypatch.setattr(conditional, "said", lambda *_: None)
    assert len({rows(low)["M3", "unit", "patrol", "mean"]["n"] for low in range(7)}) > 1


def test_where_many_answered_otherwise_the_number_is_the_number():
    assert rows(20)["M3", "unit", "patrol", "mean"]["n"] == 40


@pytest.mark.parametrize("low", [0, 3, 6])
def test_no_interval_of_the_inner_question_rests_on_the_true_number(low):
    """Of a share its interval is computed from the share and the number as they are said, and from nothing else."""
    one = rows(low)["M3", "unit", "patrol", "favourable"]
    if one["status"] == "shown":
        from dashboard.stats import finite

        around = finite.favourable(one["value"], 55, None)
        assert one["low"] <= around.low
        assert one["high"] >= around.high
        assert one["low"] == pytest.approx(around.low, abs=0.011)


def test_a_question_two_conditions_deep_is_followed_to_the_first():
    assert conditional._before("M3", definition()) == ["M3", "M11"]
