"""Trust beside policing: the same district and year, only published numbers, never a cause."""

from __future__ import annotations

import pytest

from dashboard.access.principal import ANYONE
from dashboard.errors import NotEnoughData
from dashboard.schema.result import Status
from dashboard.services import beside, releases
from dashboard.services.house import House
from dashboard.services.surveys import reading
from data_sources.sample import opinions, truth


def public(house: House) -> House:
    return House(house.home, visitor=ANYONE)


def rows(found, place=0):
    return {row[0]: row for row in found.tables[place].rows}


def test_the_planted_fall_is_where_trust_is_lowest(riverton):
    found = beside.answer(riverton)
    assert f"lowest in {opinions.DROP_AREA}" in found.sentence
    change = rows(found)[opinions.DROP_AREA][2]
    assert change.high < 0
    assert any("Correlation only" in note for note in found.notes)


def test_stops_are_the_published_ones_of_the_same_year(riverton):
    released = releases.in_force(riverton).table("stops")
    for name, row in rows(beside.answer(riverton)).items():
        count = released.count(year="2025", district=name)
        assert row[4] == ("not shown" if count is None else f"{count:,}")


def test_a_years_trust_is_the_mean_of_its_waves(riverton):
    waves = [wave for wave in reading.results(riverton, "community").waves if wave["opens"].startswith("2025")]
    found = reading.results(riverton, "community")
    mean = sum(found.cell(wave, "ti-1").value for wave in waves) / len(waves)
    assert rows(beside.answer(riverton), 1)["2025"][1].value == pytest.approx(mean)


def test_the_small_district_has_no_dot_and_no_number(riverton):
    found = beside.answer(public(riverton))
    assert found.public
    assert truth.SMALL_DISTRICT not in {mark.label for mark in found.pictures[0].marks}
    row = rows(found).get(truth.SMALL_DISTRICT)
    assert row is None or row[1].status in {Status.WITHHELD, Status.UNAVAILABLE}


def test_without_surveys_or_stops_it_is_refused_in_words(empty):
    with pytest.raises(NotEnoughData):
        beside.answer(empty)
