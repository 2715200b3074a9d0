"""HR writes a staff survey: what is left out is out of every wave, what was asked is versioned, and the results say what they no longer hold."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboard.access.principal import Principal
from dashboard.errors import AccessDenied, ScopeError
from dashboard.schema import bank, editing, turns
from dashboard.schema.employee import Division
from dashboard.services.employee import closing, columns, desk, each_statement, launching, morale, numbers, reading, writing
from dashboard.services.house import House
from dashboard.store.surveys import Surveys
from tests.services.employee.staffing import DAY, staff

BY_UNIT = Division(("unit",))
LATER = DAY + dt.timedelta(days=91)


def begun(house, template="employee_full"):
    return desk.begin(house, template, "", "Hana").id


def write(house, survey, change):
    """Change the draft as the editor does."""
    before = writing.desk(house, survey).survey.draft
    writing.keep(house, survey, change(before), before)


def added(question, page=0):
    return lambda draft: editing.added(draft, page, [question])


def ours(house, survey, kind, en, **more):
    made = editing.new_question(kind, {"en": en, "es": f"{en} (es)"}, writing.desk(house, survey).taken)
    return made.model_copy(update=more)


def reworded(name, en):
    def change(draft):
        sections = [
            one.model_copy(
                update={"questions": tuple(q.model_copy(update={"wording": {**q.wording, "en": en}}) if q.id == name else q for q in one.questions)}
            )
            for one in draft.sections
        ]
        return draft.model_copy(update={"sections": tuple(sections)})

    return change


def said(house, survey):
    return {one.name: one for one in writing.held(house, survey)}


def test_hr_alone_writes(empty):
    survey = begun(empty)
    for role in ("analyst", "command", "admin", "supervisor"):
        seen = House(empty.home, visitor=Principal(role, role, (role,)))
        for ask in (writing.desk, writing.held, writing.offered):
            with pytest.raises(AccessDenied):
                ask(seen, survey)
    hr = House(empty.home, visitor=Principal("hr", "hr", ("hr",)))
    before = writing.desk(hr, survey).survey.draft
    writing.keep(hr, survey, editing.replaced(before, 0, 0), before)
    assert Surveys(empty.records).get(survey).draft.question("FEVS-Q3") is None


def test_the_bank_for_staff_is_offered_without_what_is_asked(empty):
    survey = begun(empty, "employee_pulse")
    offered = writing.offered(empty, survey)
    assert set(offered) <= set(bank.of("employee"))
    assert not {"M11", "M5", "FEVS-Q65"} & set(offered), "of every set"
    assert "FEVS-Q3" in offered


def test_an_index_without_a_question_is_refused_and_named(empty):
    survey = begun(empty)
    assert not [one for one in writing.held(empty, survey) if one.why]
    write(empty, survey, lambda draft: editing.replaced(draft, 0, 0))
    figures = said(empty, survey)
    assert figures["Engagement index"].lost
    assert "FEVS-Q3" in figures["Engagement index"].why
    assert figures["Theme: The work itself"].computed
    assert "starts anew" in figures["Theme: The work itself"].why
    assert not figures["Global satisfaction"].lost


def test_the_release_agrees_with_what_was_said(empty):
    """What the editor calls computed is what the release job computes: over every question left out by itself, one at a time."""
    full = turns.laid_out(bank.template("employee_full"))
    names = {"Engagement index": "eei", "Global satisfaction": "satisfaction", "Burnout scale": columns.BURNOUT}
    for number, section in enumerate(full.sections[:-1]):
        for place in range(len(section.questions)):
            less = turns.together(editing.replaced(full, number, place))
            table = columns.of([{one.id: 1 for one in less.questions() if one.kind == "scale"}], less, BY_UNIT)
            there = {one.name for one in numbers.indices(less, table.variables)} | set(table.variables)
            for held in writing.compared(less, full):
                if held.name in names:
                    assert held.computed == (names[held.name] in there), (held, section.questions[place].id)


def test_a_question_of_ours_is_asked_and_divided_like_any_other(empty):
    survey = begun(empty, "employee_pulse")
    scale = ours(empty, survey, "scale", "The new schedule works.")
    write(empty, survey, added(scale))
    choice = ours(empty, survey, "single", "What should come first?")
    write(empty, survey, added(choice))
    assert (scale.id, choice.id) == ("Q1", "Q2")
    wave = launching.launch(empty, survey, "one", "Hana", opens=DAY, closes=None, division=BY_UNIT)
    people = [{**one.answers, "U1": one.unit, "Q1": 1 + one.number % 5, "Q2": "yes" if one.number % 3 else "no"} for one in staff()]
    closing.reduce(empty, wave.id, people, [], "Hana")
    found = reading.results(empty, survey)
    cell = found.latest.cell
    assert cell("Q1", "favourable", "unit", "patrol").known
    assert not cell("Q1", "favourable", "unit", "communications").known, "four people: not shown, as of any question"
    assert {row[0] for row in found.latest.release.rows} & {"Q2"} == set(), "a choice of ours is never shown by group"
    assert "most chose" in each_statement.answer(empty, survey, "Q2").sentence


@pytest.mark.parametrize("text", ["What is your rank?", "Your name", "Which unit do you work in?"])
def test_a_question_that_asks_who_somebody_is_is_not_kept(empty, text):
    survey = begun(empty, "employee_pulse")
    with pytest.raises(ScopeError, match=r"asks (who|where) somebody"):
        write(empty, survey, added(ours(empty, survey, "long_text", text)))
    assert Surveys(empty.records).get(survey).draft.question("Q1") is None


def test_nor_is_it_launched_when_it_came_in_by_another_way(empty):
    survey = begun(empty, "employee_pulse")
    store = Surveys(empty.records)
    draft = editing.added(store.get(survey).draft, 0, [ours(empty, survey, "long_text", "What is your badge number?")])
    store.keep_draft(survey, draft)
    with pytest.raises(ScopeError, match="asks who somebody is"):
        launching.launch(empty, survey, "", "Hana", opens=DAY, closes=None, division=BY_UNIT)
    write(empty, survey, lambda one: one.model_copy(update={"title": {**one.title, "en": "Other"}}))  # what was wrong before does not stop work on it


def test_what_somebody_else_wrote_meanwhile_is_not_lost(empty):
    survey = begun(empty, "employee_pulse")
    before = writing.desk(empty, survey).survey.draft
    write(empty, survey, lambda draft: editing.replaced(draft, 0, 0))
    with pytest.raises(ScopeError, match="Somebody else"):
        writing.keep(empty, survey, editing.replaced(before, 0, 1), before)


def test_two_staff_surveys_never_share_the_name_of_a_question_of_ours(empty):
    first, second = begun(empty, "employee_pulse"), begun(empty, "employee_pulse")
    write(empty, first, added(ours(empty, first, "ten", "How was the move?")))
    assert ours(empty, second, "ten", "How is the food?").id == "Q2"


def test_what_was_launched_is_versioned_and_its_line_breaks(empty):
    survey = begun(empty, "employee_pulse")
    store = Surveys(empty.records)
    people = [{**one.answers, "U1": one.unit} for one in staff()]

    def asked(opens, name):
        wave = launching.launch(empty, survey, name, "Hana", opens=opens, closes=opens + dt.timedelta(days=14), division=BY_UNIT)
        write(empty, survey, reworded("M11", "How is morale in your unit?" if name == "one" else "How high is morale in your unit?"))
        assert store.version(survey, wave.version).question("M11").wording["en"] == (
            "Overall, how is morale in your unit?" if name == "one" else "How is morale in your unit?"
        )
        closing.reduce(empty, wave.id, people, [], "Hana")

    asked(DAY, "one")
    assert store.get(survey).draft.question("M11").version == 2
    figure = said(empty, survey)["Theme: Morale"]
    assert figure.computed
    assert "starts anew" in figure.why
    asked(LATER, "two")
    found = reading.results(empty, survey)
    assert [one.name for one in found.comparable("M11")] == ["two"]
    assert [one.name for one in found.comparable("theme:morale")] == ["two"]
    assert [one.name for one in found.comparable("FEVS-Q71")] == ["one", "two"]
    notes = " ".join(morale.pulse(empty, "M11").notes)
    assert "The line begins with two" in notes
    assert "The line begins" not in " ".join(morale.pulse(empty, "FEVS-Q71").notes)


def test_a_published_index_of_other_words_is_named_adapted(empty):
    survey = begun(empty)
    write(empty, survey, reworded("FEVS-Q3", "I feel encouraged to find better ways to work."))
    assert "named adapted" in said(empty, survey)["Engagement index"].why
    draft = Surveys(empty.records).get(survey).draft
    made = {one.name: one for one in numbers.indices(draft, columns.of([{q.id: 1 for q in draft.questions()}], draft, BY_UNIT).variables)}
    assert made["eei"].version.startswith("eei-2019-q60, adapted ")
    assert made["eei"].published == "eei-2019-q60"
    assert made["eei.supervisors"].version == "eei-2019-q60"
    assert made["satisfaction"].version == "gs-2019"
    assert made["theme:intrinsic_work"].version != "+".join(made["theme:intrinsic_work"].items)


def test_what_the_waves_of_a_year_asked_in_turn_is_missed_when_it_is_left_out(riverton):
    """The sample's pulse asks M3 and M2 in one wave of four: left out, they are missed, though the last wave did not ask them."""
    survey = "riverton-pulse"
    last = Surveys(riverton.records).waves(survey)[-1]
    assert Surveys(riverton.records).version(survey, last.version).question("M2") is None
    assert not [one for one in writing.held(riverton, survey) if one.why]
    draft = writing.desk(riverton, survey).survey.draft
    assert [one.id for one in draft.sections[1].questions] == ["M3", "M2"]
    less = draft.model_copy(update={"sections": (draft.sections[0], *draft.sections[2:])})
    changed = {one.name: one.why for one in writing.compared(less, writing._last_year(riverton, survey)) if one.why}
    assert set(changed) == {"Theme: Load, training and equipment", "Theme: Balance and voice"}
    assert "without M2" in changed["Theme: Balance and voice"]
