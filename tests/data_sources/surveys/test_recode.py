"""Do the answers as written become the answers as they are stored, and nothing unknown a number?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dashboard.errors import MappingError
from dashboard.schema.survey_mapping import SurveyColumn, SurveyMapping, from_json
from data_sources.surveys.base import SurveyExport
from data_sources.surveys.propose import propose
from data_sources.surveys.recode import recode, recode_waves

Read = Callable[..., SurveyExport]
TRUST = SurveyColumn(heading="Trust in the police", question="C1", scale="N5", values={"9": "dont_know"}, set_aside=("3f",))
TOWN: tuple[SurveyColumn, ...] = (
    SurveyColumn(heading="Year", role="wave"),
    TRUST,
    SurveyColumn(heading="Safety at night_2023", question="C12", scale="N10", values={"R": "prefer_not"}),
    SurveyColumn(heading="Safety at night_2025", question="C12", scale="N5"),
    SurveyColumn(heading="Age", role="age"),
    SurveyColumn(heading="Sex", role="gender"),
    SurveyColumn(heading="Race", role="race"),
    SurveyColumn(heading="Neighborhood", role="area"),
    SurveyColumn(heading="weight", role="weight"),
    SurveyColumn(heading="Comments", role="comment"),
)


def mapping(*columns: SurveyColumn, **rest: Any) -> SurveyMapping:
    return SurveyMapping(name="town", columns=columns, **{"blank": ("NA",), **rest})


def test_waves_with_scales_that_change(export: Read) -> None:
    first, second = recode_waves(export("generic/town.csv"), mapping(*TOWN))
    assert (first.wave, second.wave) == ("2023", "2025")
    assert first.answers[0] == {
        **{"C1": 4, "C12": 8, "C20": "25-34", "C22": "woman", "C21": ["white", "hispanic"]},
        **{"C19": "Union Square", "C18": "Fine here"},
    }
    assert first.answers[1]["C1"] == "dont_know"
    assert first.answers[1]["C12"] == "prefer_not"
    assert first.answers[1]["C20"] == "55-64"
    assert "C1" not in first.answers[2]  # '3f' was set aside
    assert "C20" not in first.answers[2]
    assert [answer["C12"] for answer in second.answers] == [4, 5, 2]
    assert second.answers[1]["C20"] == "65+"
    assert second.answers[1]["C21"] == "prefer_not"
    assert "C18" not in second.answers[2]
    assert (first.scales["C12"], second.scales["C12"]) == ("N10", "N5")
    assert first.weights == [1.25, 0.75, 1.0]
    assert [(note.code, note.count, note.column) for note in first.notes] == [("set_aside", 1, "Trust in the police")]


def test_recode_gives_one_dictionary_a_respondent(export: Read) -> None:
    answers = recode(export("generic/town.csv"), mapping(*TOWN))
    assert len(answers) == 6
    assert [answer.get("C1") for answer in answers] == [4, "dont_know", None, 5, "dont_know", 1]


def test_unknown_labels_stop_with_the_list(export: Read) -> None:
    columns = (SurveyColumn(heading="Trust in the police", question="C1", scale="N5"), SurveyColumn(heading="Age", role="age"))
    with pytest.raises(MappingError) as caught:
        recode(export("generic/town.csv"), mapping(*columns, blank=()))
    assert "Trust in the police: '9' (2), '3f' (1)" in str(caught.value)
    assert "Age: 'NA' (1)" in str(caught.value)


def test_unknown_labels_can_be_set_aside_but_are_never_zero(export: Read) -> None:
    (wave,) = recode_waves(
        export("generic/town.csv"), mapping(SurveyColumn(heading="Trust in the police", question="C1", scale="N5"), unknown="set_aside")
    )
    assert [answer.get("C1") for answer in wave.answers] == [4, None, None, 5, None, 1]
    assert {(note.sentence, note.count) for note in wave.notes} == {
        ("'9' is no answer and was set aside.", 2),
        ("'3f' is no answer and was set aside.", 1),
    }


def test_a_scale_by_wave(export: Read) -> None:
    column = SurveyColumn(heading="Trust in the police", question="C1", scale="N5", scale_by_wave={"2023": "N10"}, set_aside=("3f",), values={"9": 9})
    waves = recode_waves(export("generic/town.csv"), mapping(TOWN[0], column))
    assert [wave.scales["C1"] for wave in waves] == ["N10", "N5"]


def test_numbers_keep_to_their_limits(export: Read) -> None:
    one = SurveyColumn(heading="Trust in the police", question="X", minimum=1, maximum=5)
    with pytest.raises(MappingError, match=r"'9' \(2\), '3f' \(1\)"):
        recode(export("generic/town.csv"), mapping(one))
    nine = one.model_copy(update={"maximum": 9.0, "set_aside": ("3F",)})
    assert [answer.get("X") for answer in recode(export("generic/town.csv"), mapping(nine))] == [4, 9, None, 5, 9, 1]


def test_several_answers(export: Read) -> None:
    column = SurveyColumn(heading="Which of these worry you?", question="C16", values={"Burglary": "burglary", "Speeding, noise": "traffic"})
    answers = recode(export("surveymonkey/expanded.csv"), mapping(column))
    assert answers == [{"C16": ["burglary", "traffic"]}, {"C16": ["traffic"]}, {}]
    with pytest.raises(MappingError, match=r"Which of these worry you\?: 'Speeding, noise' \(2\)"):
        recode(export("surveymonkey/expanded.csv"), mapping(column.model_copy(update={"values": {"Burglary": "burglary"}})))


def test_options_given_by_a_person_may_hold_commas(export: Read) -> None:
    column = SurveyColumn(heading="Is it rude?", question="X", split=", ", options=("No, not at all", "Yes"))
    answers = recode(export("google_forms/answers.csv"), mapping(column))
    assert [answer["X"] for answer in answers[:3]] == [["No, not at all"], ["Yes", "a little"], ["No, not at all"]]


def test_different_answers_never_become_one_code(export: Read) -> None:
    both = SurveyColumn(heading="How satisfied are you?", question="P4", scale="S5")
    assert [answer["P4"] for answer in recode(export("surveymonkey/condensed.csv"), mapping(both))] == [5, 2]
    grid = SurveyColumn(heading="Wie sehr stimmen Sie zu?", option="Die Polizei hört zu.", question="C3", scale="A5")
    assert [answer.get("C3") for answer in recode(export("limesurvey/two_rows.csv"), mapping(grid))] == [4, 1, 2]
    rude = SurveyColumn(heading="Rate us", option="Manners", question="X", scale="G5")
    clash = rude.model_copy(update={"scale": "A5"})
    with pytest.raises(MappingError, match="Rate us"):
        recode(export("formbricks/answers.csv"), mapping(clash))


def test_a_clash_is_told(tmp_path: Any) -> None:
    from data_sources.surveys import recognise

    path = tmp_path / "answers.csv"
    path.write_text("Timestamp,Statement\n2026-01-05,Agree\n2026-01-06,Somewhat agree\n2026-01-07,Disagree\n", encoding="utf-8")
    (found,) = recognise.read(path)
    assert isinstance(found, SurveyExport)
    with pytest.raises(MappingError, match="would become one code \\('Agree' = 'Somewhat agree'\\)"):
        recode(found, mapping(SurveyColumn(heading="Statement", question="C2", scale="A5")))
    assert [answer["C2"] for answer in recode(found, mapping(SurveyColumn(heading="Statement", question="C2", scale="A7")))] == [6, 5, 2]


def test_what_is_set_aside_is_meant_to_the_letter(tmp_path: Any) -> None:
    from data_sources.surveys import recognise

    path = tmp_path / "answers.csv"
    path.write_text("Mood,Other\n" + "9,1\n" * 5 + "9*,1\n(9),1\n R ,1\nr,1\n8,1\n", encoding="utf-8")
    (found,) = recognise.read(path)
    assert isinstance(found, SurveyExport)
    one = SurveyColumn(heading="Mood", question="X", scale="N10", set_aside=("9*",), values={"R": "prefer_not"})
    (wave,) = recode_waves(found, mapping(one))
    assert [answer.get("X") for answer in wave.answers] == [9, 9, 9, 9, 9, None, 9, "prefer_not", "prefer_not", 8]
    assert [(one.label, one.count) for one in wave.aside] == [("9*", 1)]


def test_own_codes_of_groups(export: Read) -> None:
    one = SurveyColumn(heading="Race", role="race", values={"Other": "native_american|pacific", "Asian": "prefer_not"})
    answers = recode(export("generic/town.csv"), mapping(one))
    assert [answer["C21"] for answer in answers[3:]] == ["prefer_not", "prefer_not", ["native_american", "pacific"]]


def test_a_column_that_is_not_there_is_named(export: Read) -> None:
    with pytest.raises(MappingError, match="has no column 'Trust in the fire brigade'"):
        recode(export("generic/town.csv"), mapping(SurveyColumn(heading="Trust in the fire brigade", question="X")))


def test_a_mapping_comes_back_from_json_as_it_was() -> None:
    made = mapping(*TOWN, signature=("year",), notes=("made by hand",))
    assert from_json(made.as_json()) == made
    assert '"9": "dont_know"' in made.as_json()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"name": "x", "columns": [{"heading": "A", "role": "question"}]}', "not said which"),
        ('{"name": "x", "columns": [{"heading": "A", "role": "taste"}]}', "Input should be"),
        ('{"name": "x", "columns": [{"heading": "A", "role": "drop"}, {"heading": "A", "role": "drop"}]}', "mapped twice"),
        ('{"name": "x", "columns": [{"heading": "A", "role": "wave"}, {"heading": "B", "role": "wave"}]}', "only one column"),
        ('{"name": "x", "columns": [{"heading": "A", "question": "C1", "minimum": 5, "maximum": 1}]}', "above its largest"),
        ('{"name": "x", "columns": [{"heading": "A", "role": "age", "values": {"18-29": "young"}}]}', "young is not a word of age"),
        ('{"name": "x"}', "Field required"),
        ("{", "Invalid JSON"),
    ],
)
def test_a_broken_mapping_is_refused_in_one_sentence(text: str, words: str) -> None:
    with pytest.raises(MappingError, match=words):
        from_json(text)


def test_what_is_proposed_can_be_used(export: Read) -> None:
    found = export("generic/town.csv")
    proposed = propose(found)
    roles = {column.heading: column.role for column in proposed.columns}
    assert roles == {
        **{"Year": "wave", "Trust in the police": "question", "Safety at night_2023": "question", "Safety at night_2025": "question"},
        **{"Age": "age", "Sex": "gender", "Race": "race", "Neighborhood": "area", "weight": "weight", "Comments": "comment"},
    }
    assert proposed.blank == ("NA",)
    assert proposed.likeness([column.heading for column in found.columns]) == 1.0


def test_questions_of_the_bank_are_recognised_by_their_wording(tmp_path: Any) -> None:
    from data_sources.surveys import recognise

    path = tmp_path / "answers.csv"
    rows = "\n".join(f"2026-01-{day:02d},{('Agree', 'Disagree')[day % 2]},Very safe" for day in range(1, 25))
    path.write_text(
        f"Timestamp,Officers here treat people with respect.,How safe do you feel walking alone in your neighborhood after dark?\n{rows}\n",
        encoding="utf-8",
    )
    (found,) = recognise.read(path)
    assert isinstance(found, SurveyExport)
    assert [(column.question, column.scale) for column in propose(found).columns] == [("C2", "A5"), ("C12", "")]
    answers = recode(found, propose(found))
    assert answers[0]["C2"] == 2
