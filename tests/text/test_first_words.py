"""The chain from a comment to its numbers: redact, language, tone, themes."""

from dashboard.text import counts, keyness, language, redact, sentiment, themes


def test_a_comment_goes_through_the_chain():
    found = redact.comment("Officer Hollis was rude, call me at 614-555-0123.", redact.Roster.of(["Hollis, Dana"]))
    assert found.text == "Officer [NAME] was rude, call me at [PHONE]."
    assert found.marks == ("NAME", "PHONE")
    assert language.of(found.text) == "en"
    assert sentiment.tone(found.text, "en") < 0
    assert "respect" in themes.of(found.text, "en")
    assert sentiment.tone("El agente fue grosero.", "es") is None
    assert "respect" in themes.of("El agente fue grosero.", language.of("El agente fue grosero."))


def test_words_and_counts():
    assert keyness.words(["parking"] * 40, ["courtesy"] * 40)[0].word == "parking"
    assert counts.frequencies(["parking"] * 4) == ()
    assert counts.frequencies(["parking"] * 5)[0].comments == 5
