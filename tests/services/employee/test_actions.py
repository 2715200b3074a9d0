"""Action plans, told in words without numbers, and what everybody sees: the whole staff of the releases that HR shows, nothing else."""

import dataclasses
import datetime as dt
import json

import pytest

from dashboard.access.principal import ANYONE, Principal
from dashboard.errors import AccessDenied, NotEnoughData, ScopeError
from dashboard.schema.as_json import plain
from dashboard.services.employee import actions, closing, reading, showing
from dashboard.services.employee import words as checked
from dashboard.services.employee.actions import Action
from dashboard.services.house import House
from dashboard.store.audit import Audit
from dashboard.store.staff_releases import StaffReleases
from dashboard.store.surveys import Surveys
from data_sources.sample import staff

PULSE, ANNUAL = "riverton-pulse", "riverton-annual"
DUE = dt.date(2031, 1, 1)


def seen_as(house, role=""):
    return House(house.home, visitor=Principal(role, role, (role,)) if role else ANYONE)


def a_new_one(**more):
    return dataclasses.replace(Action("", PULSE, "", "M11", "Later shifts end on time", "Patrol", DUE), **more)


def test_an_action_is_measured_by_the_released_share_since(riverton):
    found = {one.action.promised: one for one in actions.tracked(riverton)}
    one = found[staff.ACTION]
    wave = {each.name: each for each in reading.results(riverton, PULSE).waves}
    assert one.since == "2024-Q4"
    assert one.then == wave["2024-Q4"].cell("M11", "favourable")
    assert one.now == wave["2025-Q4"].cell("M11", "favourable")
    assert one.change.value == pytest.approx(one.now.value - one.then.value)
    new = next(each for name, each in found.items() if name != staff.ACTION)
    assert not new.change.known, "it answers the last pulse, and nobody was asked since"


