"""Where no search ever found anything, finds are not recorded: no hit rate is given, to staff or to the public."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from dashboard.errors import NotEnoughData
from dashboard.services import imports, outcome, published
from dashboard.services.searches import FINDS_EXPECTED, never_found


def test_only_many_searches_without_a_find_are_unbelievable():
    assert never_found(0, FINDS_EXPECTED)
    assert not never_found(0, FINDS_EXPECTED - 1)
    assert not never_found(1, 100_000)


def test_a_column_of_finds_that_is_always_no_gives_no_hit_rate(empty, stage, stops, staff):
    where = stops.schema.get_field_index("contraband_found")
    column = stops["contraband_found"]
    never = pc.if_else(pc.is_valid(column), pa.scalar(False), pa.scalar(None, pa.bool_()))
    imports.commit(empty, stage(stops.set_column(where, stops.schema.field(where), never)), "test")
    with pytest.raises(NotEnoughData, match="not recorded"):
        outcome.answer(empty, staff)
    with pytest.raises(NotEnoughData, match="not recorded"):
        published.decision(empty, staff, "find")
    assert published.decision(empty, staff, "search").sentence
