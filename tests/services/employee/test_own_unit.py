"""A supervisor reads the released numbers of the own units, where they are shown, and of no other group; nobody else reads them this way."""

import json
import re

import pytest

from dashboard.access.principal import ANYONE, Principal
from dashboard.access.roles import ROLES
from dashboard.errors import AccessDenied, NotEnoughData
from dashboard.schema import say
from dashboard.schema.as_json import plain
from dashboard.schema.result import Status
from dashboard.services.employee import own_unit, reading
from dashboard.services.house import House
from data_sources.sample import staff

PULSE, MEAN = "riverton-pulse", "mean"


def supervisor(house, *units):
    return House(house.home, visitor=Principal("s", "S", ("supervisor",), units=units))


def numbers_of(answers):
    """Every estimate in tables and pictures."""
    found = [cell for one in answers for table in one.tables for row in table.rows for cell in row[1:]]
    return found + [point.estimate for one in answers for picture in one.pictures for series in picture.series for point in series.points]


def test_the_own_unit_is_what_was_released_of_it(riverton):
    found = own_unit.answers(supervisor(riverton, staff.MENDED))
    pulse = next(one for one in found if one.provenance.release == reading.results(riverton, PULSE).latest.id)
    wave = reading.results(riverton, PULSE).latest
    assert staff.UNIT_NAMES[staff.MENDED][0] in pulse.sentence
    assert f"is {say.with_interval(wave.cell('M11', MEAN, 'unit', staff.MENDED))} of 100 in {wave.name}." in pulse.sentence
    table = {row[0]: row[1] for row in pulse.tables[0].rows}
    assert table == {
        wave.text(name): wave.cell(name, "favourable", "unit", staff.MENDED) for name in wave.about["questions"] if name in wave.versions
    }


def test_no_number_and_no_name_of_another_group_is_handed_out(riverton):
    written = json.dumps([plain(one) for one in own_unit.answers(supervisor(riverton, "north"))])
    others = [words for unit, names in staff.UNIT_NAMES.items() if unit != "north" for words in names]
    assert not [words for words in others if re.search(rf"\b{re.escape(words)}\b", written)]
    wave = reading.of_unit(riverton, "north")[0].latest
    assert {key[1:3] for key in wave.numbers} == {("unit", "north")}


def test_a_unit_that_is_not_shown_gives_no_number(riverton):
    found = own_unit.answers(supervisor(riverton, "k9"))
    assert all(one.status is Status.WITHHELD for one in found)
    assert not any(one.tables or one.pictures for one in found)
    assert "not shown" in found[0].sentence


def test_a_unit_that_no_survey_knows_has_no_results(riverton):
    with pytest.raises(NotEnoughData, match="by unit"):
        own_unit.answers(supervisor(riverton, "no such unit"))


def test_several_units_are_read_one_by_one(riverton):
    both = own_unit.answers(supervisor(riverton, "north", "south"))
    alone = own_unit.answers(supervisor(riverton, "north")) + own_unit.answers(supervisor(riverton, "south"))
    assert [one.sentence for one in both] == [one.sentence for one in alone]
    assert numbers_of(both) == numbers_of(alone)


def test_without_a_unit_or_a_person_nothing_is_said(riverton):
    with pytest.raises(NotEnoughData, match="No unit of yours"):
        own_unit.answers(supervisor(riverton))
    with pytest.raises(AccessDenied):
        own_unit.answers(House(riverton.home))


@pytest.mark.parametrize("role", ["", *(role for role in ROLES if role != "supervisor")])
def test_nobody_else_reads_this_way(riverton, role):
    visitor = Principal("p", "P", (role,), units=("north",)) if role else ANYONE
    with pytest.raises(AccessDenied):
        own_unit.answers(House(riverton.home, visitor=visitor))
