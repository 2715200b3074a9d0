"""The password rule in the words of its promise, and hashes that only the right password opens."""

from __future__ import annotations

import time

import pytest
from streamlit_authenticator.utilities.hasher import Hasher

from dashboard.access import passwords
from tests.access.conftest import GOOD

KEY = b"k" * 32


@pytest.mark.parametrize("word", ["", "short", "elevenchars", "Tr0ub4dor&3"])
def test_less_than_twelve_characters_are_refused(word):
    assert "at least 12" in passwords.problem(word)


@pytest.mark.parametrize(
    "word",
    [
        "password1234",
        "123456789012",
        "qwertyuiop12",
        "aaaaaaaaaaaaaaaaaaaaaaaa",
        "letmeinletmein",
        "iloveyouforever",
        "Summer2024!!",
        "P@ssw0rd1234",
        "drowssap drowssap",
        "abcdefghijklm",
        "monkeymonkey1",
    ],
)
def test_what_everybody_takes_is_refused_whatever_signs_it_has(word):
    assert "first that others would guess" in passwords.problem(word)


def test_the_names_of_person_and_agency_are_refused():
    about = ("Ana Ruiz", "ana.ruiz@riverton.example", "Riverton Police Department")
    assert passwords.problem("Riverton Police", about)
    assert passwords.problem("ana.ruiz2024", about)
    assert passwords.problem("riverton.example1", about)


@pytest.mark.parametrize(
    "word",
    [
        GOOD,
        "correct horse battery staple",
        "gT7x kq pw9 lmz",
        "el perro se comió mi sofá",
        "Мой кот любит старые книги",
        "five small ducks went " * 10,
    ],
)
def test_a_sentence_is_good_without_any_special_sign(word):
    assert passwords.problem(word) == ""


def test_the_end_of_length_is_far_away_and_judging_is_quick():
    assert passwords.problem("very own words " * 17) == ""
    assert "at most 256" in passwords.problem("very own words " * 18)
    started = time.perf_counter()
    passwords.problem("4b5d3lit@" * 28)
    assert time.perf_counter() - started < 1.0


def test_only_the_right_password_opens_a_hash_and_every_character_counts():
    long = "word " * 30
    stored = passwords.hashed(long + "a", KEY)
    assert passwords.matches(long + "a", stored, KEY)
    assert not passwords.matches(long + "b", stored, KEY), "bcrypt alone would stop reading at 72 bytes"
    assert not passwords.matches(long + "a", stored, b"j" * 32), "the records without the site's key are worth nothing"
    assert not passwords.matches("", stored, KEY)
    assert Hasher.is_hash(stored)


def test_letters_composed_in_two_ways_are_one_password():
    assert passwords.matches("caf\u00e9 del mar azul", passwords.hashed("cafe\u0301 del mar azul", KEY), KEY)


def test_nobodys_hash_costs_what_a_real_one_costs_and_never_opens():
    real = passwords.hashed(GOOD, KEY)
    assert passwords.NOBODYS[:7] == real[:7] == "$2b$12$"
    assert not passwords.matches(GOOD, None, KEY)
    assert not passwords.matches("", None, KEY)
