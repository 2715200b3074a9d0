"""A house: its settings, the version of its data, and where a number comes from."""

from __future__ import annotations

import pytest

from dashboard.errors import SettingError
from dashboard.services.house import House
from dashboard.store.saved import Saved


def test_changed_settings_are_not_stored(empty):
    changed = empty.with_settings({"groups.reference": "black", "rates.min_n": 50})
    assert changed.settings.text("groups.reference") == "black"
    assert empty.settings.text("groups.reference") == "white"
    assert House(empty.home).settings.text("groups.reference") == "white"
    assert dict(changed.shown_settings())["rates.min_n"] == "50"
    assert "rates.min_n" not in dict(empty.shown_settings())


def test_a_stored_setting_is_in_force_in_the_next_house(empty):
    assert empty.settings.text("multirace") == "hispanic_first"
    Saved(empty.records).set("multirace", "doj", "test")
    assert House(empty.home).settings.text("multirace") == "doj"


def test_a_floor_cannot_be_lowered(empty):
    with pytest.raises(SettingError, match="may not be lower than 5"):
        empty.with_settings({"release.min_persons": 4})
    with pytest.raises(SettingError, match="may not be lower than 30"):
        empty.with_settings({"release.min_denominator": 29})


def test_the_version_changes_with_every_import_and_undo(empty, stage, stops):
    versions = [empty.version("stops")]
    first = empty.facts.commit(stage(stops.slice(0, 50)), "test")
    versions.append(empty.version("stops"))
    second = empty.facts.commit(stage(stops.slice(50, 50)), "test")
    versions.append(empty.version("stops"))
    assert empty.live_imports("stops") == [first.import_id, second.import_id]
    empty.facts.undo(first.import_id, "test")
    versions.append(empty.version("stops"))
    assert len(set(versions)) == 4
    assert empty.live_imports("stops") == [second.import_id]
    where = empty.provenance("stops", "population")
    assert where.imports == (second.import_id,)
    assert where.data_version == empty.version("stops", "population")
    assert not where.sample
