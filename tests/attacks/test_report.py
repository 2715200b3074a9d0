"""What the Methods page says of the attacks is what they find."""

from __future__ import annotations

import json

from dashboard.services.employee import attacked
from tests.attacks import report


def test_what_is_written_down_is_what_the_attacks_find(riverton):
    kept = json.loads(attacked.KEPT.read_text(encoding="utf-8"))
    kept = {"waves": kept["waves"], "attacks": [one for one in kept["attacks"] if one["name"] != report.FILES]}
    assert report.run(riverton) == kept, "run: python -m tests.attacks.report"


def test_the_page_tells_every_attack(empty):
    found = attacked.attacked(empty)
    assert "found nothing" in found.sentence
    assert len(found.tables[0].rows) == len(attacked.TRIED)
    assert all(row[3] == 0 for row in found.tables[0].rows)
    assert all(row[4] > 0 for row in found.tables[0].rows[1:])
