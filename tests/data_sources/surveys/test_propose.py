"""What is proposed for the columns of a file: roles, questions, scales, codes that are no answers; wave by wave where the file has waves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from dashboard.errors import MappingError
from dashboard.schema.survey_mapping import SurveyColumn, SurveyMapping
from data_sources.surveys import demographics, recognise
from data_sources.surveys.base import SurveyExport
from data_sources.surveys.propose import propose, wording
from data_sources.surveys.recode import recode, recode_waves, recoded
from data_sources.surveys.waves import UNDATED, period


def export(tmp_path: Path, head: str, rows: Sequence[str]) -> SurveyExport:
    path = tmp_path / "answers.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    (found,) = recognise.read(path)
    assert isinstance(found, SurveyExport)
    return found


def proposed(found: SurveyExport) -> dict[str, SurveyColumn]:
    return {column.heading: column for column in propose(found).columns}


def test_age_groups_of_the_file_stay_where_they_are_not_the_census(tmp_path: Path) -> None:
    labels = ("18-29", "30-44", "45-60", "> 60")
    found = export(tmp_path, "Age,Officers here treat people with respect.", [f"{labels[n % 4]},Agree" for n in range(40)])
    age = proposed(found)["Age"]
    assert age.values == {"18-29": "18-29", "30-44": "30-44", "45-60": "45-60", "> 60": "61+"}
    assert {answer["C20"] for answer in recode(found, propose(found))} == {"18-29", "30-44", "45-60", "61+"}
    finer = export(tmp_path, "Age,Mood", [f"{label},Good" for label in ("18-24", "25-34", "65-74", "75 or older") for _ in range(9)])
    assert proposed(finer)["Age"].values == {}
    assert {answer["C20"] for answer in recode(finer, propose(finer))} == {"18-24", "25-34", "65+"}


@pytest.mark.parametrize(
    ("label", "band"),
    [("31-40", "31-40"), ("over 60", "61+"), ("60+", "60+"), ("under 18", "0-17"), ("< 18", "0-17"), ("45", ""), ("old", ""), ("9-1", "")],
)
def test_bands_are_written_in_one_way(label: str, band: str) -> None:
    assert demographics.own_band(label) == band


def test_a_nine_or_99_apart_from_the_codes_is_no_answer(tmp_path: Path) -> None:
    rows = [f"{n % 5 + 1 if n % 7 else 9},{n % 6 + 1 if n % 7 else 99},{n % 2 + 1 if n % 7 else 9},{n % 11},{n % 60}" for n in range(140)]
    found = proposed(export(tmp_path, "q1,q2,q3,q4,How many children?", rows))
    assert (found["q1"].scale, found["q1"].values) == ("N5", {"9": "dont_know"})
    assert (found["q2"].scale, found["q2"].values) == ("choice", {"99": "not_applicable"})
    assert (found["q3"].scale, found["q3"].values) == ("choice", {"9": "dont_know"})
    assert (found["q4"].scale, found["q4"].values) == ("N11", {})
    assert (found["How many children?"].scale, found["How many children?"].values) == ("", {})
    assert all("taken as no answer" in found[name].reason for name in ("q1", "q2", "q3"))


def test_columns_numbered_alike_are_on_one_scale(tmp_path: Path) -> None:
    rows = [f"{n % 10 + 1 if n % 7 else 99},{n % 9 + 1}" for n in range(140)]
    found = proposed(export(tmp_path, "q10_01,q10_02", rows))
    assert {name: one.scale for name, one in found.items()} == {"q10_01": "choice", "q10_02": "choice"}


def test_boxes_that_hold_one_mark_become_one_question(tmp_path: Path) -> None:
    rows = [f"{'Y' if n % 2 else 'NA'},{'Y' if n % 3 else 'NA'},{n % 5 + 1}" for n in range(30)]
    found = export(tmp_path, "q22_01,q22_02,q23", rows)
    boxes = found.find("q22")
    assert (boxes.kind, boxes.labels) == ("multi", ("q22_01", "q22_02"))
    values = found.answers.column(boxes.key).to_pylist()
    assert [values[place] for place in (0, 1, 2, 3, 5)] == [None, ["q22_01", "q22_02"], ["q22_02"], ["q22_01"], ["q22_01", "q22_02"]]


def test_an_odd_answer_beside_a_scale_is_named_not_taken_for_one(tmp_path: Path) -> None:
    labels = ("Strongly agree", "Agree", "Neither", "Disagree", "Strongly disagree")
    found = export(tmp_path, "Statement,Other", [f"{labels[n % 5]},1" for n in range(100)] + ["Sort of,1"])
    assert proposed(found)["Statement"].scale == "A5"
    made = recoded(found, propose(found))
    assert [(one.column, one.label, one.count) for one in made.unknown] == [("Statement", "Sort of", 1)]
    with pytest.raises(MappingError, match="'Sort of' \\(1\\)"):
        recode_waves(found, propose(found))


def test_choices_that_differ_in_case_alone_are_one(tmp_path: Path) -> None:
    found = export(tmp_path, "Housing,Other", ["Rent,1"] * 6 + ["rent ,1"] * 3 + ["Own,1"] * 5)
    assert {answer["X_q001"] for answer in recode(found, propose(found))} == {"Rent", "Own"}


def test_each_wave_has_its_own_columns_scales_and_groups(tmp_path: Path) -> None:
    head = "Year,Mood,Streets and public parks of town are clean_2021,Streets and public parks of town are very clean_2023,Race_2021,Race_2023,Age"
    old = [f"2021,{n % 10 + 1},{n % 5 + 1},NA,White,NA,{('20-39', '40-59', '60+')[n % 3]}" for n in range(60)]
    new = [f"2023,{n % 5 + 1},NA,{n % 5 + 1},NA,Black,{('25-34', '65+')[n % 2]}" for n in range(60)]
    found = export(tmp_path, head, [*old, *new])
    columns = proposed(found)
    assert columns["Year"].role == "wave"
    assert (columns["Mood"].scale, columns["Mood"].scale_by_wave) == ("N5", {"2021": "N10"})
    assert (
        columns["Streets and public parks of town are clean_2021"].question
        == columns["Streets and public parks of town are very clean_2023"].question
    )
    assert columns["Streets and public parks of town are clean_2021"].wording == "Streets and public parks of town are clean"
    assert {columns[name].role for name in ("Race_2021", "Race_2023")} == {"race"}
    first, second = recode_waves(found, propose(found))
    assert (first.scales["X_q002"], second.scales["X_q002"]) == ("N10", "N5")
    assert {one.heading for one, _ in first.asked} == {"Mood", "Streets and public parks of town are clean_2021", "Race_2021", "Age"}
    assert {answer["C20"] for answer in first.answers} == {"20-39", "40-59", "60+"}
    assert {answer["C20"] for answer in second.answers} == {"25-34", "65+"}


def test_headings_of_a_statistics_program_become_sentences(tmp_path: Path) -> None:
    found = export(tmp_path, "How.would.you.rate.it..The.police_2011_2013,Marital.status,q1.2", [f"{n % 5},Single,1" for n in range(9)])
    assert [wording(column) for column in found.columns] == ["How would you rate it: The police", "Marital status", "q1.2"]


def test_answers_can_be_cut_by_date(tmp_path: Path) -> None:
    rows = [f"2026-{month:02d}-15,Agree" for month in (1, 2, 4, 7) for _ in range(3)]
    found = export(tmp_path, "Date,Statement", [*rows, ",Agree"])
    mapping = propose(found)
    waves = recode_waves(found, mapping.model_copy(update={"cut": "quarter"}))
    assert [(wave.wave, len(wave.answers)) for wave in waves] == [("2026-Q1", 6), ("2026-Q2", 3), ("2026-Q3", 3), (UNDATED, 1)]
    assert period("2025-12-29", "year") == "2026"  # the week of the new year, as ISO 8601 counts


def test_a_column_of_names_cannot_tell_the_wave(tmp_path: Path) -> None:
    found = export(tmp_path, "Street,Statement", [f"{n} Main Street,Agree" for n in range(90)])
    columns = (SurveyColumn(heading="Street", role="wave"), SurveyColumn(heading="Statement", question="C2", scale="A5"))
    with pytest.raises(MappingError, match="cannot tell the wave"):
        recode_waves(found, SurveyMapping(name="x", columns=columns))


def test_numbers_and_choices_can_be_asked_for(tmp_path: Path) -> None:
    found = export(tmp_path, "Children,Code", [f"{n % 4},{n % 3 + 1}" for n in range(30)])
    columns = (SurveyColumn(heading="Children", question="X", scale="number"), SurveyColumn(heading="Code", question="Y", scale="choice"))
    answers = recode(found, SurveyMapping(name="x", columns=columns))
    assert answers[0] == {"X": 0, "Y": "1"}
    named = columns[1].model_copy(update={"values": {"1": "Own", "2": "Rent"}})
    with pytest.raises(MappingError, match="Code: '3' \\(10\\)"):
        recode(found, SurveyMapping(name="x", columns=(named,)))
    assert recode(found, SurveyMapping(name="x", columns=(named,), unknown="set_aside"))[0] == {"Y": "Own"}
