"""What was planted among Riverton's staff is found, with its interval, and nothing is found where nothing was planted."""

from __future__ import annotations

import pytest

from dashboard.services.employee import lines, matters, morale, reading
from dashboard.stats import compare, survey_scores
from data_sources.sample import staff


@pytest.fixture(scope="module")
def pulses(riverton):
    return reading.results(riverton, needs=("M11",))


def moves(found, question="M11"):
    """The change of every unit since a year before."""
    return {unit: lines.change(found, question, "mean", cut="unit", level=unit)[0] for unit in staff.UNITS}


def test_morale_fell_where_it_was_made_to_fall(pulses):
    gap = moves(pulses)[staff.FALLING]
    assert gap.high < 0
    # FALL a quarter over four quarters, in standings; a step of the scale is 25 points and a standing 0.85 of a step
    assert gap.low <= -staff.FALL * 4 * 0.85 * 25 <= gap.high


def test_morale_recovered_after_the_action(pulses):
    gap = moves(pulses)[staff.MENDED]
    assert gap.low > 0
    assert gap.low <= staff.LOW * 0.85 * 25 <= gap.high


def test_no_other_unit_moved(pulses):
    tested = compare.family({name: survey_scores.p_value(gap) for name, gap in moves(pulses).items()})
    assert {one.name for one in tested.members if one.stands_out} == {staff.FALLING, staff.MENDED}


def test_the_page_says_just_that(riverton):
    sentence = morale.pulse(riverton, "M11").sentence
    down, _, up = sentence.partition("Clearly down: ")[2].partition("Clearly up: ")
    assert staff.UNIT_NAMES[staff.FALLING][0] in down
    assert staff.UNIT_NAMES[staff.MENDED][0] in up
    assert sum(words[0] in sentence for words in staff.UNIT_NAMES.values()) == 2


def test_the_true_driver_stands_above_what_only_goes_along(riverton):
    themes = {one["theme"]: one for one in reading.results(riverton, needs=("satisfaction",)).latest.release.extras["drivers"]["themes"]}
    driver, company = themes[staff.DRIVER], themes[staff.COMPANY]
    assert driver["own_low"] > 0
    assert driver["matters"]
    assert company["low"] > 0  # a plain correlation is fooled
    assert company["own_low"] <= 0 <= company["own_high"]
    assert driver["own_low"] > company["own_high"]
    assert max(themes.values(), key=lambda one: one["own"])["theme"] == staff.DRIVER
    # under one in twenty of nine themes without a part of their own may still seem to have one
    planted = {staff.DRIVER, staff.SECOND}
    assert sum(one["matters"] for name, one in themes.items() if name not in planted) <= 1


def test_the_page_names_the_driver_and_says_of_the_other_that_it_goes_along(riverton):
    sentence = matters.drivers(riverton).sentence
    first, _, second = sentence.partition("by itself.")
    assert "supervisors" in first.lower()
    assert "load" in second.lower()
    assert "load" not in first.lower()
