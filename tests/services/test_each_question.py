"""Every question of any survey: its shares, its lines that stop, what is not shown; published figures beside ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.access.principal import ANYONE, Principal
from dashboard.errors import AccessDenied, NotEnoughData, ScopeError
from dashboard.schema.picture import BarPlot, DotPlot, LikertPlot, TrendPlot
from dashboard.services.house import House
from dashboard.services.surveys import benchmarks, bringing, each_question, reading, trackers, trust

LABELS = ("Strongly agree", "Agree", "Neither", "Disagree", "Don't know")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    return House(tmp_path / "home")


def brought(house: House, tmp_path: Path) -> str:
    """Two waves of 120 people: a statement, a mood whose scale changes, housing, a number of children, an area."""
    rows = [
        f"{year},{LABELS[n % 5]},{n % (10 if year == 2023 else 5) + 1},{'Rent' if n % 3 else 'Own'},{n % 4},{('North', 'South')[n % 2]}"
        for year in (2023, 2025)
        for n in range(120)
    ]
    path = tmp_path / "answers.csv"
    path.write_text("Year,Officers listen to people.,Mood,Housing,How many children?,District\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (found,) = bringing.look(house, path)
    assert found.export is not None
    assert found.mapping is not None
    return bringing.store(house, found.export, found.mapping, "Town", "Ada").survey_id


def id_of(house: House, survey: str, words: str) -> str:
    return next(name for name, text in each_question.questions(house, survey).items() if words in text)


def test_every_question_stands_in_one_table(house, tmp_path):
    survey = brought(house, tmp_path)
    assert each_question.surveys(house) == {survey: "Town"}
    found = each_question.answer(house, survey)
    assert found.sentence.startswith("5 questions have results in 2 waves")
    rows = {row[0]: row for row in found.tables[0].rows}
    assert rows["Housing"][2] == "Rent"
    assert rows["Housing"][3].value == pytest.approx(2 / 3, abs=1e-3)
    assert rows["Officers listen to people."][5] == 96  # don't know is in no share
    assert rows["How many children?"][4].value == pytest.approx(1.5)
    assert all(isinstance(picture, LikertPlot) for picture in found.pictures)


def test_a_scale_has_stacked_bars_a_line_and_groups(house, tmp_path):
    survey = brought(house, tmp_path)
    found = each_question.answer(house, survey, id_of(house, survey, "listen"), "area")
    stacks, line, groups = found.pictures
    assert isinstance(stacks, LikertPlot)
    assert [row.label for row in stacks.rows] == ["2025", "2023"]
    assert [share.value for share in stacks.rows[0].shares] == [0.0, 0.25, 0.25, 0.25, 0.25]  # nobody disagreed strongly
    assert stacks.rows[0].apart == pytest.approx(0.2)
    assert isinstance(line, TrendPlot)
    assert [len(one.points) for one in line.series] == [2]
    assert isinstance(groups, DotPlot)
    assert [dot.label for dot in groups.dots] == ["North", "South"]
    assert found.sentence.startswith(
        "In 2025 50% said Agree or Strongly agree (if this were a random sample, 95% interval 40.2 to 59.8%; 96 answers)"
    )


def test_a_changed_scale_is_drawn_apart_and_its_line_stops(house, tmp_path):
    survey = brought(house, tmp_path)
    found = each_question.answer(house, survey, id_of(house, survey, "Mood"))
    now, before, line = found.pictures[:3]
    assert (len(now.levels), len(before.levels)) == (5, 10)
    assert "other answers to choose from" in before.title
    assert [len(one.points) for one in line.series] == [1, 1]
    assert [event.label for event in line.events] == ["asked anew"]
    assert any("answers to choose from changed" in note for note in found.notes)


def test_a_choice_has_bars_and_lines_and_a_number_its_mean(house, tmp_path):
    survey = brought(house, tmp_path)
    bars, lines = each_question.answer(house, survey, id_of(house, survey, "Housing")).pictures
    assert isinstance(bars, BarPlot)
    assert {bar.label: round(bar.estimate.value, 3) for bar in bars.bars} == {"Rent": 0.667, "Own": 0.333}
    assert {series.label: len(series.points) for series in lines.series} == {"Rent": 2, "Own": 2}
    number = each_question.answer(house, survey, id_of(house, survey, "children"))
    assert number.sentence.startswith("The mean in 2025 is 1.5 (")
    assert number.tables[0].rows[0][2:5] == (0.75, 1.5, 2.25)


def test_what_only_few_said_is_not_shown(house, tmp_path):
    path = tmp_path / "few.csv"
    path.write_text("A,B\n" + "Yes,1\n" * 40 + "No,1\n" * 3 + "Maybe,1\n" * 8, encoding="utf-8")
    (found,) = bringing.look(house, path)
    survey = bringing.store(house, found.export, found.mapping, "Few", "Ada").survey_id
    told = reading.of_survey(house, survey)
    shares = told.shares(told.latest, "X_q001")
    assert set(shares) == {"Yes"}  # three said no; eight are hidden with them, or the three could be told
    assert told.people(told.latest, "X_q001") == 51
    assert not told.known("X_q002")  # all said one thing
    public = House(house.home, visitor=ANYONE)
    assert set(reading.of_survey(public, survey).latest["shares"]["X_q001"]) <= {"Yes"}


def test_contact_surveys_are_for_staff(riverton):
    staff = House(riverton.home, visitor=Principal("p", "P", ("command",)))
    assert "riverton-contact" in each_question.surveys(staff)
    public = House(riverton.home, visitor=ANYONE)
    assert "riverton-contact" not in each_question.surveys(public)
    with pytest.raises(NotEnoughData):
        each_question.answer(public, "riverton-contact")


def tracker(house: House, tmp_path: Path, name: str = "tracker.csv") -> str:
    rows = [
        f"31/{month:02d}/{year};{area};Trust;0,{50 + year - 2023 + len(area)}"
        for year in (2024, 2025)
        for month in (3, 12)
        for area in ("North", "All of it")
    ]
    (tmp_path / name).write_text("Date;Area;Measure;Proportion\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (found,) = bringing.look(house, tmp_path / name)
    return trackers.store(house, found.tracker, "Other force", "Ada").import_id


def test_published_figures_are_drawn_by_quarter(house, tmp_path):
    name = tracker(house, tmp_path)
    assert trackers.available(house) == {name: "Other force"}
    found = benchmarks.tracker(house, name, "Trust", "North")
    assert [point.period for point in found.pictures[0].series[0].points] == ["2024-Q1", "2024-Q4", "2025-Q1", "2025-Q4"]
    assert (
        found.sentence == "Trust, North: 57% in 2025-Q4, +1 point since 2024-Q4 (published figures, without intervals)."
        or "since 2024-Q4" in found.sentence
    )
    bringing.undo(house, name, "Ada")
    with pytest.raises(NotEnoughData):
        benchmarks.tracker(house, name, "Trust")


def test_a_benchmark_stands_beside_our_share_only_as_an_editor_said(riverton_copy, tmp_path):
    house = riverton_copy
    name = tracker(house, tmp_path)
    before = trackers.version(house)
    line = {"measure": "C1", "import_id": name, "area": "North", "asked": "Trust", "published_by": "Other force 2025", "same_wording": False}
    with pytest.raises(ScopeError, match="who published"):
        trackers.attach(house, line | {"published_by": " "}, "Ada")
    with pytest.raises(ScopeError, match="no such figure"):
        trackers.attach(house, line | {"area": "Nowhere"}, "Ada")
    made = trackers.attach(house, line, "Ada")
    assert trackers.version(house) != before
    answer = trust.over_time(house, "C1")
    shares = answer.pictures[1]
    assert [series.dashed for series in shares.series] == [False, True]
    assert shares.series[1].label == "another question: Trust (Other force 2025, North)"
    assert any("cannot be compared" in note for note in answer.notes)
    assert answer.tables[-1].title == "Published shares"
    assert len(trust.over_time(house, "C2").pictures) == 1
    trackers.detach(house, made.id, "Ada")
    assert len(trust.over_time(house, "C1").pictures) == 1
    same = trackers.attach(house, line | {"same_wording": True, "unit": "score"}, "Ada")
    assert [series.label for series in trust.over_time(house, "C1").pictures[0].series if series.dashed] == ["Other force 2025, North"]
    bringing.undo(house, name, "Ada")
    assert trackers.lines(house) == []
    assert same.label == "Other force 2025, North"


def test_only_authors_set_benchmarks(riverton):
    with pytest.raises(AccessDenied):
        trackers.attach(House(riverton.home, visitor=Principal("p", "P", ("command",))), {}, "P")


@pytest.fixture
def riverton_copy(riverton, tmp_path) -> House:
    """The sample agency in a folder that may be written to."""
    import shutil

    shutil.copytree(riverton.home.path, tmp_path / "riverton")
    return House(tmp_path / "riverton")
