"""'Other, please say what': the answer is counted, the words beside it are a comment. With and without a script, on any browser."""

from __future__ import annotations

from importlib.resources import files

import pytest
from sqlalchemy import select

from dashboard.schema import answering
from dashboard.schema.questions import Condition, Option
from dashboard.services.surveys import comments
from dashboard.store.intake import Intake
from dashboard.store.survey_tables import CommentRow
from dashboard.store.surveys import Surveys
from tests.browsing import chromium
from tests.web.surveying import ask, begin, made_of, open_survey, post, stored
from tests.web.test_survey_accessible import judged

WORDS = {"bus": "By bus", "car": "By car", "other": "Another way", "none": "I stay at home"}
WAYS = tuple(Option(code=code, label={"en": text}, specify=code == "other", alone=code == "none") for code, text in WORDS.items())
ONE, SEVERAL = ask("Q1", options=WAYS), ask("Q2", "multi", options=WAYS, dont_know=True)


@pytest.mark.parametrize(
    ("fields", "answers", "written"),
    [
        ({"Q1": ["other"], "Q1_other": [" by  boat "]}, {"Q1": "other"}, {"Q1_other": "by boat"}),
        ({"Q1": ["other"], "Q1_other": [" "]}, {"Q1": "other"}, {}),
        ({"Q1_other": ["by boat"]}, {"Q1": "other"}, {"Q1_other": "by boat"}),
        ({"Q2": ["bus"], "Q2_other": ["by boat"]}, {"Q2": ["bus", "other"]}, {"Q2_other": "by boat"}),
        ({"Q2": ["bus", "other"]}, {"Q2": ["bus", "other"]}, {}),
    ],
)
def test_what_counts_as_chosen(fields, answers, written):
    read = answering.parse((ONE, SEVERAL), fields)
    assert (read.answers, read.comments, read.mistakes) == (answers, written, {})


@pytest.mark.parametrize(
    ("fields", "mistakes"),
    [
        ({"Q1": ["bus"], "Q1_other": ["by boat"]}, {"Q1_other": "specify"}),
        ({"Q1": ["other"], "Q1_other": ["x" * 301]}, {"Q1_other": "too_long"}),
        ({"Q2": ["dont_know"], "Q2_other": ["by boat"]}, {"Q2_other": "specify"}),
        ({"Q2": ["none"], "Q2_other": ["by boat"]}, {"Q2": "alone"}),
    ],
)
def test_what_does_not_go_together_is_said_where_it_stands(fields, mistakes):
    assert answering.parse((ONE, SEVERAL), fields).mistakes == mistakes


def test_a_needed_answer_is_given_by_writing_it():
    needed = ONE.model_copy(update={"required": True})
    assert answering.parse((needed,), {}).mistakes == {"Q1": "required"}
    assert answering.parse((needed,), {"Q1_other": ["by boat"]}).answers == {"Q1": "other"}


def test_the_words_are_a_comment_and_what_was_typed_comes_back(web, served):
    code, wave = open_survey(served, made_of(ONE, ask("Q3", "text")))
    key = begin(web, code)
    wrong = post(web, code, key, Q1="car", Q1_other="by <b>boat</b>")
    assert wrong.status_code == 422
    assert "did not choose" in wrong.text
    assert 'value="by &lt;b&gt;boat&lt;/b&gt;"' in wrong.text
    assert 'href="#f-Q1_other"' in wrong.text
    assert post(web, code, key, Q1="other", Q1_other="by boat with Ann Smith, 555-867-5309").status_code == 200
    (kept,) = stored(served, wave)
    assert kept["answers"] == {"Q1": "other"}
    assert kept["comments"] == {"Q1_other": "by boat with Ann Smith, 555-867-5309"}
    Surveys(served.records).close(wave.id, "Ada", wave.opens)
    Intake(served.records).flush(wave.id, rest=True)
    comments.read(served)
    with served.records.read() as session:
        (row,) = session.scalars(select(CommentRow).where(CommentRow.wave_id == wave.id))
    assert (row.question, row.state) == ("Q1_other", "waiting")
    assert "555" not in row.redacted


def test_it_is_kept_over_pages_and_forgotten_with_its_answer(web, served):
    later = ask("Q3", show_if=Condition(question="Q1", any_of=("other",)))
    code, wave = open_survey(served, made_of(ONE, later))
    key = begin(web, code)
    on = post(web, code, key, Q1="other", Q1_other="by boat")
    assert on.status_code == 303
    assert "Question Q3?" in web.get(on.headers["location"]).text
    post(web, code, key, page="2", action="back")
    back = web.get(f"/s/{code}/{key}", params={"page": "1"}).text
    assert 'value="by boat"' in back
    post(web, code, key, Q1="bus", Q1_other="")
    assert post(web, code, key, page="3").status_code == 200
    (kept,) = stored(served, wave)
    assert (kept["answers"], kept["comments"]) == ({"Q1": "bus"}, {})


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
def test_the_line_to_write_on_appears_with_its_answer(web, served, script):
    code, wave = open_survey(served, made_of(ONE))
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=script)
        tab = context.new_page()
        tab.goto(f"{web.base_url}/s/{code}")
        line = tab.get_by_label("Another way: in your own words")
        assert not line.is_visible()
        tab.get_by_label("Another way", exact=True).check()
        line.fill("by boat")
        tab.get_by_label("By bus").check()
        assert line.is_visible(), "what was typed is not hidden from who typed it"
        if script:
            judged(tab, files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
        tab.get_by_label("Another way", exact=True).check()
        tab.locator("button[value=next]:not(.trap)").click()
        assert tab.get_by_role("heading", level=1).inner_text().startswith("Thank you")
    assert stored(served, wave)[0]["comments"] == {"Q1_other": "by boat"}
