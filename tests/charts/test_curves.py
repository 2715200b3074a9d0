"""Do curves over days carry their band, their target and their words?"""

import pytest

from dashboard.charts.draw import draw
from dashboard.charts.in_words import in_words
from dashboard.schema.picture import Curve, CurvePlot
from dashboard.schema.result import Estimate

WHOLE = Curve("Decided", ((10.0, Estimate(0.4, 0.3, 0.5)), (40.0, Estimate(0.8, 0.7, 0.9))))
PART = Curve("Sustained", ((10.0, Estimate(0.1)), (40.0, Estimate(0.3))), dashed=True)
PLOT = CurvePlot("Time to a decision", "Share of complaints", (WHOLE, PART), target=30.0, target_label="target: 30 days")


@pytest.mark.parametrize("dark", [False, True])
def test_stairs_band_and_target(dark):
    figure = draw(PLOT, dark)
    drawn = [trace for trace in figure.data if trace.name]
    assert [trace.line.shape for trace in drawn] == ["hv", "hv"]
    assert list(drawn[0].x) == [0, 10, 40]
    assert sum(trace.fill == "toself" for trace in figure.data) == 1  # the outcome has no band
    assert [shape.x0 for shape in figure.layout.shapes] == [30]
    assert {"target: 30 days", "Decided", "Sustained"} <= {note.text for note in figure.layout.annotations}


def test_words_say_the_target_day_and_the_end():
    said = in_words(PLOT)
    assert "Decided: 40% (95% interval 30 to 50%) after 30 days, 80% after 40 days." in said
    nothing = CurvePlot("T", "S", (Curve("Released", ()),))
    assert "nothing has ended" in in_words(nothing)
    assert draw(nothing).data
