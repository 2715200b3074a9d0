"""Tone: the traps of policing, refusals, the mean with its interval, and what the sample agency planted."""

import time

import numpy as np
import pytest

from dashboard.schema.result import Status
from dashboard.text import labelled, quality, redact, sentiment
from data_sources.sample import remarks


def stock(text: str) -> float:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return float(SentimentIntensityAnalyzer().polarity_scores(text)["compound"])


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("They solved my cousin's murder case.", 1),
        ("They protect and serve only the rich.", -1),
        ("Crime is down since the new patrols started.", 1),
        ("He was arrested and taken into custody.", 0),
        ("The suspect had a gun.", 0),
        ("I got a warning, not a ticket.", 0),
        ("The robbery was on the evening of the 4th.", 0),
        ("The officer was courteous.", 1),
        ("Dismissive from start to finish.", -1),
        ("The department is understaffed.", -1),
        ("I was harassed and ignored.", -1),
        ("Profiling. Every week.", -1),
        ("Unresponsive.", -1),
        ("I do not feel safe here.", -1),
        ("Nobody was helpful.", -1),
        ("The officer didn’t listen.", -1),
    ],
)
def test_traps_of_policing(text, sign):
    assert quality.sign(sentiment.tone(text)) == sign


def test_topic_words_alone_have_no_tone():
    topics = {row["word"] for row in sentiment.OVERRIDES if row["why"] == "topic"}
    assert topics >= {"arrest", "force", "crime", "assault", "gun", "suspect", "victim", "custody", "warning", "ticket", "justice", "security"}
    for word in topics:
        assert sentiment.tone(f"There was a {word} here.") == 0.0
    assert stock("There was a murder here.") < -0.5  # which is what the overrides are for


def test_what_no_word_list_can_read_is_known():
    sarcasm = "Oh great, another lecture from a guy half my age."
    assert sentiment.tone(sarcasm) > 0  # wrong, and said so beside every number


def test_other_languages_are_refused():
    assert sentiment.tone("El agente fue muy grosero.", "es") is None
    assert sentiment.tone("", "") is None
    assert sentiment.tone("Très bien", "fr") is None
    found = sentiment.summary([None] * 100)
    assert found.mean.status is Status.UNAVAILABLE
    assert (found.n, found.scored, found.unscored, found.other_language) == (100, 0, 0, 100)
    assert found.share_scored is None


def test_the_overrides_are_versioned_and_whole():
    assert sentiment.VERSION.startswith("tw-")
    words = [row["word"] for row in sentiment.OVERRIDES]
    assert len(words) == len(set(words)) > 300
    assert all(-4 <= float(row["value"]) <= 4 and row["why"] for row in sentiment.OVERRIDES)
    assert all(word == word.lower() for word in words)


def test_long_and_hostile_texts():
    assert sentiment.tone("good " * 4000) > 0
    assert sentiment.tone("but " * 3000) == 0.0
    assert sentiment.tone("\u0000\ud800 :) " * 200) is not None
    assert -1 <= sentiment.tone("TERRIBLE!!! " * 500) < 0


@pytest.mark.parametrize("piece", ["😀", "😀 ", "good ", "not so good ", "but good ", "a", "never "])
def test_no_line_of_ten_thousand_characters_takes_long(piece):
    started = time.process_time()
    sentiment.tone((piece * 10_000)[:10_000])
    assert time.process_time() - started < 1.0  # some 10 ms in truth


def test_the_mean_and_its_gate():
    tones = [0.5] * 29 + [0.0] * 50 + [None] * 3
    assert sentiment.summary(tones).mean.status is Status.UNAVAILABLE
    assert "30 are needed" in sentiment.summary(tones).mean.reason
    found = sentiment.summary([*tones, -0.5])
    assert found.mean.value == pytest.approx((29 * 0.5 - 0.5) / 30)
    assert found.mean.low <= found.mean.value <= found.mean.high
    assert (found.scored, found.unscored, found.other_language) == (30, 50, 3)
    assert found.share_scored == pytest.approx(30 / 80)
    assert sentiment.summary([*tones, -0.5]) == found


def test_a_higher_gate_may_be_asked_for():
    assert sentiment.summary([0.4] * 40, minimum=50).mean.value is None
    assert sentiment.difference([0.4] * 40, [0.1] * 40, minimum=50).value is None


def test_the_difference_needs_both():
    many, few = [0.4, -0.2] * 40, [0.3] * 29
    assert sentiment.difference(many, few).status is Status.UNAVAILABLE
    found = sentiment.difference([0.6, 0.2] * 40, many)
    assert found.value == pytest.approx(0.3)
    assert found.low < 0.3 < found.high


def test_the_interval_covers_what_it_should():
    """Planted: scored with chance .7, normal around .1; the 95 % interval holds the truth about 95 times in 100."""
    rng = np.random.default_rng(5)
    held = 0
    for number in range(200):
        scores = np.clip(rng.normal(0.1, 0.4, 120), -1, 1).round(2)
        scores[rng.random(120) > 0.7] = 0.0
        found = sentiment.summary(scores.tolist(), seed=number).mean
        held += found.low <= 0.1 <= found.high
    assert 0.91 <= held / 200 <= 0.985


def test_the_tone_planted_in_the_sample_agency():
    rng = np.random.default_rng(8)
    groups = {level: [remarks.contact(rng, spanish=False, level=level) for _ in range(600)] for level in (90, 50, 10)}
    tones = {level: [sentiment.tone(redact.comment(text).text) for text in texts] for level, texts in groups.items()}
    means = [sentiment.summary(tones[level]).mean for level in (90, 50, 10)]
    assert means[0].low > means[1].high > means[1].low > means[2].high
    pairs = [(1, tone) for text, tone in zip(groups[50], tones[50], strict=True) if any(good in text for good in remarks.GOOD)]
    pairs += [(-1, tone) for text, tone in zip(groups[50], tones[50], strict=True) if any(bad in text for bad in remarks.BAD)]
    assert quality.auc(pairs) > 0.95


def test_better_than_the_stock_list_on_labelled_comments_kept_back():
    chosen = [one for one in labelled.comments() if one.language == "en" and one.kept and not one.part.startswith("hostile")]
    texts = [redact.comment(one.text, labelled.roster()).text for one in chosen]
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    plain = SentimentIntensityAnalyzer()
    ours = [(one.tone, sentiment.tone(text)) for one, text in zip(chosen, texts, strict=True)]
    theirs = [(one.tone, plain.polarity_scores(text)["compound"]) for one, text in zip(chosen, texts, strict=True)]
    assert quality.auc(ours) > quality.auc(theirs) + 0.05
    assert quality.auc(ours) > 0.9
