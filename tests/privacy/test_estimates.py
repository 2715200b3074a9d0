"""Results of tests are published with enough persons behind them, or not at all."""

import json

import pytest

from dashboard.errors import ReleaseRefused
from dashboard.privacy.estimates import Finding, ReleasedEstimates, estimates_payload, release_estimates, restore_estimates
from dashboard.schema.result import Estimate, Status


def made():
    findings = [Finding("black", Estimate(1.3, 1.1, 1.5, 900), 120), Finding("asian", Estimate(0.9, 0.4, 2.0, 50), 12)]
    return release_estimates("veil", "Veil", findings, "A sentence.")


def test_a_result_on_too_few_is_withheld_with_its_interval():
    rows = dict(made().rows)
    assert rows["black"].value == 1.3
    assert (rows["asian"].value, rows["asian"].low, rows["asian"].high, rows["asian"].n) == (None, None, None, 0.0)
    assert rows["asian"].status is Status.WITHHELD


def test_it_survives_storage_and_a_change_is_noticed():
    payload = json.loads(json.dumps(estimates_payload(made())))
    assert restore_estimates(payload).rows == made().rows
    payload["rows"][0][1]["value"] = 9.9
    with pytest.raises(ReleaseRefused, match="changed"):
        restore_estimates(payload)


def test_it_cannot_be_made_by_hand():
    with pytest.raises(ReleaseRefused):
        ReleasedEstimates("veil", "Veil", "", (), "")
