"""The attacks on released numbers: none finds anything in any wave ever released, and each finds something where the house is careless."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.privacy import banding
from dashboard.services.employee.numbers import INDEX, THEME
from tests.attacks import hostile, linear, trying
from tests.attacks.exposed import of_sample


@pytest.fixture(scope="module")
def waves(riverton):
    found = of_sample(riverton)
    assert len(found) == 10
    given = hostile.answers()
    return [*found, hostile.wave(given)]


@pytest.fixture(scope="module")
def careless():
    given = hostile.answers()
    with hostile.minimum_alone():
        return [hostile.wave(given)]


@pytest.mark.parametrize("attack", [trying.solving, trying.few, trying.pairs, trying.whole_numbers])
def test_it_finds_nothing(waves, attack):
    made = attack(waves)
    assert made.tried > 1000
    assert made.found == 0
    assert (made.worst or 0) <= 0.5


@pytest.mark.parametrize("attack", [trying.few, trying.pairs])
def test_it_finds_the_people_whom_a_minimum_alone_gives_away(careless, attack):
    assert attack(careless).found > 0


def test_solving_finds_the_one_civilian_among_detectives():
    everyone = np.ones(40, dtype=bool)
    alone = np.arange(40) == 0
    assert linear.leverage([everyone, ~alone]) == pytest.approx(1)
    assert linear.leverage([everyone, ~alone]) > trying.LIMIT


def test_whole_numbers_find_who_all_agree_where_means_stand_beside_bands():
    given = hostile.answers()
    with hostile.banding_undone():
        made = hostile.wave(given)
    assert trying.whole_numbers([made]).found > 0


def test_a_band_is_not_undone_by_an_index_of_one_question():
    """Sixteen or seventeen of seventeen: the share says 'at least 90%' of both, and so must all that is made of it."""
    given = hostile.answers()
    other = [dict(one) for one in given]
    unit = [one for one in other if one["U1"] == hostile.ALL_FOR]
    unit[0]["M8"] = 3
    assert _told(given) == _told(other)
    with hostile.banding_undone():
        assert _told(given) != _told(other)


def _told(given):
    """What is said of one unit's backing by its supervisor, and of the theme that is that one question."""
    rows = hostile.released(given).rows
    return [
        row[4:] for row in rows if row[2:4] == ("unit", hostile.ALL_FOR) and row[0] in {"M8", f"{THEME}support"} and row[4] in {"favourable", INDEX}
    ]


def test_promoters_at_the_ends_are_banded():
    rows = {row[3]: row for row in hostile.released(hostile.answers()).rows if row[0] == "ENPS1" and row[2] == "unit"}
    assert rows[hostile.ALL_FOR][5:] == (banding.POINTS_EDGE, None, None, 25, False, "at_least")


def test_no_interval_has_its_middle_off_the_rounded_value(waves):
    """Around the number itself, the middle of an interval would say it more exactly than the number does."""
    seen = 0
    for wave in waves:
        for one in wave.releases:
            for row in one.rows:
                value, low, high = row[5:8]
                if row[4] in {"mean", "promoters", INDEX} and low is not None and low > (-100 if row[4] == "promoters" else 0) and high < 100:
                    assert (low + high) / 2 == pytest.approx(value), row
                    seen += 1
    assert seen > 500


def test_performance_of_a_theme_is_made_of_released_means(waves):
    """Of those alone who answered everything it would, less the mean of all, tell of the few who skipped something."""
    for wave in waves:
        for one in wave.releases:
            means = {row[0]: row[5] for row in one.rows if row[2] == "whole" and row[4] == "mean" and row[5] is not None}
            for theme in (one.extras.get("drivers") or {}).get("themes", []):
                items = next((items for name, items in one.extras["rests"].items() if name == f"{THEME}{theme['theme']}"), None)
                if items:
                    assert theme["performance"] == pytest.approx(np.mean([means[item] for item in items if item in means]), abs=0.051)
