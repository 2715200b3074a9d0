"""Results become JSON whole."""

import datetime as dt
import json
from pathlib import Path

import numpy as np

from dashboard.schema.as_json import plain
from dashboard.schema.result import Estimate, Status


def test_nested_results_survive_json():
    data = plain(
        {"a": Estimate(1.0, 0.5, float("inf"), 3), ("x", "y"): [np.float64(2.5), np.int64(3), np.array([1, 2])], "when": dt.date(2024, 5, 1)}
    )
    assert json.loads(json.dumps(data, allow_nan=False)) == {
        "a": {"value": 1.0, "low": 0.5, "high": None, "n": 3, "status": "ok", "reason": ""},
        "x|y": [2.5, 3, [1, 2]],
        "when": "2024-05-01",
    }


def test_unknown_is_null_and_words_stay_words():
    assert plain(float("nan")) is None
    assert plain(Status.CAUTION) == "caution"
    assert plain({Status.OK: {3, 1}}) == {"ok": [1, 3]}
    assert plain(Path("a")) == "a"
