"""The Staff surveys page as HR uses it: begun, its groups looked at with a list, launched, invited to, closed, and what is withheld."""

from __future__ import annotations

import shutil

import pytest

from dashboard.services.employee import closing
from dashboard.services.employee.staff_list import StaffList, propose
from dashboard.services.house import House
from dashboard.store.people import People
from dashboard.store.staff_actions import StaffActions
from dashboard.store.staff_answers import StaffAnswers
from dashboard.store.surveys import Surveys
from dashboard.ui.staff_list import LIST
from tests.services.employee.staffing import Officer, sent
from tests.ui.conftest import words

HEAD = ("Name", "E-mail", "Unit", "Sworn")


@pytest.fixture
def own(nothing, tmp_path, monkeypatch):
    """An empty home of one's own, without a mail server."""
    monkeypatch.delenv("COMMON_GROUND_SMTP", raising=False)
    shutil.copytree(nothing.home.path, tmp_path / "home")
    return House(tmp_path / "home")


@pytest.fixture
def page(own, open_page):
    app = open_page(own, "staff_surveys", "hr")
    assert not app.exception
    return app


def press(app, label):
    return next(one for one in app.button if one.label == label).click().run()


def with_list(app, unit="Patrol"):
    rows = tuple((f"Person {number}", f"p{number}@x.example", unit if number % 2 else "Investigations", "yes") for number in range(40))
    app.session_state[LIST] = StaffList(HEAD, rows, propose(HEAD))
    return app.run()


def begin(app):
    next(one for one in app.text_input if one.label == "Title").set_value("Spring <b>pulse</b>")
    return press(app, "Begin")


def cells(app):
    return "\n".join(str(value) for table in app.table for value in table.value.to_numpy().ravel())


def test_a_pulse_is_begun_and_its_promise_is_read(page):
    app = begin(page)
    assert not app.exception
    said = words(app)
    assert "What this does not protect against" in said
    assert "by unit and sworn or civilian" in said
    assert "988" in said
    assert "<b>" not in said.replace("\\<b\\>", "")


def test_a_list_shows_what_would_be_hidden(page):
    app = with_list(begin(page))
    assert not app.exception
    assert "A list of **40** people" in words(app)
    assert "expected answers" in words(app)
    assert "not shown: fewer than 10" in cells(app)
    assert "Person 1" not in words(app) + cells(app)


def test_a_list_with_other_words_is_one_sentence_with_a_way_on(page):
    app = with_list(begin(page), unit="Harbor")
    assert "the survey does not offer" in words(app)
    assert not [one for one in app.button if one.label == "Launch this survey"]
    app = press(app, "Take the list's own 2 words for unit")
    assert not app.exception
    assert "Harbor" in cells(app)


def test_launched_invited_to_and_closed(page, own):
    app = press(with_list(begin(page)), "Launch this survey")
    assert not app.exception
    said = words(app)
    assert "Fewer than ten answers so far" in said.replace("\\", "")
    (survey,) = Surveys(own.records).all()
    (wave,) = Surveys(own.records).waves(survey.id)
    assert StaffAnswers(own.records).declared(wave.id).heads["unit"] == {
        "patrol": 20.0,
        "investigations": 20.0,
        **dict.fromkeys(("special", "community", "communications", "support"), 0.0),
    }
    app = press(app, "Invite 40 people")
    assert "40 new links" in words(app)
    assert "stored nowhere" in words(app)
    tokens = Surveys(own.records).invite(survey.id, 30)
    for number, token in enumerate(tokens):
        sent(own, wave, Officer(number, "", "", {"M11": 1 + number % 5, "U1": "patrol" if number % 2 else "investigations"}), token)
    assert "At least 30 answers so far" in words(app.run()).replace("\\", "")
    app.session_state[f"cg_staff_step_{survey.id}_True"] = "Close and results"
    app = press(app.run(), "Close this survey")
    assert "cannot be taken back" in words(app)
    closing.close(own, wave.id, "Hana")  # a dialog's own button cannot be pressed here
    app.session_state[f"cg_staff_step_{survey.id}_False"] = "Close and results"
    app = app.run()
    assert "Results for everybody together are shown" in words(app).replace("\\", "")
    assert "Which is which is not said" in cells(app).replace("\\", "")
    assert any(len(one.value) == 64 for one in app.code)


def test_the_page_keeps_the_list_in_the_tab_and_nowhere_else(page, own):
    app = with_list(begin(page))
    assert isinstance(app.session_state[LIST], StaffList)
    app = press(app, "Let the list go")
    assert LIST not in app.session_state
    own.records.settle()
    found = b"".join(file.read_bytes() for file in own.home.path.rglob("*") if file.is_file())
    assert b"x.example" not in found


def at(app, survey, step, wave=False):
    app.session_state[f"cg_staff_step_{survey.id}_{wave}"] = step
    return app.run()


