"""Do exports as the tools really write them give the published figures?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.errors import MappingError
from dashboard.schema.survey_mapping import SurveyColumn, SurveyMapping
from data_sources.surveys import recognise
from data_sources.surveys.base import SurveyExport, Tracker
from data_sources.surveys.recode import recode, recode_waves

pytestmark = pytest.mark.real
Real = Callable[[str], Path]


def survey(path: Path) -> SurveyExport:
    (found,) = recognise.read(path)
    assert isinstance(found, SurveyExport)
    return found


def count(found: SurveyExport, key: str) -> dict[object, int]:
    values = found.answers.column(key).to_pylist()
    return {value: values.count(value) for value in set(values)}


def test_star_wars(real: Real) -> None:
    found = survey(real("survey_tools/538_surveymonkey_StarWars_two_header.csv"))
    assert found.receipt.rows_kept == found.receipt.rows_read == 1186
    seen = next(column for column in found.columns if column.heading.startswith("Have you seen any"))
    assert count(found, seen.key)["Yes"] == 936
    films = next(column for column in found.columns if column.kind == "multi")
    assert len(films.labels) == 6
    assert sum(column.kind == "grid" for column in found.columns) == 14
    assert "RespondentID" in {heading for heading, _, _ in found.receipt.dropped}


def test_flying_etiquette(real: Real) -> None:
    found = survey(real("survey_tools/538_surveymonkey_flying-etiquette.csv"))
    column = next(one for one in found.columns if "to recline your seat on a plane" in one.heading)
    shares = count(found, column.key)
    answered = sum(number for label, number in shares.items() if label is not None)
    rude = sum(number for label, number in shares.items() if str(label).startswith("Yes"))
    assert answered == 854
    assert round(100 * rude / answered, 1) == 41.2


def test_the_r_community_as_text_and_as_workbook(real: Real) -> None:
    text, book = (survey(real(f"survey_tools/googleforms_r_community_2019_en.{ending}")) for ending in ("csv", "xlsx"))
    assert text.receipt.rows_read == book.receipt.rows_read == 1838
    assert [(one.heading, one.kind, one.labels) for one in text.columns] == [(one.heading, one.kind, one.labels) for one in book.columns]
    assert text.answers.to_pylist() == book.answers.to_pylist()
    ticked = next(one for one in text.columns if one.heading.startswith("How do you discover new packages"))
    assert ticked.kind == "multi"
    assert any(label.startswith("Social media such as blogs, R-bloggers, Twitter") for label in ticked.labels)


def test_limesurvey_in_german(real: Real) -> None:
    text = survey(real("survey_tools/limesurvey_de_semicolon_2header_results-survey.csv"))
    book = survey(real("survey_tools/limesurvey_de_results-survey.xlsx"))
    assert text.receipt.rows_kept == 45
    assert text.answers.to_pylist() == book.answers.to_pylist()
    subjects = [value or [] for value in text.answers.column(text.find("Welchen fachlichen Hintergrund haben Sie?").key).to_pylist()]
    assert sum("Informatik" in one for one in subjects) == 29
    agree = [column for column in text.columns if "Stimme eher zu" in column.labels]
    mapped = [SurveyColumn(heading=one.heading, option=one.option, question=f"X_{one.key}", scale="A4") for one in agree]
    often = [column for column in text.columns if "eher häufig" in column.labels]
    mapped += [SurveyColumn(heading=one.heading, option=one.option, question=f"X_{one.key}", scale="F5b") for one in often]
    assert (len(agree), len(often)) == (7, 13)
    answers = recode(text, SurveyMapping(name="german", columns=tuple(mapped)))
    first = next(one for one in agree if one.option.startswith("Die informellen Artefakte wurden nicht wiederverwendet, da"))
    codes = [answer.get(f"X_{first.key}") for answer in answers]
    assert [codes.count(code) for code in (1, 2, 3, 4, "prefer_not")] == [6, 12, 10, 3, 1]


def test_limesurvey_in_english(real: Real) -> None:
    found = survey(real("survey_tools/limesurvey_wellbeing_results-survey.csv"))
    assert found.receipt.rows_kept == 53
    family, relation = (
        found.find("(If applicable) Here and now, I feel satisfied", row) for row in ("with my family life.", "with my relationship/marriage.")
    )
    columns = [SurveyColumn(heading=one.heading, option=one.option, question=one.key, scale="A7") for one in (family, relation)]
    answers = recode(found, SurveyMapping(name="english", columns=tuple(columns)))
    assert sum(answer.get(relation.key) == "not_applicable" for answer in answers) == 16
    assert sum(answer.get(family.key) == 7 for answer in answers) == 17
    with pytest.raises(MappingError, match="would become one code"):
        recode(found, SurveyMapping(name="english", columns=tuple(one.model_copy(update={"scale": "A5"}) for one in columns)))


@pytest.mark.parametrize("name", ["qualtrics_sample_3header.csv", "qualtrics_sample_legacy_2header.csv"])
def test_both_qualtrics_layouts(real: Real, name: str) -> None:
    found = survey(real(f"survey_tools/{name}"))
    assert found.tool == "qualtrics"
    row = found.answers.to_pylist()[0]
    assert row[found.find("This is a multiple choice question.").key] == "2"
    assert row[found.find("This is a free text question.").key] == "Hello World!"
    assert row["_week"] == "2017-07-17"
    assert "130.92" not in repr(found)
    assert "47.115" not in repr(found.receipt)


def test_somerville_has_three_waves_and_junk_is_listed(real: Real) -> None:
    found = survey(real("surveys/somerville_happiness_2011_2013_2015.csv"))
    police = "How.would.you.rate.the.following..The.effectiveness.of.the.local.police_2011_2013"
    trust = "How.would.you.rate.the.following..Your.trust.in.the.local.police_2015"
    columns = (
        SurveyColumn(heading="Year", role="wave"),
        SurveyColumn(heading=police, question="C14_solving", scale="N5"),
        SurveyColumn(heading=trust, question="C1", scale="N5"),
    )
    with pytest.raises(MappingError) as caught:
        recode(found, SurveyMapping(name="somerville", columns=columns, blank=("NA",)))
    assert all(f"'{junk}'" in str(caught.value) for junk in ("R", "3f", "4.5", "F"))
    refused = columns[1].model_copy(update={"values": {"R": "prefer_not"}})
    mapping = SurveyMapping(name="somerville", columns=(columns[0], refused, columns[2]), blank=("NA",), unknown="set_aside")
    waves = recode_waves(found, mapping)
    assert [(wave.wave, len(wave.answers)) for wave in waves] == [("2011", 6167), ("2013", 193), ("2015", 185)]
    codes = [answer.get("C14_solving") for answer in waves[0].answers]
    assert [codes.count(code) for code in (1, 2, 3, 4, 5, "prefer_not")] == [91, 271, 1722, 2390, 884, 778]
    assert 0 not in codes
    assert {note.sentence.split("'")[1]: note.count for note in waves[0].notes} == {"F": 11, "4.5": 9, "3.5": 6, "3f": 3, "f": 1, "1.5": 1}
    assert [sum("C1" in answer for answer in wave.answers) for wave in waves] == [0, 0, 180]


def test_kansas_city_nines_are_no_answers(real: Real) -> None:
    found = survey(real("surveys/kcmo_FY2022_RS_Cleaned_safe.csv"))
    assert found.receipt.rows_kept == 1033
    column = SurveyColumn(heading="q7_01", question="X", scale="N5")
    with pytest.raises(MappingError, match=r"q7_01: '9' \(161\)"):
        recode(found, SurveyMapping(name="kansas", columns=(column,)))
    answers = recode(found, SurveyMapping(name="kansas", columns=(column.model_copy(update={"values": {"9": "dont_know"}}),)))
    codes = [answer["X"] for answer in answers]
    assert [codes.count(code) for code in (1, 2, 3, 4, 5, "dont_know")] == [8, 9, 136, 467, 252, 161]


def test_london_quarters_with_decimal_commas(real: Real) -> None:
    (found,) = recognise.read(real("surveys/london_PAS_boroughs.csv"))
    assert isinstance(found, Tracker)
    assert found.rows_read == 9312
    assert sum(row.area != "MPS" for row in found.rows) == 9312
    assert len({row.date for row in found.rows}) == 37
    assert len(found.areas) == 33  # 32 boroughs, one of them spelt in two ways, and the whole force
    camden = next(row for row in found.rows if row.area == "Camden" and row.date == dt.date(2014, 12, 31) and row.measure == '"Good Job" local')
    assert camden.value == 0.67
    assert (found.scale, found.overall) == (1, "MPS")


def test_comments_in_windows_letters(real: Real) -> None:
    found = survey(real("surveys/santamonica_SurveyResponses_2014_open-ended-responses.csv"))
    assert found.receipt.rows_kept == 1837
    assert found.find("Fullstring").kind == "text"
    assert "windows_1252" in {note.code for note in found.notes}
