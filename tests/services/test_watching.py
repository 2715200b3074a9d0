"""Watching an open survey: nobody sees a single answer arrive, and nothing about a score."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from dashboard.errors import NotEnoughData
from dashboard.schema import bank
from dashboard.schema.answer import Answer
from dashboard.schema.result import Estimate, Status
from dashboard.services.house import House
from dashboard.services.surveys import authoring, sharing, watching
from dashboard.store.half_filled import HalfFilled
from dashboard.store.intake import Intake, Submission
from dashboard.store.surveys import Surveys, Wave

DAY = dt.date(2026, 1, 5)
QUESTIONS = (watching.arriving, watching.finishing, watching.leaving_out, watching.places)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    return House(tmp_path / "home")


@pytest.fixture
def wave(house: House) -> Wave:
    survey = Surveys(house.records).new(bank.template("community", ("Harbor", "Northgate")), "Residents", "Ada")
    return authoring.launch(house, survey.id, "spring", "Ada", opens=DAY, closes=None, sampling="opt_in")


def answer(house: House, wave: Wave, count: int, first: int = 0, **more: Any) -> None:
    plain = {"channel": "web", "language": "en", "answers": {"C1": 4, "C19": "Harbor"}, "link": ""} | more
    forms = [
        Submission(f"k{n}", wave.id, wave.survey_id, plain["channel"], plain["language"], DAY, plain["answers"], link=plain["link"])
        for n in range(first, first + count)
    ]
    Intake(house.records).accept(forms)
    Intake(house.records).flush(wave.id)


def everything(house: House, wave: Wave) -> str:
    """All that is shown of a wave, as text."""
    found = []
    for service in QUESTIONS:
        try:
            found.append(str(service(house, wave)))
        except NotEnoughData as refusal:
            found.append(str(refusal))
    return " ".join([*found, str(watching.by_link(house, wave))])


def numbers(found: Answer) -> list[float]:
    """Every number in its tables and pictures."""
    cells = [cell for table in found.tables for row in table.rows for cell in row]
    cells += [bar.estimate for picture in found.pictures for bar in getattr(picture, "bars", ())]
    values = [cell.value if isinstance(cell, Estimate) else cell for cell in cells]
    return [float(value) for value in values if isinstance(value, int | float)]


@pytest.mark.parametrize("count", range(17))
def test_counts_of_an_open_survey_go_in_fives(house: House, wave: Wave, count: int) -> None:
    if count:
        answer(house, wave, count, link=Surveys(house.records).channels(wave.survey_id)[0].code)
    found = watching.arriving(house, wave)
    assert all(value % 5 == 0 for value in numbers(found))
    said = re.search(r"\d+", found.sentence)
    assert said
    assert int(said[0]) == (count // 5 * 5 if count >= 5 else 5)
    assert ("ewer than 5" in found.sentence) is (count < 5)
    assert (found.status is Status.WITHHELD) is (count < 5)


def test_between_two_steps_nothing_at_all_changes(house: House, wave: Wave) -> None:
    """An eleventh, twelfth ... answer, whoever gives it and whatever it says, leaves every figure as it was."""
    code = sharing.add_channel(house, wave.survey_id, "poster", "Library").code
    answer(house, wave, 40, link=code)
    before = everything(house, wave)
    for number in range(40, 44):
        rare = {"channel": "kiosk", "language": "es", "link": "other", "answers": {"C19": "Northgate", "C1": 1}}
        answer(house, wave, 1, first=number, **rare)
        assert everything(house, wave) == before


def test_no_score_is_to_be_seen_while_a_survey_is_open(house: House, wave: Wave) -> None:
    """Two surveys that were answered in opposite ways look the same."""
    other = authoring.launch(
        house,
        Surveys(house.records).new(bank.template("community", ("Harbor", "Northgate")), "Residents", "Ada").id,
        "spring",
        "Ada",
        opens=DAY,
        closes=None,
        sampling="opt_in",
    )
    answer(house, wave, 60, answers={"C1": 1, "C2": 1, "C16": ["drugs"], "C19": "Harbor"})
    answer(house, other, 60, first=100, answers={"C1": 5, "C2": 5, "C16": ["noise"], "C19": "Harbor"})
    for service in QUESTIONS[2:]:
        assert str(service(house, wave)) == str(service(house, other))


def test_links_are_told_apart_and_a_small_one_looks_like_an_empty_one(house: House, wave: Wave) -> None:
    library, school, empty = (sharing.add_channel(house, wave.survey_id, "poster", name).code for name in ("Library", "School", "Empty"))
    answer(house, wave, 23, link=library)
    answer(house, wave, 4, first=50, link=school)
    shown = watching.by_link(house, wave)
    assert shown[library] == "at least 20"
    assert shown[school] == shown[empty] == "fewer than 5"
    assert "most came through Library (at least 20)" in watching.arriving(house, wave).sentence


def test_how_far_people_get(house: House, wave: Wave) -> None:
    for number in range(30):
        HalfFilled(house.records).keep(f"d{number}", wave.id, 3 if number < 20 else 1, {"C1": 1}, DAY)
    answer(house, wave, 50)
    found = watching.finishing(house, wave)
    assert "about 60% were sent" in found.sentence  # 50 of 80, in steps of 5 %
    assert "stopped at page 4" in found.sentence
    assert [row[1].value for row in found.tables[0].rows] == [80, 70, 70, 50, 50, 50]
    closed = authoring.close(house, wave.id, "Ada")
    assert watching.finishing(house, closed).sentence == found.sentence


def test_what_is_left_out_counts_those_who_were_asked(house: House, wave: Wave) -> None:
    answer(house, wave, 30, answers={"C1": 4, "C2": "dont_know"})
    answer(house, wave, 10, first=30, answers={"C2": 3})
    found = watching.leaving_out(house, wave)
    rows = {row[0]: row[1:] for row in found.tables[0].rows}
    assert rows["Officers here treat people with respect."] == (Estimate(40.0, n=40), 0.0, 0.75)
    first = next(text for text in rows if text.startswith("Overall, how much do you trust"))
    assert rows[first][1:] == (0.25, 0.0)
    assert "{agency}" not in str(found)


def test_a_map_of_places_goes_in_tens_and_by_channel(house: House, wave: Wave) -> None:
    answer(house, wave, 19, channel="poster")
    answer(house, wave, 9, first=20, channel="poster", answers={"C19": "Northgate"})
    answer(house, wave, 12, first=40, channel="web")
    cells = dict(watching.places(house, wave).tables[0].rows)
    assert (cells["Harbor"].value, cells["Northgate"].value, cells["Northgate"].status) == (30, None, Status.WITHHELD)
    assert dict(watching.places(house, wave, "web").tables[0].rows)["Harbor"].value == 10
    with pytest.raises(NotEnoughData, match="No district has 10"):
        watching.places(house, wave, "event")


def test_with_too_few_it_says_so(house: House, wave: Wave) -> None:
    answer(house, wave, 12)
    for service in QUESTIONS[1:3]:
        with pytest.raises(NotEnoughData, match="Too few") as refusal:
            service(house, wave)
        assert "20" in refusal.value.hint


def test_after_closing_the_whole_is_exact_and_its_parts_are_not(house: House, wave: Wave) -> None:
    code = sharing.add_channel(house, wave.survey_id, "poster", "Library").code
    answer(house, wave, 8, link=code)
    closed = authoring.close(house, wave.id, "Ada")
    found = watching.arriving(house, closed)
    assert found.sentence.startswith("8 answers were stored")
    assert all(value % 5 == 0 for value in numbers(found))
