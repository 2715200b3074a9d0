"""What makes imports quick changes no number: each short cut beside the plain way of doing the same."""

from __future__ import annotations

import datetime as dt
import gc
import random

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import select

from dashboard.privacy import survey_cells
from dashboard.schema.questions import Option, Question
from dashboard.services.surveys import frame
from dashboard.store.answers import Answers
from dashboard.store.quiet import no_collection
from dashboard.store.survey_tables import ResponseRow
from tests import talking


def plainly(question: Question, column: pd.Series) -> dict[str, list[float]]:
    """The definition, one respondent and one option at a time."""
    return {option.code: [float(option.code in one) if isinstance(one, list) else float("nan") for one in column] for option in question.options}


@pytest.mark.parametrize("seed", range(5))
def test_shares_of_several_choices_are_as_the_plain_count_has_them(seed):
    chance = random.Random(seed)
    codes = ("a", "b", "c", "never")
    question = Question(id="Q", kind="multi", concept="q", wording={"en": "Q?"}, options=tuple(Option(code=c, label={"en": c}) for c in codes))
    given = [chance.choice(([], ["a"], ["a", "b"], ["c", "elsewhere"], ["b", "b"], None, float("nan"), "dont_know")) for _ in range(200)]
    column = pd.Series(given, dtype=object)
    found = frame.option_shares(question, column)
    assert list(found) == list(codes)
    for code, expected in plainly(question, column).items():
        np.testing.assert_array_equal(found[code], expected)


@pytest.mark.parametrize("cells", [1, 7, 8, 9, 63, 64, 65, 130])
def test_leverage_is_the_diagonal_of_the_projection_however_many_cells(cells):
    rng = np.random.default_rng(cells)
    members = np.column_stack([np.ones(400), rng.random((400, cells)) < 0.3]).astype(float)
    gram = members.T @ members
    gram[np.diag_indices_from(gram)] += survey_cells.RIDGE * max(1.0, float(np.trace(gram)))
    expected = np.diag(members @ np.linalg.inv(gram) @ members.T)
    np.testing.assert_allclose(survey_cells.leverage(members), expected, rtol=1e-9, atol=1e-12)


def test_stored_answers_keep_nothing_of_the_order_of_the_file(tmp_path, monkeypatch):
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    house = talking.town(tmp_path)
    wave = talking.wave(house, dt.date(2024, 4, 1), [])
    assert Answers(house.records).add(wave, None, ({"answers": {"place": place}} for place in range(300))) == 300
    with house.records.read() as session:
        kept = [row["place"] for row in session.scalars(select(ResponseRow.answers).where(ResponseRow.wave_id == wave))]
    assert sorted(kept) == list(range(300))
    assert abs(np.corrcoef(kept, range(300))[0, 1]) < 0.3


def test_the_collector_is_off_in_the_block_and_on_again_after_one_that_fails():
    seen = []

    def fails():
        with no_collection():
            seen.append(gc.isenabled())
            raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        fails()
    assert (seen, gc.isenabled()) == ([False], True)


def test_why_people_gave_no_answer_is_counted_whatever_a_column_holds():
    table = pd.DataFrame.from_records(
        [
            {"words": "prefer_not", "scale": 3, "several": ["a"], "number": 1},
            {"words": "a", "scale": "dont_know", "several": "dont_know", "number": 2},
            {"words": "prefer_not", "scale": "not_applicable", "several": ["a", "dont_know"], "number": 3},
            {"words": None, "scale": "dont_know", "several": None, "number": 4},
        ]
    )
    found = frame._missing(table, list(table))
    assert found == {"words": {"prefer_not": 2}, "scale": {"dont_know": 2, "not_applicable": 1}, "several": {"dont_know": 1}}


def test_answers_are_alike_where_one_box_holds_them_all():
    rng = np.random.default_rng(5)
    for values in (rng.integers(0, 2, 3).astype(float) for _ in range(50)):
        assert survey_cells.alike(values) == survey_cells.homogeneous([float(one) for one in np.unique(values, return_counts=True)[1]])
    assert not survey_cells.alike(np.array([]))
