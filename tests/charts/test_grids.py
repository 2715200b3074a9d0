"""A grid of numbers: every number written, what is not shown hatched and said, in both themes, and in words."""

import pytest

from dashboard.charts.draw import draw
from dashboard.charts.in_words import in_words
from dashboard.schema.picture import GridPlot
from dashboard.schema.result import Estimate, Status

HIDDEN = Estimate(None, status=Status.WITHHELD, reason="Not shown.")
GRID = GridPlot(
    "Themes by unit", "0 to 100", ("Morale", "Team"), ("Everyone", "K-9"), ((Estimate(31.4, 28.0, 35.0), HIDDEN), (Estimate(72.0), HIDDEN))
)


@pytest.mark.parametrize("dark", [False, True])
def test_numbers_are_written_and_hidden_cells_are_hatched_without_a_number(dark):
    figure = draw(GRID, dark)
    (heat,) = [trace for trace in figure.data if trace.type == "heatmap"]
    assert [list(row) for row in heat.z] == [[31.4, None], [72.0, None]]
    assert [list(row) for row in heat.text] == [["31", ""], ["72", ""]]
    hatched = [trace for trace in figure.data if trace.type == "scatter"]
    assert len(hatched) == 2
    assert all(trace.fillpattern.shape == "/" and "Not shown" in trace.text for trace in hatched)
    assert any("not shown" in note.text for note in figure.layout.annotations)


def test_it_is_said_in_words():
    said = in_words(GRID)
    assert "Morale: Everyone 31.4 (95% interval 28 to 35), K-9 not shown." in said


def test_a_grid_without_hidden_cells_has_no_legend_for_them():
    whole = GridPlot("T", "S", ("a",), ("b",), ((Estimate(1.0),),))
    assert not draw(whole).layout.annotations


def test_a_bound_is_written_as_one():
    bound = GridPlot("T", "S", ("a",), ("b",), ((Estimate(None, low=0.9),),), scale="percent")
    assert "at least 90%" in in_words(bound)
