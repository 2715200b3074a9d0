"""Minimum counts (methods.md 11.5, rule R9): four comments are not shown, a fifth is, and the public layer needs ten."""

import pytest

from dashboard.text import counts


def test_a_fifth_comment_makes_a_theme_appear():
    assert counts.shown({"traffic": 4}, public=False) == {"traffic": None}
    assert counts.shown({"traffic": 5}, public=False) == {"traffic": 5}
    assert counts.shown({"traffic": 9}, public=True) == {"traffic": None}
    assert counts.shown({"traffic": 10, "force": 0}, public=True) == {"traffic": 10, "force": None}


def test_a_minimum_may_be_raised_and_never_lowered():
    assert counts.shown({"traffic": 19}, public=True, minimum=20) == {"traffic": None}
    assert counts.shown({"traffic": 4}, public=False, minimum=1) == {"traffic": None}
    assert counts.frequencies(["parking"] * 4, minimum=1) == ()
    assert counts.frequencies(["parking"] * 5, minimum=6) == ()


def test_a_theme_counts_once_per_comment():
    assert counts.tally([("traffic", "traffic"), ("traffic", "force"), ()]) == {"traffic": 2, "force": 1}


def test_word_frequencies_count_people_and_weigh_them():
    texts = ["Parking, parking, PARKING!"] * 5 + ["the noise"] * 6 + ["ruido y más ruido"] * 5 + ["2024 [NAME] a"] * 9
    found = counts.frequencies(texts)
    assert [(one.word, one.comments, one.weight) for one in found] == [("noise", 6, 6.0), ("parking", 5, 5.0), ("ruido", 5, 5.0)]
    weighed = counts.frequencies(texts, [3.0] * 5 + [1.0] * 20)
    assert weighed[0] == counts.Frequency("parking", 5, 15.0)
    assert len(counts.frequencies(texts, most=1)) == 1


def test_weights_must_fit():
    with pytest.raises(ValueError):
        counts.frequencies(["a", "b"], [1.0])


def test_stop_words_of_both_languages_are_left_out():
    assert counts.content_words("The police y la policía don't; it's también MY neighbor's") == ["police", "policia", "neighbor"]
