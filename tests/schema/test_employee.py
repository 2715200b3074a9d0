"""The employee bank: word for word where it must be, versioned, translated, and never asking what singles a person out."""

from __future__ import annotations

import pytest

from dashboard.schema import bank, employee
from dashboard.schema.questions import Condition, Definition, Option, Question, Section

# Copied from OPM's labels of the 2019 public release and from Kristensen et al. 2005, not from the table under test.
VERBATIM = {
    "FEVS-Q3": "I feel encouraged to come up with new and better ways of doing things.",
    "FEVS-Q12": "I know how my work relates to the agency's goals.",
    "FEVS-Q17": "I can disclose a suspected violation of any law, rule or regulation without fear of reprisal.",
    "FEVS-Q60": "Overall, how good a job do you feel is being done by the manager directly above your immediate supervisor?",
    "FEVS-Q71": "Considering everything, how satisfied are you with your organization?",
    "CBI-W4": "Do you have enough energy for family and friends during leisure time?",
    "CBI-W7": "Do you feel burnt out because of your work?",
}
WITH_DONT_KNOW = {11, 12, 47, 52, 53, 54, 56, 60, 61, 15, 17, 22, 37, 9, 10, 18, 35, 42, 41, 26}
WITHOUT = {3, 4, 6, 48, 49, 51, 69, 70, 71, 40, 1, 2, 63, 64, 65, 20}


@pytest.mark.parametrize("name", sorted(VERBATIM))
def test_published_items_are_word_for_word(name):
    assert bank.questions()[name].wording["en"] == VERBATIM[name]


def test_dont_know_is_offered_exactly_where_opm_offers_it():
    fevs = {int(name.removeprefix("FEVS-Q")): one for name, one in bank.questions().items() if name.startswith("FEVS-Q")}
    assert set(fevs) == WITH_DONT_KNOW | WITHOUT
    assert {number for number, one in fevs.items() if one.dont_know} == WITH_DONT_KNOW
    assert all("OPM" in one.source and "17 USC 105" in one.licence for one in fevs.values())


def test_scales_are_the_published_ones():
    scales = bank.scales()
    assert scales["F-S5"][0].label["en"] == "Strongly Dissatisfied"
    assert [one.label["en"] for one in scales["CB-F"]] == ["Never/almost never", "Seldom", "Sometimes", "Often", "Always"]
    assert [one.label["en"] for one in scales["CB-D"]][-1] == "To a very high degree"


def test_burnout_items_are_mixed_with_other_topics():
    for section in bank.template("employee_full").sections:
        assert sum(one.id.startswith("CBI") for one in section.questions) <= 1 < len(section.questions) or len(section.questions) == 1


def test_the_pulse_has_five_questions_and_turns():
    pulse = bank.template("employee_pulse")
    asked = [[one.id for one in employee.turned(pulse, wave).questions() if not one.concept.startswith("cut_")] for wave in range(8)]
    assert all(len(one) == 5 for one in asked)
    assert asked[0] != asked[1]
    assert asked[:4] == asked[4:]
    assert all({"M11", "FEVS-Q71", "ENPS1"} <= set(one) for one in asked)
    assert employee.turned(pulse, 0) == pulse


def test_a_rewritten_question_keeps_its_new_words_when_its_turn_comes_again():
    pulse = bank.template("employee_pulse")
    asked = list(pulse.sections[1].questions)
    asked[0] = asked[0].model_copy(update={"wording": {**asked[0].wording, "en": "I have enough colleagues on my shift."}})
    sections = (pulse.sections[0], pulse.sections[1].model_copy(update={"questions": tuple(asked)}), pulse.sections[2])
    written = employee.in_step(pulse.model_copy(update={"sections": sections}))
    assert employee.turned(written, 4).question("M3").wording["en"] == "I have enough colleagues on my shift."
    assert employee.turned(written, 1).question("M5") == bank.questions()["M5"]


def test_every_theme_is_a_concept_and_every_question_has_its_theme_or_its_own_index():
    concepts = {one.concept for one in bank.template("employee_full").questions()}
    assert set(employee.THEMES) <= concepts
    own = {"turnover", "enps", "burnout_work", "burnout_single", "comment"}
    assert {one for one in concepts if not one.startswith("cut_")} == set(employee.THEMES) | own


def test_every_way_to_be_divided_is_optional_and_can_be_refused():
    found = employee.cuts(bank.template("employee_full"))
    assert list(found) == ["unit", "shift", "rank", "tenure", "sworn"]
    assert all(one.prefer_not and not one.required for one in found.values())


def _survey(*more: Question, **fields: object) -> Definition:
    pulse = bank.template("employee_pulse")
    return pulse.model_copy(update={"sections": (*pulse.sections, Section(questions=more)) if more else pulse.sections, **fields})


YES = (Option(code="yes", label={"en": "Yes", "es": "Sí"}), Option(code="no", label={"en": "No", "es": "No"}))
ASK = {"wording": {"en": "Q?", "es": "¿P?"}, "concept": "c"}


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (_survey(invited_only=False), "only by invitation"),
        (_survey(once_per_device=True), "no mark on a device"),
        (_survey(Question(id="A", kind="number", **ASK)), "asks for a number"),
        (_survey(Question(id="A", kind="date", **ASK)), "asks for a date"),
        (_survey(Question(id="A", kind="text", **ASK)), "short text"),
        (_survey(Question(id="A", kind="single", options=YES, **(ASK | {"concept": "recovery"}))), "never asks for a name"),
        (_survey(Question(id="A", kind="single", options=YES, **(ASK | {"concept": "cut_car"}))), "prefer not to say"),
        (_survey(Question(id="A", kind="single", options=YES, show_if=Condition(question="U1", any_of=("patrol",)), **ASK)), "only of some groups"),
        (_survey(bank.questions()["M5"]), "changes from wave to wave"),
    ],
)
def test_what_singles_people_out_keeps_a_survey_from_opening(made, said):
    assert any(said in one for one in made.mistakes())


def test_other_families_are_not_held_to_it():
    assert bank.template("community").mistakes() == []
