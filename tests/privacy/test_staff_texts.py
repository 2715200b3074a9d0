"""Words beside staff results: what holds a number, a share in words or a hidden group is found, and plain promises are left alone."""

import pytest

from dashboard.privacy.staff_texts import unreleased


@pytest.mark.parametrize(
    "text", ["7", "seven of 9", "12-hour shifts", "²", "Ⅳ", "９", "41.25", "May 2025 and 3", "sixty percent", "diez por ciento", "a third of us"]
)
def test_it_is_found(text):
    assert list(unreleased([text], {"41", "41.2"}, ()))


@pytest.mark.parametrize(
    "text", ["Morale is 41.", "41.2 of a hundred", "41,2", "Since January 2025.", "Desde enero de 2025.", "A second dispatcher at night."]
)
def test_it_is_left_alone(text):
    assert not list(unreleased([text], {"41", "41.2"}, ("K-9", "")))


def test_a_hidden_group_is_found_as_a_whole_word_whatever_its_case():
    assert list(unreleased(["the k-9 team"], (), ("K-9",)))
    assert list(unreleased(["In dispatch."], (), ("Communications / Dispatch",)))
    assert not list(unreleased(["Recordsmanship"], (), ("Records",)))
