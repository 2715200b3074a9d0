"""Words that set two groups apart: the published vector, splits by chance, one long comment, and planted words."""

import numpy as np
import pytest

from dashboard.text import keyness
from data_sources.sample import remarks


def test_the_vector_of_monroe_colaresi_and_quinn():
    """methods.md 11.4: 30 of 1,000 against 10 of 2,000 words: d 1.039, z 4.04 (prior of 1,000 words)."""
    d, z = keyness.log_odds(np.array([30.0, 970.0]), np.array([10.0, 1990.0]))
    assert d[0] == pytest.approx(1.039, abs=0.0005)
    assert z[0] == pytest.approx(4.04, abs=0.005)
    again = keyness.log_odds(np.array([30.0]), np.array([10.0]), totals=(1000.0, 2000.0))
    assert (again[0][0], again[1][0]) == pytest.approx((d[0], z[0]))


def test_a_split_by_chance_is_mildly_conservative():
    """|z| above 1.96 in 1.5 to 3.9 of 100 words (methods.md 11.4); nominal would be 5."""
    rng = np.random.default_rng(13)
    texts = [remarks.community(rng, 3, spanish=False, after_event=False, trust=50) for _ in range(4000)]
    shares = []
    for seed in range(8):
        order = np.random.default_rng(seed).permutation(len(texts))
        halves = [[texts[one] for one in part] for part in np.array_split(order, 2)]
        counts = [keyness._counted(half, once=True)[0] for half in halves]
        words = [word for word in counts[0].keys() | counts[1].keys() if counts[0][word] + counts[1][word] >= 10]
        y1, y2 = (np.array([one[word] for word in words], dtype=float) for one in counts)
        _, z = keyness.log_odds(y1, y2, totals=(float(sum(counts[0].values())), float(sum(counts[1].values()))))
        shares.append(float((abs(z) > 1.96).mean()))
        assert len(keyness.words(*halves)) <= 3
    assert 0.002 < np.mean(shares) < 0.05


def test_one_long_comment_does_not_carry_a_word():
    long = ["parking " * 400]
    others = ["the officer was kind and patient with my family"] * 60
    assert "parking" not in {word.word for word in keyness.words(long + others, others)}
    assert "parking" not in {word.word for word in keyness.words(long + others, others, once=False)}  # one comment is fewer than five


COMMON = [
    "the officers were kind to my family",
    "more patrols near the park please",
    "response time is slow on weekends",
    "fix the street lights downtown",
]


def test_a_planted_word_is_found_with_its_side():
    first = COMMON * 100 + ["speeding near school again"] * 60
    second = COMMON * 100 + ["loud music every weekend"] * 60
    found = {word.word: word for word in keyness.words(first, second)}
    assert found["speeding"].z > 3
    assert found["music"].z < -3
    assert found["speeding"].first == 60
    assert found["speeding"].second == 0
    assert found["speeding"].comments == 60
    assert "patrols" not in found
    assert all(word.q <= 0.05 for word in found.values())
    mirrored = {word.word: word for word in keyness.words(second, first)}
    assert mirrored["speeding"].z == pytest.approx(-found["speeding"].z)


def test_gates_of_ten_uses_and_five_comments():
    assert keyness.words(["zebra"] * 9 + COMMON * 100, COMMON * 100) == ()
    assert keyness.words(["zebra " * 9] * 4 + COMMON * 100, COMMON * 100, once=False) == ()
    assert {word.word for word in keyness.words(["zebra"] * 40 + COMMON * 100, COMMON * 100)} == {"zebra"}


def test_nothing_to_compare():
    for first, second in (([], []), ([], ["speeding"] * 50), (["the and of"] * 50, ["speeding"] * 50)):
        found = keyness.compare(first, second)
        assert found.words == ()
        assert found.sentence.startswith("Not available")
    assert keyness.compare(["speeding"] * 3, ["patrols"] * 3).sentence == "No word is used often enough to compare."


def test_the_same_twice():
    first, second = COMMON * 30 + ["speeding"] * 50, COMMON * 30
    assert keyness.compare(first, second) == keyness.compare(first, second)
