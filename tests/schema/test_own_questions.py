"""Questions of an agency's own that ask who somebody is are refused in a sentence; questions about the work are not."""

from __future__ import annotations

import pytest

from dashboard.schema import bank, editing, own_questions
from dashboard.schema.questions import Option, Question

FULL = bank.template("employee_full")
ABOUT_WORK = (
    "My unit has the equipment it needs.",
    "What would help your unit most?",
    "Which unit needs more staff?",
    "Name one thing your supervisor does well.",
    "What should your supervisor do differently?",
    "Does your shift end on time?",
    "Give your unit a mark from 0 to 10.",
    "I am proud of my unit.",
    "I work well with patrol.",
    "How many years do you plan to stay?",
    "Which training do you need?",
    "I am able to take my days off.",
    "Overtime is shared fairly across shifts.",
    "What is your view of the new schedule?",
    "¿Qué necesita su unidad?",
)
ABOUT_PEOPLE = (
    "Your name",
    "Name:",
    "What is your badge number?",
    "Please enter your full name",
    "How old are you?",
    "What is your gender?",
    "What is your e-mail?",
    "When did you join the agency?",
    "¿Cuál es su nombre?",
    "Número de placa",
)
ABOUT_PLACES = (
    "What is your rank?",
    "Rank",
    "Please state your rank.",
    "Which unit do you work in?",
    "Select your division",
    "What shift do you work?",
    "Are you a sergeant?",
    "I am a supervisor.",
    "I work in Patrol.",
    "I work nights.",
    "How long have you worked here?",
    "Who is your supervisor?",
    "What is your current assignment?",
    "¿Cuál es su rango?",
    "¿En qué unidad trabaja?",
    "¿Cuánto tiempo lleva trabajando aquí?",
)


def own(text: str, kind: str = "scale", **more: object) -> Question:
    language = "es" if "¿" in text or "ú" in text else "en"
    made = editing.new_question(kind, {language: text}, frozenset(bank.questions()))
    return made.model_copy(update=more)


def said(question: Question, survey=FULL) -> str:
    return " ".join(own_questions.faults(survey, question))


@pytest.mark.parametrize("text", ABOUT_WORK)
@pytest.mark.parametrize("kind", own_questions.KINDS)
def test_a_question_about_the_work_may_be_asked(text, kind):
    assert said(own(text, kind)) == ""


@pytest.mark.parametrize("text", ABOUT_PEOPLE)
@pytest.mark.parametrize("kind", own_questions.KINDS)
def test_who_somebody_is_is_never_asked(text, kind):
    assert "asks who somebody is" in said(own(text, kind))


@pytest.mark.parametrize("text", ABOUT_PLACES)
@pytest.mark.parametrize("kind", own_questions.KINDS)
def test_where_somebody_belongs_is_asked_by_the_bank_alone(text, kind):
    assert "declared" in said(own(text, kind))


def test_groups_under_another_heading_are_noticed_by_their_answers():
    answers = tuple(Option(code=str(n), label={"en": text, "es": text}) for n, text in enumerate(("Patrol", "Investigations", "None of these")))
    assert "declared" in said(own("What describes your days best?", "single", options=answers))
    other = tuple(Option(code=str(n), label={"en": text, "es": text}) for n, text in enumerate(("Calm", "Busy", "Both")))
    assert said(own("What describes your days best?", "single", options=other)) == ""


def test_groups_that_the_agency_named_itself_are_noticed_too():
    unit = FULL.question("U1")
    named = unit.model_copy(update={"options": tuple(Option(code=text, label={"en": text}) for text in ("Harbor", "Mounted"))})
    section = FULL.sections[-1].model_copy(update={"questions": (named, *FULL.sections[-1].questions[1:])})
    survey = FULL.model_copy(update={"sections": (*FULL.sections[:-1], section)})
    assert "declared" in said(own("I mostly work in Harbor."), survey) or "declared" in said(own("I work in Harbor."), survey)
    assert said(own("I work in Harbor."), FULL) == ""


@pytest.mark.parametrize("concept", ["cut_unit", "cut_car", "turnover", "enps", "burnout_single", "recovery"])
def test_an_own_question_cannot_pass_for_one_of_the_bank(concept):
    assert "your own question" in said(own("Was the training useful?", "single", concept=concept))


def test_the_answers_of_a_bank_question_stay():
    turned = bank.questions()["FEVS-Q3"]
    turned = turned.model_copy(update={"options": turned.options[::-1]})
    assert "stay as they are" in said(turned)
    assert said(bank.questions()["FEVS-Q3"]) == ""
    assert "stay as they are" not in said(editing.copied(turned, frozenset(bank.questions())))


def test_every_question_of_the_bank_may_be_asked_and_none_gets_a_hint():
    for one in bank.of("employee").values():
        assert said(one) == ""
        assert own_questions.hint(one) == ""


def test_its_author_is_told_what_to_think_of():
    assert "took names out" in own_questions.hint(own("What should change?", "long_text"))
    assert "“unit”" in own_questions.hint(own("My unit is well led."))
    assert own_questions.hint(own("The building is in good order.")) == ""
