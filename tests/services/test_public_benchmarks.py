"""Whom stops are compared with in public: several estimates, released or computed from released counts, and nothing narrower."""

from __future__ import annotations

import datetime as dt

from dashboard.access.principal import ANYONE
from dashboard.schema.result import Status
from dashboard.schema.scope import Audience, Scope
from dashboard.services import public_tests, releases
from dashboard.services.house import House
from data_sources.sample import truth

PUBLIC = Scope(audience=Audience.PUBLIC)


def asked(house: House, scope: Scope = PUBLIC):
    return public_tests.stopped(House(house.home, visitor=ANYONE), scope)


def panels(found) -> dict[str, dict[str, float | None]]:
    told: dict[str, dict[str, float | None]] = {}
    for dot in found.pictures[0].dots:
        told.setdefault(dot.panel, {})[dot.group] = dot.estimate.value
    return told


def test_the_planted_difference_shows_on_drivers_and_hides_on_residents(riverton):
    found = panels(asked(riverton))
    planted = truth.STOPPED_MORE_GROUP
    assert found["Drivers, adjusted for commuting"][planted] > 1.1
    assert next(values for panel, values in found.items() if panel.startswith("Residents,"))[planted] < 1
    assert truth.STOPPED_MORE_GROUP.capitalize() in asked(riverton).sentence.partition("disagree on the direction for")[2]


def test_a_ratio_on_few_crashes_is_not_shown(riverton):
    crashes = [dot for dot in asked(riverton).pictures[0].dots if dot.panel.startswith("Drivers not at fault")]
    assert Status.WITHHELD in {dot.estimate.status for dot in crashes if dot.group == "native_american"}


def test_a_year_is_compared_with_residents_only_and_says_so(riverton):
    found = asked(riverton, Scope(dt.date(2024, 1, 1), dt.date(2024, 12, 31), audience=Audience.PUBLIC))
    assert all(panel.startswith("Residents") for panel in panels(found))
    assert any("whole agency and all years only" in note for note in found.notes)


def test_only_what_was_released_is_read(riverton):
    rows = dict(releases.in_force(riverton).test("benchmark.compare").rows)
    for dot in asked(riverton).pictures[0].dots:
        if not dot.panel.startswith("Residents"):
            assert any(one == dot.estimate for name, one in rows.items() if name.startswith(f"{dot.group}|"))
