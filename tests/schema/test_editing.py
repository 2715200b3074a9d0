"""A survey changed in one place stays whole: nothing else moves, codes stay with their answers, names are never used twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.schema import bank, editing
from dashboard.schema.editing import Line
from dashboard.schema.questions import Definition, Section

SURVEY = bank.template("community", ("North",))


def ids(survey: Definition) -> list[list[str]]:
    return [[one.id for one in section.questions] for section in survey.sections]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9), st.booleans()), max_size=30))
def test_moving_questions_never_loses_one(moves: list[tuple[int, int, bool]]) -> None:
    made = SURVEY
    for page, place, down in moves:
        if place < len(made.sections[page].questions):
            made = editing.moved(made, page, place, down=down)
    assert sorted(one.id for one in made.questions()) == sorted(one.id for one in SURVEY.questions())


def test_from_the_edge_of_its_page_a_question_goes_to_the_next() -> None:
    made = editing.moved(SURVEY, 0, 5, down=True)
    assert ids(made)[:2] == [["C1", "C2", "C3", "C4", "C5"], ["C6", "C7", "C8", "C9", "C10"]]
    assert ids(editing.moved(made, 1, 0, down=False)) == ids(SURVEY)
    assert editing.moved(SURVEY, 0, 0, down=False) == SURVEY


def test_pages_move_and_go() -> None:
    assert ids(editing.page_moved(SURVEY, 0, down=True))[1] == ids(SURVEY)[0]
    assert editing.page_moved(SURVEY, 0, down=False) == SURVEY
    assert len(editing.without_page(SURVEY, 2).sections) == len(SURVEY.sections) - 1
    alone = Definition(title={"en": "T"}, purpose={"en": "P"}, sections=(SURVEY.sections[0],))
    assert editing.without_page(alone, 0).sections == (Section(),)


@pytest.mark.parametrize("kind", ["single", "multi", "scale", "grid", "ten", "rating", "number", "text", "long_text", "date", "note"])
def test_a_question_of_ones_own_of_every_kind_can_be_opened_once_its_words_are_there(kind: str) -> None:
    new = editing.new_question(kind, {"en": "Well?"}, {"Q1", "Q2"})  # type: ignore[arg-type]
    assert new.id == "Q3"
    if kind == "grid":
        new = editing.with_rows(new, [Line(1, "Q3_1", {"en": "One"}), Line(2, "", {"en": "Two"})])
        assert [row.id for row in new.rows] == ["Q3_1", "Q3_2"]
    made = Definition(title={"en": "T"}, purpose={"en": "P"}, sections=(Section(questions=(new, bank.questions()["C1"])),))
    assert made.mistakes() == []


def test_codes_stay_with_their_answers_and_are_not_given_twice() -> None:
    ask = editing.new_question("single", {"en": "Which?"}, ())
    ask = editing.with_options(ask, [Line(n, "", {"en": text}) for n, text in enumerate(("red", "green", "blue"))])
    assert [(one.code, one.label["en"]) for one in ask.options] == [("1", "red"), ("2", "green"), ("3", "blue")]
    lines = [Line(3, "1", {"en": "red"}), Line(1, "2", {}), Line(2, "3", {"en": "blue"}), Line(9, "", {"en": "violet"})]
    again = editing.with_options(ask, lines)
    assert [(one.code, one.label["en"]) for one in again.options] == [("3", "blue"), ("1", "red"), ("4", "violet")]


def test_on_a_scale_the_code_is_the_place() -> None:
    scale = bank.questions()["C1"]
    lines = [Line(number, one.code, one.label) for number, one in enumerate(scale.options)]
    same = editing.with_options(scale, lines)
    assert same.options == scale.options
    assert same.scale == "E5"
    shorter = editing.with_options(scale, lines[1:])
    assert [one.code for one in shorter.options] == ["1", "2", "3", "4"]
    assert shorter.scale == ""
    assert shorter.scale_hash() != scale.scale_hash()


def test_answers_that_stand_alone_or_last_are_marked() -> None:
    ask = bank.questions()["C17"]
    lines = [Line(number, one.code, one.label) for number, one in enumerate(ask.options)]
    made = editing.with_options(ask, lines, alone=["none"], last=["other"])
    assert {one.code: (one.alone, one.last) for one in made.options if one.alone or one.last} == {"other": (False, True), "none": (True, False)}


def test_a_copy_is_a_question_of_its_own_with_rows_of_its_own() -> None:
    grid = bank.questions()["C14"]
    copy = editing.copied(grid, {"Q1"})
    assert copy.id == "Q2"
    assert copy.wording == grid.wording
    assert not {row.id for row in copy.rows} & {row.id for row in grid.rows}
    assert (copy.source, copy.version, copy.concept) == ("this agency", 1, "q2")


def test_what_holds_for_a_new_answer_can_be_said_before_it_has_a_code() -> None:
    """The editor names an empty line by its place; once kept the answer has a code of its own and keeps the mark."""
    one = editing.new_question("single", {"en": "How did you hear of us?"}, set())
    there = [Line(place, option.code, option.label) for place, option in enumerate(one.options, 1)]
    typed = [*there, Line(3, "", {"en": "Somewhere else"}, "line 3"), Line(4, "", {}, "line 4")]
    made = editing.with_options(one, typed, last={"line 3"}, specify="line 3")
    assert made.specified is not None
    assert made.specified.label == {"en": "Somewhere else"}
    assert made.specified.last
    assert made.specified.code not in {option.code for option in one.options}
    assert editing.with_options(one, typed, specify="line 4").specified is None
