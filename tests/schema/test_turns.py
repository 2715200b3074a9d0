"""Questions that change from wave to wave, laid out for their author: nothing is lost on the way there and back."""

from __future__ import annotations

import pytest

from dashboard.schema import bank, editing, employee, turns
from dashboard.schema.questions import Section

PULSE = bank.template("employee_pulse")
ALONE = Section(questions=(bank.questions()["M6"],))


def names(survey):
    return [[one.id for one in section.questions] for section in survey.sections]


@pytest.mark.parametrize("template", list(bank.templates()))
def test_there_and_back_is_the_same_survey(template):
    survey = bank.template(template)
    assert turns.together(turns.laid_out(survey)) == survey
    assert turns.laid_out(turns.laid_out(survey)) == turns.laid_out(survey), "nothing is laid out twice"


def test_each_set_is_a_page_and_each_wave_asks_one():
    out = turns.laid_out(PULSE)
    assert names(out)[1:5] == [["M3", "M2"], ["M5", "FEVS-Q48"], ["M1", "FEVS-Q10"], ["M4", "FEVS-Q65"]]
    assert [turns.turn_of(one) for one in out.sections] == [None, 0, 1, 2, 3, None]
    assert [[q.id for q in one.sections[1].questions] for one in turns.waves(PULSE)] == names(out)[1:5]


def test_a_question_left_out_of_its_set_is_asked_in_no_wave():
    made = turns.together(editing.replaced(turns.laid_out(PULSE), 1, 0))
    assert all("M3" not in [one.id for one in wave.questions()] for wave in turns.waves(made))
    assert [one.id for one in employee.turned(made, 0).sections[1].questions] == ["M2"]


def test_a_set_that_was_emptied_is_gone_and_one_that_is_left_is_asked_every_time():
    out = turns.laid_out(PULSE)
    for _ in range(3):
        out = editing.without_page(out, 2)
    made = turns.together(out)
    assert made.sections[1].rotation == ()
    assert names(made)[1] == ["M3", "M2"]


def test_pages_move_past_all_sets_of_a_page_at_once():
    out = editing.page_moved(turns.laid_out(PULSE), 0, down=True)
    made = turns.together(out)
    assert names(made) == [["M3", "M2"], ["M11", "FEVS-Q71", "ENPS1"], ["U1", "U5"]]
    assert len(made.sections[0].rotation) == 4
    back = editing.page_moved(out, 4, down=False)
    assert turns.together(back) == PULSE


def test_two_pages_that_change_stay_two():
    one = PULSE.sections[1]
    twice = PULSE.model_copy(update={"sections": (one, one.model_copy(update={"rotation": one.rotation[:3]}), ALONE)})
    assert turns.together(turns.laid_out(twice)) == twice
    assert len(list(turns.waves(twice))) == 12


def test_what_is_wrong_in_any_wave_is_said():
    one = PULSE.sections[1]
    sets = (*one.rotation[:1], (bank.questions()["M11"],))
    doubled = PULSE.model_copy(update={"sections": (PULSE.sections[0], one.model_copy(update={"rotation": sets}))})
    assert any("M11" in said for said in turns.mistakes(doubled))
