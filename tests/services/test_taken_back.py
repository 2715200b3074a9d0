"""When all stops are taken back, nothing of them stays in public; and coming back does not give a single person away."""

import pytest

from dashboard.errors import NotEnoughData
from dashboard.services import imports, open_data, published, releases


def test_undone_numbers_leave_the_public_pages(with_stops, staff):
    house, receipt = with_stops
    assert "stops of people" in published.volume(house, staff).sentence
    imports.undo(house, receipt.import_id, "test")
    for ask in (lambda: published.volume(house, staff), lambda: open_data.tables(house), lambda: published.answer(house, staff)):
        with pytest.raises(NotEnoughData, match="taken back"):
            ask()
    assert releases.publish(house, "test").tables == ()


def test_they_return_with_the_next_import(with_stops, stage, stops, staff):
    house, receipt = with_stops
    first = published.volume(house, staff).sentence
    imports.undo(house, receipt.import_id, "test")
    imports.commit(house, stage(stops), "test")
    assert published.volume(house, staff).sentence == first


def test_an_empty_time_between_does_not_hide_a_change_of_one_person(with_stops, stage, stops):
    house, receipt = with_stops
    before = releases.in_force(house).table("stops")
    imports.undo(house, receipt.import_id, "test")
    imports.commit(house, stage(stops.slice(1)), "test")
    after = releases.in_force(house).table("stops")
    moved = {
        key: abs(after.cells[key] - count)
        for key, count in before.cells.items()
        if count is not None and after.cells.get(key) is not None and after.cells[key] != count
    }
    assert not [change for change in moved.values() if change < 5], moved
