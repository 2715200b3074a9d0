"""Are both RIPA layouts read under both multi-race rules, with nothing found read as nothing found?"""

from __future__ import annotations

from typing import Any


def test_2018_to_2023(run: Any) -> None:
    staged, rows = run("ripa/stops.csv")
    assert staged.source == "ripa"
    assert [row["race_flags"] for row in rows] == ["white", "black|hispanic", "asian|black"]
    assert [row["race_group"] for row in rows] == ["white", "hispanic", "multiracial"]
    assert [row["race_group_doj"] for row in rows] == ["white", "multiracial", "multiracial"]
    assert [row["stop_id"] for row in rows] == ["U1", "U1", "U2"]
    assert [row["stop_reason_group"] for row in rows] == ["traffic_equipment", "traffic_equipment", "consensual_search"]
    assert [row["contraband_found"] for row in rows] == [None, False, True]
    assert [row["outcome"] for row in rows] == ["citation", "arrest", "no_action"]
    assert [row["force_used"] for row in rows] == [False, False, True]
    assert [row["search_class_ripa"] for row in rows] == [None, "non_discretionary", "discretionary"]
    assert "raw_lgbt" not in rows[0]
    assert rows[1]["sensitive_flags"] is None


def test_sensitive_flags_only_when_switched_on(run: Any) -> None:
    _, rows = run("ripa/stops.csv", **{"import.sensitive_flags": True})
    assert [row["sensitive_flags"] for row in rows] == [None, "lgbt", None]


def test_2024(run: Any) -> None:
    staged, rows = run("ripa_2024/stops.csv")
    assert staged.source == "ripa_2024"
    assert [row["stop_type"] for row in rows] == ["vehicular", "pedestrian"]
    assert [row["person_role"] for row in rows] == ["passenger", "pedestrian"]
    assert [row["frisked"] for row in rows] == [True, False]
    assert [row["force_used"] for row in rows] == [False, False]  # handcuffs and a drawn baton are no force
    assert rows[1]["stop_reason_group"] == "probable_cause"
    assert [row["race_group"] for row in rows] == ["hispanic", "hispanic"]
