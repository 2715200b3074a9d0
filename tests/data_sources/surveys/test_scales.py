"""Does every label get its code, and no other label any?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import MappingError
from dashboard.schema import bank
from data_sources.surveys import demographics, scales


@pytest.mark.parametrize(
    ("scale", "label", "code"),
    [
        ("A5", "Strongly disagree", 1),
        ("A5", "  STRONGLY   AGREE ", 5),
        ("A5", "Neither agree nor disagree", 3),
        ("A5", "Disagree (2)", 2),
        ("A5", "5 - Strongly agree", 5),
        ("A5", "Stimme voll und ganz zu", 5),
        ("A5", "Muy en desacuerdo", 1),
        ("A5", "Not Applicable (8)", "not_applicable"),
        ("A5", "Don’t know", "dont_know"),
        ("A5", "No basis to judge", "dont_know"),
        ("A5", "Keine Angabe", "prefer_not"),
        ("A4", "Stimme eher nicht zu", 2),
        ("A4", "Stimme vollständig zu", 4),
        ("A7", "Somewhat agree (5)", 5),
        ("A7", "Strongly Agree (1)", 7),  # the tool's own number says nothing of the order
        ("S5", "Muy insatisfecho/a", 1),
        ("S5", "Satisfecho", 4),
        ("E5", "To a great extent", 5),
        ("G5", "Sehr schlecht", 1),
        ("X5", "Excellent", 5),
        ("L5", "Extremely likely", 5),
        ("U5", "Neither safe nor unsafe", 3),
        ("F5", "About half the time", 3),
        ("F5b", "eher häufig", 4),
        ("B3", "Stayed the same", 2),
        ("J3", "Good job", 3),
        ("YN", "Sí", "yes"),
        ("N7", "(7) Very clear goals", 7),
        ("N7", "4)", 4),
        ("N11", "0", 0),
        ("N5", "Agree (4)", 4),
    ],
)
def test_known_labels(scale: str, label: str, code: object) -> None:
    assert scales.find(scale, label) == code


@pytest.mark.parametrize(
    ("scale", "label"),
    [
        ("A5", "Maybe"),
        ("A5", "R"),
        ("A5", ""),
        ("A5", "3"),
        ("N5", "9"),
        ("N5", "4.5"),
        ("N5", "3f"),
        ("N10", "62"),
        ("N11", "5-10"),
        ("N10", "7,5"),
        ("G5", "Excellent"),
    ],
)
def test_labels_that_a_scale_does_not_have_get_no_code(scale: str, label: str) -> None:
    assert scales.find(scale, label) is None


def test_an_unknown_scale_is_named() -> None:
    with pytest.raises(MappingError, match="no scale 'Z9'"):
        scales.known("Z9")


def test_every_label_of_the_bank_is_known() -> None:
    for scale, options in bank.scales().items():
        for option in options:
            for label in option.label.values():
                assert str(scales.find(scale, label)) == option.code, (scale, label)


def test_labels_that_would_fall_together_are_told() -> None:
    assert scales.clashes("A5", ["Agree", "Somewhat agree", "Disagree"]) == [("Agree", "Somewhat agree")]
    assert not scales.clashes("A5", ["Agree", "AGREE (4)", "De acuerdo", "stimme zu"])
    assert not scales.clashes("A7", ["Agree", "Somewhat agree", "Disagree"])


def test_the_scale_that_tells_all_labels_apart_is_found() -> None:
    assert scales.best(["Agree", "Disagree", "Strongly agree", "Don't know"]) == "A5"
    assert scales.best(["Strongly disagree (1)", "Somewhat disagree (3)", "Disagree (2)", "Neutral (4)"]) == "A7"
    assert scales.best(["sehr häufig", "eher häufig", "selten"]) == "F5b"
    assert scales.best(["Good", "Excellent", "Poor"]) == "X5"
    assert scales.best(["Stimme gar nicht zu", "Stimme eher nicht zu", "Stimme eher zu", "Stimme vollständig zu", "Keine Angabe"]) == "A4"
    assert scales.best(["Yes", "No"]) == "YN"
    assert scales.best(["Yes", "No", "Partly"]) == "Y4"
    assert scales.best(["Red", "Green"]) == ""
    assert scales.best(["Don't know"]) == ""


@given(st.text(max_size=30))
def test_no_text_breaks_a_scale(text: str) -> None:
    for scale in scales.scales():
        code = scales.find(scale, text)
        assert code is None or scale not in bank.scales() or str(code) in {option.code for option in bank.scales()[scale]} | set(scales.MISSING)


@pytest.mark.parametrize(
    ("label", "band"),
    [
        ("25-34", "25-34"),
        ("25 – 34", "25-34"),
        ("61", "55-64"),
        ("65 or older", "65+"),
        ("75+", "65+"),
        ("75 or older", "65+"),
        ("18 to 24", "18-24"),
    ],
)
def test_ages(label: str, band: str) -> None:
    assert demographics.age(label) == band


@pytest.mark.parametrize("label", ["18-29", "61+", "17", "-1726", "99999999999", "old", "121"])
def test_ages_that_fit_no_band_are_not_guessed(label: str) -> None:
    assert demographics.age(label) is None


def test_groups_and_genders() -> None:
    assert demographics.race("White, Hispanic") == ["white", "hispanic"]
    assert demographics.race("White, non-Hispanic, Native American") == ["white", "native_american"]
    assert demographics.race("Prefer not to say") == "prefer_not"
    assert demographics.race("White, Martian") is None
    assert [demographics.gender(word) for word in ("Female", "hombre", "Non-binary", "Female, Male")] == ["woman", "man", "other", None]
