"""Plans for one unit, only where its result is shown; who changed what stands in a history that nothing overwrites; promises stay visible."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from dashboard.access.principal import Principal
from dashboard.errors import AccessDenied, ScopeError
from dashboard.services.employee import action_history, actions, closing, reading, unit_plans
from dashboard.services.employee.actions import Action
from dashboard.services.house import House
from dashboard.store.staff_tables import StaffActionChangeRow
from dashboard.store.surveys import Surveys
from data_sources.sample import staff

PULSE = "riverton-pulse"
DUE = dt.date(2031, 1, 1)


def seen_as(house, role="", units=()):
    person = Principal(role, role, (role,)) if role else Principal("", "", ())
    return House(house.home, visitor=dataclasses.replace(person, units=tuple(units)))


def plan(unit="", **more):
    return dataclasses.replace(Action("", PULSE, "", "M11", "Later shifts end on time", "Patrol", DUE, unit=unit), **more)


def sides(house):
    """A unit whose result is shown, and units of which none is."""
    wave = reading.results(house, PULSE).latest
    levels = wave.levels("unit")
    shown = [unit for unit in levels if unit_plans.shown(wave, "M11", unit)]
    return shown, [unit for unit in levels if unit not in shown]


def test_a_plan_for_a_unit_follows_that_units_own_released_share(own_riverton):
    (shown, *_), _ = sides(own_riverton)
    kept = actions.keep(own_riverton, plan(shown), "hr")
    one = next(each for each in actions.tracked(own_riverton) if each.action.id == kept.id)
    wave = reading.results(own_riverton, PULSE).latest
    assert one.then == wave.cell("M11", "favourable", "unit", shown)
    assert one.unit == wave.levels("unit")[shown]
    assert {row[2] for row in actions.table(own_riverton).rows} >= {"Everybody", one.unit}


def test_the_sample_has_a_plan_for_the_unit_whose_morale_falls(riverton):
    (one,) = [each for each in actions.tracked(riverton) if each.action.unit]
    assert one.action.unit == staff.FALLING


def test_no_plan_for_a_unit_that_is_not_shown_and_all_of_them_are_refused_alike(own_riverton):
    _, hidden = sides(own_riverton)
    assert hidden, "the sample hides units"
    said = set()
    for unit in (*hidden, "no-such-unit"):
        with pytest.raises(ScopeError) as refused:
            actions.keep(own_riverton, plan(unit), "hr")
        said.add((refused.value.message, refused.value.hint))
        assert "M11" not in actions.offered(own_riverton, PULSE, unit)
    assert len(said) == 1, "small, held back and not there sound the same"
    assert all(actions.offered(own_riverton, PULSE, unit) for unit in actions.units(own_riverton, PULSE))


def test_a_units_plan_is_never_told_to_everybody(own_riverton):
    (shown, *_), _ = sides(own_riverton)
    with pytest.raises(ScopeError, match="not shown to everybody"):
        actions.keep(own_riverton, plan(shown, shown=True), "hr")
    actions.keep(own_riverton, plan(shown, promised="For one unit alone"), "hr")
    assert "For one unit alone" not in str(actions.told(seen_as(own_riverton)))


def test_its_words_name_no_hidden_unit_and_no_number_of_another(own_riverton):
    (shown, other, *_), (hidden, *_) = sides(own_riverton)
    wave = reading.results(own_riverton, PULSE).latest
    for text in (f"As in {wave.levels('unit')[hidden].split('/')[0]}", f"Up to {wave.cell('M11', 'mean', 'unit', other).value:.1f}"):
        with pytest.raises(ScopeError, match=r"release|group|number"):
            actions.keep(own_riverton, plan(shown, promised=text), "hr")
    mine = f"From {wave.cell('M11', 'mean', 'unit', shown).value:.1f} upward"
    assert actions.keep(own_riverton, plan(shown, promised=mine), "hr").promised == mine


def test_a_supervisor_reads_the_plans_for_the_own_unit_while_its_result_is_shown(own_riverton):
    (shown, other, *_), _ = sides(own_riverton)
    actions.keep(own_riverton, plan(shown, promised="Mine", owner="Sgt. Quimby"), "hr")
    actions.keep(own_riverton, plan(other, promised="Theirs"), "hr")
    mine = seen_as(own_riverton, "supervisor", [shown])
    told = str(actions.of_own_units(mine))
    assert "Mine" in told
    assert "Theirs" not in told
    assert "Quimby" not in told
    assert "Mine" not in str(actions.of_own_units(seen_as(own_riverton, "supervisor")))
    with pytest.raises(AccessDenied):
        actions.of_own_units(seen_as(own_riverton, "analyst", [shown]))
    closing.withhold(own_riverton, Surveys(own_riverton.records).waves(PULSE)[-1].id, "hr", cut="unit", reason="A mistake")
    assert "Mine" not in str(actions.of_own_units(mine)), "what is withheld is told by no plan"
    one = next(each for each in actions.tracked(own_riverton) if each.action.promised == "Mine")
    assert not one.then.known


def test_a_plan_stays_with_its_result(own_riverton):
    (shown, other, *_), _ = sides(own_riverton)
    kept = actions.keep(own_riverton, plan(shown), "hr")
    for changes in ({"unit": other}, {"unit": ""}, {"question": "FEVS-Q71"}):
        with pytest.raises(ScopeError, match="stays with the result"):
            actions.keep(own_riverton, dataclasses.replace(kept, **changes), "hr")


def test_who_changed_what_when_stands_in_the_history_for_good(own_riverton):
    kept = actions.keep(own_riverton, plan(), "Hana")
    changed = dataclasses.replace(kept, promised="Shifts end on time", due=DUE + dt.timedelta(days=30))
    actions.keep(own_riverton, changed, "Hugo")
    actions.keep(own_riverton, dataclasses.replace(changed, state="done", done="They do."), "Hana")
    actions.remove(own_riverton, kept.id, "Hana")
    found = action_history.changes(own_riverton, kept.id)
    assert [(one.who, one.what) for one in found] == [
        ("Hana", "Written down"),
        ("Hugo", "Promise"),
        ("Hugo", "Until"),
        ("Hana", "What was done"),
        ("Hana", "State"),
        ("Hana", "Taken away"),
    ]
    assert (found[1].before, found[1].after) == ("Later shifts end on time", "Shifts end on time")
    assert "taken away" in action_history.plans(own_riverton)[kept.id]
    assert len(action_history.table(own_riverton, kept.id).rows) == 6
    for role in ("", "supervisor", "council", "admin"):
        for ask in (action_history.plans, lambda house: action_history.changes(house, kept.id)):
            with pytest.raises(AccessDenied):
                ask(seen_as(own_riverton, role))


def test_a_plan_from_before_the_history_begins_with_how_it_stood(own_riverton):
    kept = actions.keep(own_riverton, plan(), "Hana")
    with own_riverton.records.write() as session:
        session.query(StaffActionChangeRow).delete()
    assert [one.what for one in action_history.changes(own_riverton, kept.id)] == ["Written down"]
    actions.keep(own_riverton, dataclasses.replace(kept, promised="Other"), "Hugo")
    assert [(one.who, one.what) for one in action_history.changes(own_riverton, kept.id)] == [("Hana", "Written down"), ("Hugo", "Promise")]


def test_a_promise_that_everybody_was_shown_stays_visible(own_riverton):
    kept = actions.keep(own_riverton, plan(shown=True), "hr")
    with pytest.raises(ScopeError, match="so it stays"):
        actions.remove(own_riverton, kept.id, "hr")
    later = dataclasses.replace(kept, promised="Most shifts end on time", due=DUE + dt.timedelta(days=30))
    actions.keep(own_riverton, later, "hr")
    one = next(each for each in actions.told(seen_as(own_riverton)) if each.promised == later.promised)
    assert one.first == "Later shifts end on time (until 2031-01-01)"
    actions.keep(own_riverton, dataclasses.replace(later, state="dropped", done="No money."), "hr")
    one = next(each for each in actions.told(seen_as(own_riverton)) if each.promised == later.promised)
    assert (one.state, one.done) == ("Dropped", "No money.")