def test_hr_leaves_out_adds_and_orders_questions_and_reads_what_is_lost(page, own):
    app = begin(page)
    (survey,) = Surveys(own.records).all()
    app = at(app, survey, "Questions")
    assert not app.exception
    said = words(app).replace("\\", "")
    assert "set 1 of 4, one set a wave" in said
    assert not [one for one in app.get("link_button") if "elsewhere" in one.proto.label], "a file of the survey is its authors' alone"
    app.session_state[f"cg_q_{survey.id}_FEVS-Q71"] = True
    app = press(app.run(), "Remove")
    assert not app.exception
    assert Surveys(own.records).get(survey.id).draft.question("FEVS-Q71") is None
    assert "Theme: Satisfaction" in words(app).replace("\\", "")
    assert "Not computed with these questions" in words(app)
    assert "Not computed with these questions" in words(at(app, survey, "Groups and launch")), "and once more before it opens"
    app = at(app, survey, "Questions")
    add = next(one for one in app.selectbox if one.label == "Or your own")
    assert set(add.options) == {"choose a kind", "One choice", "Likert scale", "0 to 10", "Long text"}
    add.select("ten")
    next(one for one in app.text_input if one.label.startswith("Your question")).input("How was the <b>move</b>?")
    app = press(app, "Add")
    assert Surveys(own.records).get(survey.id).draft.question("Q1").kind == "ten"
    assert "<b>" not in words(app).replace("\\<b\\>", "")
    app.session_state[f"cg_q_{survey.id}_Q1"] = True
    app = press(app.run(), "Move up")
    assert [one.id for one in Surveys(own.records).get(survey.id).draft.sections[0].questions] == ["M11", "Q1", "ENPS1"]


def test_a_question_that_asks_who_somebody_is_is_one_sentence(page, own):
    app = begin(page)
    (survey,) = Surveys(own.records).all()
    app = at(app, survey, "Questions")
    next(one for one in app.selectbox if one.label == "Or your own").select("long_text")
    next(one for one in app.text_input if one.label.startswith("Your question")).input("What is your rank?")
    app = press(app, "Add")
    assert not app.exception
    assert "asks where somebody belongs" in words(app).replace("\\", "")
    assert Surveys(own.records).get(survey.id).draft.question("Q1") is None


def test_the_new_words_of_a_staff_survey_are_translated_in_one_list(page, own):
    app = begin(page)
    (survey,) = Surveys(own.records).all()
    app = at(app, survey, "Questions")
    next(one for one in app.selectbox if one.label == "Or your own").select("scale")
    next(one for one in app.text_input if one.label.startswith("Your question")).input("The move went well.")
    app = at(press(app, "Add"), survey, "Translate")
    assert not app.exception
    assert "not in Spanish yet" in words(app)
    next(one for one in app.text_input if "The move went well." in one.label).input("La mudanza fue bien.")
    app = press(app, "Keep these translations")
    assert "Everything is in Spanish" in words(app)
    assert Surveys(own.records).get(survey.id).draft.question("Q1").wording["es"] == "La mudanza fue bien."


def test_hr_plans_for_a_unit_and_reads_the_history_and_command_only_reads(own_riverton, open_page):
    app = open_page(own_riverton, "morale", "hr")
    whom = next(one for one in app.selectbox if one.label == "For whom")
    app = whom.select(whom.options[1]).run()
    assert not app.exception
    assert "on My unit by those of this unit" in words(app)
    assert not [one for one in app.toggle if one.label.startswith("Show promise")]
    next(one for one in app.text_area if one.label == "What is promised").input("A <b>calmer</b> roster")
    next(one for one in app.text_input if one.label == "Who sees to it").input("Patrol")
    app = press(app, "Keep this action")
    assert not app.exception
    assert "The action is kept" in words(app)
    unit = next(one.unit for one in StaffActions(own_riverton.records).all() if one.promised == "A <b>calmer</b> roster")
    assert unit
    app.session_state["cg_plan_history"] = True
    app = app.run()
    name = next(one.id for one in StaffActions(own_riverton.records).all() if one.promised == "A <b>calmer</b> roster")
    app = app.selectbox(key="cg_plan_chosen").set_value(name).run()
    assert "Written down" in cells(app)
    assert "<b>" not in (words(app) + cells(app)).replace("\\<b\\>", "")
    app = open_page(own_riverton, "morale", "command")
    assert "calmer" in cells(app)
    assert not [one for one in app.selectbox if one.label == "For whom"]


def test_a_supervisor_reads_on_my_unit_what_was_promised_for_it(own_riverton, open_page):
    app = open_page(own_riverton, "my_unit", "supervisor")
    assert "What was promised" not in words(app)
    (plan,) = [one for one in StaffActions(own_riverton.records).all() if one.unit]
    people = People(own_riverton.records)
    people.set_places(people.named("supervisor").id, [], [plan.unit], "Ada")
    app = open_page(own_riverton, "my_unit", "supervisor")
    assert not app.exception
    assert "What was promised for your units" in words(app)
    assert plan.promised in words(app).replace("\\", "")
    assert plan.owner not in words(app), "not who sees to it"
