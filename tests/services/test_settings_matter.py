"""A setting that can change a conclusion changes the answer, is printed beside it, and is not stored by asking."""

from __future__ import annotations

import pytest

from dashboard.services import benchmark, comparable, counts, darkness, decisions, knobs, measures, outcome, stop_rates
from data_sources.sample import agency


def test_the_multirace_rule_moves_people_between_groups(riverton, staff):
    doj = riverton.with_settings({"multirace": "doj"})
    _, first = decisions.decided(riverton, staff)
    _, other = decisions.decided(doj, staff)
    assert other["multiracial"][1] > first["multiracial"][1]
    assert other["hispanic"][1] < first["hispanic"][1]
    assert sum(n for _, n in first.values()) == sum(n for _, n in other.values())
    answer = decisions.proportion(doj, staff)
    assert dict(answer.provenance.settings)["multirace"] == "doj"
    assert answer.sentence != decisions.proportion(riverton, staff).sentence


def test_the_search_rule_changes_the_outcome_test(riverton, staff):
    found = {rule: outcome.answer(riverton.with_settings({"outcome.searches": rule}), staff) for rule in ("opp", "all")}
    searches = {rule: sum(row[1] for row in answer.tables[0].rows) for rule, answer in found.items()}
    assert searches["all"] > searches["opp"]
    assert found["all"].sentence != found["opp"].sentence
    assert "all" in found["all"].result.headline.rule


def test_what_counts_as_a_find_changes_the_hit_rate(riverton, staff):
    whole, serious = (outcome.answer(riverton.with_settings({"outcome.contraband": word}), staff) for word in ("any", "weapons_drugs"))
    hits = [sum(row[2] for row in answer.tables[0].rows) for answer in (whole, serious)]
    assert 0 < hits[1] < hits[0]


def test_another_reference_group_is_compared_with(riverton, staff):
    turned = riverton.with_settings({"groups.reference": "black"})
    assert "against Black" in decisions.difference(turned, staff).sentence
    assert benchmark.compared(turned, staff).reference == "black"
    gap = dict(decisions.difference(riverton, staff).result)["black"]
    back = dict(decisions.difference(turned, staff).result)["white"]
    assert back.value == pytest.approx(-gap.value)


@pytest.mark.parametrize("decision", ["arrest_made", "frisked"])
def test_the_decision_that_is_compared_can_be_chosen(riverton, staff, decision):
    house = riverton.with_settings({"adjusted.outcome": decision})
    verb = comparable.OUTCOMES[decision]
    for name in ("rates.proportion", "adjusted.model", "adjusted.sensitivity"):
        assert verb in measures.run(house, name, staff).question + measures.run(house, name, staff).sentence


def test_a_period_and_a_district_narrow_every_count(riverton, staff):
    from dashboard.schema.scope import Scope

    year = Scope.of({"from": ("2023-01-01",), "to": ("2023-12-31",)})
    place = Scope.of({"district": ("Harbor",)})
    totals = [counts.tally(riverton.facts, "stops", (), counts.of_persons(scope))["n"].sum() for scope in (staff, year, place)]
    assert totals[0] > totals[1] > 0
    assert totals[0] > totals[2] > 0
    assert stop_rates.answer(riverton, place).tables[0].rows != stop_rates.answer(riverton, staff).tables[0].rows
    assert {cell.place for cell in outcome.tested(riverton, place)[1]["opp"].cells} == {"Harbor"}


def test_the_sun_stands_where_the_agency_is(riverton):
    places = darkness.places_of(riverton, ["Harbor", "Northgate", "nowhere"])
    for name in ("Harbor", "Northgate"):
        assert (places[name].lat, places[name].lng) == pytest.approx(agency.PLACES[name][:2], abs=0.02)
    moved = riverton.with_settings({"agency.latitude": 51.5, "agency.longitude": -0.1})
    assert darkness.places_of(moved, ["nowhere"])["nowhere"].lat == 51.5


def test_asking_stores_nothing(riverton):
    from dashboard.services.house import House

    assert House(riverton.home).settings.text("outcome.searches") == "opp"
    assert "multirace" not in dict(House(riverton.home).settings.changed)


def test_every_setting_says_from_when_on_it_counts(riverton):
    said = {one.setting.name: one.follows for one in knobs.listing(riverton)}
    assert said["session.idle_minutes"] == said["agency.name"] == "It acts at once."
    assert "next import" in said["release.min_persons"]
    assert "next survey" in said["employee.days_between"]
    assert "frozen" in said["survey.min_public"]
    unknown = {name for name in knobs.FOLLOWS if name not in said and not any(one.startswith(f"{name}.") for one in said)}
    assert unknown <= {"ctrp3"}
