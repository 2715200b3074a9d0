"""Does a known race survive an unknown ethnicity, and are crowded cells set aside?"""

from __future__ import annotations

from typing import Any


def test_groups_and_crowds(run: Any) -> None:
    staged, rows = run("openpolicedata/stops.csv")
    assert [row["race_group"] for row in rows] == ["black", "hispanic"]
    assert [row["time"] for row in rows] == ["13:00", "14:00"]
    assert staged.rows_quarantined == 1
    assert staged.questions
    assert "raw_subject_name" not in rows[0]