def test_hr_writes_changes_removes_and_puts_back(own_riverton):
    kept = actions.keep(own_riverton, a_new_one(), "hr")
    assert kept.release_id == reading.results(own_riverton, PULSE).latest.id
    actions.keep(own_riverton, dataclasses.replace(kept, state="done", done="They do."), "hr")
    gone = actions.remove(own_riverton, kept.id, "hr")
    assert gone.done == "They do."
    assert actions.put_back(own_riverton, gone, "hr").id != kept.id
    lines = [line.action for line in Audit(own_riverton.records).search() if line.action.startswith("staff action") and line.who == "hr"]
    assert sorted(lines) == ["staff action", "staff action", "staff action", "staff action removed"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"promised": " "}, "what is promised"),
        ({"owner": ""}, "who sees to it"),
        ({"state": "done"}, "what was done"),
        ({"question": "NOPE"}, "question of the last survey"),
        ({"survey_id": "nope"}, "question of the last survey"),
        ({"promised": "x" * 1_001}, "longer than 1,000"),
        ({"state": "someday"}, "from the list"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_a_sentence(riverton, changes, said):
    with pytest.raises(ScopeError, match=said):
        actions.keep(riverton, a_new_one(**changes), "hr")


def test_the_least_favourable_questions_are_offered_first(riverton):
    offered = list(actions.offered(riverton, PULSE))
    wave = reading.results(riverton, PULSE).latest
    assert offered[0] == min(offered, key=lambda name: wave.cell(name, "favourable").value)


def test_staff_are_told_words_and_no_number_and_no_name(own_riverton):
    actions.keep(own_riverton, a_new_one(promised="Not for everybody", owner="Sgt. Quimby"), "hr")
    actions.keep(own_riverton, a_new_one(promised="For everybody", owner="Sgt. Quimby", shown=True), "hr")
    actions.keep(own_riverton, a_new_one(promised="Given up", done="No money.", state="dropped", shown=True), "hr")
    found = actions.told(seen_as(own_riverton))
    said = str(found)
    assert "For everybody" in said
    assert "Not for everybody" not in said
    assert "Given up" not in said
    assert "Quimby" not in said
    assert {one.question for one in found if one.promised == "For everybody"} == {reading.results(own_riverton, PULSE).latest.text("M11")}


def test_an_action_is_told_at_once_and_no_kept_answer_about_results_is_thrown_away(own_riverton):
    before = reading.in_force(own_riverton)
    kept = actions.keep(own_riverton, a_new_one(promised="Told at once", shown=True), "hr")
    assert "Told at once" in str(actions.told(seen_as(own_riverton)))
    actions.keep(own_riverton, dataclasses.replace(kept, done="Done at once", state="done"), "hr")
    assert "Done at once" in str(actions.told(seen_as(own_riverton)))
    assert reading.in_force(own_riverton) == before


def test_words_of_an_action_are_held_against_the_release_of_its_own_survey_alone(own_riverton):
    wave = reading.results(own_riverton, PULSE).latest
    text = f"Morale stands at {wave.cell('M11', 'mean').value:.1f}."
    assert not list(checked.faults(own_riverton, PULSE, wave.id, "M11", (text,)))
    for survey, release in ((ANNUAL, wave.id), (PULSE, reading.results(own_riverton, ANNUAL).latest.id), (PULSE, "gone")):
        assert list(checked.faults(own_riverton, survey, release, "M11", (text,)))


TOO_MUCH = ("Only 7 of you agreed.", "Only ٧ agreed.", "It was ½ of you.", "Twenty percent agreed.", "Half of you agreed.", "In k-9 nobody agreed.")


@pytest.mark.parametrize("text", TOO_MUCH)
def test_words_that_tell_more_than_the_release_are_kept_but_not_shown(own_riverton, text):
    assert actions.keep(own_riverton, a_new_one(promised=text), "hr").promised == text
    with pytest.raises(ScopeError, match=r"release|group"):
        actions.keep(own_riverton, a_new_one(promised=text, shown=True), "hr")
    with pytest.raises(ScopeError, match=r"release|group"):
        actions.keep(own_riverton, a_new_one(done=text, state="done", shown=True), "hr")
    assert text not in str(actions.told(seen_as(own_riverton)))


def test_a_released_number_may_be_told_until_it_is_withheld(own_riverton):
    wave = reading.results(own_riverton, PULSE).latest
    text = f"Morale stands at {wave.cell('M11', 'mean').value:.1f}."
    actions.keep(own_riverton, a_new_one(promised=text, shown=True), "hr")
    assert text in str(actions.told(seen_as(own_riverton)))
    closing.withhold(own_riverton, Surveys(own_riverton.records).waves(PULSE)[-1].id, "hr", question="M11", reason="A mistake")
    assert text not in str(actions.told(seen_as(own_riverton)))


def test_a_number_of_a_unit_is_not_told_though_command_sees_it(own_riverton):
    wave = reading.results(own_riverton, PULSE).latest
    whole = f"{wave.cell('M11', 'mean').value:.1f}"
    values = [one.value for name in wave.levels("unit") if (one := wave.cell("M11", "mean", "unit", name)).value is not None]
    unit = next(text for value in values if (text := f"{value:.1f}") != whole)
    with pytest.raises(ScopeError, match="number"):
        actions.keep(own_riverton, a_new_one(promised=f"From {unit} upward", shown=True), "hr")


def test_what_the_sample_tells_everybody_passes_the_same_check(riverton):
    assert {one.promised for one in actions.told(seen_as(riverton))} >= {staff.ACTION}


def test_who_may_read_and_write_actions(riverton):
    actions.tracked(seen_as(riverton, "command"))
    for role in ("", "council", "supervisor", "analyst", "admin", "professional_standards"):
        with pytest.raises(AccessDenied):
            actions.tracked(seen_as(riverton, role))
    for role in ("", "command", "admin"):
        with pytest.raises(AccessDenied):
            actions.keep(seen_as(riverton, role), a_new_one(), "x")
        with pytest.raises(AccessDenied):
            showing.show(seen_as(riverton, role), "any", "x", public=True)


def shown_numbers(house):
    """Every number that a visitor without an account is handed."""
    return json.dumps([plain(one) for one in showing.answers(seen_as(house))])


def test_everybody_sees_the_whole_staff_of_shown_waves_and_nothing_else(own_riverton):
    (answer,) = showing.answers(seen_as(own_riverton))
    results = reading.results(own_riverton, ANNUAL)
    wave = results.latest
    assert wave.name in answer.sentence
    table = dict(answer.tables[-1].rows)
    assert table == {
        wave.text(name): wave.cell(name, "favourable") for name in wave.about["questions"] if (name, "whole", "", "favourable") in wave.numbers
    }
    for cut in wave.about["cuts"]:
        for words in wave.levels(cut).values():
            assert f'"{words}"' not in shown_numbers(own_riverton), "no unit, shift or group of years"
    assert results.waves[0].id not in shown_numbers(own_riverton), "an earlier wave was not shown"


def test_hr_looks_first_shows_and_takes_back_at_once(own_riverton):
    waves = Surveys(own_riverton.records).waves(PULSE)
    last = waves[-1].id
    assert not showing.is_shown(own_riverton, last)
    looked = showing.preview(own_riverton, last)
    showing.show(own_riverton, last, "hr", public=True)
    shown = [one for one in showing.answers(seen_as(own_riverton)) if one.provenance.release == looked.provenance.release]
    assert [one.tables for one in shown] == [looked.tables], "what was looked at is what is shown"
    showing.show(own_riverton, last, "hr", public=False)
    assert looked.provenance.release not in shown_numbers(own_riverton)
    for one in StaffReleases(own_riverton.records).of_survey(ANNUAL):
        showing.show(own_riverton, one.wave_id, "hr", public=False)
    with pytest.raises(NotEnoughData):
        showing.answers(seen_as(own_riverton))
