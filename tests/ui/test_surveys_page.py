"""The Surveys page as an author uses it."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboard.schema import bank, editing
from dashboard.services.surveys import authoring
from dashboard.store.saved import Saved
from data_sources.sample import truth
from tests.ui.conftest import words


def test_the_survey_that_is_worked_on_stays_when_it_opens_and_closes(own, open_page):
    first, second = (authoring.begin(own, "event", title, "Ada") for title in ("Fair", "Picnic"))
    app = open_page(own, "surveys", "analyst")
    app.selectbox(key="cg_survey").select(first.id).run()
    assert "Fair\\*\\* is a draft" in words(app) or "Fair** is a draft" in words(app)
    labels = app.selectbox(key="cg_survey").options
    wave = authoring.launch(own, first.id, "", "Ada", opens=dt.date(2026, 1, 5), closes=None, sampling="opt_in")
    app.run()
    assert "Fair** is open since" in words(app)
    authoring.close(own, wave.id, "Ada")
    app.run()
    assert "Fair** is closed" in words(app)
    assert sorted(app.selectbox(key="cg_survey").options) == sorted(labels), "a browser knows its choice by these words: they must not change"
    assert second.title in labels


def test_surveys_of_one_title_can_be_told_apart(own, open_page):
    names = {authoring.begin(own, "event", "Fair", "Ada").id for _ in range(2)}
    app = open_page(own, "surveys", "analyst")
    labels = app.selectbox(key="cg_survey").options
    assert len(set(labels)) == 2
    assert all(any(name[:4] in label for label in labels) for name in names)


def test_people_may_write_beside_an_answer_that_is_typed_just_now(own, open_page):
    made = authoring.begin(own, "blank", "How did you hear of us?", "Ada")
    draft = authoring.desk(own, made.id).survey.draft
    draft = editing.added(draft, 0, [editing.new_question("single", {"en": "Where from?"}, set())])
    authoring.keep(own, made.id, draft, authoring.desk(own, made.id).survey.draft)
    app = open_page(own, "surveys", "analyst")
    app.selectbox(key="cg_survey").select(made.id).run()
    one = draft.sections[0].questions[0]
    app.session_state[f"cg_q_{made.id}_{one.id}"] = True
    app.run()
    number = len(one.options) + 1
    next(box for box in app.text_input if box.key and box.key.endswith(f"_o_{number}_en")).input("Elsewhere, please say where")
    next(box for box in app.selectbox if box.label == "People may write beside").select(f"line {number}")
    next(button for button in app.button if button.label == "Keep this question").click().run()
    kept = authoring.desk(own, made.id).survey.draft.sections[0].questions[0]
    assert kept.specified is not None
    assert kept.specified.label["en"] == "Elsewhere, please say where"


def test_a_survey_of_one_language_gets_another_where_it_is_translated(own, open_page):
    made = authoring.begin(own, "blank", "Fair", "Ada")
    before = authoring.desk(own, made.id).survey.draft
    authoring.keep(own, made.id, before.model_copy(update={"languages": ("en",)}), before)
    app = open_page(own, "surveys", "analyst")
    app.selectbox(key="cg_survey").select(made.id).run()
    app.segmented_control(key="cg_survey_step").select("Translate").run()
    app.multiselect[0].select("vi")
    next(button for button in app.button if button.label == "Add").click().run()
    assert authoring.desk(own, made.id).survey.draft.languages == ("en", "vi")
    assert "not in Vietnamese yet" in words(app)


@pytest.mark.parametrize("page", ["trust", "post_contact"])
def test_before_the_first_wave_closed_it_is_said_once_with_the_next_step(nothing, open_page, page):
    app = open_page(nothing, page, "analyst")
    assert words(app).count("No survey has been closed yet") == 1
    assert any("Begin a survey" in link.proto.label for link in app.get("page_link"))


def test_who_asks_is_named_before_a_survey_is_opened(own, open_page):
    made = authoring.begin(own, "event", "Fair", "Ada")

    def opening():
        app = open_page(own, "surveys", "analyst")
        app.selectbox(key="cg_survey").select(made.id).run()
        app.segmented_control(key="cg_survey_step").select("Open and close").run()
        return words(app)

    assert "The form will say that 'Your agency' asks" in opening()
    Saved(own.records).set("agency.name", "Lakeside Police", "Ada")
    assert "The form will say" not in opening()


def test_where_people_live_can_be_asked_later_with_the_districts_of_the_stops(riverton, own):
    assert authoring.areas(own) == ()
    known = authoring.areas(riverton)
    assert set(truth.DISTRICTS) == set(known)
    question = bank.with_areas(bank.questions()[bank.AREA], known)
    assert [one.code for one in question.options] == list(known)
