"""Numbers as people read them."""

import pytest

from dashboard.schema import say
from dashboard.schema.result import Estimate, Status


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (say.count(1204.0), "1,204"),
        (say.count(None), "not shown"),
        (say.plain(1.8341), "1.83"),
        (say.plain(12.0), "12"),
        (say.plain(0.00001234), "0.000012"),
        (say.plain(123456.7), "123,457"),
        (say.plain(float("inf")), "no limit"),
        (say.percent(0.5), "50%"),
        (say.percent(0.1234), "12.3%"),
        (say.percent(0.00042), "0.042%"),
        (say.percent(0.0), "0%"),
        (say.percent(1.0), "100%"),
        (say.points(0.031), "+3.1 points"),
        (say.points(-0.02), "−2 points"),
        (say.ratio(0.6962), "0.70"),
        (say.ratio(12.34), "12.3"),
        (say.ratio(0.01234), "0.012"),
        (say.ratio(float("inf")), "no limit"),
        (say.distance(-0.0712), "7.1"),
        (say.compact(Estimate(-0.074, -0.087, -0.061, 9), "points"), "−7.4 points (−8.7 to −6.1)"),
        (say.listed(["a", "b", "c"]), "a, b and c"),
        (say.listed([]), ""),
    ],
)
def test_numbers(written, expected):
    assert written == expected


def test_an_estimate_with_its_interval():
    assert say.with_interval(Estimate(1.8, 1.5, 2.1, 100), "times") == "1.80 times (95% interval 1.50 to 2.10)"
    assert say.with_interval(Estimate(0.12, 0.1, 0.14, 100), "percent") == "12% (95% interval 10 to 14%)"


def test_unknown_is_never_zero():
    assert say.value(Estimate.unavailable("no searches")) == "not available"
    assert say.value(Estimate(None, status=Status.WITHHELD)) == "not shown"


def test_only_a_lower_limit():
    assert say.with_interval(Estimate(None, 2.0, float("inf"), 3), "times") == "not available (at least 2.00)"
