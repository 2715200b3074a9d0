"""A first mapping for a file nobody described: the table it fits, the columns by name, the words by their meaning."""

import pyarrow as pa
import pytest

from data_sources.policing.propose import best_table, propose

COMPLAINTS = {"Report_Date": ["2016/01/02"], "Allegation": ["Force"], "Finding": ["Not Sustained"], "Race": ["W"]}
STOPS = {"Stop Date": ["31/12/2020"], "Race": ["B"], "Search Conducted": ["Y"], "Result": ["Ticket"]}


def sample(cells):
    return list(cells), pa.table(cells)


@pytest.mark.parametrize(("cells", "table"), [(COMPLAINTS, "complaints"), (STOPS, "stops"), ({"a": ["1"], "b": ["2"]}, "stops")])
def test_the_table_that_finds_most_of_its_columns(cells, table):
    assert best_table(*sample(cells)) == table


def test_words_are_matched_by_meaning_and_the_rest_is_asked():
    cells = {"Report_Date": ["2016/01/02"] * 3, "Finding": ["Not Sustained", "Sustained", "Pending Wizardry"]}
    found = propose(*sample(cells), "complaints")
    assert found.values["finding"] == {"Not Sustained": "not_sustained", "Sustained": "sustained", "Pending Wizardry": "unknown"}


def test_the_order_of_day_and_month_is_decided_by_a_day_above_twelve():
    assert propose(*sample(STOPS)).dates.order == "dmy"
    assert propose(*sample({"date": ["01/02/2020"]})).notes


def test_names_of_people_are_left_out():
    found = propose(*sample({**STOPS, "Driver Name": ["A"], "DOB": ["1990"]}))
    assert set(found.drop) == {"Driver Name", "DOB"}
