"""When all stops are taken back, nothing of them stays in public; and coming back does not give a single person away."""

import pytest

from dashboard.errors import NotEnoughData
from dashboard.services import imports, open_data, published, releases


def test_undone_numbers_leave_the_public_pages(empty, stage, stops, staff):
    receipt = imports.commit(empty, stage(stops), "test")
    assert "stops of people" in published.volume(empty, staff).sentence
    imports.undo(empty, receipt.import_id, "test")
    for ask in (lambda: published.volume(empty, staff), lambda: open_data.tables(empty), lambda: published.answer(empty, staff)):
        with pytest.raises(NotEnoughData, match="taken back"):
            ask()
    assert releases.publish(empty, "test").tables == ()


def test_they_return_with_the_next_import(empty, stage, stops, staff):
    receipt = imports.commit(empty, stage(stops), "test")
    first = published.volume(empty, staff).sentence
    imports.undo(empty, receipt.import_id, "test")
    imports.commit(empty, stage(stops), "test")
    assert published.volume(empty, staff).sentence == first


def test_an_empty_time_between_does_not_hide_a_change_of_one_person(empty, stage, stops):
    receipt = imports.commit(empty, stage(stops), "test")
    before = releases.in_force(empty).table("stops")
    imports.undo(empty, receipt.import_id, "test")
    imports.commit(empty, stage(stops.slice(1)), "test")
    after = releases.in_force(empty).table("stops")
    moved = {
        key: abs(after.cells[key] - count)
        for key, count in before.cells.items()
        if count is not None and after.cells.get(key) is not None and after.cells[key] != count
    }
    assert not [change for change in moved.values() if change < 5], moved
