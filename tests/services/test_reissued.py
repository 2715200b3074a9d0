"""Is a year-to-date file that was issued again told in words, and does the answer decide what is stored?"""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.schema.overlap import Overlap
from dashboard.services import imports, reissued
from dashboard.services.house import House

HEAD = (
    "UOF #,CAD#,Offense,Disposition,Date,Sex,Race,Age,Charges,Dialog,HandStrike,Vertical Stun,Decentralizatio,OC,K9Bite,Firearm,Other,"
    "Alcohol Use,Drug"
)


def form(number: int, day: str, age: int = 30) -> str:
    return f"UOF19-{number},BE{number},Domestic Violence,Criminal Arrest,2019-{day},M,W,{age},X,No,Yes,No,No,No,No,No,,No,No"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "home")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """September's file, and January's: one form has another age, one is gone, two are new."""
    early, late = tmp_path / "september.csv", tmp_path / "january.csv"
    early.write_text("\n".join([HEAD, form(1, "01-06"), form(2, "02-06"), form(3, "03-06"), form(4, "04-06")]) + "\n")
    late.write_text("\n".join([HEAD, form(1, "01-06"), form(2, "02-06", 31), form(4, "04-06"), form(5, "11-06"), form(6, "12-06")]) + "\n")
    return early, late


def ages(house: House) -> dict[str, int]:
    frame = house.facts.tally("use_of_force", ("incident_id", "age"))
    return dict(zip(frame["incident_id"], frame["age"], strict=True))


def test_rows_without_a_number_are_missing_when_they_were_corrected(house: House, tmp_path: Path) -> None:
    head = "raw_row_number,date,time,location,subject_race,subject_sex,type,search_conducted,contraband_found,outcome"
    rows = [f"{n},2024-05-0{n},10:00,Main,white,male,vehicular,FALSE,NA,warning" for n in range(1, 6)]
    first, again = tmp_path / "first.csv", tmp_path / "again.csv"
    first.write_text("\n".join([head, *rows]) + "\n")
    again.write_text("\n".join([head, rows[0], rows[1].replace("white", "black"), *rows[2:]]) + "\n")
    imports.bring(house, [first], "test")
    (staged,) = imports.staged_all(house, [again])
    found = reissued.overlaps(house, staged)
    assert [(one.same, one.changed, one.missing, one.unnumbered) for one in found] == [(4, 0, 1, True)]
    assert reissued.sentences(found)[-1] == reissued.UNNUMBERED
    imports.commit(house, staged, "test", choice="replace")
    assert int(house.facts.tally("stops")["n"][0]) == 5


def test_the_plan_says_what_both_files_share(house: House, files: tuple[Path, Path]) -> None:
    imports.bring(house, [files[0]], "test")
    (staged,) = imports.staged_all(house, [files[1]])
    found = reissued.overlaps(house, staged)
    assert [(one.same, one.changed, one.missing) for one in found] == [(2, 1, 1)]
    assert reissued.asks(found)
    assert reissued.sentences(found) == (
        "Already stored from september.csv: 2 rows the same, 1 with other values; "
        "1 row of the days 2019-01-06 to 2019-12-06 missing in the new file.",
    )
    assert list(reissued.choices(found)) == ["replace", "update", "add"]
    imports.discard(house, staged)


@pytest.mark.parametrize(
    ("choice", "left"),
    [
        ("replace", {"BE1": 30, "BE2": 31, "BE4": 30, "BE5": 30, "BE6": 30}),
        ("update", {"BE1": 30, "BE2": 31, "BE3": 30, "BE4": 30, "BE5": 30, "BE6": 30}),
        ("add", {"BE1": 30, "BE2": 30, "BE3": 30, "BE4": 30, "BE5": 30, "BE6": 30}),
    ],
)
def test_each_choice_stores_what_it_says_and_an_undo_takes_it_back(house: House, files: tuple[Path, Path], choice: str, left: dict[str, int]) -> None:
    imports.bring(house, [files[0]], "test")
    before = ages(house)
    (receipt,) = imports.bring(house, [files[1]], "test", choice=choice)  # type: ignore[arg-type]
    assert ages(house) == left
    assert receipt.withdrawn == (1 if choice == "replace" else 0)
    imports.undo(house, receipt.import_id, "test")
    assert ages(house) == before


def test_the_same_file_again_asks_nothing_and_adds_nothing(house: House, files: tuple[Path, Path]) -> None:
    imports.bring(house, [files[0]], "test")
    (staged,) = imports.staged_all(house, [files[0]])
    found = reissued.overlaps(house, staged)
    assert [(one.same, one.changed, one.missing) for one in found] == [(4, 0, 0)]
    assert not reissued.asks(found)
    assert imports.commit(house, staged, "test").accepted == 0


def test_choices_that_come_to_the_same_are_offered_once_and_rows_without_a_number_are_explained() -> None:
    def one(changed: int, missing: int, *, unnumbered: bool = False) -> tuple[Overlap, ...]:
        return (Overlap("a", ("a.csv", "b.csv", "c.csv"), 5, changed, missing, None, None, unnumbered),)

    assert list(reissued.choices(one(2, 0))) == ["replace", "add"]
    assert reissued.choices(one(0, 3))["replace"] == ("Replace them", "3 missing rows taken out.")
    assert "a.csv and b.csv and 1 more" in reissued.sentences(one(2, 0))[0]
    assert reissued.sentences(one(0, 3, unnumbered=True))[-1] == reissued.UNNUMBERED
    assert reissued.sentences(()) == ()
